#include "delivery/web/web_routes.h"

#include "delivery/web/asset.h"

static struct reply health(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain; charset=utf-8"), S("ok\n"));
}

static bool look(struct op *op, void *arg)
{
    (void)arg;
    return op->errs == NULL;
}

/* Whether this process should be sent requests: the database answers, and it is not stopping. */
static struct reply ready(struct request *rq)
{
    bool fine = !server_draining(rq) && store_transact(&rq->op, rq->store, TX_READ, look, NULL);
    return reply_text(rq, fine ? 200 : 503, S("text/plain; charset=utf-8"),
                      fine ? S("ready\n") : S("not ready\n"));
}

static struct reply robots(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain; charset=utf-8"), S("User-agent: *\nDisallow: /\n"));
}

const struct route web_routes[] = {
    {GET, "/healthz", health, .may = MAY_ANYONE, .public = true},
    {GET, "/readyz", ready, .may = MAY_ANYONE, .public = true},
    {GET, "/metrics", metrics_show, .may = MAY_ANYONE, .public = true},
    {GET, "/robots.txt", robots, .may = MAY_ANYONE, .public = true},
    {GET, "/assets/:id", asset_show, .may = MAY_ANYONE, .public = true},
    {GET, "/assets/brand/:id", brand_show, .may = MAY_ANYONE, .public = true},
    {GET, "/api/v1/openapi.json", openapi_show, .may = MAY_ANYONE, .public = true},
    {0},
};
