#include "delivery/portal/unsubscribe.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/audit/audit.h"
#include "domain/customers/customers.h"
#include "domain/notices/settings.h"
#include "domain/notices/unsubscribe.h"

struct asked {
    struct contact contact;
    enum notice_kind kind;
    bool wants;
};

/* ERR_MISSING: nobody was given this address, or the contact is gone. */
static bool find(struct request *rq, struct asked *out)
{
    int64_t id;
    struct contact_wishes wishes;
    if (!unsubscribe_from(rq->op.mem, rq->app->keys, rq->id, &id, &out->kind))
        return op_fail(&rq->op, ERR_MISSING, NULL, "This page does not exist, or not any more.");
    if (!contact_get(&rq->op, id, &out->contact) ||
        !contact_wishes(&rq->op, &out->contact, &wishes))
        return false;
    out->wants = wishes.wants[out->kind];
    return true;
}

static struct reply show(struct request *rq, const struct asked *a)
{
    bool reminder = a->kind == NOTICE_REMINDER;
    struct frame frame;
    struct unsubscribe_view v = {
        .act = url_printf(rq->op.mem, "/unsubscribe/%.*s%s", STR(rq->id), a->wants ? "" : "/undo"),
        .title = a->wants
                     ? said(rq, reminder ? N_("No more reminders?") : N_("No more statements?"))
                     : said(rq, reminder ? N_("You get no more reminders.")
                                         : N_("You get no more statements.")),
        .about = filled(rq, N_("This is about mails to {1}."), a->contact.email, S("")),
        .button = a->wants ? said(rq, N_("Stop these mails")) : said(rq, N_("Get them again")),
    };
    if (!portal_frame(rq, v.title, NULL, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_unsubscribe(&page, &v);
    struct reply reply = portal_end(rq, &frame, &page);
    session_name_browser(rq, &reply);
    reply.no_referrer = true;
    return reply;
}

static struct reply ask(struct request *rq)
{
    struct asked a;
    return find(rq, &a) ? show(rq, &a) : reply_errors(rq);
}

static struct reply wish(struct request *rq, bool wanted)
{
    struct asked a;
    if (!find(rq, &a) || !contact_wish(&rq->op, a.contact.id, a.kind, wanted) ||
        !audit_add(&rq->op, wanted ? "contact.subscribe" : "contact.unsubscribe", "contact",
                   a.contact.id, S(""), S("")))
        return reply_errors(rq);
    a.wants = wanted;
    return show(rq, &a);
}

/* From the page, or from a mail program that knows no cookie and no token of ours: all it needs is
 * the address itself. */
static struct reply stop(struct request *rq)
{
    return wish(rq, false);
}

static struct reply undo(struct request *rq)
{
    return wish(rq, true);
}

const struct route unsubscribe_routes[] = {
    {.method = GET,
     .path = "/unsubscribe/:id",
     .handle = ask,
     .may = MAY_ANYONE,
     .about = "Asks whether such mails shall end"},
    {.method = POST,
     .path = "/unsubscribe/:id",
     .handle = stop,
     .may = MAY_ANYONE,
     .foreign = true,
     .about = "Ends them: one click, also of a mail program (RFC 8058)"},
    {.method = POST,
     .path = "/unsubscribe/:id/undo",
     .handle = undo,
     .may = MAY_ANYONE,
     .about = "Has them again"},
    {.path = NULL},
};
