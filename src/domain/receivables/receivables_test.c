#include "domain/receivables/receivables.h"

#include "domain/payments/payments.h"
#include "domain/receivables/receivables_test_sql.h"
#include "fixture.h"
#include "money_world.h"

#include <string.h>

static bool units(struct op *op, void *out)
{
    return sql_currency_units(op, out);
}

/* A currency that the program knows and the table does not would never be found in a list. */
ENGINES_SENTENCE(the_database_knows_the_decimals_of_each_currency)
{
    struct currency_units_list rows;
    ptrdiff_t known = 0;
    fixture_do(f, units, &rows);
    for (int n = 0; n < 26 * 26 * 26; n++) {
        char code[] = {(char)('A' + n / 676), (char)('A' + n / 26 % 26), (char)('A' + n % 26), 0};
        currency c;
        int64_t unit = 10000;
        if (!currency_from(str_of(code), &c)) continue;
        for (int i = 0; i < currency_digits(c); i++) unit /= 10;
        CHECK(known < rows.count && str_eq(rows.at[known].currency, str_of(code)), "%s", code);
        CHECK(rows.at[known].unit == unit, "%s", code);
        known++;
    }
    CHECK(known == rows.count, "%td currencies, %td rows", known, rows.count);
}

struct tabs {
    struct money_world w;
    struct receivables_counts counts;
    struct receivables_filter filter;
    struct receivables list;
    struct open_currencies currencies;
};

/* Open, overdue, under way, paid with a credit, and a credit that is left. */
static bool make_each(struct op *op, void *arg)
{
    struct tabs *t = arg;
    int64_t items[4], checkout, payment;
    if (!money_world_make(op, &t->w)) return false;
    for (ptrdiff_t i = 0; i < COUNT(items); i++)
        if (!money_world_invoice(op, &t->w, 1000 + i, &items[i])) return false;
    if (!money_world_checkout(op, &t->w, items, 1, &checkout)) return false;
    if (!payment_announce(op, t->w.customer, checkout, t->w.today, &payment)) return false;
    struct receipt_in in = {.entity = t->w.entity,
                            .customer = t->w.customer,
                            .amount = money_of(5000, (currency){"EUR"}),
                            .value_date = t->w.today};
    struct received got;
    if (!payment_receive(op, &in, &got)) return false;
    struct payment p;
    return payment_get(op, 0, got.payment, &p) &&
           payment_apply(op, p.item, items[1], money_of(1001, (currency){"EUR"}));
}

static bool count_tabs(struct op *op, void *arg)
{
    struct tabs *t = arg;
    return receivables_count(op, t->filter.customer, t->filter.today, &t->counts) &&
           receivables_currencies(op, t->filter.customer, &t->currencies);
}

static bool list_tab(struct op *op, void *arg)
{
    struct tabs *t = arg;
    return receivables_list(op, &t->filter, &t->list);
}

/* The counts have statements of their own: they may not count what the list would not show. */
ENGINES_SENTENCE(each_tab_counts_what_its_list_shows)
{
    struct tabs t = {.filter.limit = 100};
    fixture_do(f, make_each, &t);
    for (int all = 0; all < 2; all++) {
        t.filter.customer = all ? 0 : t.w.customer;
        t.filter.today = date_plus(t.w.today, 21); /* all invoices are overdue */
        fixture_do(f, count_tabs, &t);
        CHECK(t.currencies.count == 1, "%td currencies", t.currencies.count);
        for (int show = SHOW_OPEN; show <= SHOW_ALL; show++) {
            t.filter.show = (enum show)show;
            fixture_do(f, list_tab, &t);
            CHECK(t.counts.of[show] == t.list.count, "show %d, all %d: %lld counted, %td listed",
                  show, all, (long long)t.counts.of[show], t.list.count);
        }
        CHECK(t.counts.of[SHOW_OVERDUE] == 3 && t.counts.of[SHOW_PAID] == 1, "the world is poor");
        CHECK(t.counts.of[SHOW_PROCESSING] == 1 && t.counts.of[SHOW_CREDITS] == 1, "and small");
    }
}

TESTS(ENGINES_TEST(each_tab_counts_what_its_list_shows),
      ENGINES_TEST(the_database_knows_the_decimals_of_each_currency))
