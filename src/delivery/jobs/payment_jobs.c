#include "delivery/jobs/payment_jobs.h"

#include "base/crypto.h"
#include "delivery/app.h"
#include "domain/payments/methods.h"
#include "domain/payments/payments.h"

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
    return payment_settle(op, job->store, &access, job->subject, back, &state);
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
