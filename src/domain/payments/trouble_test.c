/* What the program does not decide: it lists it once, people say why, and the truth, when it comes,
 * is booked all the same. */
#include "domain/payments/trouble.h"

#include "base/clock.h"
#include "fixture.h"
#include "money_world.h"

struct gateway_account {
    struct charge_result says, says_of_refund;
    int refunds, refund_asks;
};

static struct gateway_account *books(const struct gateway_account *a)
{
    return (struct gateway_account *)(uintptr_t)a;
}

static bool told_charge(struct op *op, const struct gateway_account *a, const struct charge *in,
                        struct charge_result *out)
{
    (void)op, (void)in;
    *out = a->says;
    return true;
}

static bool told_ask(struct op *op, const struct gateway_account *a, str our_id,
                     struct charge_result *out)
{
    (void)op, (void)our_id;
    *out = a->says;
    return true;
}

static bool told_refund(struct op *op, const struct gateway_account *a, const struct refund *in,
                        struct charge_result *out)
{
    (void)op, (void)in;
    books(a)->refunds++;
    *out = a->says_of_refund;
    return true;
}

static bool told_ask_refund(struct op *op, const struct gateway_account *a, str our_id,
                            struct charge_result *out)
{
    (void)op, (void)our_id;
    books(a)->refund_asks++;
    *out = a->says_of_refund;
    return true;
}

static const struct gateway told = {.name = "told",
                                    .charge = told_charge,
                                    .ask = told_ask,
                                    .cancel = told_ask,
                                    .refund = told_refund,
                                    .ask_refund = told_ask_refund};

static const currency EUR = {"EUR"};

static struct charge_result says(enum charge_state state, int64_t minor)
{
    struct charge_result r = {.state = state, .amount = money_of(minor, EUR)};
    if (state != CHARGE_UNKNOWN && state != CHARGE_ABSENT) r.their_id = S("ch_1");
    if (state == CHARGE_OPEN) r.page = S("https://gateway.example/card");
    if (state == CHARGE_DECLINED) r.decline = DECLINE_REFUSED;
    return r;
}

struct story {
    struct fixture *f;
    struct money_world w;
    struct gateway_account gateway;
    int64_t item, payment, refund;
    struct payment p;
    struct item invoice, own;
    struct troubles list;
    struct verdict verdict;
    enum resolution what;
    str reason;
};

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t checkout;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 11900, &s->item) &&
           money_world_checkout(op, &s->w, &s->item, 1, &checkout) &&
           payment_begin(op, s->w.customer, checkout, "told", 0, s->w.today, &s->payment);
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!payment_get(op, 0, s->payment, &s->p) || !item_get(op, s->item, &s->invoice)) return false;
    if (s->p.item && !item_get(op, s->p.item, &s->own)) return false;
    if (!troubles_list(op, 10, &s->list) || !ledger_verify(op, &s->verdict)) return false;
    CHECK(s->verdict.problem_count == 0, "%.*s %.*s", STR(s->verdict.problems[0].where),
          STR(s->verdict.problems[0].what));
    return true;
}

/* The gateway is asked, and the payment then stands at `want`, with so many things for people. */
static void ask(struct story *s, struct charge_result answer, enum payment_state want, int listed)
{
    struct op op = fixture_op(s->f);
    struct gateway_access access = {&told, &s->gateway, NULL};
    enum payment_state state;
    s->gateway.says = answer;
    CHECK(payment_settle(&op, s->f->store, &access, s->payment, S("https://x/"), &state), "%s",
          fixture_why(&op));
    fixture_do(s->f, look, s);
    CHECK(s->p.state == want, "%s, not %s", payment_state_name(s->p.state),
          payment_state_name(want));
    CHECK(s->list.open == listed && s->list.count == listed, "%lld listed, not %d",
          (long long)s->list.open, listed);
}

static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f, .reason = S("seen in the gateway's list")};
    fixture_do(f, make, &s);
    ask(&s, says(CHARGE_OPEN, 11900), PAYMENT_REQUIRES_ACTION, 0);
    return s;
}

static bool resolve(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_resolve(op, s->payment, s->what, s->reason);
}

