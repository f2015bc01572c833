#include "delivery/portal/demo.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/access/people.h"
#include "domain/access/sign_in.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"

enum { SHOWN_MAX = 40, CUSTOMERS_MAX = 60 };

static str role_words(const struct request *rq, enum role role)
{
    static const char *const words[] = {
        [ROLE_VIEWER] = N_("Sees everything"),
        [ROLE_PAYER] = N_("Pays"),
        [ROLE_CUSTOMER_ADMIN] = N_("Pays, and invites colleagues"),
        [ROLE_AUDITOR] = N_("Auditor"),
        [ROLE_CLERK] = N_("Clerk"),
        [ROLE_MANAGER] = N_("Manager"),
        [ROLE_ADMINISTRATOR] = N_("Administrator"),
    };
    return role == ROLE_NONE ? S("") : said(rq, words[role]);
}

static void add(struct request *rq, struct demo_view *v, struct demo_who *people, int64_t person,
                str name, str of, enum role role)
{
    if (v->count == SHOWN_MAX) return;
    people[v->count++] = (struct demo_who){
        .id = id_text(rq->op.mem, rq->app->keys, "per", person),
        .name = name.len > 0 ? name : S("?"),
        .of = of,
        .role = role_words(rq, role),
    };
}

static bool people_load(struct request *rq, struct demo_view *v)
{
    struct staff_list staff;
    struct customers customers;
    struct entity_list sellers;
    if (!entities(&rq->op, &sellers)) return false;
    str seller = sellers.count > 0 ? sellers.at[0].name : S("");
    struct demo_who *people = arena_array(rq->op.mem, struct demo_who, SHOWN_MAX);
    v->people = people;
    if (!staff_of_seller(&rq->op, &staff)) return false;
    for (ptrdiff_t i = 0; i < staff.count; i++)
        add(rq, v, people, staff.at[i].id, staff.at[i].name, seller, staff.at[i].staff_role);
    if (!customers_list(&rq->op, S(""), S(""), CUSTOMERS_MAX, rq->today, &customers)) return false;
    for (ptrdiff_t i = 0; i < customers.count; i++) {
        const struct customer_summary *customer = &customers.at[i];
        struct member_list members;
        if (!members_of(&rq->op, customer->id, &members)) return false;
        for (ptrdiff_t k = 0; k < members.count; k++)
            add(rq, v, people, members.at[k].person, members.at[k].name, customer->name,
                members.at[k].role);
    }
    return true;
}

static struct reply shown(struct request *rq, void (*body)(struct page *, const void *),
                          const void *view, const char *title)
{
    struct frame frame;
    if (!portal_frame(rq, said(rq, title), NULL, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    body(&page, view);
    struct reply reply = portal_end(rq, &frame, &page);
    session_name_browser(rq, &reply);
    return reply;
}

static void put_demo(struct page *page, const void *view)
{
    page_demo(page, view);
}

static void put_anew(struct page *page, const void *view)
{
    (void)view;
    page_demo_anew(page);
}

static struct reply demo_show(struct request *rq)
{
    struct demo_view view = {.resettable = rq->app->begin_anew != NULL};
    if (!rq->app->demo) return reply_missing(rq);
    if (!people_load(rq, &view)) return reply_errors(rq);
    return shown(rq, put_demo, &view, N_("The demonstration"));
}

struct who_form {
    int64_t person;
};
static const struct input who_inputs[] = {
    {.name = "person",
     .type = INPUT_ID,
     .offset = offsetof(struct who_form, person),
     .kind = "per",
     .required = true},
    {.name = NULL},
};

static struct reply demo_sign_in(struct request *rq)
{
    const struct who_form *form = rq->in;
    str url = rq->app->public_url, link;
    if (!rq->app->demo) return reply_missing(rq);
    if (!access_link_for(&rq->op, form->person, url, 1, MINUTE_US, &link)) return reply_errors(rq);
    return reply_see(rq, str_from(link, url.len));
}

/* Answered before it happens: the page comes back to /demo by itself. */
static struct reply demo_reset(struct request *rq)
{
    if (!rq->app->demo || !rq->app->begin_anew) return reply_missing(rq);
    struct reply reply = shown(rq, put_anew, NULL, N_("The demonstration"));
    reply.headers[COUNT(reply.headers) - 1].name = "Refresh";
    reply.headers[COUNT(reply.headers) - 1].value = S("4; url=/demo");
    rq->app->begin_anew(rq->app->begin_anew_arg);
    return reply;
}

const struct route demo_routes[] = {
    {GET, "/demo", demo_show, .may = MAY_ANYONE, .about = "The demonstration's own page"},
    {POST, "/demo/sign-in", demo_sign_in, .may = MAY_ANYONE, INPUTS(who_inputs, struct who_form),
     .redisplay = demo_show, .about = "Signs in as one of its people"},
    {POST, "/demo/reset", demo_reset, .may = MAY_ANYONE, .about = "Puts it back as it was"},
    {0},
};
