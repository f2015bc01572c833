#include "delivery/console/search.h"

#include "base/lang.h"
#include "domain/customers/customers.h"
#include "domain/reports/search.h"

enum { FOUND_MAX = 10 };

struct search_form {
    str text;
};
static const struct input search_inputs[] = {
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct search_form, text),
     .longest = 100,
     .about = "A part of a name, the beginning of a number, a reference or an amount"},
    {.name = NULL},
};

static bool customers_find(struct request *rq, str text, struct search_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("Number")},
        {GRID_NUMBER, N_("Open items")},
        {GRID_NUMBER, N_("of which overdue")},
    };
    struct customers list = {0};
    if (text.len > 0 && !customers_list(&rq->op, text, S(""), FOUND_MAX, rq->today, &list))
        return false;
    v->customers =
        grid_of(rq, N_("Customers"), N_("Nothing."), headings, COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct grid_cell *row = grid_row(&v->customers);
        row[0] = grid_link(list.at[i].name, place_url(rq, PLACE_CUSTOMER, list.at[i].id, ""));
        row[1] = grid_text(list.at[i].number);
        row[2] =
            grid_count(rq, list.at[i].open_count, items_of_customer(rq, list.at[i].id, "open"));
        row[3] = grid_count_to(rq, list.at[i].overdue_count, list.at[i].overdue_more,
                               items_of_customer(rq, list.at[i].id, "overdue"));
    }
    return true;
}

static void items_show(struct request *rq, const struct findings *found, struct search_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},   {GRID_TEXT, N_("Customer")}, {GRID_DATE, N_("Due")},
        {GRID_MONEY, N_("Amount")}, {GRID_MONEY, N_("Open")},
    };
    v->items = grid_of(rq, N_("Invoices and credit notes"), N_("Nothing."), headings,
                       COUNT(headings), found->item_count);
    for (ptrdiff_t i = 0; i < found->item_count; i++) {
        const struct found_item *f = &found->items[i];
        struct grid_cell *row = grid_row(&v->items);
        row[0] = grid_link(f->number, place_url(rq, PLACE_ITEM, f->item, ""));
        if (f->side < 0) row[0].small = said(rq, "credit note");
        row[1] = grid_link(f->customer_name, place_url(rq, PLACE_CUSTOMER, f->customer, ""));
        row[2] = grid_date(f->due);
        row[3] = grid_money(money_scale(f->amount, f->side, 1, ROUND_DOWN));
        row[4] = grid_money(money_scale(f->open, f->side, 1, ROUND_DOWN));
    }
}

static void payments_show(struct request *rq, const struct findings *found, struct search_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},
        {GRID_DATE, N_("Date")},
        {GRID_TEXT, N_("Customer")},
        {GRID_MONEY, N_("Amount")},
    };
    v->payments = grid_of(rq, N_("Payments"), N_("Nothing."), headings, COUNT(headings),
                          found->payment_count);
    for (ptrdiff_t i = 0; i < found->payment_count; i++) {
        const struct found_payment *f = &found->payments[i];
        struct grid_cell *row = grid_row(&v->payments);
        row[0] = grid_link(f->number, place_url(rq, PLACE_PAYMENT, f->payment, ""));
        row[1] = grid_date(f->day);
        row[2] = f->customer
                     ? grid_link(f->customer_name, place_url(rq, PLACE_CUSTOMER, f->customer, ""))
                     : grid_text(f->payer);
        row[3] = grid_money(f->amount);
    }
}

static void people_show(struct request *rq, const struct findings *found, struct search_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("E-mail")},
        {GRID_TEXT, N_("Who")},
        {GRID_TEXT, N_("Customer")},
    };
    static const struct {
        const char *what, *words;
    } kinds[] = {
        {"colleague", N_("Colleague")},
        {"access", N_("Signs in to the portal")},
        {"contact", N_("Contact")},
    };
    v->people =
        grid_of(rq, N_("People"), N_("Nothing."), headings, COUNT(headings), found->person_count);
    for (ptrdiff_t i = 0; i < found->person_count; i++) {
        const struct found_person *f = &found->people[i];
        struct grid_cell *row = grid_row(&v->people);
        struct url customer = place_url(rq, PLACE_CUSTOMER, f->customer, "");
        row[0] = f->customer ? grid_link(f->name, customer)
                 : may(rq, MAY_ADMINISTER)
                     ? grid_link(f->name, place_url(rq, PLACE_PERSON, f->id, ""))
                     : grid_text(f->name);
        row[1] = grid_text(f->email);
        for (ptrdiff_t k = 0; k < COUNT(kinds); k++)
            if (str_eq(f->what, str_of(kinds[k].what)))
                row[2] = grid_text(said(rq, kinds[k].words));
        if (f->customer) row[3] = grid_link(f->customer_name, customer);
    }
}

static struct url all_of(const struct request *rq, const char *list, str text)
{
    return url_printf(rq->op.mem, "%s%.*s", list, STR(url_encode(rq->op.mem, text)));
}

static struct reply search_show(struct request *rq)
{
    const struct search_form *form = rq->in;
    struct findings found;
    struct frame frame;
    str text = str_trim(form->text);
    struct search_view v = {
        .text = text,
        .names = {said(rq, "Customers"), said(rq, "Invoices and credit notes"),
                  said(rq, "Payments")},
        .asked = text.len > 0,
        .all_customers = all_of(rq, "/console/customers?q=", text),
        .all_items = all_of(rq, "/console/invoices?show=all&q=", text),
        .all_payments = all_of(rq, "/console/payments?q=", text),
    };
    if (!search_all(&rq->op, text, FOUND_MAX, &found) || !customers_find(rq, text, &v))
        return reply_errors(rq);
    items_show(rq, &found, &v);
    payments_show(rq, &found, &v);
    people_show(rq, &found, &v);
    v.found =
        v.customers.row_count + v.items.row_count + v.payments.row_count + v.people.row_count > 0;
    if (!console_frame(rq, said(rq, "Search"), "/console/search", &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_search(&page, &v);
    return console_end(rq, &frame, &page);
}

const struct route console_search_routes[] = {
    {.method = GET,
     .path = "/console/search",
     .handle = search_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(search_inputs, struct search_form),
     .about =
         "Customers, documents, payments and people by name, number, reference, amount or e-mail"},
    {.path = NULL},
};
