#include "delivery/console/books.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"

#define HERE "/console/journal"

str account_words(struct request *rq, str gl, str english)
{
    static const char *const known[] = {
        N_("Bank"),
        N_("Cash in transit"),
        N_("Payment provider clearing"),
        N_("Bank debit clearing"),
        N_("Payment provider reserve"),
        N_("Chargebacks in progress"),
        N_("Accounts receivable"),
        N_("Payments on account"),
        N_("Deductions receivable"),
        N_("Unbilled receivables"),
        N_("Withholding tax receivable"),
        N_("Allowance for doubtful accounts"),
        N_("Customer deposits"),
        N_("Unidentified receipts"),
        N_("Output tax"),
        N_("Deferred revenue"),
        N_("Revenue"),
        N_("Surcharge income"),
        N_("Interest and late fees"),
        N_("Discounts allowed"),
        N_("Bad debt"),
        N_("Chargeback loss"),
        N_("Processing fees"),
        N_("Bank charges"),
        N_("Realised exchange differences"),
        N_("Unrealised exchange differences"),
        N_("Rounding and tolerances"),
    };
    str words = english;
    for (ptrdiff_t i = 0; i < COUNT(known); i++)
        if (str_eq(english, str_of(known[i]))) words = said(rq, known[i]);
    return str_printf(rq->op.mem, "%.*s %.*s", STR(gl), STR(words));
}

struct grid grid_of_entries(struct request *rq, const struct entry_lines *lines)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Entry")},      {GRID_DATE, N_("Date")},   {GRID_TEXT, N_("Account")},
        {GRID_CODE, N_("Open item")}, {GRID_MONEY, N_("Debit")}, {GRID_MONEY, N_("Credit")},
        {GRID_TEXT, N_("Who, when")},
    };
    struct grid g = grid_of(rq, N_("Journal entries"), N_("Nothing was posted."), headings,
                            COUNT(headings), lines->count);
    for (ptrdiff_t i = 0; i < lines->count; i++) {
        const struct entry_line *l = &lines->at[i];
        struct grid_cell *row = grid_row(&g);
        if (i == 0 || lines->at[i - 1].entry != l->entry) {
            row[0] = grid_link(entry_words(rq, l->kind), place_url(rq, PLACE_ENTRY, l->entry, ""));
            row[1] = grid_date(l->effective);
            row[6] = grid_text(l->actor);
            row[6].small = moment(rq, l->recorded);
        }
        row[2] = grid_text(account_words(rq, l->gl, l->gl_name));
        if (l->item) row[3] = grid_link(l->item_number, place_url(rq, PLACE_ITEM, l->item, ""));
        bool debit = l->amount.minor > 0;
        row[debit ? 4 : 5] = grid_money(debit ? l->amount : money_neg(l->amount));
    }
    return g;
}

static str rule_words(struct request *rq, str rule)
{
    static const struct {
        const char *rule, *words;
    } rows[] = {
        {"payer", N_("the payer's choice")},
        {"reference", N_("the reference")},
        {"staff", N_("by hand")},
        {"import", N_("the import")},
        {"deduction", N_("the deduction was valid")},
        {"oldest", N_("the oldest first")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(rule, str_of(rows[i].rule))) return said(rq, rows[i].words);
    return rule;
}

static ptrdiff_t entry_count(const struct entry_lines *lines)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < lines->count; i++)
        if (i == 0 || lines->at[i - 1].entry != lines->at[i].entry) count++;
    return count;
}

static void allocation_row(struct request *rq, const struct allocation *a, bool undo,
                           struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(a->to_number, place_url(rq, PLACE_ITEM, a->to_item, ""));
    row[1] = grid_link(a->from_number, place_url(rq, PLACE_ITEM, a->from_item, ""));
    row[2] = grid_date(a->effective);
    row[3] = grid_text(rule_words(rq, a->rule));
    if (a->reversed) row[3].small = said(rq, "taken back");
    row[4] = grid_money_link(a->reverses ? money_neg(a->amount) : a->amount,
                             place_url(rq, PLACE_ENTRY, a->entry, ""));
    if (!undo || a->reversed || a->reverses) return;
    row[5] = grid_link(said(rq, "Take back"), place_url(rq, PLACE_ALLOCATION, a->id, ""));
}

bool grid_of_allocations(struct request *rq, const struct entry_lines *lines, int64_t document,
                         struct grid *out)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Applied to")},  {GRID_CODE, N_("From")},    {GRID_DATE, N_("Date")},
        {GRID_TEXT, N_("Because of")}, {GRID_MONEY, N_("Amount")}, {GRID_ACT, NULL},
    };
    bool undo = may(rq, MAY_MANAGE);
    struct allocations *lists = arena_array(rq->op.mem, struct allocations, entry_count(lines));
    ptrdiff_t count = 0, total = 0;
    for (ptrdiff_t i = 0; i < lines->count; i++) {
        if (i > 0 && lines->at[i - 1].entry == lines->at[i].entry) continue;
        if (!allocations_of_entry(&rq->op, lines->at[i].entry, &lists[count])) return false;
        total += lists[count++].count;
    }
    *out = grid_of(rq, N_("What was applied to what"), N_("Nothing is applied yet."), headings,
                   COUNT(headings) - (undo ? 0 : 1), total);
    for (ptrdiff_t i = 0; i < count; i++)
        for (ptrdiff_t k = 0; k < lists[i].count; k++) {
            const struct allocation *a = &lists[i].at[k];
            if (document && a->to_document != document && a->from_document != document) continue;
            allocation_row(rq, a, undo, out);
        }
    return true;
}

