#include "delivery/web/dress.h"

#include "delivery/app.h"
#include "delivery/web/error_page.h"
#include "delivery/web/reply.h"
#include "store/store.h"

struct dressing {
    struct request *rq;
    const struct err *errs;
    int status;
    struct reply reply;
};

static bool dress_once(struct op *op, void *arg)
{
    struct dressing *d = arg;
    struct frame frame;
    (void)op;
    if (!d->rq->app->dress(d->rq, error_title(d->rq, d->status), &frame)) return false;
    d->reply = error_in(d->rq, d->status, &frame, d->errs);
    return true;
}

struct reply reply_dressed(struct request *rq, struct reply bare)
{
    if (!bare.bare || !rq->app->dress || bare.status >= 500) return bare;
    struct dressing d = {.rq = rq, .errs = rq->op.errs, .status = bare.status};
    rq->op.errs = NULL;
    bool done = store_transact(&rq->op, rq->store, TX_READ, dress_once, &d);
    rq->op.errs = d.errs;
    if (done) bare.body = d.reply.body;
    return bare;
}
