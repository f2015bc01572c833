/* Refunds that go another way than planned, and payouts that come twice, late, with nothing in them
 * or with more faults than anybody reads. */
#include "base/clock.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/payments.h"
#include "domain/payments/payouts.h"
#include "domain/payments/trouble.h"
#include "fixture.h"
#include "money_world.h"

static const currency EUR = {"EUR"};

struct gateway_account {
    struct charge_result says;
    struct payouts report;
    bool broken;
    int refunds;
};

static struct gateway_account *own(const struct gateway_account *a)
{
    return (struct gateway_account *)(uintptr_t)a;
}

static bool told(struct op *op, const struct gateway_account *a, struct charge_result *out)
{
    *out = a->says;
    return !a->broken || op_broken(op, ERR_UPSTREAM, "a key that they do not take");
}

static bool told_charge(struct op *op, const struct gateway_account *a, const struct charge *in,
                        struct charge_result *out)
{
    (void)in;
    return told(op, a, out);
}

static bool told_ask(struct op *op, const struct gateway_account *a, str our_id,
                     struct charge_result *out)
{
    (void)our_id;
    return told(op, a, out);
}

static bool told_refund(struct op *op, const struct gateway_account *a, const struct refund *in,
                        struct charge_result *out)
{
    (void)in;
    own(a)->refunds++;
    return told(op, a, out);
}

static bool told_payouts(struct op *op, const struct gateway_account *a, date day,
                         struct payouts *out)
{
    (void)day;
    *out = a->report;
    return !a->broken || op_broken(op, ERR_UPSTREAM, "a key that they do not take");
}

static const struct gateway gateway = {.name = "told",
                                       .charge = told_charge,
                                       .ask = told_ask,
                                       .cancel = told_ask,
                                       .refund = told_refund,
                                       .ask_refund = told_ask,
                                       .payouts = told_payouts};

enum { AMOUNT = 10000, LINES = 25 };

struct story {
    struct fixture *f;
    struct money_world w;
    struct gateway_account account;
    const struct gateway *asked;
    int64_t items[3], payment, refund, second, to, minor;
    struct payment p;
    struct item money, invoices[3];
    struct refunds_sent sent;
    struct refunded seen_refund;
    struct troubles list;
    struct payouts_seen payouts;
    struct payout payout;
    struct payout_line lines[LINES];
    struct payout_seen top;
    struct case_jobs_row jobs;
    int64_t clearing;
    bool answered;
    str reason;
};

static money eur(int64_t minor)
{
    return money_of(minor, EUR);
}

static struct charge_result says(enum charge_state state, int64_t minor)
{
    struct charge_result r = {.state = state, .amount = eur(minor)};
    if (state != CHARGE_UNKNOWN && state != CHARGE_ABSENT) r.their_id = S("ch_1");
    if (state == CHARGE_DECLINED) r.decline = DECLINE_REFUSED;
    return r;
}

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t checkout;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, AMOUNT, &s->items[0]) &&
           money_world_invoice(op, &s->w, 1000, &s->items[1]) &&
           money_world_invoice(op, &s->w, 1500, &s->items[2]) &&
           money_world_checkout(op, &s->w, &s->items[0], 1, &checkout) &&
           payment_begin(op, s->w.customer, checkout, "told", 0, s->w.today, &s->payment);
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    struct verdict v;
    struct case_balance_row row;
    struct case_balance_args args = {.gl = S("1050"), .currency = S("EUR")};
    struct case_jobs_args jobs = {.kind = S("refund.send"), .subject = s->refund};
    if (!payment_get(op, 0, s->payment, &s->p) || !item_get(op, s->p.item, &s->money)) return false;
    for (int i = 0; i < 3; i++)
        if (!item_get(op, s->items[i], &s->invoices[i])) return false;
    if (!troubles_list(op, 9, &s->list) || !payouts_list(op, 9, &s->payouts)) return false;
    if (s->payouts.count > 0) s->top = s->payouts.at[0];
    if (!ledger_verify(op, &v) || !sql_case_balance(op, args, &row)) return false;
    s->clearing = row.balance;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return sql_case_jobs(op, jobs, &s->jobs);
}

