#include "domain/reports/ageing.h"

#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/reports/ageing_test_sql.h"
#include "domain/reports/overview.h"
#include "fixture.h"

#define EUR ((currency){"EUR"})
#define JPY ((currency){"JPY"})
#define KWD ((currency){"KWD"})

static date day(int month, int d)
{
    date out = {0};
    CHECK(date_of(2026, month, d, &out), "%d-%d", month, d);
    return out;
}

/* Noon of that day, in UTC. */
static instant noon(date d)
{
    return d.days * DAY_US + DAY_US / 2;
}

struct work {
    int64_t customer, payment, item;
    date when;
    money amount;
    enum document_kind kind;
    str reference;
};

static bool company(struct op *op, void *unused)
{
    (void)unused;
    int64_t id;
    enum put did;
    struct entity seller = {.code = S("n"), .name = S("Nordwind"), .currency = EUR};
    struct customer one = {.number = S("C1"), .name = S("Hallam")};
    struct customer two = {.number = S("C2"), .name = S("Pryce")};
    return entity_put(op, &seller, &id) && customer_put(op, &one, &id, &did) &&
           customer_put(op, &two, &id, &did);
}

static bool issue(struct op *op, void *arg)
{
    struct work *w = arg;
    struct issued done;
    struct document d = {
        .entity = 1,
        .customer = w->customer,
        .kind = w->kind ? w->kind : DOCUMENT_INVOICE,
        .number = w->reference,
        .issued = w->when,
        .net = w->amount,
        .tax = money_of(0, w->amount.cur),
        .total = w->amount,
        .terms = S("net 30"),
    };
    return document_issue(op, &d, false, &done);
}

static bool receive(struct op *op, void *arg)
{
    struct work *w = arg;
    struct received out;
    struct receipt_in in = {.entity = 1,
                            .amount = w->amount,
                            .value_date = w->when,
                            .customer = w->customer,
                            .reference = w->reference,
                            .quiet = true};
    if (!payment_receive(op, &in, &out)) return false;
    w->payment = out.payment;
    return true;
}

static bool give_back(struct op *op, void *arg)
{
    struct work *w = arg;
    return payment_return(op, w->payment, w->when, S("recalled"));
}

struct question {
    struct ageing_in in;
    struct ageing lines, totals;
    struct overview now;
    struct aged_items items;
    int64_t ledger;
    currency currency;
};

static bool ask(struct op *op, void *arg)
{
    struct question *q = arg;
    struct gl_balance_then_row row;
    struct gl_balance_then_args args = {
        .currency = currency_text(&q->currency), .as_of = q->in.as_of, .known = q->in.known};
    if (q->in.bounds.count == 0 && !ageing_bounds_get(op, &q->in.bounds)) return false;
    if (!ageing_of(op, &q->in, &q->lines) || !ageing_totals(op, &q->lines, &q->totals))
        return false;
    if (!sql_gl_balance_then(op, args, &row)) return false;
    q->ledger = row.balance;
    return overview_get(op, q->in.as_of, &q->now);
}

static const struct ageing_line *total_of(const struct question *q)
{
    for (ptrdiff_t i = 0; i < q->totals.count; i++)
        if (currency_eq(q->totals.at[i].currency, q->currency)) return &q->totals.at[i];
    return NULL;
}

static void at(struct fixture *f, date d)
{
    f->now = noon(d);
}

ENGINES_SENTENCE(what_was_known_then_and_what_is_known_now_stand_side_by_side)
{
    struct work paid = {
        .customer = 1, .when = day(3, 20), .amount = money_of(11900, EUR), .reference = S("R-1")};
    struct question then = {.currency = EUR}, now = {.currency = EUR};
    at(f, day(1, 5));
    fixture_do(f, company, NULL);
    fixture_do(f, issue,
               &(struct work){.customer = 1,
                              .when = day(1, 5),
                              .amount = money_of(11900, EUR),
                              .reference = S("R-1")});
    at(f, day(3, 20));
    fixture_do(f, receive, &paid);
    at(f, day(4, 2));
    paid.when = day(3, 30); /* effective in March, recorded in April */
    fixture_do(f, give_back, &paid);

    then.in = (struct ageing_in){.as_of = day(3, 31), .known = (day(4, 1).days) * DAY_US};
    now.in = (struct ageing_in){.as_of = day(3, 31), .known = INT64_MAX};
    fixture_do(f, ask, &then);
    fixture_do(f, ask, &now);
    CHECK(then.totals.count == 0 && then.ledger == 0, "March knew of %lld",
          (long long)then.totals.at[0].balance);
    const struct ageing_line *t = total_of(&now);
    CHECK(t && t->slot[2] == 11900 && t->items[2] == 1 && t->balance == now.ledger,
          "now March has %lld in 31 to 60 days", t ? (long long)t->slot[2] : -1);

    at(f, day(5, 1)); /* and the same question gives the same answer for ever */
    fixture_do(f, receive,
               &(struct work){.customer = 1,
                              .when = day(5, 1),
                              .amount = money_of(11900, EUR),
                              .reference = S("R-1")});
    fixture_do(f, ask, &then);
    fixture_do(f, ask, &now);
    t = total_of(&now);
    CHECK(then.totals.count == 0 && t && t->slot[2] == 11900, "a later payment changed March");
}

