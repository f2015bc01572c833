/* What a gateway may answer, to whom, and what becomes of it: charged twice, another amount,
 * another currency, an adapter that fails, a gateway that is not theirs; and what people decide
 * then. */
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/payments.h"
#include "domain/payments/trouble.h"
#include "fixture.h"
#include "money_world.h"

static const currency EUR = {"EUR"}, USD = {"USD"};

struct gateway_account {
    struct charge_result says;
    bool broken; /* the adapter itself fails: a key that is not taken */
    int charges, asks, cancels;
};

static bool tell(struct op *op, const struct gateway_account *account, int *count,
                 struct charge_result *out)
{
    ++*count;
    *out = account->says;
    return !account->broken || op_broken(op, ERR_UPSTREAM, "a key that they do not take");
}

static bool told_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    (void)in;
    return tell(op, a, &a->charges, out);
}

static bool told_ask(struct op *op, const struct gateway_account *account, str our_id,
                     struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    (void)our_id;
    return tell(op, a, &a->asks, out);
}

static bool told_cancel(struct op *op, const struct gateway_account *account, str our_id,
                        struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    (void)our_id;
    return tell(op, a, &a->cancels, out);
}

static const struct gateway told = {
    .name = "told", .charge = told_charge, .ask = told_ask, .cancel = told_cancel};
static const struct gateway another = {
    .name = "another", .charge = told_charge, .ask = told_ask, .cancel = told_cancel};

enum { AMOUNT = 11900, FEE = 238 }; /* a surcharge of 2 % */

struct story {
    struct fixture *f;
    struct money_world w;
    struct gateway_account gateway;
    const struct gateway *asked;
    int64_t item, payment, listed;
    struct payment p;
    struct item invoice, own;
    struct payments all;
    struct payment_attempt *attempts;
    ptrdiff_t attempt_count;
    struct troubles list;
    struct case_jobs_row jobs;
    int64_t audits;
    enum payment_state state;
    enum resolution what;
    bool send;
    const char *action;
    str our_id;
    int64_t found;
};

static struct charge_result says(enum charge_state state, int64_t minor, int64_t fee)
{
    struct charge_result r = {.state = state, .amount = money_of(minor + fee, EUR)};
    if (state != CHARGE_UNKNOWN && state != CHARGE_ABSENT) r.their_id = S("ch_1");
    if (state == CHARGE_OPEN) r.page = S("https://gateway.example/card");
    if (state == CHARGE_PAID) r.card = S("Visa 4242");
    if (fee) r.fee = money_of(fee, EUR), r.funding = FUNDING_CREDIT;
    return r;
}

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entity seller;
    int64_t checkout;
    if (!money_world_make(op, &s->w) || !entity_get(op, s->w.entity, &seller)) return false;
    seller.card_fee_ppm = 20000;
    seller.card_fee_text = S("2 % for credit cards");
    return entity_put(op, &seller, &s->w.entity) &&
           money_world_invoice(op, &s->w, AMOUNT, &s->item) &&
           money_world_checkout(op, &s->w, &s->item, 1, &checkout) &&
           payment_begin(op, s->w.customer, checkout, "told", 0, s->w.today, &s->payment);
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    struct verdict v;
    struct case_audits_row audits;
    if (!payment_get(op, 0, s->payment, &s->p) || !item_get(op, s->item, &s->invoice)) return false;
    if (!payments_list(op, &(struct payments_filter){.limit = 9}, &s->all)) return false;
    if (!payment_attempts(op, s->payment, &s->attempts, &s->attempt_count)) return false;
    if (!troubles_list(op, 9, &s->list) || !ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    s->listed = s->list.count > 0 ? s->list.at[0].id : 0;
    struct case_jobs_args jobs = {.kind = S("payment.settle"), .subject = s->payment};
    struct case_audits_args actions = {.action = str_of(s->action), .object = s->all.at[0].id};
    if (!sql_case_jobs(op, jobs, &s->jobs) || !sql_case_audits(op, actions, &audits)) return false;
    s->audits = audits.count;
    return true;
}

static void books_hold(struct fixture *f, bool done, void *arg)
{
    (void)done;
    fixture_do(f, look, arg);
}

