#include "delivery/portal/invoices.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/portal/downloads.h"
#include "delivery/portal/group.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"

#include <string.h>

enum { PAGE_ROWS = 50, SELECT_ROWS = 1000 };

/* ---- what the address asks for ---- */

static const char *const shows[] = {"open",    "overdue", "processing", "disputed",
                                    "credits", "paid",    "all",        NULL};
static const char *const dues[] = {"week", "month", "next-month", NULL};
static const char *const picks[] = {"all", "overdue", "week", "credits", "none", NULL};

struct list_query {
    str show, search, due, currency, sort, cursor, pick;
    int64_t seller;
};

static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_query, show),
     .choices = shows,
     .about = "Which items: open, overdue, processing, disputed, credits, paid or all"},
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_query, search),
     .about = "Part of a number, PO, order or delivery, or an amount"},
    {.name = "due",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_query, due),
     .choices = dues},
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_query, currency),
     .longest = 3},
    {.name = "seller",
     .type = INPUT_ID,
     .offset = offsetof(struct list_query, seller),
     .kind = "sel"},
    {.name = "sort",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_query, sort),
     .choices = item_sorts},
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(struct list_query, cursor)},
    {.name = "select",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_query, pick),
     .choices = picks},
    {.name = NULL},
};

static ptrdiff_t place_of(const char *const names[], str name)
{
    for (ptrdiff_t i = 0; names[i]; i++)
        if (str_eq(name, str_of(names[i]))) return i;
    return 0;
}

static void due_range(const struct list_query *q, date today, struct receivables_filter *f)
{
    int year, month, day;
    date_parts(today, &year, &month, &day);
    date first = date_plus(today, 1 - day);
    if (str_eq(q->due, S("week"))) f->due_to = SOME_DATE(date_plus(today, 7 - date_weekday(today)));
    if (str_eq(q->due, S("month"))) {
        f->due_from = SOME_DATE(first);
        f->due_to = SOME_DATE(date_month_end(today));
    }
    if (str_eq(q->due, S("next-month"))) {
        f->due_from = SOME_DATE(date_plus_months(first, 1));
        f->due_to = SOME_DATE(date_month_end(f->due_from.value));
    }
}

static struct receivables_filter filter_of(struct request *rq, const struct list_query *q)
{
    struct receivables_filter f = {
        .customer = rq->who.customer,
        .show = (enum show)(place_of(shows, q->show) + SHOW_OPEN),
        .search = q->search,
        .currency = q->currency,
        .entity = q->seller,
        .cursor = q->cursor,
        .limit = PAGE_ROWS,
        .today = rq->today,
    };
    /* Who selects by a rule means all that it fits, not those of one page. */
    if (q->pick.len > 0 && !str_eq(q->pick, S("none"))) f.limit = SELECT_ROWS;
    due_range(q, rq->today, &f);
    f.order = item_order(q->sort, f.show);
    return f;
}

/* The address of this list with one thing changed; a page and a selection are not kept. */
static struct url list_url(struct request *rq, const struct list_query *q, const char *path,
                           const char *name, str value)
{
    const struct {
        const char *name;
        str value;
    } kept[] = {
        {"show", q->show},
        {"q", q->search},
        {"due", q->due},
        {"currency", q->currency},
        {"seller", q->seller ? id_text(rq->op.mem, rq->app->keys, "sel", q->seller) : S("")},
        {"sort", q->sort},
        {"select", S("")},
        {"cursor", S("")},
    };
    struct text t = {.mem = rq->op.mem};
    char glue = '?';
    text_add(&t, str_of(path));
    for (ptrdiff_t i = 0; i < COUNT(kept); i++) {
        str v = strcmp(kept[i].name, name) == 0 ? value : kept[i].value;
        if (v.len == 0) continue;
        text_char(&t, glue);
        text_add(&t, str_of(kept[i].name));
        text_char(&t, '=');
        text_add(&t, url_encode(rq->op.mem, v));
        glue = '&';
    }
    return url_of(text_str(&t));
}

/* ---- the view ---- */

