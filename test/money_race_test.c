/* Many at once: tabs, clicks, messages, jobs. Whatever they do, one invoice is paid by one charge.
 */
#include "adapters/net/http_client.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/hooks/hooks.h"
#include "fixture.h"
#include "money_world.h"

#include <pthread.h>

enum { THREADS = 8, AMOUNT = 11900 };

struct race {
    struct fixture *f;
    struct gateway_bench *bench;
    struct money_world w;
    int64_t item;
};

/* One of those who do it at the same time. */
struct runner {
    struct race *race;
    struct arena *mem;
    struct store *store;
    pthread_t thread;
    void (*run)(struct runner *r);
    int64_t checkout, payment;
    enum payment_state state;
    bool begun;
};

static struct op op_of(struct runner *r)
{
    return (struct op){.mem = r->mem, .now = clock_now()};
}

static bool make(struct op *op, void *arg)
{
    struct race *race = arg;
    return money_world_make(op, &race->w) && money_world_invoice(op, &race->w, AMOUNT, &race->item);
}

static bool make_checkout(struct op *op, void *arg)
{
    struct runner *r = arg;
    return money_world_checkout(op, &r->race->w, &r->race->item, 1, &r->checkout);
}

static bool begin(struct op *op, void *arg)
{
    struct runner *r = arg;
    return payment_begin(op, r->race->w.customer, r->checkout, "test", 0, r->race->w.today,
                         &r->payment);
}

static void run_begin(struct runner *r)
{
    struct op op = op_of(r);
    r->begun = store_transact(&op, r->store, TX_WRITE, begin, r);
}

static void talk(struct runner *r, bool send)
{
    struct op op = op_of(r);
    struct gateway_access access = {r->race->bench->gateway, r->race->bench->account, NULL};
    str back = str_printf(r->mem, "http://127.0.0.1:%d/payments/1", r->race->bench->merchant->port);
    bool talked = payment_talk(&op, r->store, &access, r->payment, send, back, &r->state);
    if (!talked) r->state = PAYMENT_UNKNOWN;
}

static void run_send(struct runner *r)
{
    talk(r, true);
}

static void run_ask(struct runner *r)
{
    talk(r, false);
}

static void *run_thread(void *arg)
{
    struct runner *r = arg;
    r->run(r);
    return NULL;
}

static void all_at_once(struct runner *runners, void (*run)(struct runner *r))
{
    for (int i = 0; i < THREADS; i++) {
        runners[i].run = run;
        CHECK(!pthread_create(&runners[i].thread, NULL, run_thread, &runners[i]), "thread");
    }
    for (int i = 0; i < THREADS; i++) pthread_join(runners[i].thread, NULL);
}

static void start(struct fixture *f, struct race *race, struct runner *runners)
{
    *race = (struct race){.f = f, .bench = test_gateway_bench_open(f->mem)};
    f->now = clock_now();
    fixture_do(f, make, race);
    for (int i = 0; i < THREADS; i++) {
        runners[i] =
            (struct runner){.race = race, .mem = arena_open(16 << 20), .store = fixture_store(f)};
    }
}

static void end(struct race *race, struct runner *runners)
{
    money_world_check(race->f->store, race->bench, "at the end");
    for (int i = 0; i < THREADS; i++) arena_close(runners[i].mem);
    test_gateway_bench_close(race->bench);
}

static int64_t the_one_payment(struct runner *runners)
{
    int64_t payment = 0;
    int begun = 0;
    for (int i = 0; i < THREADS; i++) {
        if (!runners[i].begun) continue;
        begun++;
        payment = runners[i].payment;
    }
    CHECK(begun == 1, "%d payments were begun", begun);
    for (int i = 0; i < THREADS; i++) runners[i].payment = payment;
    return payment;
}

static str page_of(struct race *race, int64_t payment);

/* The payer's browser, the settling job and the webhook's job: all ask, all record. */
static void pay_and_settle(struct race *race, struct runner *runners, int64_t payment)
{
    all_at_once(runners, run_send);
    CHECK(race->bench->pay(race->bench, page_of(race, payment), PAYS), "no card page");
    all_at_once(runners, run_ask);
    for (int i = 0; i < THREADS; i++)
        CHECK(runners[i].state == PAYMENT_SUCCEEDED, "runner %d: %s", i,
              payment_state_name(runners[i].state));
}

struct page_look {
    int64_t payment;
    str page;
};

static bool look_page(struct op *op, void *arg)
{
    struct page_look *look = arg;
    struct payment_attempt *attempts;
    ptrdiff_t count;
    if (!payment_attempts(op, look->payment, &attempts, &count)) return false;
    look->page = count > 0 ? attempts[count - 1].page : S("");
    return true;
}

