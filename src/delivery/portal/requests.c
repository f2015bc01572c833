/* Requests for access to the customer's invoices: its administrators decide. */
#include "delivery/portal/people.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"

#define HERE           "/access-requests"
#define REQUEST_PREFIX "req"

struct request_form {
    str role, words;
};
static const char *const role_values[] = {"viewer", "payer", "admin", NULL};
static const struct input grant_inputs[] = {
    {.name = "role",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct request_form, role),
     .choices = role_values,
     .required = true},
    {.name = NULL},
};
static const struct input refuse_inputs[] = {
    {.name = "words",
     .type = INPUT_TEXT,
     .offset = offsetof(struct request_form, words),
     .longest = 500},
    {.name = NULL},
};

static struct url request_url(struct request *rq, int64_t claim, const char *then)
{
    str id = id_text(rq->op.mem, rq->app->keys, REQUEST_PREFIX, claim);
    return url_printf(rq->op.mem, HERE "/%.*s%s", STR(id), then);
}

static struct request_row row_of(struct request *rq, const struct claim *c)
{
    struct arena *mem = rq->op.mem;
    str document = id_text(mem, rq->app->keys, "inv", c->document);
    return (struct request_row){
        .link = request_url(rq, c->id, ""),
        .name = c->name,
        .email = c->email,
        .invoice = c->invoice,
        .invoice_link = url_printf(mem, "/invoices/%.*s", STR(document)),
        .when = lang_date(mem, op_lang(&rq->op), clock_date(c->created_at, rq->app->time_zone)),
    };
}

bool requests_load(struct request *rq, struct request_row **rows, ptrdiff_t *count)
{
    struct claim_list list;
    if (!claims_to_decide(&rq->op, rq->who.customer, &list)) return false;
    *rows = arena_array(rq->op.mem, struct request_row, list.count);
    *count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++) (*rows)[i] = row_of(rq, &list.at[i]);
    return true;
}

static bool claim_load(struct request *rq, struct claim *out)
{
    int64_t id;
    return request_id(rq, REQUEST_PREFIX, &id) && claim_get(&rq->op, rq->who.customer, id, out);
}

static struct reply request_show(struct request *rq)
{
    struct claim claim;
    struct frame frame;
    if (!claim_load(rq, &claim)) return reply_errors(rq);
    if (!portal_frame(rq, claim.name, "/people", &frame)) return reply_errors(rq);
    struct request_view view = {
        .row = row_of(rq, &claim),
        .waiting = claim.state == CLAIM_WAITING && !claim.over,
        .roles = people_roles(rq, ROLE_VIEWER),
        .grant = request_url(rq, claim.id, ""),
        .refuse = request_url(rq, claim.id, "/refuse"),
        .words = request_typed(rq, "words"),
        .wrong_words = request_problem(rq, "words"),
    };
    struct page page = portal_begin(rq, &frame);
    page_request(&page, &view);
    return portal_end(rq, &frame, &page);
}

static struct reply request_grant(struct request *rq)
{
    const struct request_form *form = rq->in;
    struct claim claim;
    enum role role = ROLE_NONE;
    (void)role_from(str_z(rq->op.mem, form->role), &role);
    if (!claim_load(rq, &claim) || !claim_grant(&rq->op, rq->who.customer, claim.id, role))
        return reply_errors(rq);
    return reply_see(rq, S("/people?done=granted"));
}

static struct reply request_refuse(struct request *rq)
{
    const struct request_form *form = rq->in;
    struct claim claim;
    if (!claim_load(rq, &claim) || !claim_refuse(&rq->op, rq->who.customer, claim.id, form->words))
        return reply_errors(rq);
    return reply_see(rq, S("/people?done=refused"));
}

const struct route requests_routes[] = {
    {GET, HERE "/:id", request_show, .may = MAY_MANAGE_PEOPLE, .about = "A request for access"},
    {POST, HERE "/:id", request_grant, .may = MAY_MANAGE_PEOPLE,
     INPUTS(grant_inputs, struct request_form), .redisplay = request_show,
     .about = "Lets the person in"},
    {POST, HERE "/:id/refuse", request_refuse, .may = MAY_MANAGE_PEOPLE,
     INPUTS(refuse_inputs, struct request_form), .redisplay = request_show,
     .about = "Refuses a request for access"},
    {0},
};
