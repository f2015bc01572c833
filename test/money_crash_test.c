/* A process is killed in the middle of a card payment: at every step, and at any moment. Whoever
 * comes after finds out what happened and ends it; nobody is charged twice, and nothing that was
 * charged is missing from the books.
 *
 * The processes that will die are forked before the first thread starts, and wait for their order.
 */
#include "adapters/gateways/test_gateway.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "delivery/jobs/jobs.h"
#include "delivery/jobs/payment_jobs.h"
#include "fixture.h"
#include "money_world.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AMOUNT = 11900, RANDOM_ROUNDS = 20, TURNS_MAX = 40, TURN_MINUTES = 10 };

enum point {
    NOWHERE, /* the parent kills it at some moment, or not at all */
    AFTER_CHECKOUT,
    AFTER_BEGIN,
    BEFORE_CHARGE,
    AFTER_CHARGE,
    AFTER_SEND,
    AFTER_PAYING,
    BEFORE_ASK,
    AFTER_ASK,
    POINTS,
};
static const char *const point_names[] = {
    "at some moment",
    "after the checkout",
    "after the attempt was recorded",
    "before the charge",
    "after the charge, before it was recorded",
    "after it was recorded",
    "after the payer paid",
    "before asking",
    "after the answer, before it was recorded",
};

/* What a child is told to do; sent through its pipe. */
struct order {
    enum point point;
    struct money_world w;
    int64_t item;
    int merchant_port;
    char url[300], address[100], key_file[200];
};

struct child {
    int pid, orders[2], news[2]; /* pipes */
};

/* ---- the child: one process, one payment, one death ---- */

static enum point death; /* in the child only */
static const struct gateway *living;

static void die_at(enum point point)
{
    if (death == point) kill(getpid(), SIGKILL);
}

static bool dying_charge(struct op *op, const struct gateway_account *account,
                         const struct charge *in, struct charge_result *out)
{
    die_at(BEFORE_CHARGE);
    bool done = living->charge(op, account, in, out);
    die_at(AFTER_CHARGE);
    return done;
}

static bool dying_ask(struct op *op, const struct gateway_account *account, str our_id,
                      struct charge_result *out)
{
    die_at(BEFORE_ASK);
    bool done = living->ask(op, account, our_id, out);
    die_at(AFTER_ASK);
    return done;
}

static const struct gateway dying = {.name = "test", .charge = dying_charge, .ask = dying_ask};

struct story {
    const struct order *order;
    int64_t checkout, payment;
    str page;
};

static bool do_checkout(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_checkout(op, &s->order->w, &s->order->item, 1, &s->checkout);
}

static bool do_begin(struct op *op, void *arg)
{
    struct story *s = arg;
    const struct money_world *w = &s->order->w;
    return payment_begin(op, w->customer, s->checkout, "test", 0, w->today, &s->payment);
}

static bool do_page(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment_attempt *attempts;
    ptrdiff_t count;
    if (!payment_attempts(op, s->payment, &attempts, &count)) return false;
    s->page = attempts[count - 1].page;
    return true;
}

static bool pay(struct op *op, struct story *s, const struct child *me)
{
    const struct order *order = s->order;
    struct database *db;
    struct store *store;
    struct credentials keys;
    enum payment_state state;
    char go;
    if (!credentials_read(op, order->key_file, &keys)) return false;
    str address = str_of(order->address);
    struct gateway_access access = {
        &dying, gateway_test_account(op->mem, address, &keys, TEST_PATIENCE_MS), NULL};
    str back = str_printf(op->mem, "http://127.0.0.1:%d/payments/1", order->merchant_port);
    if (!database_open(op, str_of(order->url), &db) || !store_open(op, db, &store)) return false;

    if (!store_transact(op, store, TX_WRITE, do_checkout, s)) return false;
    die_at(AFTER_CHECKOUT);
    if (!store_transact(op, store, TX_WRITE, do_begin, s)) return false;
    die_at(AFTER_BEGIN);
    if (!payment_talk(op, store, &access, s->payment, true, back, &state)) return false;
    die_at(AFTER_SEND);
    if (!store_transact(op, store, TX_READ, do_page, s)) return false;
    if (write(me->news[1], s->page.at, (size_t)s->page.len) != s->page.len) return false;
    if (read(me->orders[0], &go, 1) != 1) return false; /* the payer has paid */
    die_at(AFTER_PAYING);
    return payment_talk(op, store, &access, s->payment, false, back, &state);
}

