/* The server over real sockets: what clients send that no browser would, and what they must get. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "delivery/web/web.h"
#include "fixture.h"

/* ---- what is served ------------------------------------------------------------------------- */

struct note {
    str text;
    struct upload file;
};
static const struct input note_inputs[] = {
    {"text", INPUT_TEXT, .offset = offsetof(struct note, text)},
    {"file", INPUT_FILE, .offset = offsetof(struct note, file), .longest = 1},
    {0},
};

static struct reply hello(struct request *rq)
{
    str body = str_printf(rq->op.mem, "hello %.*s from %.*s", STR(rq->id), STR(rq->client_address));
    return reply_text(rq, 200, S("text/plain"), body);
}

static const int64_t PATIENCE_US = TEST_PATIENCE_MS * INT64_C(1000);
enum { LATE_MS = 2 * TEST_PATIENCE_MS }; /* so that no deadline helps what must come by itself */
static const struct serve_options patient = {
    .head_ms = LATE_MS, .body_ms = LATE_MS, .reply_ms = LATE_MS, .drain_ms = LATE_MS};

static void sleep_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* How many have begun to be slow: a test waits for that, not for a while. */
static atomic_int slow_begun, held_begun, let_go;

static struct reply held(struct request *rq)
{
    atomic_fetch_add(&held_begun, 1);
    (void)test_comes_to(&let_go, 1);
    return reply_text(rq, 200, S("text/plain"), S("held"));
}

static struct reply slow(struct request *rq)
{
    atomic_fetch_add(&slow_begun, 1);
    sleep_ms(300);
    return reply_text(rq, 200, S("text/plain"), S("slow"));
}

static struct reply hungry(struct request *rq)
{
    for (int i = 0; i < 1000; i++) (void)arena_array(rq->op.mem, char, 1 << 20);
    return reply_text(rq, 200, S("text/plain"), S("it had 1000 MiB"));
}

static struct reply echo(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain"), str_printf(rq->op.mem, "%td", rq->body.len));
}

static struct reply note(struct request *rq)
{
    const struct note *in = rq->in;
    struct stat is = {0};
    bool there = in->file.path && stat(in->file.path, &is) == 0;
    str body = str_printf(rq->op.mem, "%.*s|%.*s|%lld|%o|%s", STR(in->text), STR(in->file.name),
                          (long long)in->file.size, there ? is.st_mode & 0777u : 0u,
                          there ? in->file.path : "-");
    return reply_text(rq, 200, S("text/plain"), body);
}

static struct reply cookie(struct request *rq)
{
    struct reply reply = reply_see(rq, S("/hello"));
    reply.cookies[0] = (struct reply_cookie){.name = "__Host-s", .value = S("abc")};
    reply.headers[0].name = "X-Evil";
    reply.headers[0].value = S("a\r\nSet-Cookie: b=c");
    return reply;
}

static struct reply download(struct request *rq)
{
    return reply_file(rq, S("text/csv"), S("Müller \"& Co\"/a.csv"), S("a,b\n"));
}

