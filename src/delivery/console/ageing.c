#include "delivery/console/ageing.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/portal/downloads.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"

#define HERE "/console/ageing"
enum { PAGE_ROWS = 150, ITEMS_MAX = 500 };

/* ---- words ---- */

str ageing_slot_words(const struct request *rq, const struct ageing_bounds *b, int slot)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    if (slot == 0) return said(rq, "Not yet due");
    if (slot > b->count)
        return filled(rq, N_("Over {1} days late"), lang_number(mem, lang, b->days[b->count - 1]),
                      S(""));
    return filled(rq, N_("{1}–{2} days late"),
                  lang_number(mem, lang, slot == 1 ? 1 : b->days[slot - 2] + 1),
                  lang_number(mem, lang, b->days[slot - 1]));
}

struct url ageing_slot_url(const struct request *rq, currency c, int slot)
{
    return url_printf(rq->op.mem, HERE "/items?kind=invoice&slot=%d&currency=%.*s", slot,
                      STR(currency_text(&c)));
}

/* What stands right of the ages: a kind of item each. */
static const struct {
    const char *kind, *name, *title;
} kinds[] = {
    {"deduction", N_("Deductions"), N_("Open deductions")},
    {"credit_note", N_("Credits"), N_("Credit notes that are not applied")},
    {"payment", N_("Unapplied"), N_("Money on account that is not applied")},
};
static const char *const kind_values[] = {"invoice", "deduction", "credit_note",
                                          "payment", "receipt",   NULL};
static const char *const knowns[] = {"now", "then", NULL};
static const char *const forms[] = {"page", "csv", NULL};

/* ---- what is asked ---- */

struct ageing_form {
    struct opt_date as_of;
    str known, bounds, currency, as, kind;
    int64_t customer, entity, from, slot;
};
static const struct input ageing_inputs[] = {
    {.name = "as_of",
     .type = INPUT_DATE,
     .offset = offsetof(struct ageing_form, as_of),
     .about = "The day it speaks of; today when absent"},
    {.name = "known",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct ageing_form, known),
     .choices = knowns,
     .about = "As known now, or as known at the end of that day"},
    {.name = "bounds",
     .type = INPUT_TEXT,
     .offset = offsetof(struct ageing_form, bounds),
     .longest = 40,
     .about = "Where the columns end, in days: 30, 60, 90"},
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct ageing_form, currency),
     .longest = 3},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct ageing_form, customer),
     .kind = "cus"},
    {.name = "entity",
     .type = INPUT_ID,
     .offset = offsetof(struct ageing_form, entity),
     .kind = "sel"},
    {.name = "as",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct ageing_form, as),
     .choices = forms},
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct ageing_form, kind),
     .choices = kind_values,
     .about = "Of the items behind a figure"},
    {.name = "slot",
     .type = INPUT_I64,
     .offset = offsetof(struct ageing_form, slot),
     .about = "The age of the items behind a figure: 0 is not yet due"},
    {.name = "from",
     .type = INPUT_I64,
     .offset = offsetof(struct ageing_form, from),
     .about = "How many lines stand on earlier pages"},
    {.name = NULL},
};

/* The moment when the day ends where the seller is. */
static instant day_end(const struct request *rq, date day)
{
    instant midnight = (day.days + 1) * DAY_US;
    return midnight - clock_offset_minutes(midnight, rq->app->time_zone) * MINUTE_US;
}

static bool asked_of(struct request *rq, const struct ageing_form *f, struct ageing_in *out)
{
    *out = (struct ageing_in){
        .as_of = f->as_of.some ? f->as_of.value : rq->today,
        .known = INT64_MAX,
        .customer = f->customer,
        .entity = f->entity,
        .currency = f->currency,
    };
    if (str_eq(f->known, S("then"))) out->known = day_end(rq, out->as_of);
    if (f->bounds.len > 0 && ageing_bounds_from(&rq->op, f->bounds, &out->bounds)) return true;
    return f->bounds.len == 0 && ageing_bounds_get(&rq->op, &out->bounds);
}

static str some_id(const struct request *rq, const char *prefix, int64_t id)
{
    return id ? id_text(rq->op.mem, rq->app->keys, prefix, id) : S("");
}

/* The same question, of one customer where `customer` is not 0, at another place. */
static struct url asked_url(const struct request *rq, const struct ageing_form *f,
                            const struct ageing_in *in, const char *path, int64_t customer, str cur,
                            const char *more)
{
    struct arena *mem = rq->op.mem;
    return url_printf(mem,
                      "%s?as_of=%.*s&known=%.*s&bounds=%.*s&entity=%.*s&customer=%.*s"
                      "&currency=%.*s%s",
                      path, STR(date_text(mem, in->as_of)), STR(f->known),
                      STR(url_encode(mem, ageing_bounds_text(mem, &in->bounds))),
                      STR(some_id(rq, "sel", in->entity)), STR(some_id(rq, "cus", customer)),
                      STR(url_encode(mem, cur)), more);
}

