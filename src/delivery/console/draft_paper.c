#include "delivery/console/draft_paper.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/papers.h"
#include "domain/customers/customers.h"
#include "domain/documents/look.h"
#include "domain/documents/papers.h"
#include "domain/documents/reminder.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"

enum { TRIES = 20 };

struct drawing {
    struct request *rq;
    const struct draft_text *in;
    struct text_facts facts;
    struct paper *out;
    bool found;
};

static str link_of(const struct drawing *d, enum kept_kind kind, int64_t subject)
{
    return paper_link(d->rq->op.mem, d->rq->app, kind, subject);
}

static bool customer_facts(struct drawing *d, int64_t customer)
{
    struct customer *c = arena_new(d->rq->op.mem, struct customer);
    if (!customer_get(&d->rq->op, customer, c)) return false;
    facts_of_customer(c, &d->facts);
    return true;
}

/* ---- each kind: the newest one, and what its texts may name ---- */

static bool draw_document(struct drawing *d, enum document_kind kind)
{
    struct op *op = &d->rq->op;
    struct documents list;
    struct document doc;
    struct documents_filter filter = {
        .kind = kind, .entity = d->in->seller->id, .customer = d->in->customer, .limit = 1};
    if (!documents_list(op, &filter, &list)) return false;
    if (list.count == 0) return true;
    d->found = true;
    if (!document_get(op, list.at[0].id, &doc) || !customer_facts(d, doc.customer)) return false;
    facts_of_document(op->mem, d->in->lang, &doc, &d->facts);
    return paper_of_document(op, doc.id, d->in->lang, link_of(d, KEPT_DOCUMENT, doc.id), d->out);
}

static bool draw_invoice(struct drawing *d)
{
    return draw_document(d, DOCUMENT_INVOICE);
}

static bool draw_credit_note(struct drawing *d)
{
    return draw_document(d, DOCUMENT_CREDIT_NOTE);
}

static bool draw_receipt(struct drawing *d)
{
    struct op *op = &d->rq->op;
    struct payments list;
    struct payments_filter filter = {.customer = d->in->customer, .limit = TRIES};
    if (!payments_list(op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count && !d->found; i++) {
        const struct payment *p = &list.at[i];
        if (p->entity != d->in->seller->id || p->item == 0 || p->customer == 0) continue;
        d->found = true;
        if (!customer_facts(d, p->customer)) return false;
        facts_of_payment(op->mem, d->in->lang, p, d->in->seller->zone, &d->facts);
        str link = link_of(d, KEPT_RECEIPT, p->id);
        if (!paper_of_payment(op, p->id, d->in->lang, link, d->out)) return false;
    }
    return true;
}

/* Something open, or overdue, of the seller: whose account the letter is of. */
static bool owed(struct drawing *d, enum show show, struct receivables *out)
{
    struct receivables_filter filter = {.customer = d->in->customer,
                                        .show = show,
                                        .entity = d->in->seller->id,
                                        .order = ORDER_DUE,
                                        .limit = 1,
                                        .today = d->rq->today};
    if (!receivables_list(&d->rq->op, &filter, out)) return false;
    d->found = out->count > 0;
    return !d->found || customer_facts(d, out->at[0].customer);
}

static bool draw_statement(struct drawing *d)
{
    struct op *op = &d->rq->op;
    struct receivables list;
    struct account account;
    money balance;
    if (!owed(d, SHOW_OPEN, &list) || !d->found) return op->errs == NULL;
    if (!account_get(op, list.at[0].account, &account)) return false;
    struct accounts one = {&account, 1};
    struct statement_words words = {
        .number = S("ST-0001"),
        .lang = d->in->lang,
        .link = link_of(d, KEPT_STATEMENT, 0),
        .customer = account.customer,
        .from = d->rq->today,
        .to = d->rq->today,
    };
    if (!paper_of_statement(op, &words, &one, d->out, &balance)) return false;
    text_fact(&d->facts, "statement.number", words.number);
    text_fact(&d->facts, "statement.day", lang_date(op->mem, d->in->lang, words.to));
    text_fact(&d->facts, "statement.open", lang_money(op->mem, d->in->lang, balance));
    return true;
}

static bool draw_reminder(struct drawing *d)
{
    struct op *op = &d->rq->op;
    struct receivables list;
    struct reminder r;
    struct customer c;
    date today = d->rq->today;
    if (!owed(d, SHOW_OVERDUE, &list) || !d->found) return op->errs == NULL;
    int64_t account = list.at[0].account;
    if (!reminder_load(op, account, today, &r) || !customer_get(op, r.account.customer, &c))
        return false;
    d->found = r.count > 0;
    facts_of_reminder(op->mem, d->in->lang, &r, &c, today, &d->facts);
    return !d->found ||
           paper_of_reminder(op, account, today, d->in->lang, link_of(d, KEPT_REMINDER, 0), d->out);
}

static const struct kind {
    enum layout_kind layout;
    enum text_key intro, closing;
    bool (*draw)(struct drawing *d);
} kinds[] = {
    {LAYOUT_INVOICE, TEXT_PDF_INVOICE_INTRO, TEXT_PDF_INVOICE_CLOSING, draw_invoice},
    {LAYOUT_CREDIT_NOTE, TEXT_PDF_CREDIT_INTRO, TEXT_PDF_CREDIT_CLOSING, draw_credit_note},
    {LAYOUT_RECEIPT, TEXT_PDF_RECEIPT_INTRO, TEXT_COUNT, draw_receipt},
    {LAYOUT_STATEMENT, TEXT_PDF_STATEMENT_INTRO, TEXT_COUNT, draw_statement},
    {LAYOUT_REMINDER, TEXT_PDF_REMINDER_INTRO, TEXT_PDF_REMINDER_CLOSING, draw_reminder},
};

/* The foot stands on each: it is shown on an invoice, as the first kind. */
static const struct kind *kind_of(enum text_key key)
{
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].intro == key || kinds[i].closing == key) return &kinds[i];
    return &kinds[0];
}

bool draft_paper(struct request *rq, const struct draft_text *in, struct paper *out, bool *found)
{
    const struct kind *kind = kind_of(in->key);
    struct drawing *d = arena_new(rq->op.mem, struct drawing);
    *d = (struct drawing){.rq = rq, .in = in, .out = out};
    facts_of_seller(in->seller, &d->facts);
    if (!kind->draw(d)) return false;
    *found = d->found;
    if (!d->found) return true;
    struct look look = {.seller = in->seller,
                        .layout = kind->layout,
                        .intro = kind->intro,
                        .closing = kind->closing,
                        .facts = &d->facts};
    if (!paper_look(&rq->op, &look, out)) return false;
    str filled = text_filled(rq->op.mem, in->body, &d->facts);
    if (in->key == kind->intro)
        out->intro = filled;
    else if (in->key == kind->closing)
        out->closing = filled;
    else
        out->foot = filled;
    return true;
}
