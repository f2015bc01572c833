#include "domain/documents/statements.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/kept.h"
#include "domain/documents/papers.h"
#include "domain/documents/statements_sql.h"
#include "store/outbox.h"

static const char *const forms[] = {
    [STATEMENT_OPEN_ITEMS] = "open_items",
    [STATEMENT_ACTIVITY] = "activity",
};

static enum statement_form form_from(str word)
{
    return str_eq(word, S("activity")) ? STATEMENT_ACTIVITY : STATEMENT_OPEN_ITEMS;
}

/* ---- issuing ---- */

/* The accounts it is about: the customer's, and of a family those of all below it. */
static bool accounts_stated(struct op *op, const struct statement_in *in, struct accounts *out)
{
    struct customer_ids whose = {.at = arena_array(op->mem, int64_t, 1), .count = 1};
    whose.at[0] = in->customer;
    if (in->family && !customer_group(op, in->customer, &whose)) return false;
    *out = (struct accounts){.at = arena_array(op->mem, struct account, whose.count)};
    for (ptrdiff_t i = 0; i < whose.count; i++) {
        struct accounts list;
        if (!accounts_of(op, whose.at[i], &list)) return false;
        for (ptrdiff_t k = 0; k < list.count; k++)
            if (list.at[k].entity == in->entity && currency_eq(list.at[k].currency, in->currency))
                out->at[out->count++] = list.at[k];
    }
    if (out->count > 0) return true;
    return op_fail(op, ERR_CONFLICT, NULL,
                   "There is no account in this currency with this company to state.");
}

static str snapshot_of(struct arena *mem, const struct paper *paper)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < paper->table_count; i++) {
        const struct paper_table *table = &paper->tables[i];
        for (ptrdiff_t r = 0; r < table->row_count; r++) {
            for (ptrdiff_t c = 0; c < table->column_count; c++) {
                if (c > 0) text_char(&t, '\t');
                text_add(&t, table->rows[r].cells[c]);
            }
            text_char(&t, '\n');
        }
    }
    return text_str(&t);
}

static bool write_down(struct op *op, const struct statement_in *in, str number, money balance,
                       const struct paper *paper, int64_t *out)
{
    struct statement_insert_row row;
    str snapshot = snapshot_of(op->mem, paper);
    struct statement_insert_args args = {
        .entity = in->entity,
        .customer = in->customer,
        .currency = currency_text(&in->currency),
        .form = str_of(forms[in->form]),
        .family = in->family,
        .number = number,
        .from_day = in->from,
        .to_day = in->to,
        .balance = balance.minor,
        .snapshot = snapshot,
        .sha256 = crypto_sha256(op->mem, snapshot),
        .who = op->actor && op->actor->name.len > 0 ? op->actor->name : S("Quittance"),
        .now = op->now,
    };
    if (!sql_statement_insert(op, args, &row)) return false;
    *out = row.id;
    return audit_add(op, "statement.issue", "customer", in->customer, S(""), S(""));
}

bool statement_issue(struct op *op, const struct statement_in *in, int64_t *out)
{
    struct accounts accounts;
    struct entity seller;
    struct statement_last_row last;
    struct paper paper;
    struct kept kept;
    str number, pdf;
    money balance;
    bool found;
    struct statement_last_args args = {.customer = in->customer,
                                       .entity = in->entity,
                                       .currency = currency_text(&in->currency),
                                       .form = str_of(forms[in->form]),
                                       .family = in->family,
                                       .before = in->from};
    if (!accounts_stated(op, in, &accounts) || !entity_get(op, in->entity, &seller)) return false;
    if (in->form == STATEMENT_OPEN_ITEMS && date_cmp(in->to, entity_today(op, &seller)) > 0)
        return op_fail(op, ERR_INVALID, "to",
                       "What is open on a day is known when the day has come.");
    if (!sql_statement_last(op, args, &last, &found)) return false;
    if (!series_next(op, in->entity, "statement", "ST-", &number)) return false;
    struct statement_words words = {
        .number = number,
        .activity = in->form == STATEMENT_ACTIVITY,
        .from = in->from,
        .to = in->to,
        .late_since = found ? last.recorded : 0,
        .link = in->link,
        .customer = in->customer,
    };
    if (!paper_of_statement(op, &words, &accounts, &paper, &balance)) return false;
    return write_down(op, in, number, balance, &paper, out) && paper_pdf(op, &paper, &pdf) &&
           kept_put(op, KEPT_STATEMENT, *out, paper_file_name(op->mem, &paper), pdf, &kept);
}

bool statement_mail(struct op *op, int64_t id)
{
    return outbox_add(op, "statement.mail", id);
}

