/* Mails: how each entity writes, what staff send by hand, addresses that are stopped, and the links
 * that mails hold. */
#include "delivery/console/mail.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/care.h"
#include "delivery/console/letters.h"
#include "delivery/papers.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/pay_links.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/notices/bounces.h"
#include "domain/notices/settings.h"
#include "domain/notices/wishes.h"

#define HERE "/console/mail"
enum { LINKS_SHOWN = 100 };

/* ---- settings ---- */

struct settings_form {
    str entity, sender, reply_to, policy, done;
    int64_t quiet_days, keep_days, link_days;
    bool import_notices;
};
static const char *const policies[] = {"sign-in", "see", "pay", NULL};
static const char *const saved[] = {"saved", NULL};
#define OF(member) .offset = offsetof(struct settings_form, member)
static const struct input settings_inputs[] = {
    {.name = "entity", .type = INPUT_TEXT, OF(entity)},
    {.name = "done", .type = INPUT_CHOICE, OF(done), .choices = saved},
    {.name = NULL},
};
static const struct input save_inputs[] = {
    {.name = "entity", .type = INPUT_TEXT, OF(entity), .required = true},
    {.name = "sender", .type = INPUT_TEXT, OF(sender)},
    {.name = "reply_to", .type = INPUT_TEXT, OF(reply_to)},
    {.name = "policy", .type = INPUT_CHOICE, OF(policy), .choices = policies, .required = true},
    {.name = "link_days", .type = INPUT_I64, OF(link_days), .required = true},
    {.name = "import_notices", .type = INPUT_BOOL, OF(import_notices)},
    {.name = "quiet_days", .type = INPUT_I64, OF(quiet_days), .required = true},
    {.name = "keep_days", .type = INPUT_I64, OF(keep_days), .required = true},
    {.name = NULL},
};

static bool entity_load(struct request *rq, struct entity *out)
{
    const struct settings_form *form = rq->in;
    str code = form->entity.len > 0 ? form->entity : request_typed(rq, "entity");
    return code.len > 0 ? entity_by_code(&rq->op, code, out) : entity_main(&rq->op, out);
}

static struct answer *policy_answers(struct request *rq, ptrdiff_t *count)
{
    static const struct {
        const char *value, *name;
    } all[] = {
        {"pay", N_("See and pay without a sign-in")},
        {"see", N_("See without a sign-in, sign in to pay")},
        {"sign-in", N_("Sign in to see anything")},
    };
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(all));
    *count = COUNT(all);
    for (ptrdiff_t i = 0; i < COUNT(all); i++)
        answers[i] = (struct answer){str_of(all[i].value), said(rq, all[i].name)};
    return answers;
}

static str number(struct request *rq, int64_t n)
{
    return str_printf(rq->op.mem, "%lld", (long long)n);
}

static void questions_add(struct request *rq, const struct entity *e, const struct mail_setting *s,
                          struct question_list *list)
{
    ask(rq, list, ASK_HIDDEN, "entity", N_("Entity"), e->code);
    ask(rq, list, ASK_EMAIL, "sender", N_("Sender"), s->sender)->hint =
        said(rq, N_("Empty: the program's. Its domain must allow this server to send."));
    ask(rq, list, ASK_EMAIL, "reply_to", N_("Answers go to"), s->reply_to)->hint =
        said(rq, N_("Empty: the contact of the entity."));
    struct question *q = ask(rq, list, ASK_SELECT, "policy", N_("The link in an invoice mail"),
                             str_of(link_policy_name(s->link_policy)));
    q->answers = policy_answers(rq, &q->answer_count);
    ask(rq, list, ASK_LINE, "link_days", N_("It works for so many days"), number(rq, s->link_days));
    ask(rq, list, ASK_TICK, "import_notices", N_("Imports begin with “mail the new invoices”"),
        s->import_notices ? S("1") : S(""));
    ask(rq, list, ASK_LINE, "quiet_days",
        N_("Imported invoices older than so many days are mailed to nobody"),
        number(rq, s->quiet_days));
    ask(rq, list, ASK_LINE, "keep_days", N_("The contents of mails are kept for so many days"),
        number(rq, s->keep_days));
    ask_problems(rq, list);
}

/* The other entities, to choose one of: only where there are several. */
static bool others_load(struct request *rq, int64_t but, struct grid **out)
{
    static const struct grid_heading headings[] = {{GRID_KEY, N_("Other entities")}};
    struct entity_list list;
    *out = NULL;
    if (!entities(&rq->op, &list)) return false;
    if (list.count < 2) return true;
    *out = arena_new(rq->op.mem, struct grid);
    **out = grid_of(rq, N_("Other entities"), N_("None."), headings, COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        if (list.at[i].id == but) continue;
        str code = url_encode(rq->op.mem, list.at[i].code);
        grid_row(*out)[0] = grid_link(
            list.at[i].name, url_printf(rq->op.mem, HERE "/settings?entity=%.*s", STR(code)));
    }
    return true;
}

