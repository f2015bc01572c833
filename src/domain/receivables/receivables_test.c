#include "domain/receivables/receivables.h"

#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/pages.h"
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

struct shown_customers {
    struct money_world w;
    struct customers_filter filter;
    struct customers list;
    int more;
};

static bool make_shown(struct op *op, void *arg)
{
    struct shown_customers *s = arg;
    return money_world_make(op, &s->w);
}

static bool bill_more(struct op *op, void *arg)
{
    struct shown_customers *s = arg;
    int64_t item;
    for (int i = 0; i < s->more; i++)
        if (!money_world_invoice(op, &s->w, 1000 + i, &item)) return false;
    return true;
}

static bool pay_on_account(struct op *op, void *arg)
{
    struct shown_customers *s = arg;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->w.customer,
                            .amount = money_of(5000, (currency){"EUR"}),
                            .value_date = s->w.today};
    struct received got;
    return payment_receive(op, &in, &got);
}

static bool list_customers(struct op *op, void *arg)
{
    struct shown_customers *s = arg;
    return customers_found(op, &s->filter, &s->list);
}

/* A list of customers costs the same whatever they owe; who asks for all is told all. */
ENGINES_SENTENCE(overdue_invoices_of_a_listed_customer_are_counted_to_99_or_all)
{
    static const struct {
        int days, billed;
        bool exact;
        int64_t overdue;
        bool more;
    } cases[] = {
        {21, 99, false, 99, false}, {21, 1, false, 99, true},  {21, 0, true, 100, false},
        {-1, 0, false, 0, false},   {21, 1, true, 101, false},
    };
    struct shown_customers s = {.filter.limit = 10};
    int64_t open = 0;
    fixture_do(f, make_shown, &s);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        s.more = cases[i].billed;
        open += s.more;
        fixture_do(f, bill_more, &s);
        if (i == 2) fixture_do(f, pay_on_account, &s); /* open, and no invoice */
        s.filter.today = date_plus(s.w.today, cases[i].days);
        s.filter.exact = cases[i].exact;
        fixture_do(f, list_customers, &s);
        const struct customer_summary *c = &s.list.at[0];
        CHECK(s.list.count == 1 && c->open_count == open, "%td: %lld open", i,
              (long long)c->open_count);
        CHECK(c->overdue_count == cases[i].overdue && c->overdue_more == cases[i].more,
              "%td: %lld overdue", i, (long long)c->overdue_count);
    }
}

struct seeking {
    struct money_world w;
    struct receivables_filter filter;
    struct receivables list;
    int64_t other; /* another customer */
    int many;
};

/* One invoice with all that people know of it, one of another customer, and many that begin alike.
 */
static bool make_sought(struct op *op, void *arg)
{
    struct seeking *s = arg;
    struct customer buyer = {.number = S("20418"), .name = S("Somebody else")};
    enum put did;
    if (!money_world_make(op, &s->w) || !customer_put(op, &buyer, &s->other, &did)) return false;
    for (int i = 0; i < s->many + 2; i++) {
        money total = money_of(i < 2 ? 123456 : 500, (currency){"EUR"});
        struct document d = {
            .entity = s->w.entity,
            .customer = i == 1 ? s->other : s->w.customer,
            .kind = DOCUMENT_INVOICE,
            .number = str_printf(op->mem, i < 2 ? "Re-7001/%d" : "X-%04d", i),
            .issued = s->w.today,
            .net = total,
            .tax = money_of(0, total.cur),
            .total = total,
            .po = i < 2 ? S("Po-4711") : S(""),
            .order_ref = i < 2 ? S("Ab 33") : S(""),
            .delivery = i < 2 ? S("LS.9") : S(""),
        };
        struct issued issued;
        if (!document_issue(op, &d, false, &issued)) return false;
    }
    return true;
}

static bool seek(struct op *op, void *arg)
{
    struct seeking *s = arg;
    return receivables_list(op, &s->filter, &s->list);
}

