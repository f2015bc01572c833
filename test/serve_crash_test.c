/* The whole program while a customer's clerk pays by card: killed again and again, and on a line to
 * the database that breaks when it commits. The clerk does what people do: sends the same form
 * again until there is an answer. At the end every checkout is one payment and one charge.
 *
 * The servers that will die are forked before the first thread starts, and wait for their order. */
#include "adapters/net/http_client.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "cutter.h"
#include "delivery/cli/serve.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/access/sign_in.h"
#include "domain/audit/chain.h"
#include "fixture.h"
#include "money_world.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 16, STEP_MS = 8, AMOUNT = 11900, TRANSFERS = 24 };

struct order { /* sent to a server through its pipe */
    char database[300], listen[40], public_url[60], keyfile[200], mail[200], gateway[80];
    char gateway_keyfile[200], log[200];
};

struct server {
    int pid, orders[2], news[2]; /* pipes */
};

/* ---- the server ---- */

static void tell_ready(void *arg, int port)
{
    const struct server *me = arg;
    (void)port;
    if (write(me->news[1], "r", 1) != 1) _exit(1);
}

static _Noreturn void live(struct server *me)
{
    struct order o;
    struct program program;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (read(me->orders[0], &o, sizeof o) != (ssize_t)sizeof o) _exit(0);
    int log = open(o.log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log < 0 || dup2(log, STDERR_FILENO) < 0) _exit(1);
    struct config config = {
        .database = str_of(o.database),
        .listen = str_of(o.listen),
        .public_url = str_of(o.public_url),
        .mail = str_of(o.mail),
        .mail_from = S("receivables@nordwind.example"),
        .keyfile = str_of(o.keyfile),
        .gateway = str_of(o.gateway),
        .gateway_keyfile = str_of(o.gateway_keyfile),
        .workers = S("4"),
    };
    struct op op = {.mem = arena_open(256 << 20), .now = clock_now()};
    struct cli cli = {.op = &op, .config = &config};
    if (!program_open(&cli, false, &program) ||
        !serve_until_stopped(&cli, &program, tell_ready, me))
        (void)cli_fail(&cli);
    _exit(1);
}

static void server_fork(struct server *s)
{
    CHECK(pipe(s->orders) == 0 && pipe(s->news) == 0, "pipe");
    fflush(NULL);
    s->pid = fork();
    CHECK(s->pid >= 0, "fork");
    if (s->pid > 0) {
        close(s->orders[0]), close(s->news[1]);
        return;
    }
    close(s->orders[1]), close(s->news[0]);
    live(s);
}

static void server_start(struct server *s, const struct order *order)
{
    char ready;
    CHECK(write(s->orders[1], order, sizeof *order) == (ssize_t)sizeof *order, "order");
    CHECK(read(s->news[0], &ready, 1) == 1, "a server did not start: see %s", order->log);
}

static void server_kill(struct server *s)
{
    int status;
    kill(s->pid, SIGKILL);
    CHECK(waitpid(s->pid, &status, 0) == s->pid, "waitpid");
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "it ended by itself: %d", status);
    close(s->orders[1]), close(s->news[0]);
}

/* Kills the one server after a while, and starts the next. */
struct killer {
    struct server *from, *to;
    const struct order *order;
    int after_ms;
    pthread_t thread;
};

static void *kill_one(void *arg)
{
    struct killer *k = arg;
    poll(NULL, 0, k->after_ms);
    server_kill(k->from);
    server_start(k->to, k->order);
    return NULL;
}

/* ---- the clerk ---- */

struct clerk {
    struct arena *mem;
    str address;
    const struct keys *keys;
    char cookies[600];
};

/* Each cookie that was set, "s=…" or "b=…", in place of the old one. */
static void cookies_keep(struct clerk *c, const struct http_response *got)
{
    str mark = S("Set-Cookie: ");
    for (str rest = got->head; rest.len > 0; rest = str_cut(rest, '\n').tail) {
        if (!str_starts(rest, mark)) continue;
        str all = str_cut(str_from(rest, mark.len), ';').head, name = str_cut(all, '=').head;
        for (str old = str_of(c->cookies); old.len > 0; old = str_trim(str_cut(old, ';').tail)) {
            str pair = str_cut(old, ';').head;
            if (!str_eq(str_cut(pair, '=').head, name))
                all = str_printf(c->mem, "%.*s; %.*s", STR(all), STR(pair));
        }
        snprintf(c->cookies, sizeof c->cookies, "%.*s", STR(all));
    }
}