static const struct {
    int64_t customer;
    int month, day;
    int64_t minor;
    currency currency;
    enum document_kind kind;
    const char *number;
} documents[] = {
    {1, 1, 1, 10000, {"EUR"}, DOCUMENT_INVOICE, "E-1"},
    {1, 3, 1, 20000, {"EUR"}, DOCUMENT_INVOICE, "E-2"},
    {2, 4, 20, 30000, {"EUR"}, DOCUMENT_INVOICE, "E-3"},
    {2, 5, 20, 40000, {"EUR"}, DOCUMENT_INVOICE, "E-4"},
    {1, 5, 2, 700, {"EUR"}, DOCUMENT_CREDIT_NOTE, "G-1"},
    {1, 2, 1, 684200, {"JPY"}, DOCUMENT_INVOICE, "J-1"},
    {2, 4, 1, 1204500, {"KWD"}, DOCUMENT_INVOICE, "K-1"},
};

static void fill(struct fixture *f)
{
    at(f, day(1, 1));
    fixture_do(f, company, NULL);
    for (ptrdiff_t i = 0; i < COUNT(documents); i++)
        fixture_do(f, issue,
                   &(struct work){.customer = documents[i].customer,
                                  .when = day(documents[i].month, documents[i].day),
                                  .amount = money_of(documents[i].minor, documents[i].currency),
                                  .kind = documents[i].kind,
                                  .reference = str_of(documents[i].number)});
    at(f, day(5, 28));
    fixture_do(f, receive,
               &(struct work){.customer = 2,
                              .when = day(5, 27),
                              .amount = money_of(12000, EUR),
                              .reference = S("E-3")});
    fixture_do(f, receive,
               &(struct work){.customer = 1, .when = day(5, 28), .amount = money_of(555, EUR)});
    fixture_do(f, receive, &(struct work){.when = day(5, 28), .amount = money_of(301, EUR)});
}

ENGINES_SENTENCE(the_overview_the_ageing_and_the_ledger_say_the_same_in_every_currency)
{
    static const currency all[] = {{"EUR"}, {"JPY"}, {"KWD"}};
    fill(f);
    for (ptrdiff_t i = 0; i < COUNT(all); i++) {
        struct question q = {.currency = all[i]};
        const struct overview_money *m = NULL;
        q.in = (struct ageing_in){.as_of = day(5, 28), .known = INT64_MAX};
        fixture_do(f, ask, &q);
        const struct ageing_line *t = total_of(&q);
        for (ptrdiff_t k = 0; k < q.now.money_count; k++)
            if (currency_eq(q.now.money[k].currency, all[i])) m = &q.now.money[k];
        CHECK(t && m, "%s is missing", all[i].code);
        CHECK(t->balance == q.ledger && m->balance.minor == q.ledger, "%s: %lld, %lld, not %lld",
              all[i].code, (long long)t->balance, (long long)m->balance.minor, (long long)q.ledger);
        for (int k = 0; k < AGEING_SLOTS_MAX; k++)
            CHECK(t->slot[k] == m->ageing.slot[k] && t->items[k] == m->ageing.items[k],
                  "%s: column %d has %lld and %lld", all[i].code, k, (long long)t->slot[k],
                  (long long)m->ageing.slot[k]);
    }
}

