/* Talking to the gateway, and recording what came back.
 *
 * The rules (reliability.md 3.3, 3.4): the attempt is durable before the first byte leaves; every
 * step is conditional on the state it starts from; a silent gateway is `unknown` and keeps the
 * reservation; "never heard of it" counts only after a quarantine and when said twice; money that
 * arrives late is booked wherever the payment stands by then. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/payments/methods.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/settle.h"
#include "domain/payments/trouble.h"
#include "store/outbox.h"
#include "store/store.h"

#include <assert.h>

static const char *const decline_names[] = {
    [DECLINE_NONE] = "",           [DECLINE_FUNDS] = "funds",     [DECLINE_CARD] = "card",
    [DECLINE_REFUSED] = "refused", [DECLINE_CONFIRM] = "confirm", [DECLINE_HARD] = "hard",
};

/* One talk: what is read first, what they answered, and where the payment stands afterwards. */
struct talk {
    const struct gateway_access *access;
    int64_t payment;
    str asked; /* the attempt it is about, once that was chosen; empty: the newest */
    struct payment p;
    struct attempt_rows_row attempt;
    bool any;  /* there is such an attempt */
    bool live; /* one of the payment's attempts is under way */
    bool sent; /* it goes out now, and the attempt says so */
    struct charge_result answer;
    enum payment_state state;
};

static bool load(struct op *op, void *arg)
{
    struct talk *t = arg;
    struct attempt_rows_list rows;
    struct attempt_rows_args args = {.payment = SOME_I64(t->payment)};
    if (!payment_get(op, 0, t->payment, &t->p)) return false;
    if (!sql_attempt_rows(op, args, &rows)) return false;
    t->state = t->p.state;
    t->any = t->live = false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        if (attempt_is_live(rows.at[i].state)) t->live = true;
        if (t->asked.len > 0 && !str_eq(rows.at[i].our_id, t->asked)) continue;
        t->attempt = rows.at[i];
        t->any = true;
    }
    return true;
}

/* *moved is false when nothing is new: several may ask at the same time, and all hear the same. */
static bool attempt_step(struct op *op, struct talk *t, const char *to, int64_t absent, bool *moved)
{
    *moved = false;
    if (str_eq(t->attempt.state, str_of(to)) && t->attempt.absent == absent) return true;

    struct attempt_set_list set;
    struct attempt_set_args args = {
        .id = t->attempt.id,
        .from_state = t->attempt.state,
        .to_state = str_of(to),
        .their_id = t->answer.their_id.at ? t->answer.their_id : S(""),
        .page = t->answer.page.at ? t->answer.page : S(""),
        .decline = str_of(decline_names[t->answer.decline]),
        .card = t->answer.card.at ? t->answer.card : S(""),
        .absent = absent,
        .now = op->now,
    };
    if (!sql_attempt_set(op, args, &set)) return false;
    *moved = set.count == 1;
    return true;
}

/* ---- what each answer does ---- */

/* A second charge for what is paid already is money of the customer's: booked, on account, and
 * listed for people to give back (domain.md rule 18). */
static bool paid_twice(struct op *op, const struct talk *t, date day)
{
    const struct payment *p = &t->p;
    struct payment extra;
    struct payment_new in = {
        .entity = p->entity,
        .account = p->account,
        .customer = p->customer,
        .amount = p->amount,
        .fee = t->answer.fee,
        .method = "card",
        .state = "succeeded",
        .bank_ref = t->answer.their_id,
        .value_date = SOME_DATE(day),
        .note = str_printf(op->mem, "charged besides %.*s", STR(p->number)),
    };
    if (!payment_add(op, &in, &extra)) return false;
    if (!audit_add(op, "payment.twice", "payment", extra.id, S(""), S(""))) return false;
    struct trouble twice = {.kind = TROUBLE_CHARGED_TWICE, .payment = extra.id, .said = p->amount};
    if (!trouble_open(op, &twice)) return false;
    return payment_arrived(op, &extra, "1050", day);
}

