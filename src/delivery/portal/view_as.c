#include "delivery/portal/view_as.h"

#include "base/crypto.h"
#include "delivery/web/session.h"
#include "domain/audit/audit.h"
#include "domain/customers/customers.h"

static struct reply view_as_begin(struct request *rq)
{
    int64_t id;
    struct customer customer;
    struct reply reply = reply_see(rq, S("/"));
    bool done = request_id(rq, "cus", &id) && customer_get(&rq->op, id, &customer) &&
                session_renew(rq, id, &reply) &&
                audit_add(&rq->op, "customer.view_as", "customer", id, S(""), S(""));
    return done ? reply : reply_errors(rq);
}

static struct reply view_as_end(struct request *rq)
{
    if (!rq->who.view_as) return reply_see(rq, S("/"));
    int64_t id = rq->who.customer;
    str customer = id_text(rq->op.mem, rq->app->keys, "cus", id);
    struct reply reply =
        reply_see(rq, str_printf(rq->op.mem, "/console/customers/%.*s", STR(customer)));
    bool done = session_renew(rq, 0, &reply) &&
                audit_add(&rq->op, "customer.view_as_end", "customer", id, S(""), S(""));
    return done ? reply : reply_errors(rq);
}

const struct route view_as_routes[] = {
    {POST, "/console/customers/:id/view-as", view_as_begin, .may = MAY_SEE_CONSOLE,
     .about = "Looks at the portal as this customer sees it"},
    {POST, "/view-as/end", view_as_end, .may = MAY_BE_SIGNED_IN, .leaves = true,
     .about = "Back to the console"},
    {0},
};
