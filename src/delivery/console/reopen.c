#include "delivery/console/reopen.h"

#include "base/lang.h"
#include "domain/company/company.h"
#include "domain/receivables/deductions.h"

#define HERE "/console/deductions"

/* What the last decision credited; the rest was billed back. */
static bool credited_of(struct request *rq, const struct deduction_case *d, money *out)
{
    struct deduction_steps steps;
    *out = money_of(0, d->amount.cur);
    if (!deduction_steps(&rq->op, d->item, &steps)) return false;
    for (ptrdiff_t i = 0; i < steps.count; i++)
        if (str_eq(steps.at[i].what, d->state)) out->minor = steps.at[i].minor;
    return true;
}

static struct grid consequences_of(struct request *rq, const struct deduction_case *d,
                                   money credited)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("What will happen")},
        {GRID_CODE, N_("Document")},
        {GRID_MONEY, N_("Amount")},
    };
    struct grid g =
        grid_of(rq, N_("What undoing the decision does"), "", headings, COUNT(headings), 3);
    money back = money_sub(d->amount, credited);
    if (d->credit) {
        struct grid_cell *row = grid_row(&g);
        row[0] = grid_text(said(rq, "The credit note is taken back, and its readers are told"));
        row[1] = grid_link(d->credit_number, place_url(rq, PLACE_INVOICE, d->credit, ""));
        row[2] = grid_money(credited);
    }
    if (back.minor > 0) {
        struct grid_cell *row = grid_row(&g);
        row[0] = grid_text(said(rq, "What was billed back is not owed on the invoice any more"));
        row[1] = grid_link(d->of_number, place_url(rq, PLACE_ITEM, d->of_item, ""));
        row[2] = grid_money(back);
    }
    struct grid_cell *row = grid_row(&g);
    row[0] = grid_text(said(rq, "The deduction waits for a decision again"));
    row[1] = grid_link(d->number, place_url(rq, PLACE_DEDUCTION, d->item, ""));
    row[2] = grid_money(d->amount);
    return g;
}

static struct reply reopen_ask(struct request *rq)
{
    struct deduction_case d;
    money credited;
    int64_t id;
    if (!place_of(rq, PLACE_DEDUCTION, &id) || !deduction_get(&rq->op, id, &d) ||
        !credited_of(rq, &d, &credited))
        return reply_errors(rq);
    struct grid grid = consequences_of(rq, &d, credited);
    struct form_view v = {
        .title = filled(rq, N_("Undo the decision on {1}"), d.number, S("")),
        .under = d.customer_name,
        .crumb = filled(rq, N_("Deduction {1}"), d.number, S("")),
        .crumb_link = place_url(rq, PLACE_DEDUCTION, id, ""),
        .action = place_url(rq, PLACE_DEDUCTION, id, "/reopen"),
        .button = said(rq, "Undo the decision"),
        .note = said(rq, "The entries stay in the journal; new ones turn them round."),
        .grid = &grid,
    };
    ask(rq, &v.questions, ASK_LINE, "why", N_("Why"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

struct reopen_form {
    str why;
};
static const struct input reopen_inputs[] = {
    {.name = "why",
     .type = INPUT_TEXT,
     .offset = offsetof(struct reopen_form, why),
     .required = true,
     .longest = 1000},
    {.name = NULL},
};

static struct reply reopen_do(struct request *rq)
{
    const struct reopen_form *form = rq->in;
    struct deduction_case d;
    struct entity seller;
    int64_t id;
    if (!place_of(rq, PLACE_DEDUCTION, &id) || !deduction_get(&rq->op, id, &d) ||
        !entity_get(&rq->op, d.entity, &seller) ||
        !deduction_reopen(&rq->op, id, entity_today(&rq->op, &seller), form->why))
        return reply_errors(rq);
    return see_place(rq, PLACE_DEDUCTION, id, "?done=reopened");
}

const struct route console_reopen_routes[] = {
    {.method = GET,
     .path = HERE "/:id/reopen",
     .handle = reopen_ask,
     .may = MAY_MANAGE,
     .about = "What undoing a decision on a deduction means"},
    {.method = POST,
     .path = HERE "/:id/reopen",
     .handle = reopen_do,
     .may = MAY_MANAGE,
     INPUTS(reopen_inputs, struct reopen_form),
     .redisplay = reopen_ask,
     .about = "Turns round what a decision on a deduction posted"},
    {.path = NULL},
};