static const struct route routes[] = {
    {GET, "/hello", hello, .may = MAY_ANYONE, .public = true},
    {GET, "/hello/:id", hello, .may = MAY_ANYONE, .public = true},
    {GET, "/slow", slow, .may = MAY_ANYONE, .public = true},
    {GET, "/held", held, .may = MAY_ANYONE, .public = true},
    {GET, "/hungry", hungry, .may = MAY_ANYONE, .public = true},
    {GET, "/cookie", cookie, .may = MAY_ANYONE, .public = true},
    {GET, "/download", download, .may = MAY_ANYONE, .public = true},
    {POST, "/echo", echo, .may = MAY_ANYONE, .foreign = true},
    {POST, "/note", note, .may = MAY_ANYONE, .public = true, INPUTS(note_inputs, struct note)},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

/* ---- a server in a thread ------------------------------------------------------------------- */

struct running {
    pthread_t thread;
    struct app app;
    struct serve_options options;
    struct arena *mem;
    int port, stop[2], ready[2];
    bool fine;
};

static void listening(void *arg, int port)
{
    struct running *r = arg;
    r->port = port;
    if (write(r->ready[1], "", 1) != 1) abort();
}

static void *serve(void *arg)
{
    struct running *r = arg;
    struct op op = {.mem = r->mem};
    r->fine = web_serve(&op, &r->app, &r->options);
    if (!r->fine && write(r->ready[1], "", 1) != 1) abort();
    return NULL;
}

static struct running *start(struct arena *mem, struct serve_options options)
{
    struct running *r = arena_new(mem, struct running);
    CHECK(pipe(r->stop) == 0 && pipe(r->ready) == 0, "pipes");
    r->mem = arena_open(256 << 20);
    r->app = (struct app){.db = fixture_open(mem, FIXTURE_SQLITE)->db,
                          .keys = keys_for_tests(mem),
                          .public_url = S("https://pay.example"),
                          .secure = true,
                          .routes = tables,
                          .now = clock_now};
    r->options = options;
    r->options.listen = S("127.0.0.1:0");
    if (!r->options.workers) r->options.workers = 2;
    r->options.stop_fd = r->stop[0];
    r->options.listening = listening;
    r->options.listening_arg = r;
    char byte;
    CHECK(pthread_create(&r->thread, NULL, serve, r) == 0, "thread");
    CHECK(read(r->ready[0], &byte, 1) == 1 && r->port > 0, "the server did not start");
    return r;
}

static void stop(struct running *r)
{
    CHECK(write(r->stop[1], "", 1) == 1, "stop");
    pthread_join(r->thread, NULL);
    CHECK(r->fine, "web_serve failed");
    arena_close(r->mem);
    for (int i = 0; i < 2; i++) close(r->stop[i]), close(r->ready[i]);
}

/* ---- a client that sends what it is told ---------------------------------------------------- */

static int dial(const struct running *r)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    return fd;
}

static void tell(int fd, str s)
{
    while (s.len > 0) {
        ssize_t sent = send(fd, s.at, (size_t)s.len, MSG_NOSIGNAL);
        if (sent <= 0) return; /* the server closed: what it said is still to be read */
        s = str_from(s, sent);
    }
}

/* Everything until the server closes; it is waited for no longer than it is for anything. */
static str hear(struct arena *mem, int fd)
{
    struct text t = {.mem = mem};
    char chunk[4096];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    ssize_t got;
    while (poll(&ready, 1, TEST_PATIENCE_MS) == 1 && (got = recv(fd, chunk, sizeof chunk, 0)) > 0)
        text_add(&t, (str){chunk, got});
    close(fd);
    return text_str(&t);
}

static str ask(struct arena *mem, const struct running *r, str request)
{
    int fd = dial(r);
    tell(fd, request);
    return hear(mem, fd); /* without closing our half: libmicrohttpd may take that for our end */
}

static int status_of(str answer)
{
    int64_t status = 0;
    (void)str_to_i64(str_head(str_from(answer, S("HTTP/1.1 ").len), 3), &status);
    return (int)status;
}

static str body_of(str answer)
{
    ptrdiff_t at = str_find(answer, S("\r\n\r\n"));
    return at < 0 ? S("") : str_from(answer, at + 4);
}

static str header_of(struct arena *mem, str answer, const char *name)
{
    str mark = str_printf(mem, "\r\n%s: ", name);
    ptrdiff_t at = str_find(answer, mark);
    return at < 0 ? S("") : str_cut(str_from(answer, at + mark.len), '\r').head;
}

#define HEAD "Host: pay.example\r\nConnection: close\r\n"

/* ---- sentences ------------------------------------------------------------------------------ */

