/* Payouts against the books: posted only when every line and every sum agrees, else listed with its
 * components. */
#include "domain/payments/payouts.h"

#include "base/clock.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/trouble.h"
#include "fixture.h"
#include "money_world.h"

static const currency EUR = {"EUR"};

struct gateway_account {
    struct payouts report;
    int charges;
    bool silent;
};

static money eur(int64_t minor)
{
    return money_of(minor, EUR);
}

static bool told_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    str id = str_printf(op->mem, "ch_%d", ++a->charges);
    *out = (struct charge_result){.state = CHARGE_PAID, .their_id = id, .amount = in->amount};
    if (a->silent) *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    return true;
}

static bool told_ask(struct op *op, const struct gateway_account *a, str our_id,
                     struct charge_result *out)
{
    (void)op, (void)our_id, (void)a;
    *out = (struct charge_result){.state = CHARGE_PAID, .their_id = S("ch_2"), .amount = eur(5000)};
    return true;
}

static bool told_refund(struct op *op, const struct gateway_account *a, const struct refund *in,
                        struct charge_result *out)
{
    (void)op, (void)a;
    *out =
        (struct charge_result){.state = CHARGE_PAID, .their_id = S("rf_1"), .amount = in->amount};
    return true;
}

static bool told_payouts(struct op *op, const struct gateway_account *a, date day,
                         struct payouts *out)
{
    (void)op, (void)day;
    *out = a->report;
    return true;
}

static const struct gateway told = {.name = "told",
                                    .charge = told_charge,
                                    .ask = told_ask,
                                    .cancel = told_ask,
                                    .refund = told_refund,
                                    .payouts = told_payouts};

/* Two payments by card, 100.00 and 50.00, and a refund of 30.00 of the first. */
struct story {
    struct fixture *f;
    struct money_world w;
    struct gateway_account gateway;
    int64_t item, payment, first, refund;
    str refund_id;
    struct payout payout;
    struct payout_line lines[4];
    struct payouts_seen seen;
    struct payout_seen top; /* the newest of them: a trial's memory ends with it */
    struct troubles list;
    struct verdict verdict;
    int64_t balance[4];
    struct payment p;
    date day;
    money amount;
};

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_make(op, &s->w);
}

static bool begin(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t checkout;
    return money_world_invoice(op, &s->w, s->amount.minor, &s->item) &&
           money_world_checkout(op, &s->w, &s->item, 1, &checkout) &&
           payment_begin(op, s->w.customer, checkout, "told", 0, s->w.today, &s->payment);
}

static bool look(struct op *op, void *arg)
{
    static const char *const gls[] = {"1050", "1015", "6200", "1010"};
    struct story *s = arg;
    for (ptrdiff_t i = 0; i < COUNT(gls); i++) {
        struct case_balance_row row;
        struct case_balance_args args = {.gl = str_of(gls[i]), .currency = S("EUR")};
        if (!sql_case_balance(op, args, &row)) return false;
        s->balance[i] = row.balance;
    }
    if (!payouts_list(op, 10, &s->seen) || !troubles_list(op, 10, &s->list) ||
        !payment_get(op, 0, s->payment, &s->p) || !ledger_verify(op, &s->verdict))
        return false;
    if (s->seen.count > 0) s->top = s->seen.at[0];
    CHECK(s->verdict.problem_count == 0, "%.*s %.*s", STR(s->verdict.problems[0].where),
          STR(s->verdict.problems[0].what));
    return true;
}

static void pay(struct story *s, int64_t minor)
{
    struct op op = fixture_op(s->f);
    struct gateway_access access = {&told, &s->gateway, NULL};
    enum payment_state state;
    s->amount = eur(minor);
    fixture_do(s->f, begin, s);
    CHECK(payment_talk(&op, s->f->store, &access, s->payment, true, S("https://x/"), &state), "%s",
          fixture_why(&op));
}

static bool ask_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct allocations uses;
    struct payment p;
    if (!payment_get(op, 0, s->first, &p) || !allocations_of_item(op, p.item, &uses)) return false;
    return ledger_unallocate(op, uses.at[0].id, s->w.today, S("test"), S("")) &&
           payment_refund(op, s->first, eur(3000), S("test"), &s->refund);
}

