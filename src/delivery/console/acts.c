#include "delivery/console/acts.h"

#include "base/arena.h"
#include "delivery/console/bulk.h"
#include "delivery/console/care.h"
#include "delivery/console/cases.h"
#include "delivery/console/customers.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"

static const struct {
    enum act act;
    const char *name, *button, *note;
} acts[] = {
    {ACT_DISPUTES_GIVEN, N_("Give to somebody"), N_("Give"),
     N_("They see these among theirs. It can be undone as a whole.")},
    {ACT_DISPUTES_ACCEPTED, N_("Accept with one answer"), N_("Accept, and tell the customers"),
     N_("Each customer reads the answer at once, so that it cannot be undone. A credit note "
        "is still to be issued.")},
    {ACT_DISPUTES_REFUSED, N_("Refuse with one answer"), N_("Refuse, and tell the customers"),
     N_("Each customer reads the answer at once, so that it cannot be undone. What was disputed is "
        "owed as before.")},
    {ACT_DEDUCTIONS_GIVEN, N_("Give to somebody"), N_("Give"),
     N_("They see these among theirs. It can be undone as a whole.")},
    {ACT_CUSTOMERS_GIVEN, N_("Give to somebody"), N_("Give"),
     N_("They see these among theirs. It can be undone as a whole.")},
    {ACT_CUSTOMERS_HELD, N_("Put reminders on hold"), N_("Put on hold"),
     N_("No reminder and no statement is mailed. The customers see and pay everything as before. "
        "It can be undone as a whole.")},
    {ACT_CUSTOMERS_LIFTED, N_("Lift the hold on reminders"), N_("Lift the hold"),
     N_("Reminders and statements are mailed again. It can be undone as a whole.")},
};
static const char *const dispute_acts[] = {"disputes_given", "disputes_accepted",
                                           "disputes_refused", NULL};
static const char *const deduction_acts[] = {"deductions_given", NULL};
static const char *const customer_acts[] = {"customers_given", "customers_held", "customers_lifted",
                                            NULL};

static bool disputes_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count);
static bool deductions_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count);
static bool customers_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count);

static const struct {
    const char *here, *name, *preview, *perform;
    enum place place;
    bool (*match)(struct request *rq, int64_t ids[], ptrdiff_t *count);
} overs[] = {
    [OVER_DISPUTES] = {"/console/disputes", N_("Disputes"), "/console/bulk/disputes",
                       "/console/bulk/disputes/do", PLACE_DISPUTE, disputes_that_match},
    [OVER_DEDUCTIONS] = {"/console/deductions", N_("Deductions"), "/console/bulk/deductions",
                         "/console/bulk/deductions/do", PLACE_DEDUCTION, deductions_that_match},
    [OVER_CUSTOMERS] = {"/console/customers", N_("Customers"), "/console/bulk/customers",
                        "/console/bulk/customers/do", PLACE_CUSTOMER, customers_that_match},
};

const struct bulk_bar *act_bar_of(struct request *rq, const struct act_list *list)
{
    if (!may(rq, MAY_WORK)) return NULL;
    struct bulk_bar *bar = arena_new(rq->op.mem, struct bulk_bar);
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(acts));
    *bar = (struct bulk_bar){.action = overs[list->over].preview, .acts = answers};
    for (ptrdiff_t i = 0; i < COUNT(acts); i++)
        if (act_over(acts[i].act) == list->over)
            answers[bar->act_count++] =
                (struct answer){str_of(act_name(acts[i].act)), said(rq, acts[i].name)};
    ask(rq, &bar->filters, ASK_HIDDEN, "show", NULL, list->show);
    if (list->over == OVER_CUSTOMERS)
        ask(rq, &bar->filters, ASK_HIDDEN, "q", NULL, list->search);
    else
        ask(rq, &bar->filters, ASK_HIDDEN, "reason", NULL, list->reason);
    if (list->of)
        ask(rq, &bar->filters, ASK_HIDDEN, "of", NULL, place_id(rq, PLACE_PERSON, list->of));
    if (list->customer)
        ask(rq, &bar->filters, ASK_HIDDEN, "customer", NULL,
            place_id(rq, PLACE_CUSTOMER, list->customer));
    return bar;
}

