/* Payments: what came, how far it got and what it paid; a transfer that the bank shows. */
#include "domain/payments/payments.h"
#include "base/arena.h"
#include "delivery/api/api.h"

#define PAYMENTS        "/api/v1/payments"
#define OF(type, field) .offset = offsetof(struct type, field)

struct payment_row {
    struct payment p;
    str state;
};

#define PAYMENT_OUTPUTS(type, at)                                                                  \
    {"id", OUT_ID, OF(type, at.p.id), .kind = "pay"}, {"number", OUT_TEXT, OF(type, at.p.number)}, \
        {"customer", OUT_ID, OF(type, at.p.customer), .kind = "cus",                               \
         .about = "null: the payer is not known yet."},                                            \
        {"customer_number", OUT_TEXT, OF(type, at.p.customer_number)},                             \
        {"customer_name", OUT_TEXT, OF(type, at.p.customer_name)},                                 \
        {"amount", OUT_MONEY, OF(type, at.p.amount)},                                              \
        {"fee", OUT_MONEY, OF(type, at.p.fee),                                                     \
         .about = "A surcharge for the credit card, collected besides the amount."},               \
        {"method", OUT_TEXT, OF(type, at.p.method)}, {"state", OUT_TEXT, OF(type, at.state)},      \
        {"reference", OUT_TEXT, OF(type, at.p.reference), .about = "ISO 11649."},                  \
        {"bank_reference", OUT_TEXT, OF(type, at.p.bank_ref)},                                     \
        {"payer", OUT_TEXT, OF(type, at.p.payer)},                                                 \
        {"day", OUT_DATE, OF(type, at.p.day),                                                      \
         .about = "Its value date; before its money has arrived, the day on which it was begun."}, \
        {"value_date", OUT_OPT_DATE, OF(type, at.p.value_date)},                                   \
        {"created_at", OUT_INSTANT, OF(type, at.p.created)},                                       \
    {                                                                                              \
        "changed_at", OUT_INSTANT, OF(type, at.p.changed)                                          \
    }

struct row_view {
    struct payment_row row;
};
static const struct output row_outputs[] = {PAYMENT_OUTPUTS(row_view, row), {0}};

static struct payment_row row_of(const struct payment *p)
{
    return (struct payment_row){.p = *p, .state = str_of(payment_state_name(p->state))};
}

/* ---- the list ---- */

struct list_form {
    struct api_page page;
    int64_t customer;
    str search, state, method;
    struct opt_date from, to;
};
static const char *const states[] = {"created",    "requires_action",
                                     "submitting", "unknown",
                                     "pending",    "succeeded",
                                     "settled",    "failed",
                                     "cancelled",  "expired",
                                     "returned",   "partially_refunded",
                                     "refunded",   NULL};
static const char *const methods[] = {"card", "transfer", "imported", NULL};
static const struct input list_inputs[] = {
    API_PAGE_INPUTS(struct list_form, page),
    {.name = "customer", .type = INPUT_ID, OF(list_form, customer), .kind = "cus"},
    {.name = "search",
     .type = INPUT_TEXT,
     OF(list_form, search),
     .about = "The start of a number, a reference or a payer's name."},
    {.name = "state", .type = INPUT_CHOICE, OF(list_form, state), .choices = states},
    {.name = "method", .type = INPUT_CHOICE, OF(list_form, method), .choices = methods},
    {.name = "day_from", .type = INPUT_DATE, OF(list_form, from), .about = "Of its day."},
    {.name = "day_to", .type = INPUT_DATE, OF(list_form, to), .about = "That day as well."},
    {0},
};

static struct reply payments_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct payments list;
    struct payments_filter filter = {
        .customer = form->customer,
        .search = form->search,
        .state = form->state,
        .method = form->method,
        .from = form->from,
        .to = form->to,
    };
    if (!api_page(&rq->op, &form->page, &filter.limit, &filter.cursor) ||
        !payments_list(&rq->op, &filter, &list))
        return reply_errors(rq);
    struct row_view *rows = arena_array(rq->op.mem, struct row_view, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) rows[i].row = row_of(&list.at[i]);
    return reply_list(rq, row_outputs, rows, list.count, sizeof *rows,
                      api_cursor(rq->op.mem, list.next_cursor));
}

/* ---- one of them ---- */

struct use_view {
    int64_t invoice, credit_note;
    str number;
    money applied, deducted;
};
static const struct output use_outputs[] = {
    {"invoice", OUT_ID, OF(use_view, invoice), .kind = "inv"},
    {"credit_note", OUT_ID, OF(use_view, credit_note), .kind = "crn"},
    {"number", OUT_TEXT, OF(use_view, number)},
    {"applied", OUT_MONEY, OF(use_view, applied)},
    {"deducted", OUT_MONEY, OF(use_view, deducted), .about = "Not paid, with a reason."},
    {0},
};
static const struct output step_outputs[] = {
    {"state", OUT_TEXT, OF(payment_step, state)},
    {"at", OUT_INSTANT, OF(payment_step, at)},
    {"by", OUT_TEXT, OF(payment_step, actor)},
    {"note", OUT_TEXT, OF(payment_step, note)},
    {0},
};

