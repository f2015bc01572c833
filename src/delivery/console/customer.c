#include "delivery/console/customer.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/letters.h"
#include "delivery/customer_form.h"
#include "domain/access/people.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/customers/terms.h"
#include "domain/notices/bounces.h"

#define HERE "/console/customers"
enum { ITEMS = 12, HAPPENINGS = 15 };

/* ---- words ---- */

static const struct {
    const char *value, *name, *about;
    enum role role;
} roles[] = {
    {"viewer", N_("See"), N_("See: invoices, statements and payments"), ROLE_VIEWER},
    {"payer", N_("See and pay"), N_("See and pay: and pay, dispute and download"), ROLE_PAYER},
    {"admin", N_("Administer"), N_("Administer: and invite and remove people"),
     ROLE_CUSTOMER_ADMIN},
};
static const struct {
    const char *value, *words;
} dones[] = {
    {"created", N_("The customer is created.")},
    {"changed", N_("The change is saved.")},
    {"note", N_("The note is kept.")},
    {"contact", N_("The contact is added.")},
    {"contact-gone", N_("The contact is removed.")},
    {"invited", N_("The invitation is on its way. The mail holds a link that works once.")},
    {"owned", N_("The owner is saved.")},
    {"held", N_("Reminders and statement mails are on hold.")},
    {"lifted", N_("The hold is lifted.")},
};
static const char *const done_values[] = {"created", "changed", "note", "contact", "contact-gone",
                                          "invited", "owned",   "held", "lifted",  NULL};

str customer_role_words(struct request *rq, enum role role)
{
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        if (roles[i].role == role) return said(rq, roles[i].name);
    return S("");
}

void ask_customer_role(struct request *rq, struct question_list *list, str value)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(roles));
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        answers[i] = (struct answer){str_of(roles[i].value), said(rq, roles[i].about)};
    struct question *q = ask(rq, list, ASK_SELECT, "role", N_("What this person may do"), value);
    q->answers = answers;
    q->answer_count = COUNT(roles);
}

/* ---- the page ---- */

static struct url of_customer(struct request *rq, const char *path, int64_t customer,
                              const char *more, currency c)
{
    return url_printf(rq->op.mem, "%s?customer=%.*s%s%.*s", path,
                      STR(place_id(rq, PLACE_CUSTOMER, customer)), more,
                      STR(more[0] ? currency_text(&c) : S("")));
}

static bool balances_load(struct request *rq, int64_t id, struct customer_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Account")},
        {GRID_MONEY, N_("Open")},
        {GRID_MONEY, N_("of which overdue")},
        {GRID_MONEY, N_("of which processing")},
        {GRID_MONEY, N_("Disputed")},
        {GRID_MONEY, N_("Deducted")},
        {GRID_MONEY, N_("Credit to use")},
        {GRID_MONEY, N_("Balance")},
    };
    static const char items[] = "/console/invoices";
    struct balances list;
    if (!receivables_balances(&rq->op, id, rq->today, &list)) return false;
    v->balances = grid_of(rq, N_("Balance by currency"), N_("Nothing is open."), headings,
                          COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct balance *b = &list.at[i];
        currency c = b->currency;
        struct grid_cell *row = grid_row(&v->balances);
        row[0] = grid_text(str_copy(rq->op.mem, currency_text(&c)));
        row[1] = grid_some_money(b->open, of_customer(rq, items, id, "&currency=", c));
        row[2] =
            grid_some_money(b->overdue, of_customer(rq, items, id, "&show=overdue&currency=", c));
        row[2].late = b->overdue.minor != 0;
        row[3] = grid_some_money(b->processing,
                                 of_customer(rq, items, id, "&show=processing&currency=", c));
        row[4] = grid_some_money(b->disputed, of_customer(rq, "/console/disputes", id, "", c));
        row[5] = grid_some_money(b->deducted, of_customer(rq, "/console/deductions", id, "", c));
        row[6] = grid_some_money(money_neg(b->credit),
                                 of_customer(rq, items, id, "&show=credits&currency=", c));
        row[7] = grid_money(money_sub(money_add(b->open, b->deducted), b->credit));
        row[7].strong = true;
    }
    return true;
}

static bool items_load(struct request *rq, int64_t id, struct customer_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},
        {GRID_DATE, N_("Due")},
        {GRID_STATUS, N_("Status")},
        {GRID_MONEY, N_("Open")},
    };
    struct receivables list;
    struct receivables_filter filter = {
        .customer = id, .show = SHOW_OPEN, .order = ORDER_DUE, .limit = ITEMS, .today = rq->today};
    if (!receivables_list(&rq->op, &filter, &list)) return false;
    v->items = grid_of(rq, N_("Open items, the first due first"), N_("Nothing is open."), headings,
                       COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct receivable *r = &list.at[i];
        struct grid_cell *row = grid_row(&v->items);
        row[0] = grid_link(r->number, place_url(rq, PLACE_ITEM, r->item, ""));
        if (r->side > 0) row[1] = grid_date(r->due);
        row[2] = grid_status(standing_words(rq, r));
        row[3] = grid_money(money_scale(r->open, r->side, 1, ROUND_DOWN));
    }
    return true;
}