static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f, .asked = &told, .action = "payment.start"};
    fixture_do(f, make, &s);
    return s;
}

static bool talk(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {s->asked, &s->gateway, NULL};
    return payment_talk(op, store, &access, s->payment, s->send, S("https://x/"), &s->state);
}

static bool cancel(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {s->asked, &s->gateway, NULL};
    return payment_cancel(op, store, &access, s->payment, &s->state);
}

static bool settle(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {s->asked, &s->gateway, NULL};
    return payment_settle(op, store, &access, s->payment, S("https://x/"), &s->state);
}

static void hear(struct story *s, bool (*how)(struct op *, struct store *, void *),
                 struct charge_result answer, enum payment_state want)
{
    struct op op = fixture_op(s->f);
    s->gateway.says = answer;
    CHECK(how(&op, s->f->store, s), "%s", fixture_why(&op));
    fixture_do(s->f, look, s);
    CHECK(s->state == want && s->p.state == want, "%s, %s, not %s", payment_state_name(s->state),
          payment_state_name(s->p.state), payment_state_name(want));
}

static bool again(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_again(op, s->w.customer, s->payment, "told", s->w.today);
}

static bool resolve(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_resolve(op, s->payment, s->what, S("seen in their list"));
}

/* ---- charged twice ---- */

/* The first attempt was cancelled, the second one paid. */
static struct story paid_by_the_second(struct fixture *f)
{
    struct story s = story_of(f);
    s.send = true;
    hear(&s, talk, says(CHARGE_OPEN, AMOUNT, 0), PAYMENT_REQUIRES_ACTION);
    hear(&s, cancel, says(CHARGE_CANCELLED, AMOUNT, 0), PAYMENT_CANCELLED);
    fixture_do(f, again, &s);
    hear(&s, talk, says(CHARGE_PAID, AMOUNT, FEE), PAYMENT_SUCCEEDED);
    CHECK(s.invoice.open.minor == 0 && s.all.count == 1 && s.p.fee.minor == FEE, "paid once");
    return s;
}

static bool look_at_extra(struct op *op, void *arg)
{
    struct story *s = arg;
    s->p = s->all.at[0];
    return item_get(op, s->p.item, &s->own);
}

ENGINES_SENTENCE(a_second_charge_is_booked_on_account_and_listed_to_be_given_back)
{
    struct story s = paid_by_the_second(f);
    s.gateway.says = says(CHARGE_PAID, AMOUNT, FEE);
    s.gateway.says.their_id = S("ch_2");
    s.action = "payment.twice";
    CHECK(test_every_failure_outside(f, settle, &s, books_hold) > 20, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.all.count == 2 && s.audits == 1, "%td payments, %lld in the trail", s.all.count,
          (long long)s.audits);
    CHECK(s.list.count == 1 && s.list.at[0].kind == TROUBLE_CHARGED_TWICE, "listed");
    CHECK(s.list.at[0].said.minor == AMOUNT && s.list.at[0].payment == s.all.at[0].id, "which");
    fixture_do(f, look_at_extra, &s);
    CHECK(s.p.state == PAYMENT_SUCCEEDED && s.p.customer == s.w.customer && s.p.account != 0,
          "whose it is");
    CHECK(s.p.amount.minor == AMOUNT && s.p.fee.minor == FEE && str_eq(s.p.method, S("card")) &&
              str_eq(s.p.bank_ref, S("ch_2")),
          "can be given back: %.*s", STR(s.p.bank_ref));
    CHECK(s.own.kind == ITEM_PAYMENT && s.own.open.minor == AMOUNT &&
              s.own.customer == s.w.customer && s.own.payment == s.p.id,
          "%lld on account", (long long)s.own.open.minor);
    hear(&s, settle, says(CHARGE_PAID, AMOUNT, FEE), PAYMENT_SUCCEEDED);
    CHECK(s.all.count == 2 && s.list.count == 1, "said again, it is no news");
}

