#include "delivery/console/people.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/access/people.h"

#define HERE "/console/people"

static const struct {
    enum role role;
    const char *value, *name, *about;
} roles[] = {
    {ROLE_AUDITOR, "auditor", N_("Auditor"), N_("Auditor: sees everything, changes nothing")},
    {ROLE_CLERK, "clerk", N_("Clerk"), N_("Clerk: imports, invites, records, exports")},
    {ROLE_MANAGER, "manager", N_("Manager"), N_("Manager: and takes back, returns and refunds")},
    {ROLE_ADMINISTRATOR, "administrator", N_("Administrator"),
     N_("Administrator: and people, roles and settings")},
};
static const char *const role_values[] = {"auditor", "clerk", "manager", "administrator", NULL};

static enum role role_typed(str value)
{
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        if (str_eq(value, str_of(roles[i].value))) return roles[i].role;
    return ROLE_NONE;
}

static void ask_role(struct request *rq, struct question_list *list, str value)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(roles));
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        answers[i] = (struct answer){str_of(roles[i].value), said(rq, roles[i].about)};
    struct question *q = ask(rq, list, ASK_SELECT, "role", N_("What this person may do"), value);
    q->answers = answers;
    q->answer_count = COUNT(roles);
}

static const struct {
    const char *value, *words;
} dones[] = {
    {"invited", N_("The invitation is on its way.")},
    {"changed", N_("The change is saved.")},
    {"blocked", N_("The person is blocked.")},
    {"unblocked", N_("The person may come in again.")},
};
static const char *const done_values[] = {"invited", "changed", "blocked", "unblocked", NULL};

struct people_form {
    str done, email, name, role;
    bool blocked;
};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct people_form, done),
     .choices = done_values},
    {.name = NULL},
};
static const struct input invite_inputs[] = {
    {.name = "email",
     .type = INPUT_EMAIL,
     .offset = offsetof(struct people_form, email),
     .required = true},
    {.name = "name",
     .type = INPUT_TEXT,
     .offset = offsetof(struct people_form, name),
     .longest = 100},
    {.name = "role",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct people_form, role),
     .choices = role_values,
     .required = true},
    {.name = NULL},
};
static const struct input role_inputs[] = {
    {.name = "role",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct people_form, role),
     .choices = role_values,
     .required = true},
    {.name = NULL},
};
static const struct input block_inputs[] = {
    {.name = "blocked", .type = INPUT_BOOL, .offset = offsetof(struct people_form, blocked)},
    {.name = NULL},
};

static str done_words(struct request *rq, str done)
{
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(done, str_of(dones[i].value))) return said(rq, dones[i].words);
    return S("");
}

/* ---- the list ---- */

static struct reply people_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("E-mail")},
        {GRID_TEXT, N_("Rights")},
        {GRID_STATUS, N_("Signed in last")},
    };
    const struct people_form *form = rq->in;
    struct staff_list list;
    if (!staff_of_seller(&rq->op, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "People"),
        .under = said(rq, "Who works here, and what each may do."),
        .done = done_words(rq, form->done),
        .grid = grid_of(rq, N_("People by name"), N_("Nobody yet."), headings, COUNT(headings),
                        list.count),
    };
    v.acts[v.act_count++] =
        (struct link_words){said(rq, "Invite a colleague"), url_of(S(HERE "/new")), true};
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct person *p = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(p->name, place_url(rq, PLACE_PERSON, p->id, ""));
        row[1] = grid_text(p->email);
        for (ptrdiff_t k = 0; k < COUNT(roles); k++)
            if (roles[k].role == p->staff_role) row[2] = grid_text(said(rq, roles[k].name));
        row[3] = grid_status((struct standing_words){S("soon"), said(rq, "Invited")});
        if (p->signed_in_at) row[3] = grid_date(day_of(rq, p->signed_in_at));
        if (p->blocked)
            row[3] = grid_status((struct standing_words){S("failed"), said(rq, "Blocked")});
    }
    return reply_listing(rq, HERE, &v);
}

