#include "delivery/console/work.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "delivery/console/books.h"
#include "domain/audit/audit.h"
#include "domain/payments/payments.h"
#include "domain/work/bulk_acts.h"
#include "domain/work/bulk_payments.h"

#define HERE "/console/work"
enum { PAGE_ROWS = 50, ROWS_MAX = 500 };

str work_words(struct request *rq, str kind)
{
    static const struct {
        const char *kind, *words;
    } rows[] = {
        {"application", N_("Money applied by hand")},
        {"write_off", N_("Small amounts written off")},
        {"credits", N_("Credits applied, oldest first")},
        {"deductions_given", N_("Deductions given to somebody")},
        {"customers_given", N_("Customers given to somebody")},
        {"customers_held", N_("Reminders of customers put on hold")},
        {"customers_lifted", N_("Holds on reminders lifted")},
        {"disputes_given", N_("Disputes given to somebody")},
        {"disputes_accepted", N_("Disputes accepted")},
        {"disputes_refused", N_("Disputes refused")},
        {"copies", N_("Copies sent")},
        {"payments_applied", N_("Payments applied to what they name")},
        {"payments_taken_back", N_("What payments paid, taken back")},
        {"receipts", N_("Receipts sent again")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(kind, str_of(rows[i].kind))) return said(rq, rows[i].words);
    return kind;
}

static struct standing_words standing_of(struct request *rq, const struct work_batch *b)
{
    if (str_eq(b->state, S("undone")))
        return (struct standing_words){S("failed"), said(rq, "Undone")};
    if (str_eq(b->state, S("waiting")))
        return (struct standing_words){S("busy"), said(rq, "Under way")};
    return (struct standing_words){S("paid"), said(rq, "Done")};
}

/* ---- lists ---- */

static const struct grid_heading headings[] = {
    {GRID_KEY, N_("What")},    {GRID_TEXT, N_("Who")},       {GRID_TEXT, N_("When")},
    {GRID_NUMBER, N_("Rows")}, {GRID_NUMBER, N_("Refused")}, {GRID_STATUS, N_("Status")},
};

static struct grid grid_of_batches(struct request *rq, const struct work_batches *list)
{
    struct grid g =
        grid_of(rq, N_("What was done by hand, newest first"), N_("Nothing was done by hand yet."),
                headings, COUNT(headings), list->count);
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const struct work_batch *b = &list->at[i];
        struct grid_cell *row = grid_row(&g);
        row[0] = grid_link(work_words(rq, b->kind), place_url(rq, PLACE_WORK, b->id, ""));
        row[1] = grid_text(b->actor);
        row[2] = grid_text(moment(rq, b->recorded));
        row[3] = grid_number(rq, b->rows);
        row[4] = b->refused ? grid_number(rq, b->refused) : grid_text(S("–"));
        row[5] = grid_status(standing_of(rq, b));
    }
    return g;
}

bool grid_of_work(struct request *rq, int64_t payment, struct grid *out)
{
    struct work_batches list;
    if (!work_batches_of_payment(&rq->op, payment, &list)) return false;
    *out = grid_of_batches(rq, &list);
    return true;
}

struct list_form {
    int64_t below;
};
static const struct input list_inputs[] = {
    {.name = "below",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, below),
     .kind = "wrk",
     .about = "Batches before this one"},
    {.name = NULL},
};

static struct reply work_list(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct work_batches list;
    if (!work_batches_newest(&rq->op, form->below, PAGE_ROWS + 1, &list)) return reply_errors(rq);
    bool more = list.count > PAGE_ROWS;
    if (more) list.count = PAGE_ROWS;
    struct listing v = {
        .title = said(rq, "What was done by hand"),
        .under = said(rq, "Who, when and what: each opens, and can be undone where money allows "
                          "it."),
        .here = url_of(S(HERE)),
        .grid = grid_of_batches(rq, &list),
    };
    v.grid.has_next = more;
    if (more)
        v.grid.next = url_printf(rq->op.mem, HERE "?below=%.*s",
                                 STR(place_id(rq, PLACE_WORK, list.at[list.count - 1].id)));
    return reply_listing(rq, HERE, &v);
}

/* ---- one ---- */

