/* The edge: from "who is there" to the commit. */
#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/random.h"
#include "delivery/web/form.h"
#include "delivery/web/guard.h"
#include "delivery/web/reply.h"
#include "delivery/web/route.h"

static void request_begin(struct request *rq, const struct route *route)
{
    rq->route = route;
    rq->wants_json =
        route_is_api(route) || str_starts(rq->header(rq, "Accept"), S("application/json"));
    rq->actor = (struct actor){
        .kind = ACTOR_PERSON,
        .request = rq->reference,
        .address = rq->client_address,
        .lang = lang_accepted(rq->header(rq, "Accept-Language")),
    };
    rq->op.actor = &rq->actor;
    rq->today = clock_date(rq->op.now, rq->app->time_zone);
}

struct handling {
    struct request *rq;
    struct reply (*handle)(struct request *);
    struct reply reply;
};

static bool handle_once(struct op *op, void *arg)
{
    struct handling *h = arg;
    assert(op == &h->rq->op);
    h->reply = h->handle(h->rq);
    return h->reply.status < 400;
}

static struct reply transact(struct request *rq, enum tx_kind kind,
                             struct reply (*handle)(struct request *))
{
    struct handling h = {.rq = rq, .handle = handle};
    if (store_transact(&rq->op, rq->store, kind, handle_once, &h)) return h.reply;
    return h.reply.status >= 400 ? h.reply : reply_errors(rq); /* or the commit failed */
}

static struct reply run(struct request *rq)
{
    const struct route *route = rq->route;
    if (route->talks || route->public) return route->handle(rq);
    bool reads = rq->method == GET && !route->writes;
    return transact(rq, reads ? TX_READ : TX_WRITE, route->handle);
}

/* The form again, with what was typed and why it was refused, after everything was undone. */
static struct reply redisplay(struct request *rq, struct reply refused)
{
    bool can = rq->route->redisplay && refused.errors && refused.status == 422 && !rq->wants_json;
    if (!can) return refused;
    rq->problems = rq->op.errs;
    rq->op.errs = NULL;
    struct reply reply = transact(rq, TX_READ, rq->route->redisplay);
    if (reply.status == 200) reply.status = 422;
    return reply;
}

static struct reply answer(struct request *rq)
{
    struct reply reply;
    if (!guard_visitor(rq, &reply)) return reply;
    rq->form_key = random_token(rq->op.mem, 16);
    if (!guard_permission(rq, &reply)) return reply;
    if (!rq->route->foreign) {
        if (!form_read(rq)) return reply_errors(rq);
        if (!guard_form(rq, &reply)) return reply;
        if (!form_check(rq, rq->route)) return redisplay(rq, reply_errors(rq));
    }
    return redisplay(rq, run(rq));
}

static void log_if_ours(const struct request *rq, const struct reply *reply)
{
    bool detail = false;
    for (const struct err *err = rq->op.errs; err; err = err->next)
        detail = detail || err->detail.len > 0;
    if (detail || reply->status >= 500) log_errors(&rq->op, rq->route->path);
}

struct reply web_handle(struct request *rq, const struct route *route)
{
    assert(rq->app && rq->header);
    request_begin(rq, route);
    struct reply reply = answer(rq);
    log_if_ours(rq, &reply);
    return reply;
}