/* What the payer let the gateway keep is the customer's from now on. */
static bool keep_card(struct op *op, const struct talk *t)
{
    const struct payment *p = &t->p;
    int64_t id;
    if (!t->access->keys || t->answer.saved.token.len == 0) return true;
    struct method_in in = {
        .customer = p->customer,
        .person = p->person,
        .gateway = t->attempt.gateway,
        .card = t->answer.saved,
    };
    return method_add(op, t->access->keys, &in, &id);
}

/* Their word is checked: the amount, and nothing besides but the surcharge that the payer was told,
 * on a card that they say is a credit card. */
static bool as_agreed(const struct talk *t)
{
    const struct charge_result *a = &t->answer;
    if (a->fee.minor == 0) return money_eq(a->amount, t->p.amount);
    return a->funding == FUNDING_CREDIT && money_eq(a->fee, t->p.fee_asked) &&
           money_eq(a->amount, money_add(t->p.amount, a->fee));
}

/* Another amount is never posted, and a person looks at it; it is asked about again and again. */
static bool differs(struct op *op, struct talk *t)
{
    static const char *const waiting[] = {"submitting", "requires_action", NULL};
    struct trouble other = {
        .kind = TROUBLE_AMOUNT_DIFFERS, .payment = t->payment, .said = t->answer.amount};
    bool moved, noted;
    if (attempt_is_live(t->attempt.state) && !attempt_step(op, t, "unknown", 0, &noted))
        return false;
    if (!payment_move(op, t->payment, waiting, "unknown", S("the gateway speaks of another amount"),
                      &moved))
        return false;
    if (!trouble_open(op, &other)) return false;
    bool known = !moved && t->p.state == PAYMENT_UNKNOWN;
    return known || audit_add(op, "payment.amount_differs", "payment", t->payment, S(""), S(""));
}

static bool on_paid(struct op *op, struct talk *t)
{
    static const char *const from[] = {"submitting", "requires_action", "unknown", "failed",
                                       "cancelled",  "expired",         NULL};
    struct entity entity;
    bool moved;
    if (!as_agreed(t)) return differs(op, t);
    if (!attempt_step(op, t, "paid", 0, &moved)) return false;
    assert(moved);
    if (!keep_card(op, t)) return false;
    if (!entity_get(op, t->p.entity, &entity)) return false;
    date day = entity_today(op, &entity);
    struct payment_card_set_args card = {
        .id = t->payment,
        .card = t->answer.card.at ? t->answer.card : S(""),
        .their_id = t->answer.their_id,
        .fee = t->answer.fee.minor,
    };
    if (!payment_move(op, t->payment, from, "succeeded", S(""), &moved)) return false;
    if (!moved) return paid_twice(op, t, day);
    if (!sql_payment_card_set(op, card)) return false;
    return payment_get(op, 0, t->payment, &t->p) && payment_arrived(op, &t->p, "1050", day);
}

static bool ends(struct op *op, struct talk *t, const char *attempt, const char *payment, str note)
{
    static const char *const from[] = {"created", "submitting", "requires_action", "unknown", NULL};
    bool moved;
    if (!attempt_step(op, t, attempt, 0, &moved)) return false;
    assert(moved);
    if (!payment_move(op, t->payment, from, payment, note, &moved)) return false;
    if (!moved) return true;
    bool waited = t->p.state == PAYMENT_UNKNOWN; /* the payer was promised news */
    if (waited && !outbox_add(op, "payment.failed", t->payment)) return false;
    return payment_free(op, &t->p);
}

static bool on_open(struct op *op, struct talk *t)
{
    static const char *const from[] = {"submitting", "unknown", NULL};
    bool moved;
    if (!attempt_step(op, t, "open", 0, &moved)) return false;
    return payment_move(op, t->payment, from, "requires_action", S(""), &moved);
}

