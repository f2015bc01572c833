#include "delivery/console/overview.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/ageing.h"
#include "domain/company/company.h"
#include "domain/customers/change_requests.h"
#include "domain/payments/trouble.h"
#include "domain/reports/overview.h"

#include <assert.h>

static struct url in_currency(struct request *rq, const char *path, currency c)
{
    return url_printf(rq->op.mem, "%s%.*s", path, STR(currency_text(&c)));
}

static void money_rows(struct request *rq, const struct overview *o, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Currency")},           {GRID_MONEY, N_("Open")},
        {GRID_MONEY, N_("of which overdue")}, {GRID_MONEY, N_("Received in 7 days")},
        {GRID_MONEY, N_("On its way")},       {GRID_MONEY, N_("Unapplied")},
        {GRID_MONEY, N_("Payer unknown")},
    };
    struct arena *mem = rq->op.mem;
    *g = grid_of(rq, N_("Money by currency"), N_("Nothing was billed or received yet."), headings,
                 COUNT(headings), o->money_count);
    struct url received = url_printf(mem, "/console/payments?from=%.*s",
                                     STR(date_text(mem, date_plus(rq->today, 1 - OVERVIEW_DAYS))));
    for (ptrdiff_t i = 0; i < o->money_count; i++) {
        const struct overview_money *m = &o->money[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_text(str_copy(mem, currency_text(&m->currency)));
        row[1] =
            grid_some_money(m->open, in_currency(rq, "/console/invoices?currency=", m->currency));
        row[2] = grid_some_money(
            m->overdue, in_currency(rq, "/console/invoices?show=overdue&currency=", m->currency));
        row[2].late = m->overdue.minor != 0;
        row[3] = grid_some_money(m->received, received);
        row[4] = grid_some_money(m->transit, url_of(S("/console/payments?show=underway")));
        row[5] = grid_some_money(
            m->on_account,
            in_currency(rq, "/console/invoices?show=credits&currency=", m->currency));
        row[6] = grid_some_money(m->unidentified, url_of(S("/console/payments?show=unidentified")));
    }
}

/* ---- how old the open items are, of one currency ---- */

enum { BAR_WIDTH = 400 };

static const struct overview_money *chosen(const struct overview *o, str wanted,
                                           const struct entity_list *sellers)
{
    const struct overview_money *first = o->money_count > 0 ? &o->money[0] : NULL;
    for (ptrdiff_t i = 0; i < o->money_count; i++)
        if (str_eq(wanted, currency_text(&o->money[i].currency))) return &o->money[i];
    for (ptrdiff_t i = 0; sellers->count > 0 && i < o->money_count; i++)
        if (currency_eq(o->money[i].currency, sellers->at[0].currency)) return &o->money[i];
    return first;
}

/* Per cent of the sum, to the nearest. */
static str share(struct request *rq, int64_t part, int64_t sum)
{
    money percent =
        money_scale(money_of(part, (currency){"EUR"}), 100, sum > 0 ? sum : 1, ROUND_HALF_UP);
    return filled(rq, N_("{1}%"), lang_number(rq->op.mem, op_lang(&rq->op), percent.minor), S(""));
}

static void ageing_rest(struct request *rq, const struct overview_money *m, struct overview_view *v)
{
    const struct {
        const char *name, *kind;
        money amount;
    } rest[] = {
        {N_("Deductions"), "deduction", m->deducted},
        {N_("Credit notes"), "credit_note", money_neg(m->credit)},
        {N_("Unapplied money"), "payment", money_neg(m->on_account)},
        {N_("Receipts without a payer"), "receipt", money_neg(m->unidentified)},
    };
    for (ptrdiff_t i = 0; i < COUNT(rest); i++) {
        if (rest[i].amount.minor == 0) continue;
        v->rest[v->rest_count++] = (struct overview_rest){
            .name = said(rq, rest[i].name),
            .amount = rest[i].amount,
            .link = url_printf(rq->op.mem, "/console/ageing/items?kind=%s&currency=%.*s",
                               rest[i].kind, STR(currency_text(&m->currency))),
        };
    }
    v->balance = m->balance;
}

static void ageing_bars(struct request *rq, const struct overview *o,
                        const struct overview_money *m, struct overview_view *v)
{
    int64_t most = 1;
    if (!m) return;
    for (int i = 0; i < o->bounds.count + 2; i++)
        if (m->ageing.slot[i] > most) most = m->ageing.slot[i];
    for (int i = 0; i < o->bounds.count + 2; i++) {
        int64_t minor = m->ageing.slot[i];
        money width =
            money_scale(money_of(BAR_WIDTH, m->currency), minor > 0 ? minor : 0, most, ROUND_DOWN);
        if (minor > 0 && width.minor == 0) width.minor = 1;
        v->bars[v->bar_count++] = (struct overview_bar){
            .name = ageing_slot_words(rq, &o->bounds, i),
            .link = ageing_slot_url(rq, m->currency, i),
            .shape = i == 0   ? S("fill")
                     : i <= 2 ? S("late1")
                              : S("late2"),
            .width = width.minor,
            .items = lang_number(rq->op.mem, op_lang(&rq->op), m->ageing.items[i]),
            .share = share(rq, minor, m->open.minor),
            .open = money_of(minor, m->currency),
        };
    }
    ageing_rest(rq, m, v);
    v->has_ageing = true;
    v->caption = filled(rq, N_("Open receivables in {1} by days past due"), v->chosen, S(""));
    if (o->money_count < 2) return;
    for (ptrdiff_t i = 0; i < o->money_count && v->tab_count < OVERVIEW_TABS_MAX; i++)
        v->tabs[v->tab_count++] = (struct tab){
            .name = str_copy(rq->op.mem, currency_text(&o->money[i].currency)),
            .link = in_currency(rq, "/console?currency=", o->money[i].currency),
            .current = m == &o->money[i],
        };
}

