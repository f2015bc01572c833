/* The gateway of the simulation: it charges once per key for as long as it remembers it, and loses
 * requests and answers, delays both, and sends its messages never, late, twice and out of order. */
#include "base/arena.h"
#include "base/clock.h"
#include "domain/payments/payments.h"
#include "sim.h"

#include <stdio.h>
#include <string.h>

enum { FLIGHT_MINUTES = 5, LOST_PERMILLE = 200, TWICE_PERMILLE = 250, DECIDES_PERMILLE = 450 };

struct gateway_account {
    struct sim *sim;
};

struct gateway_access sim_access(struct sim *s)
{
    struct gateway_account *account = arena_new(s->mem, struct gateway_account);
    account->sim = s;
    return (struct gateway_access){&sim_gateway, account, NULL};
}

static void name_set(char name[80], str id)
{
    snprintf(name, 80, "%.*s", STR(id));
}

/* Under the planted bug a key has a tail: "~2" is the second time it was sent. */
static bool same_id(const char *name, str id)
{
    size_t length = (size_t)id.len;
    return strncmp(name, id.at, length) == 0 && (name[length] == 0 || name[length] == '~');
}

static struct their_charge *find(struct sim *s, str id)
{
    for (int i = s->charge_count; i-- > 0;)
        if (same_id(s->charges[i].id, id)) return &s->charges[i];
    return NULL;
}

static void tell(struct sim *s, const struct their_charge *c)
{
    int64_t number = ++s->message_number, copies = 1;
    if (chance_permille(&s->chance, LOST_PERMILLE)) copies = 0;
    if (chance_permille(&s->chance, TWICE_PERMILLE)) copies++;
    for (; copies > 0 && s->message_count < MESSAGES_MAX; copies--) {
        int64_t late = chance_permille(&s->chance, 100) ? DAY_US : MINUTE_US;
        struct their_message *m = &s->messages[s->message_count++];
        *m = (struct their_message){.number = number, .due = s->now};
        m->due += chance_below(&s->chance, late);
        snprintf(m->our_id, sizeof m->our_id, "%s", c->id);
        char *tail = strchr(m->our_id, '~');
        if (tail) *tail = 0;
    }
}

/* The payer's card is charged, or is not. */
static void decide(struct sim *s, struct their_charge *c)
{
    c->state = chance_permille(&s->chance, 800) ? CHARGE_PAID : CHARGE_DECLINED;
    sim_trace(s, c->state == CHARGE_PAID ? "gateway charges" : "gateway declines", c->amount, 0);
    tell(s, c);
}

static void arrive(struct sim *s, struct their_charge *c)
{
    c->arrives = 0;
    c->state = CHARGE_OPEN;
    if (chance_permille(&s->chance, DECIDES_PERMILLE)) decide(s, c);
}

void sim_gateway_arrivals(struct sim *s)
{
    for (int i = 0; i < s->charge_count; i++)
        if (s->charges[i].arrives && s->charges[i].arrives <= s->now) arrive(s, &s->charges[i]);
}

void sim_gateway_payer(struct sim *s)
{
    int open = 0;
    for (int i = 0; i < s->charge_count; i++) open += s->charges[i].state == CHARGE_OPEN;
    int64_t which = open > 0 ? chance_below(&s->chance, open) : -1;
    for (int i = 0; i < s->charge_count && which >= 0; i++)
        if (s->charges[i].state == CHARGE_OPEN && which-- == 0) decide(s, &s->charges[i]);
}

int64_t sim_gateway_taken(const struct sim *s)
{
    int64_t sum = 0;
    for (int i = 0; i < s->charge_count; i++)
        if (s->charges[i].state == CHARGE_PAID) sum += s->charges[i].amount;
    for (int i = 0; i < s->refund_count; i++)
        if (s->refunds[i].paid) sum -= s->refunds[i].amount;
    return sum;
}

/* ---- answers ---- */

static bool goes_wrong(struct sim *s)
{
    return disk_is_off(s->disk) || (!s->quiet_world && chance_permille(&s->chance, s->trouble));
}

/* While one call is under way, others act. */
static void meanwhile(struct sim *s)
{
    if (s->quiet_world || s->depth > 1 || !chance_permille(&s->chance, 150)) return;
    s->depth++;
    sim_act(s);
    s->depth--;
}

static void declined(struct charge_result *out, int64_t minor)
{
    *out = (struct charge_result){
        .state = CHARGE_DECLINED,
        .decline = DECLINE_REFUSED,
        .their_id = S("none"),
        .amount = money_of(minor, (currency){"EUR"}),
    };
}

static bool silence(struct sim *s, const char *what, struct charge_result *out)
{
    meanwhile(s);
    sim_trace(s, what, 0, 0);
    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    if (s->plant == PLANT_TIMEOUT_FAILED) declined(out, 1);
    return true;
}

static void answer(struct op *op, struct sim *s, const struct their_charge *c,
                   struct charge_result *out)
{
    if (!c || c->arrives) {
        *out = (struct charge_result){.state = CHARGE_ABSENT};
        if (s->plant == PLANT_ABSENT_FAILED) declined(out, 1);
        return;
    }
    *out = (struct charge_result){
        .state = (enum charge_state)c->state,
        .their_id = str_printf(op->mem, "ch_%d", (int)(c - s->charges)),
        .page = str_printf(op->mem, "https://gateway.example/%d", (int)(c - s->charges)),
        .amount = money_of(c->amount, (currency){"EUR"}),
        .decline = c->state == CHARGE_DECLINED ? DECLINE_REFUSED : DECLINE_NONE,
    };
    if (goes_wrong(s) && chance_permille(&s->chance, 30)) out->amount.minor += 1;
}

