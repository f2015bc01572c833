#include "delivery/portal/invoice.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/papers.h"
#include "delivery/portal/downloads.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/customers/terms.h"
#include "domain/documents/pay_links.h"
#include "domain/documents/sharing.h"
#include "domain/ledger/ledger.h"

#include <assert.h>

/* The document of the path, if it is this customer's: another's is as if it were not there. */
static bool own_document(struct request *rq, struct document *out)
{
    int64_t id;
    bool found = request_id(rq, "inv", &id) && document_get(&rq->op, id, out);
    if (found && out->customer == rq->who.customer) return true;
    if (!found && rq->op.errs->kind != ERR_MISSING) return false;
    rq->op.errs = NULL; /* the same words, whichever it is */
    return op_fail(&rq->op, ERR_MISSING, NULL, "This invoice is not in your account.");
}

/* ---- the parts of the view ---- */

static void add_fact(struct request *rq, struct invoice_view *v, const char *name, str value)
{
    if (value.len == 0) return;
    assert(v->fact_count < COUNT(v->facts));
    v->facts[v->fact_count++] = (struct invoice_fact){str_of(say(op_lang(&rq->op), name)), value};
}

static bool facts_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    struct entity seller;
    if (!entity_get(&rq->op, d->entity, &seller)) return false;
    v->seller = seller.name;
    add_fact(rq, v, N_("Your PO"), d->po);
    add_fact(rq, v, N_("Issued"), lang_date(mem, lang, d->issued));
    if (d->kind == DOCUMENT_INVOICE) add_fact(rq, v, N_("Terms"), terms_words(mem, lang, d->terms));
    add_fact(rq, v, N_("Billed by"), seller.legal_name.len ? seller.legal_name : seller.name);
    add_fact(rq, v, N_("Order"), d->order_ref);
    add_fact(rq, v, N_("Delivery note"), d->delivery);
    return true;
}

static void lines_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    v->lines = arena_array(mem, struct invoice_line, d->line_count);
    v->line_count = d->line_count;
    for (ptrdiff_t i = 0; i < d->line_count; i++) {
        const struct document_line *line = &d->lines[i];
        money price;
        bool lost;
        bool exact = money_from_decimal(line->unit_price, d->total.cur, ROUND_EXACT, &price, &lost);
        v->lines[i] = (struct invoice_line){
            .words = line->description,
            .sku = line->sku,
            .quantity = line->unit.len
                            ? str_printf(mem, "%.*s %.*s", STR(line->quantity), STR(line->unit))
                            : line->quantity,
            .price = exact ? lang_money(mem, lang, price) : line->unit_price,
            .amount = line->net,
        };
    }
    v->taxes = arena_array(mem, struct invoice_tax, d->tax_count);
    v->tax_count = d->tax_count;
    for (ptrdiff_t i = 0; i < d->tax_count; i++)
        v->taxes[i] = (struct invoice_tax){
            .name = d->taxes[i].name,
            .rate = lang_percent(mem, lang, d->taxes[i].rate_ppm),
            .base = d->taxes[i].base,
            .amount = d->taxes[i].tax,
        };
}

/* The worst part speaks for the whole: overdue before soon before paid. */
static int urgency(const struct receivable *r)
{
    static const int order[] = {
        [STANDING_OVERDUE] = 9, [STANDING_DISPUTED] = 8, [STANDING_SOON] = 7,
        [STANDING_PARTLY] = 6,  [STANDING_OPEN] = 5,     [STANDING_PROCESSING] = 4,
        [STANDING_CREDIT] = 3,  [STANDING_PAID] = 2,     [STANDING_CREDITED] = 1,
        [STANDING_USED] = 1,
    };
    return order[r->standing];
}

