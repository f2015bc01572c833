#include "delivery/console/payment_acts.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/papers.h"
#include "domain/audit/audit.h"
#include "domain/ledger/ledger.h"

#define HERE "/console/payments"

static str amount_said(struct request *rq, money m)
{
    return lang_money(rq->op.mem, op_lang(&rq->op), m);
}

/* A page that asks about one payment, and sends its answer to the address it stands at. */
static bool act_form(struct request *rq, const char *title, const char *then, struct payment *p,
                     struct form_view *v)
{
    if (!payment_of_path(rq, p)) return false;
    *v = (struct form_view){
        .title = filled(rq, title, amount_said(rq, p->amount), p->number),
        .under = filled(rq, N_("Payment {1}, {2}"), p->number,
                        p->customer ? p->customer_name : p->payer),
        .crumb = filled(rq, N_("Payment {1}"), p->number, S("")),
        .crumb_link = place_url(rq, PLACE_PAYMENT, p->id, ""),
        .action = place_url(rq, PLACE_PAYMENT, p->id, then),
    };
    return true;
}

/* What is left of the payment, to apply or to give back. */
static bool unapplied(struct request *rq, const struct payment *p, struct item *out)
{
    if (p->item == 0 || p->customer == 0)
        return op_fail(&rq->op, ERR_CONFLICT, NULL,
                       "This payment has no money on a customer's account.");
    if (!item_get(&rq->op, p->item, out)) return false;
    if (out->open.minor > out->reserved.minor) return true;
    return op_fail(&rq->op, ERR_CONFLICT, NULL, "All of this payment is applied or under way.");
}

static bool amount_typed(struct request *rq, str typed, money most, money *out)
{
    struct op *op = &rq->op;
    if (!lang_money_from(op_lang(op), typed, most.cur, out) || out->minor <= 0)
        return op_fail(op, ERR_INVALID, "amount", "Please enter an amount above zero.");
    if (money_cmp(*out, most) <= 0) return true;
    return op_fail(op, ERR_INVALID, "amount", "There is only %.*s. Please enter less.",
                   STR(amount_said(rq, most)));
}

/* ---- money that goes back ---- */

struct back_form {
    str amount, note;
    struct opt_date day;
};
static const struct input return_inputs[] = {
    {.name = "day",
     .type = INPUT_DATE,
     .offset = offsetof(struct back_form, day),
     .required = true},
    {.name = "note", .type = INPUT_TEXT, .offset = offsetof(struct back_form, note)},
    {.name = NULL},
};

static struct reply return_ask(struct request *rq)
{
    struct payment p;
    struct form_view v;
    if (!act_form(rq, N_("Book that the bank took {1} back"), "/return", &p, &v))
        return reply_errors(rq);
    ask(rq, &v.questions, ASK_DATE, "day", N_("On which day"), date_text(rq->op.mem, rq->today))
        ->required = true;
    ask(rq, &v.questions, ASK_LINE, "note", N_("What the bank says"), S(""));
    ask_problems(rq, &v.questions);
    v.note = filled(rq,
                    N_("All that payment {2} paid will be open again, and {1} leaves the bank "
                       "account in the books. This cannot be undone: if the money comes back, "
                       "record it as a new transfer."),
                    amount_said(rq, p.amount), p.number);
    v.button = filled(rq, N_("Book the return of {1}"), amount_said(rq, p.amount), S(""));
    return reply_form(rq, HERE, &v);
}

static struct reply return_do(struct request *rq)
{
    const struct back_form *form = rq->in;
    struct payment p;
    if (!payment_of_path(rq, &p)) return reply_errors(rq);
    bool future = date_cmp(form->day.value, rq->today) > 0;
    if (future) {
        (void)op_fail(&rq->op, ERR_INVALID, "day", "This day has not come yet.");
        return reply_errors(rq);
    }
    if (!payment_return(&rq->op, p.id, form->day.value, form->note)) return reply_errors(rq);
    return see_place(rq, PLACE_PAYMENT, p.id, "?done=returned");
}

static const struct input refund_inputs[] = {
    {.name = "amount",
     .type = INPUT_TEXT,
     .offset = offsetof(struct back_form, amount),
     .required = true,
     .longest = 40},
    {.name = "note",
     .type = INPUT_TEXT,
     .offset = offsetof(struct back_form, note),
     .required = true},
    {.name = NULL},
};