/* Sends it until somebody answers; 503 and 409 say that it is to be sent again. Of the tries in
 * vain nothing is kept: there can be hundreds. */
static struct http_response insist(struct clerk *c, const char *method, str path, str body)
{
    int64_t until = clock_ticks_us() + TEST_PATIENCE_MS * INT64_C(1000);
    struct http_response got = {0};
    while (clock_ticks_us() < until) {
        struct arena_mark mark = arena_mark(c->mem);
        struct op op = {.mem = c->mem};
        struct http_header headers[] = {{"Cookie", str_of(c->cookies)},
                                        {"Content-Type", S("application/x-www-form-urlencoded")}};
        struct http_request send = {
            .method = method,
            .url = str_printf(c->mem, "%.*s%.*s", STR(c->address), STR(path)),
            .headers = headers,
            .header_count = COUNT(headers),
            .body = body,
            .reach = HTTP_TO_OPERATOR,
            .total_ms = 3000,
            .body_bytes_max = 200 * 1024,
        };
        CHECK(http_send(&op, &send, &got), "%.*s", STR(path));
        bool again = got.outcome != HTTP_ANSWERED || got.status == 503 || got.status == 409;
        if (!again) {
            cookies_keep(c, &got);
            return got;
        }
        arena_rewind(c->mem, mark);
        poll(NULL, 0, 10);
    }
    CHECK(false, "%s %.*s: nobody answers: %d", method, STR(path), got.status);
    return got;
}

static str between(str text, const char *head, char end)
{
    ptrdiff_t at = str_find(text, str_of(head));
    CHECK(at >= 0, "no %s in %.*s", head, STR(text));
    return str_cut(str_from(text, at + (ptrdiff_t)strlen(head)), end).head;
}

/* A form of that page, sent to `action`; the path it leads to. */
static str send_form(struct clerk *c, str page, str action, const char *fields)
{
    struct http_response got = insist(c, "GET", page, S(""));
    CHECK(got.status == 200, "%.*s: %d %.*s", STR(page), got.status, STR(got.body));
    str token = http_encode(c->mem, between(got.body, "name=\"form_token\" value=\"", '"'));
    str key = http_encode(c->mem, between(got.body, "name=\"form_key\" value=\"", '"'));
    str body = str_printf(c->mem, "form_token=%.*s&form_key=%.*s%s", STR(token), STR(key), fields);
    got = insist(c, "POST", action, body);
    CHECK(got.status == 303, "%.*s: %d %.*s", STR(action), got.status, STR(got.body));
    return http_response_header(&got, "Location");
}

/* The card form of that payment, in the gateway's frame. */
static str card_page(struct clerk *c, str card)
{
    char page[400] = "";
    for (int ms = 0; ms < TEST_PATIENCE_MS && page[0] == 0; ms += 20) {
        struct arena_mark mark = arena_mark(c->mem);
        struct http_response got = insist(c, "GET", card, S(""));
        ptrdiff_t frame = str_find(got.body, S("<iframe"));
        if (got.status == 200 && frame >= 0)
            snprintf(page, sizeof page, "%.*s",
                     STR(between(str_from(got.body, frame), "src=\"", '"')));
        else
            poll(NULL, 0, 20);
        arena_rewind(c->mem, mark);
    }
    CHECK(page[0] != 0, "there is no card page");
    return str_copy(c->mem, str_of(page));
}

static void wait_for(struct clerk *c, str payment, const char *words)
{
    bool there = false;
    for (int ms = 0; ms < TEST_PATIENCE_MS && !there; ms += 50) {
        struct arena_mark mark = arena_mark(c->mem);
        struct http_response got = insist(c, "GET", payment, S(""));
        there = str_find(got.body, str_of(words)) >= 0;
        if (!there) poll(NULL, 0, 50);
        arena_rewind(c->mem, mark);
    }
    CHECK(there, "it never said %s", words);
}

enum first { AT_ONCE, DECLINED, CANCELLED };