static bool items_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    struct receivables items;
    const struct receivable *worst = NULL;
    struct url raise = url_printf(rq->op.mem, "/invoices/%.*s/dispute", STR(rq->id));
    if (!receivables_of_document(&rq->op, d->id, rq->today, &items) ||
        !dispute_box_load(rq, d->id, &items, raise, &v->disputes))
        return false;
    v->open = money_of(0, d->total.cur);
    v->parts = arena_array(rq->op.mem, struct invoice_part, items.count);
    v->part_count = items.count;
    v->nothing_open = true;
    for (ptrdiff_t i = 0; i < items.count; i++) {
        const struct receivable *r = &items.at[i];
        v->open = money_add(v->open, r->open);
        v->parts[i] =
            (struct invoice_part){r->number, r->due, standing_words(rq, r), r->amount, r->open};
        bool busy = r->reserved.minor >= r->open.minor;
        if (r->open.minor > 0 && busy) v->under_way = true;
        if (r->open.minor > 0 && !busy && v->item_count < COUNT(v->item_ids))
            v->item_ids[v->item_count++] = id_text(rq->op.mem, rq->app->keys, "itm", r->item);
        if (r->open.minor > 0 && v->nothing_open) {
            v->nothing_open = false;
            v->due = r->due;
        }
        if (!worst || urgency(r) > urgency(worst)) worst = r;
    }
    if (worst)
        v->standing = standing_words(rq, worst);
    else
        v->standing = (struct standing_words){
            S("paid"), str_of(say(op_lang(&rq->op), "Nothing is to be paid."))};
    return true;
}

/* Who works at the seller is the seller's own matter: its people are named by its name. */
struct names {
    struct member_list members, parents;
    str seller;
};

static bool names_load(struct request *rq, const struct document *d, struct names *out)
{
    struct customer customer;
    struct entity seller;
    *out = (struct names){0};
    if (!customer_get(&rq->op, d->customer, &customer) ||
        !entity_get(&rq->op, d->entity, &seller) ||
        !members_of(&rq->op, d->customer, &out->members))
        return false;
    out->seller = seller.name;
    return !customer.parent || members_of(&rq->op, customer.parent, &out->parents);
}

static bool is_among(const struct member_list *list, str name)
{
    for (ptrdiff_t i = 0; i < list->count; i++)
        if (str_eq(list->at[i].name, name)) return true;
    return false;
}

static bool is_of_customer(const struct names *n, str name)
{
    return is_among(&n->members, name) || is_among(&n->parents, name);
}

static void event_add(struct invoice_view *v, struct invoice_event e)
{
    ptrdiff_t at = v->event_count++;
    for (; at > 0 && date_cmp(v->events[at - 1].day, e.day) > 0; at--)
        v->events[at] = v->events[at - 1];
    v->events[at] = e;
}

/* Among the entries, by day. */
static bool events_of_disputes(struct request *rq, const struct document *d,
                               const struct names *ours, struct invoice_view *v)
{
    struct disputes list;
    if (!disputes_of_document(&rq->op, d->id, &list)) return false;
    for (ptrdiff_t i = list.count - 1; i >= 0; i--) {
        const struct dispute *x = &list.at[i];
        event_add(v, (struct invoice_event){
                         .day = clock_date(x->raised, rq->app->time_zone),
                         .what = str_of(say(op_lang(&rq->op), "Disputed")),
                         .who = is_of_customer(ours, x->raised_by) ? x->raised_by : ours->seller,
                         .amount = x->amount,
                         .has_amount = true,
                     });
        if (!x->decided) continue;
        struct standing_words words = dispute_words(rq, x);
        event_add(v, (struct invoice_event){
                         .day = clock_date(x->decided, rq->app->time_zone),
                         .what = words.words,
                         .who = is_of_customer(ours, x->decided_by) ? x->decided_by : ours->seller,
                         .amount = x->amount,
                         .has_amount = true,
                     });
    }
    return true;
}

