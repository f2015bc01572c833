#include "delivery/console/money_trouble.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/payments.h"
#include "domain/payments/trouble.h"

#define HERE "/console/trouble"
enum { ROWS = 100 };

static str amount_said(struct request *rq, money m)
{
    return lang_money(rq->op.mem, op_lang(&rq->op), m);
}

static const char *const kind_words[] = {
    [TROUBLE_AMOUNT_DIFFERS] = N_("Another amount was charged"),
    [TROUBLE_UNANSWERED] = N_("Charged or not? No answer for an hour"),
    [TROUBLE_CHARGED_TWICE] = N_("Charged twice: give it back"),
    [TROUBLE_REFUND_REFUSED] = N_("The refund was refused"),
    [TROUBLE_SETTLEMENT] = N_("A payout does not agree with the books"),
};

/* About what became of a payment: decided on a page of the payment's. */
static bool asks_for_outcome(const struct trouble *t)
{
    return t->kind == TROUBLE_AMOUNT_DIFFERS || t->kind == TROUBLE_UNANSWERED;
}

static struct url answer_url(const struct request *rq, const struct trouble *t)
{
    if (asks_for_outcome(t)) return place_url(rq, PLACE_PAYMENT, t->payment, "/resolve");
    return place_url(rq, PLACE_TROUBLE, t->id, "");
}

bool money_trouble_grid(struct request *rq, struct grid *out)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("What happened")}, {GRID_CODE, N_("Payment")},   {GRID_TEXT, N_("Customer")},
        {GRID_MONEY, N_("Agreed")},      {GRID_MONEY, N_("They say")}, {GRID_TEXT, N_("Since")},
    };
    struct troubles list;
    if (!troubles_list(&rq->op, ROWS, &list)) return false;
    *out = grid_of(rq, N_("Money that needs a person"), N_("None."), headings, COUNT(headings),
                   list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct trouble *t = &list.at[i];
        struct grid_cell *row = grid_row(out);
        str words = said(rq, kind_words[t->kind]);
        row[0] = may(rq, MAY_MANAGE) ? grid_link(words, answer_url(rq, t)) : grid_text(words);
        if (t->payment) {
            row[1] = grid_link(t->payment_number, place_url(rq, PLACE_PAYMENT, t->payment, ""));
            row[3] = grid_money(t->amount);
        }
        row[2] = grid_text(t->customer_name);
        if (t->said.cur.code[0]) row[4] = grid_money(t->said);
        row[5] = grid_text(moment(rq, t->opened));
    }
    return true;
}

/* ---- what became of a payment ---- */

struct answer_form {
    str outcome, reason;
};
static const char *const outcomes[] = {"charged", "not_charged", NULL};
static const struct input resolve_inputs[] = {
    {.name = "outcome",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct answer_form, outcome),
     .required = true,
     .choices = outcomes},
    {.name = "reason",
     .type = INPUT_TEXT,
     .offset = offsetof(struct answer_form, reason),
     .required = true,
     .longest = 500},
    {.name = NULL},
};
static const struct input close_inputs[] = {
    {.name = "reason",
     .type = INPUT_TEXT,
     .offset = offsetof(struct answer_form, reason),
     .required = true,
     .longest = 500},
    {.name = NULL},
};

static void ask_outcome(struct request *rq, struct question_list *list, money would_book)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, 3);
    answers[0] = (struct answer){S(""), said(rq, "Choose")};
    answers[1] = (struct answer){S("charged"), filled(rq, N_("The card was charged {1}"),
                                                      amount_said(rq, would_book), S(""))};
    answers[2] = (struct answer){S("not_charged"), said(rq, "The card was not charged")};
    struct question *q = ask(rq, list, ASK_SELECT, "outcome", N_("What happened"), S(""));
    q->answers = answers;
    q->answer_count = 3;
    q->required = true;
}

