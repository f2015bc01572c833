/* Answers that stay open, over real sockets: told in time, bounded, and ended in order. */
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "delivery/web/web.h"
#include "fixture.h"
#include "web_server.h"

static atomic_llong numbers[400]; /* what is listened to */

static bool number(struct op *op, int64_t subject, int64_t *out)
{
    assert_non_null(op->tx);
    *out = atomic_load(&numbers[subject]);
    return true;
}

/* GET /watch/SUBJECT: as one who has seen 0. The subject is the owner, too, but for 0 to 9. */
static struct reply watch(struct request *rq)
{
    int64_t subject;
    if (!str_to_i64(rq->id, &subject)) return reply_missing(rq);
    rq->who.session = subject < 10 ? 1 : subject;
    return reply_watch(rq, (struct watch){number, subject, 0});
}

static struct reply hello(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain"), S("hello"));
}

static const struct route routes[] = {
    {GET, "/watch/:id", watch, .may = MAY_ANYONE, .public = true},
    {GET, "/hello", hello, .may = MAY_ANYONE, .public = true},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

static struct web_server *start(struct fixture *f)
{
    for (ptrdiff_t i = 0; i < COUNT(numbers); i++) atomic_store(&numbers[i], 0);
    struct serve_options options = {.queue_max = 1024, .drain_ms = 2 * TEST_PATIENCE_MS};
    return web_server_start(f->mem, (struct app){.db = f->db, .routes = tables}, options);
}

static int ask(struct arena *mem, const struct web_server *r, int subject)
{
    int fd = web_server_dial(r);
    str path = subject < 0 ? S("/hello") : str_printf(mem, "/watch/%d", subject);
    str words = str_printf(mem, "GET %.*s HTTP/1.1\r\nHost: pay.example\r\n\r\n", STR(path));
    CHECK(send(fd, words.at, (size_t)words.len, MSG_NOSIGNAL) == words.len, "send");
    return fd;
}

/* What is said until these words have come; what there is when the time is over. */
static str hear(struct arena *mem, int fd, str until, int within_ms)
{
    struct text t = {.mem = mem};
    char chunk[4096];
    int64_t end = clock_ticks_us() + within_ms * INT64_C(1000);
    while (str_find(text_str(&t), until) < 0) {
        int64_t left = (end - clock_ticks_us()) / 1000;
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&ready, 1, (int)left) != 1) break;
        ssize_t got = recv(fd, chunk, sizeof chunk, 0);
        if (got <= 0) break;
        text_add(&t, (str){chunk, got});
    }
    return text_str(&t);
}

static bool hears(struct arena *mem, int fd, str words, int within_ms)
{
    return str_find(hear(mem, fd, words, within_ms), words) >= 0;
}

#define OPEN S("retry: 1000\n\n")
#define NEWS S("event: news\ndata: 7\n\n")
#define END  S("\r\n0\r\n\r\n")

ENGINES_SENTENCE(news_reaches_who_listens_and_nobody_else)
{
    struct web_server *r = start(f);
    int one = ask(f->mem, r, 1), other = ask(f->mem, r, 2);
    str head = hear(f->mem, one, OPEN, TEST_PATIENCE_MS);
    CHECK(str_find(head, S("text/event-stream")) > 0, "%.*s", STR(head));
    CHECK(str_find(head, S("X-Accel-Buffering: no")) > 0, "%.*s", STR(head));
    CHECK(hears(f->mem, other, OPEN, TEST_PATIENCE_MS), "the other is not heard");
    CHECK(!hears(f->mem, one, NEWS, 500), "it was told what did not happen");
    atomic_store(&numbers[1], 7);
    CHECK(hears(f->mem, one, NEWS, TEST_PATIENCE_MS), "it was not told");
    CHECK(!hears(f->mem, other, NEWS, 300), "the other was told as well");
    close(one), close(other);
    web_server_stop(r);
}

/* A busy machine may be late now and then. */
SENTENCE(news_takes_less_than_a_second)
{
    enum { TRIES = 5 };
    struct web_server *r = start(fixture_open(mem, FIXTURE_SQLITE));
    int soon = 0;
    for (int i = 0; i < TRIES; i++) {
        int fd = ask(mem, r, 10 + i);
        CHECK(hears(mem, fd, OPEN, TEST_PATIENCE_MS), "not heard");
        atomic_store(&numbers[10 + i], 7);
        soon += hears(mem, fd, NEWS, 1000);
        close(fd);
    }
    CHECK(soon > TRIES / 2, "told within a second %d times of %d", soon, TRIES);
    web_server_stop(r);
}

