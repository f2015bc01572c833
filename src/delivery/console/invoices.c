#include "delivery/console/invoices.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/console/books.h"
#include "delivery/console/bulk.h"
#include "delivery/console/changes.h"
#include "delivery/console/disputes.h"
#include "delivery/papers.h"
#include "domain/company/company.h"
#include "domain/customers/terms.h"
#include "domain/receivables/documents.h"

#define HERE "/console/invoices"
enum { PAGE_ROWS = 50 };

/* ---- the list ---- */

static const char *const shows[] = {"open",    "overdue", "processing", "disputed",
                                    "credits", "paid",    "all",        NULL};
static const char *const show_names[] = {N_("Open"),     N_("Overdue"), N_("Processing"),
                                         N_("Disputed"), N_("Credits"), N_("Paid"),
                                         N_("All")};

struct list_form {
    str show, search, currency, sort, cursor;
    int64_t customer;
};
static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, show),
     .choices = shows},
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, search),
     .about = "Part of a number, PO, order or delivery, or an amount"},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, customer),
     .kind = "cus"},
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, currency),
     .longest = 3},
    {.name = "sort",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, sort),
     .choices = item_sorts},
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(struct list_form, cursor)},
    {.name = NULL},
};

static ptrdiff_t index_of(const char *const names[], str name)
{
    for (ptrdiff_t i = 0; names[i]; i++)
        if (str_eq(name, str_of(names[i]))) return i;
    return 0;
}

static str customer_text(struct request *rq, int64_t customer)
{
    return customer ? place_id(rq, PLACE_CUSTOMER, customer) : S("");
}

static struct url list_url(struct request *rq, const struct list_form *f, str show, str cursor)
{
    const struct {
        const char *name;
        str value;
    } kept[] = {
        {"q", f->search},
        {"customer", customer_text(rq, f->customer)},
        {"currency", f->currency},
    };
    struct text t = {.mem = rq->op.mem};
    text_add(&t, S(HERE "?show="));
    text_add(&t, show);
    for (int i = 0; i < COUNT(kept); i++)
        if (kept[i].value.len > 0)
            text_format(&t, "&%s=%.*s", kept[i].name, STR(url_encode(rq->op.mem, kept[i].value)));
    return listing_url(rq, url_of(text_str(&t)), f->sort, cursor);
}

static bool list_tabs(struct request *rq, const struct list_form *f, struct listing *v)
{
    struct receivables_counts counts;
    ptrdiff_t current = index_of(shows, f->show);
    if (!receivables_count(&rq->op, f->customer, rq->today, &counts)) return false;
    for (ptrdiff_t i = 0; i < COUNT(show_names); i++)
        v->tabs[v->tab_count++] = (struct tab){
            .name = said(rq, show_names[i]),
            .link = list_url(rq, f, str_of(shows[i]), S("")),
            .count = counts.of[i + SHOW_OPEN],
            .more = counts.more[i + SHOW_OPEN],
            .current = i == current,
        };
    return true;
}

static void list_filters(struct request *rq, const struct list_form *f,
                         const struct open_currencies *open, struct listing *v)
{
    struct answer *currencies = arena_array(rq->op.mem, struct answer, open->count + 1);
    currencies[0] = (struct answer){S(""), said(rq, "All")};
    for (ptrdiff_t i = 0; i < open->count; i++) {
        str code = currency_text(&open->at[i]);
        currencies[i + 1] = (struct answer){code, code};
    }
    ask(rq, &v->filters, ASK_HIDDEN, "show", NULL, str_of(shows[index_of(shows, f->show)]));
    if (f->customer)
        ask(rq, &v->filters, ASK_HIDDEN, "customer", NULL, customer_text(rq, f->customer));
    struct question *q = ask(rq, &v->filters, ASK_SELECT, "currency", N_("Currency"), f->currency);
    q->answers = currencies;
    q->answer_count = open->count + 1;
}

