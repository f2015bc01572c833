#include "adapters/gateways/guarded.h"

#include "base/arena.h"
#include "base/clock.h"

enum { FAILURES_MAX = 5 };
#define PAUSE_US (10 * SECOND_US)

/* This gateway's own: the one inside, with its account. */
struct gateway_account {
    const struct gateway *inner;
    const struct gateway_account *account;
    struct gateway_guard guard;
};

/* The account is ours and in an arena: its guard is what may change in it. */
static struct gateway_guard *guard_of(const struct gateway_account *account)
{
    return &((struct gateway_account *)(uintptr_t)account)->guard;
}

/* The one that is let through moves the time on, so that no second one goes with it. */
static bool may_call(const struct gateway_account *account)
{
    struct gateway_guard *g = guard_of(account);
    int64_t until = atomic_load(&g->open_until), now = clock_ticks_us();
    if (until == 0) return true;
    if (now < until) return false;
    return atomic_compare_exchange_strong(&g->open_until, &until, now + PAUSE_US);
}

static void heard(const struct gateway_account *account, bool answered)
{
    struct gateway_guard *g = guard_of(account);
    if (answered) {
        atomic_store(&g->failures, 0);
        if (atomic_exchange(&g->open_until, 0) != 0) atomic_store(&g->recovered, true);
    } else if (atomic_fetch_add(&g->failures, 1) + 1 >= FAILURES_MAX) {
        atomic_store(&g->open_until, clock_ticks_us() + PAUSE_US);
    }
}

/* The call was not made, for certain. */
static bool left_alone(struct charge_result *out)
{
    *out = (struct charge_result){.state = CHARGE_UNKNOWN, .never_sent = true};
    return true;
}

static bool told(const struct gateway_account *a, bool done, const struct charge_result *out)
{
    heard(a, !done || out->state != CHARGE_UNKNOWN);
    return done;
}

static bool charge(struct op *op, const struct gateway_account *a, const struct charge *in,
                   struct charge_result *out)
{
    return may_call(a) ? told(a, a->inner->charge(op, a->account, in, out), out) : left_alone(out);
}

static bool ask(struct op *op, const struct gateway_account *a, str our_id,
                struct charge_result *out)
{
    return may_call(a) ? told(a, a->inner->ask(op, a->account, our_id, out), out) : left_alone(out);
}

static bool cancel(struct op *op, const struct gateway_account *a, str our_id,
                   struct charge_result *out)
{
    return may_call(a) ? told(a, a->inner->cancel(op, a->account, our_id, out), out)
                       : left_alone(out);
}

static bool refund(struct op *op, const struct gateway_account *a, const struct refund *in,
                   struct charge_result *out)
{
    return may_call(a) ? told(a, a->inner->refund(op, a->account, in, out), out) : left_alone(out);
}

static bool ask_refund(struct op *op, const struct gateway_account *a, str our_id,
                       struct charge_result *out)
{
    return may_call(a) ? told(a, a->inner->ask_refund(op, a->account, our_id, out), out)
                       : left_alone(out);
}

static bool forget(struct op *op, const struct gateway_account *a, str token, bool *gone)
{
    *gone = false;
    return !may_call(a) || a->inner->forget(op, a->account, token, gone);
}

static bool payouts(struct op *op, const struct gateway_account *a, date day, struct payouts *out)
{
    *out = (struct payouts){0};
    return !may_call(a) || a->inner->payouts(op, a->account, day, out);
}

static bool read_event(struct op *op, const struct gateway_account *a,
                       const struct gateway_message *in, struct gateway_event *out)
{
    return a->inner->read_event(op, a->account, in, out);
}

struct gateway_guard *gateway_guard(struct arena *mem, const struct gateway **gateway,
                                    const struct gateway_account **account)
{
    struct gateway_account *around = arena_new(mem, struct gateway_account);
    struct gateway *outer = arena_new(mem, struct gateway);
    const struct gateway *inner = *gateway;
    around->inner = inner;
    around->account = *account;
    *outer = (struct gateway){
        .name = inner->name,
        .charge = charge,
        .ask = ask,
        .cancel = cancel,
        .refund = refund,
        .ask_refund = inner->ask_refund ? ask_refund : NULL,
        .forget = inner->forget ? forget : NULL,
        .payouts = inner->payouts ? payouts : NULL,
        .read_event = read_event,
    };
    *gateway = outer;
    *account = around;
    return &around->guard;
}
