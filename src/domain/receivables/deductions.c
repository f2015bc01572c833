#include "domain/receivables/deductions.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/deductions_sql.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "store/outbox.h"

#include <assert.h>

bool deduction_open(struct op *op, const struct deduction_new *in, int64_t *entry)
{
    int64_t item;
    struct item_in new = {
        .kind = ITEM_DEDUCTION,
        .entity = in->entity,
        .account = in->account,
        .customer = in->customer,
        .document = in->document,
        .payment = in->payment,
        .issued = in->day,
        .due = in->due,
        .amount = in->amount,
    };
    if (!series_next(op, in->entity, "deduction", "D-", &new.number)) return false;
    if (!item_open(op, &new, &item)) return false;
    const struct posting postings[] = {
        {item_gl(ITEM_DEDUCTION), in->account, item, in->amount},
        {item_gl(ITEM_INVOICE), in->account, in->of_item, money_neg(in->amount)},
    };
    struct entry post = {
        .entity = in->entity,
        .kind = "deduction",
        .effective = in->day,
        .idem = in->idem,
        .payment = in->payment,
        .note = in->reason,
        .postings = postings,
        .count = COUNT(postings),
    };
    if (!ledger_post(op, &post, entry)) return false;
    struct deduction_add_args args = {
        .item = item,
        .of_item = in->of_item,
        .payment = {.some = in->payment != 0, .value = in->payment},
        .reason = in->reason,
        .note = str_or_empty(in->note),
    };
    return sql_deduction_add(op, args);
}

/* ---- reading ---- */

static struct deduction_case case_of(const struct deduction_page_row *row)
{
    return (struct deduction_case){
        .item = row->item,
        .of_item = row->of_item,
        .document = row->document.value,
        .payment = row->payment.value,
        .customer = row->customer.value,
        .entity = row->entity,
        .account = row->account.value,
        .owner = row->owner.value,
        .credit = row->credit.value,
        .number = row->number,
        .of_number = row->of_number,
        .customer_name = row->customer_name,
        .reason = row->reason,
        .reason_words = row->reason_words,
        .note = row->note,
        .state = row->state,
        .owner_name = row->owner_name,
        .credit_number = row->credit_number,
        .amount = row->amount,
        .open = row->open,
        .issued = row->issued,
        .due = row->due,
        .taken_back = row->open.minor == 0 && str_eq(row->state, S("coded")),
    };
}

