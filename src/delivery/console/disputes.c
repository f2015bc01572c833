#include "delivery/console/disputes.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/acts.h"
#include "domain/company/company.h"

#define HERE "/console/disputes"
enum { PAGE_ROWS = 50 };

static struct standing_words standing_of(struct request *rq, const struct dispute *d)
{
    switch (d->state) {
    case DISPUTE_OPEN:
        if (d->owner) return (struct standing_words){S("busy"), said(rq, "Being looked into")};
        return (struct standing_words){S("query"), said(rq, "To be answered")};
    case DISPUTE_RESOLVED:
        if (d->credit) return (struct standing_words){S("credit"), said(rq, "Accepted, credited")};
        return (struct standing_words){S("soon"), said(rq, "Accepted, to be credited")};
    case DISPUTE_REJECTED: return (struct standing_words){S("failed"), said(rq, "Not accepted")};
    case DISPUTE_WITHDRAWN: return (struct standing_words){S(""), said(rq, "Withdrawn")};
    }
    return (struct standing_words){S(""), S("")};
}

/* ---- the list ---- */

struct list_form {
    struct case_query q;
    int64_t after;
};
static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, q.show),
     .choices = dispute_shows},
    {.name = "reason", .type = INPUT_TEXT, .offset = offsetof(struct list_form, q.reason)},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, q.customer),
     .kind = "cus"},
    {.name = "owner",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, q.owner),
     .kind = "usr",
     .about = "The colleague who looks after them, of the open ones"},
    {.name = "after", .type = INPUT_ID, .offset = offsetof(struct list_form, after), .kind = "dsp"},
    {.name = NULL},
};

static struct url list_url(struct request *rq, const struct list_form *f, int64_t after)
{
    str then = after ? place_id(rq, PLACE_DISPUTE, after) : S("");
    return url_printf(rq->op.mem, HERE "%.*s&after=%.*s", STR(case_query_text(rq, &f->q)),
                      STR(then));
}

static str age_of(struct request *rq, const struct dispute *d)
{
    return counted(rq, "{1} day", "{1} days", rq->today.days - day_of(rq, d->raised).days);
}

static struct url show_url(struct request *rq, const void *form, str show)
{
    struct list_form f = *(const struct list_form *)form;
    f.q.show = show;
    f.q.owner = 0;
    return list_url(rq, &f, 0);
}

static void row_add(struct request *rq, const struct dispute *d, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(d->number, place_url(rq, PLACE_DISPUTE, d->id, ""));
    row[1] = grid_link(d->customer_name, place_url(rq, PLACE_CUSTOMER, d->customer, ""));
    row[2] = grid_text(reason_words(rq, d->reason, d->reason_words));
    row[2].small = d->words;
    row[3] = grid_status(standing_of(rq, d));
    row[4] = grid_text(age_of(rq, d));
    row[5] = grid_text(d->owner_name.len ? d->owner_name : S("–"));
    row[6] = grid_money(d->amount);
    row[6].strong = d->state == DISPUTE_OPEN;
}

/* Where the money is argued about: each sum opens into what makes it up. */
static bool sums_of(struct request *rq, struct grid *g)
{
    struct dispute_sums sums;
    if (!dispute_sums(&rq->op, &sums)) return false;
    g->sums = arena_array(rq->op.mem, struct grid_sum, sums.count);
    for (ptrdiff_t i = 0; i < sums.count; i++) {
        const struct dispute_sum *s = &sums.at[i];
        if (s->amount.minor == 0) continue; /* paid since: nothing hangs on it */
        g->sums[g->sum_count++] = case_sum(rq, HERE, s->reason, s->words, s->amount);
    }
    return true;
}

static void list_bulk(struct request *rq, const struct list_form *f, str show, struct listing *v)
{
    struct act_list list = {.over = OVER_DISPUTES,
                            .show = show,
                            .reason = f->q.reason,
                            .customer = f->q.customer,
                            .of = f->q.owner};
    v->bulk = str_eq(show, S("credit")) ? NULL : act_bar_of(rq, &list); /* these are answered */
    if (v->bulk) v->grid.ticks = arena_array(rq->op.mem, str, v->grid.row_max);
}

