#include "delivery/portal/company.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/change_mail.h"
#include "delivery/portal/words.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/customers/change_requests.h"

#include <assert.h>

#define HERE           "/company"
#define CONTACT_PREFIX "ctc"
#define CHANGE_PREFIX  "chg"
enum { SHOWN_REQUESTS = 10 };

static const char *const role_values[] = {"ap", "billing", "approver", "dispute", NULL};
static const char *const done_values[] = {"asked", "withdrawn", NULL};

struct company_form {
    str name, address, tax_id, email, phone, role, done;
    bool notices;
};
#define AT(field) .offset = offsetof(struct company_form, field)
static const struct input show_inputs[] = {
    {.name = "done", .type = INPUT_CHOICE, AT(done), .choices = done_values},
    {.name = NULL},
};
static const struct input details_inputs[] = {
    {.name = "name", .type = INPUT_TEXT, AT(name), .required = true},
    {.name = "address", .type = INPUT_TEXT, AT(address), .longest = 500},
    {.name = "tax_id", .type = INPUT_TEXT, AT(tax_id), .longest = 40},
    {.name = NULL},
};
static const struct input person_inputs[] = {
    {.name = "name", .type = INPUT_TEXT, AT(name), .required = true},
    {.name = "role", .type = INPUT_CHOICE, AT(role), .choices = role_values, .required = true},
    {.name = "email", .type = INPUT_EMAIL, AT(email)},
    {.name = "phone", .type = INPUT_TEXT, AT(phone), .longest = 40},
    {.name = "notices", .type = INPUT_BOOL, AT(notices)},
    {.name = NULL},
};
#undef AT

/* A problem of the whole form, and not of one field. */
static str whole_problem(const struct request *rq)
{
    for (const struct err *e = rq->problems; e; e = e->next)
        if (!e->field || e->field[0] == '\0') return e->message;
    return S("");
}

/* ---- the page ---- */

static void add_part(struct text *t, str part)
{
    if (part.len == 0) return;
    if (t->len) text_add(t, S(", "));
    for (ptrdiff_t i = 0; i < part.len; i++) text_char(t, part.at[i] == '\n' ? ' ' : part.at[i]);
}

static str wanted_words(const struct request *rq, const struct change_wanted *w)
{
    struct text t = {.mem = rq->op.mem};
    add_part(&t, w->name);
    add_part(&t, w->address);
    add_part(&t, w->tax_id);
    add_part(&t, contact_role_words(rq, w->role));
    add_part(&t, w->email);
    add_part(&t, w->phone);
    return text_str(&t);
}

static str who_words(const struct request *rq, str who, instant at)
{
    str day = lang_date(rq->op.mem, op_lang(&rq->op), clock_date(at, rq->app->time_zone));
    return str_printf(rq->op.mem, "%.*s, %.*s", STR(who), STR(day));
}

static struct company_request request_shown(struct request *rq, const struct change_request *r)
{
    static const struct {
        const char *shape, *words;
    } standings[] = {
        [CHANGE_WAITING] = {"busy", N_("Being looked at")},
        [CHANGE_ACCEPTED] = {"paid", N_("Changed")},
        [CHANGE_REFUSED] = {"failed", N_("Not changed")},
        [CHANGE_WITHDRAWN] = {"over", N_("Withdrawn")},
    };
    str id = id_text(rq->op.mem, rq->app->keys, CHANGE_PREFIX, r->id);
    return (struct company_request){
        .what = change_words(rq, &r->wanted),
        .wanted = wanted_words(rq, &r->wanted),
        .who = who_words(rq, r->asked_by_name, r->asked_at),
        .standing = said(rq, standings[r->state].words),
        .shape = str_of(standings[r->state].shape),
        .words = r->words,
        .withdraw = url_printf(rq->op.mem, HERE "/changes/%.*s/withdraw", STR(id)),
        .waits = r->state == CHANGE_WAITING,
    };
}

static bool requests_load(struct request *rq, struct own_company_view *v)
{
    struct change_requests list;
    if (!change_requests_of(&rq->op, rq->who.customer, SHOWN_REQUESTS, &list)) return false;
    v->requests = arena_array(rq->op.mem, struct company_request, list.count);
    v->request_count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        v->requests[i] = request_shown(rq, &list.at[i]);
        v->waits |= list.at[i].state == CHANGE_WAITING && list.at[i].wanted.kind == CHANGE_COMPANY;
    }
    return true;
}

