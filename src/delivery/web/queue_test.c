/* Whose turn it is, over real sockets. */
#include <poll.h>
#include <stdatomic.h>
#include <time.h>

#include "fixture.h"
#include "web_server.h"

static atomic_int held_begun, let_go;

static struct reply held(struct request *rq)
{
    atomic_fetch_add(&held_begun, 1);
    (void)test_comes_to(&let_go, 1);
    return reply_text(rq, 200, S("text/plain"), S("held"));
}

static struct reply hello(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain"), S("hello"));
}

static const struct route routes[] = {
    {GET, "/held", held, .may = MAY_ANYONE, .public = true},
    {GET, "/talk", hello, .may = MAY_ANYONE, .public = true, .talks = true},
    {GET, "/hello", hello, .may = MAY_ANYONE, .public = true},
    {POST, "/command", hello, .may = MAY_ANYONE, .foreign = true},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

static struct web_server *start(struct arena *mem, struct serve_options options)
{
    atomic_store(&held_begun, 0);
    atomic_store(&let_go, 0);
    struct app app = {.db = fixture_open(mem, FIXTURE_SQLITE)->db, .routes = tables};
    return web_server_start(mem, app, options);
}

SENTENCE(a_full_queue_says_so_at_once)
{
    struct web_server *r = start(mem, (struct serve_options){.workers = 1, .queue_max = 1});
    enum { CALLERS = 5 };
    struct pollfd all[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        all[i] = (struct pollfd){.fd = web_server_dial(r), .events = POLLIN};
        socket_tell(all[i].fd, S("GET /held HTTP/1.1\r\n" HEAD "\r\n"));
    }
    int told = 0, served = 0;
    while (told < CALLERS - 2) { /* while one is run, and one may wait */
        CHECK(poll(all, CALLERS, TEST_PATIENCE_MS) > 0, "only %d were told", told);
        for (int i = 0; i < CALLERS; i++) {
            if (!all[i].revents) continue;
            str got = socket_hear(mem, all[i].fd);
            CHECK(answer_status(got) == 503 && answer_header(mem, got, "Retry-After").len > 0,
                  "%.*s", STR(got));
            all[i].fd = -1;
            told++;
        }
    }
    atomic_store(&let_go, 1);
    for (int i = 0; i < CALLERS; i++) { /* all but one, where they came before the first was run */
        int status = all[i].fd < 0 ? 0 : answer_status(socket_hear(mem, all[i].fd));
        served += status == 200;
        told += status == 503;
    }
    CHECK(served >= 1 && told + served == CALLERS, "%d told, %d served", told, served);
    web_server_stop(r);
}

static int ask_held(const struct web_server *r)
{
    int fd = web_server_dial(r);
    socket_tell(fd, S("GET /held HTTP/1.1\r\n" HEAD "\r\n"));
    return fd;
}

SENTENCE(as_many_pages_run_at_once_as_there_are_seats_and_who_waits_for_others_needs_none)
{
    struct serve_options seats = {.workers = 6, .seats = 2, .seat_ms = 2 * TEST_PATIENCE_MS};
    struct web_server *r = start(mem, seats);
    int fds[4];
    for (int i = 0; i < 2; i++) fds[i] = ask_held(r);
    CHECK(test_comes_to(&held_begun, 2), "two seats, and %d run", held_begun);
    str got =
        web_server_ask(mem, r, S("POST /command HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc"));
    CHECK(answer_status(got) == 200, "%.*s", STR(got));
    got = web_server_ask(mem, r, S("GET /talk HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(answer_status(got) == 200, "%.*s", STR(got));
    for (int i = 2; i < 4; i++) fds[i] = ask_held(r);
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
    CHECK(held_begun == 2, "two seats, and %d run", held_begun);
    atomic_store(&let_go, 1);
    for (int i = 0; i < 4; i++) CHECK(answer_status(socket_hear(mem, fds[i])) == 200, "%d", i);
    web_server_stop(r);
}

SENTENCE(a_page_that_has_waited_long_enough_needs_no_seat)
{
    struct serve_options seats = {.workers = 3, .seats = 1};
    struct web_server *r = start(mem, seats);
    int fd = ask_held(r);
    CHECK(test_comes_to(&held_begun, 1), "it never began");
    for (int i = 0; i < 3; i++) {
        str got = web_server_ask(mem, r, S("GET /hello HTTP/1.1\r\n" HEAD "\r\n"));
        CHECK(answer_status(got) == 200, "%d: %.*s", i, STR(got));
    }
    atomic_store(&let_go, 1);
    CHECK(answer_status(socket_hear(mem, fd)) == 200, "the slow one");
    web_server_stop(r);
}

TESTS(TEST(a_full_queue_says_so_at_once),
      TEST(as_many_pages_run_at_once_as_there_are_seats_and_who_waits_for_others_needs_none),
      TEST(a_page_that_has_waited_long_enough_needs_no_seat))