static bool take_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct allocations uses;
    if (!allocations_of_item(op, s->p.item, &uses)) return false;
    for (ptrdiff_t i = uses.count; i-- > 0;) {
        if (uses.at[i].reversed || uses.at[i].reverses) continue;
        str idem = str_printf(op->mem, "test %lld", (long long)uses.at[i].id);
        return ledger_unallocate(op, uses.at[i].id, s->w.today, idem, S(""));
    }
    return true;
}

/* 100.00 paid by card, all of it on account again. */
static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f, .asked = &gateway, .reason = S("sent twice")};
    struct op op = fixture_op(f);
    struct gateway_access access = {&gateway, &s.account, NULL};
    enum payment_state state;
    fixture_do(f, make, &s);
    s.account.says = says(CHARGE_PAID, AMOUNT);
    CHECK(payment_talk(&op, f->store, &access, s.payment, true, S("https://x/"), &state), "%s",
          fixture_why(&op));
    fixture_do(f, look, &s);
    fixture_do(f, take_back, &s);
    fixture_do(f, look, &s);
    CHECK(s.money.open.minor == AMOUNT && s.clearing == AMOUNT, "%lld",
          (long long)s.money.open.minor);
    return s;
}

static bool ask_back(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_refund(op, s->payment, eur(s->minor), s->reason, &s->refund);
}

static bool give(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {s->asked, &s->account, NULL};
    return refund_talk(op, store, &access, s->refund);
}

static void hear(struct story *s, struct charge_result answer)
{
    struct op op = fixture_op(s->f);
    s->account.says = answer;
    CHECK(give(&op, s->f->store, s), "%s", fixture_why(&op));
    fixture_do(s->f, look, s);
}

static bool use(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_apply(op, s->p.item, s->to, eur(s->minor));
}

static void apply(struct story *s, int64_t to, int64_t minor)
{
    s->to = to, s->minor = minor;
    s->f->now++;
    fixture_do(s->f, use, s);
}

static void books_hold(struct fixture *f, bool done, void *arg)
{
    (void)done;
    fixture_do(f, look, arg);
}

/* ---- refunds ---- */

/* Refused by the gateway; its money was used for others meanwhile, some of that taken back again.
 */
ENGINES_SENTENCE(what_gives_way_to_a_late_refund_is_the_latest_and_no_more_than_it_takes)
{
    struct story s = story_of(f);
    s.minor = 2500;
    fixture_do(f, ask_back, &s);
    hear(&s, says(CHARGE_DECLINED, 2500));
    CHECK(s.money.reserved.minor == 0 && s.list.count == 1, "listed");
    apply(&s, s.items[0], 7500);
    apply(&s, s.items[1], 1000);
    apply(&s, s.items[2], 1500);
    fixture_do(f, take_back, &s); /* the last one, and used again: a row that reverses is no use */
    apply(&s, s.items[2], 1000);
    apply(&s, s.items[2], 500);
    fixture_do(f, take_back, &s);
    apply(&s, s.items[2], 500);
    s.account.says = says(CHARGE_PAID, 2500);
    CHECK(test_every_failure_outside(f, give, &s, books_hold) > 20, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.invoices[2].open.minor == 1500 && s.invoices[1].open.minor == 1000,
          "15.00 and 10.00 give way: %lld, %lld", (long long)s.invoices[2].open.minor,
          (long long)s.invoices[1].open.minor);
    CHECK(s.invoices[0].open.minor == 2500 && s.money.open.minor == 0, "and not a cent more: %lld",
          (long long)s.invoices[0].open.minor);
    CHECK(s.clearing == AMOUNT - 2500 && s.list.count == 0 &&
              s.p.state == PAYMENT_PARTIALLY_REFUNDED,
          "booked once: %lld", (long long)s.clearing);
}

