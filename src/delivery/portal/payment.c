/* One payment: where it stands, what it pays, the card form, and what can still be done. */
#include "delivery/portal/payment.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/papers.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/company/company.h"
#include "domain/documents/epc.h"
#include "domain/documents/papers.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/reference.h"

/* ---- the view ---- */

static void add_fact(struct request *rq, struct payment_view *v, const char *name, str value)
{
    if (value.len == 0 || v->fact_count == COUNT(v->facts)) return;
    v->facts[v->fact_count++] = (struct payment_fact){said(rq, name), value};
}

static void facts_of(struct request *rq, const struct payment *p, struct payment_view *v)
{
    bool card = str_eq(p->method, S("card"));
    add_fact(rq, v, N_("Payment"), p->number);
    add_fact(rq, v, N_("Method"), method_words(rq, p));
    add_fact(rq, v, N_("Reference"), reference_groups(rq->op.mem, p->reference));
    add_fact(rq, v, card ? N_("Charge") : N_("Bank's reference"), p->bank_ref);
    add_fact(rq, v, N_("From"), p->payer);
    if (p->fee.minor > 0)
        add_fact(rq, v, N_("Surcharge"), lang_money(rq->op.mem, op_lang(&rq->op), p->fee));
    add_fact(rq, v, N_("Recorded"), moment(rq, p->created));
    add_fact(rq, v, N_("Recorded, UTC"),
             lang_instant(rq->op.mem, op_lang(&rq->op), p->created, S("UTC")));
    if (p->value_date.some)
        add_fact(rq, v, N_("Value date"),
                 lang_date(rq->op.mem, op_lang(&rq->op), p->value_date.value));
}

static bool uses_load(struct request *rq, const struct payment *p, struct payment_view *v)
{
    struct payment_uses uses;
    if (!payment_uses(&rq->op, p->id, rq->today, &uses)) return false;
    v->uses = arena_array(rq->op.mem, struct payment_use_row, uses.count);
    v->use_count = uses.count;
    v->unapplied = uses.unapplied;
    for (ptrdiff_t i = 0; i < uses.count; i++) {
        const struct payment_use *u = &uses.at[i];
        int64_t sign = u->credit ? -1 : 1;
        v->uses[i] = (struct payment_use_row){
            .number = u->number,
            .linked = u->document != 0,
            .credit = u->credit,
            .before = money_scale(u->open_before, sign, 1, ROUND_DOWN),
            .applied = money_scale(u->applied, sign, 1, ROUND_DOWN),
            .deducted = u->deducted,
            .after = money_scale(u->open_after, sign, 1, ROUND_DOWN),
        };
        if (u->document) v->uses[i].link = document_url(rq, u->document);
        if (u->deducted.minor > 0) v->has_deducted = true;
    }
    return true;
}

static bool history_load(struct request *rq, const struct payment *p, struct payment_view *v)
{
    struct payment_step *steps;
    ptrdiff_t count;
    if (!payment_steps(&rq->op, p->id, &steps, &count)) return false;
    v->history = arena_alloc(rq->op.mem, sizeof *v->history, _Alignof(str), count);
    v->history_count = count;
    for (ptrdiff_t i = 0; i < count; i++) {
        struct payment then = *p;
        if (!payment_state_from(steps[i].state, &then.state)) continue;
        v->history[i].when = moment(rq, steps[i].at);
        v->history[i].what = payment_words(rq, &then).words;
    }
    return true;
}

static void steps_of(struct request *rq, const struct payment *p, struct payment_view *v)
{
    bool arrived = p->item != 0 && p->state != PAYMENT_RETURNED;
    bool waits = p->state == PAYMENT_PENDING || p->state == PAYMENT_UNKNOWN ||
                 p->state == PAYMENT_SUBMITTING;
    bool transfer = str_eq(p->method, S("transfer"));
    if (!arrived && !waits) return;
    v->steps[0] =
        (struct payment_step_row){.words = said(rq, transfer ? N_("Announced") : N_("Sent")),
                                  .when = moment(rq, p->created),
                                  .done = true};
    v->steps[1] =
        (struct payment_step_row){.words = said(rq, transfer ? N_("On its way") : N_("Processing")),
                                  .done = arrived,
                                  .now = !arrived};
    v->steps[2] = (struct payment_step_row){
        .words = said(rq, transfer ? N_("Received and applied") : N_("Paid and applied")),
        .when = arrived ? moment(rq, p->changed) : S(""),
        .done = arrived};
    v->step_count = 3;
}