static struct url contact_url(struct request *rq, int64_t contact, const char *then)
{
    str id = id_text(rq->op.mem, rq->app->keys, CONTACT_PREFIX, contact);
    return url_printf(rq->op.mem, HERE "/contacts/%.*s%s", STR(id), then);
}

static bool contacts_load(struct request *rq, struct own_company_view *v)
{
    struct contacts list;
    if (!contacts_of(&rq->op, rq->who.customer, &list)) return false;
    v->contacts = arena_array(rq->op.mem, struct company_contact, list.count);
    v->contact_count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct contact *c = &list.at[i];
        v->contacts[i] = (struct company_contact){
            .link = contact_url(rq, c->id, ""),
            .name = c->name,
            .role = contact_role_words(rq, c->role),
            .email = c->email,
            .phone = c->phone,
            .notices = c->notices,
        };
    }
    return true;
}

static str done_words(const struct request *rq, str done)
{
    if (str_eq(done, S("asked"))) return said(rq, "Your wish is on its way. You get a mail.");
    if (str_eq(done, S("withdrawn"))) return said(rq, "The change is withdrawn.");
    return S("");
}

static struct reply company_show(struct request *rq)
{
    const struct company_form *form = rq->in;
    bool typed = rq->problems != NULL;
    struct customer c;
    struct frame frame;
    if (!customer_get(&rq->op, rq->who.customer, &c)) return reply_errors(rq);
    struct own_company_view v = {
        .number = c.number,
        .name = c.name,
        .address = c.address,
        .tax_id = c.tax_id,
        .wanted_name = typed ? request_typed(rq, "name") : c.name,
        .wanted_address = typed ? request_typed(rq, "address") : c.address,
        .wanted_tax_id = typed ? request_typed(rq, "tax_id") : c.tax_id,
        .wrong_name = request_problem(rq, "name"),
        .wrong = whole_problem(rq),
        .may_ask = role_may(rq->who.role, MAY_MANAGE_PEOPLE) && !rq->who.view_as,
        .fresh = session_is_fresh(rq) || typed, /* what was typed is not lost */
        .done = typed ? S("") : done_words(rq, form->done),
    };
    if (!contacts_load(rq, &v) || !requests_load(rq, &v) ||
        !portal_frame(rq, said(rq, "Company"), HERE, &frame))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_own_company(&page, &v);
    return portal_end(rq, &frame, &page);
}

/* ---- asking ---- */

static struct reply ask_for(struct request *rq, const struct change_wanted *wanted)
{
    int64_t id;
    if (!session_is_fresh(rq)) {
        (void)op_fail(&rq->op, ERR_INVALID, NULL,
                      "You came in a while ago: please sign in anew to ask for a change.");
        return reply_errors(rq);
    }
    if (!change_request_add(&rq->op, wanted, rq->who.person, &id) || !change_mail_asked(rq, id))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=asked"));
}

static struct reply details_ask(struct request *rq)
{
    const struct company_form *form = rq->in;
    return ask_for(rq, &(struct change_wanted){.kind = CHANGE_COMPANY,
                                               .customer = rq->who.customer,
                                               .name = form->name,
                                               .address = form->address,
                                               .tax_id = form->tax_id});
}

static struct reply contact_wanted(struct request *rq, int64_t contact)
{
    const struct company_form *form = rq->in;
    return ask_for(rq, &(struct change_wanted){.kind = CHANGE_CONTACT,
                                               .customer = rq->who.customer,
                                               .contact = contact,
                                               .name = form->name,
                                               .email = form->email,
                                               .phone = form->phone,
                                               .role = form->role,
                                               .notices = form->notices});
}

/* The contact of the path, if it is this customer's. */
static bool own_contact(struct request *rq, struct contact *out)
{
    int64_t id;
    if (!request_id(rq, CONTACT_PREFIX, &id) || !contact_get(&rq->op, id, out)) return false;
    return out->customer == rq->who.customer ||
           op_fail(&rq->op, ERR_MISSING, NULL, "There is no such contact.");
}

/* ---- a contact's page ---- */