struct payment_view {
    struct payment_row row;
    money unapplied;
    struct input_list uses, steps;
};
static const struct output payment_outputs[] = {
    PAYMENT_OUTPUTS(payment_view, row),
    {"unapplied", OUT_MONEY, OF(payment_view, unapplied), .about = "Still on account."},
    {"uses", OUT_LIST, OF(payment_view, uses), .each = use_outputs,
     .each_size = sizeof(struct use_view), .about = "What it paid, or will pay."},
    {"steps", OUT_LIST, OF(payment_view, steps), .each = step_outputs,
     .each_size = sizeof(struct payment_step)},
    {0},
};

static bool uses_load(struct request *rq, struct payment_view *v)
{
    struct payment_uses uses;
    if (!payment_uses(&rq->op, v->row.p.id, rq->today, &uses)) return false;
    struct use_view *rows = arena_array(rq->op.mem, struct use_view, uses.count);
    money none = money_of(0, v->row.p.amount.cur);
    for (ptrdiff_t i = 0; i < uses.count; i++) {
        const struct payment_use *use = &uses.at[i];
        rows[i] = (struct use_view){
            .invoice = use->credit ? 0 : use->document,
            .credit_note = use->credit ? use->document : 0,
            .number = use->number,
            .applied = use->applied,
            .deducted = use->deducted.cur.code[0] ? use->deducted : none,
        };
    }
    v->uses = (struct input_list){.at = rows, .count = uses.count};
    v->unapplied = uses.unapplied.cur.code[0] ? uses.unapplied : none;
    return true;
}

static struct reply show(struct request *rq, int status, int64_t id)
{
    struct payment_view v = {0};
    struct payment p;
    struct payment_step *steps;
    if (!payment_get(&rq->op, 0, id, &p)) return reply_errors(rq);
    v.row = row_of(&p);
    if (!uses_load(rq, &v) || !payment_steps(&rq->op, id, &steps, &v.steps.count))
        return reply_errors(rq);
    v.steps.at = steps;
    return reply_object(rq, status, payment_outputs, &v);
}

static struct reply payment_show(struct request *rq)
{
    int64_t id;
    return request_id(rq, "pay", &id) ? show(rq, 200, id) : reply_errors(rq);
}

/* ---- a transfer ---- */

struct receive_form {
    struct money_input amount;
    struct opt_date value_date;
    str entity, reference, payer, bank_ref;
    int64_t customer;
    bool quiet;
};
static const struct input receive_inputs[] = {
    {.name = "amount", .type = INPUT_MONEY, OF(receive_form, amount), .required = true},
    {.name = "value_date",
     .type = INPUT_DATE,
     OF(receive_form, value_date),
     .required = true,
     .about = "The day the money counts from."},
    {.name = "reference",
     .type = INPUT_TEXT,
     OF(receive_form, reference),
     .longest = 500,
     .about = "What the payer wrote: a reference of ours or invoice numbers in it are found."},
    {.name = "payer", .type = INPUT_TEXT, OF(receive_form, payer)},
    {.name = "bank_reference", .type = INPUT_TEXT, OF(receive_form, bank_ref)},
    {.name = "customer",
     .type = INPUT_ID,
     OF(receive_form, customer),
     .kind = "cus",
     .about = "Found by the reference if not said."},
    {.name = "entity",
     .type = INPUT_TEXT,
     OF(receive_form, entity),
     .about = "Whose bank account, by its code; the first entity if not said."},
    {.name = "quiet", .type = INPUT_BOOL, OF(receive_form, quiet), .about = "No mail."},
    {0},
};

static struct reply payment_add(struct request *rq)
{
    const struct receive_form *form = rq->in;
    struct customer customer;
    struct entity entity;
    struct received received;
    struct receipt_in in = {
        .value_date = form->value_date.value,
        .reference = form->reference,
        .payer = form->payer,
        .bank_ref = form->bank_ref,
        .customer = form->customer,
        .quiet = form->quiet,
    };
    if (!api_money(&rq->op, "amount", &form->amount, false, &in.amount) ||
        !api_entity(&rq->op, form->entity, &entity))
        return reply_errors(rq);
    if (form->customer && !customer_get(&rq->op, form->customer, &customer))
        return reply_errors(rq);
    in.entity = entity.id;
    if (!payment_receive(&rq->op, &in, &received)) return reply_errors(rq);
    return show(rq, 201, received.payment);
}

const struct route api_payments_routes[] = {
    {GET, PAYMENTS, payments_show, .may = MAY_SEE_CONSOLE, INPUTS(list_inputs, struct list_form),
     .outputs = row_outputs, .lists = true, .about = "Payments, by their day: the newest first."},
    {POST, PAYMENTS, payment_add, .may = MAY_WORK, INPUTS(receive_inputs, struct receive_form),
     .outputs = payment_outputs,
     .about = "Books a transfer that the bank shows, and applies it by its reference. Send an "
              "Idempotency-Key: the same transfer twice is two payments."},
    {GET, PAYMENTS "/:id", payment_show, .may = MAY_SEE_CONSOLE, .outputs = payment_outputs,
     .about = "A payment: its steps, and what it paid."},
    {0},
};