static bool chosen(const struct list_query *q, const struct receivable *r)
{
    if (str_eq(q->pick, S("all"))) return true;
    if (str_eq(q->pick, S("overdue"))) return r->side > 0 && r->days < 0;
    if (str_eq(q->pick, S("week"))) return r->side > 0 && r->days <= 7;
    if (str_eq(q->pick, S("credits"))) return r->side < 0;
    return false;
}

static money with_side(const struct receivable *r, money amount)
{
    return r->side < 0 ? money_neg(amount) : amount;
}

static struct invoices_row row_of(struct request *rq, const struct list_query *q,
                                  const struct receivable *r)
{
    bool under_way = r->reserved.minor >= r->open.minor;
    struct invoices_row row = {
        .id = id_text(rq->op.mem, rq->app->keys, "itm", r->item),
        .number = r->number,
        .link = item_url(rq, r),
        .po = r->po,
        .issued = r->issued,
        .due = r->due,
        .credit = r->side<0, .credit_note = r->kind == ITEM_CREDIT_NOTE,
                          .on_account = r->kind == ITEM_PAYMENT, .payable = r->open.minor> 0 &&
                  !under_way,
        .partly = r->open.minor < r->amount.minor,
        .standing = standing_words(rq, r),
        .amount = with_side(r, r->amount),
        .open = with_side(r, r->open),
    };
    row.chosen = row.payable && chosen(q, r);
    return row;
}

static void groups_of(struct request *rq, const struct list_query *q, const struct receivables *in,
                      struct invoices_view *v)
{
    bool whole = q->cursor.len == 0 && in->next_cursor.len == 0;
    v->groups = arena_array(rq->op.mem, struct invoices_group, in->count);
    struct invoices_row *rows = arena_array(rq->op.mem, struct invoices_row, in->count);
    for (ptrdiff_t i = 0; i < in->count; i++) {
        currency cur = in->at[i].open.cur;
        if (i == 0 || !currency_eq(cur, in->at[i - 1].open.cur))
            v->groups[v->group_count++] = (struct invoices_group){
                .code = str_copy(rq->op.mem, currency_text(&cur)),
                .name = lang_currency_name(rq->op.mem, op_lang(&rq->op), cur),
                .rows = &rows[i],
                .whole = whole,
                .sum = money_of(0, cur),
            };
        struct invoices_group *g = &v->groups[v->group_count - 1];
        rows[i] = row_of(rq, q, &in->at[i]);
        g->sum = money_add(g->sum, rows[i].open);
        g->count++;
        if (rows[i].chosen) v->has_chosen = true;
    }
    v->row_count = in->count;
}

static void tabs_of(struct request *rq, const struct list_query *q,
                    const struct receivables_counts *counts, struct invoices_view *v)
{
    static const char *const names[] = {N_("Open"),     N_("Overdue"), N_("Processing"),
                                        N_("Disputed"), N_("Credits"), N_("Paid"),
                                        N_("All")};
    ptrdiff_t current = place_of(shows, q->show);
    for (ptrdiff_t i = 0; i < COUNT(names); i++)
        v->tabs[i] = (struct invoices_tab){
            .name = str_of(say(op_lang(&rq->op), names[i])),
            .link = list_url(rq, q, "/invoices", "show", str_of(shows[i])),
            .count = counts->of[i + SHOW_OPEN],
            .more = counts->more[i + SHOW_OPEN],
            .current = i == current,
        };
}

static void choice_add(struct invoices_choices *c, str value, str name, str now)
{
    c->at[c->count++] = (struct invoices_choice){value, name, str_eq(value, now)};
}

/* Heads that sort, and the same as a choice for screens that show no heads; but for orders in which
 * the list would be slow. */
