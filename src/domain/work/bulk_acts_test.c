/* Acts over many: what is given to somebody or put on hold goes back as a whole, what was changed
 * since stays, answers stay, and a failure leaves nothing. */
#include "domain/work/bulk_acts.h"

#include "domain/access/people.h"
#include "domain/customers/care.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/disputes.h"
#include "fixture.h"
#include "money_world.h"

enum { CASES = 3 };
static const date today = {20600};

struct many {
    struct money_world w;
    int64_t person, disputes[CASES], batch;
    enum act act;
    struct act_plan plan;
    struct act_choice choice;
    bool told; /* why the first is refused; the plan's rows go with each try */
};

static bool make(struct op *op, void *arg)
{
    struct many *m = arg;
    struct invitation anna = {.email = S("anna@nordwind.example"),
                              .name = S("Anna"),
                              .language = S("en"),
                              .role = ROLE_CLERK,
                              .quiet = true};
    if (!money_world_make(op, &m->w) || !person_invite(op, &anna, &m->person)) return false;
    for (int i = 0; i < CASES; i++) {
        struct dispute_new in = {.amount = money_of(1000, (currency){"EUR"}),
                                 .reason = S("damaged_goods"),
                                 .words = S("wet"),
                                 .origin = BY_SELLER};
        if (!money_world_invoice(op, &m->w, 5000, &in.item) ||
            !dispute_raise(op, &in, &m->disputes[i]))
            return false;
    }
    m->choice = (struct act_choice){
        .owner = m->person, .owner_name = S("Anna"), .words = S("Please look at the photos.")};
    return true;
}

static bool act(struct op *op, void *arg)
{
    struct many *m = arg;
    if (!act_plan(op, m->act, today, m->disputes, CASES, &m->plan)) return false;
    m->told = m->plan.rows[0].problem.len > 0;
    return act_do(op, &m->plan, &m->choice, &m->batch);
}

static bool undo(struct op *op, void *arg)
{
    struct many *m = arg;
    return act_undo(op, m->batch, today, S("Anna is away"));
}

static bool answer_the_first(struct op *op, void *arg)
{
    const struct many *m = arg;
    struct dispute_answer in = {.dispute = m->disputes[0], .words = S("No.")};
    return dispute_answer(op, &in);
}

struct expected {
    const struct many *m;
    int64_t owner;
    enum dispute_state state;
    int from; /* of the disputes */
};

static bool expect(struct op *op, void *arg)
{
    const struct expected *e = arg;
    struct verdict v;
    for (int i = e->from; i < CASES; i++) {
        struct dispute d;
        if (!dispute_get(op, e->m->disputes[i], &d)) return false;
        CHECK(d.owner == e->owner, "%lld looks after it", (long long)d.owner);
        CHECK(d.state == e->state, "it is %s", dispute_state_name(d.state));
    }
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return true;
}

ENGINES_SENTENCE(what_was_given_to_somebody_goes_back_as_a_whole)
{
    struct many m = {.act = ACT_DISPUTES_GIVEN};
    fixture_do(f, make, &m);
    CHECK(test_every_failure(f, act, &m, NULL) > CASES, "too few calls");
    fixture_do(f, expect, &(struct expected){&m, m.person, DISPUTE_OPEN, 0});
    fixture_do(f, answer_the_first, &m);
    CHECK(test_every_failure(f, undo, &m, NULL) > CASES, "too few calls");
    fixture_do(f, expect, &(struct expected){&m, 0, DISPUTE_OPEN, 1});
}

ENGINES_SENTENCE(many_are_answered_with_one_text_and_those_answered_before_are_refused)
{
    struct many m = {.act = ACT_DISPUTES_ACCEPTED};
    fixture_do(f, make, &m);
    fixture_do(f, answer_the_first, &m);
    CHECK(test_every_failure(f, act, &m, NULL) > CASES, "too few calls");
    CHECK(m.plan.refused == 1 && m.told, "%td refused", m.plan.refused);
    fixture_do(f, expect, &(struct expected){&m, 0, DISPUTE_RESOLVED, 1});
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, undo, &m), "an answer was undone");
}

ENGINES_SENTENCE(an_act_of_which_nothing_can_be_done_says_so)
{
    struct many m = {.act = ACT_DISPUTES_REFUSED};
    fixture_do(f, make, &m);
    m.choice.words = S("");
    struct op silent = fixture_op(f);
    CHECK(!store_transact(&silent, f->store, TX_WRITE, act, &m), "answered without words");
    m.choice.words = S("As agreed.");
    fixture_do(f, act, &m);
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, act, &m), "answered twice");
    CHECK(op.errs && op.errs->kind == ERR_INVALID, "%s", fixture_why(&op));
}