static void words_of(struct request *rq, const struct payment *p,
                     const struct payment_attempt *last, struct payment_view *v)
{
    str amount = lang_money(rq->op.mem, op_lang(&rq->op), p->amount);
    v->standing = payment_words(rq, p);
    v->under = filled(rq, N_("Payment {1}, {2}."), p->number, moment(rq, p->created));
    switch (p->state) {
    case PAYMENT_SUCCEEDED:
    case PAYMENT_SETTLED:
        v->headline = filled(rq, N_("Thank you. {1} is paid."), amount, S(""));
        v->good = true;
        return;
    case PAYMENT_PENDING:
        v->headline = filled(rq, N_("We are waiting for your transfer of {1}."), amount, S(""));
        v->waiting = true;
        return;
    case PAYMENT_UNKNOWN:
    case PAYMENT_SUBMITTING:
        v->headline = filled(rq, N_("We are checking your payment of {1}."), amount, S(""));
        v->status_note =
            filled(rq,
                   N_("We do not know yet whether {1} was charged. Please do not pay again: we "
                      "keep asking, and write to you as soon as we know."),
                   amount, S(""));
        v->checking = true;
        return;
    case PAYMENT_FAILED:
        v->headline = filled(rq, N_("{1} was not paid."), amount, S(""));
        v->status_note = decline_words(rq, last ? last->decline : S(""));
        v->failed = v->unpaid = true;
        return;
    case PAYMENT_CREATED:
    case PAYMENT_REQUIRES_ACTION:
        v->headline = filled(rq, N_("Finish your payment of {1}."), amount, S(""));
        v->status_note =
            said(rq, N_("Nothing is charged yet. The items are kept for you for an hour."));
        return;
    case PAYMENT_CANCELLED:
    case PAYMENT_EXPIRED:
        v->headline = filled(rq, N_("Your payment of {1} has ended."), amount, S(""));
        v->status_note = said(rq, N_("Nothing was charged. The items are open again."));
        v->unpaid = true;
        return;
    case PAYMENT_RETURNED:
        v->headline = filled(rq, N_("{1} was returned by the bank."), amount, S(""));
        v->status_note = said(rq, N_("What it paid is open again."));
        v->failed = v->unpaid = true;
        return;
    case PAYMENT_PARTIALLY_REFUNDED:
    case PAYMENT_REFUNDED: v->headline = filled(rq, N_("Payment of {1}"), amount, S("")); return;
    }
}

static void payee_add(struct request *rq, struct payment_view *v, const char *name, str value)
{
    if (value.len == 0) return;
    v->payee[v->payee_count++] = (struct payment_fact){said(rq, name), value};
}

static bool transfer_load(struct request *rq, const struct payment *p, struct payment_view *v)
{
    struct entity seller;
    v->transfer_open = p->state == PAYMENT_PENDING;
    if (!v->transfer_open) return true;
    if (!entity_get(&rq->op, p->entity, &seller)) return false;
    payee_add(rq, v, N_("Pay to"), seller.payee);
    payee_add(rq, v, N_("IBAN"), reference_groups(rq->op.mem, seller.iban));
    payee_add(rq, v, N_("BIC"), seller.bic);
    payee_add(rq, v, N_("Bank"), seller.bank);
    payee_add(rq, v, N_("Amount"), lang_money(rq->op.mem, op_lang(&rq->op), p->amount));
    payee_add(rq, v, N_("Reference"), reference_groups(rq->op.mem, p->reference));
    if (!str_eq(currency_text(&p->amount.cur), S("EUR")) || seller.iban.len == 0) return true;
    struct epc in = {.name = seller.payee,
                     .iban = seller.iban,
                     .bic = seller.bic,
                     .amount = p->amount,
                     .reference = p->reference};
    str code;
    return epc_code(&rq->op, &in, &code) && qr_svg_path(&rq->op, code, &v->qr_path, &v->qr_size);
}

static struct url below(struct request *rq, const struct payer *payer, const char *what)
{
    return url_printf(rq->op.mem, "%.*s/%s", STR(payer->base), what);
}