/* ---- which rows ---- */

struct acts_form {
    str act, scope, show, reason, search, seen, words;
    int64_t customer, owner, of; /* owner: whom they are given to; of: whose they are now */
    struct opt_date until;
    struct id_list items;
};
static const char *const scopes[] = {"ticked", "all", NULL};

#define AT(member) .offset = offsetof(struct acts_form, member)
#define CASE_INPUTS(acts_of, prefix)                                                               \
    {                                                                                              \
        {.name = "act", .type = INPUT_CHOICE, AT(act), .choices = acts_of, .required = true},      \
            {.name = "scope", .type = INPUT_CHOICE, AT(scope), .choices = scopes},                 \
            {.name = "show", .type = INPUT_CHOICE, AT(show), .choices = case_shows},               \
            {.name = "reason", .type = INPUT_TEXT, AT(reason)},                                    \
            {.name = "seen", .type = INPUT_TEXT, AT(seen)},                                        \
            {.name = "words", .type = INPUT_TEXT, AT(words), .longest = DISPUTE_WORDS_MAX},        \
            {.name = "customer", .type = INPUT_ID, AT(customer), .kind = "cus"},                   \
            {.name = "of", .type = INPUT_ID, AT(of), .kind = "usr"},                               \
            {.name = "owner", .type = INPUT_ID, AT(owner), .kind = "usr"},                         \
            {.name = "item", .type = INPUT_IDS, AT(items), .kind = prefix}, {.name = NULL},        \
    }
static const struct input dispute_inputs[] = CASE_INPUTS(dispute_acts, "dsp");
static const struct input deduction_inputs[] = CASE_INPUTS(deduction_acts, "itm");
static const struct input customer_inputs[] = {
    {.name = "act", .type = INPUT_CHOICE, AT(act), .choices = customer_acts, .required = true},
    {.name = "scope", .type = INPUT_CHOICE, AT(scope), .choices = scopes},
    {.name = "show", .type = INPUT_CHOICE, AT(show), .choices = customer_shows},
    {.name = "q", .type = INPUT_TEXT, AT(search)},
    {.name = "seen", .type = INPUT_TEXT, AT(seen)},
    {.name = "of", .type = INPUT_ID, AT(of), .kind = "usr"},
    {.name = "owner", .type = INPUT_ID, AT(owner), .kind = "usr"},
    {.name = "until", .type = INPUT_DATE, AT(until)},
    {.name = "reason", .type = INPUT_TEXT, AT(words), .longest = HOLD_REASON_MAX},
    {.name = "item", .type = INPUT_IDS, AT(items), .kind = "cus"},
    {.name = NULL},
};
#undef AT

static int64_t owner_asked(const struct request *rq)
{
    const struct acts_form *f = rq->in;
    return case_owner(rq, &(struct case_query){.show = f->show, .owner = f->of});
}