ENGINES_SENTENCE(a_refund_whose_money_goes_back_another_way_is_for_people)
{
    struct story s = story_of(f);
    s.minor = 2500;
    fixture_do(f, ask_back, &s);
    hear(&s, says(CHARGE_DECLINED, 2500));
    int64_t first = s.refund;
    s.minor = AMOUNT;
    fixture_do(f, ask_back, &s); /* all of it, by a second one that is under way */
    int64_t second = s.refund;
    s.refund = first;
    struct op op = fixture_op(f);
    s.account.says = says(CHARGE_PAID, 2500);
    str before = fixture_digest(f);
    CHECK(!give(&op, f->store, &s) && op.errs->kind == ERR_INTERNAL, "%s", fixture_why(&op));
    CHECK(str_eq(before, fixture_digest(f)), "nothing is booked that is not there");
    s.refund = second; /* the other one goes its way */
    hear(&s, says(CHARGE_PAID, AMOUNT));
    CHECK(s.clearing == 0 && s.p.state == PAYMENT_REFUNDED, "%lld", (long long)s.clearing);
}

static bool read_sent(struct op *op, void *arg)
{
    struct story *s = arg;
    return refunds_sent(op, &s->p, &s->sent) && refund_get(op, s->refund, &s->seen_refund);
}

ENGINES_SENTENCE(a_refund_is_sent_when_there_is_somebody_to_send_it)
{
    struct story s = story_of(f);
    s.minor = 300, s.reason = (str){0};
    fixture_do(f, ask_back, &s);
    s.asked = NULL;
    struct op op = fixture_op(f), again = fixture_op(f);
    CHECK(!give(&op, f->store, &s) && op.errs->kind == ERR_UPSTREAM, "no gateway");
    s.asked = &gateway;
    s.account.broken = true;
    CHECK(!give(&again, f->store, &s) && again.errs->kind == ERR_UPSTREAM, "a broken one");
    s.account.broken = false;
    fixture_do(f, read_sent, &s);
    CHECK(s.sent.count == 0 && str_eq(s.seen_refund.state, S("requested")) &&
              s.seen_refund.reason.len == 0 && s.seen_refund.amount.minor == 300,
          "not sent yet: %.*s", STR(s.seen_refund.state));
    f->now += 30 * MINUTE_US;
    hear(&s, says(CHARGE_UNKNOWN, 0));
    CHECK(s.jobs.count == 1, "a job"); /* asked the first time: due from the beginning */
    fixture_sql(f, "delete from job");
    hear(&s, says(CHARGE_UNKNOWN, 0));
    CHECK(s.jobs.due == f->now + 30 * MINUTE_US, "as long as it has waited: %lld",
          (long long)(s.jobs.due - f->now));
    hear(&s, says(CHARGE_PAID, 300));
    CHECK(test_every_failure(f, read_sent, &s, NULL) > 1, "too few calls");
    fixture_do(f, read_sent, &s);
    CHECK(s.sent.count == 1 && s.sent.at[0].sum.minor == 300, "sent");
    hear(&s, says(CHARGE_PAID, 300));
    CHECK(s.account.refunds == 4 && s.clearing == AMOUNT - 300, "once, after %d tries",
          s.account.refunds);
}

ENGINES_SENTENCE(a_card_without_a_charge_is_not_refunded_to)
{
    struct story s = story_of(f);
    s.minor = 300;
    fixture_do(f, ask_back, &s);
    fixture_sql(f, "update payment set bank_ref = ''");
    struct op op = fixture_op(f);
    CHECK(!give(&op, f->store, &s) && op.errs->kind == ERR_UPSTREAM, "%s", fixture_why(&op));
    CHECK(s.account.refunds == 0, "nobody was asked");
}

static bool receive(struct op *op, void *arg)
{
    struct story *s = arg;
    struct received got;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->w.customer,
                            .amount = eur(700),
                            .value_date = s->w.today};
    if (!payment_receive(op, &in, &got)) return false;
    s->payment = got.payment;
    return true;
}

static bool give_all_back(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_return(op, s->payment, s->w.today, S("AC04"));
}

