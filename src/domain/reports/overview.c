#include "domain/reports/overview.h"

#include "base/arena.h"
#include "domain/reports/overview_sql.h"

/* Among the customers of the OLDEST overdue invoices are those with the oldest debt. */
enum { CURRENCIES_MAX = 200, OLDEST = 200 };

/* The line of that currency; made when it is first needed. */
static struct overview_money *line_of(struct overview *o, currency c)
{
    for (ptrdiff_t i = 0; i < o->money_count; i++)
        if (currency_eq(o->money[i].currency, c)) return &o->money[i];
    if (o->money_count == CURRENCIES_MAX) return &o->money[CURRENCIES_MAX - 1];
    money zero = money_of(0, c);
    o->money[o->money_count] = (struct overview_money){
        .currency = c,
        .open = zero,
        .overdue = zero,
        .received = zero,
        .on_account = zero,
        .unidentified = zero,
        .transit = zero,
        .credit = zero,
        .deducted = zero,
        .balance = zero,
    };
    return &o->money[o->money_count++];
}

/* What the open items come to, by their age and kind. */
static void ageing_add(struct overview_money *m, const struct ageing_line *l,
                       const struct ageing_bounds *b)
{
    currency c = m->currency;
    m->ageing = *l;
    for (int i = 0; i < b->count + 2; i++) {
        m->open = money_add(m->open, money_of(l->slot[i], c));
        m->open_count += l->items[i];
        if (i == 0) continue;
        m->overdue = money_add(m->overdue, money_of(l->slot[i], c));
        m->overdue_count += l->items[i];
    }
    m->credit = money_of(l->credit, c);
    m->deducted = money_of(l->deducted, c);
    m->on_account = money_of(l->unapplied, c);
    m->unidentified = money_of(l->unidentified, c);
    m->balance = money_of(l->balance, c);
}

static bool money_load(struct op *op, date today, struct overview *o)
{
    struct ageing open;
    struct received_sums_list received;
    struct transit_sums_list transit;
    date first = date_plus(today, 1 - OVERVIEW_DAYS);
    o->money = arena_array(op->mem, struct overview_money, CURRENCIES_MAX);
    if (!ageing_bounds_get(op, &o->bounds) || !ageing_now(op, today, &o->bounds, &open))
        return false;
    if (!sql_received_sums(op, (struct received_sums_args){.from_day = first}, &received))
        return false;
    if (!sql_transit_sums(op, &transit)) return false;
    for (ptrdiff_t i = 0; i < open.count; i++)
        ageing_add(line_of(o, open.at[i].currency), &open.at[i], &o->bounds);
    for (ptrdiff_t i = 0; i < received.count; i++) {
        struct overview_money *m = line_of(o, received.at[i].received.cur);
        m->received = received.at[i].received;
        m->received_count = received.at[i].payments;
    }
    for (ptrdiff_t i = 0; i < transit.count; i++) {
        struct overview_money *m = line_of(o, transit.at[i].amount.cur);
        m->transit = transit.at[i].amount;
        m->transit_count = transit.at[i].payments;
    }
    return true;
}

static bool customers_load(struct op *op, date today, struct overview *o)
{
    struct overdue_customers_list rows;
    struct overdue_customers_args args = {
        .today = today, .oldest = OLDEST, .limit = OVERVIEW_CUSTOMERS};
    if (!sql_overdue_customers(op, args, &rows)) return false;
    o->customers = arena_array(op->mem, struct overview_customer, rows.count);
    o->customer_count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        o->customers[i] = (struct overview_customer){
            .customer = rows.at[i].customer,
            .name = rows.at[i].name,
            .oldest = rows.at[i].first_due,
            .count = rows.at[i].items,
            .overdue = rows.at[i].overdue,
        };
    return true;
}

bool waiting_get(struct op *op, struct waiting *out)
{
    struct waiting_claims_row claims;
    struct waiting_counts_row row;
    if (!sql_waiting_claims(op, (struct waiting_claims_args){.now = op->now}, &claims))
        return false;
    if (!sql_waiting_counts(op, &row)) return false;
    *out = (struct waiting){
        .receipts = row.receipts,
        .unknown = row.unknown,
        .stuck = row.stuck,
        .on_account = row.on_account,
        .deductions = row.deductions,
        .disputes = row.disputes,
        .jobs = row.jobs,
        .mails = row.mails,
        .stops = row.stops,
        .imports = row.imports,
        .claims = claims.count,
    };
    return true;
}

bool overview_get(struct op *op, date today, struct overview *out)
{
    *out = (struct overview){0};
    return money_load(op, today, out) && customers_load(op, today, out) &&
           waiting_get(op, &out->waiting);
}

bool mails_failed(struct op *op, int limit, struct failed_mails *out)
{
    struct failed_mail_rows_list rows;
    if (!sql_failed_mail_rows(op, (struct failed_mail_rows_args){.limit = limit}, &rows))
        return false;
    *out = (struct failed_mails){arena_array(op->mem, struct failed_mail, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct failed_mail){
            .id = rows.at[i].id,
            .customer = rows.at[i].customer.value,
            .recipient = rows.at[i].recipient,
            .subject = rows.at[i].subject,
            .problem = rows.at[i].problem,
            .created = rows.at[i].created_at,
        };
    return true;
}
