#include "domain/work/application.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/documents.h"
#include "domain/work/application_sql.h"
#include "domain/work/name.h"
#include "domain/work/work_batch.h"

#include <assert.h>
#include <string.h>

#define PPM INT64_C(1000000)

/* ---- what can be applied, and to what ---- */

static bool source_get(struct op *op, int64_t id, struct application *a)
{
    struct item item;
    struct customer customer;
    if (!item_get(op, id, &item)) return false;
    if (item.side != -1 || item.customer == 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Only money or credit of a known customer can be "
                       "applied. Say who paid first.");
    if (!customer_get(op, item.customer, &customer) || !entity_get(op, item.entity, &a->seller) ||
        !work_rules_get(op, item.entity, &a->rules))
        return false;
    a->item = item.id;
    a->payment = item.payment;
    a->entity = item.entity;
    a->account = item.account;
    a->customer = item.customer;
    a->number = item.number;
    a->customer_name = customer.name;
    a->customer_number = customer.number;
    a->amount = item.amount;
    a->free = money_sub(item.open, item.reserved);
    a->day = item.issued;
    return true;
}

static bool payment_words(struct op *op, struct application *a)
{
    struct payment p;
    struct payment_step *steps;
    ptrdiff_t count;
    a->payer = a->text = a->bank_ref = S("");
    if (a->payment == 0) return true;
    if (!payment_get(op, 0, a->payment, &p) || !payment_steps(op, a->payment, &steps, &count))
        return false;
    a->payer = p.payer;
    a->bank_ref = p.bank_ref;
    assert(p.value_date.some && count > 0);
    a->day = p.value_date.value;
    a->text = steps[0].note;
    return true;
}

bool application_get(struct op *op, int64_t item, struct application *out)
{
    struct application_lines_list rows;
    *out = (struct application){0};
    if (!source_get(op, item, out) || !payment_words(op, out)) return false;
    currency cur = out->amount.cur;
    struct application_lines_args args = {
        .customer = out->customer,
        .currency = currency_text(&cur),
        .account = out->account,
        .item = item,
        .limit = APPLICATION_LINES_MAX,
    };
    if (!sql_application_lines(op, args, &rows)) return false;
    out->lines = arena_array(op->mem, struct application_line, rows.count);
    out->count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct application_lines_row *row = &rows.at[i];
        struct application_line *line = &out->lines[i];
        *line = (struct application_line){
            .item = row->item,
            .document = row->document.value,
            .side = (int)row->side,
            .number = row->number,
            .po = row->po,
            .issued = row->issued,
            .due = row->due,
            .open = row->open,
            .free = money_sub(row->open, row->reserved),
            .discount_until = row->discount_until,
            .discount_ppm = row->discount_ppm,
            .amount = money_of(0, cur),
            .reason = S(""),
            .note = S(""),
        };
        line->discount_in_time =
            row->discount_until.some && date_cmp(out->day, row->discount_until.value) <= 0;
        line->named = name_stands_in(out->text, row->number) ||
                      name_of_whole_stands_in(out->text, row->document_number, row->number) ||
                      name_stands_in(out->text, row->po);
        if (row->side > 0) out->debts = i + 1;
    }
    application_check(op, out);
    return true;
}

/* ---- working it out ---- */

money application_discount(const struct application_line *line, money paid)
{
    money zero = money_of(0, paid.cur);
    if (!line->discount_in_time || paid.minor <= 0) return zero;
    money rest = money_sub(line->free, paid);
    money whole = money_scale(line->free, line->discount_ppm, PPM, ROUND_HALF_UP);
    if (money_cmp(rest, whole) <= 0) return rest;
    money part = money_scale(paid, line->discount_ppm, PPM - line->discount_ppm, ROUND_DOWN);
    return money_min(part, rest);
}

static str sentence(struct op *op, const char *words, money m)
{
    str amount = lang_money(op->mem, op_lang(op), m);
    struct text t = {.mem = op->mem};
    const char *rest = say(op_lang(op), words);
    while (say_step(&t, &rest) > 0) text_add(&t, amount);
    return text_str(&t);
}

