#include "delivery/console/statements.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/care.h"
#include "delivery/papers.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/statements.h"
#include "domain/notices/settings.h"

#define HERE "/console/customers/:id/statements"
#define SEND "/statements/mail"

static const char *const forms[] = {"activity", "open_items", NULL};
static const char *const form_words[] = {N_("What happened, with the balance before"),
                                         N_("Open items")};

struct statements_form {
    str done, form, month_form;
    int64_t account, statement;
    struct opt_date from, to;
    bool family, month_family, active;
};
static const struct input show_inputs[] = {
    {.name = "done", .type = INPUT_TEXT, .offset = offsetof(struct statements_form, done)},
    {.name = NULL},
};
static const struct input issue_inputs[] = {
    {.name = "account",
     .type = INPUT_ID,
     .offset = offsetof(struct statements_form, account),
     .kind = "acc",
     .required = true},
    {.name = "form",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct statements_form, form),
     .choices = forms,
     .required = true},
    {.name = "from", .type = INPUT_DATE, .offset = offsetof(struct statements_form, from)},
    {.name = "to", .type = INPUT_DATE, .offset = offsetof(struct statements_form, to)},
    {.name = "family", .type = INPUT_BOOL, .offset = offsetof(struct statements_form, family)},
    {.name = NULL},
};
static const struct input month_inputs[] = {
    {.name = "active", .type = INPUT_BOOL, .offset = offsetof(struct statements_form, active)},
    {.name = "month_form",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct statements_form, month_form),
     .choices = forms},
    {.name = "month_family",
     .type = INPUT_BOOL,
     .offset = offsetof(struct statements_form, month_family)},
    {.name = NULL},
};

static const struct input send_inputs[] = {
    {.name = "statement",
     .type = INPUT_ID,
     .offset = offsetof(struct statements_form, statement),
     .kind = "stm",
     .required = true},
    {.name = NULL},
};

static enum statement_form form_of(str word)
{
    return str_eq(word, S("open_items")) ? STATEMENT_OPEN_ITEMS : STATEMENT_ACTIVITY;
}

static bool grid_load(struct request *rq, int64_t customer, struct customer_statements_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},    {GRID_DATE, N_("From")},      {GRID_DATE, N_("Until")},
        {GRID_MONEY, N_("Balance")}, {GRID_TEXT, N_("Issued by")}, {GRID_ACT, NULL}};
    struct statements list;
    if (!statements_of(&rq->op, customer, &list)) return false;
    v->grid = grid_of(rq, N_("Statements, newest first"), N_("None was issued yet."), headings,
                      COUNT(headings) - (v->may_work ? 0 : 1), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct statement *s = &list.at[i];
        struct grid_cell *row = grid_row(&v->grid);
        str id = id_text(rq->op.mem, rq->app->keys, "stm", s->id);
        row[0] =
            grid_link(s->number, url_printf(rq->op.mem, "/console/statements/%.*s/pdf", STR(id)));
        row[1] = grid_date(s->from);
        row[2] = grid_date(s->to);
        row[3] = grid_money(s->balance);
        row[4] = grid_text(filled(rq, N_("{1}, {2}"), s->who, moment(rq, s->recorded)));
        if (v->may_work)
            row[5] = grid_act(said(rq, "Mail it"), place_url(rq, PLACE_CUSTOMER, customer, SEND),
                              "statement", id);
    }
    return true;
}

static void ask_form(struct request *rq, struct question_list *list, const char *name, str value)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(form_words));
    for (ptrdiff_t i = 0; i < COUNT(form_words); i++)
        answers[i] = (struct answer){str_of(forms[i]), said(rq, form_words[i])};
    struct question *q = ask(rq, list, ASK_SELECT, name, N_("What it says"), value);
    q->answers = answers, q->answer_count = COUNT(form_words);
}

static bool forms_load(struct request *rq, int64_t customer, struct customer_statements_view *v)
{
    struct accounts list;
    struct statement_wish wish;
    if (!accounts_of(&rq->op, customer, &list)) return false;
    if (!statement_wish_get(&rq->op, customer, &wish)) return false;
    struct answer *answers = arena_array(rq->op.mem, struct answer, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct entity seller;
        if (!entity_get(&rq->op, list.at[i].entity, &seller)) return false;
        answers[i].value = id_text(rq->op.mem, rq->app->keys, "acc", list.at[i].id);
        answers[i].name =
            filled(rq, N_("{1}, {2}"), seller.name,
                   lang_currency_name(rq->op.mem, op_lang(&rq->op), list.at[i].currency));
    }
    struct question *q = ask(rq, &v->now, ASK_SELECT, "account", N_("Account"), S(""));
    q->answers = answers, q->answer_count = list.count;
    date before = date_plus_months(rq->today, -1);
    ask_form(rq, &v->now, "form", S("activity"));
    ask(rq, &v->now, ASK_DATE, "from", N_("From"), date_text(rq->op.mem, before));
    ask(rq, &v->now, ASK_DATE, "to", N_("Until"), date_text(rq->op.mem, rq->today));
    ask(rq, &v->now, ASK_TICK, "family", N_("With the companies below it"), S(""));
    ask_problems(rq, &v->now);
    ask(rq, &v->month, ASK_TICK, "active", N_("Issue one for each account each month"),
        wish.active ? S("1") : S(""));
    ask_form(rq, &v->month, "month_form",
             str_of(wish.form == STATEMENT_ACTIVITY ? forms[0] : forms[1]));
    ask(rq, &v->month, ASK_TICK, "month_family", N_("With the companies below it"),
        wish.family ? S("1") : S(""));
    return true;
}