ENGINES_SENTENCE(another_amount_of_an_attempt_before_changes_nothing_that_is_paid)
{
    struct story s = paid_by_the_second(f);
    hear(&s, settle, says(CHARGE_PAID, AMOUNT - 1, 0), PAYMENT_SUCCEEDED);
    CHECK(s.all.count == 1 && s.list.count == 1 && s.list.at[0].kind == TROUBLE_AMOUNT_DIFFERS,
          "for people");
    s.what = RESOLVED_CHARGED;
    CHECK(strstr(fixture_refused(s.f, resolve, &s), "known already"), "its money is there");
    s.what = RESOLVED_NOT_CHARGED;
    fixture_do(f, resolve, &s);
    fixture_do(f, look, &s);
    CHECK(s.list.count == 0 && s.p.state == PAYMENT_SUCCEEDED && s.invoice.open.minor == 0,
          "seen to, and still paid");
}

/* ---- their word is checked ---- */

ENGINES_SENTENCE(a_surcharge_is_taken_of_a_credit_card_and_as_it_was_told)
{
    struct story s = story_of(f);
    struct charge_result odd[] = {
        says(CHARGE_PAID, AMOUNT, FEE), says(CHARGE_PAID, AMOUNT, FEE - 1),
        says(CHARGE_PAID, AMOUNT + 1, FEE), says(CHARGE_PAID, AMOUNT + FEE, 0),
        says(CHARGE_PAID, AMOUNT - 1, 0)};
    odd[0].funding = FUNDING_DEBIT;
    s.send = true;
    for (ptrdiff_t i = 0; i < COUNT(odd); i++) {
        hear(&s, talk, odd[i], PAYMENT_UNKNOWN);
        CHECK(s.list.count == 1 && s.list.at[0].kind == TROUBLE_AMOUNT_DIFFERS, "%td: listed", i);
        CHECK(s.invoice.open.minor == AMOUNT && s.invoice.reserved.minor == AMOUNT, "%td: held", i);
    }
    CHECK(s.gateway.charges == 1 && s.gateway.asks == COUNT(odd) - 1,
          "what they know is asked about and not sent: %d", s.gateway.charges);
    hear(&s, talk, says(CHARGE_PAID, AMOUNT, FEE), PAYMENT_SUCCEEDED);
    CHECK(s.p.fee.minor == FEE && s.list.count == 0 && s.invoice.open.minor == 0, "as told");
    CHECK(str_eq(s.p.card, S("Visa 4242")) && str_eq(s.p.bank_ref, S("ch_1")), "%.*s",
          STR(s.p.card));
}

static void is_listed_or_not_heard(struct fixture *f, bool done, void *arg)
{
    struct story *s = arg;
    fixture_do(f, look, s);
    CHECK(s->list.count == (s->p.state == PAYMENT_UNKNOWN ? 1 : 0), "%td listed", s->list.count);
    CHECK(!done || s->p.state == PAYMENT_UNKNOWN, "%s", payment_state_name(s->p.state));
}

ENGINES_SENTENCE(another_amount_is_listed_whatever_fails)
{
    struct story s = story_of(f);
    s.send = true;
    s.gateway.says = says(CHARGE_PAID, AMOUNT - 1, 0);
    CHECK(test_every_failure_outside(f, talk, &s, is_listed_or_not_heard) > 10, "too few calls");
    CHECK(s.list.count == 1 && s.list.at[0].said.minor == AMOUNT - 1, "listed");
}

/* ---- whom to ask, and about what ---- */

ENGINES_SENTENCE(only_the_gateway_that_was_asked_to_charge_is_asked_about_it)
{
    struct story s = story_of(f);
    s.send = true;
    s.asked = &another;
    hear(&s, talk, says(CHARGE_ABSENT, 0, 0), PAYMENT_SUBMITTING);
    hear(&s, cancel, says(CHARGE_ABSENT, 0, 0), PAYMENT_SUBMITTING);
    struct op op = fixture_op(f);
    CHECK(!settle(&op, f->store, &s) && op.errs->kind == ERR_UPSTREAM, "%s", fixture_why(&op));
    CHECK(s.gateway.charges + s.gateway.asks + s.gateway.cancels == 0, "another was asked");
    s.asked = &told;
    hear(&s, cancel, says(CHARGE_CANCELLED, AMOUNT, 0), PAYMENT_CANCELLED);
    CHECK(s.gateway.cancels == 1, "the one is asked");
    hear(&s, cancel, says(CHARGE_CANCELLED, AMOUNT, 0), PAYMENT_CANCELLED);
    CHECK(s.gateway.cancels == 1, "it has ended");
    s.asked = &another;
    hear(&s, settle, says(CHARGE_PAID, AMOUNT, 0), PAYMENT_CANCELLED);
    CHECK(s.gateway.asks == 0 && s.invoice.open.minor == AMOUNT, "another's word counts nothing");
}

