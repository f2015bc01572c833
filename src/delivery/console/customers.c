#include "delivery/console/customers.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/acts.h"
#include "delivery/console/care.h"
#include "delivery/customer_form.h"
#include "delivery/portal/downloads.h"

#define HERE "/console/customers"
enum { PAGE_ROWS = 50, CSV_ROWS = 10000 };

/* ---- the list ---- */

/* In the order of enum customers_order. */
static const char *const sorts[] = {"name", "-name", "number", "-number", NULL};

const char *const customer_shows[] = {"all", "mine", "unowned", "held", NULL};
static const struct {
    const char *name, *nothing;
    enum customers_who who;
} shows[] = {
    {N_("All"), N_("There are no customers yet."), CUSTOMERS_ALL},
    {N_("Mine"), N_("No customer is yours."), CUSTOMERS_OF_OWNER},
    {N_("Nobody's"), N_("Every customer has somebody who looks after it."), CUSTOMERS_OF_NOBODY},
    {N_("On hold"), N_("Nothing is on hold."), CUSTOMERS_ON_HOLD},
};

/* The first of them when none is asked for. */
static int shown(str show)
{
    for (int i = 0; customer_shows[i]; i++)
        if (str_eq(show, str_of(customer_shows[i]))) return i;
    return 0;
}

struct customers_filter customers_asked(const struct request *rq, str show, str search,
                                        int64_t owner)
{
    return (struct customers_filter){.search = search,
                                     .who = owner ? CUSTOMERS_OF_OWNER : shows[shown(show)].who,
                                     .owner = owner ? owner : rq->who.person,
                                     .limit = PAGE_ROWS,
                                     .today = rq->today};
}

struct list_form {
    str search, show, sort, cursor;
    int64_t owner;
};
static const struct input list_inputs[] = {
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, search),
     .about = "The start of a number, or a part of a name"},
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, show),
     .choices = customer_shows,
     .about = "Whose they are, or those whose reminders are on hold"},
    {.name = "owner",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, owner),
     .kind = "usr",
     .about = "The colleague whose they are"},
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

static struct url list_url(struct request *rq, str search, int show, int64_t owner)
{
    struct arena *mem = rq->op.mem;
    return url_printf(mem, HERE "?q=%.*s%s%s%s%.*s", STR(url_encode(mem, search)),
                      show ? "&show=" : "", show ? customer_shows[show] : "",
                      owner ? "&owner=" : "",
                      STR(owner ? place_id(rq, PLACE_PERSON, owner) : S("")));
}

static void row_add(struct request *rq, const struct customer_summary *c, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    if (g->ticks) g->ticks[g->row_count - 1] = place_id(rq, PLACE_CUSTOMER, c->id);
    row[0] = grid_link(c->name, place_url(rq, PLACE_CUSTOMER, c->id, ""));
    row[1] = grid_text(c->number);
    row[2] = grid_text(c->country);
    row[3] = grid_text(c->owner_name);
    if (c->on_hold)
        row[4] =
            grid_status((struct standing_words){S("soon"), hold_words(rq, true, c->hold_until)});
    row[5] = grid_count(rq, c->open_count, items_of_customer(rq, c->id, "open"));
    row[6] = grid_count_to(rq, c->overdue_count, c->overdue_more,
                           items_of_customer(rq, c->id, "overdue"));
    row[6].late = c->overdue_count > 0;
}

/* Whose, how they were found, and what can be done with many. */
static bool list_room(struct request *rq, const struct list_form *form, int show, struct listing *v)
{
    struct act_list acts = {.over = OVER_CUSTOMERS,
                            .show = str_of(customer_shows[show]),
                            .search = form->search,
                            .of = form->owner};
    for (int i = 0; i < COUNT(shows); i++)
        v->tabs[v->tab_count++] = (struct tab){.name = said(rq, shows[i].name),
                                               .link = list_url(rq, form->search, i, 0),
                                               .count = -1,
                                               .current = i == show};
    if (show) ask(rq, &v->filters, ASK_HIDDEN, "show", NULL, acts.show);
    v->bulk = act_bar_of(rq, &acts);
    if (v->bulk) v->grid.ticks = arena_array(rq->op.mem, str, v->grid.row_max);
    if (may(rq, MAY_WORK))
        v->acts[v->act_count++] =
            (struct link_words){said(rq, "New customer"), url_of(S(HERE "/new")), true};
    v->acts[v->act_count++] = (struct link_words){
        said(rq, "Export as CSV"),
        url_printf(rq->op.mem, HERE ".csv?%.*s", STR(str_cut(v->shown.checked, '?').tail)),
        false,
    };
    /* One colleague's, among all: the other tabs say whose by themselves. */
    return show || ask_colleague(rq, form->owner, &v->filters);
}

