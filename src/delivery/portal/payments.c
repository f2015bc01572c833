/* The list of payments, and an application of credits. */
#include "delivery/portal/payments.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/portal/downloads.h"
#include "delivery/portal/payment.h"
#include "domain/exchange/export.h"
#include "domain/ledger/ledger.h"

#include <string.h>

enum { PAGE_ROWS = 50 };

struct list_form {
    str search, cursor;
};
static const struct input list_inputs[] = {
    {.name = "q", .type = INPUT_TEXT, .offset = offsetof(struct list_form, search)},
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(struct list_form, cursor)},
    {.name = NULL},
};

static struct reply payments_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct arena *mem = rq->op.mem;
    struct payments list;
    struct frame frame;
    struct payments_filter filter = {.customer = rq->who.customer,
                                     .search = form->search,
                                     .cursor = form->cursor,
                                     .limit = PAGE_ROWS};
    if (!payments_list(&rq->op, &filter, &list)) return reply_errors(rq);
    str search = url_encode(mem, form->search);
    struct payments_view v = {
        .rows = arena_array(mem, struct payment_row, list.count),
        .count = list.count,
        .search = form->search,
        .has_next = list.next_cursor.len > 0,
        .next = url_printf(mem, "/payments?q=%.*s&cursor=%.*s", STR(search), STR(list.next_cursor)),
        .csv = url_printf(mem, "/payments.csv?q=%.*s", STR(search)),
        .json = url_printf(mem, "/payments.json?q=%.*s", STR(search)),
    };
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct payment *p = &list.at[i];
        v.rows[i] = (struct payment_row){.number = p->number,
                                         .method = method_words(rq, p),
                                         .link = payment_url(rq, p->id),
                                         .day = p->day,
                                         .amount = p->amount,
                                         .standing = payment_words(rq, p)};
    }
    str title = str_of(say(op_lang(&rq->op), "Payments"));
    if (!portal_frame(rq, title, "/payments", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_payments(&page, &v);
    return portal_end(rq, &frame, &page);
}

/* One row per payment and use: the sum of `applied` is the payment less what is on account. */
static bool csv_rows(struct request *rq, struct text *t, const struct payment *p)
{
    struct payment_uses uses;
    currency cur = p->amount.cur;
    if (!payment_uses(&rq->op, p->id, rq->today, &uses)) return false;
    for (ptrdiff_t i = 0; i < uses.count || i == 0; i++) {
        csv_cell(t, p->number);
        csv_date(t, p->day);
        csv_cell(t, str_of(payment_state_name(p->state)));
        csv_cell(t, p->method);
        csv_cell(t, p->reference);
        csv_cell(t, currency_text(&cur));
        csv_amount(t, p->amount);
        csv_cell(t, i < uses.count ? uses.at[i].number : S(""));
        csv_amount(t, i < uses.count ? uses.at[i].applied : money_of(0, cur));
        csv_amount(t, i == 0 ? p->fee : money_of(0, cur));
        csv_end(t);
    }
    return true;
}

/* All payments that the search finds, not only those of one page. */
static bool each_payment(struct request *rq, struct text *t,
                         bool (*put)(struct request *rq, struct text *t, const struct payment *p))
{
    const struct list_form *form = rq->in;
    struct payments_filter filter = {
        .customer = rq->who.customer, .search = form->search, .limit = 500};
    for (;;) {
        struct payments list;
        if (!payments_list(&rq->op, &filter, &list)) return false;
        for (ptrdiff_t i = 0; i < list.count; i++)
            if (!put(rq, t, &list.at[i])) return false;
        if (list.next_cursor.len == 0) return true;
        filter.cursor = list.next_cursor;
    }
}

/* Their ids, as bytes side by side. */
static bool id_row(struct request *rq, struct text *t, const struct payment *p)
{
    (void)rq;
    text_add(t, (str){(const char *)&p->id, sizeof p->id});
    return true;
}

/* For a program: docs/exporting.md describes it. */
static struct reply payments_json(struct request *rq)
{
    struct text ids = {.mem = rq->op.mem};
    str body;
    if (!each_payment(rq, &ids, id_row)) return reply_errors(rq);
    ptrdiff_t count = ids.len / (ptrdiff_t)sizeof(int64_t);
    int64_t *payments = arena_array(rq->op.mem, int64_t, count);
    if (count > 0) memcpy(payments, ids.at, (size_t)ids.len);
    if (!export_payments(&rq->op, rq->who.customer, payments, count, &body))
        return reply_errors(rq);
    str name = str_printf(rq->op.mem, "payments %.*s.json", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("application/json"), name, body);
}

static struct reply payments_csv(struct request *rq)
{
    static const char *const heads[] = {"payment",  "date",   "state",    "method",  "reference",
                                        "currency", "amount", "document", "applied", "surcharge"};
    struct text t = {.mem = rq->op.mem};
    for (ptrdiff_t i = 0; i < COUNT(heads); i++) csv_cell(&t, str_of(heads[i]));
    csv_end(&t);
    if (!each_payment(rq, &t, csv_rows)) return reply_errors(rq);
    str name = str_printf(rq->op.mem, "payments %.*s.csv", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

static struct reply application_show(struct request *rq)
{
    int64_t entry;
    struct allocations list;
    struct account account;
    struct frame frame;
    struct application_view v = {0};
    if (!request_id(rq, "ent", &entry) || !allocations_of_entry(&rq->op, entry, &list))
        return reply_errors(rq);
    if (list.count == 0) return reply_missing(rq);
    if (!account_get(&rq->op, list.at[0].account, &account)) return reply_errors(rq);
    if (account.customer != rq->who.customer) return reply_missing(rq);

    v.day = list.at[0].effective;
    v.uses = arena_alloc(rq->op.mem, sizeof *v.uses, _Alignof(str), list.count);
    v.count = list.count;
    v.sum = money_of(0, account.currency);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct allocation *a = &list.at[i];
        v.uses[i].from = a->from_number;
        v.uses[i].from_link =
            a->from_document ? document_url(rq, a->from_document) : url_of(S("/payments"));
        v.uses[i].to = a->to_number;
        v.uses[i].to_link = document_url(rq, a->to_document);
        v.uses[i].amount = a->amount;
        v.sum = money_add(v.sum, a->amount);
    }
    str title = str_of(say(op_lang(&rq->op), "Credit applied"));
    if (!portal_frame(rq, title, "/invoices", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_application(&page, &v);
    return portal_end(rq, &frame, &page);
}

const struct route payments_routes[] = {
    {.method = GET,
     .path = "/payments",
     .handle = payments_show,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(list_inputs, struct list_form),
     .about = "The payments, newest first"},
    {.method = GET,
     .path = "/payments.csv",
     .handle = payments_csv,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(list_inputs, struct list_form),
     .about = "Payments and what they pay, as a table"},
    {.method = GET,
     .path = "/payments.json",
     .handle = payments_json,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(list_inputs, struct list_form),
     .about = "What payments did to the account, for an accounting program"},
    {.method = GET,
     .path = "/applications/:id",
     .handle = application_show,
     .may = MAY_SEE_ACCOUNT,
     .about = "Which credit paid which invoice"},
    {.path = NULL},
};
