#include "delivery/console/bulk.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/portal/downloads.h"
#include "domain/company/company.h"
#include "domain/work/rules.h"

#define LIST "/console/invoices"

static const struct {
    const char *value, *name, *button, *note;
} acts[] = {
    {"write_off", N_("Write off what is left"), N_("Write off"),
     N_("What is left of these invoices is written off, and they are closed. It can be undone as a "
        "whole.")},
    {"credits", N_("Apply credits, oldest first"), N_("Apply the credits"),
     N_("Credit notes and money on account pay these invoices, the oldest first. It can be undone "
        "as a whole.")},
    {"copies", N_("Send copies by mail"), N_("Send the copies"),
     N_("Each document goes to the contacts of its customer that want mail. A mail cannot be taken "
        "back.")},
    {"csv", N_("Export as CSV"), NULL, NULL},
    {"zip", N_("Download as ZIP of PDFs"), NULL, NULL},
};
static const char *const act_values[] = {"write_off", "credits", "copies", "csv", "zip", NULL};
static const char *const scopes[] = {"ticked", "all", NULL};
static const char *const shows[] = {"open",    "overdue", "processing", "disputed",
                                    "credits", "paid",    "all",        NULL};

const struct bulk_bar *bulk_bar_of(struct request *rq)
{
    if (!may(rq, MAY_WORK)) return NULL;
    struct bulk_bar *bar = arena_new(rq->op.mem, struct bulk_bar);
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(acts));
    for (ptrdiff_t i = 0; i < COUNT(acts); i++)
        answers[i] = (struct answer){str_of(acts[i].value), said(rq, acts[i].name)};
    *bar = (struct bulk_bar){.action = "/console/bulk", .acts = answers, .act_count = COUNT(acts)};
    return bar;
}

void bulk_filter(struct request *rq, const struct bulk_bar *bar, const char *name, str value)
{
    if (bar && value.len > 0)
        ask(rq, &((struct bulk_bar *)bar)->filters, ASK_HIDDEN, name, NULL, value);
}

/* ---- which rows ---- */

struct bulk_form {
    str act, scope, show, search, currency, sort, seen;
    int64_t customer;
    struct id_list items;
};
static const struct input bulk_inputs[] = {
    {.name = "act",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct bulk_form, act),
     .choices = act_values,
     .required = true},
    {.name = "scope",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct bulk_form, scope),
     .choices = scopes},
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct bulk_form, show),
     .choices = shows},
    {.name = "q", .type = INPUT_TEXT, .offset = offsetof(struct bulk_form, search)},
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct bulk_form, currency),
     .longest = 3},
    {.name = "sort", .type = INPUT_TEXT, .offset = offsetof(struct bulk_form, sort)},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct bulk_form, customer),
     .kind = "cus"},
    {.name = "seen", .type = INPUT_TEXT, .offset = offsetof(struct bulk_form, seen)},
    {.name = "item", .type = INPUT_IDS, .offset = offsetof(struct bulk_form, items), .kind = "itm"},
    {.name = NULL},
};

static struct receivables_filter filter_of(struct request *rq)
{
    const struct bulk_form *f = rq->in;
    struct receivables_filter filter = {
        .customer = f->customer,
        .show = SHOW_OPEN,
        .search = f->search,
        .currency = f->currency,
        .order = ORDER_DUE,
        .limit = 1000,
        .today = rq->today,
    };
    for (int i = 0; shows[i]; i++)
        if (str_eq(f->show, str_of(shows[i]))) filter.show = (enum show)(i + SHOW_OPEN);
    return filter;
}

/* All that match, but no more than the plan takes and one: then it says so. */
static bool rows_of(struct request *rq, struct receivables *out)
{
    const struct bulk_form *f = rq->in;
    struct receivables_filter filter = filter_of(rq);
    struct receivables page;
    if (!str_eq(f->scope, S("all")))
        return receivables_by_ids(&rq->op, 0, f->items.at, f->items.count, rq->today, out);
    *out = (struct receivables){
        .at = arena_array(rq->op.mem, struct receivable, BULK_ROWS_MAX + filter.limit)};
    do {
        if (!receivables_list(&rq->op, &filter, &page)) return false;
        for (ptrdiff_t i = 0; i < page.count; i++) out->at[out->count++] = page.at[i];
        filter.cursor = page.next_cursor;
    } while (page.next_cursor.len > 0 && out->count <= BULK_ROWS_MAX);
    return true;
}

