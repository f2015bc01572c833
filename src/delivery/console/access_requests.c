#include "delivery/console/access_requests.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/changes.h"
#include "delivery/console/customer.h"
#include "delivery/portal/join.h"
#include "domain/access/claims.h"

#define HERE "/console/access-requests"
enum { ROWS = 100 };

static struct standing_words standing_of(struct request *rq, const struct claim *c)
{
    if (c->over && c->state == CLAIM_WAITING)
        return (struct standing_words){S("over"), said(rq, "Ran out undecided")};
    if (c->over) return (struct standing_words){S("over"), said(rq, "Link never used")};
    switch (c->state) {
    case CLAIM_WAITING: return (struct standing_words){S("query"), said(rq, "To be decided")};
    case CLAIM_GRANTED: return (struct standing_words){S("soon"), said(rq, "Link sent")};
    case CLAIM_REFUSED_BY: return (struct standing_words){S("failed"), said(rq, "Refused")};
    case CLAIM_USED: return (struct standing_words){S("paid"), said(rq, "Came in")};
    }
    return (struct standing_words){0};
}

/* ---- the list ---- */

struct list_form {
    str show, done;
};
static const char *const shows[] = {"waiting", "all", NULL};
static const struct {
    const char *value, *words;
} dones[] = {
    {"granted", N_("The person gets a mail with a link.")},
    {"refused", N_("The person is told that it was refused.")},
    {"saved", N_("The settings are saved.")},
};
static const char *const done_values[] = {"granted", "refused", "saved", NULL};
static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, show),
     .choices = shows},
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, done),
     .choices = done_values},
    {.name = NULL},
};

static void row_add(struct request *rq, const struct claim *c, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(c->name, place_url(rq, PLACE_ACCESS_REQUEST, c->id, ""));
    row[1] = grid_text(c->email);
    row[2] = grid_link(c->customer_name, place_url(rq, PLACE_CUSTOMER, c->customer, ""));
    row[3] = grid_link(c->invoice, place_url(rq, PLACE_INVOICE, c->document, ""));
    row[4] = grid_status(standing_of(rq, c));
    row[5] = grid_text(moment(rq, c->created_at));
}

static bool head_of(struct request *rq, const struct list_form *form, bool all, struct listing *v)
{
    bool open;
    if (!join_is_open(rq, &open)) return false;
    v->title = said(rq, "Access requests");
    v->under = open ? said(rq, "People who showed an invoice and want to see the account.")
                    : said(rq, "Nobody can ask at present: it is turned off.");
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(form->done, str_of(dones[i].value))) v->done = said(rq, dones[i].words);
    v->tabs[v->tab_count++] = (struct tab){
        .name = said(rq, "To be decided"), .link = url_of(S(HERE)), .count = -1, .current = !all};
    v->tabs[v->tab_count++] = (struct tab){
        .name = said(rq, "All"), .link = url_of(S(HERE "?show=all")), .count = -1, .current = all};
    if (may(rq, MAY_ADMINISTER))
        v->acts[v->act_count++] =
            (struct link_words){said(rq, "Who may ask"), url_of(S(HERE "/settings")), false};
    return true;
}

static struct reply requests_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},     {GRID_TEXT, N_("E-mail")},   {GRID_TEXT, N_("Customer")},
        {GRID_CODE, N_("Invoice")}, {GRID_STATUS, N_("Status")}, {GRID_TEXT, N_("Asked")},
    };
    const struct list_form *form = rq->in;
    bool all = str_eq(form->show, S("all"));
    struct claim_list list;
    struct listing v = {0};
    if (!(all ? claims_newest(&rq->op, ROWS, &list) : claims_to_decide(&rq->op, 0, &list)) ||
        !head_of(rq, form, all, &v))
        return reply_errors(rq);
    v.grid = grid_of(rq, N_("Access requests"), N_("Nobody waits for a decision."), headings,
                     COUNT(headings), list.count);
    if (all) v.grid.nothing = said(rq, "Nobody has asked yet.");
    for (ptrdiff_t i = 0; i < list.count; i++) row_add(rq, &list.at[i], &v.grid);
    return reply_listing(rq, HERE, &v);
}

/* ---- one ---- */

struct decide_form {
    str role, words;
};
static const char *const role_values[] = {"viewer", "payer", "admin", NULL};
static const struct input grant_inputs[] = {
    {.name = "role",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct decide_form, role),
     .choices = role_values,
     .required = true},
    {.name = NULL},
};
static const struct input refuse_inputs[] = {
    {.name = "words",
     .type = INPUT_TEXT,
     .offset = offsetof(struct decide_form, words),
     .longest = 500},
    {.name = NULL},
};

