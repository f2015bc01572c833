#include "domain/reports/overview.h"

#include "base/arena.h"
#include "domain/receivables/receivables.h"
#include "domain/reports/overview_sql.h"

enum { CURRENCIES_MAX = 200 };

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
    };
    return &o->money[o->money_count++];
}

static bool money_load(struct op *op, date today, struct overview *o)
{
    struct balances balances;
    struct received_sums_list received;
    struct held_sums_list held;
    date first = date_plus(today, 1 - OVERVIEW_DAYS);
    o->money = arena_array(op->mem, struct overview_money, CURRENCIES_MAX);
    if (!receivables_balances(op, 0, today, &balances)) return false;
    if (!sql_received_sums(op, (struct received_sums_args){.from_day = first}, &received))
        return false;
    if (!sql_held_sums(op, &held)) return false;
    for (ptrdiff_t i = 0; i < balances.count; i++) {
        const struct balance *b = &balances.at[i];
        struct overview_money *m = line_of(o, b->currency);
        m->open = b->open;
        m->overdue = b->overdue;
        m->open_count = b->open_count;
        m->overdue_count = b->overdue_count;
    }
    for (ptrdiff_t i = 0; i < received.count; i++) {
        struct overview_money *m = line_of(o, received.at[i].received.cur);
        m->received = received.at[i].received;
        m->received_count = received.at[i].payments;
    }
    for (ptrdiff_t i = 0; i < held.count; i++) {
        struct overview_money *m = line_of(o, held.at[i].held.cur);
        bool known = str_eq(held.at[i].kind, S("payment"));
        *(known ? &m->on_account : &m->unidentified) = held.at[i].held;
        *(known ? &m->on_account_count : &m->unidentified_count) = held.at[i].items;
    }
    return true;
}

static bool customers_load(struct op *op, date today, struct overview *o)
{
    struct overdue_customers_list rows;
    struct overdue_customers_args args = {.today = today, .limit = OVERVIEW_CUSTOMERS};
    if (!sql_overdue_customers(op, args, &rows)) return false;
    o->customers = arena_array(op->mem, struct overview_customer, rows.count);
    o->customer_count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        o->customers[i] = (struct overview_customer){
            .customer = rows.at[i].customer,
            .name = rows.at[i].name,
            .oldest = rows.at[i].oldest,
            .count = rows.at[i].items,
            .overdue = rows.at[i].overdue,
        };
    return true;
}

bool waiting_get(struct op *op, struct waiting *out)
{
    struct waiting_counts_row row;
    if (!sql_waiting_counts(op, &row)) return false;
    *out = (struct waiting){
        .receipts = row.receipts,
        .unknown = row.unknown,
        .on_account = row.on_account,
        .deductions = row.deductions,
        .jobs = row.jobs,
        .mails = row.mails,
    };
    return true;
}

bool overview_get(struct op *op, date today, struct overview *out)
{
    *out = (struct overview){0};
    return money_load(op, today, out) && customers_load(op, today, out) &&
           waiting_get(op, &out->waiting);
}

bool receipts_unidentified(struct op *op, int limit, struct unidentified *out)
{
    struct receipt_payments_list rows;
    if (!sql_receipt_payments(op, (struct receipt_payments_args){.limit = limit}, &rows))
        return false;
    *out = (struct unidentified){arena_array(op->mem, int64_t, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->payments[i] = rows.at[i].payment;
    return true;
}

bool mails_failed(struct op *op, int limit, struct failed_mails *out)
{
    struct failed_mail_rows_list rows;
    if (!sql_failed_mail_rows(op, (struct failed_mail_rows_args){.limit = limit}, &rows))
        return false;
    *out = (struct failed_mails){arena_array(op->mem, struct failed_mail, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct failed_mail){
            .customer = rows.at[i].customer.value,
            .recipient = rows.at[i].recipient,
            .subject = rows.at[i].subject,
            .problem = rows.at[i].problem,
            .created = rows.at[i].created_at,
        };
    return true;
}