static enum customers_order order_of(str sort)
{
    for (int i = 0; sorts[i]; i++)
        if (str_eq(sort, str_of(sorts[i]))) return (enum customers_order)i;
    return CUSTOMERS_BY_NAME;
}

static struct reply customers_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")},
        {GRID_TEXT, N_("Number")},
        {GRID_TEXT, N_("Country")},
        {GRID_TEXT, N_("Owner")},
        {GRID_STATUS, N_("Reminders")},
        {GRID_NUMBER, N_("Open items")},
        {GRID_NUMBER, N_("of which overdue")},
    };
    static const struct sort_column columns[] = {{0, "name", false, false},
                                                 {1, "number", false, false}};
    const struct list_form *form = rq->in;
    struct customers list;
    int show = form->owner ? 0 : shown(form->show);
    enum customers_order order = order_of(form->sort);
    struct customers_filter filter = customers_asked(rq, form->show, form->search, form->owner);
    filter.order = order, filter.cursor = form->cursor;
    if (!customers_found(&rq->op, &filter, &list)) return reply_errors(rq);
    struct url here = list_url(rq, form->search, show, form->owner);
    struct listing v = {
        .title = said(rq, "Customers"),
        .here = url_of(S(HERE)),
        .shown = listing_url(rq, here, form->sort, S("")),
        .search_label = said(rq, "Name or number"),
        .search = form->search,
        .has_filter = form->search.len > 0 || show || form->owner,
        .clear = url_of(S(HERE)),
        .clear_words = said(rq, "Show all customers"),
        .grid = grid_of(rq, N_("Customers"),
                        form->search.len > 0 ? N_("No customer matches this search.")
                        : form->owner        ? N_("No customer is theirs.")
                                             : shows[show].nothing,
                        headings, COUNT(headings), list.count),
    };
    /* On a narrow screen a number and a country say by themselves what they are. */
    v.grid.columns[1].label = v.grid.columns[2].label = S("");
    v.grid.columns[6].label = said(rq, "Overdue");
    if (!list_room(rq, form, show, &v)) return reply_errors(rq);
    for (ptrdiff_t i = 0; i < list.count; i++) row_add(rq, &list.at[i], &v.grid);
    v.grid.has_next = list.next_cursor.len > 0;
    v.grid.next = listing_url(rq, here, form->sort, list.next_cursor);
    listing_sorts(rq, &v, columns, COUNT(columns), str_of(sorts[order]), here);
    return reply_listing(rq, HERE, &v);
}

/* The same customers as a file, in the columns that an import of customers reads. */
static struct reply customers_csv(struct request *rq)
{
    static const char *const names[] = {"customer", "name", "country", "terms", "parent", "owner"};
    const struct list_form *form = rq->in;
    struct customers list;
    struct text t = {.mem = rq->op.mem};
    struct customers_filter filter = customers_asked(rq, form->show, form->search, form->owner);
    filter.order = order_of(form->sort), filter.limit = CSV_ROWS;
    if (!customers_found(&rq->op, &filter, &list)) return reply_errors(rq);
    if (list.next_cursor.len > 0) {
        (void)op_fail(&rq->op, ERR_INVALID, "q", "More than %d customers match: choose fewer.",
                      CSV_ROWS);
        return reply_errors(rq);
    }
    for (ptrdiff_t i = 0; i < COUNT(names); i++) csv_cell(&t, str_of(names[i]));
    csv_end(&t);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct customer_summary *c = &list.at[i];
        csv_cell(&t, c->number);
        csv_cell(&t, c->name);
        csv_cell(&t, c->country);
        csv_cell(&t, c->terms);
        csv_cell(&t, c->parent_number);
        csv_cell(&t, c->owner_email);
        csv_end(&t);
    }
    str name = str_printf(rq->op.mem, "customers %.*s.csv", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
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
     .path = HERE ".csv",
     .handle = customers_csv,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "The customers that are listed, as CSV"},
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
