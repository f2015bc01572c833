#include "delivery/console/case_acts.h"

#include "base/arena.h"
#include "delivery/console/bulk.h"
#include "delivery/console/cases.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"
#include "domain/work/bulk_cases.h"

static const struct {
    const char *value, *name, *button, *note;
    bool disputes;
} acts[] = {
    {"disputes_given", N_("Give to somebody"), N_("Give"),
     N_("They see these among theirs. It can be undone as a whole."), true},
    {"disputes_accepted", N_("Accept with one answer"), N_("Accept, and tell the customers"),
     N_("Each customer reads the answer at once, so that it cannot be undone. A credit note "
        "is still to be issued."),
     true},
    {"disputes_refused", N_("Refuse with one answer"), N_("Refuse, and tell the customers"),
     N_("Each customer reads the answer at once, so that it cannot be undone. What was disputed is "
        "owed as before."),
     true},
    {"deductions_given", N_("Give to somebody"), N_("Give"),
     N_("They see these among theirs. It can be undone as a whole."), false},
};
static const char *const dispute_acts[] = {"disputes_given", "disputes_accepted",
                                           "disputes_refused", NULL};
static const char *const deduction_acts[] = {"deductions_given", NULL};

static ptrdiff_t index_of(str act)
{
    ptrdiff_t i = 0;
    while (!str_eq(act, str_of(acts[i].value))) i++; /* the form has no others */
    return i;
}

const struct bulk_bar *case_bar_of(struct request *rq, const struct case_list *list)
{
    if (!may(rq, MAY_WORK)) return NULL;
    struct bulk_bar *bar = arena_new(rq->op.mem, struct bulk_bar);
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(acts));
    *bar = (struct bulk_bar){.action = list->disputes ? "/console/bulk/disputes"
                                                      : "/console/bulk/deductions",
                             .acts = answers};
    for (ptrdiff_t i = 0; i < COUNT(acts); i++)
        if (acts[i].disputes == list->disputes)
            answers[bar->act_count++] =
                (struct answer){str_of(acts[i].value), said(rq, acts[i].name)};
    ask(rq, &bar->filters, ASK_HIDDEN, "show", NULL, list->show);
    ask(rq, &bar->filters, ASK_HIDDEN, "reason", NULL, list->reason);
    if (list->customer)
        ask(rq, &bar->filters, ASK_HIDDEN, "customer", NULL,
            place_id(rq, PLACE_CUSTOMER, list->customer));
    return bar;
}

/* ---- which rows ---- */

struct acts_form {
    str act, scope, show, reason, seen, words;
    int64_t customer, owner;
    struct id_list items;
};
static const char *const scopes[] = {"ticked", "all", NULL};

#define CASE_INPUTS(acts_of, prefix)                                                               \
    {                                                                                              \
        {.name = "act",                                                                            \
         .type = INPUT_CHOICE,                                                                     \
         .offset = offsetof(struct acts_form, act),                                                \
         .choices = acts_of,                                                                       \
         .required = true},                                                                        \
            {.name = "scope",                                                                      \
             .type = INPUT_CHOICE,                                                                 \
             .offset = offsetof(struct acts_form, scope),                                          \
             .choices = scopes},                                                                   \
            {.name = "show",                                                                       \
             .type = INPUT_CHOICE,                                                                 \
             .offset = offsetof(struct acts_form, show),                                           \
             .choices = case_shows},                                                               \
            {.name = "reason", .type = INPUT_TEXT, .offset = offsetof(struct acts_form, reason)},  \
            {.name = "seen", .type = INPUT_TEXT, .offset = offsetof(struct acts_form, seen)},      \
            {.name = "words",                                                                      \
             .type = INPUT_TEXT,                                                                   \
             .offset = offsetof(struct acts_form, words),                                          \
             .longest = DISPUTE_WORDS_MAX},                                                        \
            {.name = "customer",                                                                   \
             .type = INPUT_ID,                                                                     \
             .offset = offsetof(struct acts_form, customer),                                       \
             .kind = "cus"},                                                                       \
            {.name = "owner",                                                                      \
             .type = INPUT_ID,                                                                     \
             .offset = offsetof(struct acts_form, owner),                                          \
             .kind = "usr"},                                                                       \
            {.name = "item",                                                                       \
             .type = INPUT_IDS,                                                                    \
             .offset = offsetof(struct acts_form, items),                                          \
             .kind = prefix},                                                                      \
            {.name = NULL},                                                                        \
    }
static const struct input dispute_inputs[] = CASE_INPUTS(dispute_acts, "dsp");
static const struct input deduction_inputs[] = CASE_INPUTS(deduction_acts, "itm");

/* All that match, but no more than a plan takes and one: then it says so. */
static bool disputes_that_match(struct request *rq, int64_t ids[], ptrdiff_t *count)
{
    const struct acts_form *f = rq->in;
    struct disputes list;
    struct dispute_filter filter = {.all = str_eq(f->show, S("all")),
                                    .reason = f->reason,
                                    .customer = f->customer,
                                    .owner = str_eq(f->show, S("mine")) ? rq->who.person : 0,
                                    .unowned = str_eq(f->show, S("unowned")),
                                    .limit = CASES_MAX + 1};
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
                                      .owner = str_eq(f->show, S("mine")) ? rq->who.person : 0,
                                      .unowned = str_eq(f->show, S("unowned")),
                                      .limit = CASES_MAX + 1};
    if (!deduction_cases(&rq->op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) ids[(*count)++] = list.at[i].item;
    return true;
}

