/* What lists, counts, sums and statements of account show, each number of it worked out by hand: a
 * world with one of each, so that no two of them come to the same. */
#include "domain/receivables/receivables.h"

#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"

static const currency EUR = {"EUR"};

enum { FIRST, SECOND, CUSTOMERS };

/* What is issued: of whom, due in so many days, how much. */
enum which {
    LATE,    /* 100.00, and 10.00 of it deducted; disputed for 25.00 */
    TODAY,   /* due today */
    SOON,    /* due tomorrow; disputed for all of it, and 5.00 of it are paid */
    HELD,    /* announced to be paid, with CREDIT_HELD */
    PAID,    /* with money on account */
    DOLLARS, /* overdue, in another currency */
    OTHERS,  /* of another customer, due today, and paid but for a deduction */
    CREDIT,  /* nothing of it is used */
    CREDIT_HELD,
    CREDIT_USED, /* for PAID as well */
    YEN,         /* paid with YEN_CREDIT: nothing is open in this currency */
    YEN_CREDIT,
    DOCUMENTS
};
static const struct {
    int customer, due;
    int64_t minor;
    bool credit;
    const char *currency; /* NULL: EUR */
} issued[DOCUMENTS] = {
    [LATE] = {FIRST, -1, 10000, false, NULL},   [TODAY] = {FIRST, 0, 2000, false, NULL},
    [SOON] = {FIRST, 1, 3000, false, NULL},     [HELD] = {FIRST, 9, 400, false, NULL},
    [PAID] = {FIRST, -3, 900, false, NULL},     [DOLLARS] = {FIRST, -2, 70, false, "USD"},
    [OTHERS] = {SECOND, 0, 60, false, NULL},    [CREDIT] = {FIRST, 0, 17, true, NULL},
    [CREDIT_HELD] = {FIRST, 0, 33, true, NULL}, [CREDIT_USED] = {FIRST, 0, 200, true, NULL},
    [YEN] = {FIRST, 0, 5, false, "JPY"},        [YEN_CREDIT] = {FIRST, 0, 5, true, "JPY"}};

struct world {
    struct money_world w;
    int64_t customers[CUSTOMERS], items[DOCUMENTS], documents[DOCUMENTS], payments[3];
    struct receivables_counts counts;
    struct balances balances;
    struct deductions deductions;
    int64_t of, account;
    date from, to;
    instant since;
    struct activity activity;
    ptrdiff_t late;
    struct open_items then;
};

static money eur(int64_t minor)
{
    return money_of(minor, EUR);
}

static bool issue_each(struct op *op, struct world *w)
{
    struct customer second = {.number = S("2"), .name = S("Other"), .terms = S("net 30")};
    enum put did;
    if (!money_world_make(op, &w->w) || !customer_put(op, &second, &w->customers[SECOND], &did))
        return false;
    w->customers[FIRST] = w->w.customer;
    for (int i = 0; i < DOCUMENTS; i++) {
        currency cur = EUR;
        CHECK(!issued[i].currency || currency_from(str_of(issued[i].currency), &cur), "%d", i);
        struct issued made;
        struct receivables items;
        struct document d = {.entity = w->w.entity,
                             .customer = w->customers[issued[i].customer],
                             .kind = issued[i].credit ? DOCUMENT_CREDIT_NOTE : DOCUMENT_INVOICE,
                             .issued = date_plus(w->w.today, -10),
                             .due = {true, date_plus(w->w.today, issued[i].due)},
                             .po = i == SOON ? S("PO 7") : S(""),
                             .net = money_of(issued[i].minor, cur),
                             .tax = money_of(0, cur),
                             .total = money_of(issued[i].minor, cur)};
        if (!document_issue(op, &d, false, &made) ||
            !receivables_of_document(op, made.id, w->w.today, &items))
            return false;
        w->documents[i] = made.id;
        w->items[i] = items.at[0].item;
    }
    return true;
}