/* ---- customers: the first is on hold already, by itself ---- */

struct crowd {
    struct many m;
    int64_t customers[CASES], owner;
    struct customer_care care[CASES];
};

static bool crowd_make(struct op *op, void *arg)
{
    struct crowd *c = arg;
    struct hold_new alone = {.reason = S("insolvency")};
    int64_t hold;
    if (!make(op, &c->m)) return false;
    for (int i = 0; i < CASES; i++) {
        enum put did;
        struct customer one = {.number = str_printf(op->mem, "K%d", i), .name = S("Adler")};
        if (!customer_put(op, &one, &c->customers[i], &did)) return false;
        c->m.disputes[i] = c->customers[i]; /* what the act is over */
    }
    alone.customer = c->customers[0];
    c->m.choice.until = SOME_DATE(date_plus(today, 7));
    return customer_hold_put(op, &alone, today, &hold);
}

static bool crowd_look(struct op *op, void *arg)
{
    struct crowd *c = arg;
    for (int i = 0; i < CASES; i++)
        if (!customer_care(op, c->customers[i], today, &c->care[i])) return false;
    return true;
}

static void crowd_is(struct fixture *f, struct crowd *c, const char *holds)
{
    fixture_do(f, crowd_look, c);
    for (int i = 0; i < CASES; i++) {
        const struct customer_hold *h = &c->care[i].hold;
        char is = !h->on ? '-' : h->until.some ? 'u' : 'x';
        CHECK(is == holds[i], "%d is %c and not %c", i, is, holds[i]);
        CHECK(c->care[i].owner == c->owner, "%lld looks after %d", (long long)c->care[i].owner, i);
    }
}

static bool change_the_second(struct op *op, void *arg)
{
    const struct crowd *c = arg;
    struct hold_new other = {.customer = c->customers[1], .reason = S("they asked for longer")};
    int64_t hold;
    return customer_hold_put(op, &other, today, &hold);
}

ENGINES_SENTENCE(customers_are_put_on_hold_but_those_that_are_and_go_back_unless_changed_since)
{
    struct crowd c = {.m = {.act = ACT_CUSTOMERS_HELD}};
    fixture_do(f, crowd_make, &c);
    CHECK(test_every_failure(f, act, &c.m, NULL) > CASES, "too few calls");
    CHECK(c.m.plan.refused == 1 && c.m.told, "%td refused", c.m.plan.refused);
    crowd_is(f, &c, "xuu");
    fixture_do(f, change_the_second, &c);
    CHECK(test_every_failure(f, undo, &c.m, NULL) > CASES, "too few calls");
    crowd_is(f, &c, "xx-");
}

ENGINES_SENTENCE(lifted_holds_come_back_each_as_it_was)
{
    struct crowd c = {.m = {.act = ACT_CUSTOMERS_HELD}};
    fixture_do(f, crowd_make, &c);
    fixture_do(f, act, &c.m);
    c.m.act = ACT_CUSTOMERS_LIFTED;
    fixture_do(f, act, &c.m);
    crowd_is(f, &c, "---");
    fixture_do(f, undo, &c.m);
    crowd_is(f, &c, "xuu");
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, undo, &c.m), "undone twice");
}

ENGINES_SENTENCE(customers_are_given_to_somebody_and_go_back)
{
    struct crowd c = {.m = {.act = ACT_CUSTOMERS_GIVEN}};
    fixture_do(f, crowd_make, &c);
    CHECK(test_every_failure(f, act, &c.m, NULL) > CASES, "too few calls");
    c.owner = c.m.person;
    crowd_is(f, &c, "x--");
    CHECK(test_every_failure(f, undo, &c.m, NULL) > CASES, "too few calls");
    c.owner = 0;
    crowd_is(f, &c, "x--");
}

TESTS(ENGINES_TEST(customers_are_put_on_hold_but_those_that_are_and_go_back_unless_changed_since),
      ENGINES_TEST(lifted_holds_come_back_each_as_it_was),
      ENGINES_TEST(customers_are_given_to_somebody_and_go_back),
      ENGINES_TEST(what_was_given_to_somebody_goes_back_as_a_whole),
      ENGINES_TEST(many_are_answered_with_one_text_and_those_answered_before_are_refused),
      ENGINES_TEST(an_act_of_which_nothing_can_be_done_says_so))