ENGINES_SENTENCE(a_transfer_goes_back_from_the_bank_and_not_twice)
{
    struct story s = story_of(f);
    s.asked = NULL; /* nobody is asked */
    fixture_do(f, receive, &s);
    s.minor = 300;
    fixture_do(f, ask_back, &s);
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, give_all_back, &s), "both ways at once");
    CHECK(str_find(op.errs->message, S("being refunded or used")) >= 0, "%.*s",
          STR(op.errs->message));
    CHECK(test_every_failure_outside(f, give, &s, books_hold) > 10, "too few calls");
    CHECK(s.money.open.minor == 400 && s.p.state == PAYMENT_PARTIALLY_REFUNDED, "%lld left",
          (long long)s.money.open.minor);
    fixture_do(f, give_all_back, &s); /* and then the rest of it */
    fixture_do(f, look, &s);
    CHECK(s.money.open.minor == 0 && s.p.state == PAYMENT_RETURNED, "%lld left",
          (long long)s.money.open.minor);
}

/* ---- payouts ---- */

static bool read_report(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {&gateway, &s->account, NULL};
    return payouts_read(op, store, &access, s->w.today, &s->answered);
}

static bool match(struct op *op, void *arg)
{
    struct story *s = arg;
    return payout_match(op, s->top.id);
}

static bool arrive(struct op *op, void *arg)
{
    struct story *s = arg;
    return payout_arrived(op, s->top.id, s->top.net, s->w.today, (str){0});
}

static void report(struct story *s, str id, int64_t charges, int64_t refunds, int64_t fees,
                   ptrdiff_t count)
{
    struct op op = fixture_op(s->f);
    s->payout = (struct payout){.their_id = id,
                                .day = s->w.today,
                                .charges = eur(charges),
                                .refunds = eur(refunds),
                                .fees = eur(fees),
                                .net = eur(charges - refunds - fees),
                                .lines = s->lines,
                                .count = count};
    s->account.report = (struct payouts){&s->payout, 1, true};
    CHECK(read_report(&op, s->f->store, s), "%s", fixture_why(&op));
    fixture_do(s->f, look, s);
}

/* The charge and a refund of all of it, without a fee: nothing is paid out, and nothing posted. */
ENGINES_SENTENCE(a_payout_of_nothing_is_matched_and_arrives_without_an_entry)
{
    struct story s = story_of(f);
    struct op op = fixture_op(f), broken = fixture_op(f);
    CHECK(read_report(&op, f->store, &s) && !s.answered, "no payouts that day");
    s.account.broken = true;
    CHECK(!read_report(&broken, f->store, &s), "an adapter that fails");
    s.account.broken = false;
    s.minor = AMOUNT;
    fixture_do(f, ask_back, &s);
    fixture_do(f, read_sent, &s);
    s.lines[0] = (struct payout_line){false, S("ch_1"), S(""), eur(AMOUNT), eur(0)};
    s.lines[1] = (struct payout_line){true, S("re_1"), s.seen_refund.our_id, eur(AMOUNT), eur(0)};
    report(&s, S("po_1"), AMOUNT, AMOUNT, 0, 2);
    CHECK(s.top.state == PAYOUT_DIFFERS && s.top.faults == 1,
          "the refund is under way: it is asked");
    CHECK(s.jobs.count == 1 && s.jobs.due <= f->now, "at once");
    hear(&s, says(CHARGE_PAID, AMOUNT));
    CHECK(test_every_failure(f, match, &s, books_hold) > 10, "too few calls");
    CHECK(s.top.state == PAYOUT_MATCHED && s.top.faults == 0 && s.clearing == 0, "matched");
    report(&s, S("po_1"), AMOUNT, AMOUNT, 0, 2);
    CHECK(s.payouts.count == 1 && s.top.state == PAYOUT_MATCHED, "told again, it is kept once");
    CHECK(test_every_failure(f, arrive, &s, books_hold) > 3, "too few calls");
    CHECK(s.top.state == PAYOUT_ARRIVED && s.top.arrived.some &&
              s.top.arrived.value.days == s.w.today.days && s.top.bank_ref.len == 0,
          "arrived");
    str before = fixture_digest(f);
    fixture_do(f, match, &s);
    CHECK(str_eq(before, fixture_digest(f)), "what has arrived is not matched again");
}