/* ---- the report ---- */

static void cells_of(const struct request *rq, const struct ageing_form *f,
                     const struct ageing_in *in, const struct ageing_line *l,
                     struct ageing_row_view *r)
{
    static const char *const slots[] = {
        "&kind=invoice&slot=0", "&kind=invoice&slot=1", "&kind=invoice&slot=2",
        "&kind=invoice&slot=3", "&kind=invoice&slot=4", "&kind=invoice&slot=5",
        "&kind=invoice&slot=6",
    };
    static const char *const others[] = {"&kind=deduction", "&kind=credit_note", "&kind=payment"};
    const int64_t sums[] = {l->deducted, -l->credit, -l->unapplied};
    str cur = currency_text(&l->currency);
    int column = 0;
    for (int i = 0; i < in->bounds.count + 2; i++) {
        struct ageing_cell *c = &r->cells[column++];
        c->amount = money_of(l->slot[i], l->currency);
        c->late = i > 0;
        if (l->slot[i] != 0)
            c->link = asked_url(rq, f, in, HERE "/items", l->customer, cur, slots[i]);
    }
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
        struct ageing_cell *c = &r->cells[column++];
        c->amount = money_of(sums[i], l->currency);
        if (sums[i] != 0)
            c->link = asked_url(rq, f, in, HERE "/items", l->customer, cur, others[i]);
    }
    r->cells[column].amount = money_of(l->balance, l->currency);
    r->cells[column].link = l->customer || l->unidentified == 0
                                ? asked_url(rq, f, in, HERE, l->customer, cur, "")
                                : asked_url(rq, f, in, HERE "/items", 0, cur, "&kind=receipt");
}

static void row_of(const struct request *rq, const struct ageing_form *f,
                   const struct ageing_in *in, const struct ageing_line *l,
                   struct ageing_row_view *r)
{
    *r = (struct ageing_row_view){.name = l->name, .number = l->number};
    if (l->customer) {
        r->linked = true;
        r->link = place_url(rq, PLACE_CUSTOMER, l->customer, "");
    } else {
        r->name = said(rq, "Payer unknown");
    }
    cells_of(rq, f, in, l, r);
}

static void headings_of(const struct request *rq, const struct ageing_bounds *b,
                        struct ageing_view *v)
{
    for (int i = 0; i < b->count + 2; i++)
        v->headings[v->heading_count++] = ageing_slot_words(rq, b, i);
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        v->headings[v->heading_count++] = said(rq, kinds[i].name);
    v->headings[v->heading_count++] = said(rq, "Balance");
}

/* The tables of this page: a currency begins one, and its total stands below each. */
static void tables_of(const struct request *rq, const struct ageing_form *f,
                      const struct ageing_in *in, const struct ageing *lines,
                      const struct ageing *totals, struct ageing_view *v)
{
    struct arena *mem = rq->op.mem;
    ptrdiff_t from = f->from > 0 && f->from < lines->count ? (ptrdiff_t)f->from : 0;
    ptrdiff_t end = lines->count - from > PAGE_ROWS ? from + PAGE_ROWS : lines->count;
    struct ageing_row_view *rows = arena_array(mem, struct ageing_row_view, end - from);
    v->tables = arena_array(mem, struct ageing_table, totals->count);
    for (ptrdiff_t t = 0; t < totals->count; t++) {
        struct ageing_table table = {.rows = rows};
        currency cur = totals->at[t].currency;
        for (ptrdiff_t i = from; i < end; i++)
            if (currency_eq(lines->at[i].currency, cur))
                row_of(rq, f, in, &lines->at[i], &table.rows[table.row_count++]);
        if (table.row_count == 0) continue;
        rows += table.row_count;
        table.caption = str_copy(mem, currency_text(&cur));
        cells_of(rq, f, in, &totals->at[t], &table.total);
        table.total.name = said(rq, "Sum");
        v->tables[v->table_count++] = table;
    }
    v->has_next = end < lines->count;
    v->next = asked_url(rq, f, in, HERE, in->customer, in->currency,
                        str_z(mem, str_printf(mem, "&from=%td", end)));
}

static bool entities_ask(struct request *rq, const struct ageing_form *f, struct ageing_view *v)
{
    struct entity_list sellers;
    if (!entities(&rq->op, &sellers)) return false;
    if (sellers.count < 2) return true;
    struct answer *answers = arena_array(rq->op.mem, struct answer, sellers.count + 1);
    answers[0] = (struct answer){S(""), said(rq, "All")};
    for (ptrdiff_t i = 0; i < sellers.count; i++)
        answers[i + 1] = (struct answer){some_id(rq, "sel", sellers.at[i].id), sellers.at[i].name};
    struct question *q =
        ask(rq, &v->filters, ASK_SELECT, "entity", N_("Company"), some_id(rq, "sel", f->entity));
    q->answers = answers;
    q->answer_count = sellers.count + 1;
    return true;
}

