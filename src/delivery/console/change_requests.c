#include "delivery/console/change_requests.h"

#include "base/lang.h"
#include "delivery/change_mail.h"
#include "domain/customers/change_requests.h"

#define HERE "/console/change-requests"
enum { PAGE_ROWS = 50, CONTACT_LINES = 5 };

static const char *const done_values[] = {"accepted", "refused", NULL};

struct change_form {
    str done, words;
    int64_t after;
};
#define AT(field) .offset = offsetof(struct change_form, field)
static const struct input list_inputs[] = {
    {.name = "after", .type = INPUT_ID, AT(after), .kind = "chg"},
    {.name = NULL},
};
static const struct input show_inputs[] = {
    {.name = "done", .type = INPUT_CHOICE, AT(done), .choices = done_values},
    {.name = NULL},
};
static const struct input refuse_inputs[] = {
    {.name = "words", .type = INPUT_TEXT, AT(words), .longest = 500},
    {.name = NULL},
};
#undef AT

static struct standing_words standing(const struct request *rq, enum change_state state)
{
    static const struct {
        const char *shape, *words;
    } standings[] = {
        [CHANGE_WAITING] = {"query", N_("Waits for an answer")},
        [CHANGE_ACCEPTED] = {"paid", N_("Changed")},
        [CHANGE_REFUSED] = {"failed", N_("Not changed")},
        [CHANGE_WITHDRAWN] = {"over", N_("Withdrawn")},
    };
    return (struct standing_words){str_of(standings[state].shape),
                                   said(rq, standings[state].words)};
}

/* ---- what waits ---- */

static struct reply changes_list(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Customer")},
        {GRID_TEXT, N_("What")},
        {GRID_TEXT, N_("Asked for by")},
        {GRID_DATE, N_("On")},
    };
    const struct change_form *form = rq->in;
    struct change_requests list;
    if (!change_requests_waiting(&rq->op, form->after, PAGE_ROWS, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Changes asked for"),
        .under = said(rq, "What customers want changed about themselves, the oldest first."),
        .grid = grid_of(rq, N_("Changes that wait"), N_("Nothing waits."), headings,
                        COUNT(headings), list.count),
    };
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct change_request *r = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(r->customer_name, place_url(rq, PLACE_CHANGE, r->id, ""));
        row[1] = grid_text(change_words(rq, &r->wanted));
        row[2] = grid_text(r->asked_by_name);
        row[3] = grid_date(day_of(rq, r->asked_at));
    }
    v.grid.has_next = list.more;
    if (list.more)
        v.grid.next = url_printf(rq->op.mem, HERE "?after=%.*s",
                                 STR(place_id(rq, PLACE_CHANGE, list.at[list.count - 1].id)));
    return reply_listing(rq, HERE, &v);
}

/* ---- one ---- */

struct compared {
    struct grid *grid;
    bool answered; /* what holds now is then no longer what it was compared with */
};

static void compare(struct request *rq, struct compared *c, const char *what, str now, str wanted)
{
    struct grid_cell *row = grid_row(c->grid);
    bool same = !c->answered && str_eq(now, wanted);
    row[0] = grid_text(said(rq, what));
    row[1] = grid_text(same ? said(rq, "As it is") : wanted);
    if (!c->answered) row[2] = grid_text(now);
}

static str yes_no(const struct request *rq, bool yes)
{
    return yes ? said(rq, "Yes") : said(rq, "No");
}

static bool company_compared(struct request *rq, const struct change_request *r,
                             struct compared *out)
{
    struct customer now;
    if (!customer_get(&rq->op, r->wanted.customer, &now)) return false;
    compare(rq, out, N_("Name"), now.name, r->wanted.name);
    compare(rq, out, N_("Address"), now.address, r->wanted.address);
    compare(rq, out, N_("Tax number"), now.tax_id, r->wanted.tax_id);
    return true;
}

