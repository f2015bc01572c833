#include "delivery/gateway/pages.h"

#include "adapters/net/http_client.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"

/* ---- the payer's pages ---- */

struct card_form {
    str number, expiry, code, name;
    bool keep;
};
static const struct input card_inputs[] = {
    {"number", INPUT_TEXT, offsetof(struct card_form, number), .longest = 40, .card = true},
    {"expiry", INPUT_TEXT, offsetof(struct card_form, expiry), .longest = 10},
    {"code", INPUT_TEXT, offsetof(struct card_form, code), .longest = 10},
    {"name", INPUT_TEXT, offsetof(struct card_form, name), .longest = 100},
    {"keep", INPUT_BOOL, offsetof(struct card_form, keep), .longest = 10},
    {0},
};

struct bank_form {
    str answer;
};
static const char *const bank_answers[] = {"confirm", "decline", NULL};
static const struct input bank_inputs[] = {
    {"answer", INPUT_CHOICE, offsetof(struct bank_form, answer), .required = true,
     .choices = bank_answers},
    {0},
};

/* The address is the secret that lets a payer in: no other page may learn it, and only the
 * merchant may show it in a frame. */
static struct reply payer_reply(struct request *rq, struct reply reply)
{
    reply.no_referrer = true;
    reply.frame_ancestors = service_of(rq)->merchant_origin;
    reply.form_action =
        service_of(rq)->merchant_origin; /* where a form's answer leads in the end */
    return reply;
}

static struct reply back_to_merchant(struct request *rq, const struct charge_find_row *charge)
{
    return payer_reply(rq, reply_away(rq, url_of(charge_return_url(rq->op.mem, charge))));
}

static struct card_view view_of(struct request *rq, const struct charge_find_row *charge)
{
    struct arena *mem = rq->op.mem;
    str origin = service_of(rq)->merchant_origin;
    struct card_view view = {
        .charge = charge,
        .merchant = str_from(origin, str_find(origin, S("//")) + 2),
        .pay = url_printf(mem, "/card/%.*s", STR(charge->token)),
        .cancel = url_printf(mem, "/card/%.*s/cancel", STR(charge->token)),
        .back = url_of(charge_return_url(mem, charge)),
        .bank_card = card_shown(rq->op.mem, op_lang(&rq->op), charge->bank_card),
        .fee = money_of(charge->asked_fee_minor, charge->amount.cur),
        .with_fee = money_of(charge->amount.minor + charge->asked_fee_minor, charge->amount.cur),
        .refused = rq->problems != NULL,
        .may_keep = charge->customer.len > 0,
        .keep = request_typed(rq, "keep").len > 0,
    };
    const struct lang *lang = op_lang(&rq->op);
    const struct card_field fields[] = {
        {"number", "cc-number", "numeric", str_of(say(lang, "Card number")),
         S("4242 4242 4242 4242"), .longest = 40},
        {"expiry", "cc-exp", "text", str_of(say(lang, "Valid until (month/year)")), S("12/30"),
         .longest = 10},
        {"code", "cc-csc", "numeric", str_of(say(lang, "Security code")), S("123"), .longest = 10},
        {"name", "cc-name", "text", str_of(say(lang, "Name on the card")), S(""), .longest = 100},
    };
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) {
        view.fields[i] = fields[i];
        view.fields[i].problem = request_problem(rq, fields[i].name);
        bool secret = i == 2; /* the code is never shown again */
        if (!secret) view.fields[i].typed = request_typed(rq, fields[i].name);
    }
    return view;
}

static bool is_open(const struct charge_find_row *charge)
{
    return str_eq(charge->state, S("open"));
}

/* A kept card is not typed again: there is only the bank's question. */
static struct reply to_the_bank(struct request *rq, const struct charge_find_row *charge)
{
    str bank = str_printf(rq->op.mem, "/card/%.*s/bank", STR(charge->token));
    return payer_reply(rq, reply_see(rq, bank));
}

static struct reply card_show(struct request *rq)
{
    struct charge_find_row charge;
    if (!charge_get(&rq->op, rq->part, &charge)) return reply_errors(rq);
    if (is_open(&charge) && charge.by_token) return to_the_bank(rq, &charge);
    struct card_view view = view_of(rq, &charge);
    struct page page = page_for(rq);
    if (!is_open(&charge))
        gateway_done_page(&page, &view);
    else
        gateway_card_page(&page, &view);
    return payer_reply(rq, reply_page(rq, page));
}

static struct reply card_pay(struct request *rq)
{
    const struct card_form *form = rq->in;
    struct charge_find_row charge;
    const struct card_rule *rule;
    if (!charge_get(&rq->op, rq->part, &charge)) return reply_errors(rq);
    if (!is_open(&charge)) return back_to_merchant(rq, &charge); /* a double click */
    if (charge.by_token) return to_the_bank(rq, &charge);
    struct card_typed typed = {form->number, form->expiry, form->code, form->name};
    if (!card_read(&rq->op, &typed, rq->today, &rule)) return reply_errors(rq);
    struct card_kept kept;
    if (!card_expiry(rq->op.mem, form->expiry, &kept.last_day)) return reply_errors(rq);
    if (!charge_pay(rq, &charge, rule, form->keep ? &kept : NULL)) return reply_errors(rq);
    return rule->state ? back_to_merchant(rq, &charge) : to_the_bank(rq, &charge);
}

static struct reply card_cancel(struct request *rq)
{
    struct charge_find_row charge;
    struct charge_ending ending = {
        .state = "cancelled", .decline = "", .card = S(""), .webhook_copies = 1};
    if (!charge_get(&rq->op, rq->part, &charge)) return reply_errors(rq);
    if (!charge_end(rq, &charge, &ending)) return reply_errors(rq);
    return back_to_merchant(rq, &charge);
}