static void check_rest(struct op *op, const struct application *a, struct application_line *line)
{
    const struct lang *lang = op_lang(op);
    switch (line->rest) {
    case REST_OPEN: break;
    case REST_TOLERANCE:
        line->taken = line->shortfall;
        if (line->shortfall.minor > a->seller.tolerance_minor)
            line->error = sentence(
                op, N_("Only up to {1} is a small difference. Give a reason, or leave it open."),
                money_of(a->seller.tolerance_minor, line->free.cur));
        break;
    case REST_DISCOUNT:
        line->taken = application_discount(line, line->amount);
        if (line->taken.minor == 0)
            line->error =
                str_of(say(lang, "The money did not come within the days of a discount."));
        break;
    case REST_DEDUCTION:
        line->taken = line->shortfall;
        if (line->reason.len == 0) line->error = str_of(say(lang, "Choose why it is less."));
        break;
    }
}

static void check_line(struct op *op, const struct application *a, struct application_line *line)
{
    line->shortfall = line->taken = money_of(0, line->free.cur);
    if (line->error.len > 0) return; /* what was typed is no amount */
    if (line->amount.minor < 0 || money_cmp(line->amount, line->free) > 0) {
        line->error = line->free.minor == 0
                          ? str_of(say(op_lang(op), "A payment of it is under way."))
                          : sentence(op, N_("Enter {1} or less."), line->free);
        return;
    }
    if (line->side < 0 || line->amount.minor == 0) return;
    line->shortfall = money_sub(line->free, line->amount);
    if (line->shortfall.minor > 0) check_rest(op, a, line);
}

static void add_line(struct application *a, const struct application_line *line)
{
    if (line->error.len > 0) a->ready = false;
    if (line->amount.minor <= 0) return;
    if (line->side < 0) {
        a->credits = money_add(a->credits, line->amount);
        a->credit_count++;
        return;
    }
    a->paid = money_add(a->paid, line->amount);
    a->paid_count++;
    money *sum = line->rest == REST_DISCOUNT    ? &a->discounts
                 : line->rest == REST_TOLERANCE ? &a->differences
                                                : &a->deducted;
    if (line->rest != REST_OPEN) *sum = money_add(*sum, line->taken);
}

void application_check(struct op *op, struct application *a)
{
    money zero = money_of(0, a->amount.cur);
    a->credits = a->paid = a->discounts = a->differences = a->deducted = zero;
    a->paid_count = a->credit_count = 0;
    a->ready = true;
    a->error = S("");
    for (ptrdiff_t i = 0; i < a->count; i++) {
        check_line(op, a, &a->lines[i]);
        add_line(a, &a->lines[i]);
    }
    a->left = money_sub(money_add(a->free, a->credits), a->paid);
    if (a->left.minor < 0)
        a->error = sentence(op, N_("{1} more is applied than there is."), money_neg(a->left));
    else if (a->credits.minor > a->paid.minor)
        a->error = str_of(say(op_lang(op), "More credit is used than is paid with it."));
    if (a->error.len > 0 || a->paid_count == 0) a->ready = false;
}

/* ---- posting ---- */

struct source {
    int64_t item;
    money left;
};

/* Credits first, then the money; debts in the order of their due dates. */
static ptrdiff_t pairs_of(struct op *op, const struct application *a, struct allocate_pair **out)
{
    struct source *sources = arena_array(op->mem, struct source, a->count - a->debts + 1);
    ptrdiff_t source_count = 0, count = 0;
    for (ptrdiff_t i = a->debts; i < a->count; i++)
        if (a->lines[i].amount.minor > 0)
            sources[source_count++] = (struct source){a->lines[i].item, a->lines[i].amount};
    sources[source_count++] = (struct source){a->item, a->free};

    /* Each pair uses up a source or pays a debt: there are never more than both together. */
    *out = arena_array(op->mem, struct allocate_pair, a->debts + source_count);
    for (ptrdiff_t i = 0; i < a->debts; i++) {
        money due = a->lines[i].amount;
        for (struct source *s = sources; s < sources + source_count && due.minor > 0; s++) {
            money part = money_min(due, s->left);
            if (part.minor <= 0) continue;
            (*out)[count++] = (struct allocate_pair){s->item, a->lines[i].item, part};
            s->left = money_sub(s->left, part);
            due = money_sub(due, part);
        }
    }
    return count;
}

