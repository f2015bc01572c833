/* Disputes: raised for a customer, and answered, by what the seller works with. */
#include "domain/receivables/disputes.h"
#include "base/arena.h"
#include "delivery/api/api.h"
#include "domain/receivables/documents.h"

#define DISPUTES        "/api/v1/disputes"
#define OF(type, field) .offset = offsetof(struct type, field)

struct dispute_row {
    struct dispute d;
    str state, origin;
    money amount;
};
static const struct output outputs[] = {
    {"id", OUT_ID, OF(dispute_row, d.id), .kind = "dsp"},
    {"invoice", OUT_ID, OF(dispute_row, d.document), .kind = "inv"},
    {"number", OUT_TEXT, OF(dispute_row, d.number),
     .about = "Of the invoice, or of its part that is due on a day of its own."},
    {"customer", OUT_ID, OF(dispute_row, d.customer), .kind = "cus"},
    {"customer_number", OUT_TEXT, OF(dispute_row, d.customer_number)},
    {"state", OUT_TEXT, OF(dispute_row, state), .about = "open, resolved, rejected or withdrawn."},
    {"origin", OUT_TEXT, OF(dispute_row, origin),
     .about = "Who raised it: customer, seller or erp."},
    {"amount", OUT_MONEY, OF(dispute_row, amount)},
    {"open", OUT_MONEY, OF(dispute_row, d.open), .about = "Of the invoice or its part, now."},
    {"reason", OUT_TEXT, OF(dispute_row, d.reason), .about = "A code of the seller's."},
    {"words", OUT_TEXT, OF(dispute_row, d.words)},
    {"raised_at", OUT_INSTANT, OF(dispute_row, d.raised)},
    {"raised_by", OUT_TEXT, OF(dispute_row, d.raised_by)},
    {"answer", OUT_TEXT, OF(dispute_row, d.answer)},
    {"credit_note", OUT_ID, OF(dispute_row, d.credit), .kind = "crn",
     .about = "Issued since it was accepted."},
    {0},
};

static struct dispute_row row_of(const struct dispute *d)
{
    return (struct dispute_row){
        .d = *d,
        .state = str_of(dispute_state_name(d->state)),
        .origin = str_of(dispute_origin_name(d->origin)),
        .amount = d->amount,
    };
}

struct list_form {
    struct api_page page;
    int64_t customer;
    str state;
};
static const char *const states[] = {"open", "all", NULL};
static const struct input list_inputs[] = {
    API_PAGE_INPUTS(struct list_form, page),
    {.name = "customer", .type = INPUT_ID, OF(list_form, customer), .kind = "cus"},
    {.name = "state",
     .type = INPUT_CHOICE,
     OF(list_form, state),
     .choices = states,
     .about = "open: the oldest first; all, if not said: the newest first."},
    {0},
};

static struct reply disputes_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct disputes list;
    struct dispute_filter filter = {
        .all = !str_eq(form->state, S("open")),
        .customer = form->customer,
    };
    if (!api_page_below(&rq->op, &form->page, &filter.limit, &filter.after) ||
        !disputes_list(&rq->op, &filter, &list))
        return reply_errors(rq);
    struct dispute_row *rows = arena_array(rq->op.mem, struct dispute_row, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) rows[i] = row_of(&list.at[i]);
    str next =
        api_cursor_below(rq->op.mem, list.more, list.count > 0 ? list.at[list.count - 1].id : 0);
    return reply_list(rq, outputs, rows, list.count, sizeof *rows, next);
}

static struct reply show(struct request *rq, int status, int64_t id)
{
    struct dispute d;
    if (!dispute_get(&rq->op, id, &d)) return reply_errors(rq);
    struct dispute_row row = row_of(&d);
    return reply_object(rq, status, outputs, &row);
}

static struct reply dispute_show(struct request *rq)
{
    int64_t id;
    return request_id(rq, "dsp", &id) ? show(rq, 200, id) : reply_errors(rq);
}