static void columns_of(struct request *rq, const struct list_query *q,
                       const struct receivables_filter *f, struct invoices_view *v)
{
    static const struct {
        const char *name, *sort;
        enum receivables_order order;
        bool money;
    } columns[] = {
        {N_("Number"), "number", ORDER_NUMBER, false},
        {N_("Issued"), "issued", ORDER_ISSUED, false},
        {N_("Due"), "due", ORDER_DUE, false},
        {N_("Open"), "open", ORDER_OPEN, true},
    };
    str sort = item_sort(receivables_order_of(f));
    v->sorts.at = arena_array(rq->op.mem, struct invoices_choice, 2 * COUNT(columns));
    for (ptrdiff_t i = 0; i < COUNT(columns); i++) {
        struct column_turn t = column_turn(rq, sort, columns[i].sort, columns[i].money);
        v->columns[i] = (struct invoices_column){
            .name = str_of(say(op_lang(&rq->op), columns[i].name)),
            .sort = t.sorted,
            .sorts = receivables_may_order(f, columns[i].order),
            .link = list_url(rq, q, "/invoices", "sort", t.next),
        };
        str name = v->columns[i].name, up = str_of(columns[i].sort);
        if (!v->columns[i].sorts) continue;
        choice_add(&v->sorts, up, str_printf(rq->op.mem, "%.*s \u2191", STR(name)), sort);
        choice_add(&v->sorts, str_printf(rq->op.mem, "-%.*s", STR(up)),
                   str_printf(rq->op.mem, "%.*s \u2193", STR(name)), sort);
    }
}

static bool choices_of(struct request *rq, const struct list_query *q,
                       const struct open_currencies *open, struct invoices_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    struct seller_names sellers;
    if (!entity_names(&rq->op, &sellers)) return false;

    v->dues.at = arena_array(mem, struct invoices_choice, 4);
    choice_add(&v->dues, S(""), str_of(say(lang, "Any time")), q->due);
    choice_add(&v->dues, S("week"), str_of(say(lang, "Until Sunday")), q->due);
    choice_add(&v->dues, S("month"), str_of(say(lang, "This month")), q->due);
    choice_add(&v->dues, S("next-month"), str_of(say(lang, "Next month")), q->due);

    v->currencies.at = arena_array(mem, struct invoices_choice, open->count + 1);
    choice_add(&v->currencies, S(""), str_of(say(lang, "All")), q->currency);
    for (ptrdiff_t i = 0; i < open->count; i++) {
        str code = currency_text(&open->at[i]);
        choice_add(&v->currencies, code, code, q->currency);
    }
    v->sellers.at = arena_array(mem, struct invoices_choice, sellers.count + 1);
    str now = q->seller ? id_text(mem, rq->app->keys, "sel", q->seller) : S("");
    choice_add(&v->sellers, S(""), str_of(say(lang, "Everyone")), now);
    for (ptrdiff_t i = 0; i < sellers.count; i++)
        choice_add(&v->sellers, id_text(mem, rq->app->keys, "sel", sellers.at[i].id),
                   sellers.at[i].name, now);
    return true;
}

