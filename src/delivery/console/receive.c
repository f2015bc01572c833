/* A transfer that the bank shows, typed by a person; and who paid it, when nobody is named. */
#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/payment_acts.h"
#include "domain/company/company.h"

#define HERE "/console/payments"
enum { CANDIDATES = 25 };

struct receive_form {
    int64_t entity, customer;
    str amount, currency, reference, payer, bank_ref, number;
    struct opt_date value_date;
};
static const struct input new_inputs[] = {
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct receive_form, customer),
     .kind = "cus"},
    {.name = NULL},
};
static const struct input receive_inputs[] = {
    {.name = "entity",
     .type = INPUT_ID,
     .offset = offsetof(struct receive_form, entity),
     .kind = "sel",
     .required = true},
    {.name = "amount",
     .type = INPUT_TEXT,
     .offset = offsetof(struct receive_form, amount),
     .required = true,
     .longest = 40},
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct receive_form, currency),
     .required = true,
     .longest = 3},
    {.name = "value_date",
     .type = INPUT_DATE,
     .offset = offsetof(struct receive_form, value_date),
     .required = true},
    {.name = "reference",
     .type = INPUT_TEXT,
     .offset = offsetof(struct receive_form, reference),
     .about = "What the payer wrote"},
    {.name = "payer", .type = INPUT_TEXT, .offset = offsetof(struct receive_form, payer)},
    {.name = "bank_ref", .type = INPUT_TEXT, .offset = offsetof(struct receive_form, bank_ref)},
    {.name = "number",
     .type = INPUT_TEXT,
     .offset = offsetof(struct receive_form, number),
     .longest = 60,
     .about = "The number of the customer who paid, where it is known"},
    {.name = NULL},
};

static str entity_id(struct request *rq, int64_t entity)
{
    return id_text(rq->op.mem, rq->app->keys, "sel", entity);
}

static bool ask_entity(struct request *rq, struct question_list *list)
{
    struct entity_list sellers;
    if (!entities(&rq->op, &sellers)) return false;
    if (sellers.count == 0)
        return op_fail(&rq->op, ERR_CONFLICT, NULL,
                       "There is no company yet to receive money. Import invoices first.");
    struct answer *answers = arena_array(rq->op.mem, struct answer, sellers.count);
    for (ptrdiff_t i = 0; i < sellers.count; i++)
        answers[i] = (struct answer){entity_id(rq, sellers.at[i].id), sellers.at[i].name};
    struct question *q = ask(rq, list, ASK_SELECT, "entity", N_("Received by"), answers[0].value);
    q->answers = answers;
    q->answer_count = sellers.count;
    ask(rq, list, ASK_AMOUNT, "amount", N_("Amount"), S(""))->required = true;
    ask(rq, list, ASK_LINE, "currency", N_("Currency"),
        str_copy(rq->op.mem, currency_text(&sellers.at[0].currency)))
        ->required = true;
    return true;
}

static struct reply receive_ask(struct request *rq)
{
    const struct receive_form *form = rq->in;
    struct customer c = {0};
    struct form_view v = {
        .title = said(rq, "Record a transfer"),
        .under = said(rq, "As the bank's statement shows it. What its reference names is paid by "
                          "itself."),
        .crumb = said(rq, "Payments"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE)),
        .button = said(rq, "Book the transfer"),
    };
    if (form->customer && !customer_get(&rq->op, form->customer, &c)) return reply_errors(rq);
    if (!ask_entity(rq, &v.questions)) return reply_errors(rq);
    ask(rq, &v.questions, ASK_DATE, "value_date", N_("Value date"),
        date_text(rq->op.mem, rq->today))
        ->required = true;
    ask(rq, &v.questions, ASK_LINE, "reference", N_("Reference"), S(""))->hint =
        said(rq, "What the payer wrote: our reference, or numbers of invoices.");
    ask(rq, &v.questions, ASK_LINE, "payer", N_("Payer's name"), c.name);
    ask(rq, &v.questions, ASK_LINE, "bank_ref", N_("The bank's reference"), S(""));
    ask(rq, &v.questions, ASK_LINE, "number", N_("Customer's number, where you know it"), c.number)
        ->hint = said(rq, "Empty: found by the reference.");
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static bool receipt_take(struct request *rq, struct receipt_in *in)
{
    const struct receive_form *form = rq->in;
    struct op *op = &rq->op;
    struct customer c;
    currency cur;
    bool found;
    *in = (struct receipt_in){
        .entity = form->entity,
        .value_date = form->value_date.value,
        .reference = form->reference,
        .payer = form->payer,
        .bank_ref = form->bank_ref,
    };
    struct entity entity;
    if (!entity_get(op, form->entity, &entity)) return false;
    if (!currency_from(form->currency, &cur))
        return op_fail(op, ERR_INVALID, "currency",
                       "This is no currency. Please give its three letters, such as EUR.");
    if (!lang_money_from(op_lang(op), form->amount, cur, &in->amount))
        return op_fail(op, ERR_INVALID, "amount",
                       "Please enter an amount with the decimals of the currency.");
    if (date_cmp(in->value_date, rq->today) > 0)
        return op_fail(op, ERR_INVALID, "value_date",
                       "This day has not come yet. Please give the day on the statement.");
    if (form->number.len == 0) return true;
    if (!customer_find(op, form->number, &c, &found)) return false;
    if (!found)
        return op_fail(op, ERR_INVALID, "number",
                       "There is no customer with this number. Leave it empty to find out later.");
    in->customer = c.id;
    return true;
}