static bool people_load(struct request *rq, int64_t id, struct customer_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("Rights")},
        {GRID_STATUS, N_("Signed in last")},
    };
    struct member_list list;
    if (!members_of(&rq->op, id, &list)) return false;
    v->people = grid_of(rq, N_("People with access to the portal"), N_("Nobody yet."), headings,
                        COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct member *m = &list.at[i];
        struct grid_cell *row = grid_row(&v->people);
        row[0] = grid_text(m->name);
        row[0].small = m->email;
        for (ptrdiff_t k = 0; k < COUNT(roles); k++)
            if (roles[k].role == m->role) row[1] = grid_text(said(rq, roles[k].name));
        row[2] = grid_status((struct standing_words){S("soon"), said(rq, "Invited")});
        if (m->signed_in_at) row[2] = grid_date(day_of(rq, m->signed_in_at));
        if (m->blocked)
            row[2] = grid_status((struct standing_words){S("failed"), said(rq, "Blocked")});
    }
    return true;
}

static bool contacts_load(struct request *rq, int64_t id, struct customer_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("For")},
        {GRID_ACT, NULL},
    };
    struct contacts list;
    if (!contacts_of(&rq->op, id, &list)) return false;
    int columns = COUNT(headings) - (v->may_work ? 0 : 1);
    v->contacts =
        grid_of(rq, N_("Contacts"), N_("No contacts yet."), headings, columns, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct contact *c = &list.at[i];
        struct grid_cell *row = grid_row(&v->contacts);
        struct mail_stop stop;
        bool stopped = false;
        row[0] = grid_text(c->name);
        row[0].small = c->phone.len && c->email.len
                           ? str_printf(rq->op.mem, "%.*s, %.*s", STR(c->email), STR(c->phone))
                       : c->email.len ? c->email
                                      : c->phone;
        row[1] = grid_text(contact_role_words(rq, c->role));
        if (c->email.len > 0 && !mail_stop_of(&rq->op, c->email, &stop, &stopped)) return false;
        if (stopped) row[1].small = said(rq, "Mail comes back: nothing is sent there");
        if (v->may_work)
            row[2] =
                grid_act(said(rq, "Remove"), place_url(rq, PLACE_CUSTOMER, id, "/contact/remove"),
                         "contact", id_text(rq->op.mem, rq->app->keys, "ctc", c->id));
    }
    return true;
}

static bool facts_load(struct request *rq, const struct customer *c, struct customer_view *v)
{
    struct customer parent;
    fact_add(rq, &v->facts, N_("Number"), c->number);
    fact_add(rq, &v->facts, N_("Country"), c->country);
    fact_add(rq, &v->facts, N_("Address"), c->address);
    fact_add(rq, &v->facts, N_("VAT or tax number"), c->tax_id);
    fact_add(rq, &v->facts, N_("Payment terms"),
             terms_words(rq->op.mem, op_lang(&rq->op), c->terms));
    if (c->language.len > 0)
        fact_add(rq, &v->facts, N_("Language"), lang_name(lang_find(c->language)));
    fact_add(rq, &v->facts, N_("Owner"), v->care.owner_name);
    if (c->parent == 0) return true;
    if (!customer_get(&rq->op, c->parent, &parent)) return false;
    fact_link(rq, &v->facts, N_("Belongs to"), parent.name,
              place_url(rq, PLACE_CUSTOMER, c->parent, ""));
    return true;
}

/* ---- ageing: a line for each currency and entity ---- */