SENTENCE(requests_are_answered_by_their_routes)
{
    struct running *r = start(mem, (struct serve_options){0});
    static const struct {
        const char *request;
        int status;
        const char *body;
    } cases[] = {
        {"GET /hello HTTP/1.1\r\n" HEAD "\r\n", 200, "hello  from 127.0.0.1"},
        {"GET /hello/a%20b HTTP/1.1\r\n" HEAD "\r\n", 200, "hello a b from 127.0.0.1"},
        {"GET /hello HTTP/1.1\r\n" HEAD "X-Forwarded-For: 1.2.3.4\r\n\r\n", 200,
         "hello  from 127.0.0.1"},
        {"HEAD /hello HTTP/1.1\r\n" HEAD "\r\n", 200, ""},
        {"GET /healthz HTTP/1.1\r\n" HEAD "\r\n", 200, "ok\n"},
        {"GET /readyz HTTP/1.1\r\n" HEAD "\r\n", 200, "ready\n"},
        {"GET /robots.txt HTTP/1.1\r\n" HEAD "\r\n", 200, "User-agent: *\nDisallow: /\n"},
        {"GET /nowhere HTTP/1.1\r\n" HEAD "\r\n", 404, NULL},
        {"GET /hello/a%2Fb HTTP/1.1\r\n" HEAD "\r\n", 404, NULL},
        {"POST /hello HTTP/1.1\r\n" HEAD "Content-Length: 0\r\n\r\n", 405, NULL},
        {"OPTIONS /hello HTTP/1.1\r\n" HEAD "\r\n", 405, NULL},
        {"TRACE /hello HTTP/1.1\r\n" HEAD "\r\n", 405, NULL},
        {"GET /hungry HTTP/1.1\r\n" HEAD "\r\n", 500, NULL},
        {"POST /echo HTTP/1.1\r\n" HEAD "Content-Length: 5\r\n\r\nabcde", 200, "5"},
        {"POST /echo HTTP/1.1\r\n" HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
         "0\r\n\r\n",
         200, "5"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = ask(mem, r, str_of(cases[i].request));
        CHECK(status_of(got) == cases[i].status, "%s: %.*s", cases[i].request, STR(got));
        if (cases[i].body)
            CHECK(str_eq(body_of(got), str_of(cases[i].body)), "%s: %.*s", cases[i].request,
                  STR(got));
    }
    str got = ask(mem, r, S("PUT /hello HTTP/1.1\r\n" HEAD "Content-Length: 0\r\n\r\n"));
    CHECK(str_eq(header_of(mem, got, "Allow"), S("GET, HEAD")), "%.*s", STR(got));
    stop(r);
}

SENTENCE(what_is_refused_at_the_door_is_refused_in_the_readers_language)
{
    struct running *r = start(mem, (struct serve_options){0});
    str got = ask(mem, r, S("GET /nowhere HTTP/1.1\r\n" HEAD "Accept-Language: de\r\n\r\n"));
    CHECK(str_find(got, S("<html lang=\"de\"")) > 0, "%.*s", STR(got));
    CHECK(str_find(got, S("Diese Seite gibt es nicht oder nicht mehr.")) > 0, "%.*s", STR(got));
    got = ask(mem, r,
              S("PUT /hello HTTP/1.1\r\n" HEAD "Accept-Language: de-AT;q=0.9, fr\r\n"
                "Content-Length: 0\r\n\r\n"));
    CHECK(status_of(got) == 405, "%.*s", STR(got));
    CHECK(str_find(got, S("Diese Adresse nimmt diese Methode nicht an.")) > 0, "%.*s", STR(got));
    stop(r);
}

SENTENCE(every_answer_carries_every_wall)
{
    struct running *r = start(mem, (struct serve_options){0});
    static const char *const requests[] = {
        "GET /hello HTTP/1.1\r\n" HEAD "\r\n",
        "GET /nowhere HTTP/1.1\r\n" HEAD "\r\n",
        "GET /cookie HTTP/1.1\r\n" HEAD "\r\n",
        "GET /download HTTP/1.1\r\n" HEAD "\r\n",
        "PUT /hello HTTP/1.1\r\n" HEAD "\r\n",
        "GET /hungry HTTP/1.1\r\n" HEAD "\r\n",
        "GET /hello HTTP/1.1\r\n\r\n",
        "GET /robots.txt HTTP/1.1\r\n" HEAD "\r\n",
        "GET /assets/x HTTP/1.1\r\n" HEAD "\r\n",
        "GET /api/v1/x HTTP/1.1\r\n" HEAD "\r\n",
        "GET /assets/brand/0d5a66.css HTTP/1.1\r\n" HEAD "\r\n",
    };
    static const char *const headers[] = {
        "Content-Security-Policy",    "X-Content-Type-Options", "Referrer-Policy",
        "Cross-Origin-Opener-Policy", "Cache-Control",          "Cross-Origin-Resource-Policy",
        "Strict-Transport-Security",
    };
    for (ptrdiff_t i = 0; i < COUNT(requests); i++) {
        str got = ask(mem, r, str_of(requests[i]));
        for (ptrdiff_t h = 0; h < COUNT(headers); h++)
            CHECK(header_of(mem, got, headers[h]).len > 0, "%s: no %s in %.*s", requests[i],
                  headers[h], STR(got));
    }
    str got = ask(mem, r, S("GET /cookie HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_eq(header_of(mem, got, "Set-Cookie"),
                 S("__Host-s=abc; Path=/; HttpOnly; SameSite=Lax; Secure")),
          "%.*s", STR(got));
    CHECK(str_eq(header_of(mem, got, "X-Evil"), S("a  Set-Cookie: b=c")), "%.*s", STR(got));
    got = ask(mem, r, S("GET /download HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_eq(header_of(mem, got, "Content-Disposition"),
                 S("attachment; filename=\"M_ller _& Co__a.csv\"; "
                   "filename*=UTF-8''M%C3%BCller%20%22%26%20Co%22%2Fa.csv")),
          "%.*s", STR(got));
    got = ask(mem, r, S("GET /api/v1/x HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_eq(header_of(mem, got, "Content-Type"), S("application/problem+json")), "problem");
    stop(r);
}

SENTENCE(heads_that_two_servers_could_read_differently_are_refused_and_cut)
{
    struct running *r = start(mem, patient);
    struct text url = {.mem = mem}, headers = {.mem = mem}, many = {.mem = mem};
    text_add(&url, S("GET /hello?"));
    for (int i = 0; i < 9000; i++) text_char(&url, 'a');
    text_add(&url, S(" HTTP/1.1\r\n" HEAD "\r\n"));
    text_add(&headers, S("GET /hello HTTP/1.1\r\n" HEAD "X-A: "));
    for (int i = 0; i < 17000; i++) text_char(&headers, 'a');
    text_add(&headers, S("\r\n\r\n"));
    text_add(&many, S("GET /hello HTTP/1.1\r\n" HEAD));
    for (int i = 0; i < 120; i++) text_format(&many, "X-%d: 1\r\n", i);
    text_add(&many, S("\r\n"));
    const struct {
        str request;
        int status;
    } cases[] = {
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
           "\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
         400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n"
           "\r\n0\r\n\r\n"),
         400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: "
           "6\r\n\r\nabcdef"),
         400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
         400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), 400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde"), 400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nabcde"), 400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
         400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost:\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost : a\r\n\r\n"), 400},
        {S("GET http://evil/hello HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {S("GET /hello%00 HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {S("GET /hello%ff HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n folded: 2\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX\x01Y: 1\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"), 400},
        {S("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n"), 505},
        {text_str(&url), 414},
        {text_str(&headers), 431},
        {text_str(&many), 431},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        int fd = dial(r);
        tell(fd, cases[i].request); /* and stays open: the server must close */
        int64_t began = clock_ticks_us();
        str got = hear(mem, fd);
        CHECK(status_of(got) == cases[i].status, "case %td: %.*s", i, STR(got));
        CHECK(str_find(got, S("HTTP/1.1 200")) < 0, "case %td: %.*s", i, STR(got));
        CHECK(clock_ticks_us() - began < PATIENCE_US, "case %td: it stayed open", i);
    }
    stop(r);
}

SENTENCE(who_is_too_slow_is_cut_even_when_bytes_keep_coming)
{
    struct serve_options quick = {.head_ms = 300, .body_ms = 300};
    struct running *r = start(mem, quick);
    static const char *const openings[] = {
        "", "GET /hello HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"};
    for (ptrdiff_t i = 0; i < COUNT(openings); i++) {
        int64_t began = clock_ticks_us();
        int fd = dial(r);
        tell(fd, str_of(openings[i]));
        struct pollfd end = {.fd = fd, .events = POLLIN};
        while (clock_ticks_us() - began < PATIENCE_US && poll(&end, 1, 50) == 0)
            if (openings[i][0]) tell(fd, S("a"));
        int64_t took = clock_ticks_us() - began;
        CHECK(took > 200000 && took < PATIENCE_US, "case %td: after %lld us", i, (long long)took);
        close(fd);
    }
    str got = ask(mem, r, S("GET /hello HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(status_of(got) == 200, "others are served");
    stop(r);
}

SENTENCE(who_says_nothing_makes_room_where_it_is_crowded)
{
    enum { PLACES = 16 };
    const struct serve_options few = {.connections_max = PLACES, .head_ms = LATE_MS};
    struct running *r = start(mem, few);
    int idle[PLACES];
    for (int i = 0; i < PLACES; i++) idle[i] = dial(r);
    int64_t began = clock_ticks_us();
    str got = ask(mem, r, S("GET /hello HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(status_of(got) == 200, "%.*s", STR(got));
    CHECK(clock_ticks_us() - began < PATIENCE_US, "it waited until they were late");
    for (int i = 0; i < PLACES; i++) close(idle[i]);
    stop(r);
}

SENTENCE(as_many_fields_as_an_address_holds_are_answered)
{
    struct running *r = start(mem, (struct serve_options){0});
    struct text t = {.mem = mem};
    text_add(&t, S("GET /hello?"));
    for (int i = 0; i < 2000; i++) text_add(&t, S("&a="));
    text_add(&t, S(" HTTP/1.1\r\n" HEAD "\r\n"));
    str got = ask(mem, r, text_str(&t));
    CHECK(status_of(got) == 422, "%.*s", STR(got));
    stop(r);
}

SENTENCE(a_full_queue_says_so_at_once)
{
    struct running *r = start(mem, (struct serve_options){.workers = 1, .queue_max = 1});
    enum { CALLERS = 5 };
    struct pollfd all[CALLERS];
    atomic_store(&let_go, 0);
    for (int i = 0; i < CALLERS; i++) {
        all[i] = (struct pollfd){.fd = dial(r), .events = POLLIN};
        tell(all[i].fd, S("GET /held HTTP/1.1\r\n" HEAD "\r\n"));
    }
    int told = 0, served = 0;
    while (told < CALLERS - 2) { /* while one is run, and one may wait */
        CHECK(poll(all, CALLERS, TEST_PATIENCE_MS) > 0, "only %d were told", told);
        for (int i = 0; i < CALLERS; i++) {
            if (!all[i].revents) continue;
            str got = hear(mem, all[i].fd);
            CHECK(status_of(got) == 503 && header_of(mem, got, "Retry-After").len > 0, "%.*s",
                  STR(got));
            all[i].fd = -1;
            told++;
        }
    }
    atomic_store(&let_go, 1);
    for (int i = 0; i < CALLERS; i++) { /* all but one, where they came before the first was run */
        int status = all[i].fd < 0 ? 0 : status_of(hear(mem, all[i].fd));
        served += status == 200;
        told += status == 503;
    }
    CHECK(served >= 1 && told + served == CALLERS, "%d told, %d served", told, served);
    stop(r);
}

static int ask_held(const struct running *r)
{
    int fd = dial(r);
    tell(fd, S("GET /held HTTP/1.1\r\n" HEAD "\r\n"));
    return fd;
}

SENTENCE(as_many_pages_run_at_once_as_there_are_seats_and_commands_need_none)
{
    struct serve_options seats = {.workers = 6, .seats = 2, .seat_ms = LATE_MS};
    struct running *r = start(mem, seats);
    int fds[4];
    atomic_store(&let_go, 0);
    atomic_store(&held_begun, 0);
    for (int i = 0; i < 2; i++) fds[i] = ask_held(r);
    CHECK(test_comes_to(&held_begun, 2), "two seats, and %d run", held_begun);
    str got = ask(mem, r, S("POST /echo HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc"));
    CHECK(status_of(got) == 200, "%.*s", STR(got));
    for (int i = 2; i < 4; i++) fds[i] = ask_held(r);
    sleep_ms(50);
    CHECK(held_begun == 2, "two seats, and %d run", held_begun);
    atomic_store(&let_go, 1);
    for (int i = 0; i < 4; i++) CHECK(status_of(hear(mem, fds[i])) == 200, "%d", i);
    stop(r);
}

SENTENCE(a_page_that_has_waited_long_enough_needs_no_seat)
{
    struct serve_options seats = {.workers = 3, .seats = 1};
    struct running *r = start(mem, seats);
    atomic_store(&let_go, 0);
    atomic_store(&held_begun, 0);
    int fd = ask_held(r);
    CHECK(test_comes_to(&held_begun, 1), "it never began");
    for (int i = 0; i < 3; i++) {
        str got = ask(mem, r, S("GET /hello HTTP/1.1\r\n" HEAD "\r\n"));
        CHECK(status_of(got) == 200, "%d: %.*s", i, STR(got));
    }
    atomic_store(&let_go, 1);
    CHECK(status_of(hear(mem, fd)) == 200, "the slow one");
    stop(r);
}

SENTENCE(a_stop_lets_what_is_under_way_finish)
{
    struct running *r = start(mem, patient);
    int idle = dial(r), busy = dial(r);
    atomic_store(&slow_begun, 0);
    tell(busy, S("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(test_comes_to(&slow_begun, 1), "it never began");
    int64_t began = clock_ticks_us();
    stop(r);
    CHECK(clock_ticks_us() - began < PATIENCE_US, "the idle one was waited for");
    str got = hear(mem, busy);
    CHECK(status_of(got) == 200 && str_eq(body_of(got), S("slow")), "%.*s", STR(got));
    CHECK(str_eq(header_of(mem, got, "Connection"), S("close")), "%.*s", STR(got));
    close(idle);
}

SENTENCE(a_connection_serves_one_request_after_the_other)
{
    struct running *r = start(mem, (struct serve_options){0});
    int fd = dial(r);
    for (int i = 0; i < 3; i++) tell(fd, S("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    tell(fd, S("GET /nowhere HTTP/1.1\r\n" HEAD "\r\n"));
    str got = hear(mem, fd);
    int answers = 0;
    for (str rest = got; str_find(rest, S("HTTP/1.1 ")) >= 0; answers++)
        rest = str_from(rest, str_find(rest, S("HTTP/1.1 ")) + 9);
    CHECK(answers == 4, "%d answers: %.*s", answers, STR(got));
    stop(r);
}

static str multipart(struct arena *mem, ptrdiff_t file_bytes, const char *end)
{
    struct text body = {.mem = mem}, all = {.mem = mem};
    str token = crypto_tag(mem, keys_for_tests(mem), KEY_FORMS, S("form of session 0"));
    text_format(&body,
                "--xyz\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n%.*s\r\n",
                STR(token));
    text_add(&body, S("--xyz\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nTüte\r\n"
                      "--xyz\r\nContent-Disposition: form-data; name=\"file\"; "
                      "filename=\"../a.csv\"\r\nContent-Type: text/csv\r\n\r\n"));
    for (ptrdiff_t i = 0; i < file_bytes; i++) text_char(&body, "0123456789\n"[i % 11]);
    text_add(&body, str_of(end));
    text_format(&all,
                "POST /note HTTP/1.1\r\n" HEAD "Content-Type: multipart/form-data; boundary=xyz\r\n"
                "Content-Length: %td\r\n\r\n",
                body.len);
    text_add(&all, text_str(&body));
    return text_str(&all);
}

SENTENCE(an_upload_becomes_a_file_that_ends_with_its_request)
{
    struct running *r = start(mem, (struct serve_options){0});
    const char *end = "\r\n--xyz--\r\n";
    static const ptrdiff_t sizes[] = {1, 11, 16 * 1024, 300 * 1024, 1024 * 1024};
    for (ptrdiff_t i = 0; i < COUNT(sizes); i++) {
        str got = ask(mem, r, multipart(mem, sizes[i], end));
        str want = str_printf(mem, "Tüte|../a.csv|%td|600|/tmp/quittance-", sizes[i]);
        CHECK(status_of(got) == 200 && str_starts(body_of(got), want), "%td: %.*s", sizes[i],
              STR(body_of(got)));
        const char *path = str_z(mem, str_from(body_of(got), want.len - 15));
        CHECK(access(path, F_OK) != 0, "%s is still there", path);
    }
    str got = ask(mem, r, multipart(mem, 0, end));
    CHECK(str_starts(body_of(got), S("Tüte||0|0|-")) ||
              str_starts(body_of(got), S("Tüte|../a.csv|0|0|-")),
          "no file: %.*s", STR(got));
    got = ask(mem, r, multipart(mem, 100, "\r\n--xy"));
    CHECK(status_of(got) == 422, "cut off: %.*s", STR(got));
    got = ask(mem, r, multipart(mem, 3 << 20, end));
    CHECK(status_of(got) == 413 && str_find(got, S("too large")) > 0, "%.*s", STR(got));
    got = ask(mem, r, multipart(mem, (1 << 20) + 5, end));
    CHECK(status_of(got) == 422 && str_find(got, S("larger than 1 MiB")) > 0, "%.*s", STR(got));
    stop(r);
}

SENTENCE(a_body_too_large_is_refused_in_words)
{
    struct running *r = start(mem, (struct serve_options){0});
    struct text t = {.mem = mem};
    text_format(&t, "POST /echo HTTP/1.1\r\n" HEAD "Content-Length: %d\r\n\r\n", 2 << 20);
    for (int i = 0; i < 2 << 20; i++) text_char(&t, 'a');
    str got = ask(mem, r, text_str(&t));
    CHECK(status_of(got) == 413 && str_find(got, S("too large")) > 0, "%.*s", STR(got));
    got = ask(mem, r, S("POST /echo HTTP/1.1\r\n" HEAD "Content-Length: 999999999999\r\n\r\n"));
    CHECK(status_of(got) == 413, "%.*s", STR(got));
    stop(r);
}

SENTENCE(behind_a_proxy_the_last_forwarded_address_counts)
{
    struct running *r = start(mem, (struct serve_options){.behind_proxy = true});
    static const char *const cases[][2] = {
        {"X-Forwarded-For: 198.51.100.7\r\n", "hello  from 198.51.100.7"},
        {"X-Forwarded-For: 6.6.6.6, 2001:db8::1\r\n", "hello  from 2001:db8::1"},
        {"X-Forwarded-For: <script>\r\n", "hello  from 127.0.0.1"},
        {"", "hello  from 127.0.0.1"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got =
            ask(mem, r, str_printf(mem, "GET /hello HTTP/1.1\r\n" HEAD "%s\r\n", cases[i][0]));
        CHECK(str_eq(body_of(got), str_of(cases[i][1])), "%.*s", STR(got));
    }
    str got = ask(mem, r, S("GET /metrics HTTP/1.1\r\n" HEAD "X-Forwarded-For: 9.9.9.9\r\n\r\n"));
    CHECK(status_of(got) == 404, "metrics are not public: %.*s", STR(got));
    got = ask(mem, r, S("GET /metrics HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_find(got, S("route=\"/hello\",status=\"2xx\"} 4")) > 0, "%.*s", STR(got));
    stop(r);
}

TESTS(TEST(requests_are_answered_by_their_routes),
      TEST(what_is_refused_at_the_door_is_refused_in_the_readers_language),
      TEST(every_answer_carries_every_wall),
      TEST(heads_that_two_servers_could_read_differently_are_refused_and_cut),
      TEST(who_is_too_slow_is_cut_even_when_bytes_keep_coming),
      TEST(who_says_nothing_makes_room_where_it_is_crowded),
      TEST(as_many_fields_as_an_address_holds_are_answered), TEST(a_full_queue_says_so_at_once),
      TEST(as_many_pages_run_at_once_as_there_are_seats_and_commands_need_none),
      TEST(a_page_that_has_waited_long_enough_needs_no_seat),
      TEST(a_stop_lets_what_is_under_way_finish),
      TEST(a_connection_serves_one_request_after_the_other),
      TEST(an_upload_becomes_a_file_that_ends_with_its_request),
      TEST(a_body_too_large_is_refused_in_words),
      TEST(behind_a_proxy_the_last_forwarded_address_counts))