static bool plan_of(struct request *rq, enum bulk_kind *kind, struct bulk_plan *plan)
{
    const struct bulk_form *f = rq->in;
    struct receivables items;
    struct entity seller;
    struct work_rules rules;
    if (!bulk_from(f->act, kind)) return op_fail(&rq->op, ERR_INVALID, "act", "Choose an act.");
    if (!rows_of(rq, &items) || !entity_main(&rq->op, &seller) ||
        !work_rules_get(&rq->op, seller.id, &rules))
        return false;
    return bulk_plan(&rq->op, *kind, &items,
                     may(rq, MAY_MANAGE) ? rules.manager_off_minor : rules.clerk_off_minor, plan);
}

/* ---- the preview ---- */

struct grid bulk_grid_of_sums(struct request *rq, const struct bulk_sum sums[], int count)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Currency")},
        {GRID_NUMBER, N_("Rows")},
        {GRID_MONEY, N_("Amount")},
    };
    struct grid g = grid_of(rq, N_("What will be done, by currency"),
                            N_("Nothing of it can be done."), headings, COUNT(headings), count);
    for (int i = 0; i < count; i++) {
        struct grid_cell *row = grid_row(&g);
        row[0] = grid_text(str_copy(rq->op.mem, str_of(sums[i].amount.cur.code)));
        row[1] = grid_number(rq, sums[i].count);
        row[2] = grid_money(sums[i].amount);
        row[2].strong = true;
    }
    return g;
}

struct grid_cell bulk_outcome(struct request *rq, str problem)
{
    bool refused = problem.len > 0;
    return grid_status(
        (struct standing_words){refused ? S("failed") : S("paid"),
                                refused ? said(rq, "Refused") : said(rq, "Will be done")});
}

str bulk_counted(struct request *rq, ptrdiff_t count, ptrdiff_t refused)
{
    str rows = counted(rq, "{1} row.", "{1} rows.", count);
    if (refused == 0) return rows;
    return filled(rq, N_("{1} {2}"), rows,
                  counted(rq, "{1} is refused.", "{1} are refused.", refused));
}

static void rows_show(struct request *rq, const struct bulk_plan *plan, struct bulk_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Document")},  {GRID_TEXT, N_("Customer")}, {GRID_MONEY, N_("Open")},
        {GRID_STATUS, N_("Status")}, {GRID_TEXT, N_("Why")},      {GRID_MONEY, N_("Amount")},
    };
    v->rows = grid_of(rq, N_("Row by row"), N_("No row matches."), headings, COUNT(headings),
                      plan->count);
    v->items = arena_array(rq->op.mem, str, plan->count);
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct bulk_row *r = &plan->rows[i];
        struct grid_cell *row = grid_row(&v->rows);
        bool refused = r->problem.len > 0;
        row[0] = grid_link(r->item.number, place_url(rq, PLACE_ITEM, r->item.item, ""));
        row[1] = grid_text(r->item.customer_name);
        row[2] = grid_money(money_scale(r->item.open, r->item.side, 1, ROUND_DOWN));
        row[3] = bulk_outcome(rq, r->problem);
        row[4] = grid_text(r->problem);
        if (!refused) row[5] = grid_money(r->amount);
        v->items[v->item_count++] = place_id(rq, PLACE_ITEM, r->item.item);
    }
}