static struct reply settings_show(struct request *rq)
{
    const struct settings_form *form = rq->in;
    struct entity e;
    struct mail_setting s;
    struct grid *others;
    if (!entity_load(rq, &e) || !mail_setting_get(&rq->op, e.id, &s) ||
        !others_load(rq, e.id, &others))
        return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, N_("How mails are written")),
        .under = e.name,
        .crumb = said(rq, N_("Mails")),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE "/settings")),
        .button = said(rq, N_("Save")),
        .grid = others,
    };
    if (rq->method == GET && form->done.len > 0) v.note = said(rq, N_("The settings are saved."));
    questions_add(rq, &e, &s, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply settings_save(struct request *rq)
{
    const struct settings_form *form = rq->in;
    struct entity e;
    struct mail_setting s = {
        .sender = form->sender,
        .reply_to = form->reply_to,
        .import_notices = form->import_notices,
        .quiet_days = form->quiet_days,
        .keep_days = form->keep_days,
        .link_policy = LINKS_PAY,
        .link_days = form->link_days,
    };
    for (enum link_policy p = LINKS_SIGN_IN; p <= LINKS_PAY; p++)
        if (str_eq(form->policy, str_of(link_policy_name(p)))) s.link_policy = p;
    if (!entity_by_code(&rq->op, form->entity, &e) || !mail_setting_put(&rq->op, e.id, &s) ||
        !audit_add(&rq->op, "mail_setting.change", "entity", e.id, S(""), S("")))
        return reply_errors(rq);
    return reply_see(rq, str_printf(rq->op.mem, HERE "/settings?done=saved&entity=%.*s",
                                    STR(url_encode(rq->op.mem, e.code))));
}

/* ---- an address that is written to again ---- */

struct clear_form {
    int64_t stop;
};
static const struct input clear_inputs[] = {
    {.name = "stop",
     .type = INPUT_ID,
     .offset = offsetof(struct clear_form, stop),
     .kind = "stp",
     .required = true},
    {.name = NULL},
};

static struct reply stop_clear(struct request *rq)
{
    const struct clear_form *form = rq->in;
    if (!mail_stop_clear(&rq->op, form->stop)) return reply_errors(rq);
    return reply_see(rq, S("/console/trouble"));
}

/* ---- a mail that stays undelivered ---- */

struct leave_form {
    int64_t mail;
};
static const struct input leave_inputs[] = {
    {.name = "mail",
     .type = INPUT_ID,
     .offset = offsetof(struct leave_form, mail),
     .kind = "mal",
     .required = true},
    {.name = NULL},
};

static struct reply mail_leave(struct request *rq)
{
    const struct leave_form *form = rq->in;
    if (!notices_leave(&rq->op, form->mail) ||
        !audit_add(&rq->op, "mail.leave", "mail", form->mail, S(""), S("")))
        return reply_errors(rq);
    return reply_see(rq, S("/console/trouble"));
}

/* ---- by hand: a statement, a reminder ---- */

struct send_form {
    int64_t customer, account;
    str what;
};
static const char *const whats[] = {"statement", "reminder", NULL};
#undef OF
#define OF(member) .offset = offsetof(struct send_form, member)
static const struct input send_ask_inputs[] = {
    {.name = "customer", .type = INPUT_ID, OF(customer), .kind = "cus", .required = true},
    {.name = NULL},
};
static const struct input send_inputs[] = {
    {.name = "customer", .type = INPUT_ID, OF(customer), .kind = "cus", .required = true},
    {.name = "account", .type = INPUT_ID, OF(account), .kind = "acc", .required = true},
    {.name = "what", .type = INPUT_CHOICE, OF(what), .choices = whats, .required = true},
    {.name = NULL},
};

static bool account_answers(struct request *rq, int64_t customer, struct question *q)
{
    struct accounts list;
    if (!accounts_of(&rq->op, customer, &list)) return false;
    struct answer *answers = arena_array(rq->op.mem, struct answer, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct entity e;
        if (!entity_get(&rq->op, list.at[i].entity, &e)) return false;
        answers[i] = (struct answer){
            .value = id_text(rq->op.mem, rq->app->keys, "acc", list.at[i].id),
            .name = filled(rq, N_("{1}, {2}"), currency_text(&list.at[i].currency), e.name),
        };
    }
    q->answers = answers, q->answer_count = list.count;
    return true;
}

/* Who will get it, so that nobody mails an empty room. */
static bool readers_note(struct request *rq, int64_t customer, str *out)
{
    struct contacts contacts;
    int64_t count = 0;
    if (!contacts_of(&rq->op, customer, &contacts)) return false;
    for (ptrdiff_t i = 0; i < contacts.count; i++) {
        struct contact_wishes wishes;
        if (!contact_wishes(&rq->op, &contacts.at[i], &wishes)) return false;
        if (contacts.at[i].email.len > 0 && wishes.wants[NOTICE_STATEMENT]) count++;
    }
    *out = counted(rq, "It goes to {1} contact who wants such mails.",
                   "It goes to {1} contacts who want such mails.", count);
    return true;
}

static struct reply send_ask(struct request *rq)
{
    const struct send_form *form = rq->in;
    struct customer c;
    str hold;
    int64_t id = form->customer;
    if (!id && !id_from(rq->app->keys, "cus", request_typed(rq, "customer"), &id)) {
        (void)op_fail(&rq->op, ERR_INVALID, "customer", "Begin on the customer's page.");
        return reply_errors(rq);
    }
    if (!customer_get(&rq->op, id, &c)) return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, N_("Send a statement or a reminder")),
        .under = filled(rq, N_("{1}, customer {2}"), c.name, c.number),
        .crumb = c.name,
        .crumb_link = place_url(rq, PLACE_CUSTOMER, id, ""),
        .action = url_of(S(HERE "/send")),
        .button = said(rq, N_("Send it")),
    };
    struct answer *kinds = arena_array(rq->op.mem, struct answer, 2);
    kinds[0] = (struct answer){S("statement"), said(rq, N_("Statement of what is open, as PDF"))};
    kinds[1] = (struct answer){S("reminder"), said(rq, N_("Reminder of what is overdue, as PDF"))};
    ask(rq, &v.questions, ASK_HIDDEN, "customer", N_("Customer"), place_id(rq, PLACE_CUSTOMER, id));
    struct question *q = ask(rq, &v.questions, ASK_SELECT, "what", N_("What"), S("statement"));
    q->answers = kinds, q->answer_count = 2;
    q = ask(rq, &v.questions, ASK_SELECT, "account", N_("Account"), S(""));
    if (!account_answers(rq, id, q) || !readers_note(rq, id, &v.note) ||
        !letters_preview(rq, id, &v.grid) || !hold_note(rq, id, &hold))
        return reply_errors(rq);
    if (hold.len > 0) {
        v.note = hold, v.button = S(""), v.questions.count = 0;
        v.instead = (struct link_words){said(rq, "Change or lift the hold"), v.crumb_link, true};
    }
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