SENTENCE(what_happened_before_anybody_listened_is_told_at_once)
{
    struct web_server *r = start(fixture_open(mem, FIXTURE_SQLITE));
    atomic_store(&numbers[1], 7);
    int fd = ask(mem, r, 1);
    CHECK(hears(mem, fd, END, TEST_PATIENCE_MS), "no news, or no end of it");
    close(fd);
    web_server_stop(r);
}

SENTENCE(listeners_hold_no_worker_and_a_session_has_few)
{
    struct web_server *r = start(fixture_open(mem, FIXTURE_SQLITE));
    int tabs[6];
    for (int i = 0; i < COUNT(tabs); i++) {
        tabs[i] = ask(mem, r, i);
        CHECK(hears(mem, tabs[i], OPEN, TEST_PATIENCE_MS), "tab %d", i);
    }
    int late = ask(mem, r, 9), page = ask(mem, r, -1);
    CHECK(hears(mem, late, OPEN, TEST_PATIENCE_MS), "the newest window is not served");
    CHECK(hears(mem, tabs[0], S("retry: 30000"), TEST_PATIENCE_MS), "the oldest still listens");
    CHECK(!hears(mem, tabs[1], S("retry: 30000"), 300), "another one is sent away as well");
    CHECK(hears(mem, page, S("hello"), TEST_PATIENCE_MS),
          "two workers serve no page beside six listeners");
    for (int i = 0; i < COUNT(tabs); i++) close(tabs[i]);
    close(late), close(page);
    web_server_stop(r);
}

SENTENCE(there_is_an_end_to_listeners_and_room_again_when_they_have_gone)
{
    struct web_server *r = start(fixture_open(mem, FIXTURE_SQLITE));
    enum { MANY = 256 };
    int fds[MANY];
    for (int i = 0; i < MANY; i++) { /* one by one: the queue is shorter than they are many */
        fds[i] = ask(mem, r, 100 + i);
        CHECK(hears(mem, fds[i], OPEN, TEST_PATIENCE_MS), "listener %d", i);
    }
    int late = ask(mem, r, 99);
    CHECK(hears(mem, late, S("HTTP/1.1 503 "), TEST_PATIENCE_MS), "there was room for one more");
    close(late);
    for (int i = 0; i < MANY; i++) atomic_store(&numbers[100 + i], 7);
    for (int i = 0; i < MANY; i++) {
        CHECK(hears(mem, fds[i], END, TEST_PATIENCE_MS), "listener %d was not told", i);
        close(fds[i]);
    }
    late = ask(mem, r, 99);
    CHECK(hears(mem, late, OPEN, TEST_PATIENCE_MS), "there is no room again");
    close(late);
    web_server_stop(r);
}

/* Nobody says good-bye: the place is free all the same, and soon. */
SENTENCE(who_closes_the_window_makes_room)
{
    struct web_server *r = start(fixture_open(mem, FIXTURE_SQLITE));
    enum { MANY = 256 };
    int fds[MANY], late = -1;
    bool room = false;
    for (int i = 0; i < MANY; i++) fds[i] = ask(mem, r, 100 + i);
    for (int i = 0; i < MANY; i++)
        CHECK(hears(mem, fds[i], OPEN, TEST_PATIENCE_MS), "listener %d", i);
    for (int i = 0; i < MANY; i++) close(fds[i]);
    for (int tries = 0; tries < 100 && !room; tries++) {
        late = ask(mem, r, 99);
        room = hears(mem, late, S("HTTP/1.1 200"), 2000);
        close(late);
        poll(NULL, 0, 20);
    }
    CHECK(room, "their places are still taken");
    web_server_stop(r);
}

SENTENCE(a_stop_ends_the_streams_in_order)
{
    struct web_server *r = start(fixture_open(mem, FIXTURE_SQLITE));
    int fd = ask(mem, r, 1);
    CHECK(hears(mem, fd, OPEN, TEST_PATIENCE_MS), "open");
    int64_t began = clock_ticks_us();
    web_server_stop(r);
    CHECK(clock_ticks_us() - began < TEST_PATIENCE_MS * INT64_C(1000), "it was waited for");
    CHECK(hears(mem, fd, S("0\r\n\r\n"), TEST_PATIENCE_MS), "cut, not ended");
    close(fd);
}

TESTS(ENGINES_TEST(news_reaches_who_listens_and_nobody_else), TEST(news_takes_less_than_a_second),
      TEST(what_happened_before_anybody_listened_is_told_at_once),
      TEST(listeners_hold_no_worker_and_a_session_has_few),
      TEST(there_is_an_end_to_listeners_and_room_again_when_they_have_gone),
      TEST(who_closes_the_window_makes_room), TEST(a_stop_ends_the_streams_in_order))