/* From the ledger itself: every posting to this document's items, summed by entry. */
static bool entries_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    struct entry_lines lines;
    int64_t side = d->kind == DOCUMENT_INVOICE ? 1 : -1;
    if (!ledger_of_document(&rq->op, d->id, &lines)) return false;
    struct names ours;
    if (!names_load(rq, d, &ours)) return false;
    v->entries = arena_array(rq->op.mem, struct invoice_entry, lines.count);
    v->events = arena_array(rq->op.mem, struct invoice_event, lines.count + 2 * v->disputes.count);
    int64_t before = 0;
    for (ptrdiff_t i = 0; i < lines.count; i++) {
        const struct entry_line *l = &lines.at[i];
        struct item item;
        if (l->item == 0 || !str_eq(l->gl, S("1100"))) continue;
        if (!item_get(&rq->op, l->item, &item)) return false;
        if (item.document != d->id) continue;
        money amount = money_scale(l->amount, side, 1, ROUND_DOWN);
        if (l->entry == before) {
            struct invoice_entry *last = &v->entries[v->entry_count - 1];
            last->amount = money_add(last->amount, amount);
            continue;
        }
        before = l->entry;
        struct invoice_entry *e = &v->entries[v->entry_count++];
        *e = (struct invoice_entry){
            .day = l->effective, .words = entry_words(rq, l->kind), .amount = amount};
        if (l->payment) {
            struct payment payment;
            if (!payment_get(&rq->op, 0, l->payment, &payment)) return false;
            e->number = payment.number;
            e->link = payment_url(rq, l->payment);
            e->linked = true;
            if (payment.state == PAYMENT_RETURNED && str_eq(l->kind, S("unallocation")))
                e->words = str_of(say(op_lang(&rq->op), "Payment returned by the bank"));
        }
        v->events[v->event_count++] = (struct invoice_event){
            .day = clock_date(l->recorded, rq->app->time_zone),
            .what = e->words,
            .who = is_of_customer(&ours, l->actor) ? l->actor : ours.seller,
            .amount = amount,
            .has_amount = true,
        };
    }
    return events_of_disputes(rq, d, &ours, v);
}

static bool deductions_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    struct deductions list;
    if (!deductions_of_document(&rq->op, d->id, &list)) return false;
    v->deductions = arena_alloc(rq->op.mem, sizeof *v->deductions, _Alignof(str), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct deduction *x = &list.at[i];
        if (x->open.minor == 0) continue;
        ptrdiff_t n = v->deduction_count++;
        v->deductions[n].number = x->number;
        v->deductions[n].reason = reason_words(rq, x->reason, x->reason_words);
        v->deductions[n].note = x->note;
        v->deductions[n].amount = x->open;
    }
    return true;
}

static str last_opened(struct request *rq, instant at)
{
    if (!at) return S("");
    return lang_instant(rq->op.mem, op_lang(&rq->op), at, rq->app->time_zone);
}

/* The links that mails about this document hold, and that still work. */
static bool mail_links_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    enum { SHOWN = 20 };
    struct pay_links list;
    struct arena *mem = rq->op.mem;
    if (!pay_links_of_document(&rq->op, d->id, SHOWN, &list)) return false;
    v->mail_links = arena_array(mem, struct invoice_mail_link, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct pay_link *l = &list.at[i];
        if (l->over) continue;
        v->mail_links[v->mail_link_count++] = (struct invoice_mail_link){
            .id = id_text(mem, rq->app->keys, "lnk", l->id),
            .email = l->email,
            .until = lang_date(mem, op_lang(&rq->op), clock_date(l->expires, rq->app->time_zone)),
            .opened = last_opened(rq, l->opened),
        };
    }
    v->unlink = url_printf(mem, "/invoices/%.*s/unlink", STR(rq->id));
    v->may_unlink = role_may(rq->who.role, MAY_PAY) && !rq->who.view_as;
    return true;
}

static bool shares_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    struct shares list;
    struct arena *mem = rq->op.mem;
    if (!shares_of(&rq->op, d->id, &list)) return false;
    v->shares = arena_array(mem, struct invoice_share, list.count);
    v->share_count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        str token = share_token(mem, rq->app->keys, list.at[i].id);
        date until = clock_date(list.at[i].expires, rq->app->time_zone);
        v->shares[i] = (struct invoice_share){
            .id = id_text(mem, rq->app->keys, "shr", list.at[i].id),
            .opened = last_opened(rq, list.at[i].opened),
            .link = str_printf(mem, "%.*s/shared/%.*s", STR(rq->app->public_url), STR(token)),
            .until = lang_date(mem, op_lang(&rq->op), until),
        };
    }
    v->send = url_printf(mem, "/invoices/%.*s/send", STR(rq->id));
    v->share = url_printf(mem, "/invoices/%.*s/share", STR(rq->id));
    v->unshare = url_printf(mem, "/invoices/%.*s/unshare", STR(rq->id));
    v->may_share = !rq->who.view_as;
    v->email = request_typed(rq, "email");
    v->wrong_email = request_problem(rq, "email");
    return true;
}