static bool receive(struct op *op, struct world *w, int64_t customer, int64_t minor, int days,
                    int64_t *payment, int64_t *item)
{
    struct received got;
    struct payment p;
    struct receipt_in in = {.entity = w->w.entity,
                            .customer = customer,
                            .amount = eur(minor),
                            .value_date = date_plus(w->w.today, days)};
    if (!payment_receive(op, &in, &got) || !payment_get(op, 0, got.payment, &p)) return false;
    *payment = p.id;
    *item = p.item;
    return true;
}

static bool deduct(struct op *op, struct world *w, int which, int64_t minor, int64_t payment)
{
    struct deduction_case made;
    struct deduction_new less = {.of_item = w->items[which],
                                 .payment = payment,
                                 .amount = eur(minor),
                                 .reason = S("freight"),
                                 .note = S("see photos")};
    return money_world_deduct(op, &w->w, less, &made);
}

static bool dispute(struct op *op, struct world *w, int which, int64_t minor)
{
    int64_t id;
    struct dispute_new in = {.item = w->items[which],
                             .amount = eur(minor),
                             .reason = S("pricing"),
                             .words = S("too much"),
                             .origin = BY_CUSTOMER};
    return dispute_raise(op, &in, &id);
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    int64_t first, second, nobodys;
    struct payment announced;
    if (!issue_each(op, w)) return false;
    struct checkout_edit held[] = {{.item = w->items[HELD]}, {.item = w->items[CREDIT_HELD]}};
    return receive(op, w, w->customers[FIRST], 5000, 0, &w->payments[FIRST], &first) &&
           receive(op, w, w->customers[SECOND], 45, 0, &w->payments[SECOND], &second) &&
           receive(op, w, 0, 300, 0, &w->payments[CUSTOMERS], &nobodys) &&
           deduct(op, w, LATE, 1000, 0) && deduct(op, w, OTHERS, 20, w->payments[SECOND]) &&
           dispute(op, w, LATE, 2500) && dispute(op, w, SOON, 3000) && dispute(op, w, PAID, 100) &&
           payment_apply(op, first, w->items[SOON], eur(500)) &&
           payment_apply(op, first, w->items[PAID], eur(700)) &&
           payment_apply(op, w->items[CREDIT_USED], w->items[PAID], eur(200)) &&
           payment_apply(op, second, w->items[OTHERS], eur(40)) &&
           payment_apply(op, w->items[YEN_CREDIT], w->items[YEN], money_of(5, (currency){"JPY"})) &&
           money_world_announce(op, &w->w, held, 2, &announced) &&
           account_for(op, w->customers[FIRST], w->w.entity, EUR, &w->account);
}

/* ---- counts and sums ---- */

static bool count(struct op *op, void *arg)
{
    struct world *w = arg;
    return receivables_count(op, w->of, w->w.today, &w->counts) &&
           receivables_balances(op, w->of, w->w.today, &w->balances);
}

static const struct {
    enum show show;
    int64_t of_first, of_all;
} counted[] = {{SHOW_OPEN, 8, 9},     {SHOW_OVERDUE, 2, 2}, {SHOW_PROCESSING, 2, 2},
               {SHOW_DISPUTED, 2, 2}, {SHOW_CREDITS, 3, 4}, {SHOW_PAID, 2, 3},
               {SHOW_ALL, 12, 14}};

ENGINES_SENTENCE(each_tab_counts_what_is_open_late_held_disputed_and_done)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    for (int all = 0; all < 2; all++) {
        w.of = all ? 0 : w.customers[FIRST];
        fixture_do(f, count, &w);
        for (ptrdiff_t i = 0; i < COUNT(counted); i++) {
            int64_t want = all ? counted[i].of_all : counted[i].of_first;
            CHECK(w.counts.of[counted[i].show] == want && !w.counts.more[counted[i].show],
                  "all: %d, show %d: %lld", all, counted[i].show,
                  (long long)w.counts.of[counted[i].show]);
        }
    }
}