ENGINES_SENTENCE(an_item_is_found_by_what_people_know_of_it)
{
    static const char *const words[] = {"re-7001", "RE-7001/", "po-47",   "PO-4711",
                                        "ab 3",    "ls.9",     "1234.56", "1.234,56"};
    struct seeking s = {.filter = {.limit = 50, .show = SHOW_ALL}};
    fixture_do(f, make_sought, &s);
    s.filter.today = s.w.today;
    for (ptrdiff_t i = 0; i < COUNT(words); i++) {
        s.filter.search = str_of(words[i]);
        s.filter.customer = s.w.customer;
        fixture_do(f, seek, &s);
        CHECK(s.list.count == 1 && str_eq(s.list.at[0].number, S("Re-7001/0")), "%s: %td", words[i],
              s.list.count);
        s.filter.customer = 0;
        fixture_do(f, seek, &s);
        CHECK(s.list.count == 2, "%s of all: %td", words[i], s.list.count);
    }
    s.filter.search = S("7001"); /* only from its beginning, and nothing that LIKE would read */
    fixture_do(f, seek, &s);
    CHECK(s.list.count == 0, "%td begin with 7001", s.list.count);
    s.filter.search = S("%");
    fixture_do(f, seek, &s);
    CHECK(s.list.count == 0, "%td begin with a per cent sign", s.list.count);
    s.filter.search = S("re-7001");
    s.filter.show = SHOW_PAID;
    fixture_do(f, seek, &s);
    CHECK(s.list.count == 0, "%td are paid", s.list.count);
}

/* More than are looked at by their beginning alone: then the customer's own are read. */
ENGINES_SENTENCE(of_many_that_begin_alike_a_customer_finds_each)
{
    struct seeking s = {.many = 230, .filter = {.limit = 50, .show = SHOW_OPEN}};
    int seen = 0;
    fixture_do(f, make_sought, &s);
    s.filter.customer = s.w.customer;
    s.filter.today = s.w.today;
    s.filter.search = S("x-0");
    s.filter.order = ORDER_NUMBER_DOWN;
    for (int pages = 0; pages < 10; pages++) {
        fixture_do(f, seek, &s);
        for (ptrdiff_t i = 0; i < s.list.count; i++, seen++) {
            str want = str_printf(f->mem, "X-%04d", s.many + 1 - seen);
            CHECK(str_eq(s.list.at[i].number, want), "%.*s, not %.*s", STR(s.list.at[i].number),
                  STR(want));
        }
        if (s.list.next_cursor.len == 0) break;
        s.filter.cursor = s.list.next_cursor;
    }
    CHECK(seen == s.many, "%d of %d", seen, s.many);

    s.filter = (struct receivables_filter){.limit = 7,
                                           .show = SHOW_OPEN,
                                           .search = S("x-00"),
                                           .today = s.w.today,
                                           .order = ORDER_NUMBER};
    for (seen = 0;; s.filter.cursor = s.list.next_cursor) { /* staff, page by page */
        fixture_do(f, seek, &s);
        for (ptrdiff_t i = 0; i < s.list.count; i++, seen++)
            CHECK(str_eq(s.list.at[i].number, str_printf(f->mem, "X-%04d", seen + 2)), "%d", seen);
        if (s.list.next_cursor.len == 0) break;
    }
    CHECK(seen == 98, "%d found", seen); /* X-0002 to X-0099 */
}

/* ---- orders ---- */

enum { KINDS = 40 };

struct ordering {
    struct money_world w;
    struct receivables_filter filter;
    struct receivables list;
};