static void acts_of(struct request *rq, const struct payment *p, const struct payer *payer,
                    struct payment_view *v)
{
    bool may = payer->guest || (role_may(rq->who.role, MAY_PAY) && !rq->who.view_as);
    bool card = str_eq(p->method, S("card")) && rq->app->gateway;
    v->card = below(rq, payer, "card");
    v->again = below(rq, payer, "again");
    v->cancel = below(rq, payer, "cancel");
    v->receipt = below(rq, payer, "receipt");
    v->has_receipt = p->item != 0 && !payer->guest; /* it is mailed */
    v->may_card = may && card && p->state == PAYMENT_REQUIRES_ACTION;
    v->may_again = may && card && p->checkout &&
                   (p->state == PAYMENT_FAILED || p->state == PAYMENT_CANCELLED ||
                    p->state == PAYMENT_EXPIRED);
    v->may_cancel = may && (v->may_card || p->state == PAYMENT_PENDING);
}

/* What went back, each with its receipt; a guest has it by mail. */
static bool refunds_load(struct request *rq, const struct payment *p, struct payment_view *v)
{
    struct refunds_sent sent;
    if (v->guest) return true;
    if (!refunds_sent(&rq->op, p, &sent)) return false;
    v->refunds = arena_array(rq->op.mem, struct payment_paper, sent.count);
    v->refund_count = sent.count;
    for (ptrdiff_t i = 0; i < sent.count; i++) {
        str id = id_text(rq->op.mem, rq->app->keys, "ref", sent.at[i].id);
        v->refunds[i] = (struct payment_paper){
            .words = filled(rq, N_("Receipt for the refund of {1}"),
                            lang_money(rq->op.mem, op_lang(&rq->op), sent.at[i].sum), S("")),
            .link = url_printf(rq->op.mem, "/refunds/%.*s/pdf", STR(id)),
        };
    }
    return true;
}

/* It may change by itself, while the payer looks at it. */
static bool unfinished(enum payment_state state)
{
    return state == PAYMENT_CREATED || state == PAYMENT_REQUIRES_ACTION ||
           state == PAYMENT_SUBMITTING || state == PAYMENT_UNKNOWN || state == PAYMENT_PENDING;
}

static struct reply finished(struct request *rq, const struct payer *payer,
                             const struct frame *frame, struct page *page)
{
    struct reply reply = portal_end(rq, frame, page);
    if (!payer->guest) return reply;
    session_name_browser(rq, &reply);
    reply.no_referrer = true;
    return reply;
}

struct reply payment_page(struct request *rq, const struct payer *payer)
{
    struct payment p;
    struct payment_attempt *attempts;
    ptrdiff_t count;
    struct frame frame;
    struct payment_view v = {.guest = payer->guest, .items = payer->items};
    if (!payment_get(&rq->op, payer->customer, payer->payment, &p)) return reply_errors(rq);
    if (!payment_attempts(&rq->op, p.id, &attempts, &count)) return reply_errors(rq);
    v.number = p.number;
    v.amount = p.amount;
    v.fee = p.fee;
    v.charged = money_add(p.amount, p.fee);
    v.has_fee = p.fee.minor > 0;
    words_of(rq, &p, count > 0 ? &attempts[count - 1] : NULL, &v);
    facts_of(rq, &p, &v);
    steps_of(rq, &p, &v);
    acts_of(rq, &p, payer, &v);
    if (!uses_load(rq, &p, &v) || !history_load(rq, &p, &v) || !transfer_load(rq, &p, &v) ||
        !refunds_load(rq, &p, &v) || !portal_frame_of(rq, p.entity, p.number, "/payments", &frame))
        return reply_errors(rq);
    /* News at once with a script, within seconds without one. */
    if (unfinished(p.state))
        v.news =
            url_printf(rq->op.mem, "%.*s/news?seen=%lld", STR(payer->base), (long long)p.version);
    if (v.checking) frame.refresh_seconds = 3;
    struct page page = portal_begin(rq, &frame);
    page_payment(&page, &v);
    return finished(rq, payer, &frame, &page);
}

/* Somebody who is signed in, at a payment of their own. */
static bool own_payer(struct request *rq, struct payer *out)
{
    *out = (struct payer){
        .customer = rq->who.customer,
        .base = str_printf(rq->op.mem, "/payments/%.*s", STR(rq->id)),
        .items = url_of(S("/invoices")),
    };
    return request_id(rq, "pay", &out->payment);
}

static struct reply payment_show(struct request *rq)
{
    struct payer payer;
    return own_payer(rq, &payer) ? payment_page(rq, &payer) : reply_errors(rq);
}

const struct input payment_news_inputs[] = {
    {.name = "seen",
     .type = INPUT_I64,
     .offset = offsetof(struct payment_news_form, seen),
     .about = "The version of the payment that the page shows; without it there is news at once"},
    {.name = NULL},
};