ENGINES_SENTENCE(another_amount_is_listed_once_and_booked_as_a_person_says)
{
    struct story s = story_of(f);
    ask(&s, says(CHARGE_PAID, 11800), PAYMENT_UNKNOWN, 1);
    ask(&s, says(CHARGE_PAID, 11800), PAYMENT_UNKNOWN, 1);
    CHECK(s.list.at[0].kind == TROUBLE_AMOUNT_DIFFERS && s.list.at[0].said.minor == 11800, "what");
    CHECK(s.list.at[0].opened == f->now && s.invoice.reserved.minor == 11900, "held");

    s.what = RESOLVED_CHARGED;
    s.reason = S(" ");
    CHECK(strstr(fixture_refused(s.f, resolve, &s), "how you know"), "without a reason");
    s.reason = S("it is in their list, one euro less");
    CHECK(test_every_failure(f, resolve, &s, NULL) > 10, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_SUCCEEDED && s.p.amount.minor == 11800, "booked as it came");
    CHECK(s.invoice.open.minor == 100 && s.invoice.reserved.minor == 0 && s.list.open == 0, "%lld",
          (long long)s.invoice.open.minor);
    CHECK(str_eq(s.p.bank_ref, S("ch_1")), "can be refunded");
    ask(&s, says(CHARGE_PAID, 11800), PAYMENT_SUCCEEDED, 0);
    CHECK(strstr(fixture_refused(s.f, resolve, &s), "known already"), "once");
}

ENGINES_SENTENCE(what_was_not_charged_is_free_and_late_money_is_booked_all_the_same)
{
    struct story s = story_of(f);
    ask(&s, says(CHARGE_PAID, 11800), PAYMENT_UNKNOWN, 1);
    s.what = RESOLVED_NOT_CHARGED;
    CHECK(test_every_failure(f, resolve, &s, NULL) > 5, "too few calls");
    ask(&s, says(CHARGE_PAID, 11800), PAYMENT_FAILED, 0); /* the same words again are no news */
    CHECK(s.invoice.open.minor == 11900 && s.invoice.reserved.minor == 0, "free");
    ask(&s, says(CHARGE_PAID, 11700), PAYMENT_FAILED, 1); /* others are */
    ask(&s, says(CHARGE_PAID, 11900), PAYMENT_SUCCEEDED, 0);
    CHECK(s.invoice.open.minor == 0, "late, and booked");
}

ENGINES_SENTENCE(another_amount_in_one_answer_only_is_settled_by_the_next)
{
    struct story s = story_of(f);
    ask(&s, says(CHARGE_PAID, 11901), PAYMENT_UNKNOWN, 1);
    ask(&s, says(CHARGE_PAID, 11900), PAYMENT_SUCCEEDED, 0);
}

ENGINES_SENTENCE(an_hour_of_silence_is_listed_until_somebody_knows)
{
    struct story s = story_of(f);
    ask(&s, says(CHARGE_UNKNOWN, 0), PAYMENT_UNKNOWN, 0);
    f->now += 2 * HOUR_US;
    ask(&s, says(CHARGE_UNKNOWN, 0), PAYMENT_UNKNOWN, 1);
    f->now += 2 * HOUR_US;
    ask(&s, says(CHARGE_UNKNOWN, 0), PAYMENT_UNKNOWN, 1);
    CHECK(s.list.at[0].kind == TROUBLE_UNANSWERED, "%d", (int)s.list.at[0].kind);
    CHECK(s.list.at[0].opened == f->now - 2 * HOUR_US, "its age");
    ask(&s, says(CHARGE_PAID, 11900), PAYMENT_SUCCEEDED, 0);
}

/* ---- refunds ---- */

static bool take_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct allocations uses;
    if (!allocations_of_item(op, s->p.item, &uses)) return false;
    str idem = str_printf(op->mem, "test %lld", (long long)op->now);
    return ledger_unallocate(op, uses.at[uses.count - 1].id, s->w.today, idem, S(""));
}

static bool ask_back(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_refund(op, s->payment, money_of(4000, EUR), S("test"), &s->refund);
}

static bool use_again(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_apply(op, s->p.item, s->item, s->own.open);
}

static bool give(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {&told, &s->gateway, NULL};
    return refund_talk(op, store, &access, s->refund);
}

static void refund(struct story *s, struct charge_result answer)
{
    struct op op = fixture_op(s->f);
    s->gateway.says_of_refund = answer;
    CHECK(give(&op, s->f->store, s), "%s", fixture_why(&op));
    fixture_do(s->f, look, s);
}

static struct story paid_story(struct fixture *f)
{
    struct story s = story_of(f);
    ask(&s, says(CHARGE_PAID, 11900), PAYMENT_SUCCEEDED, 0);
    fixture_do(f, take_back, &s);
    fixture_do(f, ask_back, &s);
    return s;
}