static bool on_unknown(struct op *op, struct talk *t)
{
    static const char *const from[] = {"submitting", "requires_action", NULL};
    bool moved, submitting = str_eq(t->attempt.state, S("submitting"));
    if (submitting && t->answer.never_sent) return true; /* it may be sent again at any time */
    if (submitting && !attempt_step(op, t, "unknown", 0, &moved)) return false;
    return payment_move(op, t->payment, from, "unknown", S("no answer from the gateway"), &moved);
}

static bool on_absent(struct op *op, struct talk *t)
{
    bool moved, old = op->now - t->attempt.sent > QUARANTINE_US;
    /* Said to two who ask at the same time, it was said once. */
    bool again = t->attempt.absent == 0 || op->now - t->attempt.changed >= MINUTE_US;
    int64_t absent = t->attempt.absent + (old && again ? 1 : 0);
    if (absent >= ABSENT_ANSWERS)
        return ends(op, t, "cancelled", "failed", S("the gateway never received it"));
    static const char *const from[] = {"submitting", NULL};
    if (!attempt_step(op, t, "unknown", absent, &moved) || !moved) return !op->errs;
    return payment_move(op, t->payment, from, "unknown", S("not known to the gateway yet"), &moved);
}

/* Nobody cancelled it: its time was over. */
static bool is_over(const struct op *op, const struct payment *p)
{
    return p->expires.some && p->expires.value <= op->now;
}

static bool apply(struct op *op, struct talk *t)
{
    switch (t->answer.state) {
    case CHARGE_OPEN: return on_open(op, t);
    case CHARGE_PAID: return on_paid(op, t);
    case CHARGE_DECLINED:
        return ends(op, t, "declined", "failed", str_of(decline_names[t->answer.decline]));
    case CHARGE_CANCELLED:
        return ends(op, t, "cancelled", is_over(op, &t->p) ? "expired" : "cancelled", S(""));
    case CHARGE_UNKNOWN: return on_unknown(op, t);
    case CHARGE_ABSENT: return on_absent(op, t);
    }
    return op_broken(op, ERR_INTERNAL, "a gateway answered with no state");
}

/* Asks again later, and when its time is over, because what it reserved is then to be free. */
static bool ask_later(struct op *op, const struct talk *t)
{
    int64_t wait = ask_wait_us(op->now - t->attempt.created);
    struct opt_i64 end = t->p.expires;
    if (end.some && end.value > op->now && end.value - op->now < wait) wait = end.value - op->now;
    return outbox_add_at(op, "payment.settle", t->payment, op->now + wait);
}

/* Answers come in any order. One that would lead an attempt back from its end is no news, but for
 * money that comes late (domain.md rule 43). */
static bool is_news(const struct talk *t)
{
    if (attempt_is_live(t->attempt.state)) return true;
    return t->answer.state == CHARGE_PAID && !str_eq(t->attempt.state, S("paid"));
}

/* An hour without an answer is for people to see; we go on asking. */
static bool list_if_silent(struct op *op, const struct talk *t)
{
    struct trouble silent = {.kind = TROUBLE_UNANSWERED, .payment = t->payment};
    bool due = t->state == PAYMENT_UNKNOWN && op->now - t->attempt.created > HOUR_US;
    return !due || trouble_open(op, &silent);
}

static bool record(struct op *op, void *arg)
{
    struct talk *t = arg;
    if (!load(op, t)) return false; /* as it stands now: another may have been first */
    if (is_news(t) && !(apply(op, t) && load(op, t))) return false;
    if (!t->live) return true;
    return ask_later(op, t) && list_if_silent(op, t);
}

/* Chooses the attempt, and reads it. */
static bool begin(struct op *op, struct store *store, struct talk *t)
{
    assert(!op->tx);
    if (!store_transact(op, store, TX_READ, load, t)) return false;
    if (t->any) t->asked = t->attempt.our_id;
    return true;
}