static struct reply contact_page(struct request *rq, const struct contact *c)
{
    bool typed = rq->problems != NULL;
    struct frame frame;
    struct contact_view v = {
        .title = c->id ? c->name : said(rq, "Add a contact"),
        .name = typed ? request_typed(rq, "name") : c->name,
        .email = typed ? request_typed(rq, "email") : c->email,
        .phone = typed ? request_typed(rq, "phone") : c->phone,
        .notices = typed ? request_typed(rq, "notices").len > 0 : c->notices,
        .exists = c->id != 0,
        .fresh = session_is_fresh(rq) || typed,
        .wrong_name = request_problem(rq, "name"),
        .wrong_email = request_problem(rq, "email"),
        .wrong = whole_problem(rq),
        .save = c->id ? contact_url(rq, c->id, "") : url_of(S(HERE "/contact")),
    };
    if (c->id) v.remove = contact_url(rq, c->id, "/remove");
    str role = typed ? request_typed(rq, "role") : c->role;
    static_assert(COUNT(v.roles) == CONTACT_ROLES, "a choice for each role");
    for (ptrdiff_t i = 0; i < CONTACT_ROLES; i++)
        v.roles[i] = (struct company_answer){
            .value = str_of(contact_roles[i].value),
            .name = said(rq, contact_roles[i].name),
            .chosen = str_eq(role, str_of(contact_roles[i].value)),
        };
    if (!portal_frame(rq, v.title, HERE, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_contact(&page, &v);
    return portal_end(rq, &frame, &page);
}

static struct reply new_contact_show(struct request *rq)
{
    return contact_page(rq, &(struct contact){.role = S("ap"), .notices = true});
}

static struct reply new_contact_ask(struct request *rq)
{
    return contact_wanted(rq, 0);
}

static struct reply contact_show(struct request *rq)
{
    struct contact c;
    return own_contact(rq, &c) ? contact_page(rq, &c) : reply_errors(rq);
}

static struct reply contact_ask(struct request *rq)
{
    struct contact c;
    return own_contact(rq, &c) ? contact_wanted(rq, c.id) : reply_errors(rq);
}

static struct reply contact_gone_ask(struct request *rq)
{
    struct contact c;
    if (!own_contact(rq, &c)) return reply_errors(rq);
    return ask_for(rq, &(struct change_wanted){.kind = CHANGE_CONTACT_GONE,
                                               .customer = c.customer,
                                               .contact = c.id,
                                               .name = c.name});
}

static struct reply change_withdraw(struct request *rq)
{
    int64_t id;
    if (!request_id(rq, CHANGE_PREFIX, &id) ||
        !change_request_withdraw(&rq->op, rq->who.customer, id, rq->who.person))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=withdrawn"));
}

#define FORM(table) INPUTS(table, struct company_form)
const struct route company_routes[] = {
    {GET, HERE, company_show, .may = MAY_SEE_ACCOUNT, FORM(show_inputs),
     .about = "What the seller knows about the customer"},
    {POST, HERE, details_ask, .may = MAY_MANAGE_PEOPLE, FORM(details_inputs),
     .redisplay = company_show, .about = "Asks for another name, address or tax number"},
    {GET, HERE "/contact", new_contact_show, .may = MAY_MANAGE_PEOPLE,
     .about = "The form for a contact"},
    {POST, HERE "/contact", new_contact_ask, .may = MAY_MANAGE_PEOPLE, FORM(person_inputs),
     .redisplay = new_contact_show, .about = "Asks for a further contact"},
    {GET, HERE "/contacts/:id", contact_show, .may = MAY_MANAGE_PEOPLE, .about = "One contact"},
    {POST, HERE "/contacts/:id", contact_ask, .may = MAY_MANAGE_PEOPLE, FORM(person_inputs),
     .redisplay = contact_show, .about = "Asks for a change of a contact"},
    {POST, HERE "/contacts/:id/remove", contact_gone_ask, .may = MAY_MANAGE_PEOPLE,
     .redisplay = contact_show, .about = "Asks to remove a contact"},
    {POST, HERE "/changes/:id/withdraw", change_withdraw, .may = MAY_MANAGE_PEOPLE,
     .about = "Withdraws a change that was asked for"},
    {0},
};