static struct reply bank_show(struct request *rq)
{
    struct charge_find_row charge;
    if (!charge_get(&rq->op, rq->part, &charge)) return reply_errors(rq);
    if (is_open(&charge) && charge.bank_card.len == 0) /* nothing was asked yet */
        return payer_reply(rq, reply_see(rq, str_printf(rq->op.mem, "/card/%.*s", STR(rq->part))));
    struct card_view view = view_of(rq, &charge);
    view.pay = url_printf(rq->op.mem, "/card/%.*s/bank", STR(charge.token));
    /* The bank asks about all that this card will be charged. */
    const struct card_rule *rule = card_rule_of(rq->op.mem, charge.bank_card);
    view.bank_amount =
        rule && str_eq(str_of(rule->funding), S("credit")) ? view.with_fee : charge.amount;
    struct page page = page_for(rq);
    if (is_open(&charge))
        gateway_bank_page(&page, &view);
    else
        gateway_done_page(&page, &view);
    return payer_reply(rq, reply_page(rq, page));
}

static struct reply bank_answer(struct request *rq)
{
    const struct bank_form *form = rq->in;
    struct charge_find_row charge;
    if (!charge_get(&rq->op, rq->part, &charge)) return reply_errors(rq);
    bool confirmed = str_eq(form->answer, S("confirm"));
    struct charge_ending ending = {
        .state = confirmed ? "paid" : "declined",
        .decline = confirmed ? "" : "confirm",
        .card = charge.bank_card,
        .webhook_copies = 1,
    };
    if (charge.bank_card.len > 0 && !charge_end(rq, &charge, &ending)) return reply_errors(rq);
    return back_to_merchant(rq, &charge);
}

/* ---- for the curious ---- */

static struct overview_line line_of(struct request *rq, const struct charges_recent_row *c)
{
    struct arena *mem = rq->op.mem;
    const struct lang *lang = op_lang(&rq->op);
    static const struct {
        const char *state, *word;
    } words[] = {
        {"open", N_("Open")},
        {"paid", N_("Paid")},
        {"declined", N_("Declined")},
        {"cancelled", N_("Cancelled")},
    };
    struct overview_line line = {
        .their_id = c->their_id,
        .our_id = c->our_id,
        .description = c->description,
        .card = card_shown(mem, lang, c->card),
        .at = lang_instant(mem, lang, c->created, rq->app->time_zone),
        .amount = c->amount,
        .refunded = money_of(c->refunded_minor, c->amount.cur),
        .refundable = str_eq(c->state, S("paid")) && c->refunded_minor < c->amount.minor,
        .paid_out = c->paid_out,
        .refund = url_printf(mem, "/charges/%.*s/refund", STR(c->their_id)),
    };
    for (ptrdiff_t i = 0; i < COUNT(words); i++)
        if (str_eq(c->state, str_of(words[i].state))) line.state = str_of(say(lang, words[i].word));
    if (c->decline.len > 0)
        line.state = str_printf(mem, "%.*s (%.*s)", STR(line.state), STR(c->decline));
    return line;
}

static struct reply overview_show(struct request *rq)
{
    struct charges_recent_list charges;
    struct payouts_list payouts;
    if (!sql_charges_recent(&rq->op, &charges)) return reply_errors(rq);
    if (!sql_payouts(&rq->op, &payouts)) return reply_errors(rq);
    struct overview_line *lines = arena_array(rq->op.mem, struct overview_line, charges.count);
    for (ptrdiff_t i = 0; i < charges.count; i++) lines[i] = line_of(rq, &charges.at[i]);
    struct overview_view view = {lines, charges.count, payouts.at, payouts.count};
    struct page page = page_for(rq);
    gateway_overview_page(&page, &view);
    return reply_page(rq, page);
}

static struct reply overview_refund(struct request *rq)
{
    struct charge_find_row charge;
    struct refund_find_row refund;
    bool found;
    struct charge_find_args args = {.key = rq->id};
    if (!sql_charge_find(&rq->op, args, &charge, &found)) return reply_errors(rq);
    if (!found) return reply_missing(rq);
    money rest = money_of(charge_total(&charge).minor - charge.refunded_minor, charge.amount.cur);
    str token = random_token(rq->op.mem, 16);
    str id = str_printf(rq->op.mem, "page_%.*s", STR(token));
    if (rest.minor > 0 && !refund_make(&rq->op, &charge, id, rest, &refund))
        return reply_errors(rq);
    return reply_see(rq, S("/"));
}

static struct reply overview_pay_out(struct request *rq)
{
    return payouts_make(&rq->op) ? reply_see(rq, S("/")) : reply_errors(rq);
}

const struct route gateway_page_routes[] = {
    {GET, "/card/:part", card_show, .may = MAY_ANYONE},
    {POST, "/card/:part", card_pay, .may = MAY_ANYONE, .redisplay = card_show,
     INPUTS(card_inputs, struct card_form)},
    {POST, "/card/:part/cancel", card_cancel, .may = MAY_ANYONE},
    {GET, "/card/:part/bank", bank_show, .may = MAY_ANYONE},
    {POST, "/card/:part/bank", bank_answer, .may = MAY_ANYONE,
     INPUTS(bank_inputs, struct bank_form)},
    {GET, "/", overview_show, .may = MAY_ANYONE},
    {POST, "/charges/:id/refund", overview_refund, .may = MAY_ANYONE},
    {POST, "/payouts", overview_pay_out, .may = MAY_ANYONE},
    {0},
};