struct raise_form {
    int64_t invoice;
    str number, reason, words;
    struct money_input amount;
};
static const struct input raise_inputs[] = {
    {.name = "invoice", .type = INPUT_ID, OF(raise_form, invoice), .kind = "inv", .required = true},
    {.name = "number",
     .type = INPUT_TEXT,
     OF(raise_form, number),
     .about = "Of one of its dues, when it has several."},
    {.name = "amount",
     .type = INPUT_MONEY,
     OF(raise_form, amount),
     .about = "All that is open if not said."},
    {.name = "reason", .type = INPUT_TEXT, OF(raise_form, reason), .required = true},
    {.name = "words",
     .type = INPUT_TEXT,
     OF(raise_form, words),
     .longest = DISPUTE_WORDS_MAX,
     .required = true,
     .about = "What is wrong: the customer sees it."},
    {0},
};

/* Which part of the invoice is meant. */
static bool part_of(struct request *rq, const struct raise_form *form, struct receivable *out)
{
    struct document d;
    struct receivables items;
    if (!document_get(&rq->op, form->invoice, &d) ||
        !receivables_of_document(&rq->op, form->invoice, rq->today, &items))
        return false;
    for (ptrdiff_t i = 0; i < items.count; i++) {
        *out = items.at[i];
        if (items.count == 1 || str_eq(items.at[i].number, form->number)) return true;
    }
    return op_fail(&rq->op, ERR_INVALID, "number",
                   "Say which of the invoice's dues is disputed, by its number.");
}

static struct reply dispute_add(struct request *rq)
{
    const struct raise_form *form = rq->in;
    struct receivable part;
    int64_t id;
    if (!part_of(rq, form, &part)) return reply_errors(rq);
    struct dispute_new in = {.item = part.item,
                             .amount = part.open,
                             .reason = form->reason,
                             .words = form->words,
                             .origin = BY_SELLER};
    if (form->amount.value.len > 0 &&
        !api_money(&rq->op, "amount", &form->amount, false, &in.amount))
        return reply_errors(rq);
    if (!dispute_raise(&rq->op, &in, &id)) return reply_errors(rq);
    return show(rq, 201, id);
}

struct answer_form {
    str state, words;
};
static const char *const answers[] = {"resolved", "rejected", NULL};
static const struct input answer_inputs[] = {
    {.name = "state",
     .type = INPUT_CHOICE,
     OF(answer_form, state),
     .choices = answers,
     .required = true,
     .about = "resolved: the customer is right, and a credit note follows."},
    {.name = "words",
     .type = INPUT_TEXT,
     OF(answer_form, words),
     .longest = DISPUTE_WORDS_MAX,
     .required = true,
     .about = "The answer: the customer reads it."},
    {0},
};

static struct reply dispute_reply(struct request *rq)
{
    const struct answer_form *form = rq->in;
    struct dispute_answer in = {.accepted = str_eq(form->state, S("resolved")),
                                .words = form->words};
    if (!request_id(rq, "dsp", &in.dispute) || !dispute_answer(&rq->op, &in))
        return reply_errors(rq);
    return show(rq, 200, in.dispute);
}

const struct route api_disputes_routes[] = {
    {GET, DISPUTES, disputes_show, .may = MAY_SEE_CONSOLE, INPUTS(list_inputs, struct list_form),
     .outputs = outputs, .lists = true, .about = "Disputes of invoices."},
    {POST, DISPUTES, dispute_add, .may = MAY_WORK, INPUTS(raise_inputs, struct raise_form),
     .outputs = outputs,
     .about = "Disputes what is open of an invoice, or part of it, for its customer."},
    {GET, DISPUTES "/:id", dispute_show, .may = MAY_SEE_CONSOLE, .outputs = outputs,
     .about = "A dispute, and its answer."},
    {PUT, DISPUTES "/:id/answer", dispute_reply, .may = MAY_WORK,
     INPUTS(answer_inputs, struct answer_form), .outputs = outputs,
     .about = "Accepts or rejects a dispute; the customer is told by mail."},
    {0},
};
