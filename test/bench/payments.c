/* Payers at the same time. A payment here is what a payer waits for: the one transaction in which
 * the invoice is reserved, the transfer announced and numbered, its step, the audit record and the
 * job written, and all of it synced to the disk. */
#include "bench.h"

#include "base/arena.h"
#include "domain/payments/payments.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
    PAYMENTS_MAX = 2000,
    SLOW_SYNC_US = 2000,
    PAYER_BYTES = 16 << 20,
    ROUNDS = 3,
    WARM_CONNECTIONS = 64,
    WARM_REQUESTS = 2000,
};

struct checkouts { /* ready to be paid */
    int64_t id[PAYMENTS_MAX], customer[PAYMENTS_MAX];
    ptrdiff_t count;
};

struct run {
    const struct books *books;
    struct database *db;
    struct store *store;
    int64_t invoice; /* the last one that was used: each is paid once */
    struct checkouts ready;
    atomic_ptrdiff_t next;
    int64_t took_ns[PAYMENTS_MAX], wall_ns;
};

static bool prepare(struct op *op, void *arg)
{
    struct run *r = arg;
    int64_t invoice = r->invoice;
    for (ptrdiff_t i = 0; i < r->ready.count; i++) {
        struct arena_mark mark = arena_mark(op->mem);
        struct customer_ids made;
        invoice++;
        r->ready.customer[i] = 1 + invoice % r->books->customers;
        if (!checkout_start(op, r->ready.customer[i], 0, &invoice, 1, &made)) return false;
        r->ready.id[i] = made.at[0];
        arena_rewind(op->mem, mark);
    }
    return true;
}

static void prepare_all(struct bench *b, struct run *r, ptrdiff_t count)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    r->ready.count = count;
    atomic_store(&r->next, 0);
    must(r->invoice + count <= r->books->invoices, "the books are too small for so many payments");
    must_op(store_transact(&op, r->store, TX_WRITE, prepare, r), &op, "checkouts");
    r->invoice += count;
}

/* ---- threads at the store ---- */

struct payer {
    struct run *run;
    struct arena *mem;
    struct store *store;
    pthread_t thread;
    ptrdiff_t number;
};

static bool pay(struct op *op, void *arg)
{
    struct payer *p = arg;
    int64_t payment;
    return payment_announce(op, p->run->ready.customer[p->number], p->run->ready.id[p->number],
                            p->run->books->today, &payment);
}

static void *payer_work(void *arg)
{
    struct payer *p = arg;
    struct run *r = p->run;
    while ((p->number = atomic_fetch_add(&r->next, 1)) < r->ready.count) {
        struct arena_mark mark = arena_mark(p->mem);
        struct op op = {.mem = p->mem, .now = clock_now()};
        int64_t began = ticks_ns();
        must_op(store_transact(&op, p->store, TX_WRITE, pay, p), &op, "a payment");
        r->took_ns[p->number] = ticks_ns() - began;
        arena_rewind(p->mem, mark);
    }
    return NULL;
}

/* How many payments were made in a second, in thousandths. */
static int64_t payers_run(struct bench *b, struct run *r, int payers, ptrdiff_t count)
{
    struct arena_mark mark = arena_mark(b->mem);
    struct payer *all = arena_array(b->mem, struct payer, payers);
    struct op op = {.mem = b->mem, .now = clock_now()};
    prepare_all(b, r, count);
    for (int i = 0; i < payers; i++) {
        all[i] = (struct payer){.run = r, .mem = arena_open(PAYER_BYTES)};
        must_op(store_open(&op, r->db, &all[i].store), &op, "open");
    }
    int64_t began = ticks_ns();
    for (int i = 0; i < payers; i++)
        must(pthread_create(&all[i].thread, NULL, payer_work, &all[i]) == 0, "no thread");
    for (int i = 0; i < payers; i++) pthread_join(all[i].thread, NULL);
    r->wall_ns = ticks_ns() - began;
    for (int i = 0; i < payers; i++) {
        store_close(all[i].store);
        arena_close(all[i].mem);
    }
    arena_rewind(b->mem, mark);
    return count * INT64_C(1000000000) / (r->wall_ns / 1000);
}

struct level {
    int payers;
    const char *rate, *p50, *p99;
};

static void level_tell(struct bench *b, struct run *r, const struct level *l, ptrdiff_t count,
                       int64_t aim)
{
    int64_t rates[ROUNDS], floors[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        floors[i] = payers_run(b, r, 1, count / 2);
        rates[i] = payers_run(b, r, l->payers, count);
    }
    figure_add(b, (struct figure){.name = l->rate,
                                  .unit = "/s",
                                  .value = median(rates, ROUNDS),
                                  .floor = median(floors, ROUNDS),
                                  .aim = aim ? AIM_RATIO_AT_LEAST : AIM_NONE,
                                  .limit = aim,
                                  .of = "one sync for each"});
    figure_add(b, (struct figure){
                      .name = l->p50, .unit = "ms", .value = median(r->took_ns, count) / 1000});
    figure_add(b, (struct figure){.name = l->p99,
                                  .unit = "ms",
                                  .value = at_percent(r->took_ns, count, 99) / 1000});
}