static struct reply statements_page(struct request *rq)
{
    struct customer c;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c))
        return reply_errors(rq);
    struct customer_statements_view v = {
        .name = c.name,
        .customer = place_url(rq, PLACE_CUSTOMER, id, ""),
        .action = place_url(rq, PLACE_CUSTOMER, id, "/statements"),
        .monthly = place_url(rq, PLACE_CUSTOMER, id, "/statements/monthly"),
        .may_work = may(rq, MAY_WORK),
    };
    str done = rq->method == GET ? request_typed(rq, "done") : S("");
    if (str_eq(done, S("issued"))) v.done = said(rq, "The statement is issued.");
    if (str_eq(done, S("sent"))) v.done = said(rq, "The statement is on its way by mail.");
    if (str_eq(done, S("saved"))) v.done = said(rq, "The change is saved.");
    if (!grid_load(rq, id, &v) || !hold_note(rq, id, &v.hold) || !forms_load(rq, id, &v) ||
        !console_frame(rq, c.name, "/console/customers", &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_customer_statements(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply statement_now(struct request *rq)
{
    const struct statements_form *form = rq->in;
    struct account account;
    struct customer c;
    int64_t id, made;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c) ||
        !account_get(&rq->op, form->account, &account))
        return reply_errors(rq);
    struct statement_in in = {
        .customer = id,
        .entity = account.entity,
        .currency = account.currency,
        .form = form_of(form->form),
        .family = form->family,
        .from = form->from.some ? form->from.value : date_plus_months(rq->today, -1),
        .to = form->to.some ? form->to.value : rq->today,
        .link = paper_link(rq->op.mem, rq->app, KEPT_STATEMENT, 0),
    };
    if (account.customer != id) return reply_missing(rq);
    if (date_cmp(in.from, in.to) > 0)
        (void)op_fail(&rq->op, ERR_INVALID, "from", "The first day lies after the last.");
    if (rq->op.errs || !statement_issue(&rq->op, &in, &made)) return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "/statements?done=issued");
}

static struct reply statement_monthly(struct request *rq)
{
    const struct statements_form *form = rq->in;
    struct customer c;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c))
        return reply_errors(rq);
    struct statement_wish wish = {.customer = id,
                                  .form = form_of(form->month_form),
                                  .family = form->month_family,
                                  .active = form->active};
    if (!statement_wish_put(&rq->op, &wish)) return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "/statements?done=saved");
}

/* So that nobody mails an empty room. */
static bool somebody_wants(struct op *op, int64_t customer)
{
    struct contacts contacts;
    if (!contacts_of(op, customer, &contacts)) return false;
    for (ptrdiff_t i = 0; i < contacts.count; i++) {
        struct contact_wishes wishes;
        if (!contact_wishes(op, &contacts.at[i], &wishes)) return false;
        if (contacts.at[i].email.len > 0 && wishes.wants[NOTICE_STATEMENT]) return true;
    }
    return op_fail(op, ERR_CONFLICT, NULL,
                   "No contact of this customer gets statements by mail. Add a contact first.");
}

static struct reply statement_again(struct request *rq)
{
    const struct statements_form *form = rq->in;
    struct statement s;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !statement_get(&rq->op, form->statement, &s))
        return reply_errors(rq);
    if (s.customer != id) return reply_missing(rq);
    if (!customer_hold_check(&rq->op, id, rq->today) || !somebody_wants(&rq->op, id) ||
        !statement_send(&rq->op, s.id))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "/statements?done=sent");
}

static bool statement_there(struct op *op, void *arg)
{
    struct statement s;
    return statement_get(op, *(int64_t *)arg, &s);
}

static struct reply statement_pdf(struct request *rq)
{
    int64_t id;
    if (!request_id(rq, "stm", &id) ||
        !store_transact(&rq->op, rq->store, TX_READ, statement_there, &id))
        return reply_errors(rq);
    return paper_reply(rq, KEPT_STATEMENT, id);
}

const struct route console_statements_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = statements_page,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct statements_form),
     .about = "Statements of a customer"},
    {.method = POST,
     .path = HERE,
     .handle = statement_now,
     .may = MAY_WORK,
     INPUTS(issue_inputs, struct statements_form),
     .redisplay = statements_page,
     .about = "Issues a statement"},
    {.method = POST,
     .path = HERE "/monthly",
     .handle = statement_monthly,
     .may = MAY_WORK,
     INPUTS(month_inputs, struct statements_form),
     .about = "Says whether a customer gets a statement each month"},
    {.method = POST,
     .path = HERE "/mail",
     .handle = statement_again,
     .may = MAY_WORK,
     INPUTS(send_inputs, struct statements_form),
     .about = "Mails an issued statement to the contacts who want statements"},
    {.method = GET,
     .path = "/console/statements/:id/pdf",
     .handle = statement_pdf,
     .may = MAY_SEE_CONSOLE,
     .talks = true,
     .about = "An issued statement as PDF"},
    {.path = NULL},
};
