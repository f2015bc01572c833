/* The edge: from "who is there" to the commit. */
#include "delivery/web/edge.h"

#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/random.h"
#include "delivery/web/command_key.h"
#include "delivery/web/dress.h"
#include "delivery/web/form.h"
#include "delivery/web/guard.h"
#include "delivery/web/reply.h"
#include "delivery/web/route.h"

void request_begin(struct request *rq, const struct route *route)
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
    str zone = rq->app->time_zone;
    rq->today = rq->kept_day ? clock_date_kept(rq->kept_day, rq->op.now, zone)
                             : clock_date(rq->op.now, zone);
}

struct handling {
    struct request *rq;
    struct reply (*handle)(struct request *);
    struct command command;
    bool first;
    struct reply reply, kept; /* kept: of a route that talks, until its key is closed */
};

static bool transact(struct handling *h, enum tx_kind kind, bool (*work)(struct op *op, void *arg))
{
    h->reply = (struct reply){0};
    if (store_transact(&h->rq->op, h->rq->store, kind, work, h)) return true;
    if (h->reply.status < 400) h->reply = reply_errors(h->rq); /* or the commit failed */
    return false;
}

/* All of it in one transaction: the claim of the key, the work, the answer that is kept. */
static bool handle_once(struct op *op, void *arg)
{
    struct handling *h = arg;
    assert(op == &h->rq->op);
    h->reply = (struct reply){0};
    if (!command_claim(h->rq, &h->command, &h->first, &h->reply)) return false;
    if (!h->first) return true;
    h->reply = h->handle(h->rq);
    return h->reply.status < 400 && command_close(h->rq, &h->command, &h->reply);
}

static bool claim_only(struct op *op, void *arg)
{
    struct handling *h = arg;
    (void)op;
    h->reply = (struct reply){0};
    return command_claim(h->rq, &h->command, &h->first, &h->reply);
}

static bool close_only(struct op *op, void *arg)
{
    struct handling *h = arg;
    (void)op;
    return command_close(h->rq, &h->command, &h->kept);
}

/* A commit whose answer was lost may have been done: what does no harm twice is done again. */
static bool transact_surely(struct handling *h, bool (*work)(struct op *op, void *arg))
{
    struct op *op = &h->rq->op;
    if (transact(h, TX_WRITE, work)) return true;
    if (!op->errs || op->errs->kind != ERR_BUSY) return false;
    op->errs = NULL;
    return transact(h, TX_WRITE, work);
}

/* A route that talks: its key is claimed before and closed after, each in its own transaction. The
 * errors of the work stay for the answer; that the key could not be closed is only logged: who
 * sends it again does it again, as after an error. */
static struct reply talk(struct handling *h)
{
    struct request *rq = h->rq;
    if (h->command.key.len == 0) return h->handle(rq);
    if (!transact_surely(h, claim_only) || !h->first) return h->reply;
    struct reply reply = h->kept = h->handle(rq);

    const struct err *errs = rq->op.errs;
    rq->op.errs = NULL;
    if (!transact_surely(h, close_only)) log_errors(&rq->op, "command.close");
    rq->op.errs = errs;
    return reply;
}

static struct reply command_run(struct handling *h)
{
    const struct route *route = h->rq->route;
    if (route->talks) return talk(h);
    (void)transact(h, route_only_reads(route) ? TX_READ : TX_WRITE, handle_once);
    return h->reply;
}

static struct reply run(struct request *rq)
{
    if (rq->route->public) return rq->route->handle(rq);
    struct handling h = {.rq = rq, .handle = rq->route->handle};
    if (!command_of(rq, &h.command)) return reply_errors(rq);
    struct reply reply = command_run(&h);
    command_leave(&h.command);
    return reply;
}

/* A page that an address asks for, such as a list and its filters. */
static bool is_asked_by_address(const struct route *route)
{
    return route_only_reads(route) && route->inputs && !route->public;
}

static bool is_page(const struct reply *reply)
{
    return reply->status == 200 && !reply->path && reply->file_name.len == 0 &&
           str_starts(reply->type, S("text/html"));
}

/* A page without what its address could not ask: its filters stand as they were typed, and nobody
 * has lost the list. What is no page (a file of the same list) is refused. */
static struct reply show_without(struct request *rq, struct reply refused)
{
    struct handling h = {.rq = rq, .handle = rq->route->handle};
    if (form_check(rq, rq->route)) (void)transact(&h, TX_READ, handle_once);
    if (is_page(&h.reply)) {
        h.reply.status = 422;
        return h.reply;
    }
    rq->op.errs = rq->problems;
    rq->problems = NULL;
    return refused;
}

/* The form again, with what was typed and why it was refused, after everything was undone. */
static struct reply redisplay(struct request *rq, struct reply refused)
{
    const struct route *route = rq->route;
    bool can = route->redisplay || is_asked_by_address(route);
    if (!can || !refused.errors || refused.status != 422 || rq->wants_json) return refused;
    rq->problems = rq->op.errs;
    rq->op.errs = NULL;
    if (!route->redisplay) return show_without(rq, refused);
    struct handling h = {.rq = rq, .handle = route->redisplay};
    (void)transact(&h, TX_READ, handle_once);
    if (h.reply.status == 200) h.reply.status = 422;
    return h.reply;
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
    return rq->route->public ? reply : reply_dressed(rq, reply);
}
