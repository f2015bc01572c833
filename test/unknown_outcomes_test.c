/* Thousands of card payments against the test gateway while so many of a hundred calls go wrong:
 * silence before and after the charge, 500s, rubbish, other amounts, "never heard of it". No
 * message ever comes. In the end the gateway's total is the ledger's, nobody was charged twice, and
 * next to nothing is left for people (reliability.md G1; docs/reliability.md has the figures).
 *
 *     QUITTANCE_PAYMENTS=10000 build/gcc-debug/test/unknown_outcomes_test */
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "delivery/jobs/payment_jobs.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/payouts.h"
#include "domain/payments/trouble.h"
#include "fixture.h"
#include "money_world.h"

#include "adapters/net/http_client.h"

#include <stdio.h>
#include <stdlib.h>

enum { PERCENT = 30, QUICK = 150 };
#define BACK S("http://127.0.0.1:1/payments/back")

static bool nothing(struct op *op, const struct job *job)
{
    (void)op, (void)job;
    return true;
}

static const struct job_kind kinds[] = {
    {"payment.settle", payment_settle_job, .tries_max = 100, .talks = true},
    {"payout.match", payout_match_job, .tries_max = 100},
    {"payment.receipt", nothing, .tries_max = 1},
    {"payment.failed", nothing, .tries_max = 1},
    {0},
};

struct paying {
    int64_t payment;
    enum payment_state state;
    bool came; /* the payer was at the card page */
};

struct run {
    struct fixture *f;
    struct gateway_bench *bench;
    struct app app;
    struct money_world w;
    struct paying *all;
    int64_t count, unknown, late;
    uint64_t dice;
    struct paying *one; /* that the step below is about */
    struct payment_attempt *attempts;
    ptrdiff_t attempt_count;
    int64_t minor;
};

static uint64_t roll(struct run *r, uint64_t sides)
{
    r->dice = r->dice * 6364136223846793005U + 1442695040888963407U;
    return (r->dice >> 33) % sides;
}

static struct op op_of(struct run *r, struct arena *mem)
{
    static const struct actor program = {.kind = ACTOR_PROGRAM, .name = {"quittance", 9}};
    return (struct op){.mem = mem, .now = r->f->now, .actor = &program};
}

/* ---- one payer ---- */

static bool make_world(struct op *op, void *arg)
{
    struct run *r = arg;
    return money_world_make(op, &r->w);
}

static bool begin(struct op *op, void *arg)
{
    struct run *r = arg;
    int64_t item, checkout;
    return money_world_invoice(op, &r->w, r->minor, &item) &&
           money_world_checkout(op, &r->w, &item, 1, &checkout) &&
           payment_begin(op, r->w.customer, checkout, "test", 0, r->w.today, &r->one->payment);
}

static bool look(struct op *op, void *arg)
{
    struct run *r = arg;
    struct payment p;
    if (!payment_get(op, 0, r->one->payment, &p)) return false;
    r->one->state = p.state;
    return payment_attempts(op, p.id, &r->attempts, &r->attempt_count);
}

static void transact(struct run *r, struct op *op, enum tx_kind kind,
                     bool (*work)(struct op *op, void *arg))
{
    CHECK(store_transact(op, r->f->store, kind, work, r), "%s", fixture_why(op));
}

static void talk(struct run *r, struct op *op, bool send)
{
    struct gateway_access access = {r->bench->gateway, r->bench->account, NULL};
    CHECK(payment_talk(op, r->f->store, &access, r->one->payment, send, BACK, &r->one->state), "%s",
          fixture_why(op));
}

/* Most pay, some cannot, some leave; then they come back to our page, which asks. */
static void at_the_card_page(struct run *r, struct op *op)
{
    static const enum payer what[] = {PAYS_UNTOLD, PAYS_UNTOLD, PAYS_UNTOLD, PAYS_UNTOLD,
                                      PAYS_UNTOLD, PAYS_UNTOLD, PAYS_UNTOLD, LACKS_FUNDS};
    uint64_t side = roll(r, COUNT(what) + 1);
    struct arena_mark mark = arena_mark(r->bench->mem);
    transact(r, op, TX_READ, look);
    str page = r->attempt_count > 0 ? r->attempts[0].page : S("");
    if (page.len == 0 || r->one->state != PAYMENT_REQUIRES_ACTION) return;
    r->one->came = true;
    if (side < COUNT(what)) {
        (void)r->bench->pay(r->bench, str_copy(r->bench->mem, page), what[side]);
        talk(r, op, false);
    }
    arena_rewind(r->bench->mem, mark);
}