static void balance_is(const struct balance *b, const struct balance *want)
{
    const money *is[] = {&b->open,   &b->overdue,  &b->processing,
                         &b->credit, &b->disputed, &b->deducted};
    const money *should[] = {&want->open,   &want->overdue,  &want->processing,
                             &want->credit, &want->disputed, &want->deducted};
    CHECK(str_eq(str_of(b->currency.code), str_of(want->currency.code)), "%s", b->currency.code);
    for (int i = 0; i < 6; i++)
        CHECK(is[i]->minor == should[i]->minor, "%s, the %d.: %lld", b->currency.code, i,
              (long long)is[i]->minor);
    CHECK(b->open_count == want->open_count && b->overdue_count == want->overdue_count,
          "%s: %lld open, %lld overdue", b->currency.code, (long long)b->open_count,
          (long long)b->overdue_count);
}

#define BALANCE(code, o, late, held, c, d, less, n, n_late)                                        \
    {                                                                                              \
        .currency = {code}, .open.minor = o, .overdue.minor = late, .processing.minor = held,      \
        .credit.minor = c, .disputed.minor = d, .deducted.minor = less, .open_count = n,           \
        .overdue_count = n_late                                                                    \
    }
static const struct balance of_first = BALANCE("EUR", 13900, 9000, 400, 3850, 5000, 1000, 4, 1),
                            of_all = BALANCE("EUR", 13900, 9000, 400, 4155, 5000, 1020, 4, 1),
                            dollars = BALANCE("USD", 70, 70, 0, 0, 0, 0, 1, 1);

ENGINES_SENTENCE(balances_are_summed_by_currency_and_never_across)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    for (int all = 0; all < 2; all++) {
        w.of = all ? 0 : w.customers[FIRST];
        fixture_do(f, count, &w);
        CHECK(w.balances.count == 2, "%td currencies", w.balances.count);
        balance_is(&w.balances.at[0], all ? &of_all : &of_first);
        balance_is(&w.balances.at[1], &dollars);
    }
}

/* So many items of one kind, like the first of this customer (0: of all), open since then. */
static void items_add(struct fixture *f, int64_t customer, const char *gl, const char *kind,
                      int side, int64_t count)
{
    fixture_sql(f, str_printf(f->mem,
                              "insert into item (entity, account, customer, currency, gl, kind, "
                              "side, number, issued, due, amount_minor, %s) "
                              "with recursive n (i) as (select 1 union all select i + 1 from n "
                              "where i < %lld) select entity, account, customer, currency, '%s', "
                              "'%s', %d, 'X', issued, issued, 500, 500 from n join item on "
                              "item.id = (select min(id) from item where %lld in (0, customer))",
                              side > 0 ? "debit_minor" : "credit_minor", (long long)count, gl, kind,
                              side, (long long)customer)
                       .at);
}

/* Four credits are there, and as many more as make a thousand; then one more. */
ENGINES_SENTENCE(a_thousand_are_counted_and_of_more_that_there_are_more)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    for (int one = 0; one < 2; one++) {
        items_add(f, 0, "1105", "payment", -1, one ? 1 : RECEIVABLES_COUNTED_MAX - 4);
        fixture_do(f, count, &w);
        CHECK(w.counts.of[SHOW_CREDITS] == RECEIVABLES_COUNTED_MAX, "%lld",
              (long long)w.counts.of[SHOW_CREDITS]);
        CHECK(w.counts.more[SHOW_CREDITS] == one, "one more: %d", one);
        CHECK(w.counts.of[SHOW_OPEN] == RECEIVABLES_COUNTED_MAX && w.counts.more[SHOW_OPEN],
              "with the others there are more");
    }
}