/* An attempt is known only to the gateway it was made at: another one would truthfully say that it
 * never heard of it, and the items would be paid a second time. */
static bool is_theirs(const struct talk *t, const struct gateway_access *access)
{
    return str_eq(t->attempt.gateway, str_of(access->gateway->name));
}

/* Sent under the same id it is the same charge, so what may not have arrived is sent again. */
static bool may_send(const struct op *op, const struct attempt_rows_row *attempt)
{
    if (str_eq(attempt->state, S("submitting"))) return true;
    return str_eq(attempt->state, S("unknown")) && attempt->their_id.len == 0 &&
           op->now - attempt->created < RESEND_US;
}

/* That it is sent is durable before the first byte leaves: from then on it can be under way, so
 * what they said of it before counts no more. It is not sent when it has moved on
 * meanwhile. */
static bool say_sent(struct op *op, void *arg)
{
    struct talk *t = arg;
    struct attempt_sent_list set;
    struct attempt_sent_args args = {t->attempt.id, t->attempt.state, op->now};
    if (!sql_attempt_sent(op, args, &set)) return false;
    t->sent = set.count == 1;
    return true;
}

/* Whether the charge is to be sent now. The transaction that made the attempt says so itself. */
static bool decide_sending(struct op *op, struct store *store, struct talk *t)
{
    t->sent = may_send(op, &t->attempt);
    if (!t->sent || t->attempt.sent == op->now) return true;
    return store_transact(op, store, TX_WRITE, say_sent, t);
}

/* Who pays, and with which saved card. One that was removed meanwhile is not used: the payer comes
 * to the card page instead. */
static bool name_payer(struct op *op, struct store *store, const struct talk *t,
                       struct charge *charge)
{
    const struct keys *keys = t->access->keys;
    if (!keys) return true;
    charge->customer = id_text(op->mem, keys, "payer", t->p.customer);
    if (!t->attempt.method.some) return true;
    return method_token(op, store, keys, t->attempt.method.value, &charge->token);
}

bool payment_talk(struct op *op, struct store *store, const struct gateway_access *access,
                  int64_t payment, bool send, str return_url, enum payment_state *out)
{
    struct talk t = {.access = access, .payment = payment};
    if (!begin(op, store, &t)) return false;
    *out = t.state;
    if (!t.any || !attempt_is_live(t.attempt.state) || !is_theirs(&t, access)) return true;

    if (send && !decide_sending(op, store, &t)) return false;
    if (t.sent) {
        struct charge charge = {
            .our_id = t.asked,
            .amount = t.p.amount,
            .credit_fee = t.p.fee_asked,
            .description = t.p.number,
            .return_url = return_url,
        };
        if (!name_payer(op, store, &t, &charge)) return false;
        if (!gateway_charge(op, access->gateway, access->account, &charge, &t.answer)) return false;
    } else if (!gateway_ask(op, access->gateway, access->account, t.asked, &t.answer)) {
        return false;
    }
    if (!store_transact(op, store, TX_WRITE, record, &t)) return false;
    *out = t.state;
    return true;
}

bool payment_cancel(struct op *op, struct store *store, const struct gateway_access *access,
                    int64_t payment, enum payment_state *out)
{
    struct talk t = {.access = access, .payment = payment};
    if (!begin(op, store, &t)) return false;
    *out = t.state;
    if (!t.any || !attempt_is_live(t.attempt.state) || !is_theirs(&t, access)) return true;
    if (!gateway_cancel(op, access->gateway, access->account, t.asked, &t.answer)) return false;
    if (!store_transact(op, store, TX_WRITE, record, &t)) return false;
    *out = t.state;
    return true;
}