static _Noreturn void live(const struct child *me)
{
    struct order order;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (read(me->orders[0], &order, sizeof order) != (ssize_t)sizeof order) _exit(0);
    death = order.point;
    living = &gateway_test;
    struct arena *mem = arena_open(64 << 20);
    struct op op = {.mem = mem, .now = clock_now()};
    struct story story = {.order = &order};
    bool paid = pay(&op, &story, me);
    if (!paid) print_error("a child failed: %s\n", fixture_why(&op));
    kill(getpid(), SIGKILL); /* at the latest */
    _exit(1);
}

static void child_start(struct child *c)
{
    CHECK(pipe(c->orders) == 0 && pipe(c->news) == 0, "pipe");
    fflush(NULL);
    c->pid = fork();
    CHECK(c->pid >= 0, "fork");
    if (c->pid > 0) {
        close(c->orders[0]), close(c->news[1]);
        return;
    }
    close(c->orders[1]), close(c->news[0]);
    live(c);
}

/* ---- the parent: gives the order, pays as the payer, kills, and cleans up ---- */

struct round {
    struct fixture *f;
    struct gateway_bench *bench;
    struct order order;
    struct database *db;
    struct store *store;
    instant now;
    bool waiting; /* some payment is not yet at its end */
    str page;     /* of a payment that waits for its payer */
    struct item item;
    int64_t paid_minor;
    const char *name;
};

/* Only one process at a time may write to an SQLite file: it is opened anew for each part. */
static void open_books(struct round *r)
{
    struct op op = {.mem = r->f->mem, .now = clock_now()};
    CHECK(database_open(&op, r->f->url, &r->db) && store_open(&op, r->db, &r->store), "%s",
          fixture_why(&op));
}

static void close_books(struct round *r)
{
    store_close(r->store);
    database_close(r->db);
}

static void must(struct round *r, enum tx_kind kind, bool (*work)(struct op *op, void *arg))
{
    struct op op = {.mem = r->f->mem, .now = clock_now()};
    CHECK(store_transact(&op, r->store, kind, work, r), "%s: %s", r->name, fixture_why(&op));
}

static bool make_world(struct op *op, void *arg)
{
    struct round *r = arg;
    return money_world_make(op, &r->order.w);
}

static bool make_invoice(struct op *op, void *arg)
{
    struct round *r = arg;
    return money_world_invoice(op, &r->order.w, AMOUNT, &r->order.item);
}

static bool look(struct op *op, void *arg)
{
    static struct money_books books;
    struct round *r = arg;
    r->waiting = false;
    r->page = (str){0};
    if (!money_world_books(op, &books) || !item_get(op, r->order.item, &r->item)) return false;
    r->paid_minor = books.succeeded_minor;
    for (ptrdiff_t i = 0; i < books.payment_count; i++) {
        enum payment_state s = books.payments[i].state;
        if (s != PAYMENT_SUCCEEDED && s != PAYMENT_FAILED && s != PAYMENT_CANCELLED &&
            s != PAYMENT_EXPIRED)
            r->waiting = true;
        if (s != PAYMENT_REQUIRES_ACTION) continue;
        for (ptrdiff_t k = 0; k < books.attempt_count; k++)
            if (books.attempts[k].payment == books.payments[i].id) r->page = books.attempts[k].page;
    }
    return true;
}

static bool do_nothing(struct op *op, const struct job *job)
{
    (void)op, (void)job;
    return true;
}

static const struct job_kind kinds[] = {
    {"payment.settle", payment_settle_job, .tries_max = 100, .talks = true},
    {"payment.receipt", do_nothing, .tries_max = 1},
    {0},
};

static void run_jobs(struct round *r)
{
    struct app app = {
        .db = r->db,
        .keys = keys_for_tests(r->f->mem),
        .public_url = str_printf(r->f->mem, "http://127.0.0.1:%d", r->order.merchant_port),
        .gateway = r->bench->gateway,
        .gateway_account = r->bench->account,
    };
    bool ran = true;
    for (int n = 0; ran; n++) {
        struct op op = {.mem = r->f->mem, .now = r->now};
        CHECK(n < 100, "%s: the jobs never rest", r->name);
        CHECK(jobs_run_next(&op, r->store, &app, kinds, &ran), "%s: %s", r->name, fixture_why(&op));
    }
}