static bool read_refund_id(struct op *op, void *arg)
{
    struct story *s = arg;
    struct refunded r;
    if (!refund_get(op, s->refund, &r)) return false;
    s->refund_id = str_copy(s->f->mem, r.our_id);
    return true;
}

static struct story *story_of(struct fixture *f)
{
    struct story *s = arena_new(f->mem, struct story);
    struct op op = fixture_op(f);
    struct gateway_access access = {&told, &s->gateway, NULL};
    s->f = f;
    fixture_do(f, make, s);
    pay(s, 10000);
    s->first = s->payment;
    fixture_do(f, ask_back, s);
    CHECK(refund_talk(&op, f->store, &access, s->refund), "%s", fixture_why(&op));
    fixture_do(f, read_refund_id, s);
    s->gateway.silent = true; /* of the second nothing is known */
    pay(s, 5000);
    fixture_do(f, look, s);
    CHECK(s->p.state == PAYMENT_UNKNOWN && s->balance[0] == 7000, "%lld", (long long)s->balance[0]);
    s->lines[0] = (struct payout_line){false, S("ch_1"), S("a"), eur(10000), eur(165)};
    s->lines[1] = (struct payout_line){false, S("ch_2"), S(""), eur(5000), eur(95)};
    s->lines[2] = (struct payout_line){true, S("rf_1"), s->refund_id, eur(3000), eur(0)};
    s->payout = (struct payout){.their_id = S("po_1"),
                                .day = s->w.today,
                                .charges = eur(15000),
                                .refunds = eur(3000),
                                .fees = eur(260),
                                .net = eur(11740),
                                .lines = s->lines,
                                .count = 3};
    return s;
}

static bool read_attempt_id(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment_attempt *attempts;
    ptrdiff_t count;
    if (!payment_attempts(op, s->payment, &attempts, &count)) return false;
    s->lines[1].our_id = str_copy(s->f->mem, attempts[0].our_id);
    return true;
}

static bool read_report(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {&told, &s->gateway, NULL};
    bool answered;
    s->gateway.report = (struct payouts){&s->payout, 1, true};
    return payouts_read(op, store, &access, s->w.today, &answered) && answered;
}

static bool match(struct op *op, void *arg)
{
    struct story *s = arg;
    return payout_match(op, s->top.id);
}

static void settle(struct story *s)
{
    struct op op = fixture_op(s->f);
    struct gateway_access access = {&told, &s->gateway, NULL};
    enum payment_state state;
    CHECK(payment_settle(&op, s->f->store, &access, s->payment, S("https://x/"), &state), "%s",
          fixture_why(&op));
}

static bool arrive(struct op *op, void *arg)
{
    struct story *s = arg;
    return payout_arrived(op, s->top.id, s->amount, s->w.today, S("bank 77"));
}

static void books_hold(struct fixture *f, bool done, void *arg)
{
    (void)done;
    fixture_do(f, look, arg);
}

static bool verify(struct op *op, void *arg)
{
    struct story *s = arg;
    return ledger_verify(op, &s->verdict);
}

ENGINES_SENTENCE(a_payout_finds_late_money_and_is_posted_when_all_agrees)
{
    struct story *s = story_of(f);
    fixture_do(f, read_attempt_id, s);
    CHECK(test_every_failure_outside(f, read_report, s, books_hold) > 10, "too few calls");
    CHECK(s->seen.count == 1 && s->top.state == PAYOUT_DIFFERS, "the second is not booked");
    CHECK(s->top.faults == 1 && s->list.open == 0, "it may only be late");

    settle(s); /* the job that was asked for */
    fixture_do(f, look, s);
    CHECK(s->p.state == PAYMENT_SUCCEEDED && s->balance[0] == 12000, "late money is booked");
    CHECK(test_every_failure(f, match, s, books_hold) > 10, "too few calls");
    CHECK(s->top.state == PAYOUT_MATCHED && s->p.state == PAYMENT_SETTLED, "matched");
    CHECK(s->balance[0] == 0 && s->balance[1] == 11740 && s->balance[2] == 260, "row 8: %lld %lld",
          (long long)s->balance[0], (long long)s->balance[1]);
    fixture_do(f, match, s); /* once */

    struct op op = fixture_op(f);
    s->amount = eur(11739);
    CHECK(!store_transact(&op, f->store, TX_WRITE, arrive, s), "another amount");
    CHECK(strstr(str_z(op.mem, op.errs->message),
                 "charges 150.00 - refunds 30.00 - fees 2.60 = 117.40 EUR"),
          "%.*s", STR(op.errs->message));
    s->amount = eur(11740);
    CHECK(test_every_failure(f, arrive, s, books_hold) > 5, "too few calls");
    CHECK(s->balance[3] == 11740 && s->balance[1] == 0, "row 9");
    struct op again = fixture_op(f);
    CHECK(!store_transact(&again, f->store, TX_WRITE, arrive, s), "twice");

    fixture_sql(f, "update payout set refunds_minor = refunds_minor + 1");
    struct op look_again = fixture_op(f);
    CHECK(store_transact(&look_again, f->store, TX_READ, verify, s), "verify");
    CHECK(s->verdict.problem_count == 1, "nobody noticed");
}