static struct reply refund_ask(struct request *rq)
{
    struct payment p;
    struct item item;
    struct form_view v;
    if (!act_form(rq, N_("Refund money of payment {2}"), "/refund", &p, &v) ||
        !unapplied(rq, &p, &item))
        return reply_errors(rq);
    money most = money_sub(item.open, item.reserved);
    ask(rq, &v.questions, ASK_AMOUNT, "amount", N_("Amount"),
        lang_amount(rq->op.mem, op_lang(&rq->op), most))
        ->required = true;
    ask(rq, &v.questions, ASK_LINE, "note", N_("Reason"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    v.note = filled(rq,
                    N_("At most {1}, which is on account, goes back to the card it came from. "
                       "The refund is sent at once and cannot be stopped."),
                    amount_said(rq, most), S(""));
    if (p.fee.minor > 0)
        v.note = filled(rq,
                        N_("At most {1}, which is on account, goes back to the card it came from, "
                           "with its share of the surcharge of {2}. The refund is sent at once and "
                           "cannot be stopped."),
                        amount_said(rq, most), amount_said(rq, p.fee));
    v.button = said(rq, "Send the refund");
    if (str_eq(p.method, S("transfer"))) {
        v.note = filled(rq,
                        N_("At most {1}, which is on account. Send it back from your bank; here it "
                           "is booked that it left the bank account. This cannot be undone."),
                        amount_said(rq, most), S(""));
        v.button = said(rq, "Book the refund");
    }
    return reply_form(rq, HERE, &v);
}

static struct reply refund_do(struct request *rq)
{
    const struct back_form *form = rq->in;
    struct payment p;
    struct item item;
    money amount;
    int64_t refund;
    if (!payment_of_path(rq, &p) || !unapplied(rq, &p, &item) ||
        !amount_typed(rq, form->amount, money_sub(item.open, item.reserved), &amount) ||
        !payment_refund(&rq->op, p.id, amount, form->note, &refund))
        return reply_errors(rq);
    return see_place(rq, PLACE_PAYMENT, p.id, "?done=refunded");
}

static struct reply receipt_pdf(struct request *rq)
{
    int64_t id;
    if (!place_of(rq, PLACE_PAYMENT, &id)) return reply_errors(rq);
    return paper_reply(rq, KEPT_RECEIPT, id);
}

static bool refund_there(struct op *op, void *arg)
{
    struct refunded refund;
    return refund_get(op, *(const int64_t *)arg, &refund);
}

static struct reply refund_pdf(struct request *rq)
{
    int64_t id;
    if (!request_id(rq, "ref", &id) ||
        !store_transact(&rq->op, rq->store, TX_READ, refund_there, &id))
        return reply_errors(rq);
    return paper_reply(rq, KEPT_REFUND, id);
}

const struct route console_payment_acts_routes[] = {
    {.method = GET,
     .path = HERE "/:id/receipt",
     .handle = receipt_pdf,
     .talks = true,
     .may = MAY_SEE_CONSOLE,
     .about = "The receipt as PDF, in the customer's language"},
    {.method = GET,
     .path = "/console/refunds/:id/pdf",
     .handle = refund_pdf,
     .talks = true,
     .may = MAY_SEE_CONSOLE,
     .about = "The receipt for what went back, as PDF, in the customer's language"},
    {.method = GET,
     .path = HERE "/:id/return",
     .handle = return_ask,
     .may = MAY_MANAGE,
     .about = "What a return means"},
    {.method = POST,
     .path = HERE "/:id/return",
     .handle = return_do,
     .may = MAY_MANAGE,
     INPUTS(return_inputs, struct back_form),
     .redisplay = return_ask,
     .about = "Books that the bank took a payment back"},
    {.method = GET,
     .path = HERE "/:id/refund",
     .handle = refund_ask,
     .may = MAY_MANAGE,
     .about = "What can be refunded"},
    {.method = POST,
     .path = HERE "/:id/refund",
     .handle = refund_do,
     .may = MAY_MANAGE,
     INPUTS(refund_inputs, struct back_form),
     .redisplay = refund_ask,
     .about = "Sends money on account back"},
    {.path = NULL},
};