/* All that match, but no more than a plan takes and one: then it says so. */
static bool disputes_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count)
{
    const struct acts_form *f = rq->in;
    struct disputes list;
    struct dispute_filter filter = {.all = str_eq(f->show, S("all")),
                                    .reason = f->reason,
                                    .customer = f->customer,
                                    .owner = owner_asked(rq),
                                    .unowned = str_eq(f->show, S("unowned")),
                                    .limit = ACT_ROWS_MAX + 1};
    if (!disputes_list(&rq->op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) ids[(*count)++] = list.at[i].id;
    return true;
}

static bool deductions_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count)
{
    const struct acts_form *f = rq->in;
    struct deduction_cases list;
    struct deduction_filter filter = {.all = str_eq(f->show, S("all")),
                                      .reason = f->reason,
                                      .customer = f->customer,
                                      .owner = owner_asked(rq),
                                      .unowned = str_eq(f->show, S("unowned")),
                                      .limit = ACT_ROWS_MAX + 1};
    if (!deduction_cases(&rq->op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) ids[(*count)++] = list.at[i].item;
    return true;
}

static bool customers_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count)
{
    const struct acts_form *f = rq->in;
    struct customers list;
    struct customers_filter filter = customers_asked(rq, f->show, f->search, f->of);
    filter.limit = ACT_ROWS_MAX + 1;
    if (!customers_found(&rq->op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) ids[(*count)++] = list.at[i].id;
    return true;
}

static bool plan_of(struct request *rq, struct act_plan *plan)
{
    const struct acts_form *f = rq->in;
    enum act act;
    int64_t all[ACT_ROWS_MAX + 1];
    const int64_t *ids = f->items.at;
    ptrdiff_t count = f->items.count, matching = 0;
    if (!act_from(f->act, &act)) return op_fail(&rq->op, ERR_INVALID, "act", "Choose an act.");
    if (str_eq(f->scope, S("all"))) {
        if (!overs[act_over(act)].match(rq, all, &matching)) return false;
        ids = all, count = matching;
    }
    return act_plan(&rq->op, act, rq->today, ids, count, plan);
}

/* ---- the preview ---- */

static void case_rows(struct request *rq, const struct act_plan *plan, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Document")},  {GRID_TEXT, N_("Customer")}, {GRID_TEXT, N_("Owner")},
        {GRID_STATUS, N_("Status")}, {GRID_TEXT, N_("Why")},      {GRID_MONEY, N_("Amount")},
    };
    enum place place = overs[act_over(plan->act)].place;
    *g = grid_of(rq, N_("Row by row"), N_("No row matches."), headings, COUNT(headings),
                 plan->count);
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct act_row *r = &plan->rows[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_link(r->number, place_url(rq, place, r->id, ""));
        row[1] = grid_text(r->customer_name);
        row[2] = grid_text(r->owner_name.len ? r->owner_name : S("–"));
        row[3] = bulk_outcome(rq, r->problem);
        row[4] = grid_text(r->problem);
        row[5] = grid_money(r->amount);
    }
}

static void customer_rows(struct request *rq, const struct act_plan *plan, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Customer")},   {GRID_TEXT, N_("Number")},   {GRID_TEXT, N_("Owner")},
        {GRID_TEXT, N_("Reminders")}, {GRID_STATUS, N_("Status")}, {GRID_TEXT, N_("Why")},
    };
    *g = grid_of(rq, N_("Row by row"), N_("No row matches."), headings, COUNT(headings),
                 plan->count);
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct act_row *r = &plan->rows[i];
        struct grid_cell *row = grid_row(g);
        str hold = hold_words(rq, r->on_hold, r->hold_until);
        row[0] = grid_link(r->customer_name, place_url(rq, PLACE_CUSTOMER, r->id, ""));
        row[1] = grid_text(r->number);
        row[2] = grid_text(r->owner_name.len ? r->owner_name : S("–"));
        row[3] = grid_text(hold.len ? hold : S("–"));
        row[4] = bulk_outcome(rq, r->problem);
        row[5] = grid_text(r->problem);
    }
}

static void rows_show(struct request *rq, const struct act_plan *plan, struct bulk_view *v)
{
    enum act_over over = act_over(plan->act);
    (over == OVER_CUSTOMERS ? customer_rows : case_rows)(rq, plan, &v->rows);
    v->items = arena_array(rq->op.mem, str, plan->count);
    for (ptrdiff_t i = 0; i < plan->count; i++)
        v->items[v->item_count++] = place_id(rq, overs[over].place, plan->rows[i].id);
}

/* Whom it goes to, what is answered, or until when and why. */
static bool choice_ask(struct request *rq, const struct act_plan *plan, struct bulk_view *v)
{
    struct owner_form staff;
    struct question *q;
    enum act_asks asks = act_asks(plan->act);
    if (asks == ASKS_HOLD) ask_hold(rq, &v->hidden, (struct opt_date){.some = false}, S(""));
    if (asks == ASKS_WORDS)
        ask(rq, &v->hidden, ASK_AREA, "words", N_("Answer, as the customers read it"), S(""))
            ->required = true;
    if (asks != ASKS_OWNER) return true;
    if (!owner_form_of(rq, rq->who.person, url_of(S("")), &staff)) return false;
    struct answer *answers = arena_array(rq->op.mem, struct answer, staff.count + 1);
    for (ptrdiff_t i = 0; i < staff.count; i++) answers[i] = staff.staff[i];
    answers[staff.count] = (struct answer){S(""), said(rq, "Nobody")};
    q = ask(rq, &v->hidden, ASK_SELECT, "owner", N_("Owner"), staff.owner);
    q->answers = answers;
    q->answer_count = staff.count + 1;
    return true;
}

