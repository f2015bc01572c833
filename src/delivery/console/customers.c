#include "delivery/console/customers.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/customer_form.h"

#define HERE "/console/customers"
enum { PAGE_ROWS = 50 };

/* ---- the list ---- */

/* In the order of enum customers_order. */
static const char *const sorts[] = {"name", "-name", "number", "-number", NULL};

struct list_form {
    str search, sort, cursor;
};
static const struct input list_inputs[] = {
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, search),
     .about = "The start of a number, or a part of a name"},
    {.name = "sort",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, sort),
     .choices = sorts},
    {.name = "cursor",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, cursor),
     .longest = 400},
    {.name = NULL},
};

static struct reply customers_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("Number")},
        {GRID_TEXT, N_("Country")},
        {GRID_NUMBER, N_("Open items")},
        {GRID_NUMBER, N_("of which overdue")},
    };
    const struct list_form *form = rq->in;
    struct arena *mem = rq->op.mem;
    struct customers list;
    static const struct sort_column columns[] = {{0, "name", false, false},
                                                 {1, "number", false, false}};
    int order = 0;
    while (sorts[order] && !str_eq(form->sort, str_of(sorts[order]))) order++;
    if (!sorts[order]) order = CUSTOMERS_BY_NAME;
    struct customers_filter filter = {.search = form->search,
                                      .order = (enum customers_order)order,
                                      .cursor = form->cursor,
                                      .limit = PAGE_ROWS,
                                      .today = rq->today};
    if (!customers_found(&rq->op, &filter, &list)) return reply_errors(rq);
    struct url here = url_printf(mem, HERE "?q=%.*s", STR(url_encode(mem, form->search)));
    struct listing v = {
        .title = said(rq, "Customers"),
        .here = url_of(S(HERE)),
        .saved_list = "customers",
        .query = str_cut(listing_url(rq, here, form->sort, S("")).checked, '?').tail,
        .search_label = said(rq, "Name or number"),
        .search = form->search,
        .has_filter = form->search.len > 0,
        .clear = url_of(S(HERE)),
        .clear_words = said(rq, "Show all customers"),
        .grid = grid_of(rq, N_("Customers"),
                        form->search.len > 0 ? N_("No customer matches this search.")
                                             : N_("There are no customers yet."),
                        headings, COUNT(headings), list.count),
    };
    if (may(rq, MAY_WORK))
        v.acts[v.act_count++] =
            (struct link_words){said(rq, "New customer"), url_of(S(HERE "/new")), true};
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct customer_summary *c = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(c->name, place_url(rq, PLACE_CUSTOMER, c->id, ""));
        row[1] = grid_text(c->number);
        row[2] = grid_text(c->country);
        row[3] = grid_count(rq, c->open_count, items_of_customer(rq, c->id, "open"));
        row[4] = grid_count(rq, c->overdue_count, items_of_customer(rq, c->id, "overdue"));
        row[4].late = c->overdue_count > 0;
    }
    v.grid.has_next = list.next_cursor.len > 0;
    v.grid.next = listing_url(rq, here, form->sort, list.next_cursor);
    listing_sorts(rq, &v, columns, COUNT(columns), str_of(sorts[order]), here);
    return reply_listing(rq, HERE, &v);
}

/* ---- a new one, and a change ---- */

static void ask_languages(struct request *rq, struct question *q)
{
    const struct lang *const *all = lang_all();
    ptrdiff_t count = 0;
    while (all[count]) count++;
    struct answer *answers = arena_array(rq->op.mem, struct answer, count + 1);
    answers[0] = (struct answer){S(""), said(rq, "Not known")};
    for (ptrdiff_t i = 0; i < count; i++)
        answers[i + 1] = (struct answer){lang_tag(all[i]), lang_name(all[i])};
    q->answers = answers;
    q->answer_count = count + 1;
}

static void ask_customer(struct request *rq, const struct customer *c, str parent, bool new,
                         struct question_list *list)
{
    if (new) {
        struct question *q = ask(rq, list, ASK_LINE, "number", N_("Number"), c->number);
        q->required = true;
        q->hint = said(rq, "As your ERP and the bank files call the customer.");
    }
    ask(rq, list, ASK_LINE, "name", N_("Name"), c->name)->required = true;
    ask(rq, list, ASK_LINE, "country", N_("Country"), c->country)->hint =
        said(rq, "Two letters, such as DE.");
    ask_languages(rq, ask(rq, list, ASK_SELECT, "language", N_("Language"), c->language));
    ask(rq, list, ASK_AREA, "address", N_("Address"), c->address);
    ask(rq, list, ASK_LINE, "tax_id", N_("VAT or tax number"), c->tax_id);
    ask(rq, list, ASK_LINE, "terms", N_("Payment terms"), c->terms)->hint =
        said(rq, "Such as: net 30; 2/10 net 30; net 30 EOM; 15th prox. Empty: due on receipt.");
    ask(rq, list, ASK_LINE, "parent", N_("Belongs to the customer with this number"), parent)
        ->hint = said(rq, "The parent sees and pays what this customer owes. Empty: none.");
    if (!new)
        ask(rq, list, ASK_HIDDEN, "version", NULL,
            str_printf(rq->op.mem, "%lld", (long long)c->version));
    ask_problems(rq, list);
}

static struct reply customer_new(struct request *rq)
{
    struct customer none = {0};
    struct form_view v = {
        .title = said(rq, "New customer"),
        .crumb = said(rq, "Customers"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE)),
        .button = said(rq, "Create the customer"),
    };
    ask_customer(rq, &none, S(""), true, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply customer_add(struct request *rq)
{
    int64_t id;
    if (!customer_create(&rq->op, rq->in, &id)) return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=created");
}

static struct reply customer_edit(struct request *rq)
{
    struct customer c;
    struct customer parent = {0};
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c))
        return reply_errors(rq);
    if (c.parent && !customer_get(&rq->op, c.parent, &parent)) return reply_errors(rq);
    struct form_view v = {
        .title = filled(rq, N_("Change {1}"), c.name, S("")),
        .crumb = c.name,
        .crumb_link = place_url(rq, PLACE_CUSTOMER, id, ""),
        .action = place_url(rq, PLACE_CUSTOMER, id, "/edit"),
        .button = said(rq, "Save"),
    };
    ask_customer(rq, &c, parent.number, false, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply customer_save(struct request *rq)
{
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_change(&rq->op, id, rq->in))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=changed");
}

const struct route console_customers_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = customers_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Customers, by name"},
    {.method = GET,
     .path = HERE "/new",
     .handle = customer_new,
     .may = MAY_WORK,
     .about = "The form for a new customer"},
    {.method = POST,
     .path = HERE,
     .handle = customer_add,
     .may = MAY_WORK,
     INPUTS(customer_inputs, struct customer_form),
     .redisplay = customer_new,
     .about = "Creates a customer"},
    {.method = GET,
     .path = HERE "/:id/edit",
     .handle = customer_edit,
     .may = MAY_WORK,
     .about = "The form that changes a customer"},
    {.method = POST,
     .path = HERE "/:id/edit",
     .handle = customer_save,
     .may = MAY_WORK,
     INPUTS(customer_inputs, struct customer_form),
     .redisplay = customer_edit,
     .about = "Changes a customer"},
    {.path = NULL},
};
