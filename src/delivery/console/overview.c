#include "delivery/console/overview.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/company/company.h"
#include "domain/reports/overview.h"

static struct url in_currency(struct request *rq, const char *path, currency c)
{
    return url_printf(rq->op.mem, "%s%.*s", path, STR(currency_text(&c)));
}

static void money_rows(struct request *rq, const struct overview *o, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Currency")},
        {GRID_MONEY, N_("Open")},
        {GRID_MONEY, N_("of which overdue")},
        {GRID_MONEY, N_("Received in 7 days")},
        {GRID_MONEY, N_("On account, to apply")},
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
        row[4] = grid_some_money(
            m->on_account,
            in_currency(rq, "/console/invoices?show=credits&currency=", m->currency));
        row[5] = grid_some_money(m->unidentified, url_of(S("/console/payments?show=unidentified")));
    }
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
        row[2] = grid_number(rq, c->count);
        row[3] = grid_money_link(
            c->overdue, url_printf(rq->op.mem, "/console/invoices?show=overdue&customer=%.*s",
                                   STR(place_id(rq, PLACE_CUSTOMER, c->customer))));
        row[3].strong = true;
    }
}

static void todo_rows(struct request *rq, const struct waiting *w, struct overview_view *v)
{
    const struct {
        int64_t count;
        const char *what, *about, *shape, *link;
    } rows[] = {
        {w->receipts, N_("Receipts without a payer"), N_("Say who paid"), "query",
         "/console/payments?show=unidentified"},
        {w->unknown, N_("Payments in doubt"), N_("The provider does not answer; we keep asking"),
         "busy", "/console/payments?show=unknown"},
        {w->on_account, N_("Money on account"), N_("Can be applied to invoices"), "soon",
         "/console/invoices?show=credits"},
        {w->deductions, N_("Deductions"), N_("Customers paid less and said why"), "query",
         "/console/deductions"},
        {w->jobs, N_("Work that was given up"), N_("Mend the cause, then try again"), "failed",
         "/console/trouble"},
        {w->mails, N_("Mails that did not arrive"), N_("Check the addresses"), "failed",
         "/console/trouble"},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].count == 0) continue;
        v->todo[v->todo_count++] = (struct attention){
            .what = said(rq, rows[i].what),
            .about = said(rq, rows[i].about),
            .shape = str_of(rows[i].shape),
            .link = url_of(str_of(rows[i].link)),
            .count = rows[i].count,
        };
    }
}

static struct reply overview_show(struct request *rq)
{
    struct overview o;
    struct entity_list sellers;
    struct frame frame;
    struct overview_view v = {
        .title = lang_date_long(rq->op.mem, op_lang(&rq->op), rq->today),
        .may_work = may(rq, MAY_WORK),
    };
    if (!overview_get(&rq->op, rq->today, &o) || !entities(&rq->op, &sellers))
        return reply_errors(rq);
    v.under = sellers.count > 0 ? sellers.at[0].name : said(rq, "There is no company yet.");
    money_rows(rq, &o, &v.money);
    customer_rows(rq, &o, &v.customers);
    todo_rows(rq, &o.waiting, &v);
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
     .about = "Where the company stands and what waits"},
    {.path = NULL},
};