ENGINES_SENTENCE(credits_and_money_on_account_are_never_set_off_against_an_age)
{
    struct question q = {.currency = EUR};
    fill(f);
    q.in = (struct ageing_in){.as_of = day(5, 28), .known = INT64_MAX};
    fixture_do(f, ask, &q);
    const struct ageing_line *t = total_of(&q);
    /* Due on 31 January, 31 March, 20 May and 19 June. */
    CHECK(t->slot[0] == 40000 && t->slot[1] == 18000 && t->slot[2] == 20000 && t->slot[4] == 10000,
          "%lld, %lld, %lld, %lld", (long long)t->slot[0], (long long)t->slot[1],
          (long long)t->slot[2], (long long)t->slot[4]);
    CHECK(t->credit == 700 && t->unapplied == 555 && t->unidentified == 301,
          "%lld of credits, %lld on account, %lld of nobody", (long long)t->credit,
          (long long)t->unapplied, (long long)t->unidentified);
    CHECK(t->balance == 88000 - 700 - 555 - 301, "%lld", (long long)t->balance);
}

struct cell {
    struct ageing_in in;
    struct aged_items items;
    str kind;
    date from, to;
    int64_t sum;
};

static bool open_cell(struct op *op, void *arg)
{
    struct cell *c = arg;
    if (!ageing_items(op, &c->in, c->kind, c->from, c->to, 100, &c->items)) return false;
    c->sum = 0;
    for (ptrdiff_t i = 0; i < c->items.count; i++) c->sum += c->items.at[i].open.minor;
    return true;
}

ENGINES_SENTENCE(every_figure_opens_into_items_that_add_up_to_it)
{
    fill(f);
    for (int month = 1; month <= 6; month++) {
        struct question q = {.currency = EUR};
        q.in =
            (struct ageing_in){.as_of = day(month, 28), .known = INT64_MAX, .currency = S("EUR")};
        fixture_do(f, ask, &q);
        for (ptrdiff_t i = 0; i < q.lines.count; i++) {
            const struct ageing_line *l = &q.lines.at[i];
            for (int slot = 0; slot < q.in.bounds.count + 2; slot++) {
                struct cell c = {.in = q.in, .kind = S("invoice")};
                c.in.customer = l->customer;
                ageing_slot_days(&q.in.bounds, slot, q.in.as_of, &c.from, &c.to);
                if (l->customer == 0) continue;
                fixture_do(f, open_cell, &c);
                CHECK(c.sum == l->slot[slot] && c.items.count == l->items[slot],
                      "28 of month %d, column %d: %lld, not %lld", month, slot, (long long)c.sum,
                      (long long)l->slot[slot]);
            }
        }
    }
}

SENTENCE(columns_end_where_they_were_told_to)
{
    static const struct {
        const char *text;
        int late[4], slot[4];
    } cases[] = {
        {"30, 60, 90", {0, 1, 30, 91}, {0, 1, 1, 4}},
        {"7", {-3, 7, 8, 400}, {0, 1, 2, 2}},
        {"10,20,30,60,120", {10, 11, 60, 121}, {1, 2, 4, 6}},
    };
    static const char *const refused[] = {"", "30,20", "0", "x", "1,2,3,4,5,6", "4000"};
    struct actor actor = {.name = S("test")};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem, .actor = &actor};
        struct ageing_bounds b;
        CHECK(ageing_bounds_from(&op, str_of(cases[i].text), &b), "%s", cases[i].text);
        for (int k = 0; k < 4; k++) {
            date from, to, due = date_plus(day(5, 28), -cases[i].late[k]);
            int slot = ageing_slot(&b, due, day(5, 28));
            ageing_slot_days(&b, slot, day(5, 28), &from, &to);
            CHECK(slot == cases[i].slot[k], "%s: %d days late in column %d", cases[i].text,
                  cases[i].late[k], slot);
            CHECK(date_cmp(from, due) <= 0 && date_cmp(due, to) <= 0, "the column's days");
        }
    }
    for (ptrdiff_t i = 0; i < COUNT(refused); i++) {
        struct op op = {.mem = mem, .actor = &actor};
        struct ageing_bounds b;
        CHECK(!ageing_bounds_from(&op, str_of(refused[i]), &b), "%s was taken", refused[i]);
    }
}

TESTS(ENGINES_TEST(what_was_known_then_and_what_is_known_now_stand_side_by_side),
      ENGINES_TEST(the_overview_the_ageing_and_the_ledger_say_the_same_in_every_currency),
      ENGINES_TEST(credits_and_money_on_account_are_never_set_off_against_an_age),
      ENGINES_TEST(every_figure_opens_into_items_that_add_up_to_it),
      TEST(columns_end_where_they_were_told_to))
