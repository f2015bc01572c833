#include "delivery/portal/people.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"

#define MEMBER_PREFIX "mbr"

/* The customer's roles, from the least. */
static const struct {
    enum role role;
    const char *name, *about;
} roles[] = {
    {ROLE_VIEWER, N_("See"), N_("Invoices, statements and payments; change nothing")},
    {ROLE_PAYER, N_("See and pay"), N_("And pay, dispute and download")},
    {ROLE_CUSTOMER_ADMIN, N_("Administer"), N_("And invite and remove people")},
};

static str role_words(const struct request *rq, enum role role)
{
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        if (roles[i].role == role) return said(rq, roles[i].name);
    return S("");
}

struct role_choices people_roles(const struct request *rq, enum role chosen)
{
    struct role_choices out = {.wrong = request_problem(rq, "role"), .fixed = rq->who.view_as};
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        out.at[i] = (struct role_choice){
            .value = str_of(role_name(roles[i].role)),
            .name = said(rq, roles[i].name),
            .about = said(rq, roles[i].about),
            .chosen = roles[i].role == chosen,
        };
    return out;
}

struct people_form {
    str email, name, role, done;
};

static const char *const role_values[] = {"viewer", "payer", "admin", NULL};
static const char *const done_values[] = {"invited", "changed", "removed",
                                          "granted", "refused", NULL};

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

static enum role role_typed(const struct request *rq, str name)
{
    enum role role = ROLE_NONE;
    return name.len && role_from(str_z(rq->op.mem, name), &role) ? role : ROLE_NONE;
}

/* --- the list --------------------------------------------------------------------------------- */

static struct url person_url(struct request *rq, int64_t member, const char *then)
{
    str id = id_text(rq->op.mem, rq->app->keys, MEMBER_PREFIX, member);
    return url_printf(rq->op.mem, "/people/%.*s%s", STR(id), then);
}

static bool rows_load(struct request *rq, struct people_view *v)
{
    struct member_list members;
    struct arena *mem = rq->op.mem;
    if (!members_of(&rq->op, rq->who.customer, &members)) return false;
    v->rows = arena_array(mem, struct people_row, members.count);
    v->count = members.count;
    for (ptrdiff_t i = 0; i < members.count; i++) {
        const struct member *m = &members.at[i];
        v->rows[i] = (struct people_row){
            .link = person_url(rq, m->id, ""),
            .name = m->name,
            .email = m->email,
            .role = role_words(rq, m->role),
            .blocked = m->blocked,
            .self = m->person == rq->who.person,
        };
        if (m->signed_in_at)
            v->rows[i].came =
                lang_date(mem, op_lang(&rq->op), clock_date(m->signed_in_at, rq->app->time_zone));
    }
    return true;
}

static str done_words(const struct request *rq, str done)
{
    if (str_eq(done, S("invited"))) return said(rq, "The invitation is on its way.");
    if (str_eq(done, S("changed"))) return said(rq, "The change is saved.");
    if (str_eq(done, S("removed"))) return said(rq, "The person is removed.");
    if (str_eq(done, S("granted"))) return said(rq, "The person gets a mail with a link.");
    if (str_eq(done, S("refused"))) return said(rq, "The person is told that it was refused.");
    return S("");
}

static struct reply people_show(struct request *rq)
{
    const struct people_form *form = rq->in;
    bool typed = rq->method == POST;
    struct frame frame;
    struct people_view view = {
        .email = request_typed(rq, "email"),
        .name = request_typed(rq, "name"),
        .wrong_email = request_problem(rq, "email"),
        .wrong_name = request_problem(rq, "name"),
        .roles = people_roles(rq, typed ? role_typed(rq, form->role) : ROLE_PAYER),
        .done = typed ? S("") : done_words(rq, form->done),
    };
    if (!portal_frame(rq, said(rq, "People"), "/people", &frame) || !rows_load(rq, &view) ||
        !requests_load(rq, &view.requests, &view.request_count))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_people(&page, &view);
    return portal_end(rq, &frame, &page);
}

