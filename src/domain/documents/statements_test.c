#include "domain/documents/statements.h"

#include "base/arena.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/kept.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "fixture.h"

struct world {
    int64_t entity, parent, child, account, id;
    date issued;
    int64_t minor, whose;
    struct statement_in in;
    struct statement statement;
    struct kept kept;
    struct activity activity;
    struct verdict verdict;
    bool found, more;
};

static const currency eur = {"EUR"};

static date day(int year, int month, int d)
{
    date out;
    CHECK(date_of(year, month, d, &out), "a day");
    return out;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = {"EUR"}};
    struct customer parent = {.number = S("1"), .name = S("Parent")};
    if (!entity_put(op, &seller, &w->entity) || !customer_put(op, &parent, &w->parent, &did))
        return false;
    struct customer child = {.number = S("2"), .name = S("Child"), .parent = w->parent};
    return customer_put(op, &child, &w->child, &did) &&
           account_for(op, w->parent, w->entity, eur, &w->account);
}

static bool bill(struct op *op, void *arg)
{
    struct world *w = arg;
    struct issued issued;
    money total = money_of(w->minor, eur), none = money_of(0, eur);
    struct document d = {.entity = w->entity,
                         .customer = w->whose,
                         .kind = DOCUMENT_INVOICE,
                         .issued = w->issued,
                         .net = total,
                         .tax = none,
                         .total = total};
    return document_issue(op, &d, false, &issued);
}

static bool state(struct op *op, void *arg)
{
    struct world *w = arg;
    return statement_issue(op, &w->in, &w->id);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    w->verdict = (struct verdict){.problems = arena_array(op->mem, struct problem, PROBLEMS_MAX)};
    return statement_get(op, w->id, &w->statement) &&
           kept_find(op, KEPT_STATEMENT, w->id, &w->kept, &w->found) &&
           receivables_activity(op, w->account, w->in.from, w->in.to, &w->activity) &&
           statements_verify(op, &w->verdict);
}

static void bill_on(struct fixture *f, struct world *w, int64_t whose, date when, int64_t minor)
{
    w->whose = whose, w->issued = when, w->minor = minor;
    fixture_do(f, bill, w);
}

/* domain.md, V15. */
ENGINES_SENTENCE(what_is_recorded_late_changes_no_statement_and_opens_the_next)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 10000);
    w.in = (struct statement_in){.customer = w.parent,
                                 .entity = w.entity,
                                 .currency = eur,
                                 .form = STATEMENT_ACTIVITY,
                                 .from = day(2026, 3, 1),
                                 .to = day(2026, 3, 31)};
    fixture_do(f, state, &w);
    fixture_do(f, look, &w);
    CHECK(w.statement.balance.minor == 10000 && w.found, "March");
    CHECK(money_eq(w.statement.balance, w.activity.after), "as the portal says");
    str march = str_copy(f->mem, w.kept.bytes);
    int64_t march_id = w.id;

    f->now += 1000000;
    bill_on(f, &w, w.parent, day(2026, 3, 30), 500); /* recorded late */
    bill_on(f, &w, w.parent, day(2026, 4, 2), 70);
    w.in.from = day(2026, 4, 1), w.in.to = day(2026, 4, 30);
    f->now += 1000000;
    fixture_do(f, state, &w);
    fixture_do(f, look, &w);
    CHECK(w.statement.balance.minor == 10570, "April: %lld", (long long)w.statement.balance.minor);
    CHECK(money_eq(w.statement.balance, w.activity.after), "as the portal says");
    w.id = march_id;
    fixture_do(f, look, &w);
    CHECK(str_eq(march, w.kept.bytes) && w.statement.balance.minor == 10000, "March stays");
    CHECK(w.verdict.problem_count == 0, "verified");
}

struct late {
    int64_t account;
    struct activity activity;
    ptrdiff_t count;
    instant since;
};

static bool late_rows(struct op *op, void *arg)
{
    struct late *l = arg;
    return receivables_activity_since(op, l->account, day(2026, 4, 1), day(2026, 4, 30), l->since,
                                      &l->activity, &l->count);
}

ENGINES_SENTENCE(late_rows_stand_first_and_the_balance_before_is_what_was_told)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 10000);
    struct late l = {.account = w.account, .since = f->now};
    f->now += 1000000;
    bill_on(f, &w, w.parent, day(2026, 3, 30), 500);
    bill_on(f, &w, w.parent, day(2026, 4, 2), 70);
    fixture_do(f, late_rows, &l);
    CHECK(l.count == 1 && l.activity.count == 2, "%td late of %td", l.count, l.activity.count);
    CHECK(l.activity.before.minor == 10000 && l.activity.after.minor == 10570, "ties");
    CHECK(l.activity.at[0].amount.minor == 500 && l.activity.at[0].balance.minor == 10500, "late");
    CHECK(l.activity.at[1].balance.minor == 10570, "goes on");
}

ENGINES_SENTENCE(a_parents_statement_has_its_childrens_accounts)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 100);
    bill_on(f, &w, w.child, day(2026, 3, 11), 20);
    w.in = (struct statement_in){.customer = w.parent,
                                 .entity = w.entity,
                                 .currency = eur,
                                 .form = STATEMENT_OPEN_ITEMS,
                                 .family = true,
                                 .from = day(2026, 3, 1),
                                 .to = day(2026, 3, 31)};
    fixture_do(f, state, &w);
    fixture_do(f, look, &w);
    CHECK(w.statement.balance.minor == 120, "%lld", (long long)w.statement.balance.minor);
}