static bool filters_of(struct request *rq, const struct ageing_form *f, const struct ageing_in *in,
                       struct ageing_view *v)
{
    struct answer *known = arena_array(rq->op.mem, struct answer, 2);
    known[0] = (struct answer){S("now"), said(rq, "As known now")};
    known[1] = (struct answer){S("then"), said(rq, "As known then")};
    ask(rq, &v->filters, ASK_DATE, "as_of", N_("As of"), date_text(rq->op.mem, in->as_of));
    struct question *q = ask(rq, &v->filters, ASK_SELECT, "known", N_("What was known"), f->known);
    q->answers = known;
    q->answer_count = 2;
    ask(rq, &v->filters, ASK_LINE, "bounds", N_("Columns end after days"), v->bounds);
    ask(rq, &v->filters, ASK_LINE, "currency", N_("Currency"), f->currency);
    if (f->customer)
        ask(rq, &v->filters, ASK_HIDDEN, "customer", NULL, some_id(rq, "cus", f->customer));
    return entities_ask(rq, f, v);
}

static struct reply ageing_csv(struct request *rq, const struct ageing_in *in,
                               const struct ageing *lines)
{
    struct text t = {.mem = rq->op.mem};
    static const char *const heads[] = {"as of", "currency", "customer", "name"};
    for (ptrdiff_t i = 0; i < COUNT(heads); i++) csv_cell(&t, str_of(heads[i]));
    for (int i = 0; i < in->bounds.count + 2; i++)
        csv_cell(&t, ageing_slot_words(rq, &in->bounds, i));
    static const char *const sums[] = {"deductions", "credits", "unapplied", "payer unknown",
                                       "balance"};
    for (ptrdiff_t i = 0; i < COUNT(sums); i++) csv_cell(&t, str_of(sums[i]));
    csv_end(&t);
    for (ptrdiff_t k = 0; k < lines->count; k++) {
        const struct ageing_line *l = &lines->at[k];
        const int64_t amounts[] = {l->deducted, -l->credit, -l->unapplied, -l->unidentified,
                                   l->balance};
        csv_date(&t, in->as_of);
        csv_cell(&t, currency_text(&l->currency));
        csv_cell(&t, l->number);
        csv_cell(&t, l->name);
        for (int i = 0; i < in->bounds.count + 2; i++)
            csv_amount(&t, money_of(l->slot[i], l->currency));
        for (ptrdiff_t i = 0; i < COUNT(amounts); i++)
            csv_amount(&t, money_of(amounts[i], l->currency));
        csv_end(&t);
    }
    str name = str_printf(rq->op.mem, "ageing %.*s.csv", STR(date_text(rq->op.mem, in->as_of)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

static struct reply ageing_show(struct request *rq)
{
    const struct ageing_form *f = rq->in;
    struct ageing_in in;
    struct ageing lines, totals;
    struct frame frame;
    struct ageing_view v = {.title = said(rq, "Ageing")};
    if (!asked_of(rq, f, &in) || !ageing_of(&rq->op, &in, &lines) ||
        !ageing_totals(&rq->op, &lines, &totals))
        return reply_errors(rq);
    if (str_eq(f->as, S("csv"))) return ageing_csv(rq, &in, &lines);
    v.bounds = ageing_bounds_text(rq->op.mem, &in.bounds);
    v.under = filled(rq,
                     in.known == INT64_MAX ? N_("As of {1}, as known now")
                                           : N_("As of {1}, as known at the end of that day"),
                     lang_date(rq->op.mem, op_lang(&rq->op), in.as_of), S(""));
    v.note = said(rq, "Credits and unapplied money have columns of their own and are not set off "
                      "against an age. The balance is that of the ledger. The same question gives "
                      "the same figures at any later time.");
    v.csv = asked_url(rq, f, &in, HERE, in.customer, in.currency, "&as=csv");
    v.keep = url_of(S(HERE "/columns"));
    v.may_keep = may(rq, MAY_MANAGE) && f->bounds.len > 0;
    headings_of(rq, &in.bounds, &v);
    tables_of(rq, f, &in, &lines, &totals, &v);
    if (!filters_of(rq, f, &in, &v) || !console_frame(rq, v.title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_ageing(&page, &v);
    return console_end(rq, &frame, &page);
}

/* ---- what makes up a figure ---- */

static str items_title(const struct request *rq, const struct ageing_form *f,
                       const struct ageing_in *in, int slot)
{
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(f->kind, str_of(kinds[i].kind))) return said(rq, kinds[i].title);
    if (str_eq(f->kind, S("receipt"))) return said(rq, "Receipts without a payer");
    return ageing_slot_words(rq, &in->bounds, slot);
}

static bool items_grid(struct request *rq, const struct aged_items *list, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")}, {GRID_TEXT, N_("Customer")}, {GRID_DATE, N_("Issued")},
        {GRID_DATE, N_("Due")},   {GRID_MONEY, N_("Open")},
    };
    *g = grid_of(rq, N_("Items behind the figure"), N_("Nothing."), headings, COUNT(headings),
                 list->count);
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const struct aged_item *a = &list->at[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_link(a->number, place_url(rq, PLACE_ITEM, a->item, ""));
        if (a->customer)
            row[1] = grid_link(a->name, place_url(rq, PLACE_CUSTOMER, a->customer, ""));
        row[2] = grid_date(a->issued);
        row[3] = grid_date(a->due);
        row[4] = grid_money(money_scale(a->open, a->side, 1, ROUND_DOWN));
        bool same = i == 0 || currency_eq(a->open.cur, list->at[0].open.cur);
        if (same && !list->more) g->total_name = said(rq, "Sum");
        if (!same) g->total_name = S("");
    }
    if (list->count == 0 || g->total_name.len == 0) return true;
    g->total = money_of(0, list->at[0].open.cur);
    for (ptrdiff_t i = 0; i < list->count; i++)
        g->total =
            money_add(g->total, money_scale(list->at[i].open, list->at[i].side, 1, ROUND_DOWN));
    return true;
}

static struct reply items_show(struct request *rq)
{
    const struct ageing_form *f = rq->in;
    struct ageing_in in;
    struct aged_items list;
    struct frame frame;
    struct customer c;
    date from = DATE_FIRST, to = DATE_LAST;
    str kind = f->kind.len > 0 ? f->kind : S("invoice");
    if (!asked_of(rq, f, &in)) return reply_errors(rq);
    int slot = f->slot >= 0 && f->slot < in.bounds.count + 2 ? (int)f->slot : 0;
    if (str_eq(kind, S("invoice"))) ageing_slot_days(&in.bounds, slot, in.as_of, &from, &to);
    if (!ageing_items(&rq->op, &in, kind, from, to, ITEMS_MAX, &list)) return reply_errors(rq);
    struct aged_items_view v = {
        .title = items_title(rq, f, &in, slot),
        .crumb = said(rq, "Ageing"),
        .back = asked_url(rq, f, &in, HERE, in.customer, in.currency, ""),
    };
    v.under = lang_date(rq->op.mem, op_lang(&rq->op), in.as_of);
    if (in.customer) {
        if (!customer_get(&rq->op, in.customer, &c)) return reply_errors(rq);
        v.under = filled(rq, N_("{1}, as of {2}"), c.name, v.under);
    }
    if (!items_grid(rq, &list, &v.items)) return reply_errors(rq);
    if (list.more) v.items.after = said(rq, "Only the first 500 are shown.");
    if (!console_frame(rq, v.title, HERE, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_aged_items(&page, &v);
    return console_end(rq, &frame, &page);
}

/* ---- the columns of everybody ---- */

struct columns_form {
    str bounds;
};
static const struct input columns_inputs[] = {
    {.name = "bounds",
     .type = INPUT_TEXT,
     .offset = offsetof(struct columns_form, bounds),
     .required = true,
     .longest = 40},
    {.name = NULL},
};

static struct reply columns_keep(struct request *rq)
{
    const struct columns_form *f = rq->in;
    struct ageing_bounds b;
    if (!ageing_bounds_from(&rq->op, f->bounds, &b) || !ageing_bounds_keep(&rq->op, &b) ||
        !audit_add(&rq->op, "ageing.columns", "ageing_rule", 1, S(""),
                   str_printf(rq->op.mem, "{\"bounds\":\"%.*s\"}",
                              STR(ageing_bounds_text(rq->op.mem, &b)))))
        return reply_errors(rq);
    return reply_see(rq, S(HERE));
}

const struct route console_ageing_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = ageing_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(ageing_inputs, struct ageing_form),
     .about = "What customers owe by its age, as of any day"},
    {.method = GET,
     .path = HERE "/items",
     .handle = items_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(ageing_inputs, struct ageing_form),
     .about = "The items behind a figure of the ageing"},
    {.method = POST,
     .path = HERE "/columns",
     .handle = columns_keep,
     .may = MAY_MANAGE,
     INPUTS(columns_inputs, struct columns_form),
     .about = "Keeps the ageing's columns for everybody"},
    {.path = NULL},
};