static void list_sorts(struct request *rq, const struct list_form *f,
                       const struct receivables_filter *filter, struct listing *v)
{
    static const enum receivables_order orders[] = {ORDER_NUMBER, ORDER_ISSUED, ORDER_DUE,
                                                    ORDER_OPEN};
    struct sort_column columns[] = {
        {0, "number", false, false},
        {2, "issued", false, false},
        {3, "due", false, false},
        {6, "open", true, false},
    };
    struct list_form plain = *f;
    plain.sort = S("");
    for (int i = 0; i < COUNT(orders); i++)
        columns[i].not_offered = !receivables_may_order(filter, orders[i]);
    listing_sorts(rq, v, columns, COUNT(columns), item_sort(receivables_order_of(filter)),
                  list_url(rq, &plain, f->show, S("")));
}

static void list_rows(struct request *rq, const struct receivables *list, struct grid *g)
{
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const struct receivable *r = &list->at[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_link(r->number, place_url(rq, PLACE_ITEM, r->item, ""));
        if (r->kind == ITEM_CREDIT_NOTE) row[0].small = said(rq, "credit note");
        if (r->kind == ITEM_PAYMENT) row[0].small = said(rq, "on account");
        if (r->customer)
            row[1] = grid_link(r->customer_name, place_url(rq, PLACE_CUSTOMER, r->customer, ""));
        row[2] = grid_date(r->issued);
        if (r->side > 0) row[3] = grid_date(r->due);
        row[4] = grid_status(standing_words(rq, r));
        row[5] = grid_money(money_scale(r->amount, r->side, 1, ROUND_DOWN));
        row[6] = grid_money(money_scale(r->open, r->side, 1, ROUND_DOWN));
        row[6].strong = true;
    }
}

/* Boxes to tick, and what can be done with the rows. */
static void list_bulk(struct request *rq, const struct list_form *f, const struct receivables *list,
                      struct listing *v)
{
    v->bulk = bulk_bar_of(rq);
    if (!v->bulk) return;
    bulk_filter(rq, v->bulk, "show", f->show);
    bulk_filter(rq, v->bulk, "q", f->search);
    bulk_filter(rq, v->bulk, "currency", f->currency);
    bulk_filter(rq, v->bulk, "customer", customer_text(rq, f->customer));
    v->grid.ticks = arena_array(rq->op.mem, str, list->count);
    for (ptrdiff_t i = 0; i < list->count; i++)
        v->grid.ticks[i] = place_id(rq, PLACE_ITEM, list->at[i].item);
}

static struct reply invoices_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")}, {GRID_TEXT, N_("Customer")}, {GRID_DATE, N_("Issued")},
        {GRID_DATE, N_("Due")},   {GRID_STATUS, N_("Status")}, {GRID_MONEY, N_("Amount")},
        {GRID_MONEY, N_("Open")},
    };
    const struct list_form *f = rq->in;
    struct receivables list;
    struct open_currencies open;
    struct receivables_filter filter = {
        .customer = f->customer,
        .show = (enum show)(index_of(shows, f->show) + SHOW_OPEN),
        .search = f->search,
        .currency = f->currency,
        .cursor = f->cursor,
        .limit = PAGE_ROWS,
        .today = rq->today,
    };
    filter.order = item_order(f->sort, filter.show);
    filter.open = &open;
    if (!receivables_currencies(&rq->op, f->customer, &open)) return reply_errors(rq);
    if (!receivables_list(&rq->op, &filter, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Invoices"),
        .here = url_of(S(HERE)),
        .shown = list_url(rq, f, f->show, S("")),
        .search_label = said(rq, "Number, PO, order, delivery or amount"),
        .search = f->search,
        .has_filter = true,
        .clear = url_of(S(HERE "?show=all")),
        .clear_words = said(rq, "Show everything of all customers"),
        .grid = grid_of(rq, N_("Open items by currency"), N_("Nothing matches."), headings,
                        COUNT(headings), list.count),
    };
    if (f->customer) {
        struct customer c;
        if (!customer_get(&rq->op, f->customer, &c)) return reply_errors(rq);
        v.under = filled(rq, N_("Of {1}, customer {2}"), c.name, c.number);
    }
    grid_make_brief(&v.grid, 2, 5); /* without when it was issued and what it was at first */
    list_rows(rq, &list, &v.grid);
    list_bulk(rq, f, &list, &v);
    v.grid.has_next = list.next_cursor.len > 0;
    v.grid.next = list_url(rq, f, f->show, list.next_cursor);
    if (!list_tabs(rq, f, &v)) return reply_errors(rq);
    list_filters(rq, f, &open, &v);
    list_sorts(rq, f, &filter, &v);
    return reply_listing(rq, HERE, &v);
}