static bool post_taken(struct op *op, const struct application *a,
                       const struct application_line *line, int64_t batch, date day,
                       const struct posting *against, ptrdiff_t against_count, const char *kind)
{
    struct posting postings[3];
    int64_t entry;
    assert(against_count <= 2);
    for (ptrdiff_t i = 0; i < against_count; i++) postings[i] = against[i];
    postings[against_count] =
        (struct posting){item_gl(ITEM_INVOICE), a->account, line->item, money_neg(line->taken)};
    struct entry post = {
        .entity = a->entity,
        .kind = kind,
        .effective = day,
        .idem = str_printf(op->mem, "batch %lld %s %lld", (long long)batch, kind,
                           (long long)line->item),
        .payment = a->payment,
        .note = line->note,
        .postings = postings,
        .count = against_count + 1,
    };
    return ledger_post(op, &post, &entry) && work_batch_posted(op, batch, entry);
}

/* Row 24: the tax that was charged on what is forgiven is not owed either; row 25 leaves it. */
static bool post_discount(struct op *op, const struct application *a,
                          const struct application_line *line, int64_t batch, date day)
{
    struct document d;
    money tax = money_of(0, line->taken.cur);
    if (a->rules.discount_reduces_tax) {
        if (!document_get(op, line->document, &d)) return false;
        tax = money_scale(line->taken, d.tax.minor, d.total.minor, ROUND_HALF_UP);
    }
    const struct posting against[] = {{.gl = "4900", .amount = money_sub(line->taken, tax)},
                                      {.gl = "2100", .amount = tax}};
    return post_taken(op, a, line, batch, day, against, tax.minor == 0 ? 1 : 2, "discount");
}

static bool post_rest(struct op *op, const struct application *a,
                      const struct application_line *line, int64_t batch, date day)
{
    const struct posting rounding = {.gl = "7190", .amount = line->taken};
    struct deduction_new deduct = {
        .entity = a->entity,
        .account = a->account,
        .customer = a->customer,
        .of_item = line->item,
        .document = line->document,
        .payment = a->payment,
        .due = line->due,
        .day = day,
        .amount = line->taken,
        .reason = line->reason,
        .note = line->note,
        .idem = str_printf(op->mem, "batch %lld deduction %lld", (long long)batch,
                           (long long)line->item),
    };
    int64_t entry;
    if (line->taken.minor == 0) return true;
    if (line->rest == REST_TOLERANCE)
        return post_taken(op, a, line, batch, day, &rounding, 1, "tolerance");
    if (line->rest == REST_DISCOUNT) return post_discount(op, a, line, batch, day);
    assert(line->rest == REST_DEDUCTION);
    return deduction_open(op, &deduct, &entry) && work_batch_posted(op, batch, entry);
}

static bool row_add(struct op *op, const struct application *a, const struct application_line *line,
                    int64_t batch)
{
    if (line->amount.minor <= 0) return true;
    struct work_batch_row row = {
        .item = line->item,
        .document = line->document,
        .customer = a->customer,
        .number = line->number,
        .amount = money_scale(line->amount, line->side, 1, ROUND_DOWN),
        .state = S("done"),
    };
    return work_batch_row_add(op, batch, &row);
}

static bool is_ready(struct op *op, struct application *a)
{
    application_check(op, a);
    if (a->error.len > 0)
        return op_fail(op, ERR_INVALID, NULL, "%.*s: %.*s", STR(a->number), STR(a->error));
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (a->lines[i].error.len > 0)
            return op_fail(op, ERR_INVALID, NULL, "%.*s: %.*s", STR(a->lines[i].number),
                           STR(a->lines[i].error));
    if (a->paid_count == 0)
        return op_fail(op, ERR_INVALID, NULL, "Enter an amount beside what it pays.");
    return true;
}