struct then {
    int64_t account;
    date day;
    instant known;
    struct open_items items;
};

static bool open_then(struct op *op, void *arg)
{
    struct then *t = arg;
    return receivables_open_then(op, t->account, t->day, t->known, &t->items);
}

static int64_t sum_then(struct fixture *f, int64_t account, date when, instant known)
{
    struct then t = {.account = account, .day = when, .known = known};
    int64_t sum = 0;
    fixture_do(f, open_then, &t);
    for (ptrdiff_t i = 0; i < t.items.count; i++)
        sum += t.items.at[i].side * t.items.at[i].open.minor;
    return sum;
}

static bool pay(struct op *op, void *arg)
{
    struct world *w = arg;
    struct received got;
    struct receipt_in in = {.entity = w->entity,
                            .amount = money_of(w->minor, eur),
                            .value_date = w->issued,
                            .customer = w->whose,
                            .quiet = true};
    return payment_receive(op, &in, &got);
}

/* An open-items statement of March that is issued in April says what was open in March. */
ENGINES_SENTENCE(open_items_are_those_of_the_statements_day_for_ever)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 10000);
    bill_on(f, &w, w.parent, day(2026, 4, 2), 70);
    w.minor = 3000, w.issued = day(2026, 4, 1);
    fixture_do(f, pay, &w);
    w.in = (struct statement_in){.customer = w.parent,
                                 .entity = w.entity,
                                 .currency = eur,
                                 .form = STATEMENT_OPEN_ITEMS,
                                 .from = day(2026, 3, 1),
                                 .to = day(2026, 3, 31)};
    f->now += 1000000;
    fixture_do(f, state, &w);
    fixture_do(f, look, &w);
    CHECK(w.statement.balance.minor == 10000, "%lld", (long long)w.statement.balance.minor);

    f->now += 1000000;
    bill_on(f, &w, w.parent, day(2026, 3, 30), 500); /* recorded late */
    date march = w.in.to;
    int64_t again = sum_then(f, w.account, march, w.statement.recorded);
    CHECK(again == 10000, "as known then: %lld", (long long)again);
    CHECK(sum_then(f, w.account, march, f->now) == 10500, "as known now");
    CHECK(sum_then(f, w.account, day(2026, 4, 1), f->now) == 7500, "with the payment");
    CHECK(sum_then(f, w.account, day(2026, 4, 2), f->now) == 7570, "with all");
}

static bool send(struct op *op, void *arg)
{
    struct world *w = arg;
    return statement_send(op, w->id);
}

ENGINES_SENTENCE(a_statement_is_asked_for_again_whole_or_not)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 100);
    w.in = (struct statement_in){.customer = w.parent,
                                 .entity = w.entity,
                                 .currency = eur,
                                 .form = STATEMENT_OPEN_ITEMS,
                                 .to = day(2026, 3, 31),
                                 .from = day(2026, 3, 1)};
    fixture_do(f, state, &w);
    CHECK(test_every_failure(f, send, &w, NULL) > 3, "too few calls");
}

static bool wish(struct op *op, void *arg)
{
    struct world *w = arg;
    struct statement_wish in = {.customer = w->parent, .form = STATEMENT_ACTIVITY, .active = true};
    return statement_wish_put(op, &in);
}

static bool monthly(struct op *op, void *arg)
{
    struct world *w = arg;
    struct statements list;
    if (!statements_monthly(op, day(2026, 4, 3), S(""), 10, &w->more)) return false;
    if (!statements_of(op, w->parent, &list)) return false;
    w->minor = list.count;
    return true;
}

ENGINES_SENTENCE(a_monthly_statement_is_issued_once)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 100);
    fixture_do(f, wish, &w);
    fixture_do(f, monthly, &w);
    CHECK(w.minor == 1, "%lld", (long long)w.minor);
    fixture_do(f, monthly, &w);
    CHECK(w.minor == 1 && !w.more, "again: %lld", (long long)w.minor);
}

ENGINES_SENTENCE(a_statement_is_issued_whole_or_not_and_cannot_be_changed)
{
    static const char *const forbidden[] = {"update statement set balance = 0",
                                            "update statement set snapshot = ''",
                                            "delete from statement"};
    struct world w = {0};
    fixture_do(f, build, &w);
    bill_on(f, &w, w.parent, day(2026, 3, 10), 100);
    w.in = (struct statement_in){.customer = w.parent,
                                 .entity = w.entity,
                                 .currency = eur,
                                 .form = STATEMENT_ACTIVITY,
                                 .from = day(2026, 3, 1),
                                 .to = day(2026, 3, 31)};
    CHECK(test_every_failure(f, state, &w, NULL) > 5, "too few calls");
    for (ptrdiff_t i = 0; i < COUNT(forbidden); i++)
        CHECK(!fixture_sql_try(f, forbidden[i]), "taken: %s", forbidden[i]);
}

TESTS(ENGINES_TEST(what_is_recorded_late_changes_no_statement_and_opens_the_next),
      ENGINES_TEST(late_rows_stand_first_and_the_balance_before_is_what_was_told),
      ENGINES_TEST(a_parents_statement_has_its_childrens_accounts),
      ENGINES_TEST(open_items_are_those_of_the_statements_day_for_ever),
      ENGINES_TEST(a_statement_is_asked_for_again_whole_or_not),
      ENGINES_TEST(a_monthly_statement_is_issued_once),
      ENGINES_TEST(a_statement_is_issued_whole_or_not_and_cannot_be_changed))
