/* Who looks after a customer, and the hold on its reminders: for how long, in which order, and who
 * is found by it. */
#include "domain/customers/care.h"

#include "domain/access/people.h"
#include "domain/audit/audit.h"
#include "domain/customers/customers.h"
#include "fixture.h"

enum { COUNT_OF = 3 };
static const date today = {20600};

struct world {
    int64_t customers[COUNT_OF], person, hold;
    struct hold_new in;
    struct customer_care care;
    struct customers found;
    struct customers_filter filter;
    struct audit_list trail;
};

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    static const char *const names[] = {"Adler", "Berg", "Curie"};
    struct invitation anna = {.email = S("anna@nordwind.example"),
                              .name = S("Anna"),
                              .language = S("en"),
                              .role = ROLE_CLERK,
                              .quiet = true};
    for (int i = 0; i < COUNT_OF; i++) {
        enum put did;
        struct customer c = {.number = str_printf(op->mem, "C%d", i), .name = str_of(names[i])};
        if (!customer_put(op, &c, &w->customers[i], &did)) return false;
    }
    w->in = (struct hold_new){.customer = w->customers[0],
                              .until = SOME_DATE(date_plus(today, 7)),
                              .reason = S("moving")};
    return person_invite(op, &anna, &w->person);
}

static bool own(struct op *op, void *arg)
{
    const struct world *w = arg;
    return customer_own(op, w->customers[0], w->person) &&
           customer_own(op, w->customers[1], w->person);
}

static bool disown(struct op *op, void *arg)
{
    const struct world *w = arg;
    return customer_own(op, w->customers[1], 0);
}

static bool put(struct op *op, void *arg)
{
    struct world *w = arg;
    return customer_hold_put(op, &w->in, today, &w->hold);
}

static bool lift(struct op *op, void *arg)
{
    const struct world *w = arg;
    return customer_hold_lift(op, w->customers[0], today);
}

static bool give_back(struct op *op, void *arg)
{
    const struct world *w = arg;
    return customer_hold_return(op, w->customers[0], w->hold, today);
}

static bool check(struct op *op, void *arg)
{
    const struct world *w = arg;
    return customer_hold_check(op, w->customers[0], today);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    w->filter.limit = 10;
    if (!w->filter.today.days) w->filter.today = today;
    return customer_care(op, w->customers[0], w->filter.today, &w->care) &&
           customers_found(op, &w->filter, &w->found) &&
           audit_of_object(op, "customer", w->customers[0], 0, 10, &w->trail);
}

static str fails(struct fixture *f, bool (*work)(struct op *, void *), struct world *w)
{
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, work, w), "taken");
    return op.errs->message;
}

ENGINES_SENTENCE(a_customer_is_somebodys_until_it_is_anothers_or_nobodys)
{
    struct world w = {.filter = {.who = CUSTOMERS_OF_OWNER}};
    fixture_do(f, build, &w);
    w.filter.owner = w.person;
    CHECK(test_every_failure(f, own, &w, NULL) > 4, "too few calls");
    fixture_do(f, look, &w);
    CHECK(w.care.owner == w.person && str_eq(w.care.owner_name, S("Anna")), "%.*s",
          STR(w.care.owner_name));
    CHECK(w.found.count == 2 && str_eq(w.found.at[1].owner_name, S("Anna")), "%td", w.found.count);
    CHECK(w.trail.count == 1 && str_eq(w.trail.at[0].before, S("{\"owner\":0}")), "%td rows",
          w.trail.count);
    fixture_do(f, own, &w);
    fixture_do(f, disown, &w);
    fixture_do(f, look, &w);
    CHECK(w.found.count == 1, "%td", w.found.count);
    CHECK(w.trail.count == 1, "what changed nothing was written down: %td", w.trail.count);
    w.filter.who = CUSTOMERS_OF_NOBODY;
    fixture_do(f, look, &w);
    CHECK(w.found.count == 2 && str_eq(w.found.at[0].name, S("Berg")), "%td", w.found.count);
}