static str page_of(struct race *race, int64_t payment)
{
    struct page_look look = {.payment = payment};
    fixture_do(race->f, look_page, &look);
    CHECK(look.page.len > 0, "the payment has no card page");
    return look.page;
}

ENGINES_SENTENCE(two_tabs_and_more_pay_an_invoice_once)
{
    struct race race;
    struct runner runners[THREADS];
    start(f, &race, runners);
    for (int i = 0; i < THREADS; i++) fixture_do(f, make_checkout, &runners[i]);
    all_at_once(runners, run_begin);
    pay_and_settle(&race, runners, the_one_payment(runners));
    end(&race, runners);
}

ENGINES_SENTENCE(a_double_click_and_more_begin_one_payment)
{
    struct race race;
    struct runner runners[THREADS];
    start(f, &race, runners);
    fixture_do(f, make_checkout, &runners[0]);
    for (int i = 1; i < THREADS; i++) runners[i].checkout = runners[0].checkout;
    all_at_once(runners, run_begin);
    pay_and_settle(&race, runners, the_one_payment(runners));
    end(&race, runners);
}

/* ---- the webhook ---- */

struct sent {            /* rq->connection */
    const char *request; /* as the gateway sent it */
};

static str header(struct request *rq, const char *name)
{
    const struct sent *sent = rq->connection;
    const char *at = strstr(sent->request, str_printf(rq->op.mem, "\r\n%s: ", name).at);
    return at ? str_cut(str_of(at + 4 + strlen(name)), '\r').head : S("");
}

static void run_hook(struct runner *r)
{
    struct app app = {
        .db = r->race->f->db,
        .keys = keys_for_tests(r->mem),
        .public_url = S("http://127.0.0.1:1"),
        .gateway = r->race->bench->gateway,
        .gateway_account = r->race->bench->account,
    };
    struct sent sent = {r->race->bench->merchant->heard[0]};
    struct request rq = {
        .op = op_of(r),
        .store = r->store,
        .app = &app,
        .method = POST,
        .path = S("/hooks/test"),
        .id = S("test"),
        .body = str_of(strstr(sent.request, "\r\n\r\n") + 4),
        .header = header,
        .connection = &sent,
    };
    r->begun = web_handle(&rq, &hook_routes[0]).status == 200;
}

ENGINES_SENTENCE(a_replayed_message_asks_once)
{
    struct race race;
    struct runner runners[THREADS];
    start(f, &race, runners);
    fixture_do(f, make_checkout, &runners[0]);
    run_begin(&runners[0]);
    CHECK(runners[0].begun, "begin");
    for (int i = 1; i < THREADS; i++) runners[i].payment = runners[0].payment;
    run_send(&runners[0]);
    CHECK(race.bench->pay(race.bench, page_of(&race, runners[0].payment), PAYS), "pay");
    CHECK(test_comes_to(&race.bench->merchant->heard_count, 1), "no message came");

    for (int round = 0; round < 3; round++) {
        all_at_once(runners, run_hook);
        for (int i = 0; i < THREADS; i++) CHECK(runners[i].begun, "runner %d was refused", i);
    }
    CHECK(fixture_sql_try(f, "create table t (n integer check (n = 1));"
                             "insert into t select count(*) from gateway_inbox; drop table t"),
          "the message was kept more than once");
    all_at_once(runners, run_ask);
    end(&race, runners);
}

/* The payer presses "cancel" in one tab and pays in another. */
static void run_cancel(struct runner *r)
{
    struct op op = op_of(r);
    struct gateway_access access = {r->race->bench->gateway, r->race->bench->account, NULL};
    if (!payment_cancel(&op, r->store, &access, r->payment, &r->state)) r->state = PAYMENT_UNKNOWN;
}

ENGINES_SENTENCE(cancelling_while_paying_ends_one_way_in_the_books_and_at_the_gateway)
{
    struct race race;
    struct runner runners[THREADS];
    start(f, &race, runners);
    fixture_do(f, make_checkout, &runners[0]);
    run_begin(&runners[0]);
    run_send(&runners[0]);
    for (int i = 1; i < THREADS; i++) runners[i].payment = runners[0].payment;
    str page = page_of(&race, runners[0].payment);
    runners[0].run = run_cancel;
    CHECK(!pthread_create(&runners[0].thread, NULL, run_thread, &runners[0]), "thread");
    (void)race.bench->pay(race.bench, page, PAYS);
    pthread_join(runners[0].thread, NULL);
    all_at_once(runners, run_ask);
    CHECK(runners[1].state == PAYMENT_SUCCEEDED || runners[1].state == PAYMENT_CANCELLED, "%s",
          payment_state_name(runners[1].state));
    end(&race, runners);
}