/* From the list of invoices to the receipt, perhaps not at the first try. */
static void pay(struct clerk *c, struct gateway_bench *bench, int64_t item, enum first first)
{
    str id = id_text(c->mem, c->keys, "itm", item);
    str fields = str_printf(c->mem, "&item=%.*s", STR(id));
    str checkout = send_form(c, S("/invoices"), S("/checkout"), fields.at);
    str card = send_form(c, checkout, checkout, "&way=card&do=card");
    CHECK(str_ends(card, S("/card")), "%.*s", STR(card));

    str payment = str_head(card, card.len - 5);
    str back = str_printf(c->mem, "%.*s/back?charge=ch_x", STR(payment));
    if (first == DECLINED) {
        CHECK(bench->pay(bench, card_page(c, card), LACKS_FUNDS), "the card page has ended");
        (void)insist(c, "GET", back, S(""));
        wait_for(c, payment, "was not paid.");
    } else if (first == CANCELLED) {
        str stop = str_printf(c->mem, "%.*s/cancel", STR(payment));
        (void)card_page(c, card);
        (void)send_form(c, payment, stop, "");
        wait_for(c, payment, "Nothing was charged.");
    }
    if (first != AT_ONCE) {
        str again = str_printf(c->mem, "%.*s/again", STR(payment));
        CHECK(str_ends(send_form(c, payment, again, ""), S("/card")), "again");
    }
    CHECK(bench->pay(bench, card_page(c, card), PAYS), "the card page has ended");
    (void)insist(c, "GET", back, S(""));
    wait_for(c, payment, "is paid.");
}

/* ---- the story ---- */

struct story {
    struct money_world w;
    int64_t items[ROUNDS], person;
    str url, link, key; /* the key is a program's: it records transfers */
};

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!money_world_make(op, &s->w)) return false;
    for (int i = 0; i < ROUNDS; i++)
        if (!money_world_invoice(op, &s->w, AMOUNT, &s->items[i])) return false;
    struct invitation clerk = {.email = S("maya@hallampryce.example"),
                               .name = S("Maya Okafor"),
                               .language = S("en-GB"),
                               .role = ROLE_PAYER,
                               .customer = s->w.customer,
                               .quiet = true};
    return person_invite(op, &clerk, &s->person) &&
           access_link_for(op, s->person, s->url, 1000, HOUR_US, &s->link) &&
           api_key_add(op, S("bank"), ROLE_MANAGER, 0, &s->key);
}

static void books_do(struct fixture *f, bool (*work)(struct op *op, void *arg), void *arg)
{
    struct op op = {.mem = f->mem, .now = clock_now()};
    struct database *db = NULL;
    struct store *store = NULL;
    CHECK(database_open(&op, f->url, &db) && store_open(&op, db, &store), "%s", fixture_why(&op));
    CHECK(store_transact(&op, store, TX_WRITE, work, arg), "%s", fixture_why(&op));
    store_close(store);
    database_close(db);
}

static void check_books(struct fixture *f, struct gateway_bench *bench)
{
    struct op op = {.mem = f->mem, .now = clock_now()};
    struct database *db = NULL;
    struct store *store = NULL;
    CHECK(database_open(&op, f->url, &db) && store_open(&op, db, &store), "%s", fixture_why(&op));
    money_world_check(store, bench, "at the end");
    CHECK(bench->taken_minor(bench) == (int64_t)ROUNDS * AMOUNT, "%lld taken",
          (long long)bench->taken_minor(bench));
    store_close(store);
    database_close(db);
}

#define SET(field, ...) snprintf((field), sizeof(field), __VA_ARGS__)

static struct order order_of(struct fixture *f, struct gateway_bench *bench, str url,
                             const char *folder)
{
    struct order o = {0};
    SET(o.database, "%.*s", STR(f->url));
    SET(o.listen, "%.*s", STR(str_from(url, 7)));
    SET(o.public_url, "%.*s", STR(url));
    SET(o.keyfile, "%s/quittance.key", folder);
    SET(o.mail, "file:%s/mail", folder);
    SET(o.log, "%s/log", folder);
    SET(o.gateway, "test:%.*s", STR(test_gateway_bench_address(bench)));
    SET(o.gateway_keyfile, "%.*s", STR(test_gateway_bench_key_file(bench)));
    return o;
}