struct reply payment_news(struct request *rq, const struct payer *payer)
{
    const struct payment_news_form *in = rq->in;
    struct payment p;
    if (!payment_get(&rq->op, payer->customer, payer->payment, &p)) return reply_errors(rq);
    return reply_watch(rq, (struct watch){payment_version, p.id, in->seen});
}

static struct reply own_news(struct request *rq)
{
    struct payer payer;
    return own_payer(rq, &payer) ? payment_news(rq, &payer) : reply_errors(rq);
}

/* ---- talking: the routes below wait for the gateway, outside any transaction ---- */

struct looking {
    struct request *rq;
    const struct payer *payer;
    struct payment p;
    struct payment_attempt last;
    struct frame frame;
};

static bool look(struct op *op, void *arg)
{
    struct looking *l = arg;
    struct payment_attempt *attempts;
    ptrdiff_t count;
    if (!payment_get(op, l->payer->customer, l->payer->payment, &l->p)) return false;
    if (!payment_attempts(op, l->p.id, &attempts, &count)) return false;
    l->last = count > 0 ? attempts[count - 1] : (struct payment_attempt){0};
    return portal_frame_of(l->rq, l->p.entity, l->p.number, "/payments", &l->frame);
}

static bool looked(struct request *rq, const struct payer *payer, struct looking *l)
{
    *l = (struct looking){.rq = rq, .payer = payer};
    return store_transact(&rq->op, rq->store, TX_READ, look, l);
}

static struct reply payment_receipt(struct request *rq)
{
    struct payer payer;
    struct looking l;
    if (!own_payer(rq, &payer) || !looked(rq, &payer, &l)) return reply_errors(rq);
    return paper_reply(rq, KEPT_RECEIPT, l.p.id);
}

struct refund_look {
    struct request *rq;
    int64_t refund;
};

static bool own_refund(struct op *op, void *arg)
{
    const struct refund_look *l = arg;
    struct refunded refund;
    if (!refund_get(op, l->refund, &refund)) return false;
    return refund.customer == l->rq->who.customer ||
           op_fail(op, ERR_MISSING, NULL, "There is no such refund.");
}

static struct reply refund_receipt(struct request *rq)
{
    struct refund_look l = {.rq = rq};
    if (!request_id(rq, "ref", &l.refund) ||
        !store_transact(&rq->op, rq->store, TX_READ, own_refund, &l))
        return reply_errors(rq);
    return paper_reply(rq, KEPT_REFUND, l.refund);
}

static struct gateway_access access_of(const struct request *rq)
{
    return (struct gateway_access){rq->app->gateway, rq->app->gateway_account, rq->app->keys};
}

/* One address for each payment, whoever pays: gateways compare. See pay_link_routes. */
static str return_url(struct request *rq, const struct payer *payer)
{
    str id = id_text(rq->op.mem, rq->app->keys, "pay", payer->payment);
    return str_printf(rq->op.mem, "%.*s/back/%.*s", STR(rq->app->public_url), STR(id));
}

/* "http://host:port" of an address. */
static str origin_of(str url)
{
    ptrdiff_t start = str_find(url, S("://"));
    if (start < 0) return S("");
    struct str_pair host = str_cut(str_from(url, start + 3), '/');
    return str_head(url, start + 3 + host.head.len);
}

struct reply payment_card(struct request *rq, const struct payer *payer)
{
    struct looking l;
    enum payment_state state;
    struct gateway_access access = access_of(rq);
    if (!looked(rq, payer, &l)) return reply_errors(rq);
    if (!access.gateway) return reply_missing(rq);
    if (!payment_talk(&rq->op, rq->store, &access, l.p.id, true, return_url(rq, payer), &state))
        return reply_errors(rq);
    if (!looked(rq, payer, &l)) return reply_errors(rq);
    bool open = state == PAYMENT_REQUIRES_ACTION;
    bool silent = state == PAYMENT_UNKNOWN || state == PAYMENT_SUBMITTING;
    if (!open && !silent) return reply_see(rq, payer->base);
    struct card_view v = {
        .number = l.p.number,
        .amount = l.p.amount,
        .fee = l.p.fee_asked,
        .with_fee = money_add(l.p.amount, l.p.fee_asked),
        .frame = url_of(l.last.page),
        .cancel = below(rq, payer, "cancel"),
        .back = url_of(payer->base),
        .silent = silent || l.last.page.len == 0,
        .guest = payer->guest,
    };
    struct page page = portal_begin(rq, &l.frame);
    page_card(&page, &v);
    struct reply reply = finished(rq, payer, &l.frame, &page);
    reply.frame_src = origin_of(l.last.page);
    return reply;
}

