/* Acts over many cases: what is given to somebody goes back as a whole, answers stay, and a failure
 * leaves nothing. */
#include "domain/work/bulk_cases.h"

#include "domain/access/people.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/disputes.h"
#include "fixture.h"
#include "money_world.h"

enum { CASES = 3 };

struct many {
    struct money_world w;
    int64_t person, disputes[CASES], batch;
    enum cases_act act;
    struct cases_plan plan;
    struct cases_choice choice;
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
    m->choice = (struct cases_choice){m->person, S("Anna"), S("Please look at the photos.")};
    return true;
}

static bool act(struct op *op, void *arg)
{
    struct many *m = arg;
    if (!cases_plan(op, m->act, m->disputes, CASES, &m->plan)) return false;
    m->told = m->plan.rows[0].problem.len > 0;
    return cases_do(op, &m->plan, &m->choice, &m->batch);
}

static bool undo(struct op *op, void *arg)
{
    struct many *m = arg;
    return cases_undo(op, m->batch, S("Anna is away"));
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
    struct many m = {.act = CASES_DISPUTES_GIVEN};
    fixture_do(f, make, &m);
    CHECK(test_every_failure(f, act, &m, NULL) > CASES, "too few calls");
    fixture_do(f, expect, &(struct expected){&m, m.person, DISPUTE_OPEN, 0});
    fixture_do(f, answer_the_first, &m);
    CHECK(test_every_failure(f, undo, &m, NULL) > CASES, "too few calls");
    fixture_do(f, expect, &(struct expected){&m, 0, DISPUTE_OPEN, 1});
}

ENGINES_SENTENCE(many_are_answered_with_one_text_and_those_answered_before_are_refused)
{
    struct many m = {.act = CASES_DISPUTES_ACCEPTED};
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
    struct many m = {.act = CASES_DISPUTES_REFUSED};
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

TESTS(ENGINES_TEST(what_was_given_to_somebody_goes_back_as_a_whole),
      ENGINES_TEST(many_are_answered_with_one_text_and_those_answered_before_are_refused),
      ENGINES_TEST(an_act_of_which_nothing_can_be_done_says_so))