/* The words that the running total needs in the browser, with '#' where the number goes. */
static str total_words(struct request *rq)
{
    const struct lang *lang = op_lang(&rq->op);
    struct text t = {.mem = rq->op.mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    json_key(&o, "invoice");
    json_open(&o, '{');
    json_key(&o, "one");
    json_put_str(&o, str_of(say(lang, "# invoice")));
    json_key(&o, "other");
    json_put_str(&o, str_of(say(lang, "# invoices")));
    json_close(&o, '}');
    json_key(&o, "credit");
    json_open(&o, '{');
    json_key(&o, "one");
    json_put_str(&o, str_of(say(lang, "# credit")));
    json_key(&o, "other");
    json_put_str(&o, str_of(say(lang, "# credits")));
    json_close(&o, '}');
    json_key(&o, "none");
    json_put_str(&o, str_of(say(lang, "Nothing selected")));
    json_key(&o, "credited");
    json_put_str(&o, str_of(say(lang, "credit of #")));
    json_key(&o, "look");
    json_put_str(&o, str_of(say(lang, "Look at the credit")));
    json_key(&o, "go");
    json_put_str(&o, str_of(say(lang, "Review and pay #")));
    json_close(&o, '}');
    return text_str(&t);
}

static void links_of(struct request *rq, const struct list_query *q, struct invoices_view *v,
                     str next_cursor)
{
    v->select_all = list_url(rq, q, "/invoices", "select", S("all"));
    v->select_overdue = list_url(rq, q, "/invoices", "select", S("overdue"));
    v->select_week = list_url(rq, q, "/invoices", "select", S("week"));
    v->select_credits = list_url(rq, q, "/invoices", "select", S("credits"));
    v->select_none = list_url(rq, q, "/invoices", "select", S("none"));
    v->next = list_url(rq, q, "/invoices", "cursor", next_cursor);
    v->csv = list_url(rq, q, "/invoices.csv", "", S(""));
    v->clear = q->search.len > 0 ? url_printf(rq->op.mem, "/invoices?show=all&q=%.*s",
                                              STR(url_encode(rq->op.mem, q->search)))
                                 : url_of(S("/invoices"));
}

static struct reply invoices_show(struct request *rq)
{
    struct list_query asked = *(const struct list_query *)rq->in;
    const struct list_query *q = &asked;
    if (rq->problems) asked.pick = S(""); /* a rule holds for what was asked, not for more */
    struct receivables_filter filter = filter_of(rq, q);
    struct receivables list;
    struct receivables_counts counts;
    struct open_currencies open;
    struct frame frame;
    struct invoices_view v = {
        .show = str_of(shows[place_of(shows, q->show)]),
        .search = q->search,
        .words = total_words(rq),
        .may_pay = role_may(rq->who.role, MAY_PAY) && !rq->who.view_as,
        .may_dispute = role_may(rq->who.role, MAY_DISPUTE) && !rq->who.view_as,
        .may_take = !rq->who.view_as,
        .filtered = q->due.len > 0 || q->currency.len > 0 || q->seller != 0 || q->show.len > 0,
        .later = q->cursor.len > 0,
    };
    if (!receivables_currencies(&rq->op, rq->who.customer, &open)) return reply_errors(rq);
    filter.open = &open;
    if (!receivables_list(&rq->op, &filter, &list) || !group_has(rq, &v.has_group))
        return reply_errors(rq);
    if (!receivables_count(&rq->op, rq->who.customer, rq->today, &counts)) return reply_errors(rq);
    if (!choices_of(rq, q, &open, &v)) return reply_errors(rq);
    groups_of(rq, q, &list, &v);
    tabs_of(rq, q, &counts, &v);
    columns_of(rq, q, &filter, &v);
    links_of(rq, q, &v, list.next_cursor);
    v.has_next = list.next_cursor.len > 0;

    str title = str_of(say(op_lang(&rq->op), "Invoices"));
    if (!portal_frame(rq, title, "/invoices", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_invoices(&page, &v);
    return portal_end(rq, &frame, &page);
}

/* ---- the same as a file ---- */

static struct reply invoices_csv(struct request *rq)
{
    const struct list_query *q = rq->in;
    struct receivables_filter filter = filter_of(rq, q);
    filter.cursor = S("");
    filter.limit = 1000;
    return download_invoices_csv(rq, &filter);
}

struct zip_form {
    struct id_list items;
};
static const struct input zip_inputs[] = {
    {.name = "item",
     .type = INPUT_IDS,
     .offset = offsetof(struct zip_form, items),
     .kind = "itm",
     .required = true},
    {.name = NULL},
};

static struct reply selected_csv(struct request *rq)
{
    const struct zip_form *form = rq->in;
    return download_selected_csv(rq, form->items.at, form->items.count);
}

static struct reply invoices_zip(struct request *rq)
{
    const struct zip_form *form = rq->in;
    return download_invoices_zip(rq, form->items.at, form->items.count);
}

const struct route invoices_routes[] = {
    {.method = GET,
     .path = "/invoices",
     .handle = invoices_show,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(list_inputs, struct list_query),
     .about = "Invoices, credit notes and payments on account"},
    {.method = GET,
     .path = "/invoices.csv",
     .handle = invoices_csv,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(list_inputs, struct list_query),
     .about = "The same list as a table"},
    {.method = POST,
     .path = "/invoices/csv",
     .handle = selected_csv,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(zip_inputs, struct zip_form),
     .about = "The selected items as a table"},
    {.method = POST,
     .path = "/invoices/zip",
     .handle = invoices_zip,
     .may = MAY_SEE_ACCOUNT,
     .talks = true, /* a thousand documents take their time: nobody waits behind them */
     INPUTS(zip_inputs, struct zip_form),
     .about = "The selected documents as PDF in one ZIP file"},
    {.path = NULL},
};