static void pay_all(struct run *r)
{
    struct arena *mem = arena_open(64 << 20);
    for (int64_t i = 0; i < r->count; i++) {
        struct arena_mark mark = arena_mark(mem);
        struct op op = op_of(r, mem);
        r->one = &r->all[i];
        r->minor = 100 + (int64_t)roll(r, 50000);
        transact(r, &op, TX_WRITE, begin);
        talk(r, &op, true);
        at_the_card_page(r, &op);
        if (r->one->state == PAYMENT_UNKNOWN) r->unknown++;
        r->f->now += SECOND_US / 5;
        arena_rewind(mem, mark);
    }
    arena_close(mem);
}

/* ---- time goes by ---- */

static void jobs_run(struct run *r)
{
    struct arena *mem = arena_open(64 << 20);
    bool ran = true;
    for (int64_t i = 0; ran; i++) {
        struct arena_mark mark = arena_mark(mem);
        struct op op = op_of(r, mem);
        CHECK(i < r->count * 10 + 1000, "the jobs have no end");
        CHECK(jobs_run_next(&op, r->f->store, &r->app, kinds, &ran), "%s", fixture_why(&op));
        arena_rewind(mem, mark);
    }
    arena_close(mem);
}

static void some_come_late(struct run *r)
{
    struct arena *mem = arena_open(64 << 20);
    for (int64_t i = 0; i < r->count; i++) {
        struct arena_mark mark = arena_mark(mem);
        struct op op = op_of(r, mem);
        r->one = &r->all[i];
        transact(r, &op, TX_READ, look);
        if (r->one->state == PAYMENT_REQUIRES_ACTION && !r->one->came) at_the_card_page(r, &op);
        arena_rewind(mem, mark);
    }
    arena_close(mem);
}

static void days_go_by(struct run *r)
{
    static const int minutes[] = {1,   2,    4,    8,    16,   17,   30,   45,  61,  62,
                                  90,  120,  180,  240,  300,  360,  480,  600, 720, 781,
                                  900, 1200, 1440, 1500, 2000, 2880, 2900, 4320};
    instant start = r->f->now;
    for (ptrdiff_t i = 0; i < COUNT(minutes); i++) {
        r->f->now = start + minutes[i] * MINUTE_US;
        jobs_run(r);
        if (minutes[i] < 60) some_come_late(r);
    }
}

/* ---- the settlement report ---- */

static void pay_out(struct run *r)
{
    struct http_response got = {0};
    for (int i = 0; i < 50 && got.status != 200; i++)
        test_gateway_bench_call(r->bench, "POST", "/v1/payouts", "{}", &got);
    CHECK(got.status == 200, "%d", got.status);
}

static void read_payouts(struct run *r)
{
    struct gateway_access access = {r->bench->gateway, r->bench->account, NULL};
    date day = clock_date(clock_now(), S(""));
    bool answered = false;
    for (int i = 0; i < 100 && !answered; i++) {
        struct arena *mem = arena_open(256 << 20);
        struct op op = op_of(r, mem);
        CHECK(payouts_read(&op, r->f->store, &access, day, &answered), "%s", fixture_why(&op));
        arena_close(mem);
    }
    CHECK(answered, "no report");
}

/* ---- what is true in the end ---- */

struct end {
    struct run *r;
    int64_t balance[3]; /* of 1050, 1015, 6200 */
    struct troubles list;
    struct payouts_seen payouts;
    struct verdict verdict;
    int64_t in[16]; /* how many payments stand in each state */
    int64_t open;   /* neither at an end nor listed */
};

static bool balance(struct op *op, const char *gl, int64_t *out)
{
    struct case_balance_row row;
    struct case_balance_args args = {.gl = str_of(gl), .currency = S("EUR")};
    if (!sql_case_balance(op, args, &row)) return false;
    *out = row.balance;
    return true;
}

static bool at_an_end(enum payment_state s)
{
    return s == PAYMENT_SUCCEEDED || s == PAYMENT_SETTLED || s == PAYMENT_FAILED ||
           s == PAYMENT_CANCELLED || s == PAYMENT_EXPIRED;
}

