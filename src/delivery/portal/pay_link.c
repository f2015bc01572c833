#include "delivery/portal/pay_link.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/papers.h"
#include "delivery/portal/payment.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/pay_links.h"
#include "domain/notices/settings.h"

#include <string.h>

enum { ITEMS_MAX = 500 };

/* A link, what it is about, and what it allows. */
struct opened {
    struct pay_link link;
    struct mail_setting setting;
    struct entity seller;
    struct customer customer;
    struct receivables items;
    int64_t payable[ITEMS_MAX];
    ptrdiff_t payable_count;
    money total;     /* of what is payable */
    bool under_way;  /* something is reserved by a payment */
    int64_t payment; /* the newest that was begun by this link and may still end well; 0 */
};

/* ---- finding it ---- */

/* Not there, over, or theirs: 404 and 410 are decided; 0 goes on. */
static bool find(struct request *rq, struct pay_link *link, int *status)
{
    bool found;
    if (!pay_link_find(&rq->op, rq->app->keys, rq->id, link, &found)) return false;
    *status = !found ? 404 : link->over ? 410 : 0;
    return true;
}

static void item_take(struct opened *o, const struct receivable *r)
{
    money free = money_sub(r->open, r->reserved);
    if (r->reserved.minor > 0) o->under_way = true;
    if (r->side < 0 || free.minor <= 0 || o->payable_count == ITEMS_MAX) return;
    o->total = o->payable_count ? money_add(o->total, free) : free;
    o->payable[o->payable_count++] = r->item;
}

static bool items_load(struct request *rq, struct opened *o)
{
    struct pay_link_documents documents;
    struct text all = {.mem = rq->op.mem};
    if (!pay_link_documents(&rq->op, o->link.id, &documents)) return false;
    for (ptrdiff_t d = 0; d < documents.count; d++) {
        struct receivables some;
        if (!receivables_of_document(&rq->op, documents.at[d], rq->today, &some)) return false;
        for (ptrdiff_t i = 0; i < some.count; i++) item_take(o, &some.at[i]);
        text_add(&all,
                 (str){(const char *)some.at, some.count * (ptrdiff_t)sizeof(struct receivable)});
        o->items.count += some.count;
    }
    o->items.at = arena_array(rq->op.mem, struct receivable, o->items.count);
    if (all.len > 0) memcpy(o->items.at, all.at, (size_t)all.len);
    return true;
}

static bool payment_load(struct request *rq, struct opened *o)
{
    struct pay_link_documents payments;
    struct payment p;
    if (!pay_link_payments(&rq->op, o->link.id, &payments)) return false;
    if (payments.count == 0) return true;
    if (!payment_get(&rq->op, o->link.customer, payments.at[0], &p)) return false;
    bool ended = p.state == PAYMENT_FAILED || p.state == PAYMENT_CANCELLED ||
                 p.state == PAYMENT_EXPIRED || p.state == PAYMENT_RETURNED;
    if (!ended) o->payment = p.id;
    return true;
}

static bool load(struct request *rq, struct opened *o)
{
    return mail_setting_get(&rq->op, o->link.entity, &o->setting) &&
           entity_get(&rq->op, o->link.entity, &o->seller) &&
           customer_get(&rq->op, o->link.customer, &o->customer) && items_load(rq, o) &&
           payment_load(rq, o);
}

/* ---- pages ---- */