/* Invoices and credit notes of three currencies, of many days and amounts; some are closed. */
static bool make_many(struct op *op, void *arg)
{
    static const char *const currencies[] = {"EUR", "JPY", "KWD"};
    struct ordering *o = arg;
    if (!money_world_make(op, &o->w)) return false;
    for (int i = 0; i < KINDS; i++) {
        currency cur;
        if (!currency_from(str_of(currencies[i % 3]), &cur)) return false;
        money total = money_of(1000 + i * 37 % 400, cur);
        struct document d = {
            .entity = o->w.entity,
            .customer = o->w.customer,
            .kind = i % 7 == 3 ? DOCUMENT_CREDIT_NOTE : DOCUMENT_INVOICE,
            .number = str_printf(op->mem, "%c-%03d", i % 2 ? 'b' : 'A', i * 13 % KINDS),
            .issued = date_plus(o->w.today, -(i * 17 % 60)),
            .net = total,
            .tax = money_of(0, cur),
            .total = total,
        };
        struct issued issued;
        struct receivables items;
        if (!document_issue(op, &d, false, &issued)) return false;
        if (!receivables_of_document(op, issued.id, o->w.today, &items)) return false;
        if (i % 4 != 0 || d.kind != DOCUMENT_INVOICE) continue;
        struct receipt_in in = {.entity = o->w.entity,
                                .customer = o->w.customer,
                                .amount = total,
                                .value_date = o->w.today};
        struct received got;
        struct payment p;
        if (!payment_receive(op, &in, &got) || !payment_get(op, 0, got.payment, &p) ||
            !payment_apply(op, p.item, items.at[0].item, total))
            return false;
    }
    return true;
}

static bool list_ordered(struct op *op, void *arg)
{
    struct ordering *o = arg;
    return receivables_list(op, &o->filter, &o->list);
}

/* Page by page it is what one long page is, each row behind the one before. */
static int walk(struct fixture *f, struct ordering *o, int limit)
{
    struct receivable last = {0};
    int seen = 0;
    o->filter.limit = limit;
    o->filter.cursor = S("");
    do {
        fixture_do(f, list_ordered, o);
        for (ptrdiff_t i = 0; i < o->list.count; i++, seen++) {
            const struct receivable *r = &o->list.at[i];
            CHECK(seen == 0 || receivables_cmp(&last, r, o->filter.order) < 0,
                  "show %d, order %d: %.*s stands behind %.*s", o->filter.show, o->filter.order,
                  STR(r->number), STR(last.number));
            last = *r;
        }
        o->filter.cursor = o->list.next_cursor;
    } while (o->list.next_cursor.len > 0);
    return seen;
}

ENGINES_SENTENCE(every_order_holds_from_page_to_page_in_both_directions)
{
    struct ordering o = {0};
    int orders = 0;
    fixture_do(f, make_many, &o);
    o.filter.today = o.w.today;
    for (int i = 0; i < 2 * SHOW_ALL * ORDER_OPEN_DOWN; i++) {
        o.filter.customer = i % 2 ? o.w.customer : 0;
        o.filter.show = (enum show)(i / 2 % SHOW_ALL + SHOW_OPEN);
        o.filter.order = ORDER_DUE;
        int all = walk(f, &o, 100);
        o.filter.order = (enum receivables_order)(i / 2 / SHOW_ALL + ORDER_DUE);
        if (!receivables_may_order(&o.filter, o.filter.order)) continue;
        orders++;
        CHECK(walk(f, &o, 100) == all, "show %d, order %d", o.filter.show, o.filter.order);
        CHECK(walk(f, &o, 1) == all, "show %d, order %d, one by one", o.filter.show,
              o.filter.order);
        bool few = o.filter.show == SHOW_PROCESSING || o.filter.show == SHOW_DISPUTED;
        CHECK(few || all > 4, "show %d: %d items", o.filter.show, all);
    }
    CHECK(orders == 2 * 2 * 13, "%d orders", orders);
    o.filter.show = SHOW_OPEN;
    o.filter.order = ORDER_OPEN_DOWN;
    o.filter.due_from = SOME_DATE(o.w.today);
    CHECK(receivables_order_of(&o.filter) == ORDER_DUE, "a range of days is read by the days");
}

TESTS(ENGINES_TEST(every_order_holds_from_page_to_page_in_both_directions),
      ENGINES_TEST(an_item_is_found_by_what_people_know_of_it),
      ENGINES_TEST(of_many_that_begin_alike_a_customer_finds_each),
      ENGINES_TEST(each_tab_counts_what_its_list_shows),
      ENGINES_TEST(overdue_invoices_of_a_listed_customer_are_counted_to_99_or_all),
      ENGINES_TEST(the_database_knows_the_decimals_of_each_currency))
