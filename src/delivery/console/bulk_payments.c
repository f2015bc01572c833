#include "delivery/console/bulk_payments.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/console/bulk.h"
#include "delivery/jobs/mailing.h"
#include "delivery/portal/downloads.h"
#include "domain/work/bulk_payments.h"

#define LIST "/console/payments"
enum { CSV_ROWS_MAX = 10000, READERS_SHOWN = 3 };

static const struct {
    enum payments_act act; /* 0: a file */
    const char *name, *button, *note;
} acts[] = {
    {PAYMENTS_APPLIED, N_("Apply to what they name"), N_("Apply"),
     N_("Each payment pays the documents that its payer named, where that comes to exactly what is "
        "left of it. It can be undone as a whole.")},
    {PAYMENTS_RECEIPTS, N_("Send the receipts again"), N_("Send the receipts"),
     N_("Each receipt goes to those at the customer who get them. A mail cannot be taken back.")},
    {PAYMENTS_TAKEN_BACK, N_("Take back what they paid"), N_("Take it back"),
     N_("What these payments paid is open again, and the money is on account. What was deducted or "
        "written off beside it stays as it is. It can be undone: then each pays again what it "
        "paid, where that is still possible.")},
    {0, N_("Export as CSV"), NULL, NULL},
};

static str act_value(ptrdiff_t i)
{
    return acts[i].act ? str_of(payments_act_name(acts[i].act)) : S("csv");
}

/* As for one allocation: a manager takes back. */
static bool may_do(const struct request *rq, enum payments_act act)
{
    return may(rq, act == PAYMENTS_TAKEN_BACK ? MAY_MANAGE : MAY_WORK);
}

static void filter_add(struct request *rq, struct bulk_bar *bar, const char *name, str value)
{
    if (value.len > 0) ask(rq, &bar->filters, ASK_HIDDEN, name, NULL, value);
}

static str day_text(struct request *rq, struct opt_date day)
{
    return day.some ? date_text(rq->op.mem, day.value) : S("");
}

const struct bulk_bar *payments_bar_of(struct request *rq, const struct payments_asked *asked)
{
    if (!may(rq, MAY_WORK)) return NULL;
    struct bulk_bar *bar = arena_new(rq->op.mem, struct bulk_bar);
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(acts));
    *bar = (struct bulk_bar){.action = "/console/bulk/payments", .acts = answers};
    for (ptrdiff_t i = 0; i < COUNT(acts); i++)
        if (may_do(rq, acts[i].act))
            answers[bar->act_count++] = (struct answer){act_value(i), said(rq, acts[i].name)};
    filter_add(rq, bar, "show", asked->show);
    filter_add(rq, bar, "q", asked->search);
    filter_add(rq, bar, "method", asked->method);
    filter_add(rq, bar, "from", day_text(rq, asked->from));
    filter_add(rq, bar, "to", day_text(rq, asked->to));
    if (asked->customer)
        filter_add(rq, bar, "customer", place_id(rq, PLACE_CUSTOMER, asked->customer));
    return bar;
}

/* ---- which rows ---- */

struct bulk_form {
    str act, scope, seen, why;
    struct payments_asked asked;
    struct id_list items;
};
static const char *const act_values[] = {"payments_applied", "receipts", "payments_taken_back",
                                         "csv", NULL};
static const char *const scopes[] = {"ticked", "all", NULL};

#define AT(member) .offset = offsetof(struct bulk_form, member)
static const struct input inputs[] = {
    {.name = "act", .type = INPUT_CHOICE, AT(act), .choices = act_values, .required = true},
    {.name = "scope", .type = INPUT_CHOICE, AT(scope), .choices = scopes},
    {.name = "show", .type = INPUT_CHOICE, AT(asked.show), .choices = payment_shows},
    {.name = "q", .type = INPUT_TEXT, AT(asked.search)},
    {.name = "method", .type = INPUT_CHOICE, AT(asked.method), .choices = payment_methods},
    {.name = "from", .type = INPUT_DATE, AT(asked.from)},
    {.name = "to", .type = INPUT_DATE, AT(asked.to)},
    {.name = "customer", .type = INPUT_ID, AT(asked.customer), .kind = "cus"},
    {.name = "seen", .type = INPUT_TEXT, AT(seen)},
    {.name = "why", .type = INPUT_TEXT, AT(why)},
    {.name = "item", .type = INPUT_IDS, AT(items), .kind = "pay"},
    {.name = NULL},
};
#undef AT