static void books_hold(struct fixture *f, bool done, void *arg)
{
    (void)done;
    fixture_do(f, look, arg);
}

ENGINES_SENTENCE(a_refund_that_was_refused_and_went_out_after_all_is_booked)
{
    struct story s = paid_story(f);
    refund(&s, says(CHARGE_DECLINED, 4000));
    CHECK(s.list.open == 1 && s.list.at[0].kind == TROUBLE_REFUND_REFUSED, "listed");
    CHECK(s.own.open.minor == 11900 && s.own.reserved.minor == 0, "on account again");
    fixture_do(f, use_again, &s);
    fixture_do(f, look, &s);
    CHECK(s.invoice.open.minor == 0, "and used");

    f->now += DAY_US;
    refund(&s, says(CHARGE_DECLINED, 4000));
    CHECK(s.list.open == 1 && s.gateway.refunds == 1 && s.gateway.refund_asks == 1,
          "asked about, and never sent again");
    s.gateway.says_of_refund = says(CHARGE_PAID, 4000);
    CHECK(test_every_failure_outside(f, give, &s, books_hold) > 10, "too few calls");
    CHECK(s.invoice.open.minor == 4000 && s.own.open.minor == 0 && s.list.open == 0,
          "%lld open, %lld listed", (long long)s.invoice.open.minor, (long long)s.list.open);
    CHECK(s.p.state == PAYMENT_PARTIALLY_REFUNDED, "%s", payment_state_name(s.p.state));
    refund(&s, says(CHARGE_PAID, 4000));
    CHECK(s.invoice.open.minor == 4000, "once");
}

ENGINES_SENTENCE(a_refund_is_not_sent_again_once_its_id_may_be_forgotten)
{
    struct story s = paid_story(f);
    refund(&s, says(CHARGE_UNKNOWN, 0));
    refund(&s, says(CHARGE_PAID, 3999)); /* their word is checked */
    CHECK(s.gateway.refunds == 2 && s.own.reserved.minor == 4000, "sent again under its id");
    f->now += 12 * HOUR_US + 5 * MINUTE_US; /* the last that was sent may still be under way */
    for (int i = 0; i < 3; i++, f->now += 4 * MINUTE_US) refund(&s, says(CHARGE_ABSENT, 0));
    CHECK(s.own.reserved.minor == 4000 && s.list.open == 0, "believed too early");
    s.gateway.refund_asks = 0;
    f->now += HOUR_US;
    refund(&s, says(CHARGE_UNKNOWN, 0));
    refund(&s, says(CHARGE_ABSENT, 0));
    refund(&s, says(CHARGE_ABSENT, 0));
    CHECK(s.gateway.refunds == 2 && s.gateway.refund_asks == 3, "only asked about");
    CHECK(s.own.reserved.minor == 4000 && s.list.open == 0, "said once, by two");
    f->now += MINUTE_US;
    refund(&s, says(CHARGE_ABSENT, 0));
    CHECK(s.own.reserved.minor == 0 && s.list.open == 1, "said twice: it never came");
}

static bool close_it(struct op *op, void *arg)
{
    struct story *s = arg;
    return trouble_close(op, s->list.at[0].id, s->reason);
}

ENGINES_SENTENCE(people_close_with_a_reason_what_they_saw_to)
{
    struct story s = paid_story(f);
    refund(&s, says(CHARGE_DECLINED, 4000));
    struct trouble kept = s.list.at[0];
    s.list.at = &kept;
    s.reason = S("");
    CHECK(strstr(fixture_refused(s.f, close_it, &s), "how you know"), "without a reason");
    s.reason = S("sent by bank transfer instead");
    CHECK(test_every_failure(f, close_it, &s, NULL) > 2, "too few calls");
    CHECK(strstr(fixture_refused(s.f, close_it, &s), "seen to"), "twice");
    fixture_do(f, look, &s);
    CHECK(s.list.open == 0, "still listed");
}

TESTS(ENGINES_TEST(another_amount_is_listed_once_and_booked_as_a_person_says),
      ENGINES_TEST(what_was_not_charged_is_free_and_late_money_is_booked_all_the_same),
      ENGINES_TEST(another_amount_in_one_answer_only_is_settled_by_the_next),
      ENGINES_TEST(an_hour_of_silence_is_listed_until_somebody_knows),
      ENGINES_TEST(a_refund_that_was_refused_and_went_out_after_all_is_booked),
      ENGINES_TEST(a_refund_is_not_sent_again_once_its_id_may_be_forgotten),
      ENGINES_TEST(people_close_with_a_reason_what_they_saw_to))