/* Time passes and the jobs run until every payment has come to its end. In half of the rounds the
 * payer comes back to the card page. */
static void recover(struct round *r, bool payer_returns)
{
    r->now = clock_now();
    for (int turn = 0; turn < TURNS_MAX; turn++, r->now += TURN_MINUTES * MINUTE_US) {
        run_jobs(r);
        must(r, TX_READ, look);
        if (!r->waiting) return;
        if (payer_returns && r->page.len > 0) (void)r->bench->pay(r->bench, r->page, PAYS);
    }
    CHECK(false, "%s: a payment never came to its end", r->name);
}

/* Sends the order, pays when the child shows a card page, and waits for its death. */
static void let_it_die(struct round *r, struct child *c, int after_ms)
{
    char page[300];
    r->order.merchant_port = r->bench->merchant->port;
    CHECK(write(c->orders[1], &r->order, sizeof r->order) == (ssize_t)sizeof r->order, "order");
    struct pollfd news = {.fd = c->news[0], .events = POLLIN};
    int came = poll(&news, 1, after_ms);
    CHECK(came == 1 || after_ms < TEST_PATIENCE_MS, "%s: it does nothing", r->name);
    if (came == 1) {
        ssize_t n = read(c->news[0], page, sizeof page);
        if (n > 0) CHECK(r->bench->pay(r->bench, (str){page, n}, PAYS), "%s: pay", r->name);
        if (n > 0 && write(c->orders[1], "g", 1) != 1) print_error("it is dead already\n");
    }
    if (r->order.point == NOWHERE && after_ms < TEST_PATIENCE_MS) {
        poll(NULL, 0, after_ms % 5);
        kill(c->pid, SIGKILL);
    }
    int status;
    CHECK(waitpid(c->pid, &status, 0) == c->pid, "waitpid");
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s: %d", r->name, status);
    close(c->orders[1]), close(c->news[0]);
}

static void play(struct round *r, struct child *c, int number)
{
    struct arena_mark mark = arena_mark(r->f->mem);
    bool at_some_moment = number >= POINTS;
    r->order.point = at_some_moment ? NOWHERE : (enum point)number;
    r->name = point_names[r->order.point];
    open_books(r);
    must(r, TX_WRITE, make_invoice);
    close_books(r);
    int64_t paid_before = r->paid_minor;

    let_it_die(r, c, at_some_moment ? 3 * (number - POINTS) / 2 : TEST_PATIENCE_MS);
    open_books(r);
    recover(r, number % 2 == 0);
    money_world_check(r->store, r->bench, r->name);
    int64_t paid = r->paid_minor - paid_before;
    print_message("  killed %s: %s\n", r->name, paid ? "paid" : "not paid");
    CHECK(paid == 0 || paid == AMOUNT, "%s: %lld paid", r->name, (long long)paid);
    CHECK(r->item.open.minor == AMOUNT - paid, "%s: %lld open", r->name,
          (long long)r->item.open.minor);
    CHECK(r->item.reserved.minor == 0, "%s: %lld still reserved", r->name,
          (long long)r->item.reserved.minor);
    close_books(r);
    arena_rewind(r->f->mem, mark);
}

ENGINES_SENTENCE(a_process_killed_at_any_moment_charges_nobody_twice)
{
    struct child children[POINTS + RANDOM_ROUNDS];
    for (int i = 0; i < COUNT(children); i++) child_start(&children[i]);

    struct round r = {.f = f, .name = "at the start", .bench = test_gateway_bench_open(f->mem)};
    str key_file = test_gateway_bench_key_file(r.bench);
    snprintf(r.order.url, sizeof r.order.url, "%.*s", STR(f->url));
    snprintf(r.order.address, sizeof r.order.address, "%.*s",
             STR(test_gateway_bench_address(r.bench)));
    snprintf(r.order.key_file, sizeof r.order.key_file, "%.*s", STR(key_file));
    open_books(&r);
    must(&r, TX_WRITE, make_world);
    close_books(&r);
    for (int i = 0; i < COUNT(children); i++) play(&r, &children[i], i);
    test_gateway_bench_close(r.bench);
}

TESTS(ENGINES_TEST(a_process_killed_at_any_moment_charges_nobody_twice))