ENGINES_SENTENCE(another_amount_than_ours_is_never_booked)
{
    struct race race;
    struct runner runners[THREADS];
    start(f, &race, runners);
    fixture_do(f, make_checkout, &runners[0]);
    run_begin(&runners[0]);
    run_send(&runners[0]);
    CHECK(race.bench->pay(race.bench, page_of(&race, runners[0].payment), PAYS), "pay");
    race.bench->trouble(race.bench, OTHER_AMOUNT);
    run_ask(&runners[0]);
    CHECK(runners[0].state == PAYMENT_UNKNOWN, "%s", payment_state_name(runners[0].state));
    CHECK(fixture_sql_try(f, "create table t (n integer check (n = 0)); insert into t "
                             "select count(*) from entry where kind = 'payment'; drop table t"),
          "it was booked");
    run_ask(&runners[0]); /* as it is in truth */
    CHECK(runners[0].state == PAYMENT_SUCCEEDED, "%s", payment_state_name(runners[0].state));
    end(&race, runners);
}

/* ---- what came late is given back, once ---- */

struct giving_back {
    int64_t payment, refund;
    struct payment p;
};

static bool give_back(struct op *op, void *arg)
{
    struct giving_back *g = arg;
    if (!payment_get(op, 0, g->payment, &g->p)) return false;
    return payment_refund(op, g->payment, g->p.amount, S("paid twice"), &g->refund);
}

static bool see_payment(struct op *op, void *arg)
{
    struct giving_back *g = arg;
    return payment_get(op, 0, g->payment, &g->p);
}

static void run_refund(struct runner *r)
{
    struct op op = op_of(r);
    struct gateway_access access = {r->race->bench->gateway, r->race->bench->account, NULL};
    r->begun = refund_talk(&op, r->store, &access, r->payment); /* here: the refund's id */
}

static void pay_as(struct race *race, struct runner *r)
{
    fixture_do(race->f, make_checkout, r);
    run_begin(r);
    CHECK(r->begun, "begin");
    run_send(r);
    CHECK(r->state == PAYMENT_REQUIRES_ACTION, "%s", payment_state_name(r->state));
}

/* Asks as if it were that much later. */
static void ask_later(struct race *race, struct runner *r, int64_t minutes)
{
    struct op op = op_of(r);
    struct gateway_access access = {race->bench->gateway, race->bench->account, NULL};
    op.now += minutes * MINUTE_US;
    CHECK(payment_settle(&op, r->store, &access, r->payment, S("http://x/"), &r->state), "%s",
          fixture_why(&op));
}

ENGINES_SENTENCE(a_charge_that_was_given_up_and_came_late_is_given_back_once)
{
    struct race race;
    struct runner runners[THREADS], *first = &runners[0], *second = &runners[1];
    start(f, &race, runners);
    pay_as(&race, first);
    str first_page = page_of(&race, first->payment);
    for (int i = 0; i < 2; i++) {
        race.bench->trouble(race.bench, DENIES_IT);
        ask_later(&race, first, 20 + i);
    }
    CHECK(first->state == PAYMENT_FAILED, "%s", payment_state_name(first->state));
    pay_as(&race, second);
    CHECK(race.bench->pay(race.bench, page_of(&race, second->payment), PAYS), "pay");
    CHECK(race.bench->pay(race.bench, first_page, PAYS), "pay, late");
    ask_later(&race, second, 0);
    ask_later(&race, first, 0);
    CHECK(first->state == PAYMENT_SUCCEEDED && second->state == PAYMENT_SUCCEEDED, "both came");
    money_world_check(f->store, race.bench, "both came");

    struct giving_back g = {.payment = first->payment};
    fixture_do(f, give_back, &g);
    for (int i = 0; i < THREADS; i++) runners[i].payment = g.refund;
    all_at_once(runners, run_refund);
    for (int i = 0; i < THREADS; i++) CHECK(runners[i].begun, "runner %d", i);
    fixture_do(f, see_payment, &g);
    CHECK(g.p.state == PAYMENT_REFUNDED, "%s", payment_state_name(g.p.state));
    struct http_response got;
    test_gateway_bench_call(race.bench, "POST", "/v1/payouts", "{}", &got);
    CHECK(str_find(got.body, S("\"refunds\":{\"value\":\"119.00\"")) > 0, "%.*s", STR(got.body));
    for (int i = 0; i < THREADS; i++) arena_close(runners[i].mem);
    test_gateway_bench_close(race.bench);
}

TESTS(ENGINES_TEST(a_charge_that_was_given_up_and_came_late_is_given_back_once),
      ENGINES_TEST(another_amount_than_ours_is_never_booked),
      ENGINES_TEST(two_tabs_and_more_pay_an_invoice_once),
      ENGINES_TEST(a_double_click_and_more_begin_one_payment),
      ENGINES_TEST(a_replayed_message_asks_once),
      ENGINES_TEST(cancelling_while_paying_ends_one_way_in_the_books_and_at_the_gateway))
