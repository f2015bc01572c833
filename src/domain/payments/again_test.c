/* Second tries: what was agreed at the first one holds, whatever happened to the items meanwhile.
 */
#include "domain/payments/payments.h"

#include "base/clock.h"
#include "fixture.h"
#include "money_world.h"

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

struct gateway_account {
    enum charge_state next;
};

static bool as_told(const struct gateway_account *account, money amount, struct charge_result *out)
{
    *out = (struct charge_result){.state = account->next, .amount = amount};
    if (account->next == CHARGE_DECLINED) out->decline = DECLINE_FUNDS;
    if (account->next != CHARGE_UNKNOWN && account->next != CHARGE_ABSENT)
        out->their_id = S("ch_1");
    return true;
}

static bool told_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    (void)op;
    return as_told(account, in->amount, out);
}

static bool told_ask(struct op *op, const struct gateway_account *account, str our_id,
                     struct charge_result *out)
{
    (void)op, (void)our_id;
    return as_told(account, eur(6000), out);
}

static const struct gateway told = {.name = "told", .charge = told_charge, .ask = told_ask};

/* An invoice of 100.00, of which another payment has paid 20.00; 60.00 of the rest is paid by card,
 * and 20.00 is deducted for damaged goods. */
struct story {
    struct fixture *f;
    struct money_world w;
    int64_t item, earlier, checkout, payment;
    money open, deducted;
    struct payment p;
    struct verdict verdict;
};

static bool begin(struct op *op, void *arg)
{
    struct story *s = arg;
    struct received got;
    struct receipt_in in = {.amount = eur(2000), .payer = S("HALLAM"), .reference = S("INV-0001")};
    if (!money_world_make(op, &s->w) || !money_world_invoice(op, &s->w, 10000, &s->item))
        return false;
    in.entity = s->w.entity, in.value_date = s->w.today;
    if (!payment_receive(op, &in, &got)) return false;
    s->earlier = got.payment;
    struct checkout_edit edit = {
        .item = s->item, .amount = S("60.00"), .reason = S("damaged_goods")};
    return money_world_checkout(op, &s->w, &s->item, 1, &s->checkout) &&
           checkout_edit(op, s->w.customer, s->checkout, &edit, 1) &&
           payment_begin(op, s->w.customer, s->checkout, "told", 0, s->w.today, &s->payment);
}

static bool earlier_returns(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_return(op, s->earlier, s->w.today, S("AC04"));
}

static bool again(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_again(op, s->w.customer, s->payment, "told", s->w.today);
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    struct item item;
    struct deductions cut;
    if (!item_get(op, s->item, &item) || !payment_get(op, 0, s->payment, &s->p)) return false;
    if (!deductions_of_payment(op, s->payment, &cut)) return false;
    s->open = item.open;
    s->deducted = eur(0);
    for (ptrdiff_t i = 0; i < cut.count; i++)
        s->deducted = money_add(s->deducted, cut.at[i].amount);
    if (!ledger_verify(op, &s->verdict)) return false;
    CHECK(s->verdict.problem_count == 0, "%.*s", STR(s->verdict.problems[0].what));
    return true;
}

static enum payment_state talk(struct story *s, const struct gateway *gateway,
                               enum charge_state next, bool send)
{
    struct op op = fixture_op(s->f);
    struct gateway_account account = {next};
    struct gateway_access access = {gateway, &account, NULL};
    enum payment_state state = PAYMENT_CREATED;
    CHECK(payment_talk(&op, s->f->store, &access, s->payment, send, S("https://x/"), &state), "%s",
          fixture_why(&op));
    return state;
}

static enum payment_state settle(struct story *s, enum charge_state next)
{
    struct op op = fixture_op(s->f);
    struct gateway_account account = {next};
    struct gateway_access access = {&told, &account, NULL};
    enum payment_state state = PAYMENT_CREATED;
    CHECK(payment_settle(&op, s->f->store, &access, s->payment, S("https://x/"), &state), "%s",
          fixture_why(&op));
    return state;
}