static struct reply people_invite(struct request *rq)
{
    const struct people_form *form = rq->in;
    int64_t person;
    struct invitation invitation = {
        .email = form->email,
        .name = form->name,
        .language = lang_tag(op_lang(&rq->op)),
        .role = role_typed(rq, form->role),
        .customer = rq->who.customer,
    };
    if (!person_invite(&rq->op, &invitation, &person)) return reply_errors(rq);
    return reply_see(rq, S("/people?done=invited"));
}

/* --- one person ------------------------------------------------------------------------------- */

static bool member_load(struct request *rq, struct member *out)
{
    int64_t id;
    return request_id(rq, MEMBER_PREFIX, &id) && member_get(&rq->op, rq->who.customer, id, out);
}

static struct reply person_show(struct request *rq)
{
    struct member member;
    struct frame frame;
    if (!member_load(rq, &member)) return reply_errors(rq);
    if (!portal_frame(rq, member.name, "/people", &frame)) return reply_errors(rq);
    struct person_view view = {
        .name = member.name,
        .email = member.email,
        .roles = people_roles(rq, member.role),
        .self = member.person == rq->who.person,
        .came = member.signed_in_at != 0,
        .save = person_url(rq, member.id, ""),
        .remove = person_url(rq, member.id, "/remove"),
        .invite = person_url(rq, member.id, "/invite"),
    };
    struct page page = portal_begin(rq, &frame);
    page_person(&page, &view);
    return portal_end(rq, &frame, &page);
}

/* A change ends the person's sessions; one's own, too. */
static struct reply changed(struct request *rq, const struct member *member, str path)
{
    if (member->person != rq->who.person) return reply_see(rq, path);
    struct reply reply = reply_see(rq, S("/sign-in"));
    return session_end(rq, &reply) ? reply : reply_errors(rq);
}

static struct reply person_save(struct request *rq)
{
    const struct people_form *form = rq->in;
    struct member member;
    if (!member_load(rq, &member)) return reply_errors(rq);
    enum role role = role_typed(rq, form->role);
    if (!member_set_role(&rq->op, rq->who.customer, member.id, role)) return reply_errors(rq);
    return changed(rq, &member, S("/people?done=changed"));
}

static struct reply person_remove(struct request *rq)
{
    struct member member;
    if (!member_load(rq, &member)) return reply_errors(rq);
    if (!member_remove(&rq->op, rq->who.customer, member.id)) return reply_errors(rq);
    return changed(rq, &member, S("/people?done=removed"));
}

static struct reply person_invite_again(struct request *rq)
{
    struct member member;
    if (!member_load(rq, &member)) return reply_errors(rq);
    if (!member_invite_again(&rq->op, rq->who.customer, member.id)) return reply_errors(rq);
    return reply_see(rq, S("/people?done=invited"));
}

const struct route people_routes[] = {
    {GET, "/people", people_show, .may = MAY_MANAGE_PEOPLE, INPUTS(show_inputs, struct people_form),
     .about = "The customer's people"},
    {POST, "/people", people_invite, .may = MAY_MANAGE_PEOPLE,
     INPUTS(invite_inputs, struct people_form), .redisplay = people_show,
     .about = "Invites a person"},
    {GET, "/people/:id", person_show, .may = MAY_MANAGE_PEOPLE, .about = "One of the people"},
    {POST, "/people/:id", person_save, .may = MAY_MANAGE_PEOPLE,
     INPUTS(role_inputs, struct people_form), .redisplay = person_show,
     .about = "Changes what a person may do"},
    {POST, "/people/:id/remove", person_remove, .may = MAY_MANAGE_PEOPLE,
     .about = "Removes a person"},
    {POST, "/people/:id/invite", person_invite_again, .may = MAY_MANAGE_PEOPLE,
     .about = "Sends the invitation again"},
    {0},
};