ENGINES_SENTENCE(a_hold_lasts_through_its_last_day)
{
    struct world w = {.filter = {.who = CUSTOMERS_ON_HOLD, .order = CUSTOMERS_BY_NUMBER_DOWN}};
    fixture_do(f, build, &w);
    fixture_do(f, check, &w);
    CHECK(test_every_failure(f, put, &w, NULL) > 4, "too few calls");
    for (int days = 7; days <= 8; days++) {
        w.filter.today = date_plus(today, days);
        fixture_do(f, look, &w);
        CHECK(w.care.hold.on == (days == 7), "after %d days", days);
        CHECK(w.found.count == (days == 7), "after %d days", days);
    }
    CHECK(str_eq(w.care.hold.reason, S("moving")), "%.*s", STR(w.care.hold.reason));
    CHECK(str_find(fails(f, check, &w), S("on hold until")) > 0, "it may be sent");
    w.in.until = (struct opt_date){.some = false};
    fixture_do(f, put, &w);
    w.filter.today = date_plus(today, 4000);
    fixture_do(f, look, &w);
    CHECK(w.care.hold.on && w.found.count == 1 && w.found.at[0].on_hold, "it ran out by itself");
}

ENGINES_SENTENCE(a_lifted_hold_is_no_more_and_can_be_given_back)
{
    struct world w = {.filter = {.who = CUSTOMERS_ALL}};
    fixture_do(f, build, &w);
    fixture_do(f, put, &w);
    CHECK(test_every_failure(f, lift, &w, NULL) > 3, "too few calls");
    fixture_do(f, look, &w);
    CHECK(!w.care.hold.on && w.care.hold.id == 0 && !w.found.at[0].on_hold, "still on hold");
    CHECK(w.trail.count == 2 && str_eq(w.trail.at[0].action, S("customer.lift")), "%.*s",
          STR(w.trail.at[0].action));
    fixture_do(f, check, &w);
    CHECK(str_find(fails(f, lift, &w), S("not on hold")) > 0, "lifted twice");
    CHECK(test_every_failure(f, give_back, &w, NULL) > 3, "too few calls");
    fixture_do(f, look, &w);
    CHECK(w.care.hold.on && w.care.hold.id == w.hold, "not given back");
}

ENGINES_SENTENCE(a_hold_needs_a_reason_and_a_day_to_come)
{
    struct world w = {.filter = {.who = CUSTOMERS_ALL}};
    fixture_do(f, build, &w);
    w.in.reason = S("  ");
    CHECK(str_find(fails(f, put, &w), S("Write why")) == 0, "without a reason");
    w.in.reason = S("moving"), w.in.until = SOME_DATE(date_plus(today, -1));
    CHECK(str_find(fails(f, put, &w), S("This day is over")) == 0, "until yesterday");
}

ENGINES_SENTENCE(a_hold_stays_as_it_was_put)
{
    static const char *const forbidden[] = {
        "update customer_hold set reason = 'x'",
        "update customer_hold set until_day = null",
        "delete from customer_hold",
        "update customer set hold = (select max(id) from customer_hold) where number = 'C1'",
    };
    struct world w = {.filter = {.who = CUSTOMERS_ALL}};
    fixture_do(f, build, &w);
    fixture_do(f, put, &w);
    for (ptrdiff_t i = 0; i < COUNT(forbidden); i++)
        CHECK(!fixture_sql_try(f, forbidden[i]), "taken: %s", forbidden[i]);
}

TESTS(ENGINES_TEST(a_customer_is_somebodys_until_it_is_anothers_or_nobodys),
      ENGINES_TEST(a_hold_lasts_through_its_last_day),
      ENGINES_TEST(a_lifted_hold_is_no_more_and_can_be_given_back),
      ENGINES_TEST(a_hold_needs_a_reason_and_a_day_to_come),
      ENGINES_TEST(a_hold_stays_as_it_was_put))
