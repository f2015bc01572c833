#include "delivery/console/payouts.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/payments/payouts.h"

#define HERE "/console/payouts"
enum { ROWS = 100 };

static str amount_said(struct request *rq, money m)
{
    return lang_money(rq->op.mem, op_lang(&rq->op), m);
}

static struct standing_words standing_of(struct request *rq, enum payout_state state)
{
    switch (state) {
    case PAYOUT_ANNOUNCED: return (struct standing_words){S("busy"), said(rq, "Being compared")};
    case PAYOUT_DIFFERS:
        return (struct standing_words){S("failed"), said(rq, "Does not agree with the books")};
    case PAYOUT_MATCHED: return (struct standing_words){S("soon"), said(rq, "On its way")};
    case PAYOUT_ARRIVED: return (struct standing_words){S("paid"), said(rq, "Arrived")};
    }
    return (struct standing_words){0};
}

static void payout_row(struct request *rq, const struct payout_seen *p, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(p->their_id, place_url(rq, PLACE_PAYOUT, p->id, ""));
    row[1] = grid_date(p->day);
    row[2] = grid_status(standing_of(rq, p->state));
    row[3] = grid_money(p->charges);
    row[4] = grid_money(money_neg(p->refunds));
    row[5] = grid_money(money_neg(p->fees));
    row[6] = grid_money(p->net);
    row[6].strong = true;
}

static const struct grid_heading headings[] = {
    {GRID_KEY, N_("Payout")},     {GRID_DATE, N_("Day")},      {GRID_STATUS, N_("Status")},
    {GRID_MONEY, N_("Charges")},  {GRID_MONEY, N_("Refunds")}, {GRID_MONEY, N_("Fees")},
    {GRID_MONEY, N_("Paid out")},
};

struct list_form {
    str done;
};
static const char *const done_values[] = {"arrived", NULL};
static const struct input list_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, done),
     .choices = done_values},
    {.name = NULL},
};

static struct reply payouts_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct payouts_seen list;
    if (!payouts_list(&rq->op, ROWS, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Payouts"),
        .under = said(rq, "What the payment provider paid out, compared with the books line by "
                          "line."),
        .here = url_of(S(HERE)),
        .grid = grid_of(rq, N_("Payouts, the newest first"), N_("Nothing was paid out yet."),
                        headings, COUNT(headings), list.count),
    };
    if (form->done.len > 0) v.done = said(rq, "The payout is booked to the bank account.");
    for (ptrdiff_t i = 0; i < list.count; i++) payout_row(rq, &list.at[i], &v.grid);
    return reply_listing(rq, "/console/payments", &v);
}

struct arrive_form {
    str amount, bank_ref;
    struct opt_date day;
};
static const struct input arrive_inputs[] = {
    {.name = "amount",
     .type = INPUT_TEXT,
     .offset = offsetof(struct arrive_form, amount),
     .required = true,
     .longest = 40},
    {.name = "day",
     .type = INPUT_DATE,
     .offset = offsetof(struct arrive_form, day),
     .required = true},
    {.name = "bank_ref",
     .type = INPUT_TEXT,
     .offset = offsetof(struct arrive_form, bank_ref),
     .longest = 100},
    {.name = NULL},
};

static struct reply arrive_ask(struct request *rq)
{
    int64_t id;
    struct payout_seen p;
    if (!place_of(rq, PLACE_PAYOUT, &id) || !payout_get(&rq->op, id, &p)) return reply_errors(rq);
    if (p.state != PAYOUT_MATCHED && !rq->problems)
        return reply_see(rq, p.state == PAYOUT_DIFFERS ? S("/console/trouble") : S(HERE));
    struct form_view v = {
        .title = filled(rq, N_("Book that {1} arrived"), amount_said(rq, p.net), S("")),
        .under = filled(rq, N_("Payout {1}"), p.their_id, S("")),
        .crumb = said(rq, "Payouts"),
        .crumb_link = url_of(S(HERE)),
        .action = place_url(rq, PLACE_PAYOUT, p.id, ""),
        .button = said(rq, "Book it to the bank account"),
        .note = filled(rq,
                       N_("{1} of charges and refunds, less {2} in fees. Another amount is not "
                          "booked: then the components are shown to you."),
                       amount_said(rq, money_sub(p.charges, p.refunds)), amount_said(rq, p.fees)),
    };
    ask(rq, &v.questions, ASK_AMOUNT, "amount", N_("Amount on the bank statement"), S(""))
        ->required = true;
    ask(rq, &v.questions, ASK_DATE, "day", N_("Value date"), date_text(rq->op.mem, rq->today))
        ->required = true;
    ask(rq, &v.questions, ASK_LINE, "bank_ref", N_("The bank's reference"), S(""));
    ask_problems(rq, &v.questions);
    return reply_form(rq, "/console/payments", &v);
}

static struct reply arrive_do(struct request *rq)
{
    const struct arrive_form *form = rq->in;
    int64_t id;
    struct payout_seen p;
    money amount;
    if (!place_of(rq, PLACE_PAYOUT, &id) || !payout_get(&rq->op, id, &p)) return reply_errors(rq);
    if (!lang_money_from(op_lang(&rq->op), form->amount, p.net.cur, &amount)) {
        (void)op_fail(&rq->op, ERR_INVALID, "amount", "This is not an amount.");
        return reply_errors(rq);
    }
    if (!payout_arrived(&rq->op, id, amount, form->day.value, form->bank_ref))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=arrived"));
}

const struct route console_payouts_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = payouts_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "What the payment provider paid out"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = arrive_ask,
     .may = MAY_WORK,
     .about = "What a payout is made of"},
    {.method = POST,
     .path = HERE "/:id",
     .handle = arrive_do,
     .may = MAY_WORK,
     INPUTS(arrive_inputs, struct arrive_form),
     .redisplay = arrive_ask,
     .about = "Books that a payout arrived"},
    {.path = NULL},
};