static struct reply disputes_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Invoice")},   {GRID_TEXT, N_("Customer")}, {GRID_TEXT, N_("Reason")},
        {GRID_STATUS, N_("Status")}, {GRID_CODE, N_("Age")},      {GRID_TEXT, N_("Owner")},
        {GRID_MONEY, N_("Amount")},
    };
    const struct list_form *f = rq->in;
    struct disputes list;
    struct reason_list reasons;
    str show = case_show(&f->q);
    struct dispute_filter filter = {
        .all = str_eq(show, S("all")),
        .to_credit = str_eq(show, S("credit")),
        .reason = f->q.reason,
        .customer = f->q.customer,
        .owner = case_owner(rq, &f->q),
        .unowned = str_eq(show, S("unowned")),
        .after = f->after,
        .limit = PAGE_ROWS,
    };
    if (!disputes_list(&rq->op, &filter, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Disputes"),
        .under = said(rq, "What customers say is wrong with an invoice. The oldest first."),
        .here = url_of(S(HERE)),
        .shown = list_url(rq, f, 0),
        .has_filter = f->q.customer || f->q.owner || f->q.reason.len > 0,
        .clear = url_of(S(HERE)),
        .clear_words = said(rq, "Show the disputes of all customers"),
        .grid = grid_of(rq, N_("Disputes"), N_("Nothing is disputed: there is no such dispute."),
                        headings, COUNT(headings), list.count),
    };
    case_tabs(rq, &v, dispute_shows, show, show_url, f);
    list_bulk(rq, f, show, &v);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        row_add(rq, &list.at[i], &v.grid);
        if (v.bulk) v.grid.ticks[i] = place_id(rq, PLACE_DISPUTE, list.at[i].id);
    }
    v.grid.has_next = list.more;
    if (list.more) v.grid.next = list_url(rq, f, list.at[list.count - 1].id);
    if (!reasons_that_deduct(&rq->op, &reasons) || !sums_of(rq, &v.grid) ||
        !case_filters(rq, &v.filters, &f->q, &reasons))
        return reply_errors(rq);
    return reply_listing(rq, HERE, &v);
}

struct grid grid_of_disputes(struct request *rq, const struct disputes *list)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Invoice")}, {GRID_TEXT, N_("Reason")},  {GRID_STATUS, N_("Status")},
        {GRID_TEXT, N_("Owner")},  {GRID_MONEY, N_("Amount")},
    };
    struct grid g = grid_of(rq, N_("Disputes, newest first"), N_("There are no disputes."),
                            headings, COUNT(headings), list->count);
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const struct dispute *d = &list->at[i];
        struct grid_cell *row = grid_row(&g);
        row[0] = grid_link(d->number, place_url(rq, PLACE_DISPUTE, d->id, ""));
        row[1] = grid_text(reason_words(rq, d->reason, d->reason_words));
        row[2] = grid_status(standing_of(rq, d));
        row[3] = grid_text(d->owner_name.len ? d->owner_name : S("–"));
        row[4] = grid_money(d->amount);
    }
    return g;
}

/* ---- one ---- */

static void facts_of(struct request *rq, const struct dispute *d, struct dispute_view *v)
{
    static const char *const origins[] = {
        [BY_CUSTOMER] = N_("the customer"),
        [BY_SELLER] = N_("us"),
        [BY_ERP] = N_("the ERP"),
    };
    fact_link(rq, &v->facts, N_("Customer"), d->customer_name,
              place_url(rq, PLACE_CUSTOMER, d->customer, ""));
    fact_link(rq, &v->facts, N_("Invoice"), d->number,
              place_url(rq, PLACE_INVOICE, d->document, ""));
    fact_add(rq, &v->facts, N_("Due"), lang_date(rq->op.mem, op_lang(&rq->op), d->due));
    fact_add(rq, &v->facts, N_("Reason"), reason_words(rq, d->reason, d->reason_words));
    fact_add(rq, &v->facts, N_("Raised by"), said(rq, origins[d->origin]));
    fact_add(rq, &v->facts, N_("Since"), moment(rq, d->raised));
    fact_add(rq, &v->facts, N_("Owner"), d->owner_name);
    if (d->credit)
        fact_link(rq, &v->facts, N_("Credit note"), d->credit_number,
                  place_url(rq, PLACE_INVOICE, d->credit, ""));
}