static bool ageing_load(struct request *rq, int64_t id, struct customer_view *v)
{
    struct ageing_in in = {.as_of = rq->today, .known = INT64_MAX, .customer = id};
    struct ageing lines;
    struct grid_heading headings[AGEING_SLOTS_MAX + 2] = {{GRID_KEY, N_("Account")}};
    struct arena *mem = rq->op.mem;
    str cus = place_id(rq, PLACE_CUSTOMER, id);
    if (!ageing_bounds_get(&rq->op, &in.bounds) || !ageing_of(&rq->op, &in, &lines)) return false;
    int slots = in.bounds.count + 2;
    for (int i = 0; i <= slots; i++) headings[i + 1].kind = GRID_MONEY;
    v->ageing = grid_of(rq, N_("Ageing by currency"), N_("Nothing is open."), headings, slots + 2,
                        lines.count);
    for (int i = 0; i < slots; i++)
        grid_name(&v->ageing, i + 1, ageing_slot_words(rq, &in.bounds, i));
    grid_name(&v->ageing, slots + 1, said(rq, "Unapplied"));
    for (ptrdiff_t k = 0; k < lines.count; k++) {
        const struct ageing_line *l = &lines.at[k];
        struct grid_cell *row = grid_row(&v->ageing);
        str cur = str_copy(mem, currency_text(&l->currency));
        row[0] = grid_text(cur);
        for (int i = 0; i < slots; i++) {
            row[i + 1] = grid_some_money(
                money_of(l->slot[i], l->currency),
                url_printf(mem,
                           "/console/ageing/items?kind=invoice&slot=%d&currency=%.*s"
                           "&customer=%.*s",
                           i, STR(cur), STR(cus)));
            row[i + 1].late = i > 0 && l->slot[i] != 0;
        }
        row[slots + 1] = grid_some_money(
            money_of(-l->unapplied, l->currency),
            url_printf(mem, "/console/ageing/items?kind=payment&currency=%.*s&customer=%.*s",
                       STR(cur), STR(cus)));
    }
    return true;
}

static void links_of(struct request *rq, int64_t id, struct customer_view *v)
{
    currency none = {""};
    v->all_items = of_customer(rq, "/console/invoices", id, "&show=all", none);
    v->all_payments = of_customer(rq, "/console/payments", id, "", none);
    v->contact = place_url(rq, PLACE_CUSTOMER, id, "/contact");
    v->invite = place_url(rq, PLACE_CUSTOMER, id, "/invite");
    v->statements = place_url(rq, PLACE_CUSTOMER, id, "/statements");
    v->view_as = place_url(rq, PLACE_CUSTOMER, id, "/view-as");
    v->mails = of_customer(rq, "/console/mail", id, "", none);
    v->mail_send = of_customer(rq, "/console/mail/send", id, "", none);
    v->mail_links = of_customer(rq, "/console/mail/links", id, "", none);
    if (!v->may_work) return;
    v->acts[v->act_count++] =
        (struct link_words){said(rq, "Change"), place_url(rq, PLACE_CUSTOMER, id, "/edit"), false};
    v->acts[v->act_count++] = (struct link_words){
        said(rq, "Write a note"), place_url(rq, PLACE_CUSTOMER, id, "/history#note"), false};
    v->acts[v->act_count++] =
        (struct link_words){said(rq, "Record a transfer"),
                            of_customer(rq, "/console/payments/new", id, "", none), false};
    v->acts[v->act_count++] =
        (struct link_words){said(rq, "Invite to the portal"), v->invite, true};
}

struct show_form {
    str done;
};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct show_form, done),
     .choices = done_values},
    {.name = NULL},
};