/* All that match, but no more than are taken and one: then it says so. */
static bool rows_of(struct request *rq, ptrdiff_t most, struct payments *out)
{
    const struct bulk_form *f = rq->in;
    if (str_eq(f->scope, S("all"))) return payments_that_match(rq, &f->asked, most + 1, out);
    *out = (struct payments){.at = arena_array(rq->op.mem, struct payment, f->items.count)};
    for (; out->count < f->items.count; out->count++)
        if (!payment_get(&rq->op, 0, f->items.at[out->count], &out->at[out->count])) return false;
    return true;
}

/* Who a receipt goes to: the first few addresses, and how many more. */
static bool readers_of(struct op *op, void *arg, const struct payment *p, str *out)
{
    const struct request *rq = arg;
    struct text t = {.mem = op->mem};
    struct mailing m;
    if (!mailing_load(op, rq->app, p->entity, p->customer, p->person, NOTICE_RECEIPT, &m))
        return false;
    for (ptrdiff_t i = 0; i < m.count && i < READERS_SHOWN; i++)
        text_format(&t, "%s%.*s", i ? ", " : "", STR(m.readers[i].email));
    if (m.count > READERS_SHOWN) text_format(&t, " +%td", m.count - READERS_SHOWN);
    *out = text_str(&t);
    return true;
}

static bool plan_of(struct request *rq, struct bulk_payments *plan)
{
    const struct bulk_form *f = rq->in;
    const struct bulk_readers readers = {readers_of, rq};
    enum payments_act act;
    struct payments list;
    if (!payments_act_from(f->act, &act))
        return op_fail(&rq->op, ERR_INVALID, "act", "Choose an act.");
    if (!may_do(rq, act))
        return op_fail(&rq->op, ERR_DENIED, NULL, "Only a manager takes back what was applied.");
    if (!rows_of(rq, BULK_PAYMENTS_MAX, &list)) return false;
    int64_t *ids = arena_array(rq->op.mem, int64_t, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) ids[i] = list.at[i].id;
    return bulk_payments_plan(&rq->op, act, ids, list.count, &readers, plan);
}

/* ---- the preview ---- */

static void row_show(struct request *rq, const struct bulk_payment *r, struct grid *g)
{
    const struct payment *p = &r->payment;
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(p->number, place_url(rq, PLACE_PAYMENT, p->id, ""));
    row[1] = grid_text(p->customer ? p->customer_name : p->payer);
    row[2] = grid_text(r->what.len ? r->what : S("–"));
    row[3] = bulk_outcome(rq, r->problem);
    row[4] = grid_text(r->problem);
    row[5] = grid_money(r->problem.len ? p->amount : r->amount);
}

/* Those that will be done stand first: among many that are passed over they would not be seen. */
static void rows_show(struct request *rq, const struct bulk_payments *plan, struct bulk_view *v)
{
    static const char *const whats[] = {[PAYMENTS_APPLIED] = N_("Will pay"),
                                        [PAYMENTS_TAKEN_BACK] = N_("Paid"),
                                        [PAYMENTS_RECEIPTS] = N_("Goes to")};
    const struct grid_heading headings[] = {
        {GRID_KEY, N_("Payment")},   {GRID_TEXT, N_("Customer")}, {GRID_TEXT, whats[plan->act]},
        {GRID_STATUS, N_("Status")}, {GRID_TEXT, N_("Why")},      {GRID_MONEY, N_("Amount")},
    };
    v->rows = grid_of(rq, N_("Row by row"), N_("No row matches."), headings, COUNT(headings),
                      plan->count);
    v->items = arena_array(rq->op.mem, str, plan->count);
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        v->items[v->item_count++] = place_id(rq, PLACE_PAYMENT, plan->rows[i].payment.id);
        if (plan->rows[i].problem.len == 0) row_show(rq, &plan->rows[i], &v->rows);
    }
    for (ptrdiff_t i = 0; i < plan->count; i++)
        if (plan->rows[i].problem.len > 0) row_show(rq, &plan->rows[i], &v->rows);
}