static struct reply receive_book(struct request *rq)
{
    struct receipt_in in;
    struct received out;
    if (!receipt_take(rq, &in) || !payment_receive(&rq->op, &in, &out)) return reply_errors(rq);
    return see_place(rq, PLACE_PAYMENT, out.payment,
                     out.matched      ? "?done=matched"
                     : out.identified ? "?done=identified"
                                      : "?done=unidentified");
}

/* ---- who paid ---- */

struct identify_form {
    str search;
    int64_t customer;
};
static const struct input search_inputs[] = {
    {.name = "q", .type = INPUT_TEXT, .offset = offsetof(struct identify_form, search)},
    {.name = NULL},
};
static const struct input identify_inputs[] = {
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct identify_form, customer),
     .kind = "cus",
     .required = true},
    {.name = NULL},
};

static struct reply identify_ask(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Customer")},
        {GRID_TEXT, N_("Number")},
        {GRID_NUMBER, N_("Open items")},
        {GRID_ACT, NULL},
    };
    const struct identify_form *form = rq->in;
    struct payment p;
    struct customers list;
    if (!payment_of_path(rq, &p)) return reply_errors(rq);
    str search = form->search.len > 0 ? form->search : str_cut(p.payer, ' ').head;
    if (!customers_list(&rq->op, search, S(""), CANDIDATES, rq->today, &list))
        return reply_errors(rq);
    if (list.count == 0 && form->search.len == 0) { /* the statement's name leads nowhere */
        search = S("");
        if (!customers_list(&rq->op, search, S(""), CANDIDATES, rq->today, &list))
            return reply_errors(rq);
    }
    struct url here = place_url(rq, PLACE_PAYMENT, p.id, "/identify");
    struct listing v = {
        .title = filled(rq, N_("Who paid {1}?"), lang_money(rq->op.mem, op_lang(&rq->op), p.amount),
                        S("")),
        .under = filled(rq, N_("Payment {1}. The statement says: {2}"), p.number,
                        p.payer.len ? p.payer : S("–")),
        .here = here,
        .search_label = said(rq, "Name or number"),
        .search = search,
        .grid = grid_of(rq, N_("Customers that may have paid"),
                        N_("No customer matches. Search for a part of the name."), headings,
                        COUNT(headings), list.count),
    };
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(list.at[i].name, place_url(rq, PLACE_CUSTOMER, list.at[i].id, ""));
        row[1] = grid_text(list.at[i].number);
        row[2] = grid_number(rq, list.at[i].open_count);
        row[3] = grid_act(filled(rq, N_("{1} paid this"), list.at[i].name, S("")), here, "customer",
                          place_id(rq, PLACE_CUSTOMER, list.at[i].id));
    }
    return reply_listing(rq, HERE, &v);
}

static struct reply identify_say(struct request *rq)
{
    const struct identify_form *form = rq->in;
    struct payment p;
    struct customer c;
    if (!payment_of_path(rq, &p) || !customer_get(&rq->op, form->customer, &c) ||
        !payment_identify(&rq->op, p.id, form->customer) || !payment_get(&rq->op, 0, p.id, &p))
        return reply_errors(rq);
    return reply_see(rq, url_printf(rq->op.mem, "/console/unapplied/%.*s?done=known",
                                    STR(place_id(rq, PLACE_ITEM, p.item)))
                             .checked);
}

const struct route console_receive_routes[] = {
    {.method = GET,
     .path = HERE "/new",
     .handle = receive_ask,
     .may = MAY_WORK,
     INPUTS(new_inputs, struct receive_form),
     .about = "The form for a transfer that was received"},
    {.method = POST,
     .path = HERE,
     .handle = receive_book,
     .may = MAY_WORK,
     INPUTS(receive_inputs, struct receive_form),
     .redisplay = receive_ask,
     .about = "Books a transfer that was received"},
    {.method = GET,
     .path = HERE "/:id/identify",
     .handle = identify_ask,
     .may = MAY_WORK,
     INPUTS(search_inputs, struct identify_form),
     .about = "Customers that may have paid"},
    {.method = POST,
     .path = HERE "/:id/identify",
     .handle = identify_say,
     .may = MAY_WORK,
     INPUTS(identify_inputs, struct identify_form),
     .about = "Says who paid"},
    {.path = NULL},
};