ENGINES_SENTENCE(an_adapter_that_fails_leaves_the_payment_as_it_was)
{
    struct story s = story_of(f);
    static bool (*const ways[])(struct op *, struct store *, void *) = {talk, cancel, settle};
    for (int sent = 0; sent < 2; sent++) {
        s.send = sent == 0;
        for (ptrdiff_t i = 0; i < COUNT(ways); i++) {
            struct op op = fixture_op(f);
            str before = fixture_digest(f);
            s.gateway.broken = true;
            CHECK(!ways[i](&op, f->store, &s) && op.errs->kind == ERR_UPSTREAM, "way %td", i);
            CHECK(str_eq(before, fixture_digest(f)), "way %td: something stayed", i);
        }
        s.gateway.broken = false;
        s.send = true;
        if (!sent) hear(&s, talk, says(CHARGE_OPEN, AMOUNT, 0), PAYMENT_REQUIRES_ACTION);
    }
    hear(&s, cancel, says(CHARGE_CANCELLED, AMOUNT, 0), PAYMENT_CANCELLED);
    struct op op = fixture_op(f);
    s.gateway.broken = true;
    CHECK(!settle(&op, f->store, &s), "an attempt that has ended is asked about too");
    CHECK(test_every_failure_outside(f, cancel, &s, books_hold) > 1, "too few calls");
}

static bool announce(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t item, checkout;
    return money_world_invoice(op, &s->w, 500, &item) &&
           money_world_checkout(op, &s->w, &item, 1, &checkout) &&
           payment_announce(op, s->w.customer, checkout, s->w.today, &s->payment);
}

ENGINES_SENTENCE(a_transfer_is_no_business_of_a_gateway)
{
    struct story s = story_of(f);
    fixture_do(f, announce, &s);
    s.send = true;
    hear(&s, talk, says(CHARGE_PAID, 500, 0), PAYMENT_PENDING);
    hear(&s, cancel, says(CHARGE_CANCELLED, AMOUNT, 0), PAYMENT_PENDING);
    CHECK(s.gateway.charges + s.gateway.asks + s.gateway.cancels == 0, "was asked");
}

static bool ask_all(struct op *op, void *arg)
{
    (void)arg;
    return payments_ask_all(op, NULL);
}

static bool whose(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_of_attempt(op, s->our_id, &s->found);
}

static bool message(struct op *op, void *arg)
{
    struct story *s = arg;
    bool first, second;
    struct gateway_event event = {.event_id = S("evt_1")}; /* of nothing of ours */
    if (!gateway_inbox_add(op, S("told"), &event, &first)) return false;
    event.our_id = S("x");
    if (!gateway_inbox_add(op, S("told"), &event, &second)) return false;
    s->found = first && !second;
    return true;
}

ENGINES_SENTENCE(all_that_are_in_doubt_are_asked_about_at_once)
{
    struct story s = story_of(f);
    fixture_do(f, look, &s);
    CHECK(s.jobs.count == 1 && s.jobs.due == f->now + 10 * SECOND_US, "due %lld",
          (long long)(s.jobs.due - f->now));
    CHECK(test_every_failure(f, ask_all, &s, NULL) > 1, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.jobs.count == 1 && s.jobs.due == f->now, "due in %lld",
          (long long)(s.jobs.due - f->now));
    s.our_id = s.attempts[0].our_id;
    CHECK(str_starts(s.our_id, S("P-26-")), "plain, and told by its number: %.*s", STR(s.our_id));
    fixture_do(f, whose, &s);
    CHECK(s.found == s.payment, "found by our id");
    s.our_id = S("nobody's");
    fixture_do(f, whose, &s);
    CHECK(s.found == 0, "nobody's");
    s.our_id = (str){0};
    fixture_do(f, whose, &s);
    CHECK(s.found == 0, "of nothing");
    fixture_do(f, message, &s);
    CHECK(s.found, "a message is kept once");
}