/* What is asked for and the letter it brings are written down together. */
static bool remind(struct request *rq, const struct mail_wish *wish)
{
    struct reminder now;
    int64_t id;
    if (!reminder_load(&rq->op, wish->account, wish->day, &now)) return false;
    if (now.overdue.minor == 0)
        return op_fail(&rq->op, ERR_INVALID, "what", "Nothing is overdue on this account.");
    return mail_wish_add(&rq->op, wish, &id) &&
           reminder_issue(&rq->op, id, wish->account, wish->day,
                          paper_link(rq->op.mem, rq->app, KEPT_REMINDER, id));
}

/* A numbered statement of what is open now. */
static bool state(struct request *rq, const struct account *a)
{
    int64_t id;
    struct statement_in in = {
        .customer = a->customer,
        .entity = a->entity,
        .currency = a->currency,
        .form = STATEMENT_OPEN_ITEMS,
        .from = rq->today,
        .to = rq->today,
        .link = paper_link(rq->op.mem, rq->app, KEPT_STATEMENT, 0),
    };
    return statement_issue(&rq->op, &in, &id) && statement_mail(&rq->op, id);
}

static struct reply send_now(struct request *rq)
{
    const struct send_form *form = rq->in;
    struct account a;
    struct mail_wish wish = {
        .kind = NOTICE_REMINDER,
        .customer = form->customer,
        .account = form->account,
        .person = rq->who.person,
        .day = rq->today,
    };
    if (!account_get(&rq->op, form->account, &a)) return reply_errors(rq);
    if (a.customer != form->customer) return reply_missing(rq);
    if (!customer_hold_check(&rq->op, a.customer, rq->today)) return reply_errors(rq);
    if (str_eq(form->what, S("reminder")) ? !remind(rq, &wish) : !state(rq, &a))
        return reply_errors(rq);
    return reply_see(rq, str_printf(rq->op.mem, HERE "?customer=%.*s",
                                    STR(place_id(rq, PLACE_CUSTOMER, form->customer))));
}

/* ---- the links that mails hold ---- */