ENGINES_SENTENCE(each_component_of_a_payout_must_sum)
{
    static const struct {
        int64_t charges, refunds, fees;
        int net; /* added to what it comes to */
    } cases[] = {
        {AMOUNT, 300, 50, 1}, {AMOUNT + 1, 300, 50, 0}, {AMOUNT, 301, 50, 0}, {AMOUNT, 300, 51, 0}};
    struct story s = story_of(f);
    s.minor = 300;
    fixture_do(f, ask_back, &s);
    hear(&s, says(CHARGE_PAID, 300));
    fixture_do(f, read_sent, &s);
    s.lines[0] = (struct payout_line){false, S("ch_1"), S(""), eur(AMOUNT), eur(50)};
    s.lines[1] = (struct payout_line){true, S("re_1"), s.seen_refund.our_id, eur(300), eur(0)};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        s.payout = (struct payout){.their_id = str_printf(f->mem, "po_%td", i),
                                   .day = s.w.today,
                                   .charges = eur(cases[i].charges),
                                   .refunds = eur(cases[i].refunds),
                                   .fees = eur(cases[i].fees),
                                   .net = eur(AMOUNT - 350 + cases[i].net),
                                   .lines = s.lines,
                                   .count = 2};
        s.account.report = (struct payouts){&s.payout, 1, true};
        CHECK(test_every_failure_outside(f, read_report, &s, books_hold) > 5, "too few calls");
        CHECK(s.top.state == PAYOUT_DIFFERS && s.top.faults == 0, "%td", i);
        CHECK(s.list.count == i + 1 && s.list.at[i].kind == TROUBLE_SETTLEMENT, "%td: listed", i);
    }
    s.lines[1].gross = eur(299); /* a refund of ours in another amount */
    report(&s, S("po_x"), AMOUNT, 299, 50, 2);
    CHECK(s.top.state == PAYOUT_DIFFERS && s.top.faults == 1, "another amount");
    s.lines[1].gross = eur(300);
    s.lines[1].our_id = S("R-nobody");
    report(&s, S("po_y"), AMOUNT, 300, 50, 2);
    CHECK(s.top.state == PAYOUT_DIFFERS && s.top.faults == 1, "a refund of nobody's");
    CHECK(s.clearing == AMOUNT - 300, "nothing is posted: %lld", (long long)s.clearing);
}

ENGINES_SENTENCE(twenty_faults_are_told_and_old_payouts_are_left_to_people)
{
    struct story s = story_of(f);
    for (int i = 0; i < LINES; i++)
        s.lines[i] = (struct payout_line){false, str_printf(f->mem, "ch_odd_%d", i), S(""),
                                          eur(100), eur(0)};
    report(&s, S("po_1"), 100 * LINES, 0, 0, LINES);
    fixture_do(f, match, &s); /* what is only late is told the second time */
    fixture_do(f, look, &s);
    CHECK(s.top.faults == LINES && s.list.count == 1, "%lld faults", (long long)s.top.faults);
    str detail = s.list.at[0].detail;
    CHECK(str_find(detail, S("ch_odd_19 ")) >= 0 && str_find(detail, S("ch_odd_20 ")) < 0, "%.*s",
          STR(detail));
    fixture_sql(f, "delete from job");
    s.refund = s.top.id;
    f->now += 8 * DAY_US;
    str before = fixture_digest(f);
    fixture_do(f, match, &s);
    CHECK(str_eq(before, fixture_digest(f)), "asked for once more after a week");
}

TESTS(ENGINES_TEST(what_gives_way_to_a_late_refund_is_the_latest_and_no_more_than_it_takes),
      ENGINES_TEST(a_refund_whose_money_goes_back_another_way_is_for_people),
      ENGINES_TEST(a_refund_is_sent_when_there_is_somebody_to_send_it),
      ENGINES_TEST(a_card_without_a_charge_is_not_refunded_to),
      ENGINES_TEST(a_transfer_goes_back_from_the_bank_and_not_twice),
      ENGINES_TEST(a_payout_of_nothing_is_matched_and_arrives_without_an_entry),
      ENGINES_TEST(each_component_of_a_payout_must_sum),
      ENGINES_TEST(twenty_faults_are_told_and_old_payouts_are_left_to_people))