/* ---- what people decide ---- */

static bool close_it(struct op *op, void *arg)
{
    struct story *s = arg;
    return trouble_close(op, s->listed, S("it is all right"));
}

ENGINES_SENTENCE(silence_is_listed_after_an_hour_whatever_fails_and_people_decide)
{
    struct story s = story_of(f);
    s.send = true;
    hear(&s, talk, says(CHARGE_UNKNOWN, 0, 0), PAYMENT_UNKNOWN);
    f->now += HOUR_US;
    hear(&s, talk, says(CHARGE_UNKNOWN, 0, 0), PAYMENT_UNKNOWN);
    CHECK(s.list.count == 0, "an hour, and not a second more");
    CHECK(s.jobs.due == f->now - HOUR_US + 10 * SECOND_US, "asked soon: %lld",
          (long long)(s.jobs.due - f->now));
    f->now++;
    CHECK(test_every_failure_outside(f, talk, &s, books_hold) > 5, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.list.count == 1 && s.list.at[0].kind == TROUBLE_UNANSWERED, "listed once");
    CHECK(strstr(fixture_refused(s.f, close_it, &s), "Say on the payment's page"),
          "not closed without a word");
    s.send = false;
    hear(&s, talk, says(CHARGE_PAID, AMOUNT - 100, 0), PAYMENT_UNKNOWN);
    CHECK(s.list.count == 2, "and another amount");
    s.listed = s.list.at[1].id;
    CHECK(strstr(fixture_refused(s.f, close_it, &s), "Say on the payment's page"), "nor this one");
    /* Another amount says more than silence. */
    s.what = RESOLVED_CHARGED;
    CHECK(test_every_failure(f, resolve, &s, NULL) > 10, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_SUCCEEDED && s.p.amount.minor == AMOUNT - 100, "%lld",
          (long long)s.p.amount.minor);
    CHECK(s.list.count == 0 && s.invoice.open.minor == 100 && s.invoice.reserved.minor == 0,
          "%td listed", s.list.count);
    CHECK(str_eq(s.attempts[0].state, S("paid")), "its attempt has ended");
}

ENGINES_SENTENCE(silence_that_was_a_payment_is_booked_as_it_was_asked_for)
{
    struct story s = story_of(f);
    s.send = true;
    hear(&s, talk, says(CHARGE_UNKNOWN, 0, 0), PAYMENT_UNKNOWN);
    f->now += HOUR_US + 1;
    hear(&s, talk, says(CHARGE_UNKNOWN, 0, 0), PAYMENT_UNKNOWN);
    CHECK(s.list.count == 1 && s.list.at[0].said.cur.code[0] == 0, "nothing was said");
    s.what = RESOLVED_CHARGED;
    fixture_do(f, resolve, &s);
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_SUCCEEDED && s.p.amount.minor == AMOUNT, "%lld",
          (long long)s.p.amount.minor);
}

ENGINES_SENTENCE(a_cancellation_that_fails_leaves_what_the_next_one_finishes)
{
    struct story s = story_of(f);
    s.send = true;
    hear(&s, talk, says(CHARGE_OPEN, AMOUNT, 0), PAYMENT_REQUIRES_ACTION);
    s.gateway.says = says(CHARGE_CANCELLED, AMOUNT, 0);
    CHECK(test_every_failure_outside(f, cancel, &s, books_hold) > 5, "too few calls");
    CHECK(s.p.state == PAYMENT_CANCELLED && s.invoice.reserved.minor == 0, "free");
}