struct links_form {
    int64_t customer, link;
};
#undef OF
#define OF(member) .offset = offsetof(struct links_form, member)
static const struct input links_inputs[] = {
    {.name = "customer", .type = INPUT_ID, OF(customer), .kind = "cus", .required = true},
    {.name = NULL},
};
static const struct input revoke_inputs[] = {
    {.name = "link", .type = INPUT_ID, OF(link), .kind = "lnk", .required = true},
    {.name = NULL},
};

static struct reply links_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Mailed to")},    {GRID_TEXT, N_("When")},     {GRID_STATUS, N_("Status")},
        {GRID_TEXT, N_("Last opened")}, {GRID_NUMBER, N_("Opened")}, {GRID_ACT, NULL},
    };
    const struct links_form *form = rq->in;
    struct customer c;
    struct pay_links list;
    bool may_revoke = may(rq, MAY_WORK);
    if (!customer_get(&rq->op, form->customer, &c) ||
        !pay_links_of_customer(&rq->op, c.id, LINKS_SHOWN, &list))
        return reply_errors(rq);
    struct listing v = {
        .title = said(rq, N_("Links in mails")),
        .under = filled(rq, N_("{1}, customer {2}"), c.name, c.number),
        .here = url_of(S(HERE "/links")),
    };
    v.grid = grid_of(rq, N_("Links in mails, newest first"), N_("No mail held a link yet."),
                     headings, COUNT(headings) - (may_revoke ? 0 : 1), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct pay_link *l = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        str until = lang_date(rq->op.mem, op_lang(&rq->op), day_of(rq, l->expires));
        row[0] = grid_text(l->email);
        row[1] = grid_text(moment(rq, l->created));
        row[2] = grid_status(
            (struct standing_words){l->over ? S("failed") : S("paid"),
                                    l->revoked ? said(rq, N_("Taken back"))
                                    : l->over  ? said(rq, N_("Run out"))
                                               : filled(rq, N_("Works until {1}"), until, S(""))});
        if (l->opened) row[3] = grid_text(moment(rq, l->opened));
        row[4] = grid_number(rq, l->opens);
        if (may_revoke && !l->over)
            row[5] = grid_act(said(rq, "Take it back"), url_of(S(HERE "/links/revoke")), "link",
                              id_text(rq->op.mem, rq->app->keys, "lnk", l->id));
    }
    return reply_listing(rq, HERE, &v);
}

static struct reply link_revoke(struct request *rq)
{
    const struct links_form *form = rq->in;
    struct pay_link link;
    if (!pay_link_get(&rq->op, form->link, &link) || !pay_link_revoke(&rq->op, 0, form->link))
        return reply_errors(rq);
    return reply_see(rq, str_printf(rq->op.mem, HERE "/links?customer=%.*s",
                                    STR(place_id(rq, PLACE_CUSTOMER, link.customer))));
}

const struct route console_mail_acts_routes[] = {
    {.method = GET,
     .path = HERE "/settings",
     .handle = settings_show,
     .may = MAY_ADMINISTER,
     INPUTS(settings_inputs, struct settings_form),
     .about = "How an entity writes mails"},
    {.method = POST,
     .path = HERE "/settings",
     .handle = settings_save,
     .may = MAY_ADMINISTER,
     INPUTS(save_inputs, struct settings_form),
     .redisplay = settings_show,
     .about = "Changes it"},
    {.method = POST,
     .path = HERE "/clear",
     .handle = stop_clear,
     .may = MAY_WORK,
     INPUTS(clear_inputs, struct clear_form),
     .about = "Has an address written to again that was stopped"},
    {.method = POST,
     .path = HERE "/leave",
     .handle = mail_leave,
     .may = MAY_WORK,
     INPUTS(leave_inputs, struct leave_form),
     .about = "Leaves a mail that was given up as it is"},
    {.method = GET,
     .path = HERE "/send",
     .handle = send_ask,
     .may = MAY_WORK,
     INPUTS(send_ask_inputs, struct send_form),
     .about = "The form for a statement or a reminder by mail"},
    {.method = POST,
     .path = HERE "/send",
     .handle = send_now,
     .may = MAY_WORK,
     INPUTS(send_inputs, struct send_form),
     .redisplay = send_ask,
     .about = "Sends it to the contacts who want such mails"},
    {.method = GET,
     .path = HERE "/links",
     .handle = links_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(links_inputs, struct links_form),
     .about = "The links that a customer's mails hold"},
    {.method = POST,
     .path = HERE "/links/revoke",
     .handle = link_revoke,
     .may = MAY_WORK,
     INPUTS(revoke_inputs, struct links_form),
     .about = "Takes such a link back"},
    {.path = NULL},
};
