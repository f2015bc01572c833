#include "delivery/hooks/hooks.h"

#include "domain/payments/payments.h"
#include "store/outbox.h"

struct message {
    const struct gateway *gateway;
    struct gateway_event event;
};

/* Kept and acted upon in one transaction: a crash loses neither half. */
static bool take(struct op *op, void *arg)
{
    const struct message *m = arg;
    int64_t payment;
    bool fresh;
    if (!gateway_inbox_add(op, str_of(m->gateway->name), &m->event, &fresh)) return false;
    if (!fresh) return true;
    if (!payment_of_attempt(op, m->event.our_id, &payment)) return false;
    return payment == 0 || outbox_add(op, "payment.settle", payment);
}

static struct reply hook_post(struct request *rq)
{
    const struct app *app = rq->app;
    if (!app->gateway || !str_eq(rq->id, str_of(app->gateway->name))) return reply_missing(rq);

    struct message m = {.gateway = app->gateway};
    const struct gateway_message in = {
        .id = rq->header(rq, "webhook-id"),
        .timestamp = rq->header(rq, "webhook-timestamp"),
        .signature = rq->header(rq, "webhook-signature"),
        .body = rq->body,
    };
    /* Before any transaction: whoever forges messages keeps no writer waiting. */
    if (!gateway_read_event(&rq->op, app->gateway, app->gateway_account, &in, &m.event))
        return reply_errors(rq);
    if (!store_transact(&rq->op, rq->store, TX_WRITE, take, &m)) return reply_errors(rq);
    return reply_text(rq, 200, S("application/json"), S("{}"));
}

const struct route hook_routes[] = {
    {POST, "/hooks/:id", hook_post, .may = MAY_ANYONE, .talks = true, .foreign = true,
     .about = "A message of the payment gateway with that name"},
    {0},
};