/* ---- one document ---- */

/* As money where the currency has its decimals; a finer price as it was given. */
static str price_words(struct request *rq, str decimal, currency cur)
{
    money price;
    bool lost;
    if (!money_from_decimal(decimal, cur, ROUND_EXACT, &price, &lost)) return decimal;
    return lang_amount(rq->op.mem, op_lang(&rq->op), price);
}

static void lines_of(struct request *rq, const struct document *d, struct document_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Item")},
        {GRID_NUMBER, N_("Quantity")},
        {GRID_NUMBER, N_("Price")},
        {GRID_MONEY, N_("Amount")},
    };
    v->lines = grid_of(rq, N_("What was billed"), N_("The document has no lines."), headings,
                       COUNT(headings), d->line_count + d->tax_count);
    for (ptrdiff_t i = 0; i < d->line_count; i++) {
        const struct document_line *l = &d->lines[i];
        struct grid_cell *row = grid_row(&v->lines);
        row[0] = grid_text(l->description);
        row[0].small = l->sku;
        row[1] = grid_text(l->quantity);
        row[1].small = l->unit;
        row[2] = grid_text(price_words(rq, l->unit_price, d->total.cur));
        row[3] = grid_money(l->net);
    }
    for (ptrdiff_t i = 0; i < d->tax_count; i++) {
        struct grid_cell *row = grid_row(&v->lines);
        row[0] =
            grid_text(filled(rq, N_("{1} {2}"), d->taxes[i].name,
                             lang_percent(rq->op.mem, op_lang(&rq->op), d->taxes[i].rate_ppm)));
        row[2] = grid_text(lang_money(rq->op.mem, op_lang(&rq->op), d->taxes[i].base));
        row[3] = grid_money(d->taxes[i].tax);
    }
    v->lines.total_name = said(rq, "Total");
    v->lines.total = d->total;
}

static bool items_of(struct request *rq, const struct document *d, struct document_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},   {GRID_DATE, N_("Due")},   {GRID_STATUS, N_("Status")},
        {GRID_MONEY, N_("Amount")}, {GRID_MONEY, N_("Open")},
    };
    struct receivables list;
    if (!receivables_of_document(&rq->op, d->id, rq->today, &list)) return false;
    v->items = grid_of(rq, N_("Open items of this document"), N_("It opened nothing."), headings,
                       COUNT(headings), list.count);
    v->open = money_of(0, d->total.cur);
    v->standing = (struct standing_words){S("paid"), said(rq, "Nothing is to be paid.")};
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct receivable *r = &list.at[i];
        struct grid_cell *row = grid_row(&v->items);
        row[0] = grid_text(r->number);
        row[1] = grid_date(r->due);
        row[2] = grid_status(standing_words(rq, r));
        row[3] = grid_money(r->amount);
        row[4] = grid_money(r->open);
        if (v->open.minor == 0) v->standing = standing_words(rq, r);
        v->open = money_add(v->open, r->open);
    }
    return true;
}