ENGINES_SENTENCE(a_server_that_is_killed_while_people_pay_charges_them_once)
{
    struct server servers[ROUNDS + 1];
    for (int i = 0; i < COUNT(servers); i++) server_fork(&servers[i]);

    char folder[] = "/tmp/quittance-serve-XXXXXX";
    CHECK(mkdtemp(folder), "mkdtemp");
    int port, held = stranger_socket(&port);
    close(held); /* the servers take it over, one after the other */
    struct story s = {.url = str_printf(f->mem, "http://127.0.0.1:%d", port)};
    struct gateway_bench *bench = test_gateway_bench_open_for(f->mem, s.url);
    struct order order = order_of(f, bench, s.url, folder);
    struct op op = {.mem = f->mem, .now = clock_now()};
    struct clerk clerk = {.mem = f->mem, .address = s.url, .cookies = "x=1"};
    CHECK(keys_open(&op, order.keyfile, true, &clerk.keys), "%s", fixture_why(&op));
    books_do(f, make, &s);

    server_start(&servers[0], &order);
    (void)insist(&clerk, "GET", str_from(s.link, s.url.len), S(""));
    for (int i = 0; i < ROUNDS; i++) {
        struct arena_mark mark = arena_mark(f->mem);
        struct killer killer = {&servers[i], &servers[i + 1], &order, i * STEP_MS, 0};
        CHECK(!pthread_create(&killer.thread, NULL, kill_one, &killer), "thread");
        pay(&clerk, bench, s.items[i], AT_ONCE);
        pthread_join(killer.thread, NULL);
        arena_rewind(f->mem, mark);
    }
    server_kill(&servers[ROUNDS]);
    check_books(f, bench);
    test_gateway_bench_close(bench);
    test_folder_remove(folder);
}

/* ---- the answer to a commit is lost ---- */

/* As a program does that reads the bank's list: each line once, under a key, until it is taken. */
static void record_transfers(struct fixture *f, const struct story *s)
{
    for (int i = 0; i < TRANSFERS; i++) {
        struct arena_mark mark = arena_mark(f->mem);
        struct http_response got = {0};
        str key = str_printf(f->mem, "line-%d", i);
        for (int tries = 0; got.status != 201; tries++) {
            struct op op = {.mem = f->mem};
            struct http_header headers[] = {
                {"Authorization", str_printf(f->mem, "Bearer %.*s", STR(s->key))},
                {"Content-Type", S("application/json")},
                {"Idempotency-Key", key}};
            struct http_request send = {
                .method = "POST",
                .url = str_printf(f->mem, "%.*s/api/v1/payments", STR(s->url)),
                .headers = headers,
                .header_count = COUNT(headers),
                .body = str_printf(f->mem,
                                   "{\"amount\":{\"value\":\"1.19\",\"currency\":\"EUR\"},"
                                   "\"value_date\":\"2026-05-20\",\"payer\":\"Hallam\","
                                   "\"bank_reference\":\"%.*s\",\"quiet\":true}",
                                   STR(key)),
                .reach = HTTP_TO_OPERATOR,
                .total_ms = TEST_PATIENCE_MS,
            };
            CHECK(tries < 40, "%.*s: %d %.*s", STR(key), got.status, STR(got.body));
            CHECK(http_send(&op, &send, &got), "send");
            bool told = got.outcome == HTTP_ANSWERED;
            CHECK(told && (got.status == 201 || got.status == 503), "%.*s: %d %.*s", STR(key),
                  got.status, STR(got.body));
        }
        arena_rewind(f->mem, mark);
    }
}

static void check_transfers(struct fixture *f)
{
    fixture_sql(f, "do $$ begin assert (select count(*) from payment where bank_ref like 'line-%')"
                   " = 24, 'a line is missing, or there twice'; end $$");
}

ENGINES_SENTENCE(a_commit_whose_answer_is_lost_is_resolved_by_the_key_of_its_request)
{
    if (f->engine == FIXTURE_SQLITE) return; /* nobody stands between it and us */
    struct server server;
    server_fork(&server);
    char folder[] = "/tmp/quittance-serve-XXXXXX";
    CHECK(mkdtemp(folder), "mkdtemp");
    int port, held = stranger_socket(&port);
    close(held);
    struct story s = {.url = str_printf(f->mem, "http://127.0.0.1:%d", port)};
    struct gateway_bench *bench = test_gateway_bench_open_for(f->mem, s.url);
    struct order order = order_of(f, bench, s.url, folder);
    struct op op = {.mem = f->mem, .now = clock_now()};
    struct clerk clerk = {.mem = f->mem, .address = s.url, .cookies = "x=1"};
    CHECK(keys_open(&op, order.keyfile, true, &clerk.keys), "%s", fixture_why(&op));
    books_do(f, make, &s);

    struct cutter *cutter = cutter_open(f->mem, f->url);
    SET(order.database, "%.*s", STR(cutter_url(f->mem, cutter, f->url)));
    server_start(&server, &order);
    record_transfers(f, &s);
    (void)insist(&clerk, "GET", str_from(s.link, s.url.len), S(""));
    for (int i = 0; i < ROUNDS; i++) {
        struct arena_mark mark = arena_mark(f->mem);
        pay(&clerk, bench, s.items[i], (enum first)(i % 3));
        arena_rewind(f->mem, mark);
    }
    server_kill(&server);
    cutter_close(cutter);
    print_message("  of %d commits %d were cut after and %d before they were done\n",
                  atomic_load(&cutter->commits), atomic_load(&cutter->lost),
                  atomic_load(&cutter->undone));
    CHECK(atomic_load(&cutter->lost) > ROUNDS, "few were cut");
    check_transfers(f);
    check_books(f, bench);
    test_gateway_bench_close(bench);
    test_folder_remove(folder);
}