struct reply payment_back(struct request *rq, const struct payer *payer)
{
    struct looking l;
    enum payment_state state;
    struct gateway_access access = access_of(rq);
    if (!looked(rq, payer, &l)) return reply_errors(rq);
    if (access.gateway && !payment_talk(&rq->op, rq->store, &access, l.p.id, false, S(""), &state))
        return reply_errors(rq);
    return reply_see(rq, payer->base);
}

/* In the request's own transaction, with the key of the form: sent again, it is answered again. */
struct reply payment_retry(struct request *rq, const struct payer *payer)
{
    if (!rq->app->gateway) return reply_missing(rq);
    if (!payment_again(&rq->op, payer->customer, payer->payment, rq->app->gateway->name, rq->today))
        return reply_errors(rq);
    return reply_see(rq, below(rq, payer, "card").checked);
}

static bool withdraw(struct op *op, void *arg)
{
    struct looking *l = arg;
    return payment_withdraw(op, l->payer->customer, l->p.id);
}

struct reply payment_stop(struct request *rq, const struct payer *payer)
{
    struct looking l;
    enum payment_state state;
    struct gateway_access access = access_of(rq);
    if (!looked(rq, payer, &l)) return reply_errors(rq);
    if (l.p.state == PAYMENT_PENDING) {
        if (!store_transact(&rq->op, rq->store, TX_WRITE, withdraw, &l)) return reply_errors(rq);
    } else if (access.gateway && !payment_cancel(&rq->op, rq->store, &access, l.p.id, &state)) {
        return reply_errors(rq);
    }
    return reply_see(rq, payer->base);
}

static struct reply card_show(struct request *rq)
{
    struct payer payer;
    return own_payer(rq, &payer) ? payment_card(rq, &payer) : reply_errors(rq);
}

/* The payer comes back from the gateway or the bank: what the address says is not believed, the
 * charge is asked for. */
static struct reply card_back(struct request *rq)
{
    struct payer payer;
    return own_payer(rq, &payer) ? payment_back(rq, &payer) : reply_errors(rq);
}

static struct reply card_again(struct request *rq)
{
    struct payer payer;
    return own_payer(rq, &payer) ? payment_retry(rq, &payer) : reply_errors(rq);
}

static struct reply card_stop(struct request *rq)
{
    struct payer payer;
    return own_payer(rq, &payer) ? payment_stop(rq, &payer) : reply_errors(rq);
}

struct back_form {
    str charge;
};
static const struct input back_inputs[] = {
    {.name = "charge", .type = INPUT_TEXT, .offset = offsetof(struct back_form, charge)},
    {.name = NULL},
};

const struct route payment_routes[] = {
    {.method = GET,
     .path = "/payments/:id",
     .handle = payment_show,
     .may = MAY_SEE_ACCOUNT,
     .about = "A payment: where it stands and what it pays"},
    {.method = GET,
     .path = "/payments/:id/news",
     .handle = own_news,
     .may = MAY_SEE_ACCOUNT,
     .unasked = true,
     INPUTS(payment_news_inputs, struct payment_news_form),
     .about = "Tells as an event when the payment has changed"},
    {.method = GET,
     .path = "/payments/:id/receipt",
     .handle = payment_receipt,
     .talks = true,
     .may = MAY_SEE_ACCOUNT,
     .about = "The receipt as PDF"},
    {.method = GET,
     .path = "/refunds/:id/pdf",
     .handle = refund_receipt,
     .talks = true,
     .may = MAY_SEE_ACCOUNT,
     .about = "The receipt for what went back, as PDF"},
    {.method = GET,
     .path = "/payments/:id/card",
     .handle = card_show,
     .may = MAY_PAY,
     .talks = true,
     .about = "The card form of the gateway"},
    {.method = GET,
     .path = "/payments/:id/back",
     .handle = card_back,
     .may = MAY_PAY,
     .talks = true,
     INPUTS(back_inputs, struct back_form),
     .about = "Where the gateway sends the payer back to"},
    {.method = POST,
     .path = "/payments/:id/again",
     .handle = card_again,
     .may = MAY_PAY,
     .about = "A further try with a card"},
    {.method = POST,
     .path = "/payments/:id/cancel",
     .handle = card_stop,
     .may = MAY_PAY,
     .talks = true,
     .about = "Ends a payment that was not finished"},
    {.path = NULL},
};