static struct reply invite_ask(struct request *rq)
{
    struct form_view v = {
        .title = said(rq, "Invite a colleague"),
        .crumb = said(rq, "People"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE)),
        .button = said(rq, "Send the invitation"),
        .note = said(rq, "The mail holds a link that works once, for 14 days."),
    };
    ask(rq, &v.questions, ASK_EMAIL, "email", N_("Work e-mail"), S(""))->required = true;
    ask(rq, &v.questions, ASK_LINE, "name", N_("Name"), S(""));
    ask_role(rq, &v.questions, S("clerk"));
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply invite_send(struct request *rq)
{
    const struct people_form *form = rq->in;
    struct invitation in = {
        .email = form->email,
        .name = form->name,
        .language = lang_tag(op_lang(&rq->op)),
        .role = role_typed(form->role),
    };
    int64_t person;
    if (!person_invite(&rq->op, &in, &person)) return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=invited"));
}

/* ---- one of them ---- */

static bool staff_load(struct request *rq, struct person *out)
{
    int64_t id;
    if (!place_of(rq, PLACE_PERSON, &id) || !person_get(&rq->op, id, out)) return false;
    if (out->staff_role != ROLE_NONE) return true;
    return op_fail(&rq->op, ERR_MISSING, NULL, "There is no such person among your colleagues.");
}

static struct reply staff_show(struct request *rq)
{
    struct person person;
    struct frame frame;
    if (!staff_load(rq, &person)) return reply_errors(rq);
    struct staff_view v = {
        .name = person.name,
        .email = person.email,
        .action = place_url(rq, PLACE_PERSON, person.id, ""),
        .block = place_url(rq, PLACE_PERSON, person.id, "/block"),
        .blocked = person.blocked,
        .self = person.id == rq->who.person,
    };
    if (rq->method == GET) v.done = done_words(rq, ((const struct people_form *)rq->in)->done);
    ask_role(rq, &v.questions, str_of(role_name(person.staff_role)));
    ask_problems(rq, &v.questions);
    if (!console_frame(rq, person.name, HERE, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_staff(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply staff_save(struct request *rq)
{
    const struct people_form *form = rq->in;
    struct person person;
    if (!staff_load(rq, &person) || !staff_set_role(&rq->op, person.id, role_typed(form->role)))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=changed"));
}

static struct reply staff_block(struct request *rq)
{
    const struct people_form *form = rq->in;
    struct person person;
    if (!staff_load(rq, &person)) return reply_errors(rq);
    if (person.id == rq->who.person && form->blocked) {
        (void)op_fail(&rq->op, ERR_CONFLICT, NULL, "You cannot block yourself.");
        return reply_errors(rq);
    }
    if (!person_block(&rq->op, person.id, form->blocked)) return reply_errors(rq);
    return reply_see(rq, form->blocked ? S(HERE "?done=blocked") : S(HERE "?done=unblocked"));
}

const struct route console_people_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = people_show,
     .may = MAY_ADMINISTER,
     INPUTS(show_inputs, struct people_form),
     .about = "The seller's people"},
    {.method = GET,
     .path = HERE "/new",
     .handle = invite_ask,
     .may = MAY_ADMINISTER,
     .about = "The form of an invitation"},
    {.method = POST,
     .path = HERE,
     .handle = invite_send,
     .may = MAY_ADMINISTER,
     INPUTS(invite_inputs, struct people_form),
     .redisplay = invite_ask,
     .about = "Invites a colleague"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = staff_show,
     .may = MAY_ADMINISTER,
     INPUTS(show_inputs, struct people_form),
     .about = "One of the seller's people"},
    {.method = POST,
     .path = HERE "/:id",
     .handle = staff_save,
     .may = MAY_ADMINISTER,
     INPUTS(role_inputs, struct people_form),
     .redisplay = staff_show,
     .about = "Changes what a colleague may do"},
    {.method = POST,
     .path = HERE "/:id/block",
     .handle = staff_block,
     .may = MAY_ADMINISTER,
     INPUTS(block_inputs, struct people_form),
     .about = "Blocks a colleague, or lets them in again"},
    {.path = NULL},
};