static void facts_of(struct request *rq, const struct claim *c, struct facts *f)
{
    fact_add(rq, f, N_("Name given"), c->name);
    fact_add(rq, f, N_("E-mail"), c->email);
    fact_link(rq, f, N_("Customer"), c->customer_name,
              place_url(rq, PLACE_CUSTOMER, c->customer, ""));
    fact_link(rq, f, N_("Invoice shown"), c->invoice,
              place_url(rq, PLACE_INVOICE, c->document, ""));
    fact_add(rq, f, N_("Asked"), moment(rq, c->created_at));
    fact_add(rq, f, N_("From the network address"), c->address);
    fact_add(rq, f, N_("Rights given"), customer_role_words(rq, c->role));
    if (c->at_once)
        fact_add(rq, f, N_("Decided by"), said(rq, "nobody: the address is the customer's"));
    else
        fact_add(rq, f, N_("Decided by"), c->decided_by);
    if (c->decided_at) fact_add(rq, f, N_("Decided"), moment(rq, c->decided_at));
    if (c->state == CLAIM_WAITING) fact_add(rq, f, N_("Ends undecided"), moment(rq, c->expires_at));
}

static struct reply request_show(struct request *rq)
{
    struct claim c;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_ACCESS_REQUEST, &id) || !claim_get(&rq->op, 0, id, &c))
        return reply_errors(rq);
    struct access_request_view v = {
        .name = c.name,
        .email = c.email,
        .standing = standing_of(rq, &c),
        .may_decide = may(rq, MAY_WORK) && c.state == CLAIM_WAITING && !c.over,
        .grant_action = place_url(rq, PLACE_ACCESS_REQUEST, id, ""),
        .refuse_action = place_url(rq, PLACE_ACCESS_REQUEST, id, "/refuse"),
        .words = c.words,
    };
    facts_of(rq, &c, &v.facts);
    ask_customer_role(rq, &v.grant, S("viewer"));
    ask(rq, &v.refuse, ASK_AREA, "words", N_("What the person is told, if you like"), S(""));
    ask_problems(rq, &v.problems);
    if (!changes_of(rq, "claim", id, &v.changes) || !console_frame(rq, c.name, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_access_request(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply request_grant(struct request *rq)
{
    const struct decide_form *form = rq->in;
    enum role role = ROLE_NONE;
    int64_t id;
    (void)role_from(str_z(rq->op.mem, form->role), &role);
    if (!place_of(rq, PLACE_ACCESS_REQUEST, &id) || !claim_grant(&rq->op, 0, id, role))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=granted"));
}

static struct reply request_refuse(struct request *rq)
{
    const struct decide_form *form = rq->in;
    int64_t id;
    if (!place_of(rq, PLACE_ACCESS_REQUEST, &id) || !claim_refuse(&rq->op, 0, id, form->words))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=refused"));
}

/* ---- whether people may ask ---- */

struct setting_form {
    bool open;
};
static const struct input setting_inputs[] = {
    {.name = "open", .type = INPUT_BOOL, .offset = offsetof(struct setting_form, open)},
    {.name = NULL},
};

static struct reply setting_show(struct request *rq)
{
    bool open;
    if (!join_is_open(rq, &open)) return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, "Who may ask for access"),
        .crumb = said(rq, "Access requests"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE "/settings")),
        .button = said(rq, "Save"),
        .note = said(rq, "Whoever names an invoice and its total, and reads mail at an address of "
                         "the customer's, comes in and can change nothing. All others wait here."),
    };
    ask(rq, &v.questions, ASK_TICK, "open", N_("People may ask for access with an invoice in hand"),
        open ? S("1") : S(""));
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply setting_save(struct request *rq)
{
    const struct setting_form *form = rq->in;
    if (!claims_open_set(&rq->op, form->open)) return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=saved"));
}

const struct route console_access_requests_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = requests_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Requests for access"},
    {.method = GET,
     .path = HERE "/settings",
     .handle = setting_show,
     .may = MAY_ADMINISTER,
     .about = "Whether people may ask for access"},
    {.method = POST,
     .path = HERE "/settings",
     .handle = setting_save,
     .may = MAY_ADMINISTER,
     INPUTS(setting_inputs, struct setting_form),
     .redisplay = setting_show,
     .about = "Lets people ask for access, or not"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = request_show,
     .may = MAY_SEE_CONSOLE,
     .about = "A request for access"},
    {.method = POST,
     .path = HERE "/:id",
     .handle = request_grant,
     .may = MAY_WORK,
     INPUTS(grant_inputs, struct decide_form),
     .redisplay = request_show,
     .about = "Lets the person in"},
    {.method = POST,
     .path = HERE "/:id/refuse",
     .handle = request_refuse,
     .may = MAY_WORK,
     INPUTS(refuse_inputs, struct decide_form),
     .redisplay = request_show,
     .about = "Refuses a request for access"},
    {.path = NULL},
};