static bool contact_compared(struct request *rq, const struct change_request *r,
                             struct compared *out)
{
    struct contact now = {.name = S("")};
    const struct change_wanted *w = &r->wanted;
    bool is_there = w->contact && r->state == CHANGE_WAITING;
    if (is_there && !contact_get(&rq->op, w->contact, &now)) return false;
    if (w->kind == CHANGE_CONTACT_GONE) {
        compare(rq, out, N_("Name"), w->name, said(rq, "Removed"));
        return true;
    }
    compare(rq, out, N_("Name"), now.name, w->name);
    compare(rq, out, N_("For"), contact_role_words(rq, now.role), contact_role_words(rq, w->role));
    compare(rq, out, N_("E-mail"), now.email, w->email);
    compare(rq, out, N_("Phone"), now.phone, w->phone);
    compare(rq, out, N_("Mails"), is_there ? yes_no(rq, now.notices) : S(""),
            yes_no(rq, w->notices));
    return true;
}

static bool compared_load(struct request *rq, const struct change_request *r, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("What")},
        {GRID_TEXT, N_("Wanted")},
        {GRID_TEXT, N_("Now")},
    };
    bool answered = r->state != CHANGE_WAITING;
    struct compared c = {g, answered};
    *g = grid_of(rq, N_("What is wanted"), N_("Nothing."), headings,
                 COUNT(headings) - (answered ? 1 : 0), CONTACT_LINES);
    return r->wanted.kind == CHANGE_COMPANY ? company_compared(rq, r, &c)
                                            : contact_compared(rq, r, &c);
}

static str done_words(const struct request *rq, str done)
{
    if (str_eq(done, S("accepted"))) return said(rq, "The change is made.");
    if (str_eq(done, S("refused"))) return said(rq, "Nothing is changed. Who asked gets a mail.");
    return S("");
}

static struct reply change_show(struct request *rq)
{
    const struct change_form *form = rq->in;
    int64_t id;
    struct change_request r;
    struct frame frame;
    if (!place_of(rq, PLACE_CHANGE, &id) || !change_request_get(&rq->op, id, &r))
        return reply_errors(rq);
    bool waits = r.state == CHANGE_WAITING;
    struct change_view v = {
        .title = change_words(rq, &r.wanted),
        .under = filled(rq, N_("asked for by {1} on {2}"), r.asked_by_name, moment(rq, r.asked_at)),
        .done = rq->problems ? S("") : done_words(rq, form->done),
        .words = waits ? request_typed(rq, "words") : r.words,
        .wrong = request_problem(rq, "words"),
        .standing = standing(rq, r.state),
        .customer = place_url(rq, PLACE_CUSTOMER, r.wanted.customer, ""),
        .customer_name = r.customer_name,
        .accept = place_url(rq, PLACE_CHANGE, id, "/accept"),
        .refuse = place_url(rq, PLACE_CHANGE, id, "/refuse"),
        .may_answer = waits && may(rq, MAY_WORK),
    };
    if (!compared_load(rq, &r, &v.compared) || !console_frame(rq, v.title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_change(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply change_accept(struct request *rq)
{
    int64_t id;
    if (!place_of(rq, PLACE_CHANGE, &id) || !change_request_accept(&rq->op, id, rq->who.person) ||
        !change_mail_answered(rq, id))
        return reply_errors(rq);
    return see_place(rq, PLACE_CHANGE, id, "?done=accepted");
}

static struct reply change_refuse(struct request *rq)
{
    const struct change_form *form = rq->in;
    int64_t id;
    if (!place_of(rq, PLACE_CHANGE, &id) ||
        !change_request_refuse(&rq->op, id, rq->who.person, form->words) ||
        !change_mail_answered(rq, id))
        return reply_errors(rq);
    return see_place(rq, PLACE_CHANGE, id, "?done=refused");
}

const struct route console_change_requests_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = changes_list,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct change_form),
     .about = "Changes that customers ask for"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = change_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct change_form),
     .about = "One change, beside what holds now"},
    {.method = POST,
     .path = HERE "/:id/accept",
     .handle = change_accept,
     .may = MAY_WORK,
     .about = "Makes the change that was asked for"},
    {.method = POST,
     .path = HERE "/:id/refuse",
     .handle = change_refuse,
     .may = MAY_WORK,
     INPUTS(refuse_inputs, struct change_form),
     .redisplay = change_show,
     .about = "Leaves things as they are, and says why"},
    {.path = NULL},
};