bool statement_send(struct op *op, int64_t id)
{
    struct statement s;
    struct statement_sending_insert_row row;
    if (!statement_get(op, id, &s)) return false;
    struct statement_sending_insert_args args = {
        .statement = id, .who = op->actor ? op->actor->name : S(""), .now = op->now};
    return sql_statement_sending_insert(op, args, &row) &&
           outbox_add(op, "statement.again", row.id) &&
           audit_add(op, "statement.send", "customer", s.customer, S(""), S(""));
}

bool statement_sending(struct op *op, int64_t sending, int64_t *statement)
{
    struct statement_sending_row_row row;
    if (!sql_statement_sending_row(op, (struct statement_sending_row_args){.id = sending}, &row))
        return false;
    *statement = row.statement;
    return true;
}

/* ---- reading ---- */

static bool rows_of(struct op *op, struct statement_rows_args args, struct statements *out)
{
    struct statement_rows_list rows;
    if (!sql_statement_rows(op, args, &rows)) return false;
    *out = (struct statements){arena_array(op->mem, struct statement, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct statement_rows_row *row = &rows.at[i];
        currency cur;
        if (!currency_from(row->currency, &cur))
            return op_broken(op, ERR_INTERNAL, "statement %lld has no currency",
                             (long long)row->id);
        out->at[i] = (struct statement){
            .id = row->id,
            .entity = row->entity,
            .customer = row->customer,
            .number = row->number,
            .who = row->who,
            .form = form_from(row->form),
            .family = row->family,
            .from = row->from_day,
            .to = row->to_day,
            .balance = money_of(row->balance, cur),
            .recorded = row->recorded,
        };
    }
    return true;
}

bool statements_of(struct op *op, int64_t customer, struct statements *out)
{
    return rows_of(op, (struct statement_rows_args){.customer = SOME_I64(customer)}, out);
}

bool statement_get(struct op *op, int64_t id, struct statement *out)
{
    struct statements list;
    if (!rows_of(op, (struct statement_rows_args){.id = SOME_I64(id)}, &list)) return false;
    if (list.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such statement.");
    *out = list.at[0];
    return true;
}

struct checking {
    int64_t off[PROBLEMS_MAX];
    ptrdiff_t count;
};

static bool check(struct op *op, const struct statement_all_row *row, void *arg)
{
    struct checking *c = arg;
    bool same = str_eq(crypto_sha256(op->mem, row->snapshot), row->sha256);
    if (!same && c->count < PROBLEMS_MAX) c->off[c->count++] = row->id;
    return true;
}

bool statements_verify(struct op *op, struct verdict *out)
{
    struct checking c = {.count = 0};
    if (!sql_statement_all_each(op, check, &c)) return false;
    for (ptrdiff_t i = 0; i < c.count && out->problem_count < PROBLEMS_MAX; i++)
        out->problems[out->problem_count++] = (struct problem){
            .what = S("its rows are not those of its hash"),
            .where = str_printf(op->mem, "statement %lld", (long long)c.off[i]),
        };
    return true;
}

/* ---- each month ---- */

bool statement_wish_get(struct op *op, int64_t customer, struct statement_wish *out)
{
    struct statement_wish_row_row row;
    bool found;
    *out = (struct statement_wish){.customer = customer, .form = STATEMENT_ACTIVITY};
    if (!sql_statement_wish_row(op, (struct statement_wish_row_args){.customer = customer}, &row,
                                &found))
        return false;
    if (found) out->form = form_from(row.form), out->family = row.family, out->active = row.active;
    return true;
}

bool statement_wish_put(struct op *op, const struct statement_wish *in)
{
    struct statement_wish_set_args args = {.customer = in->customer,
                                           .form = str_of(forms[in->form]),
                                           .family = in->family,
                                           .active = in->active};
    return sql_statement_wish_set(op, args) &&
           audit_add(op, "statement.monthly", "customer", in->customer, S(""),
                     in->active ? S("{\"monthly\":true}") : S("{\"monthly\":false}"));
}

bool statements_monthly(struct op *op, date today, str link, int most, bool *more)
{
    struct statement_due_list due;
    int year, month, day;
    date first;
    date_parts(today, &year, &month, &day);
    if (!date_of(year, month, 1, &first)) return op_broken(op, ERR_INTERNAL, "no such month");
    date last = date_plus(first, -1);
    struct statement_due_args args = {.to_day = last, .limit = most + 1};
    if (!sql_statement_due(op, args, &due)) return false;
    *more = due.count > most;
    for (ptrdiff_t i = 0; i < due.count && i < most; i++) {
        int64_t id;
        struct statement_in in = {
            .customer = due.at[i].customer,
            .entity = due.at[i].entity,
            .form = form_from(due.at[i].form),
            .family = due.at[i].family,
            .from = date_plus_months(first, -1),
            .to = last,
            .link = link,
        };
        if (!currency_from(due.at[i].currency, &in.currency) || !statement_issue(op, &in, &id) ||
            !statement_mail(op, id))
            return false;
    }
    return true;
}