/* As many as make ninety-nine; then one more. What is kept of a customer is told in full. */
ENGINES_SENTENCE(of_what_one_customer_owes_too_long_ninety_nine_are_counted)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    w.of = w.customers[FIRST];
    fixture_do(f, count, &w);
    int64_t there = w.counts.of[SHOW_OVERDUE];
    CHECK(there > 0 && !w.counts.more[SHOW_OVERDUE], "%lld", (long long)there);
    for (int one = 0; one < 2; one++) {
        items_add(f, w.of, "1100", "invoice", 1, one ? 1 : RECEIVABLES_OVERDUE_MAX - there);
        fixture_do(f, count, &w);
        CHECK(w.counts.of[SHOW_OVERDUE] == RECEIVABLES_OVERDUE_MAX, "%lld",
              (long long)w.counts.of[SHOW_OVERDUE]);
        CHECK(w.counts.more[SHOW_OVERDUE] == one, "one more: %d", one);
        CHECK(w.counts.of[SHOW_OPEN] > RECEIVABLES_OVERDUE_MAX && !w.counts.more[SHOW_OPEN],
              "all that are open: %lld", (long long)w.counts.of[SHOW_OPEN]);
    }
}

/* ---- deductions ---- */

static bool of_customer(struct op *op, void *arg)
{
    struct world *w = arg;
    return deductions_list(op, w->of, &w->deductions);
}

static bool of_document(struct op *op, void *arg)
{
    struct world *w = arg;
    return deductions_of_document(op, w->of, &w->deductions);
}

static bool of_payment(struct op *op, void *arg)
{
    struct world *w = arg;
    return deductions_of_payment(op, w->of, &w->deductions);
}

ENGINES_SENTENCE(deductions_are_listed_the_newest_first_by_whose_they_are)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    const struct {
        bool (*ask)(struct op *op, void *arg);
        int64_t of;
        ptrdiff_t count;
        int64_t amounts[2];
    } cases[] = {
        {of_customer, 0, 2, {20, 1000}},
        {of_customer, w.customers[FIRST], 1, {1000}},
        {of_customer, w.customers[SECOND], 1, {20}},
        {of_document, w.documents[LATE], 1, {1000}},
        {of_document, w.documents[OTHERS], 1, {20}},
        {of_document, w.documents[SOON], 0, {0}},
        {of_payment, w.payments[SECOND], 1, {20}},
        {of_payment, w.payments[FIRST], 0, {0}},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        w.of = cases[i].of;
        fixture_do(f, cases[i].ask, &w);
        CHECK(w.deductions.count == cases[i].count, "%td: %td", i, w.deductions.count);
        for (ptrdiff_t k = 0; k < w.deductions.count; k++) {
            const struct deduction *d = &w.deductions.at[k];
            int which = d->amount.minor == 20 ? OTHERS : LATE;
            CHECK(d->amount.minor == cases[i].amounts[k] && d->open.minor == d->amount.minor,
                  "%td: %lld", i, (long long)d->amount.minor);
            CHECK(d->of_item == w.items[which] && d->document == w.documents[which] &&
                      d->customer == w.customers[issued[which].customer] &&
                      d->payment == (which == OTHERS ? w.payments[SECOND] : 0),
                  "%td: of what", i);
            CHECK(
                str_eq(d->reason, S("freight")) && d->reason_words.len > 0 &&
                    str_eq(d->note, S("see photos")) && str_eq(d->state, S("coded")) &&
                    str_eq(d->customer_name, which == LATE ? S("Hallam & Pryce Ltd") : S("Other")),
                "%td: why", i);
        }
    }
}

/* ---- statements of account ---- */

static bool tell(struct op *op, void *arg)
{
    struct world *w = arg;
    return receivables_activity_since(op, w->account, w->from, w->to, w->since, &w->activity,
                                      &w->late) &&
           receivables_open_then(op, w->account, w->to, w->since ? w->since : op->now, &w->then);
}