static bool books_of(struct request *rq, const struct document *d, struct document_view *v)
{
    struct entry_lines lines;
    struct deductions deductions;
    struct disputes disputes;
    if (!ledger_of_document(&rq->op, d->id, &lines)) return false;
    if (!deductions_of_document(&rq->op, d->id, &deductions) ||
        !disputes_of_document(&rq->op, d->id, &disputes))
        return false;
    v->entries = grid_of_entries(rq, &lines);
    v->deductions = grid_of_deductions(rq, &deductions);
    v->disputes = grid_of_disputes(rq, &disputes);
    return grid_of_allocations(rq, &lines, d->id, &v->allocations) &&
           changes_of(rq, "document", d->id, &v->changes);
}

static str source_words(struct request *rq, str source)
{
    static const struct {
        const char *source, *words;
    } rows[] = {
        {"import", N_("An imported file")},
        {"api", N_("The programming interface")},
        {"console", N_("A decision made here")},
        {"demo", N_("The demonstration")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(source, str_of(rows[i].source))) return said(rq, rows[i].words);
    return source;
}

static bool facts_of(struct request *rq, const struct document *d, struct document_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    struct entity seller;
    struct customer customer;
    if (!entity_get(&rq->op, d->entity, &seller)) return false;
    if (!customer_get(&rq->op, d->customer, &customer)) return false;
    v->customer = customer.name;
    v->customer_link = place_url(rq, PLACE_CUSTOMER, d->customer, "");
    fact_link(rq, &v->facts, N_("Customer"), customer.name, v->customer_link);
    fact_add(rq, &v->facts, N_("Billed by"), seller.name);
    fact_add(rq, &v->facts, N_("Issued"), lang_date(mem, lang, d->issued));
    fact_add(rq, &v->facts, N_("Terms"), terms_words(mem, lang, d->terms));
    fact_add(rq, &v->facts, N_("PO"), d->po);
    fact_add(rq, &v->facts, N_("Order"), d->order_ref);
    fact_add(rq, &v->facts, N_("Delivery note"), d->delivery);
    fact_add(rq, &v->facts, N_("Came by"), source_words(rq, d->source));
    fact_add(rq, &v->facts, N_("Recorded"), moment(rq, d->recorded));
    fact_link(
        rq, &v->facts, N_("Mails"), said(rq, N_("Mails with this document")),
        url_printf(mem, "/console/mail?document=%.*s", STR(place_id(rq, PLACE_INVOICE, d->id))));
    if (!d->corrects) return true;
    struct document corrected;
    if (!document_get(&rq->op, d->corrects, &corrected)) return false;
    fact_link(rq, &v->facts, N_("Corrects"), corrected.number,
              place_url(rq, PLACE_INVOICE, d->corrects, ""));
    return true;
}

static struct reply document_show(struct request *rq)
{
    struct document d;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_INVOICE, &id) || !document_get(&rq->op, id, &d))
        return reply_errors(rq);
    struct document_view v = {
        .credit = d.kind == DOCUMENT_CREDIT_NOTE,
        .number = d.number,
        .pdf = place_url(rq, PLACE_INVOICE, id, "/pdf"),
        .total = d.total,
        .net = d.net,
        .tax = d.tax,
        .note = d.note,
    };
    lines_of(rq, &d, &v);
    if (!items_of(rq, &d, &v) || !books_of(rq, &d, &v) || !facts_of(rq, &d, &v) ||
        !console_frame(rq, d.number, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_document(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply document_pdf(struct request *rq)
{
    int64_t id;
    if (!place_of(rq, PLACE_INVOICE, &id)) return reply_errors(rq);
    return paper_reply(rq, KEPT_DOCUMENT, id);
}

const struct route console_invoices_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = invoices_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Open items of all customers"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = document_show,
     .may = MAY_SEE_CONSOLE,
     .about = "One invoice or credit note, and the books behind it"},
    {.method = GET,
     .path = HERE "/:id/pdf",
     .handle = document_pdf,
     .talks = true,
     .may = MAY_SEE_CONSOLE,
     .about = "The same as PDF"},
    {.path = NULL},
};