static struct reply show(struct request *rq, int64_t entity, str title,
                         const struct pay_link_view *v, int status)
{
    struct frame frame;
    if (!portal_frame_of(rq, entity, title, NULL, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_pay_link(&page, v);
    struct reply reply = portal_end(rq, &frame, &page);
    session_name_browser(rq, &reply);
    reply.no_referrer = true;
    reply.status = status;
    return reply;
}

/* The page in the portal that shows the same to somebody who is signed in. */
static str portal_page(struct request *rq, const struct opened *o)
{
    int64_t document = o->items.count > 0 ? o->items.at[0].document : 0;
    for (ptrdiff_t i = 0; i < o->items.count; i++)
        if (o->items.at[i].document != document) document = 0;
    return document ? document_url(rq, document).checked : S("/invoices");
}

static struct url sign_in_url(struct request *rq, const struct opened *o)
{
    return url_printf(rq->op.mem, "/sign-in?next=%.*s",
                      STR(url_encode(rq->op.mem, portal_page(rq, o))));
}

static str pay_path(struct request *rq, str more)
{
    return str_printf(rq->op.mem, "/pay/%.*s%.*s", STR(rq->id), STR(more));
}

static str payment_path(struct request *rq, int64_t payment)
{
    str id = id_text(rq->op.mem, rq->app->keys, "pay", payment);
    return pay_path(rq, str_printf(rq->op.mem, "/%.*s", STR(id)));
}

/* Whoever is signed in as its customer needs no link; others are told what became of it. */
static struct reply gone(struct request *rq, int status)
{
    struct pay_link_view v = {.over = true, .sign_in = url_of(S("/sign-in"))};
    str title = said(rq, "This link no longer works");
    struct opened *o = arena_new(rq->op.mem, struct opened);
    int same;
    if (status == 404) return show(rq, 0, title, &v, status);
    if (!find(rq, &o->link, &same) || !load(rq, o)) return reply_errors(rq);
    if (rq->who.customer == o->link.customer && rq->method == GET)
        return reply_see(rq, portal_page(rq, o));
    v.seller = o->seller.name;
    v.sign_in = sign_in_url(rq, o);
    v.lead = o->link.revoked
                 ? said(rq, "It was taken back.")
                 : filled(rq, N_("It worked until {1}."),
                          lang_date_long(rq->op.mem, op_lang(&rq->op), day_of(rq, o->link.expires)),
                          S(""));
    return show(rq, o->link.entity, title, &v, status);
}

static void words_of(struct request *rq, const struct opened *o, struct pay_link_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    if (o->payable_count > 0) {
        v->title = lang_money(rq->op.mem, lang, o->total);
        if (o->items.count == 1)
            v->lead = filled(rq, N_("Invoice {1} is due on {2}."), o->items.at[0].number,
                             lang_date_long(rq->op.mem, lang, o->items.at[0].due));
        else
            v->lead =
                counted(rq, "{1} document is open.", "{1} documents are open.", o->items.count);
    } else if (o->under_way) {
        v->title = said(rq, "Your payment is on its way.");
    } else {
        v->title = said(rq, "Nothing is due. Thank you.");
        v->lead = o->items.count == 1 ? filled(rq, N_("Nothing of invoice {1} is open any more."),
                                               o->items.at[0].number, S(""))
                                      : said(rq, "Nothing of these documents is open any more.");
    }
}

static void rows_of(struct request *rq, const struct opened *o, struct pay_link_view *v)
{
    v->rows = arena_array(rq->op.mem, struct pay_link_row, o->items.count);
    v->count = o->items.count;
    for (ptrdiff_t i = 0; i < v->count; i++) {
        const struct receivable *r = &o->items.at[i];
        str id = id_text(rq->op.mem, rq->app->keys, "inv", r->document);
        v->rows[i] = (struct pay_link_row){
            .number = r->number,
            .due = r->due,
            .standing = standing_words(rq, r),
            .open = r->open,
            .pdf = url_of(pay_path(rq, str_printf(rq->op.mem, "/%.*s/pdf", STR(id)))),
        };
    }
}

static struct reply link_show(struct request *rq)
{
    struct opened *o = arena_new(rq->op.mem, struct opened);
    int status;
    if (!find(rq, &o->link, &status)) return reply_errors(rq);
    if (status) return gone(rq, status);
    if (!load(rq, o)) return reply_errors(rq);
    if (rq->method == GET && !pay_link_opened(&rq->op, o->link.id)) return reply_errors(rq);
    if (rq->who.customer == o->link.customer && rq->method == GET)
        return reply_see(rq, portal_page(rq, o));
    if (o->setting.link_policy == LINKS_SIGN_IN) return reply_see(rq, sign_in_url(rq, o).checked);
    struct pay_link_view v = {
        .seller = o->seller.name,
        .customer = o->customer.name,
        .total = o->total,
        .payable = o->payable_count > 0 && o->setting.link_policy == LINKS_PAY,
        .asks_sign_in = o->payable_count > 0,
        .cards = rq->app->gateway != NULL,
        .transfers = o->seller.iban.len > 0,
        .under_way = o->under_way,
        .pay = url_of(pay_path(rq, S(""))),
        .sign_in = sign_in_url(rq, o),
        .has_payment = o->payment != 0,
        .payment = url_of(o->payment ? payment_path(rq, o->payment) : S("/")),
        .problem = rq->problems ? rq->problems->message : S(""),
    };
    words_of(rq, o, &v);
    rows_of(rq, o, &v);
    return show(rq, o->link.entity, v.title, &v, 200);
}

/* ---- paying ---- */

struct pay_form {
    str way;
};
static const char *const ways[] = {"card", "transfer", NULL};
static const struct input pay_inputs[] = {
    {.name = "way",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct pay_form, way),
     .choices = ways,
     .required = true},
    {.name = NULL},
};

static const char *cookie_name(const struct app *app)
{
    return app->secure ? "__Host-p" : "p";
}

static bool pay(struct request *rq, const struct opened *o, bool card, int64_t *payment)
{
    struct customer_ids made;
    struct op *op = &rq->op;
    if (card && !rq->app->gateway)
        return op_fail(op, ERR_INVALID, "way", "Cards are not offered here: pay by transfer.");
    if (!checkout_start(op, o->link.customer, 0, o->payable, o->payable_count, &made)) return false;
    if (made.count != 1)
        return op_fail(op, ERR_INVALID, NULL,
                       "This is in several currencies. Please sign in to pay it.");
    bool begun = card ? payment_begin(op, o->link.customer, made.at[0], rq->app->gateway->name, 0,
                                      rq->today, payment)
                      : payment_announce(op, o->link.customer, made.at[0], rq->today, payment);
    return begun && pay_link_paid_by(op, o->link.id, *payment);
}

static struct reply link_pay(struct request *rq)
{
    const struct pay_form *form = rq->in;
    struct opened *o = arena_new(rq->op.mem, struct opened);
    bool card = str_eq(form->way, S("card"));
    int64_t payment = 0;
    int status;
    if (!find(rq, &o->link, &status)) return reply_errors(rq);
    if (status) return gone(rq, status);
    if (!load(rq, o)) return reply_errors(rq);
    if (o->setting.link_policy != LINKS_PAY) return reply_see(rq, sign_in_url(rq, o).checked);
    if (o->payment) return reply_see(rq, payment_path(rq, o->payment)); /* a second click */
    if (o->payable_count == 0) return reply_see(rq, pay_path(rq, S("")));
    if (!pay(rq, o, card, &payment)) return reply_errors(rq);
    str path = payment_path(rq, payment);
    struct reply reply =
        reply_see(rq, card ? str_printf(rq->op.mem, "%.*s/card", STR(path)) : path);
    /* So that the gateway's way back finds its way to this link: see /back/:id. */
    reply.cookies[0].name = cookie_name(rq->app);
    reply.cookies[0].value = rq->id;
    return reply;
}

/* ---- the payment ---- */

struct guest {
    struct request *rq;
    struct payer payer;
    int status; /* 404, 410; 0: go on */
};

static bool guest_find(struct op *op, void *arg)
{
    struct guest *g = arg;
    struct request *rq = g->rq;
    struct pay_link link;
    struct pay_link_documents own;
    int64_t id;
    (void)op;
    if (!find(rq, &link, &g->status)) return false;
    if (g->status) return true;
    g->status = 404;
    if (!id_from(rq->app->keys, "pay", rq->part, &id)) return true;
    if (!pay_link_payments(&rq->op, link.id, &own)) return false;
    for (ptrdiff_t i = 0; i < own.count; i++)
        if (own.at[i] == id) g->status = 0;
    g->payer = (struct payer){
        .customer = link.customer,
        .payment = id,
        .base = pay_path(rq, str_printf(rq->op.mem, "/%.*s", STR(rq->part))),
        .items = url_of(pay_path(rq, S(""))),
        .guest = true,
    };
    return true;
}

static struct reply guest_show(struct request *rq)
{
    struct guest g = {.rq = rq};
    if (!guest_find(&rq->op, &g)) return reply_errors(rq);
    return g.status ? gone(rq, g.status) : payment_page(rq, &g.payer);
}

static struct reply guest_news(struct request *rq)
{
    struct guest g = {.rq = rq};
    if (!guest_find(&rq->op, &g)) return reply_errors(rq);
    return g.status ? gone(rq, g.status) : payment_news(rq, &g.payer);
}

/* Those that wait for the gateway: the link is found in a transaction of its own. */
static struct reply talk(struct request *rq,
                         struct reply (*then)(struct request *, const struct payer *))
{
    struct guest g = {.rq = rq};
    if (!store_transact(&rq->op, rq->store, TX_READ, guest_find, &g)) return reply_errors(rq);
    if (g.status == 404) return reply_missing(rq);
    if (g.status == 410) return reply_see(rq, pay_path(rq, S(""))); /* which says so */
    return then(rq, &g.payer);
}

static struct reply guest_card(struct request *rq)
{
    return talk(rq, payment_card);
}

static struct reply guest_back(struct request *rq)
{
    return talk(rq, payment_back);
}

static struct reply guest_again(struct request *rq)
{
    struct guest g = {.rq = rq};
    if (!guest_find(&rq->op, &g)) return reply_errors(rq);
    return g.status ? gone(rq, g.status) : payment_retry(rq, &g.payer);
}

static struct reply guest_stop(struct request *rq)
{
    return talk(rq, payment_stop);
}

/* ---- a document of the link ---- */

struct guest_document {
    struct request *rq;
    int64_t id;
    int status;
};

static bool document_find(struct op *op, void *arg)
{
    struct guest_document *d = arg;
    struct pay_link link;
    struct pay_link_documents own;
    struct mail_setting setting;
    if (!find(d->rq, &link, &d->status)) return false;
    if (d->status) return true;
    d->status = 404;
    if (!id_from(d->rq->app->keys, "inv", d->rq->part, &d->id)) return true;
    if (!pay_link_documents(op, link.id, &own) || !mail_setting_get(op, link.entity, &setting))
        return false;
    for (ptrdiff_t i = 0; i < own.count; i++)
        if (own.at[i] == d->id && setting.link_policy != LINKS_SIGN_IN) d->status = 0;
    return true;
}

static struct reply guest_pdf(struct request *rq)
{
    struct guest_document d = {.rq = rq};
    if (!store_transact(&rq->op, rq->store, TX_READ, document_find, &d)) return reply_errors(rq);
    if (d.status == 404) return reply_missing(rq);
    if (d.status == 410) return reply_see(rq, pay_path(rq, S(""))); /* which says so */
    return paper_reply(rq, KEPT_DOCUMENT, d.id);
}

/* ---- the gateway's way back ---- */

struct back_form {
    str charge;
};
static const struct input back_inputs[] = {
    {.name = "charge", .type = INPUT_TEXT, .offset = offsetof(struct back_form, charge)},
    {.name = NULL},
};

/* The same address for whoever paid: a guest goes back to the link, which their browser knows;
 * everybody else to the payment in the portal. Nothing is looked up here, and nothing believed. */
static struct reply back(struct request *rq)
{
    str token = rq->who.customer ? S("") : request_cookie(rq, cookie_name(rq->app));
    if (token.len > 0 && token.len < 200)
        return reply_see(rq,
                         str_printf(rq->op.mem, "/pay/%.*s/%.*s/back", STR(token), STR(rq->id)));
    return reply_see(rq, str_printf(rq->op.mem, "/payments/%.*s/back", STR(rq->id)));
}

const struct route pay_link_routes[] = {
    {.method = GET,
     .path = "/pay/:id",
     .handle = link_show,
     .may = MAY_ANYONE,
     .writes = true,
     .about = "What a mail's link asks to be paid"},
    {.method = POST,
     .path = "/pay/:id",
     .handle = link_pay,
     .may = MAY_ANYONE,
     INPUTS(pay_inputs, struct pay_form),
     .redisplay = link_show,
     .about = "Pays it by card or by transfer"},
    {.method = GET,
     .path = "/pay/:id/:part",
     .handle = guest_show,
     .may = MAY_ANYONE,
     .about = "Where a payment by that link stands"},
    {.method = GET,
     .path = "/pay/:id/:part/news",
     .handle = guest_news,
     .may = MAY_ANYONE,
     .unasked = true,
     INPUTS(payment_news_inputs, struct payment_news_form),
     .about = "Tells as an event when that payment has changed"},
    {.method = GET,
     .path = "/pay/:id/:part/pdf",
     .handle = guest_pdf,
     .may = MAY_ANYONE,
     .talks = true,
     .about = "A document of that link as PDF"},
    {.method = GET,
     .path = "/pay/:id/:part/card",
     .handle = guest_card,
     .may = MAY_ANYONE,
     .talks = true,
     .about = "The card form of the gateway"},
    {.method = GET,
     .path = "/pay/:id/:part/back",
     .handle = guest_back,
     .may = MAY_ANYONE,
     .talks = true,
     .about = "Where the gateway sends a guest back to"},
    {.method = POST,
     .path = "/pay/:id/:part/again",
     .handle = guest_again,
     .may = MAY_ANYONE,
     .about = "A further try with a card"},
    {.method = POST,
     .path = "/pay/:id/:part/cancel",
     .handle = guest_stop,
     .may = MAY_ANYONE,
     .talks = true,
     .about = "Ends a payment that was not finished"},
    {.method = GET,
     .path = "/back/:id",
     .handle = back,
     .may = MAY_ANYONE,
     INPUTS(back_inputs, struct back_form),
     .about = "Where the gateway sends the payer back to"},
    {.path = NULL},
};