ENGINES_SENTENCE(a_further_try_deducts_what_was_agreed_or_nothing)
{
    struct story s = {.f = f};
    struct op op = fixture_op(f);
    fixture_do(f, begin, &s);
    CHECK(talk(&s, &told, CHARGE_DECLINED, true) == PAYMENT_FAILED, "declined");
    fixture_do(f, earlier_returns, &s); /* now 100.00 is open again */
    CHECK(!store_transact(&op, f->store, TX_WRITE, again, &s), "40.00 would be deducted");
    CHECK(str_starts(op.errs->message, S("The amounts have changed")), "%s", fixture_why(&op));
}

ENGINES_SENTENCE(a_further_try_of_unchanged_items_is_as_good_as_the_first)
{
    struct story s = {.f = f};
    fixture_do(f, begin, &s);
    CHECK(talk(&s, &told, CHARGE_DECLINED, true) == PAYMENT_FAILED, "declined");
    fixture_do(f, again, &s);
    CHECK(talk(&s, &told, CHARGE_PAID, true) == PAYMENT_SUCCEEDED, "paid");
    fixture_do(f, look, &s);
    CHECK(s.open.minor == 0 && s.deducted.minor == 2000, "%lld open, %lld deducted",
          (long long)s.open.minor, (long long)s.deducted.minor);
}

ENGINES_SENTENCE(late_money_deducts_no_more_than_was_agreed)
{
    struct story s = {.f = f};
    fixture_do(f, begin, &s);
    CHECK(talk(&s, &told, CHARGE_DECLINED, true) == PAYMENT_FAILED, "declined");
    fixture_do(f, earlier_returns, &s);
    CHECK(settle(&s, CHARGE_PAID) == PAYMENT_SUCCEEDED, "charged after all");
    fixture_do(f, look, &s);
    CHECK(s.open.minor == 2000 && s.deducted.minor == 2000, "%lld open, %lld deducted",
          (long long)s.open.minor, (long long)s.deducted.minor);
}

ENGINES_SENTENCE(another_gateway_than_the_one_that_was_asked_knows_nothing)
{
    static const struct gateway other = {.name = "other", .charge = told_charge, .ask = told_ask};
    struct story s = {.f = f};
    fixture_do(f, begin, &s);
    CHECK(talk(&s, &told, CHARGE_UNKNOWN, true) == PAYMENT_UNKNOWN, "no answer");
    f->now += DAY_US;
    for (int i = 0; i < 3; i++)
        CHECK(talk(&s, &other, CHARGE_ABSENT, false) == PAYMENT_UNKNOWN, "given up");
    CHECK(talk(&s, &told, CHARGE_PAID, false) == PAYMENT_SUCCEEDED, "it had been charged");
    fixture_do(f, look, &s);
}

ENGINES_SENTENCE(what_is_sent_again_begins_the_quarantine_anew)
{
    struct story s = {.f = f};
    fixture_do(f, begin, &s);
    CHECK(talk(&s, &told, CHARGE_UNKNOWN, true) == PAYMENT_UNKNOWN, "no answer");
    f->now += 20 * MINUTE_US;
    CHECK(talk(&s, &told, CHARGE_ABSENT, false) == PAYMENT_UNKNOWN, "said once");

    f->now += MINUTE_US;
    CHECK(talk(&s, &told, CHARGE_UNKNOWN, true) == PAYMENT_UNKNOWN, "sent once more");
    for (int i = 0; i < 3; i++, f->now += 4 * MINUTE_US) /* it is under way, and may still arrive */
        CHECK(talk(&s, &told, CHARGE_ABSENT, false) == PAYMENT_UNKNOWN, "believed at once");
    f->now += 4 * MINUTE_US;
    CHECK(talk(&s, &told, CHARGE_ABSENT, false) == PAYMENT_UNKNOWN, "said once again");
    f->now += MINUTE_US;
    CHECK(talk(&s, &told, CHARGE_ABSENT, false) == PAYMENT_FAILED, "and twice, with nothing on "
                                                                   "its way");
}

TESTS(ENGINES_TEST(a_further_try_deducts_what_was_agreed_or_nothing),
      ENGINES_TEST(a_further_try_of_unchanged_items_is_as_good_as_the_first),
      ENGINES_TEST(late_money_deducts_no_more_than_was_agreed),
      ENGINES_TEST(another_gateway_than_the_one_that_was_asked_knows_nothing),
      ENGINES_TEST(what_is_sent_again_begins_the_quarantine_anew))