static void row_add(struct request *rq, const struct work_batch_row *r, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = r->payment    ? grid_link(r->number, place_url(rq, PLACE_PAYMENT, r->payment, ""))
             : r->dispute  ? grid_link(r->number, place_url(rq, PLACE_DISPUTE, r->dispute, ""))
             : r->item     ? grid_link(r->number, place_url(rq, PLACE_ITEM, r->item, ""))
             : r->document ? grid_link(r->number, place_url(rq, PLACE_INVOICE, r->document, ""))
             : r->customer
                 ? grid_link(r->customer_name, place_url(rq, PLACE_CUSTOMER, r->customer, ""))
                 : grid_text(r->number);
    bool refused = str_eq(r->state, S("refused")), waits = str_eq(r->state, S("waiting"));
    row[1] = grid_status((struct standing_words){refused ? S("failed")
                                                 : waits ? S("busy")
                                                         : S("paid"),
                                                 refused ? said(rq, "Refused")
                                                 : waits ? said(rq, "Still to do")
                                                         : said(rq, "Done")});
    row[2] = grid_text(r->problem);
    if (g->column_count > 3) row[3] = grid_money(r->amount);
    if (g->column_count > 4) row[4] = row[3], row[3] = grid_text(r->what);
}

static bool is_over_customers(const struct work_batch *b)
{
    enum act act;
    return act_from(b->kind, &act) && act_over(act) == OVER_CUSTOMERS;
}

static bool rows_load(struct request *rq, const struct work_batch *b, struct work_view *v)
{
    bool customers = is_over_customers(b); /* who have no amount */
    enum payments_act act;
    const struct grid_heading columns[] = {
        {GRID_KEY, customers ? N_("Customer") : N_("Document")},
        {GRID_STATUS, N_("Status")},
        {GRID_TEXT, N_("Why")},
        {GRID_MONEY, N_("Amount")},
    };
    const struct grid_heading of_payments[] = {
        {GRID_KEY, N_("Payment")},
        {GRID_STATUS, N_("Status")},
        {GRID_TEXT, N_("Why")},
        {GRID_TEXT, str_eq(b->kind, S("receipts")) ? N_("Mailed to") : N_("Documents")},
        {GRID_MONEY, N_("Amount")},
    };
    struct work_batch_rows list;
    if (!work_batch_rows(&rq->op, b->id, 0, false, ROWS_MAX, &list)) return false;
    v->rows = payments_act_from(b->kind, &act)
                  ? grid_of(rq, N_("Rows"), N_("It has no rows."), of_payments, COUNT(of_payments),
                            list.count)
                  : grid_of(rq, N_("Rows"), N_("It has no rows."), columns,
                            COUNT(columns) - customers, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) row_add(rq, &list.at[i], &v->rows);
    if (b->rows > list.count)
        v->rows.after =
            counted(rq, "And {1} more row.", "And {1} more rows.", b->rows - list.count);
    return true;
}

static bool entries_load(struct request *rq, const struct work_batch *b, struct work_view *v)
{
    struct entry_lines lines;
    if (b->entries == 0) return true;
    if (!work_batch_lines(&rq->op, b->id, &lines)) return false;
    v->entries = grid_of_entries(rq, &lines);
    v->has_entries = true;
    return true;
}

/* Own work, or who may take back whatever was posted. */
static bool may_undo(struct request *rq, const struct work_batch *b)
{
    bool own = b->person && b->person == rq->who.person && may(rq, MAY_WORK);
    bool something = b->entries > 0 || act_can_undo(b);
    return (own || may(rq, MAY_MANAGE)) && something && str_eq(b->state, S("done"));
}

static const char *const done_values[] = {"done", "undone", NULL};
struct show_form {
    str done;
};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct show_form, done),
     .choices = done_values},
    {.name = NULL},
};

/* Of a hold: its last day. */
static bool until_add(struct request *rq, const struct work_batch *b, struct work_view *v)
{
    const struct json *detail;
    str until;
    date day;
    if (!is_over_customers(b) || b->detail.len == 0) return true;
    if (!json_read(&rq->op, b->detail, &detail)) return false;
    if (json_text(json_get(detail, "hold_until"), &until) && date_from(until, &day))
        fact_add(rq, &v->facts, N_("Last day of the hold"),
                 lang_date(rq->op.mem, op_lang(&rq->op), day));
    return true;
}