/* What is answered is as it was when they answered: meanwhile it may have changed. */
static bool reply(struct op *op, struct sim *s, const struct their_charge *c,
                  struct charge_result *out)
{
    if (goes_wrong(s)) return silence(s, "answer lost", out);
    answer(op, s, c, out);
    meanwhile(s);
    return true;
}

static struct their_charge *charge_new(struct sim *s, const struct charge *in)
{
    if (s->charge_count == CHARGES_MAX) return NULL;
    struct their_charge *c = &s->charges[s->charge_count++];
    *c = (struct their_charge){.amount = in->amount.minor, .state = CHARGE_OPEN};
    name_set(c->id, in->our_id);
    return c;
}

static bool charge(struct op *op, const struct gateway_account *account, const struct charge *in,
                   struct charge_result *out)
{
    struct sim *s = account->sim;
    sim_trace(s, "charge", in->amount.minor, 0);
    if (goes_wrong(s)) return silence(s, "request lost", out);
    struct their_charge *c = find(s, in->our_id);
    bool anew = !c || s->plant == PLANT_NEW_KEY;
    if (anew) {
        struct their_charge *again = charge_new(s, in);
        if (!again) return silence(s, "the gateway is full", out);
        if (c) snprintf(again->id, sizeof again->id, "%.*s~2", STR(in->our_id));
        c = again;
        if (goes_wrong(s)) {
            c->arrives = s->now + 1 + chance_below(&s->chance, FLIGHT_MINUTES * MINUTE_US);
            c->state = CHARGE_ABSENT;
            return silence(s, "request under way", out);
        }
        arrive(s, c);
    } else if (c->arrives) { /* the second request overtakes the first */
        arrive(s, c);
    }
    return reply(op, s, c, out);
}

static bool ask(struct op *op, const struct gateway_account *account, str our_id,
                struct charge_result *out)
{
    struct sim *s = account->sim;
    sim_trace(s, "ask", 0, 0);
    return reply(op, s, find(s, our_id), out);
}

static bool cancel(struct op *op, const struct gateway_account *account, str our_id,
                   struct charge_result *out)
{
    struct sim *s = account->sim;
    struct their_charge *c = find(s, our_id);
    sim_trace(s, "cancel", 0, 0);
    if (goes_wrong(s)) return silence(s, "request lost", out);
    if (c && c->state == CHARGE_OPEN) {
        c->state = CHARGE_CANCELLED;
        tell(s, c);
    }
    return reply(op, s, c, out);
}

/* ---- refunds ---- */

static struct their_refund *find_refund(struct sim *s, str id)
{
    for (int i = 0; i < s->refund_count; i++)
        if (str_eq(str_of(s->refunds[i].id), id)) return &s->refunds[i];
    return NULL;
}

static bool reply_refund(struct op *op, struct sim *s, const struct their_refund *r,
                         struct charge_result *out)
{
    if (goes_wrong(s)) return silence(s, "refund answer lost", out);
    *out = (struct charge_result){.state = CHARGE_ABSENT};
    if (!r) return true;
    out->state = r->paid ? CHARGE_PAID : CHARGE_DECLINED;
    out->decline = r->paid ? DECLINE_NONE : DECLINE_REFUSED;
    out->their_id = str_printf(op->mem, "re_%d", (int)(r - s->refunds));
    out->amount = money_of(r->amount, (currency){"EUR"});
    meanwhile(s);
    return true;
}

static bool refund(struct op *op, const struct gateway_account *account, const struct refund *in,
                   struct charge_result *out)
{
    struct sim *s = account->sim;
    struct their_refund *r = find_refund(s, in->our_id);
    sim_trace(s, "refund", in->amount.minor, 0);
    if (goes_wrong(s)) return silence(s, "refund request lost", out);
    if (!r && s->refund_count < CHARGES_MAX) {
        int64_t number = 0;
        r = &s->refunds[s->refund_count++];
        *r = (struct their_refund){.amount = in->amount.minor};
        name_set(r->id, in->our_id);
        name_set(r->charge, in->their_charge_id);
        if (str_to_i64(str_from(in->their_charge_id, 3), &number) && number < s->charge_count) {
            struct their_charge *c = &s->charges[number];
            bool enough = c->state == CHARGE_PAID && c->refunded + r->amount <= c->amount;
            if (!enough) sim_fail(s, "more is to go back than was charged");
            r->paid = enough && chance_permille(&s->chance, 850);
            if (r->paid) c->refunded += r->amount;
        }
    }
    return reply_refund(op, s, r, out);
}

static bool ask_refund(struct op *op, const struct gateway_account *account, str our_id,
                       struct charge_result *out)
{
    return reply_refund(op, account->sim, find_refund(account->sim, our_id), out);
}

static bool forget(struct op *op, const struct gateway_account *account, str token, bool *gone)
{
    (void)op, (void)account, (void)token;
    *gone = true;
    return true;
}

/* The body is the id of the charge; its number stands in the header. */
static bool read_event(struct op *op, const struct gateway_account *account,
                       const struct gateway_message *in, struct gateway_event *out)
{
    (void)account;
    *out = (struct gateway_event){str_copy(op->mem, in->id), str_copy(op->mem, in->body)};
    return true;
}

const struct gateway sim_gateway = {
    .name = "test",
    .charge = charge,
    .ask = ask,
    .cancel = cancel,
    .refund = refund,
    .ask_refund = ask_refund,
    .forget = forget,
    .read_event = read_event,
};