static bool plan_of(struct request *rq, struct cases_plan *plan)
{
    const struct acts_form *f = rq->in;
    enum cases_act act;
    int64_t all[CASES_MAX + 1];
    const int64_t *ids = f->items.at;
    ptrdiff_t count = f->items.count, matching = 0;
    if (!cases_act_from(f->act, &act))
        return op_fail(&rq->op, ERR_INVALID, "act", "Choose an act.");
    if (str_eq(f->scope, S("all"))) {
        bool disputes = acts[index_of(f->act)].disputes;
        if (!(disputes ? disputes_that_match : deductions_that_match)(rq, all, &matching))
            return false;
        ids = all, count = matching;
    }
    return cases_plan(&rq->op, act, ids, count, plan);
}

/* ---- the preview ---- */

static void rows_show(struct request *rq, const struct cases_plan *plan, bool disputes,
                      struct bulk_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Document")},  {GRID_TEXT, N_("Customer")}, {GRID_TEXT, N_("Owner")},
        {GRID_STATUS, N_("Status")}, {GRID_TEXT, N_("Why")},      {GRID_MONEY, N_("Amount")},
    };
    v->rows = grid_of(rq, N_("Row by row"), N_("No row matches."), headings, COUNT(headings),
                      plan->count);
    v->items = arena_array(rq->op.mem, str, plan->count);
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct cases_row *r = &plan->rows[i];
        struct grid_cell *row = grid_row(&v->rows);
        enum place place = disputes ? PLACE_DISPUTE : PLACE_DEDUCTION;
        bool refused = r->problem.len > 0;
        row[0] = grid_link(r->number, place_url(rq, place, r->id, ""));
        row[1] = grid_text(r->customer_name);
        row[2] = grid_text(r->owner_name.len ? r->owner_name : S("–"));
        row[3] = grid_status(
            (struct standing_words){refused ? S("failed") : S("paid"),
                                    refused ? said(rq, "Refused") : said(rq, "Will be done")});
        row[4] = grid_text(r->problem);
        row[5] = grid_money(r->amount);
        v->items[v->item_count++] = place_id(rq, place, r->id);
    }
}

/* Whom it goes to, or what is answered. */
static bool choice_ask(struct request *rq, const struct cases_plan *plan, struct bulk_view *v)
{
    struct owner_form staff;
    struct question *q;
    if (!cases_act_gives(plan->act)) {
        ask(rq, &v->hidden, ASK_AREA, "words", N_("Answer, as the customers read it"), S(""))
            ->required = true;
        return true;
    }
    if (!owner_form_of(rq, rq->who.person, url_of(S("")), &staff)) return false;
    struct answer *answers = arena_array(rq->op.mem, struct answer, staff.count + 1);
    for (ptrdiff_t i = 0; i < staff.count; i++) answers[i] = staff.staff[i];
    answers[staff.count] = (struct answer){S(""), said(rq, "Nobody")};
    q = ask(rq, &v->hidden, ASK_SELECT, "owner", N_("Owner"), staff.owner);
    q->answers = answers;
    q->answer_count = staff.count + 1;
    return true;
}

static struct reply preview(struct request *rq, const struct cases_plan *plan, str changed)
{
    struct frame frame;
    const struct acts_form *f = rq->in;
    ptrdiff_t act = index_of(f->act);
    bool disputes = acts[act].disputes;
    const char *here = disputes ? "/console/disputes" : "/console/deductions";
    struct bulk_view v = {
        .changed = changed,
        .may_do = plan->refused < plan->count,
        .title = said(rq, acts[act].name),
        .note = said(rq, acts[act].note),
        .button = said(rq, acts[act].button),
        .back = url_of(str_of(here)),
        .back_name = disputes ? said(rq, "Disputes") : said(rq, "Deductions"),
        .action =
            url_of(disputes ? S("/console/bulk/disputes/do") : S("/console/bulk/deductions/do")),
        .moves_nothing = true,
    };
    str refused = counted(rq, "{1} is refused.", "{1} are refused.", plan->refused);
    str rows = counted(rq, "{1} row.", "{1} rows.", plan->count);
    v.under = plan->refused ? filled(rq, N_("{1} {2}"), rows, refused) : rows;
    ask(rq, &v.hidden, ASK_HIDDEN, "act", NULL, f->act);
    ask(rq, &v.hidden, ASK_HIDDEN, "seen", NULL, plan->digest)->value = plan->digest;
    v.sums = grid_of(rq, N_("What will be done"), N_("Nothing of it can be done."), NULL, 0, 0);
    rows_show(rq, plan, disputes, &v);
    if (!choice_ask(rq, plan, &v)) return reply_errors(rq);
    ask_problems(rq, &v.hidden);
    if (!console_frame(rq, v.title, here, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_bulk(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply acts_preview(struct request *rq)
{
    struct cases_plan plan;
    return plan_of(rq, &plan) ? preview(rq, &plan, S("")) : reply_errors(rq);
}

static struct reply acts_do(struct request *rq)
{
    const struct acts_form *f = rq->in;
    struct cases_choice choice = {.owner = f->owner, .words = f->words};
    struct cases_plan plan;
    int64_t batch;
    if (!plan_of(rq, &plan)) return reply_errors(rq);
    if (!str_eq(f->seen, plan.digest))
        return preview(rq, &plan,
                       said(rq, "Something has changed since. This is what would happen now."));
    if (!owner_name(&rq->op, f->owner, &choice.owner_name) ||
        !cases_do(&rq->op, &plan, &choice, &batch))
        return reply_errors(rq);
    return see_place(rq, PLACE_WORK, batch, "?done=done");
}

const struct route console_case_acts_routes[] = {
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
    {.path = NULL},
};
