#include "delivery/jobs/payment_jobs.h"

#include "adapters/gateways/guarded.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "domain/payments/methods.h"
#include "domain/payments/payments.h"
#include "domain/payments/payouts.h"
#include "store/outbox.h"

static struct gateway_access access_of(const struct app *app)
{
    return (struct gateway_access){app->gateway, app->gateway_account, app->keys};
}

bool payment_settle_job(struct op *op, const struct job *job)
{
    struct gateway_access access = access_of(job->app);
    enum payment_state state;
    if (!access.gateway) return true;
    str id = id_text(op->mem, job->app->keys, "pay", job->subject);
    str back = str_printf(op->mem, "%.*s/back/%.*s", STR(job->app->public_url), STR(id));
    if (!payment_settle(op, job->store, &access, job->subject, back, &state)) return false;
    struct gateway_guard *guard = job->app->gateway_guard;
    bool again = guard && atomic_exchange(&guard->recovered, false);
    return !again || store_transact(op, job->store, TX_WRITE, payments_ask_all, NULL);
}

bool payment_expire_job(struct op *op, const struct job *job)
{
    return payments_expire(op, job->subject);
}

bool method_forget_job(struct op *op, const struct job *job)
{
    struct gateway_access access = access_of(job->app);
    return method_forget(op, job->store, &access, job->subject);
}

bool refund_send_job(struct op *op, const struct job *job)
{
    struct gateway_access access = access_of(job->app);
    return refund_talk(op, job->store, &access, job->subject);
}

enum { DAYS_BACK = 3 }; /* reports come late, and so may we */

static bool payouts_later(struct op *op, void *arg)
{
    const bool *answered = arg;
    return outbox_add_at(op, "payouts.read", 0, op->now + (*answered ? DAY_US : 10 * MINUTE_US));
}

bool payouts_read_job(struct op *op, const struct job *job)
{
    struct gateway_access access = access_of(job->app);
    bool all = true;
    if (!access.gateway || !access.gateway->payouts) return true;
    date today = clock_date(op->now, S(""));
    for (int back = 0; back <= DAYS_BACK; back++) {
        bool answered = false;
        if (!payouts_read(op, job->store, &access, date_plus(today, -back), &answered))
            return false;
        all = all && answered;
    }
    return store_transact(op, job->store, TX_WRITE, payouts_later, &all);
}

bool payout_match_job(struct op *op, const struct job *job)
{
    return payout_match(op, job->subject);
}