static void levels(struct bench *b, struct run *r)
{
    static const struct level all[] = {
        {1, "payments-1", "payments-1-p50", "payments-1-p99"},
        {8, "payments-8", "payments-8-p50", "payments-8-p99"},
        {64, "payments-64", "payments-64-p50", "payments-64-p99"},
        {512, "payments-512", "payments-512-p50", "payments-512-p99"},
    };
    static const struct level slow = {64, "payments-64-slow-disk", "payments-64-slow-disk-p50",
                                      "payments-64-slow-disk-p99"};
    for (ptrdiff_t i = 0; i < COUNT(all); i++) {
        if (b->quick && all[i].payers != 64) continue;
        level_tell(b, r, &all[i], b->quick ? 300 : 640, 0);
    }
    if (b->engine[0]) return; /* its disk is another process's */
    disk_slow_down(SLOW_SYNC_US);
    level_tell(b, r, &slow, b->quick ? 300 : 640, 8000);
    disk_slow_down(0);
}

/* ---- through the server ---- */

/* The requests in their order; whichever connection is free sends the next. */
struct posts {
    str at[PAYMENTS_MAX];
    ptrdiff_t sent;
};

static str next_post(void *arg, int connection, ptrdiff_t number)
{
    struct posts *posts = arg;
    (void)connection, (void)number;
    return posts->at[posts->sent++];
}

/* As the button "Pay by transfer" on the review page sends it. */
static str post_of(struct bench *b, const struct books *books, str cookie, int64_t checkout)
{
    struct arena *mem = b->mem;
    str session = str_printf(mem, "form of session %.*s", STR(cookie));
    str body =
        str_printf(mem, "form_token=%.*s&form_key=bench-%lld&do=transfer",
                   STR(crypto_tag(mem, books->keys, KEY_FORMS, session)), (long long)checkout);
    return str_printf(mem,
                      "POST /checkout/%.*s HTTP/1.1\r\nHost: x\r\nCookie: s=%.*s\r\n"
                      "Content-Type: application/x-www-form-urlencoded\r\n"
                      "Content-Length: %td\r\n\r\n%.*s",
                      STR(id_text(mem, books->keys, "chk", checkout)), STR(cookie), body.len,
                      STR(body));
}

static void http_level(struct bench *b, struct run *r, const struct server_process *s,
                       struct posts *posts, int payers, ptrdiff_t count)
{
    static const char *const names[][3] = {
        {"payments-http-1", "payments-http-1-p50", "payments-http-1-p99"},
        {"payments-http-64", "payments-http-64-p50", "payments-http-64-p99"},
    };
    struct load load = {.server = s,
                        .connections = payers,
                        .requests = count,
                        .next = next_post,
                        .arg = posts,
                        .want = 303};
    const char *const *name = names[payers > 1];
    int64_t before = server_cpu_ns(s);
    load_run(b, &load);
    int64_t used = server_cpu_ns(s) - before;
    figure_add(b, (struct figure){.name = name[0],
                                  .unit = "/s",
                                  .value = count * INT64_C(1000000000) / (load.wall_ns / 1000)});
    figure_add(b, (struct figure){
                      .name = name[1], .unit = "ms", .value = median(load.took_ns, count) / 1000});
    figure_add(b, (struct figure){.name = name[2],
                                  .unit = "ms",
                                  .value = at_percent(load.took_ns, count, 99) / 1000});
    if (payers > 1)
        figure_add(
            b, (struct figure){.name = "payment-http-cost", .unit = "us", .value = used / count});
    (void)r;
}

/* Each worker reads the whole schema when it is first asked: once in a server's life. */
static void warm_up(struct bench *b, const struct server_process *s, str cookie)
{
    str list = get_request(b, "/invoices", cookie);
    struct load load = {.server = s,
                        .connections = WARM_CONNECTIONS,
                        .requests = WARM_REQUESTS,
                        .next = load_same,
                        .arg = &list,
                        .want = 200};
    load_run(b, &load);
}

static void through_server(struct bench *b, struct run *r)
{
    ptrdiff_t count = b->quick ? 300 : 1000, alone = count / 4;
    struct posts *posts = arena_new(b->mem, struct posts);
    str *cookies = arena_array(b->mem, str, r->books->customers + 1);
    prepare_all(b, r, count + alone);
    for (int64_t c = 1; c <= r->books->customers; c++)
        cookies[c] = person_sign_in(b, r->db, c, (int)c);
    for (ptrdiff_t i = 0; i < count + alone; i++)
        posts->at[i] = post_of(b, r->books, cookies[r->ready.customer[i]], r->ready.id[i]);
    store_close(r->store);
    database_close(r->db); /* one process at a time writes to an SQLite file */

    struct server_process s = server_start(b, r->books, 0);
    warm_up(b, &s, cookies[1]);
    http_level(b, r, &s, posts, 1, alone);
    http_level(b, r, &s, posts, 64, count);
    server_stop(&s);
}

void bench_payments(struct bench *b, const struct books *books)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct run *r = arena_new(b->mem, struct run);
    r->books = books;
    r->db = books_open(b, books);
    must_op(store_open(&op, r->db, &r->store), &op, "open");
    levels(b, r);
    through_server(b, r);
    const char *const verify[] = {b->program, "verify", "--database", str_z(b->mem, books->url),
                                  NULL};
    must(program_run(b, verify) == 0, "the books are wrong after the payments: see %s/run.log",
         b->folder);
}