static void customer_rows(struct request *rq, const struct overview *o, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Customer")},
        {GRID_DATE, N_("Overdue since")},
        {GRID_NUMBER, N_("Invoices")},
        {GRID_MONEY, N_("Overdue")},
    };
    *g = grid_of(rq, N_("Overdue customers"), N_("Nobody is late."), headings, COUNT(headings),
                 o->customer_count);
    for (ptrdiff_t i = 0; i < o->customer_count; i++) {
        const struct overview_customer *c = &o->customers[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_link(c->name, place_url(rq, PLACE_CUSTOMER, c->customer, ""));
        row[1] = grid_date(c->oldest);
        struct url overdue = items_of_customer(rq, c->customer, "overdue");
        row[2] = grid_count(rq, c->count, overdue);
        row[3] = grid_money_link(c->overdue, overdue);
        row[3].strong = true;
    }
}

struct undecided {
    int64_t money, changes;
};

static void todo_rows(struct request *rq, const struct waiting *w, const struct undecided *u,
                      struct overview_view *v)
{
    const struct {
        int64_t count;
        const char *what, *about, *shape, *link;
    } rows[] = {
        {w->receipts, N_("Receipts without a payer"), N_("Say who paid"), "query",
         "/console/unapplied?show=unknown"},
        {u->money, N_("Money that needs a person"), N_("Say what happened"), "failed",
         "/console/trouble"},
        {w->on_account, N_("Money on account"), N_("Can be applied to invoices"), "soon",
         "/console/unapplied"},
        {w->unknown, N_("Payments in doubt"), N_("The provider does not answer; we keep asking"),
         "failed", "/console/payments?show=unknown"},
        {w->stuck, N_("Payments being handed over"), N_("Not answered yet by the provider"), "busy",
         "/console/payments?show=submitting"},
        {w->deductions, N_("Deductions"), N_("Customers paid less and said why"), "query",
         "/console/deductions"},
        {u->changes, N_("Changes that customers ask for"), N_("Accept or refuse them"), "query",
         "/console/change-requests"},
        {w->disputes, N_("Disputes"), N_("Customers say that an invoice is wrong"), "query",
         "/console/disputes"},
        {w->imports, N_("Files that could not be imported"),
         N_("Mend the file, then send it again"), "failed", "/console/imports"},
        {w->claims, N_("Requests for access"), N_("They showed an invoice: decide"), "query",
         "/console/access-requests"},
        {w->mails, N_("Mails that did not arrive"), N_("Check the addresses"), "failed",
         "/console/trouble"},
        {w->stops, N_("Addresses that mail does not reach"), N_("Nothing is sent there any more"),
         "over", "/console/trouble"},
        {w->jobs, N_("Work that was given up"), N_("Mend the cause, then try again"), "failed",
         "/console/trouble"},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].count == 0) continue;
        assert(v->todo_count < TODO_MAX);
        v->todo[v->todo_count++] = (struct attention){
            .what = said(rq, rows[i].what),
            .about = said(rq, rows[i].about),
            .shape = str_of(rows[i].shape),
            .link = url_of(str_of(rows[i].link)),
            .count = rows[i].count,
        };
    }
}

/* The first page says it, because nothing else would before a server is lost. */
static bool risk_rows(struct request *rq, struct overview_view *v)
{
    struct durability d;
    if (!durability_get(&rq->op, &d)) return false;
    for (int i = 0; i < RISK_COUNT; i++)
        if (d.risk[i])
            v->risks[v->risk_count++] = said(rq, durability_risk_words((enum durability_risk)i));
    return true;
}

struct overview_form {
    str currency;
};
static const struct input overview_inputs[] = {
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct overview_form, currency),
     .longest = 3,
     .about = "Whose ageing is shown; the company's own when absent"},
    {.name = NULL},
};

static struct reply overview_show(struct request *rq)
{
    const struct overview_form *form = rq->in;
    struct overview o;
    struct entity_list sellers;
    struct frame frame;
    struct overview_view v = {
        .title = lang_date_long(rq->op.mem, op_lang(&rq->op), rq->today),
        .may_work = may(rq, MAY_WORK),
    };
    struct undecided undecided;
    if (!overview_get(&rq->op, rq->today, &o) || !entities(&rq->op, &sellers) ||
        !trouble_count(&rq->op, &undecided.money) ||
        !change_requests_count(&rq->op, &undecided.changes) || !risk_rows(rq, &v))
        return reply_errors(rq);
    v.under = sellers.count > 0 ? sellers.at[0].name : said(rq, "There is no company yet.");
    const struct overview_money *m = chosen(&o, form->currency, &sellers);
    if (m) v.chosen = str_copy(rq->op.mem, currency_text(&m->currency));
    money_rows(rq, &o, &v.money);
    ageing_bars(rq, &o, m, &v);
    customer_rows(rq, &o, &v.customers);
    todo_rows(rq, &o.waiting, &undecided, &v);
    if (!console_frame(rq, said(rq, "Overview"), "/console", &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_overview(&page, &v);
    return console_end(rq, &frame, &page);
}

const struct route console_overview_routes[] = {
    {.method = GET,
     .path = "/console",
     .handle = overview_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(overview_inputs, struct overview_form),
     .about = "Where the company stands and what waits"},
    {.path = NULL},
};
