#include "delivery/portal/group.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/portal/downloads.h"
#include "domain/customers/customers.h"

enum { PAGE_ROWS = 50, FILE_ROWS = 1000 };

struct group_form {
    str search, cursor;
};
static const struct input group_inputs[] = {
    {.name = "q", .type = INPUT_TEXT, .offset = offsetof(struct group_form, search)},
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(struct group_form, cursor)},
    {.name = NULL},
};

bool group_has(struct request *rq, bool *out)
{
    *out = false;
    return rq->who.customer == 0 || customer_has_group(&rq->op, rq->who.customer, out);
}

static struct receivables_filter filter_of(const struct request *rq, int limit)
{
    const struct group_form *form = rq->in;
    return (struct receivables_filter){
        .customer = rq->who.customer,
        .family = true,
        .show = SHOW_OPEN,
        .search = form->search,
        .cursor = form->cursor,
        .limit = limit,
        .today = rq->today,
    };
}

/* Each company's balance in each of its currencies. */
static bool sums_load(struct request *rq, struct group_view *v)
{
    struct customer_ids group;
    ptrdiff_t room = 0;
    if (!customer_group(&rq->op, rq->who.customer, &group)) return false;
    struct balances *all = arena_array(rq->op.mem, struct balances, group.count);
    for (ptrdiff_t i = 0; i < group.count; i++) {
        if (!receivables_balances(&rq->op, group.at[i], rq->today, &all[i])) return false;
        room += all[i].count;
    }
    v->sums = arena_array(rq->op.mem, struct group_sum, room);
    for (ptrdiff_t i = 0; i < group.count; i++) {
        struct customer company;
        bool elsewhere = group.at[i] != rq->who.customer && !rq->who.view_as;
        if (!customer_get(&rq->op, group.at[i], &company)) return false;
        for (ptrdiff_t k = 0; k < all[i].count; k++)
            v->sums[v->sum_count++] = (struct group_sum){
                .company = company.name,
                .number = company.number,
                .id = elsewhere ? id_text(rq->op.mem, rq->app->keys, "cus", company.id) : S(""),
                .first = k == 0,
                .open = all[i].at[k].open,
                .overdue = all[i].at[k].overdue,
            };
    }
    return true;
}

static bool rows_load(struct request *rq, struct group_view *v)
{
    struct receivables list;
    struct receivables_filter filter = filter_of(rq, PAGE_ROWS);
    if (!receivables_list(&rq->op, &filter, &list)) return false;
    str search = url_encode(rq->op.mem, filter.search);
    v->search = filter.search;
    v->has_next = list.next_cursor.len > 0;
    v->next = url_printf(rq->op.mem, "/group?q=%.*s&cursor=%.*s", STR(search),
                         STR(url_encode(rq->op.mem, list.next_cursor)));
    v->csv = url_printf(rq->op.mem, "/group.csv?q=%.*s", STR(search));
    v->rows = arena_array(rq->op.mem, struct group_row, list.count);
    v->count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct receivable *r = &list.at[i];
        v->rows[i] = (struct group_row){
            .number = r->number,
            .company = r->customer_name,
            .linked = r->customer == rq->who.customer,
            .link = item_url(rq, r),
            .late = r->side > 0 && r->days < 0,
            .due = r->due,
            .standing = standing_words(rq, r),
            .open = money_scale(r->open, r->side, 1, ROUND_DOWN),
        };
    }
    return true;
}

static struct reply group_show(struct request *rq)
{
    struct group_view v = {0};
    struct frame frame;
    bool has;
    if (!group_has(rq, &has)) return reply_errors(rq);
    if (!has) return reply_see(rq, S("/invoices"));
    if (!sums_load(rq, &v) || !rows_load(rq, &v)) return reply_errors(rq);
    str title = str_of(say(op_lang(&rq->op), "The whole group"));
    if (!portal_frame(rq, title, "/invoices", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_group(&page, &v);
    return portal_end(rq, &frame, &page);
}

static struct reply group_csv(struct request *rq)
{
    static const char *const heads[] = {"company", "number",   "kind", "issued",
                                        "due",     "currency", "open"};
    struct receivables list;
    struct receivables_filter filter = filter_of(rq, FILE_ROWS);
    struct text t = {.mem = rq->op.mem};
    if (!receivables_all(&rq->op, &filter, &list)) return reply_errors(rq);
    for (ptrdiff_t i = 0; i < COUNT(heads); i++) csv_cell(&t, str_of(heads[i]));
    csv_end(&t);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct receivable *r = &list.at[i];
        currency cur = r->open.cur;
        csv_cell(&t, r->customer_name);
        csv_cell(&t, r->number);
        csv_cell(&t, receivable_kind_name(r));
        csv_date(&t, r->issued);
        csv_date(&t, r->due);
        csv_cell(&t, currency_text(&cur));
        csv_amount(&t, money_scale(r->open, r->side, 1, ROUND_DOWN));
        csv_end(&t);
    }
    str name = str_printf(rq->op.mem, "group %.*s.csv", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

const struct route group_routes[] = {
    {.method = GET,
     .path = "/group",
     .handle = group_show,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(group_inputs, struct group_form),
     .about = "What is open at the company and at those below it"},
    {.method = GET,
     .path = "/group.csv",
     .handle = group_csv,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(group_inputs, struct group_form),
     .about = "The same list as a table"},
    {.path = NULL},
};