static str step_words(struct request *rq, str what)
{
    static const struct {
        const char *what, *words;
    } rows[] = {
        {"open", N_("Raised")},
        {"resolved", N_("Accepted")},
        {"rejected", N_("Not accepted")},
        {"withdrawn", N_("Withdrawn")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(what, str_of(rows[i].what))) return said(rq, rows[i].words);
    return what;
}

static bool history_of(struct request *rq, const struct dispute *d, struct dispute_view *v)
{
    struct dispute_steps steps;
    struct arena *mem = rq->op.mem;
    if (!dispute_steps(&rq->op, d->id, &steps)) return false;
    v->history = (struct happenings){arena_array(mem, struct happening, steps.count), 0};
    for (ptrdiff_t i = steps.count - 1; i >= 0; i--) {
        const struct dispute_step *s = &steps.at[i];
        v->history.at[v->history.count++] = (struct happening){
            .when = moment(rq, s->at),
            .what =
                str_eq(s->what, S("owner")) ? given_words(rq, s->note) : step_words(rq, s->what),
            .about = s->actor,
        };
    }
    return true;
}

static const struct {
    const char *value, *words;
} dones[] = {
    {"answered", N_("The answer is saved, and the customer is told.")},
    {"owned", N_("The owner is saved.")},
};
static const char *const done_values[] = {"answered", "owned", NULL};
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

static struct reply page_of(struct request *rq, str done)
{
    struct dispute d;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_DISPUTE, &id) || !dispute_get(&rq->op, id, &d)) return reply_errors(rq);
    static const char *const wrote[] = {
        [BY_CUSTOMER] = N_("What the customer wrote"),
        [BY_SELLER] = N_("What we wrote"),
        [BY_ERP] = N_("What the ERP says"),
    };
    bool open = d.state == DISPUTE_OPEN;
    struct dispute_view v = {
        .title = filled(rq, N_("Dispute of {1}"), d.number, S("")),
        .under = d.customer_name,
        .standing = standing_of(rq, &d),
        .words_title = said(rq, wrote[d.origin]),
        .words = d.words,
        .answer = d.answer,
        .amount = d.amount,
        .open = d.open,
        .may_work = may(rq, MAY_WORK) && open,
        .may_answer = may(rq, MAY_WORK) && open,
        .to_credit = d.state == DISPUTE_RESOLVED && !d.credit,
        .may_import = may(rq, MAY_WORK),
        .reply = place_url(rq, PLACE_DISPUTE, id, "/answer"),
        .typed = request_typed(rq, "words"),
        .wrong = request_problem(rq, "words"),
    };
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(done, str_of(dones[i].value))) v.done = said(rq, dones[i].words);
    facts_of(rq, &d, &v);
    ask_problems(rq, &v.problems);
    if (!history_of(rq, &d, &v) ||
        (v.may_work &&
         !owner_form_of(rq, d.owner, place_url(rq, PLACE_DISPUTE, id, "/owner"), &v.owner)) ||
        !console_frame(rq, v.title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_dispute(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply dispute_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    return page_of(rq, form->done);
}

static struct reply dispute_again(struct request *rq)
{
    return page_of(rq, S(""));
}

/* ---- acts ---- */

struct act_form {
    str what, words;
};
static const char *const whats[] = {"accept", "reject", NULL};
static const struct input answer_inputs[] = {
    {.name = "do",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct act_form, what),
     .choices = whats,
     .required = true},
    {.name = "words",
     .type = INPUT_TEXT,
     .offset = offsetof(struct act_form, words),
     .longest = DISPUTE_WORDS_MAX},
    {.name = NULL},
};
static struct reply reply_to(struct request *rq)
{
    const struct act_form *form = rq->in;
    struct dispute_answer in = {.accepted = str_eq(form->what, S("accept")), .words = form->words};
    if (!place_of(rq, PLACE_DISPUTE, &in.dispute) || !dispute_answer(&rq->op, &in))
        return reply_errors(rq);
    return see_place(rq, PLACE_DISPUTE, in.dispute, "?done=answered");
}

static struct reply own(struct request *rq)
{
    const struct owner_chosen *form = rq->in;
    int64_t id;
    str name;
    if (!place_of(rq, PLACE_DISPUTE, &id) || !owner_name(&rq->op, form->owner, &name) ||
        !dispute_own(&rq->op, id, form->owner, name))
        return reply_errors(rq);
    return see_place(rq, PLACE_DISPUTE, id, "?done=owned");
}

const struct route console_disputes_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = disputes_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Disputes of all customers"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = dispute_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct show_form),
     .about = "One dispute, and what was done about it"},
    {.method = POST,
     .path = HERE "/:id/answer",
     .handle = reply_to,
     .may = MAY_WORK,
     INPUTS(answer_inputs, struct act_form),
     .redisplay = dispute_again,
     .about = "Accepts or rejects a dispute, with an answer to the customer"},
    {.method = POST,
     .path = HERE "/:id/owner",
     .handle = own,
     .may = MAY_WORK,
     INPUTS(owner_inputs, struct owner_chosen),
     .about = "Says who looks after a dispute"},
    {.path = NULL},
};