bool deduction_get(struct op *op, int64_t item, struct deduction_case *out)
{
    struct deduction_page_list rows;
    struct deduction_page_args args = {.item = item, .reason = S(""), .limit = 1};
    args.after_currency = S("");
    if (!sql_deduction_page(op, DEDUCTION_PAGE_ONE, args, &rows)) return false;
    if (rows.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such deduction.");
    *out = case_of(&rows.at[0]);
    return true;
}

bool deduction_cases(struct op *op, const struct deduction_filter *f, struct deduction_cases *out)
{
    static const enum deduction_page_set sets[2][2][2] = {
        {{DEDUCTION_PAGE_OPEN_OLDEST, DEDUCTION_PAGE_OPEN_NEWEST},
         {DEDUCTION_PAGE_OPEN_SMALLEST, DEDUCTION_PAGE_OPEN_LARGEST}},
        {{DEDUCTION_PAGE_ALL_OLDEST, DEDUCTION_PAGE_ALL_NEWEST},
         {DEDUCTION_PAGE_ALL_SMALLEST, DEDUCTION_PAGE_ALL_LARGEST}},
    };
    struct deduction_page_list rows;
    bool down = (f->all || f->by_amount) != f->turned;
    struct item last;
    struct deduction_page_args args = {
        .reason = str_or_empty(f->reason),
        .customer = {.some = f->customer != 0, .value = f->customer},
        .owner = {.some = f->owner != 0, .value = f->owner},
        .unowned = f->unowned,
        .after_currency = down ? S("ZZZZ") : S(""), /* behind and before all codes */
        .after_minor = down ? INT64_MAX : 0,
        .after = f->after == 0 && down ? INT64_MAX : f->after,
        .limit = f->limit + 1,
    };
    if (f->by_amount && f->after) {
        if (!item_get(op, f->after, &last)) return false;
        args.after_currency = currency_text(&last.amount.cur);
        args.after_minor = f->all ? last.amount.minor : last.open.minor;
    }
    if (!sql_deduction_page(op, sets[f->all][f->by_amount][down], args, &rows)) return false;
    *out = (struct deduction_cases){.count = rows.count < f->limit ? rows.count : f->limit,
                                    .more = rows.count > f->limit};
    out->at = arena_array(op->mem, struct deduction_case, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++) out->at[i] = case_of(&rows.at[i]);
    return true;
}

bool deduction_sums(struct op *op, struct deduction_sums *out)
{
    struct deduction_sum_rows_list rows;
    if (!sql_deduction_sum_rows(op, &rows)) return false;
    *out =
        (struct deduction_sums){arena_array(op->mem, struct deduction_sum, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct deduction_sum){.reason = rows.at[i].reason,
                                            .words = rows.at[i].words,
                                            .count = rows.at[i].items,
                                            .open = rows.at[i].open};
    return true;
}

bool deduction_steps(struct op *op, int64_t item, struct deduction_steps *out)
{
    struct deduction_step_rows_list rows;
    if (!sql_deduction_step_rows(op, (struct deduction_step_rows_args){.item = item}, &rows))
        return false;
    *out = (struct deduction_steps){arena_array(op->mem, struct deduction_step, rows.count),
                                    rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct deduction_step){.what = rows.at[i].what,
                                             .actor = rows.at[i].actor,
                                             .note = rows.at[i].note,
                                             .at = rows.at[i].at,
                                             .minor = rows.at[i].minor};
    return true;
}

/* ---- what becomes of it ---- */

static bool step(struct op *op, int64_t item, const char *what, str note, money credited)
{
    struct deduction_step_add_args args = {
        .item = item,
        .what = str_of(what),
        .at = op->now,
        .actor = op_actor_name(op),
        .note = str_or_empty(note),
        .minor = credited.minor,
    };
    if (!sql_deduction_step_add(op, args)) return false;
    const char *action = str_z(op->mem, str_printf(op->mem, "deduction.%s", what));
    return audit_add(op, action, "deduction", item, S(""), S(""));
}

bool deduction_own(struct op *op, int64_t item, int64_t person, str name)
{
    struct deduction_owner_set_list set;
    struct deduction_owner_set_args args = {.item = item,
                                            .owner = {.some = person != 0, .value = person}};
    if (!sql_deduction_owner_set(op, args, &set)) return false;
    if (set.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such deduction.");
    return step(op, item, "owner", name, (money){0});
}

bool deduction_remark(struct op *op, int64_t item, str note)
{
    struct deduction_case d;
    if (!deduction_get(op, item, &d)) return false;
    if (note.len == 0) return op_fail(op, ERR_INVALID, "note", "Please write the note.");
    return step(op, item, "note", note, (money){0});
}

bool deduction_taken_back(struct op *op, int64_t item, str why)
{
    return step(op, item, "undone", why, (money){0});
}

/* The invoice's own taxes, each for its share of what is credited. */
static bool credit_lines(struct op *op, const struct deduction_case *d, const struct document *of,
                         struct document *out)
{
    ptrdiff_t count = of->tax_count > 0 ? of->tax_count : 1;
    struct document_line *lines = arena_array(op->mem, struct document_line, count);
    struct document_tax *taxes = arena_array(op->mem, struct document_tax, count);
    int64_t *weights = arena_array(op->mem, int64_t, count);
    money *parts = arena_array(op->mem, money, count);
    struct customer customer;
    if (!customer_get(op, d->customer, &customer)) return false;
    const char *why = say(lang_find(customer.language), str_z(op->mem, d->reason_words));
    str words = str_printf(op->mem, "%.*s, %.*s: %s", STR(of->number), STR(d->number), why);
    currency cur = out->total.cur;
    weights[0] = 1;
    for (ptrdiff_t i = 0; i < of->tax_count; i++)
        weights[i] = of->taxes[i].base.minor + of->taxes[i].tax.minor;
    money_split(out->total, weights, parts, count);
    out->tax = money_of(0, cur);
    for (ptrdiff_t i = 0; i < count; i++) {
        money tax = money_of(0, cur);
        if (of->tax_count > 0) {
            int64_t rate = of->taxes[i].rate_ppm;
            tax = money_scale(parts[i], rate, 1000000 + rate, ROUND_HALF_UP);
            taxes[i] = (struct document_tax){.name = of->taxes[i].name,
                                             .rate_ppm = rate,
                                             .base = money_sub(parts[i], tax),
                                             .tax = tax};
            lines[i].tax_rate_ppm = SOME_I64(rate);
        } else { /* imported without its rates: as much as it has */
            tax = money_scale(parts[i], of->tax.minor, of->total.minor, ROUND_HALF_UP);
        }
        lines[i].description = words;
        lines[i].net = money_sub(parts[i], tax);
        out->tax = money_add(out->tax, tax);
    }
    out->net = money_sub(out->total, out->tax);
    out->lines = lines, out->line_count = count;
    out->taxes = taxes, out->tax_count = of->tax_count;
    return true;
}

/* Row 22: 4000 and 2100 against 1110, by way of a credit note that the customer can read. `nth`:
 * of its decisions, since one can be taken back. */
static bool credit_it(struct op *op, const struct deduction_case *d, money amount, date day,
                      ptrdiff_t nth, int64_t *credit)
{
    struct document of = {0};
    struct issued issued;
    struct receivables items;
    struct document note = {
        .entity = d->entity,
        .customer = d->customer,
        .kind = DOCUMENT_CREDIT_NOTE,
        .issued = day,
        .total = amount,
        .corrects = d->document,
        .source = S("console"),
    };
    if (!document_get(op, d->document, &of)) return false;
    note.po = of.po;
    if (!credit_lines(op, d, &of, &note)) return false;
    if (!document_issue(op, &note, true, &issued)) return false;
    if (!receivables_of_document(op, issued.id, day, &items)) return false;
    assert(items.count == 1);
    *credit = issued.id;
    struct allocate_pair pair = {items.at[0].item, d->item, amount};
    struct allocate all = {
        .pairs = &pair,
        .count = 1,
        .effective = day,
        .idem = str_printf(op->mem, "deduction %lld valid %td", (long long)d->item, nth),
        .rule = "deduction",
    };
    int64_t entry;
    return ledger_allocate(op, &all, &entry);
}

/* Row 23: the invoice it was taken from is owed again, by its own due date. */
static bool bill_back(struct op *op, const struct deduction_case *d, money amount,
                      const struct deduction_decision *in, ptrdiff_t nth)
{
    const struct posting postings[] = {
        {item_gl(ITEM_INVOICE), d->account, d->of_item, amount},
        {item_gl(ITEM_DEDUCTION), d->account, d->item, money_neg(amount)},
    };
    struct entry post = {
        .entity = d->entity,
        .kind = "billed_back",
        .effective = in->day,
        .idem = str_printf(op->mem, "deduction %lld invalid %td", (long long)d->item, nth),
        .payment = d->payment,
        .note = in->note,
        .postings = postings,
        .count = COUNT(postings),
    };
    int64_t entry;
    return ledger_post(op, &post, &entry);
}

static bool decision_check(struct op *op, const struct deduction_case *d,
                           const struct deduction_decision *in)
{
    if (!str_eq(d->state, S("coded")))
        return op_fail(op, ERR_CONFLICT, NULL, "%.*s has been decided already.", STR(d->number));
    if (d->open.minor == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "Nothing of %.*s is open any more.", STR(d->number));
    if (in->note.len == 0)
        return op_fail(op, ERR_INVALID, "note", "Please write what the decision rests on.");
    if (!currency_eq(in->valid.cur, d->open.cur) || in->valid.minor < 0 ||
        money_cmp(in->valid, d->open) > 0)
        return op_fail(op, ERR_INVALID, "valid", "Enter an amount between zero and what is open.");
    return true;
}

bool deduction_decide(struct op *op, const struct deduction_decision *in)
{
    struct deduction_case d;
    struct deduction_state_set_list set;
    struct deduction_steps before;
    int64_t credit = 0;
    if (!deduction_get(op, in->item, &d) || !decision_check(op, &d, in) ||
        !deduction_steps(op, in->item, &before))
        return false;
    money back = money_sub(d.open, in->valid);
    const char *state = back.minor == 0 ? "valid" : in->valid.minor == 0 ? "invalid" : "partly";
    ptrdiff_t nth = before.count + 1;
    if (in->valid.minor > 0 && !credit_it(op, &d, in->valid, in->day, nth, &credit)) return false;
    if (back.minor > 0 && !bill_back(op, &d, back, in, nth)) return false;
    struct deduction_state_set_args args = {
        .item = in->item, .state = str_of(state), .credit = {.some = credit != 0, .value = credit}};
    if (!sql_deduction_state_set(op, args, &set)) return false;
    assert(set.count == 1); /* it was read in this transaction */
    return step(op, in->item, state, in->note, in->valid);
}

/* ---- taking a decision back ---- */

static str reopen_key(struct op *op, const struct deduction_case *d, const char *of, int64_t id)
{
    return str_printf(op->mem, "deduction %lld reopened %s %lld", (long long)d->item, of,
                      (long long)id);
}

/* Turns round the entry of this kind that still stands. */
static bool undo_entry_of(struct op *op, const struct deduction_case *d,
                          const struct entry_lines *lines, const char *kind, date day, str why)
{
    for (ptrdiff_t i = lines->count - 1; i >= 0; i--) {
        const struct entry_line *l = &lines->at[i];
        bool turned = false;
        if (!str_eq(l->kind, str_of(kind))) continue;
        for (ptrdiff_t k = 0; k < lines->count; k++)
            turned = turned || lines->at[k].reverses == l->entry;
        if (!turned)
            return ledger_undo(op, l->entry, reopen_key(op, d, "entry", l->entry), day, why);
    }
    return true;
}

/* The credit note leaves the deduction, and then is as if it had never been issued. */
static bool undo_credit(struct op *op, const struct deduction_case *d, date day, str why)
{
    struct allocations list;
    struct entry_lines lines;
    if (!allocations_of_item(op, d->item, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct allocation *a = &list.at[i];
        if (a->reversed || a->reverses || a->from_document != d->credit) continue;
        if (!ledger_unallocate(op, a->id, day, reopen_key(op, d, "allocation", a->id), why))
            return false;
    }
    return ledger_of_document(op, d->credit, &lines) &&
           undo_entry_of(op, d, &lines, "credit_note", day, why) &&
           outbox_add(op, "credit.undone", d->credit);
}

bool deduction_reopen(struct op *op, int64_t item, date day, str why)
{
    struct deduction_case d;
    struct entry_lines lines;
    struct deduction_state_clear_list set;
    if (!deduction_get(op, item, &d)) return false;
    if (str_eq(d.state, S("coded")))
        return op_fail(op, ERR_CONFLICT, NULL, "%.*s is not decided: there is nothing to undo.",
                       STR(d.number));
    if (why.len == 0) return op_fail(op, ERR_INVALID, "why", "Please write why.");
    if (!ledger_of_item(op, item, &lines) ||
        !undo_entry_of(op, &d, &lines, "billed_back", day, why))
        return false;
    if (d.credit && !undo_credit(op, &d, day, why)) return false;
    if (!sql_deduction_state_clear(op, (struct deduction_state_clear_args){.item = item}, &set))
        return false;
    assert(set.count == 1); /* it was read in this transaction */
    return step(op, item, "reopened", why, (money){0});
}