static struct reply preview(struct request *rq, const struct act_plan *plan, str changed)
{
    struct frame frame;
    enum act_over over = act_over(plan->act);
    ptrdiff_t act = 0;
    while (acts[act].act != plan->act) act++;
    struct bulk_view v = {
        .changed = changed,
        .may_do = plan->refused < plan->count,
        .title = said(rq, acts[act].name),
        .note = said(rq, acts[act].note),
        .button = said(rq, acts[act].button),
        .back = url_of(str_of(overs[over].here)),
        .back_name = said(rq, overs[over].name),
        .action = url_of(str_of(overs[over].perform)),
        .moves_nothing = true,
    };
    v.under = bulk_counted(rq, plan->count, plan->refused);
    ask(rq, &v.hidden, ASK_HIDDEN, "act", NULL, str_of(act_name(plan->act)));
    ask(rq, &v.hidden, ASK_HIDDEN, "seen", NULL, plan->digest)->value = plan->digest;
    v.sums = grid_of(rq, N_("What will be done"), N_("Nothing of it can be done."), NULL, 0, 0);
    rows_show(rq, plan, &v);
    if (!choice_ask(rq, plan, &v)) return reply_errors(rq);
    ask_problems(rq, &v.hidden);
    if (!console_frame(rq, v.title, overs[over].here, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_bulk(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply acts_preview(struct request *rq)
{
    struct act_plan plan;
    return plan_of(rq, &plan) ? preview(rq, &plan, S("")) : reply_errors(rq);
}

static struct reply acts_do(struct request *rq)
{
    const struct acts_form *f = rq->in;
    struct act_choice choice = {.owner = f->owner, .words = f->words, .until = f->until};
    struct act_plan plan;
    int64_t batch;
    if (!plan_of(rq, &plan)) return reply_errors(rq);
    if (!str_eq(f->seen, plan.digest))
        return preview(rq, &plan,
                       said(rq, "Something has changed since. This is what would happen now."));
    if (!owner_name(&rq->op, f->owner, &choice.owner_name) ||
        !act_do(&rq->op, &plan, &choice, &batch))
        return reply_errors(rq);
    return see_place(rq, PLACE_WORK, batch, "?done=done");
}

const struct route console_acts_routes[] = {
    {.method = POST,
     .path = "/console/bulk/disputes",
     .handle = acts_preview,
     .may = MAY_WORK,
     INPUTS(dispute_inputs, struct acts_form),
     .about = "What an act over many disputes would do"},
    {.method = POST,
     .path = "/console/bulk/disputes/do",
     .handle = acts_do,
     .may = MAY_WORK,
     INPUTS(dispute_inputs, struct acts_form),
     .redisplay = acts_preview,
     .about = "Gives many disputes to somebody, or answers them"},
    {.method = POST,
     .path = "/console/bulk/deductions",
     .handle = acts_preview,
     .may = MAY_WORK,
     INPUTS(deduction_inputs, struct acts_form),
     .about = "What an act over many deductions would do"},
    {.method = POST,
     .path = "/console/bulk/deductions/do",
     .handle = acts_do,
     .may = MAY_WORK,
     INPUTS(deduction_inputs, struct acts_form),
     .redisplay = acts_preview,
     .about = "Gives many deductions to somebody"},
    {.method = POST,
     .path = "/console/bulk/customers",
     .handle = acts_preview,
     .may = MAY_WORK,
     INPUTS(customer_inputs, struct acts_form),
     .about = "What an act over many customers would do"},
    {.method = POST,
     .path = "/console/bulk/customers/do",
     .handle = acts_do,
     .may = MAY_WORK,
     INPUTS(customer_inputs, struct acts_form),
     .redisplay = acts_preview,
     .about = "Gives many customers to somebody, or puts their reminders on hold"},
    {.path = NULL},
};