ENGINES_SENTENCE(who_knows_before_it_is_listed_may_say_so)
{
    for (int charged = 0; charged < 2; charged++) {
        struct fixture *own = fixture_open(f->mem, f->engine);
        struct story s = story_of(own);
        s.send = true;
        hear(&s, talk, says(CHARGE_OPEN, AMOUNT, 0), PAYMENT_REQUIRES_ACTION);
        hear(&s, cancel, says(CHARGE_CANCELLED, AMOUNT, 0), PAYMENT_CANCELLED);
        s.what = RESOLVED_CHARGED;
        CHECK(strstr(fixture_refused(s.f, resolve, &s), "known already"), "nobody is in doubt");
        fixture_do(own, again, &s);
        hear(&s, talk, says(CHARGE_UNKNOWN, 0, 0), PAYMENT_UNKNOWN);
        s.what = charged ? RESOLVED_CHARGED : RESOLVED_NOT_CHARGED;
        s.action = "payment.resolve";
        fixture_do(own, resolve, &s);
        fixture_do(own, look, &s);
        CHECK(s.p.state == (charged ? PAYMENT_SUCCEEDED : PAYMENT_FAILED) && s.audits == 1, "%s",
              payment_state_name(s.p.state));
        CHECK(s.invoice.open.minor == (charged ? 0 : AMOUNT) && s.invoice.reserved.minor == 0,
              "%lld open", (long long)s.invoice.open.minor);
        CHECK(s.attempt_count == 2 && str_eq(s.attempts[0].state, S("cancelled")), "the first");
        CHECK(str_eq(s.attempts[1].state, charged ? S("paid") : S("cancelled")), "the second: %.*s",
              STR(s.attempts[1].state));
    }
}

ENGINES_SENTENCE(money_of_another_currency_is_never_booked)
{
    struct story s = story_of(f);
    struct charge_result dollars = says(CHARGE_PAID, AMOUNT, 0);
    dollars.amount = money_of(AMOUNT, USD);
    s.send = true;
    hear(&s, talk, dollars, PAYMENT_UNKNOWN);
    CHECK(s.list.count == 1 && currency_eq(s.list.at[0].said.cur, USD), "listed as they said it");
    s.what = RESOLVED_CHARGED;
    CHECK(strstr(fixture_refused(s.f, resolve, &s), "another currency"), "not as dollars");
    s.what = RESOLVED_NOT_CHARGED;
    fixture_do(f, resolve, &s);
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_FAILED && s.invoice.reserved.minor == 0, "free again");
    hear(&s, settle, says(CHARGE_PAID, AMOUNT + 5, 0), PAYMENT_FAILED);
    CHECK(s.list.count == 1, "another amount, late");
    fixture_do(f, resolve, &s);
    fixture_do(f, look, &s);
    CHECK(s.list.count == 0 && s.p.state == PAYMENT_FAILED, "it had failed, and has");
    hear(&s, settle, says(CHARGE_PAID, AMOUNT + 6, 0), PAYMENT_FAILED);
    s.what = RESOLVED_CHARGED;
    fixture_do(f, resolve, &s);
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_SUCCEEDED && s.p.amount.minor == AMOUNT + 6, "as it came, late");
}

TESTS(ENGINES_TEST(a_second_charge_is_booked_on_account_and_listed_to_be_given_back),
      ENGINES_TEST(another_amount_of_an_attempt_before_changes_nothing_that_is_paid),
      ENGINES_TEST(a_surcharge_is_taken_of_a_credit_card_and_as_it_was_told),
      ENGINES_TEST(another_amount_is_listed_whatever_fails),
      ENGINES_TEST(only_the_gateway_that_was_asked_to_charge_is_asked_about_it),
      ENGINES_TEST(an_adapter_that_fails_leaves_the_payment_as_it_was),
      ENGINES_TEST(a_transfer_is_no_business_of_a_gateway),
      ENGINES_TEST(all_that_are_in_doubt_are_asked_about_at_once),
      ENGINES_TEST(silence_is_listed_after_an_hour_whatever_fails_and_people_decide),
      ENGINES_TEST(silence_that_was_a_payment_is_booked_as_it_was_asked_for),
      ENGINES_TEST(a_cancellation_that_fails_leaves_what_the_next_one_finishes),
      ENGINES_TEST(who_knows_before_it_is_listed_may_say_so),
      ENGINES_TEST(money_of_another_currency_is_never_booked))