static bool see(struct op *op, void *arg)
{
    struct end *e = arg;
    struct run *r = e->r;
    for (int64_t i = 0; i < r->count; i++) {
        struct arena_mark mark = arena_mark(op->mem);
        r->one = &r->all[i];
        if (!look(op, r)) return false;
        e->in[r->one->state]++;
        struct trouble t;
        bool listed;
        if (!trouble_of_payment(op, r->one->payment, &t, &listed)) return false;
        if (!at_an_end(r->one->state) && !listed) e->open++;
        arena_rewind(op->mem, mark);
    }
    return balance(op, "1050", &e->balance[0]) && balance(op, "1015", &e->balance[1]) &&
           balance(op, "6200", &e->balance[2]) && troubles_list(op, 100, &e->list) &&
           payouts_list(op, 10, &e->payouts) && ledger_verify(op, &e->verdict);
}

static void check_the_end(struct run *r)
{
    struct arena *mem = arena_open(256 << 20);
    struct op op = op_of(r, mem);
    struct end e = {.r = r};
    CHECK(store_transact(&op, r->f->store, TX_READ, see, &e), "%s", fixture_why(&op));
    int64_t taken = r->bench->taken_minor(r->bench);
    printf("%lld payments, %d %% of all calls failed: %lld unknown at first, %lld paid, %lld not "
           "paid, %lld for people; gateway %lld, ledger %lld\n",
           (long long)r->count, PERCENT, (long long)r->unknown,
           (long long)(e.in[PAYMENT_SUCCEEDED] + e.in[PAYMENT_SETTLED]),
           (long long)(e.in[PAYMENT_FAILED] + e.in[PAYMENT_CANCELLED] + e.in[PAYMENT_EXPIRED]),
           (long long)e.list.open, (long long)taken, (long long)(e.balance[1] + e.balance[2]));
    CHECK(r->unknown > r->count / 10, "the faults were not felt: %lld", (long long)r->unknown);
    CHECK(e.verdict.problem_count == 0, "%.*s %.*s", STR(e.verdict.problems[0].where),
          STR(e.verdict.problems[0].what));
    CHECK(e.open == 0, "%lld payments are neither at an end nor listed", (long long)e.open);
    CHECK(e.list.open * 1000 <= r->count, "%lld of %lld are left for people",
          (long long)e.list.open, (long long)r->count);
    CHECK(e.payouts.count == 1 && e.payouts.at[0].state == PAYOUT_MATCHED, "the payout");
    CHECK(e.balance[0] == 0, "%lld is left in clearing", (long long)e.balance[0]);
    CHECK(e.balance[1] + e.balance[2] == taken, "%lld booked, %lld taken",
          (long long)(e.balance[1] + e.balance[2]), (long long)taken);
    CHECK(e.in[PAYMENT_SETTLED] == e.payouts.at[0].lines, "%lld charges, %lld payments",
          (long long)e.payouts.at[0].lines, (long long)e.in[PAYMENT_SETTLED]);
    arena_close(mem);
}

static void set_faults(struct run *r)
{
    struct http_response got;
    const char *body =
        str_printf(r->bench->mem, "{\"percent\":%d,\"hold_ms\":30,\"seed\":7}", PERCENT).at;
    test_gateway_bench_call(r->bench, "POST", "/v1/faults", body, &got);
    CHECK(got.status == 200, "%d %.*s", got.status, STR(got.body));
}

ENGINES_SENTENCE(unknown_outcomes_are_resolved_and_never_guessed)
{
    const char *wanted = getenv("QUITTANCE_PAYMENTS");
    struct run r = {.f = f, .dice = 7, .count = QUICK};
    if (wanted) CHECK(str_to_i64(str_of(wanted), &r.count), "QUITTANCE_PAYMENTS=%s", wanted);
    r.bench = test_gateway_bench_open_for(f->mem, S("http://127.0.0.1:1"));
    r.all = arena_array(f->mem, struct paying, r.count);
    r.app = (struct app){
        .db = f->db,
        .keys = keys_for_tests(f->mem),
        .public_url = S("http://127.0.0.1:1"),
        .gateway = r.bench->gateway,
        .gateway_account = r.bench->account,
    };
    fixture_do(f, make_world, &r);
    set_faults(&r);
    pay_all(&r);
    days_go_by(&r);
    pay_out(&r);
    read_payouts(&r);
    days_go_by(&r);
    check_the_end(&r);
    test_gateway_bench_close(r.bench);
}

TESTS(ENGINES_TEST(unknown_outcomes_are_resolved_and_never_guessed))