static struct reply preview(struct request *rq, const struct bulk_plan *plan, str changed)
{
    struct frame frame;
    const struct bulk_form *f = rq->in;
    struct bulk_view v = {
        .changed = changed,
        .may_do = plan->refused < plan->count,
        .action = url_of(S("/console/bulk/do")),
        .back = url_of(S(LIST)),
        .back_name = said(rq, "Invoices"),
    };
    for (ptrdiff_t i = 0; i < COUNT(acts); i++) {
        if (!str_eq(f->act, str_of(acts[i].value))) continue;
        v.title = said(rq, acts[i].name);
        v.note = said(rq, acts[i].note);
        v.button = said(rq, acts[i].button);
    }
    v.under = bulk_counted(rq, plan->count, plan->refused);
    ask(rq, &v.hidden, ASK_HIDDEN, "act", NULL, f->act);
    ask(rq, &v.hidden, ASK_HIDDEN, "seen", NULL, plan->digest);
    v.sums = bulk_grid_of_sums(rq, plan->sums, plan->sum_count);
    rows_show(rq, plan, &v);
    if (!console_frame(rq, v.title, LIST, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_bulk(&page, &v);
    return console_end(rq, &frame, &page);
}

/* ---- files ---- */

static void csv_heading(struct request *rq, struct text *t)
{
    static const char *const names[] = {N_("Number"),   N_("Customer"), N_("Issued"), N_("Due"),
                                        N_("Currency"), N_("Amount"),   N_("Open")};
    for (ptrdiff_t i = 0; i < COUNT(names); i++) csv_cell(t, said(rq, names[i]));
    csv_end(t);
}

static struct reply csv(struct request *rq)
{
    struct receivables items;
    struct text t = {.mem = rq->op.mem};
    if (!rows_of(rq, &items)) return reply_errors(rq);
    csv_heading(rq, &t);
    for (ptrdiff_t i = 0; i < items.count; i++) {
        const struct receivable *r = &items.at[i];
        csv_cell(&t, r->number);
        csv_cell(&t, r->customer_name);
        csv_date(&t, r->issued);
        csv_date(&t, r->due);
        csv_cell(&t, str_of(r->open.cur.code));
        csv_amount(&t, money_scale(r->amount, r->side, 1, ROUND_DOWN));
        csv_amount(&t, money_scale(r->open, r->side, 1, ROUND_DOWN));
        csv_end(&t);
    }
    str name = str_printf(rq->op.mem, "open items %.*s.csv", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

static bool is_file(str act)
{
    return str_eq(act, S("csv")) || str_eq(act, S("zip"));
}

struct choosing {
    struct request *rq;
    struct receivables items;
    struct reply reply;
};

static bool choose(struct op *op, void *arg)
{
    struct choosing *c = arg;
    const struct bulk_form *f = c->rq->in;
    enum bulk_kind kind;
    struct bulk_plan plan;
    (void)op;
    c->items = (struct receivables){0};
    if (str_eq(f->act, S("zip"))) return rows_of(c->rq, &c->items);
    if (str_eq(f->act, S("csv"))) {
        c->reply = csv(c->rq);
    } else {
        if (!plan_of(c->rq, &kind, &plan)) return false;
        c->reply = preview(c->rq, &plan, S(""));
    }
    return true;
}

/* A ZIP of many documents takes its time, outside of any transaction. */
static struct reply bulk_preview(struct request *rq)
{
    const struct bulk_form *f = rq->in;
    struct choosing c = {.rq = rq};
    if (!store_transact(&rq->op, rq->store, TX_READ, choose, &c)) return reply_errors(rq);
    if (!is_file(f->act) || str_eq(f->act, S("csv"))) return c.reply;
    int64_t *ids = arena_array(rq->op.mem, int64_t, c.items.count);
    for (ptrdiff_t i = 0; i < c.items.count; i++) ids[i] = c.items.at[i].item;
    return download_invoices_zip(rq, ids, c.items.count);
}

static struct reply bulk_do(struct request *rq)
{
    const struct bulk_form *f = rq->in;
    enum bulk_kind kind;
    struct bulk_plan plan;
    int64_t batch;
    if (!plan_of(rq, &kind, &plan)) return reply_errors(rq);
    if (!str_eq(f->seen, plan.digest))
        return preview(rq, &plan,
                       said(rq, "Something has changed since. This is what would happen now."));
    if (!bulk_start(&rq->op, &plan, &batch)) return reply_errors(rq);
    return see_place(rq, PLACE_WORK, batch, "");
}

const struct route console_bulk_routes[] = {
    {.method = POST,
     .path = "/console/bulk",
     .handle = bulk_preview,
     .may = MAY_WORK,
     INPUTS(bulk_inputs, struct bulk_form),
     .talks = true,
     .about = "What an act over many rows would do; or their file"},
    {.method = POST,
     .path = "/console/bulk/do",
     .handle = bulk_do,
     .may = MAY_WORK,
     INPUTS(bulk_inputs, struct bulk_form),
     .about = "Does it"},
    {.path = NULL},
};