static struct reply resolve_ask(struct request *rq)
{
    struct payment p;
    struct trouble t = {0};
    bool listed;
    if (!payment_of_path(rq, &p) || !trouble_of_payment(&rq->op, p.id, &t, &listed))
        return reply_errors(rq);
    if (!listed && p.state != PAYMENT_UNKNOWN) {
        (void)op_fail(&rq->op, ERR_CONFLICT, NULL,
                      "What became of this payment is known already: look at where it stands.");
        return reply_errors(rq);
    }
    bool differs = listed && t.said.cur.code[0] != 0;
    struct form_view v = {
        .title = filled(rq, N_("What became of payment {1}?"), p.number, S("")),
        .under = p.customer_name,
        .crumb = filled(rq, N_("Payment {1}"), p.number, S("")),
        .crumb_link = place_url(rq, PLACE_PAYMENT, p.id, ""),
        .action = place_url(rq, PLACE_PAYMENT, p.id, "/resolve"),
        .button = said(rq, "Record what happened"),
        .note =
            said(rq, "Look it up in the provider's own list first. If the card was charged, the "
                     "money is booked and pays what the customer chose. If not, what it held "
                     "is free; should the provider report the charge later, it is booked all "
                     "the same."),
    };
    if (differs)
        v.note = filled(rq,
                        N_("Agreed was {1}; the provider says that it charged {2}. Look it up in "
                           "its own list first. If the card was charged, {2} is booked: what is "
                           "missing stays open, what is over stays on account. If not, what the "
                           "payment held is free."),
                        amount_said(rq, p.amount), amount_said(rq, t.said));
    ask_outcome(rq, &v.questions, differs ? t.said : p.amount);
    ask(rq, &v.questions, ASK_LINE, "reason", N_("How you know"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply resolve_do(struct request *rq)
{
    const struct answer_form *form = rq->in;
    struct payment p;
    bool charged = str_eq(form->outcome, S("charged"));
    if (!payment_of_path(rq, &p) ||
        !payment_resolve(&rq->op, p.id, charged ? RESOLVED_CHARGED : RESOLVED_NOT_CHARGED,
                         form->reason))
        return reply_errors(rq);
    return see_place(rq, PLACE_PAYMENT, p.id, "?done=resolved");
}

/* ---- what was seen to elsewhere ---- */

static struct reply close_ask(struct request *rq)
{
    int64_t id;
    struct trouble t;
    if (!place_of(rq, PLACE_TROUBLE, &id) || !trouble_get(&rq->op, id, &t)) return reply_errors(rq);
    if (asks_for_outcome(&t)) return reply_see(rq, answer_url(rq, &t).checked);
    struct form_view v = {
        .title = said(rq, kind_words[t.kind]),
        .under = t.payment ? filled(rq, N_("Payment {1}, {2}"), t.payment_number, t.customer_name)
                           : S(""),
        .crumb = said(rq, "What was given up"),
        .crumb_link = url_of(S(HERE)),
        .action = place_url(rq, PLACE_TROUBLE, t.id, ""),
        .button = said(rq, "Close it"),
        .note = t.detail.len > 0
                    ? t.detail
                    : said(rq, "Close it when it is seen to: the money given back, or sent another "
                               "way. Your reason stays with your name."),
    };
    ask(rq, &v.questions, ASK_LINE, "reason", N_("What was done"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply close_do(struct request *rq)
{
    const struct answer_form *form = rq->in;
    int64_t id;
    if (!place_of(rq, PLACE_TROUBLE, &id) || !trouble_close(&rq->op, id, form->reason))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=closed"));
}

const struct route console_money_trouble_routes[] = {
    {.method = GET,
     .path = "/console/payments/:id/resolve",
     .handle = resolve_ask,
     .may = MAY_MANAGE,
     .about = "What is in doubt about a payment"},
    {.method = POST,
     .path = "/console/payments/:id/resolve",
     .handle = resolve_do,
     .may = MAY_MANAGE,
     INPUTS(resolve_inputs, struct answer_form),
     .redisplay = resolve_ask,
     .about = "Records what became of a payment in doubt"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = close_ask,
     .may = MAY_MANAGE,
     .about = "Money that needs a person"},
    {.method = POST,
     .path = HERE "/:id",
     .handle = close_do,
     .may = MAY_MANAGE,
     INPUTS(close_inputs, struct answer_form),
     .redisplay = close_ask,
     .about = "Closes what was seen to, with a reason"},
    {.path = NULL},
};