static bool facts_load(struct request *rq, const struct work_batch *b, struct work_view *v)
{
    fact_add(rq, &v->facts, N_("By"), b->actor);
    fact_add(rq, &v->facts, N_("When"), moment(rq, b->recorded));
    if (b->customer) {
        struct customer c;
        if (!customer_get(&rq->op, b->customer, &c)) return false;
        fact_link(rq, &v->facts, N_("Customer"), c.name,
                  place_url(rq, PLACE_CUSTOMER, b->customer, ""));
    }
    if (b->payment) {
        struct payment p;
        if (!payment_get(&rq->op, 0, b->payment, &p)) return false;
        fact_link(rq, &v->facts, N_("Payment"), p.number,
                  place_url(rq, PLACE_PAYMENT, b->payment, ""));
    }
    fact_add(rq, &v->facts, N_("Note"), b->note);
    if (!until_add(rq, b, v)) return false;
    if (!b->undone.some) return true;
    fact_add(rq, &v->facts, N_("Undone by"), b->undone_by);
    fact_add(rq, &v->facts, N_("Undone"), moment(rq, b->undone.value));
    fact_add(rq, &v->facts, N_("Because"), b->why);
    return true;
}

static struct reply work_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    struct work_batch b;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_WORK, &id) || !work_batch_get(&rq->op, id, &b)) return reply_errors(rq);
    struct work_view v = {
        .title = work_words(rq, b.kind),
        .under = filled(rq, N_("{1}, {2}"), b.actor, moment(rq, b.recorded)),
        .standing = standing_of(rq, &b),
        .running = str_eq(b.state, S("waiting")),
        .again = place_url(rq, PLACE_WORK, id, ""),
        .may_undo = may_undo(rq, &b),
        .undo = place_url(rq, PLACE_WORK, id, "/undo"),
    };
    if (str_eq(form->done, S("undone")))
        v.done = b.entries > 0
                     ? said(rq, "It is undone: every entry was turned round by a new one.")
                     : said(rq, "It is undone.");
    if (str_eq(form->done, S("undone")) && str_eq(b.kind, S("payments_taken_back")))
        v.done = said(rq, "It is applied again. Where that is not possible any more, the row says "
                          "why.");
    if (str_eq(form->done, S("done"))) v.done = said(rq, "It is done.");
    if (!rows_load(rq, &b, &v) || !entries_load(rq, &b, &v) || !facts_load(rq, &b, &v) ||
        !console_frame(rq, v.title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_work(&page, &v);
    return console_end(rq, &frame, &page);
}

struct undo_form {
    str why;
};
static const struct input undo_inputs[] = {
    {.name = "why",
     .type = INPUT_TEXT,
     .offset = offsetof(struct undo_form, why),
     .required = true},
    {.name = NULL},
};

static struct reply undo_ask(struct request *rq)
{
    struct work_batch b;
    int64_t id;
    if (!place_of(rq, PLACE_WORK, &id) || !work_batch_get(&rq->op, id, &b)) return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, "Undo all of it"),
        .under = filled(rq, N_("{1}, {2}"), work_words(rq, b.kind), moment(rq, b.recorded)),
        .crumb = work_words(rq, b.kind),
        .crumb_link = place_url(rq, PLACE_WORK, id, ""),
        .action = place_url(rq, PLACE_WORK, id, "/undo"),
        .button = said(rq, "Undo it"),
        .note = said(rq, "What it paid or wrote off is open again, and the money is on account. "
                         "The entries stay in the journal; new ones turn them round."),
    };
    enum act act;
    if (act_can_undo(&b) && act_from(b.kind, &act))
        v.note = act_asks(act) == ASKS_OWNER
                     ? said(rq, "Each goes back to who looked after it before, unless it was "
                                "answered or given on since.")
                     : said(rq, "Each is on hold as it was before, or not, unless somebody "
                                "changed that since.");
    if (bulk_payments_reapplies(&b))
        v.note = said(rq, "Each payment pays again what it paid before, unless the money or the "
                          "document is used for something else by now.");
    ask(rq, &v.questions, ASK_LINE, "why", N_("Why"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static bool undo_batch(struct request *rq, const struct work_batch *b, str why)
{
    if (act_can_undo(b)) return act_undo(&rq->op, b->id, rq->today, why);
    if (bulk_payments_reapplies(b)) return bulk_payments_reapply(&rq->op, b->id, rq->today, why);
    return work_batch_undo(&rq->op, b->id, rq->today, why);
}

static struct reply undo_do(struct request *rq)
{
    const struct undo_form *form = rq->in;
    struct work_batch b;
    int64_t id;
    if (!place_of(rq, PLACE_WORK, &id) || !work_batch_get(&rq->op, id, &b)) return reply_errors(rq);
    if (b.person != rq->who.person && !may(rq, MAY_MANAGE)) {
        (void)op_fail(&rq->op, ERR_DENIED, NULL, "Only a manager undoes what somebody else did.");
        return reply_errors(rq);
    }
    if (!undo_batch(rq, &b, form->why)) return reply_errors(rq);
    return see_place(rq, PLACE_WORK, id, "?done=undone");
}

/* ---- one allocation taken back ---- */

static struct reply unallocate_ask(struct request *rq)
{
    struct allocation a;
    int64_t id, batch;
    if (!place_of(rq, PLACE_ALLOCATION, &id) || !allocation_get(&rq->op, id, &a) ||
        !work_batch_of_entry(&rq->op, a.entry, &batch))
        return reply_errors(rq);
    struct form_view v = {
        .title = filled(rq, N_("Take back what {1} paid on {2}"), a.from_number, a.to_number),
        .crumb = a.to_number,
        .crumb_link = place_url(rq, PLACE_ITEM, a.to_item, ""),
        .action = place_url(rq, PLACE_ALLOCATION, id, ""),
        .button = said(rq, "Take it back"),
        .note = filled(rq,
                       N_("{1} will be open again on {2}, and can be applied elsewhere. The entry "
                          "stays in the journal; a second one turns it round."),
                       lang_money(rq->op.mem, op_lang(&rq->op), a.amount), a.to_number),
    };
    if (batch) {
        v.under = said(rq, "It was applied together with others.");
        v.crumb = said(rq, "All that was applied with it");
        v.crumb_link = place_url(rq, PLACE_WORK, batch, "");
    }
    ask(rq, &v.questions, ASK_LINE, "why", N_("Why"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    return reply_form(rq, "/console/payments", &v);
}

static struct reply unallocate_do(struct request *rq)
{
    const struct undo_form *form = rq->in;
    struct allocation a;
    int64_t id;
    if (!place_of(rq, PLACE_ALLOCATION, &id) || !allocation_get(&rq->op, id, &a))
        return reply_errors(rq);
    str idem = str_printf(rq->op.mem, "unallocate %lld", (long long)id);
    if (!ledger_unallocate(&rq->op, id, rq->today, idem, form->why) ||
        !audit_add(&rq->op, "allocation.undo", "allocation", id, S(""), S("")))
        return reply_errors(rq);
    if (a.payment) return see_place(rq, PLACE_PAYMENT, a.payment, "?done=unallocated");
    return see_place(rq, PLACE_ITEM, a.to_item, "");
}

const struct route console_work_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = work_list,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "What was done by hand"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = work_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct show_form),
     .about = "One batch: who, when, what, and its entries"},
    {.method = GET,
     .path = HERE "/:id/undo",
     .handle = undo_ask,
     .may = MAY_WORK,
     .about = "What undoing a batch means"},
    {.method = POST,
     .path = HERE "/:id/undo",
     .handle = undo_do,
     .may = MAY_WORK,
     INPUTS(undo_inputs, struct undo_form),
     .redisplay = undo_ask,
     .about = "Turns round all that a batch posted"},
    {.method = GET,
     .path = "/console/allocations/:id",
     .handle = unallocate_ask,
     .may = MAY_MANAGE,
     .about = "What taking an allocation back means"},
    {.method = POST,
     .path = "/console/allocations/:id",
     .handle = unallocate_do,
     .may = MAY_MANAGE,
     INPUTS(undo_inputs, struct undo_form),
     .redisplay = unallocate_ask,
     .about = "Takes an allocation back"},
    {.path = NULL},
};