static bool come_late(struct op *op, void *arg)
{
    struct world *w = arg;
    int64_t payment, item;
    return receive(op, w, w->customers[FIRST], 100, -5, &payment, &item);
}

static void rows_are(const struct activity *a, int64_t before, int64_t after, ptrdiff_t count,
                     const int64_t amounts[])
{
    int64_t sum = before;
    CHECK(a->before.minor == before && a->after.minor == after, "%lld to %lld",
          (long long)a->before.minor, (long long)a->after.minor);
    CHECK(a->count == count, "%td rows", a->count);
    for (ptrdiff_t i = 0; i < count; i++) {
        sum += amounts[i];
        CHECK(a->at[i].amount.minor == amounts[i] && a->at[i].balance.minor == sum,
              "%td: %lld, %lld", i, (long long)a->at[i].amount.minor,
              (long long)a->at[i].balance.minor);
    }
    CHECK(sum == after, "it does not add up");
}

static void open_is(const struct open_items *o, ptrdiff_t count, const int64_t minor[])
{
    CHECK(o->count == count, "%td open", o->count);
    for (ptrdiff_t i = 0; i < count; i++)
        CHECK(o->at[i].side * o->at[i].open.minor == minor[i] &&
                  (i == 0 || o->at[i - 1].due.days <= o->at[i].due.days),
              "%td: %lld", i, (long long)o->at[i].open.minor);
}

ENGINES_SENTENCE(an_account_is_told_from_day_to_day_and_what_came_late_stands_first)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    /* Applying moves nothing between us and them; what others did is not theirs. */
    w.from = date_plus(w.w.today, -1), w.to = w.w.today;
    fixture_do(f, tell, &w);
    rows_are(&w.activity, 16050, 10050, 2, (int64_t[]){-5000, -1000});
    open_is(&w.then, 7, (int64_t[]){9000, 2000, -17, -33, -3800, 2500, 400});
    w.from = date_plus(w.w.today, -10), w.to = date_plus(w.w.today, -1);
    fixture_do(f, tell, &w);
    rows_are(&w.activity, 0, 16050, 8, (int64_t[]){10000, 2000, 3000, 400, 900, -17, -33, -200});
    open_is(&w.then, 8, (int64_t[]){900, 10000, 2000, -17, -33, -200, 3000, 400});
    CHECK(str_eq(w.then.at[6].po, S("PO 7")) && w.then.at[6].document == w.documents[SOON],
          "which invoice");
    CHECK(w.activity.at[2].document == w.documents[SOON] && w.activity.at[2].number.len > 0,
          "which document");
    w.since = f->now;
    f->now += 3600;
    fixture_do(f, come_late, &w);
    w.from = date_plus(w.w.today, -4), w.to = w.w.today;
    fixture_do(f, tell, &w);
    CHECK(w.late == 1, "%td late", w.late);
    rows_are(&w.activity, 16050, 9950, 3, (int64_t[]){-100, -5000, -1000});
    open_is(&w.then, 7, (int64_t[]){9000, 2000, -17, -33, -3800, 2500, 400});
    w.since = f->now;
    fixture_do(f, tell, &w);
    CHECK(w.late == 0, "%td late", w.late);
    rows_are(&w.activity, 15950, 9950, 2, (int64_t[]){-5000, -1000});
    open_is(&w.then, 8, (int64_t[]){-100, 9000, 2000, -17, -33, -3800, 2500, 400});
}

TESTS(ENGINES_TEST(each_tab_counts_what_is_open_late_held_disputed_and_done),
      ENGINES_TEST(balances_are_summed_by_currency_and_never_across),
      ENGINES_TEST(a_thousand_are_counted_and_of_more_that_there_are_more),
      ENGINES_TEST(of_what_one_customer_owes_too_long_ninety_nine_are_counted),
      ENGINES_TEST(deductions_are_listed_the_newest_first_by_whose_they_are),
      ENGINES_TEST(an_account_is_told_from_day_to_day_and_what_came_late_stands_first))