ENGINES_SENTENCE(what_does_not_agree_is_listed_with_its_components_and_never_posted)
{
    static const struct {
        int64_t gross, fees, net; /* of the second charge; of the head */
        const char *their_id, *says;
    } cases[] = {
        {5000, 260, 11741, "ch_2", "Its lines come to"},
        {4999, 260, 11739, "ch_2", "is booked with another amount"},
        {5000, 260, 11740, "ch_9", "charge ch_9 of 50.00 is not ours"},
        {5000, 261, 11739, "ch_2", "Its lines come to"},
    };
    struct story *s = story_of(f);
    settle(s);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = fixture_op(f);
        s->lines[1].gross = eur(cases[i].gross);
        s->lines[1].their_id = str_of(cases[i].their_id);
        s->lines[1].our_id = S("nobody");
        s->payout.their_id = str_printf(f->mem, "po_%td", i);
        s->payout.charges = eur(10000 + cases[i].gross);
        s->payout.fees = eur(cases[i].fees);
        s->payout.net = eur(cases[i].net);
        CHECK(read_report(&op, f->store, s), "%s", fixture_why(&op));
        fixture_do(f, look, s);
        fixture_do(f, match, s);
        fixture_do(f, look, s);
        CHECK(s->top.state == PAYOUT_DIFFERS, "case %td", i);
        CHECK(s->list.count == i + 1, "case %td: %td listed", i, s->list.count);
        str detail = s->list.at[i].detail;
        CHECK(str_find(detail, str_of(cases[i].says)) >= 0, "case %td: %.*s", i, STR(detail));
        CHECK(str_find(detail, S("refunds 30.00")) >= 0, "case %td: %.*s", i, STR(detail));
        CHECK(s->balance[0] == 12000 && s->balance[1] == 0, "case %td was posted", i);
        struct op late = fixture_op(f);
        s->amount = s->payout.net;
        CHECK(!store_transact(&late, f->store, TX_WRITE, arrive, s), "case %td arrived", i);
    }
}

ENGINES_SENTENCE(a_charge_is_paid_out_once)
{
    struct story *s = story_of(f);
    struct op op = fixture_op(f), again = fixture_op(f);
    settle(s);
    CHECK(read_report(&op, f->store, s), "%s", fixture_why(&op));
    s->payout.their_id = S("po_2");
    CHECK(read_report(&again, f->store, s), "%s", fixture_why(&again));
    fixture_do(f, look, s);
    fixture_do(f, match, s);
    fixture_do(f, look, s);
    CHECK(s->seen.count == 2 && s->top.faults == 3, "%lld", (long long)s->top.faults);
    CHECK(str_find(s->list.at[0].detail, S("was paid out before")) >= 0, "%.*s",
          STR(s->list.at[0].detail));
    CHECK(s->balance[0] == 0 && s->balance[1] == 11740, "posted twice");
}

TESTS(ENGINES_TEST(a_payout_finds_late_money_and_is_posted_when_all_agrees),
      ENGINES_TEST(what_does_not_agree_is_listed_with_its_components_and_never_posted),
      ENGINES_TEST(a_charge_is_paid_out_once))