struct grid grid_of_deductions(struct request *rq, const struct deductions *list)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")}, {GRID_TEXT, N_("Customer")}, {GRID_CODE, N_("Of invoice")},
        {GRID_DATE, N_("Date")},  {GRID_TEXT, N_("Reason")},   {GRID_MONEY, N_("Amount")},
        {GRID_MONEY, N_("Open")}, {GRID_TEXT, N_("Payment")},
    };
    struct grid g = grid_of(rq, N_("Deductions, newest first"), N_("There are no deductions."),
                            headings, COUNT(headings), list->count);
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const struct deduction *d = &list->at[i];
        struct grid_cell *row = grid_row(&g);
        row[0] = grid_link(d->number, place_url(rq, PLACE_DEDUCTION, d->item, ""));
        row[1] = grid_link(d->customer_name, place_url(rq, PLACE_CUSTOMER, d->customer, ""));
        row[2] = grid_link(d->of_number, place_url(rq, PLACE_ITEM, d->of_item, ""));
        row[3] = grid_date(d->issued);
        row[4] = grid_text(reason_words(rq, d->reason, d->reason_words));
        row[4].small = d->note;
        row[5] = grid_money(d->amount);
        row[6] = grid_money(d->open);
        if (d->payment)
            row[7] = grid_link(said(rq, "Payment"), place_url(rq, PLACE_PAYMENT, d->payment, ""));
    }
    return g;
}

/* ---- the journal ---- */

static bool entry_facts(struct request *rq, const struct entry_line *l, struct entry_view *v)
{
    fact_add(rq, &v->facts, N_("Effective"), lang_date(rq->op.mem, op_lang(&rq->op), l->effective));
    fact_add(rq, &v->facts, N_("Recorded"), moment(rq, l->recorded));
    fact_add(rq, &v->facts, N_("By"), l->actor);
    if (l->document) {
        struct document d;
        if (!document_get(&rq->op, l->document, &d)) return false;
        fact_link(rq, &v->facts, N_("Document"), d.number,
                  place_url(rq, PLACE_INVOICE, l->document, ""));
    }
    if (l->payment) {
        struct payment p;
        if (!payment_get(&rq->op, 0, l->payment, &p)) return false;
        fact_link(rq, &v->facts, N_("Payment"), p.number,
                  place_url(rq, PLACE_PAYMENT, l->payment, ""));
    }
    if (l->reverses)
        fact_link(rq, &v->facts, N_("Reverses"), said(rq, "an earlier entry"),
                  place_url(rq, PLACE_ENTRY, l->reverses, ""));
    return true;
}

static struct reply entry_show(struct request *rq)
{
    struct entry_lines lines;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_ENTRY, &id) || !ledger_of_entry(&rq->op, id, &lines))
        return reply_errors(rq);
    if (lines.count == 0) return reply_missing(rq);
    const struct entry_line *first = &lines.at[0];
    struct entry_view v = {
        .title = filled(rq, N_("{1}, {2}"), entry_words(rq, first->kind),
                        lang_date(rq->op.mem, op_lang(&rq->op), first->effective)),
        .note = first->note,
        .lines = grid_of_entries(rq, &lines),
    };
    if (!entry_facts(rq, first, &v) || !grid_of_allocations(rq, &lines, 0, &v.allocations) ||
        !console_frame(rq, v.title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_entry(&page, &v);
    return console_end(rq, &frame, &page);
}

/* ---- what an item leads to ---- */

/* An item has no page of its own: its document has, or its payment. */
static struct reply item_show(struct request *rq)
{
    struct item item;
    int64_t id;
    if (!place_of(rq, PLACE_ITEM, &id) || !item_get(&rq->op, id, &item)) return reply_errors(rq);
    if (item.kind == ITEM_DEDUCTION) return see_place(rq, PLACE_DEDUCTION, id, "");
    if (item.document) return see_place(rq, PLACE_INVOICE, item.document, "");
    if (item.payment) return see_place(rq, PLACE_PAYMENT, item.payment, "");
    return reply_missing(rq);
}

const struct route console_books_routes[] = {
    {.method = GET,
     .path = HERE "/:id",
     .handle = entry_show,
     .may = MAY_SEE_CONSOLE,
     .about = "One journal entry"},
    {.method = GET,
     .path = "/console/items/:id",
     .handle = item_show,
     .may = MAY_SEE_CONSOLE,
     .about = "Leads to the document or the payment of an open item"},
    {.path = NULL},
};