/* ---- how it starts ---- */

/* Every place at which the answer to the first commit is lost, one after the other. */
ENGINES_SENTENCE(the_first_write_of_a_start_is_made_again_when_its_answer_is_lost)
{
    if (f->engine == FIXTURE_SQLITE) return; /* nobody stands between it and us */
    struct server servers[2];
    for (int i = 0; i < COUNT(servers); i++) server_fork(&servers[i]);
    char folder[] = "/tmp/quittance-serve-XXXXXX";
    CHECK(mkdtemp(folder), "mkdtemp");
    struct story s = {.url = S("http://127.0.0.1:0")};
    struct gateway_bench *bench = test_gateway_bench_open_for(f->mem, s.url);
    struct order order = order_of(f, bench, s.url, folder);
    books_do(f, make, &s);
    struct cutter *cutter = cutter_open(f->mem, f->url);
    SET(order.database, "%.*s", STR(cutter_url(f->mem, cutter, f->url)));
    for (int i = 0; i < COUNT(servers); i++) {
        int commits = cutter_cut_next(cutter, i == 1);
        server_start(&servers[i], &order);
        CHECK(atomic_load(&cutter->commits) > commits + 1, "it was not made again");
        server_kill(&servers[i]);
    }
    CHECK(atomic_load(&cutter->lost) >= 1 && atomic_load(&cutter->undone) >= 1, "none was cut");
    cutter_close(cutter);
    test_gateway_bench_close(bench);
    test_folder_remove(folder);
}

static bool seal(struct op *op, void *arg)
{
    int sealed;
    return chain_seal(op, arg, 5000, &sealed);
}

/* What becomes of a start with this key file: false, and what was said. */
static bool starts(struct fixture *f, const char *folder, const char *key, bool new_key)
{
    struct op op = {.mem = f->mem, .now = clock_now()};
    struct config config = {
        .database = f->url,
        .listen = S("127.0.0.1:0"),
        .mail = str_printf(f->mem, "file:%s/mail", folder),
        .mail_from = S("receivables@nordwind.example"),
        .keyfile = str_printf(f->mem, "%s/%s", folder, key),
        .new_key = new_key ? S("yes") : S("no"),
        .workers = S("1"),
    };
    struct cli cli = {.op = &op, .config = &config};
    struct program program;
    CHECK(program_open(&cli, false, &program), "%s", fixture_why(&op));
    bool done = serve_fits(&cli, &program);
    CHECK(done || (op.errs->kind == ERR_CONFLICT && strcmp(op.errs->field, "keyfile") == 0), "%s",
          fixture_why(&op));
    struct op sealing = {.mem = f->mem, .now = clock_now()};
    if (done)
        CHECK(store_transact(&sealing, program.store, TX_WRITE, seal, (void *)program.app.keys),
              "%s", fixture_why(&sealing));
    store_close(program.store);
    database_close(program.db);
    return done;
}

ENGINES_SENTENCE(a_node_with_another_key_file_than_the_books_is_refused)
{
    char folder[] = "/tmp/quittance-serve-XXXXXX";
    struct story s = {.url = S("http://127.0.0.1:1")};
    CHECK(mkdtemp(folder), "mkdtemp");
    books_do(f, make, &s);
    CHECK(starts(f, folder, "first.key", false), "nobody has signed yet");
    CHECK(starts(f, folder, "first.key", false), "its own");
    CHECK(!starts(f, folder, "other.key", false), "another key signs what the first has sealed");
    CHECK(starts(f, folder, "other.key", true), "the first one is lost");
    test_folder_remove(folder);
}

TESTS(ENGINES_TEST(the_first_write_of_a_start_is_made_again_when_its_answer_is_lost),
      ENGINES_TEST(a_node_with_another_key_file_than_the_books_is_refused),
      ENGINES_TEST(a_commit_whose_answer_is_lost_is_resolved_by_the_key_of_its_request),
      ENGINES_TEST(a_server_that_is_killed_while_people_pay_charges_them_once))
