#include "adapters/gateways/counted.h"

#include "base/arena.h"
#include "base/clock.h"

/* This gateway's own: the one inside, with its account. */
struct gateway_account {
    const struct gateway *inner;
    const struct gateway_account *account;
    struct gateway_counts counts;
};

const char *gateway_call_name(enum gateway_call call)
{
    switch (call) {
    case CALL_CHARGE: return "charge";
    case CALL_ASK: return "ask";
    case CALL_CANCEL: return "cancel";
    case CALL_REFUND: return "refund";
    case CALL_FORGET: return "forget";
    }
    return "";
}

const char *gateway_result_name(int result)
{
    static const char *const names[GATEWAY_RESULTS] = {
        [0] = "refused",
        [CHARGE_OPEN] = "open",
        [CHARGE_PAID] = "paid",
        [CHARGE_DECLINED] = "declined",
        [CHARGE_CANCELLED] = "cancelled",
        [CHARGE_UNKNOWN] = "unknown",
        [CHARGE_ABSENT] = "absent",
    };
    return names[result];
}

static bool counted(const struct gateway_account *account, enum gateway_call call, int64_t since_us,
                    bool done, int result)
{
    /* The account is ours and in an arena: its counts are what may change in it. */
    struct gateway_counts *counts = &((struct gateway_account *)(uintptr_t)account)->counts;
    atomic_fetch_add(&counts->calls[call][done ? result : 0], 1);
    atomic_fetch_add(&counts->took_us[call], clock_ticks_us() - since_us);
    return done;
}

static bool charge(struct op *op, const struct gateway_account *a, const struct charge *in,
                   struct charge_result *out)
{
    int64_t since = clock_ticks_us();
    bool done = a->inner->charge(op, a->account, in, out);
    return counted(a, CALL_CHARGE, since, done, done ? (int)out->state : 0);
}

static bool ask(struct op *op, const struct gateway_account *a, str our_id,
                struct charge_result *out)
{
    int64_t since = clock_ticks_us();
    bool done = a->inner->ask(op, a->account, our_id, out);
    return counted(a, CALL_ASK, since, done, done ? (int)out->state : 0);
}

static bool cancel(struct op *op, const struct gateway_account *a, str our_id,
                   struct charge_result *out)
{
    int64_t since = clock_ticks_us();
    bool done = a->inner->cancel(op, a->account, our_id, out);
    return counted(a, CALL_CANCEL, since, done, done ? (int)out->state : 0);
}

static bool refund(struct op *op, const struct gateway_account *a, const struct refund *in,
                   struct charge_result *out)
{
    int64_t since = clock_ticks_us();
    bool done = a->inner->refund(op, a->account, in, out);
    return counted(a, CALL_REFUND, since, done, done ? (int)out->state : 0);
}

static bool ask_refund(struct op *op, const struct gateway_account *a, str our_id,
                       struct charge_result *out)
{
    int64_t since = clock_ticks_us();
    bool done = a->inner->ask_refund(op, a->account, our_id, out);
    return counted(a, CALL_ASK, since, done, done ? (int)out->state : 0);
}

static bool payouts(struct op *op, const struct gateway_account *a, date day, struct payouts *out)
{
    return a->inner->payouts(op, a->account, day, out);
}

static bool forget(struct op *op, const struct gateway_account *a, str token, bool *gone)
{
    int64_t since = clock_ticks_us();
    bool done = a->inner->forget(op, a->account, token, gone);
    return counted(a, CALL_FORGET, since, done, done && *gone ? CHARGE_PAID : CHARGE_UNKNOWN);
}

static bool read_event(struct op *op, const struct gateway_account *a,
                       const struct gateway_message *in, struct gateway_event *out)
{
    return a->inner->read_event(op, a->account, in, out);
}

struct gateway_counts *gateway_count(struct arena *mem, const struct gateway **gateway,
                                     const struct gateway_account **account)
{
    struct gateway_account *around = arena_new(mem, struct gateway_account);
    struct gateway *outer = arena_new(mem, struct gateway);
    around->inner = *gateway;
    around->account = *account;
    *outer = (struct gateway){
        .name = around->inner->name,
        .charge = charge,
        .ask = ask,
        .cancel = cancel,
        .refund = refund,
        .ask_refund = around->inner->ask_refund ? ask_refund : NULL,
        .forget = around->inner->forget ? forget : NULL,
        .payouts = around->inner->payouts ? payouts : NULL,
        .read_event = read_event,
    };
    *gateway = outer;
    *account = around;
    return &around->counts;
}