struct show_form {
    str done;
};
static const char *const dones[] = {"sent", "shared", "revoked", "disputed", "withdrawn", NULL};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct show_form, done),
     .choices = dones},
    {.name = NULL},
};

static str done_words(struct request *rq, str done)
{
    const struct lang *lang = op_lang(&rq->op);
    if (str_eq(done, S("sent"))) return str_of(say(lang, "The copy is on its way."));
    if (str_eq(done, S("shared"))) return str_of(say(lang, "The link is ready to copy."));
    if (str_eq(done, S("revoked"))) return str_of(say(lang, "The link no longer works."));
    return S("");
}

/* What is open may be paid, credited or disputed while somebody looks at it. */
static bool news_load(struct request *rq, const struct document *d, struct invoice_view *v)
{
    int64_t version;
    if (rq->method != GET || v->nothing_open) return true;
    if (!document_version(&rq->op, d->id, &version)) return false;
    v->news =
        url_printf(rq->op.mem, "/invoices/%.*s/news?seen=%lld", STR(rq->id), (long long)version);
    return true;
}

struct news_form {
    int64_t seen;
};
static const struct input news_inputs[] = {
    {.name = "seen",
     .type = INPUT_I64,
     .offset = offsetof(struct news_form, seen),
     .about = "The version of the invoice that the page shows; without it there is news at once"},
    {.name = NULL},
};

static struct reply invoice_news(struct request *rq)
{
    const struct news_form *in = rq->in;
    struct document d;
    if (!own_document(rq, &d)) return reply_errors(rq);
    return reply_watch(rq, (struct watch){document_version, d.id, in->seen});
}

struct reply invoice_show(struct request *rq)
{
    struct document d;
    struct frame frame;
    if (!own_document(rq, &d)) return reply_errors(rq);
    struct invoice_view v = {
        .credit = d.kind == DOCUMENT_CREDIT_NOTE,
        .number = d.number,
        .total = d.total,
        .net = d.net,
        .tax = d.tax,
        .note = d.note,
        .may_pay = role_may(rq->who.role, MAY_PAY) && !rq->who.view_as,
        .pdf = url_printf(rq->op.mem, "/invoices/%.*s/pdf", STR(rq->id)),
    };
    if (rq->method == GET) v.done = done_words(rq, ((const struct show_form *)rq->in)->done);
    lines_load(rq, &d, &v);
    if (!shares_load(rq, &d, &v) || !mail_links_load(rq, &d, &v) || !facts_load(rq, &d, &v) ||
        !items_load(rq, &d, &v) || !news_load(rq, &d, &v) || !entries_load(rq, &d, &v) ||
        !deductions_load(rq, &d, &v) ||
        !portal_frame_of(rq, d.entity, d.number, "/invoices", &frame))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_invoice(&page, &v);
    return portal_end(rq, &frame, &page);
}

static bool own_document_load(struct op *op, void *arg)
{
    struct document d;
    struct request *rq = arg;
    (void)op;
    return own_document(rq, &d);
}

static struct reply invoice_pdf(struct request *rq)
{
    int64_t id;
    if (!store_transact(&rq->op, rq->store, TX_READ, own_document_load, rq) ||
        !request_id(rq, "inv", &id))
        return reply_errors(rq);
    return paper_reply(rq, KEPT_DOCUMENT, id);
}

const struct route invoice_routes[] = {
    {.method = GET,
     .path = "/invoices/:id",
     .handle = invoice_show,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(show_inputs, struct show_form),
     .about = "An invoice or a credit note"},
    {.method = GET,
     .path = "/invoices/:id/news",
     .handle = invoice_news,
     .may = MAY_SEE_ACCOUNT,
     .unasked = true,
     INPUTS(news_inputs, struct news_form),
     .about = "Tells as an event when the state of the invoice has changed"},
    {.method = GET,
     .path = "/invoices/:id/pdf",
     .handle = invoice_pdf,
     .talks = true,
     .may = MAY_SEE_ACCOUNT,
     .about = "The same as PDF"},
    {.path = NULL},
};