/* An attempt that came to its end: was its card charged after all? */
static bool ask_again(struct op *op, struct store *store, const struct gateway_access *access,
                      int64_t payment, str our_id)
{
    struct talk t = {.access = access, .payment = payment, .asked = our_id};
    if (!begin(op, store, &t)) return false;
    if (!is_theirs(&t, access)) return true;
    if (!gateway_ask(op, access->gateway, access->account, our_id, &t.answer)) return false;
    return store_transact(op, store, TX_WRITE, record, &t);
}

struct attempts_read {
    int64_t payment;
    struct payment_attempt *at;
    ptrdiff_t count;
};

static bool read_attempts(struct op *op, void *arg)
{
    struct attempts_read *r = arg;
    return payment_attempts(op, r->payment, &r->at, &r->count);
}

bool payment_settle(struct op *op, struct store *store, const struct gateway_access *access,
                    int64_t payment, str return_url, enum payment_state *out)
{
    struct attempts_read r = {.payment = payment};
    if (!store_transact(op, store, TX_READ, read_attempts, &r)) return false;
    for (ptrdiff_t i = 0; i < r.count; i++) {
        if (attempt_is_live(r.at[i].state) || str_eq(r.at[i].state, S("paid"))) continue;
        if (!ask_again(op, store, access, payment, r.at[i].our_id)) return false;
    }

    struct talk t = {.access = access, .payment = payment};
    if (!begin(op, store, &t)) return false;
    *out = t.state;
    if (t.live && !is_theirs(&t, access))
        return op_broken(op, ERR_UPSTREAM, "payment %lld waits for gateway %.*s, not set up here",
                         (long long)payment, STR(t.attempt.gateway));
    bool at_the_page = t.state == PAYMENT_REQUIRES_ACTION || t.state == PAYMENT_UNKNOWN;
    bool late = at_the_page && is_over(op, &t.p) && str_eq(t.attempt.state, S("open"));
    bool waits = at_the_page || t.state == PAYMENT_SUBMITTING;
    if (t.live && (late || !waits)) return payment_cancel(op, store, access, payment, out);
    bool send = t.state == PAYMENT_SUBMITTING;
    return payment_talk(op, store, access, payment, send, return_url, out);
}

bool payments_ask_all(struct op *op, void *unused)
{
    struct payments_in_doubt_list list;
    (void)unused;
    if (!sql_payments_in_doubt(op, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (!outbox_add(op, "payment.settle", list.at[i].id)) return false;
    return true;
}

bool payment_of_attempt(struct op *op, str our_id, int64_t *payment)
{
    struct attempt_rows_list rows;
    *payment = 0;
    if (!our_id.at) return true;
    if (!sql_attempt_rows(op, (struct attempt_rows_args){.our_id = our_id}, &rows)) return false;
    if (rows.count > 0) *payment = rows.at[0].payment;
    return true;
}

bool payment_attempts(struct op *op, int64_t payment, struct payment_attempt **out,
                      ptrdiff_t *count)
{
    struct attempt_rows_list rows;
    if (!sql_attempt_rows(op, (struct attempt_rows_args){.payment = SOME_I64(payment)}, &rows))
        return false;
    *out = arena_array(op->mem, struct payment_attempt, rows.count);
    *count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct attempt_rows_row *row = &rows.at[i];
        (*out)[i] = (struct payment_attempt){
            .id = row->id,
            .payment = row->payment,
            .n = (int)row->n,
            .our_id = row->our_id,
            .state = row->state,
            .their_id = row->their_id,
            .page = row->page,
            .decline = row->decline,
            .card = row->card,
            .created = row->created,
            .changed = row->changed,
        };
    }
    return true;
}

bool gateway_inbox_add(struct op *op, str gateway, const struct gateway_event *event, bool *fresh)
{
    struct inbox_add_list rows;
    struct inbox_add_args args = {
        .gateway = gateway,
        .event = event->event_id,
        .our_id = event->our_id.at ? event->our_id : S(""),
        .received = op->now,
    };
    if (!sql_inbox_add(op, args, &rows)) return false;
    *fresh = rows.count == 1;
    return true;
}