static struct reply preview(struct request *rq, const struct bulk_payments *plan, str changed)
{
    struct frame frame;
    ptrdiff_t act = 0;
    while (acts[act].act != plan->act) act++;
    struct bulk_view v = {
        .title = said(rq, acts[act].name),
        .under = bulk_counted(rq, plan->count, plan->refused),
        .note = said(rq, acts[act].note),
        .button = said(rq, acts[act].button),
        .changed = changed,
        .may_do = plan->refused < plan->count,
        .moves_nothing = plan->act == PAYMENTS_RECEIPTS,
        .action = url_of(S("/console/bulk/payments/do")),
        .back = url_of(S(LIST)),
        .back_name = said(rq, "Payments"),
        .sums = bulk_grid_of_sums(rq, plan->sums, plan->sum_count),
    };
    ask(rq, &v.hidden, ASK_HIDDEN, "act", NULL, act_value(act));
    ask(rq, &v.hidden, ASK_HIDDEN, "seen", NULL, plan->digest)->value = plan->digest;
    if (plan->act == PAYMENTS_TAKEN_BACK)
        ask(rq, &v.hidden, ASK_LINE, "why", N_("Why"), S(""))->required = true;
    ask_problems(rq, &v.hidden);
    rows_show(rq, plan, &v);
    if (!console_frame(rq, v.title, LIST, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_bulk(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply preview_again(struct request *rq)
{
    struct bulk_payments plan;
    return plan_of(rq, &plan) ? preview(rq, &plan, S("")) : reply_errors(rq);
}

/* ---- the file ---- */

static void csv_row(struct request *rq, const struct payment *p, struct text *t)
{
    csv_cell(t, p->number);
    csv_date(t, p->day);
    csv_cell(t, p->customer_number);
    csv_cell(t, p->customer_name);
    csv_cell(t, p->payer);
    csv_cell(t, method_words(rq, p));
    csv_cell(t, desk_words(rq, p).words);
    csv_cell(t, str_of(p->amount.cur.code));
    csv_amount(t, p->amount);
    csv_cell(t, p->reference);
    csv_cell(t, p->bank_ref);
    csv_end(t);
}

static struct reply csv(struct request *rq)
{
    static const char *const names[] = {N_("Number"),
                                        N_("Date"),
                                        N_("Customer number"),
                                        N_("Customer"),
                                        N_("Payer"),
                                        N_("Method"),
                                        N_("Status"),
                                        N_("Currency"),
                                        N_("Amount"),
                                        N_("Our reference"),
                                        N_("The bank's reference")};
    struct payments list;
    struct text t = {.mem = rq->op.mem};
    if (!rows_of(rq, CSV_ROWS_MAX, &list)) return reply_errors(rq);
    if (list.count > CSV_ROWS_MAX) {
        (void)op_fail(&rq->op, ERR_INVALID, NULL, "At most %d rows go together: filter for fewer.",
                      CSV_ROWS_MAX);
        return reply_errors(rq);
    }
    for (ptrdiff_t i = 0; i < COUNT(names); i++) csv_cell(&t, said(rq, names[i]));
    csv_end(&t);
    for (ptrdiff_t i = 0; i < list.count; i++) csv_row(rq, &list.at[i], &t);
    str name = str_printf(rq->op.mem, "payments %.*s.csv", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

/* ---- the pages ---- */

struct choosing {
    struct request *rq;
    struct reply reply;
};

static bool choose(struct op *op, void *arg)
{
    struct choosing *c = arg;
    const struct bulk_form *f = c->rq->in;
    c->reply = str_eq(f->act, S("csv")) ? csv(c->rq) : preview_again(c->rq);
    return op->errs == NULL;
}

/* Only looked at: it does not hold up those who write. */
static struct reply payments_preview(struct request *rq)
{
    struct choosing c = {.rq = rq};
    if (!store_transact(&rq->op, rq->store, TX_READ, choose, &c)) return reply_errors(rq);
    return c.reply;
}

static struct reply payments_do(struct request *rq)
{
    const struct bulk_form *f = rq->in;
    struct bulk_payments plan;
    int64_t batch;
    if (!plan_of(rq, &plan)) return reply_errors(rq);
    if (!str_eq(f->seen, plan.digest))
        return preview(rq, &plan,
                       said(rq, "Something has changed since. This is what would happen now."));
    if (!bulk_payments_start(&rq->op, &plan, f->why, &batch)) return reply_errors(rq);
    bool later = plan.act == PAYMENTS_RECEIPTS || plan.count > BULK_AT_ONCE;
    return see_place(rq, PLACE_WORK, batch, later ? "" : "?done=done");
}

const struct route console_bulk_payments_routes[] = {
    {.method = POST,
     .path = "/console/bulk/payments",
     .handle = payments_preview,
     .may = MAY_WORK,
     INPUTS(inputs, struct bulk_form),
     .talks = true,
     .about = "What an act over many payments would do; or their file"},
    {.method = POST,
     .path = "/console/bulk/payments/do",
     .handle = payments_do,
     .may = MAY_WORK,
     INPUTS(inputs, struct bulk_form),
     .redisplay = preview_again,
     .about = "Applies many payments, takes back what they paid, or sends their receipts again"},
    {.path = NULL},
};
