#include "delivery/jobs/payment_jobs.h"

#include "base/crypto.h"
#include "delivery/app.h"
#include "domain/payments/payments.h"

static struct gateway_access access_of(const struct app *app)
{
    return (struct gateway_access){app->gateway, app->gateway_account};
}

static bool load(struct op *op, void *arg)
{
    struct payment *p = arg;
    return payment_get(op, 0, p->id, p);
}

/* A payer who left the card page within the hour may come back to it; afterwards the charge is
 * ended at the gateway, so that what it would have paid is free again. */
bool payment_settle_job(struct op *op, const struct job *job)
{
    struct gateway_access access = access_of(job->app);
    struct payment p = {.id = job->subject};
    enum payment_state state;
    if (!access.gateway) return true;
    if (!store_transact(op, job->store, TX_READ, load, &p)) return false;
    if (p.state == PAYMENT_REQUIRES_ACTION && p.expires.some && p.expires.value <= op->now)
        return payment_cancel(op, job->store, &access, p.id, &state);
    str id = id_text(op->mem, job->app->keys, "pay", p.id);
    str back = str_printf(op->mem, "%.*s/payments/%.*s", STR(job->app->public_url), STR(id));
    return payment_talk(op, job->store, &access, p.id, p.state == PAYMENT_SUBMITTING, back, &state);
}

bool payment_expire_job(struct op *op, const struct job *job)
{
    return payments_expire(op, job->subject);
}

bool refund_send_job(struct op *op, const struct job *job)
{
    struct gateway_access access = access_of(job->app);
    return refund_talk(op, job->store, &access, job->subject);
}