static struct reply customer_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    struct customer c;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c))
        return reply_errors(rq);
    struct customer_view v = {.name = c.name, .may_work = may(rq, MAY_WORK)};
    if (!care_load(rq, id, &v.care)) return reply_errors(rq);
    v.under = filled(rq, N_("Customer {1}, {2}"), c.number,
                     terms_words(rq->op.mem, op_lang(&rq->op), c.terms));
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(form->done, str_of(dones[i].value))) v.done = said(rq, dones[i].words);
    links_of(rq, id, &v);
    if (!facts_load(rq, &c, &v) || !balances_load(rq, id, &v) || !items_load(rq, id, &v) ||
        !people_load(rq, id, &v) || !contacts_load(rq, id, &v) ||
        !letters_sent(rq, id, &v.reminders) || !ageing_load(rq, id, &v) ||
        !history_load(rq, id, S(""), S(""), HAPPENINGS, &v.history) ||
        !console_frame(rq, c.name, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_customer(&page, &v);
    return console_end(rq, &frame, &page);
}

/* ---- contacts and people: a form each ---- */

static bool form_about(struct request *rq, const char *title, const char *then, const char *button,
                       int64_t *id, struct form_view *v)
{
    struct customer c;
    if (!place_of(rq, PLACE_CUSTOMER, id) || !customer_get(&rq->op, *id, &c)) return false;
    *v = (struct form_view){
        .title = said(rq, title),
        .under = filled(rq, N_("{1}, customer {2}"), c.name, c.number),
        .crumb = c.name,
        .crumb_link = place_url(rq, PLACE_CUSTOMER, *id, ""),
        .action = place_url(rq, PLACE_CUSTOMER, *id, then),
        .button = said(rq, button),
    };
    return true;
}

static struct reply contact_ask(struct request *rq)
{
    struct form_view v;
    struct answer *answers = arena_array(rq->op.mem, struct answer, CONTACT_ROLES);
    int64_t id;
    if (!form_about(rq, N_("Add a contact"), "/contact", N_("Add the contact"), &id, &v))
        return reply_errors(rq);
    for (ptrdiff_t i = 0; i < CONTACT_ROLES; i++)
        answers[i] =
            (struct answer){str_of(contact_roles[i].value), said(rq, contact_roles[i].name)};
    ask(rq, &v.questions, ASK_LINE, "name", N_("Name"), S(""))->required = true;
    struct question *q = ask(rq, &v.questions, ASK_SELECT, "role", N_("For"), S("ap"));
    q->answers = answers;
    q->answer_count = CONTACT_ROLES;
    ask(rq, &v.questions, ASK_EMAIL, "email", N_("E-mail"), S(""));
    ask(rq, &v.questions, ASK_LINE, "phone", N_("Phone"), S(""));
    ask(rq, &v.questions, ASK_TICK, "notices", N_("Gets mails about documents and payments"),
        S("1"));
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply contact_make(struct request *rq)
{
    int64_t customer, id;
    if (!place_of(rq, PLACE_CUSTOMER, &customer) || !contact_create(&rq->op, customer, rq->in, &id))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, customer, "?done=contact");
}

static const struct input removal_inputs[] = {
    {.name = "contact",
     .type = INPUT_ID,
     .offset = offsetof(struct contact_form, contact),
     .kind = "ctc",
     .required = true},
    {.name = NULL},
};

static struct reply contact_take(struct request *rq)
{
    const struct contact_form *form = rq->in;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !contact_remove(&rq->op, id, form->contact) ||
        !audit_add(&rq->op, "contact.remove", "contact", form->contact, S(""), S("")))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=contact-gone");
}

struct invite_form {
    str email, name, role;
};
static const char *const role_values[] = {"viewer", "payer", "admin", NULL};
static const struct input invite_inputs[] = {
    {.name = "email",
     .type = INPUT_EMAIL,
     .offset = offsetof(struct invite_form, email),
     .required = true},
    {.name = "name",
     .type = INPUT_TEXT,
     .offset = offsetof(struct invite_form, name),
     .longest = 100},
    {.name = "role",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct invite_form, role),
     .choices = role_values,
     .required = true},
    {.name = NULL},
};

static struct reply invite_ask(struct request *rq)
{
    struct form_view v;
    int64_t id;
    if (!form_about(rq, N_("Invite to the portal"), "/invite", N_("Send the invitation"), &id, &v))
        return reply_errors(rq);
    ask(rq, &v.questions, ASK_EMAIL, "email", N_("Work e-mail"), S(""))->required = true;
    ask(rq, &v.questions, ASK_LINE, "name", N_("Name"), S(""));
    ask_customer_role(rq, &v.questions, S("payer"));
    v.note = said(rq, "The mail holds a link that works once, for 14 days.");
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply invite_send(struct request *rq)
{
    const struct invite_form *form = rq->in;
    struct customer c;
    int64_t id, person;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c))
        return reply_errors(rq);
    struct invitation in = {
        .email = form->email, .name = form->name, .language = c.language, .customer = id};
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        if (str_eq(form->role, str_of(roles[i].value))) in.role = roles[i].role;
    if (!person_invite(&rq->op, &in, &person)) return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=invited");
}

const struct route console_customer_routes[] = {
    {.method = GET,
     .path = HERE "/:id",
     .handle = customer_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct show_form),
     .about = "One customer"},
    {.method = GET,
     .path = HERE "/:id/contact",
     .handle = contact_ask,
     .may = MAY_WORK,
     .about = "The form for a contact"},
    {.method = POST,
     .path = HERE "/:id/contact",
     .handle = contact_make,
     .may = MAY_WORK,
     INPUTS(contact_inputs, struct contact_form),
     .redisplay = contact_ask,
     .about = "Adds a contact"},
    {.method = POST,
     .path = HERE "/:id/contact/remove",
     .handle = contact_take,
     .may = MAY_WORK,
     INPUTS(removal_inputs, struct contact_form),
     .about = "Removes a contact"},
    {.method = GET,
     .path = HERE "/:id/invite",
     .handle = invite_ask,
     .may = MAY_WORK,
     .about = "The form of an invitation"},
    {.method = POST,
     .path = HERE "/:id/invite",
     .handle = invite_send,
     .may = MAY_WORK,
     INPUTS(invite_inputs, struct invite_form),
     .redisplay = invite_ask,
     .about = "Invites a person to the customer's portal"},
    {.path = NULL},
};