bool application_post_in(struct op *op, struct application *a, int64_t batch, str idem)
{
    struct allocate_pair *pairs;
    int64_t entry;
    if (!is_ready(op, a)) return false;
    date day = entity_today(op, &a->seller);
    struct allocate all = {
        .count = pairs_of(op, a, &pairs),
        .effective = day,
        .idem = idem,
        .rule = "staff",
        .payment = a->payment,
    };
    all.pairs = pairs;
    if (!ledger_allocate(op, &all, &entry) || !work_batch_posted(op, batch, entry)) return false;
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (!post_rest(op, a, &a->lines[i], batch, day)) return false;
    return true;
}

bool application_post(struct op *op, struct application *a, int64_t *batch)
{
    if (!is_ready(op, a)) return false;
    struct work_batch_new new = {.kind = "application",
                                 .entity = a->entity,
                                 .item = a->item,
                                 .payment = a->payment,
                                 .customer = a->customer};
    if (!work_batch_open(op, &new, batch)) return false;
    str idem = str_printf(op->mem, "batch %lld", (long long)*batch);
    if (!application_post_in(op, a, *batch, idem)) return false;
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (!row_add(op, a, &a->lines[i], *batch)) return false;
    return true;
}

/* ---- what waits ---- */

/* How many days each seller's rules let money wait. */
struct patience {
    struct {
        int64_t entity, days;
    } * at;
    ptrdiff_t count;
};

static bool patience_of_all(struct op *op, struct patience *out)
{
    struct entity_list sellers;
    if (!entities(op, &sellers)) return false;
    *out = (struct patience){.count = sellers.count};
    out->at = arena_alloc(op->mem, sizeof *out->at, _Alignof(int64_t), sellers.count);
    for (ptrdiff_t i = 0; i < sellers.count; i++) {
        struct work_rules rules;
        if (!work_rules_get(op, sellers.at[i].id, &rules)) return false;
        out->at[i].entity = sellers.at[i].id;
        out->at[i].days = rules.unapplied_days;
    }
    return true;
}

static int64_t days_of(const struct patience *p, int64_t entity)
{
    for (ptrdiff_t i = 0; i < p->count; i++)
        if (p->at[i].entity == entity) return p->at[i].days;
    return 0; /* not reached: all sellers were read, at the same moment */
}

bool unapplied_list(struct op *op, const struct unapplied_filter *f, struct unapplied_list *out)
{
    static const enum unapplied_page_past orders[2][2] = {
        {UNAPPLIED_PAGE_OLDEST, UNAPPLIED_PAGE_NEWEST},
        {UNAPPLIED_PAGE_SMALLEST, UNAPPLIED_PAGE_LARGEST},
    };
    struct unapplied_page_list rows;
    struct patience patience;
    struct item last;
    struct unapplied_page_args args = {
        .kind = f->unknown ? S("receipt") : S("payment"),
        .customer = {.some = f->customer != 0, .value = f->customer},
        .currency = f->currency.at ? f->currency : S(""),
        .search = name_pattern(op->mem, f->search),
        .after_day = f->turned ? DATE_LAST : DATE_FIRST,
        .after_currency = f->turned ? S("ZZZZ") : S(""), /* behind and before all codes */
        .after_minor = f->turned ? INT64_MAX : 0,
        .after = f->after == 0 && f->turned ? INT64_MAX : f->after,
        .limit = f->limit + 1,
    };
    if (f->after) {
        if (!item_get(op, f->after, &last)) return false;
        args.after_day = last.issued;
        args.after_currency = currency_text(&last.open.cur);
        args.after_minor = last.open.minor;
    }
    if (!sql_unapplied_page(op, orders[f->by_amount][f->turned], args, &rows) ||
        !patience_of_all(op, &patience))
        return false;
    *out = (struct unapplied_list){.count = rows.count < f->limit ? rows.count : f->limit,
                                   .more = rows.count > f->limit};
    out->at = arena_array(op->mem, struct unapplied, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++) {
        const struct unapplied_page_row *row = &rows.at[i];
        out->at[i] = (struct unapplied){
            .item = row->item,
            .payment = row->payment.value,
            .customer = row->customer.value,
            .number = row->number,
            .customer_name = row->customer_name,
            .payer = row->payer,
            .text = row->text,
            .open = row->open,
            .amount = row->amount,
            .day = row->day,
            .days = f->today.days - row->day.days,
        };
        out->at[i].late = out->at[i].days > days_of(&patience, row->entity);
    }
    return true;
}
