/* The server over real sockets: what clients send that no browser would, and what they must get. */
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "delivery/web/web.h"
#include "fixture.h"
#include "web_server.h"

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
static atomic_int slow_begun;

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
    {GET, "/hungry", hungry, .may = MAY_ANYONE, .public = true},
    {GET, "/cookie", cookie, .may = MAY_ANYONE, .public = true},
    {GET, "/download", download, .may = MAY_ANYONE, .public = true},
    {POST, "/echo", echo, .may = MAY_ANYONE, .foreign = true},
    {POST, "/note", note, .may = MAY_ANYONE, .public = true, INPUTS(note_inputs, struct note)},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

static struct web_server *start(struct arena *mem, struct serve_options options)
{
    struct app app = {
        .db = fixture_open(mem, FIXTURE_SQLITE)->db, .secure = true, .routes = tables};
    return web_server_start(mem, app, options);
}

/* ---- sentences ------------------------------------------------------------------------------ */

SENTENCE(requests_are_answered_by_their_routes)
{
    struct web_server *r = start(mem, (struct serve_options){0});
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
        str got = web_server_ask(mem, r, str_of(cases[i].request));
        CHECK(answer_status(got) == cases[i].status, "%s: %.*s", cases[i].request, STR(got));
        if (cases[i].body)
            CHECK(str_eq(answer_body(got), str_of(cases[i].body)), "%s: %.*s", cases[i].request,
                  STR(got));
    }
    str got = web_server_ask(mem, r, S("PUT /hello HTTP/1.1\r\n" HEAD "Content-Length: 0\r\n\r\n"));
    CHECK(str_eq(answer_header(mem, got, "Allow"), S("GET, HEAD")), "%.*s", STR(got));
    web_server_stop(r);
}

SENTENCE(what_is_refused_at_the_door_is_refused_in_the_readers_language)
{
    struct web_server *r = start(mem, (struct serve_options){0});
    str got =
        web_server_ask(mem, r, S("GET /nowhere HTTP/1.1\r\n" HEAD "Accept-Language: de\r\n\r\n"));
    CHECK(str_find(got, S("<html lang=\"de\"")) > 0, "%.*s", STR(got));
    CHECK(str_find(got, S("Diese Seite gibt es nicht oder nicht mehr.")) > 0, "%.*s", STR(got));
    got = web_server_ask(mem, r,
                         S("PUT /hello HTTP/1.1\r\n" HEAD "Accept-Language: de-AT;q=0.9, fr\r\n"
                           "Content-Length: 0\r\n\r\n"));
    CHECK(answer_status(got) == 405, "%.*s", STR(got));
    CHECK(str_find(got, S("Diese Adresse nimmt diese Methode nicht an.")) > 0, "%.*s", STR(got));
    web_server_stop(r);
}

SENTENCE(every_answer_carries_every_wall)
{
    struct web_server *r = start(mem, (struct serve_options){0});
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
        str got = web_server_ask(mem, r, str_of(requests[i]));
        for (ptrdiff_t h = 0; h < COUNT(headers); h++)
            CHECK(answer_header(mem, got, headers[h]).len > 0, "%s: no %s in %.*s", requests[i],
                  headers[h], STR(got));
    }
    str got = web_server_ask(mem, r, S("GET /cookie HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_eq(answer_header(mem, got, "Set-Cookie"),
                 S("__Host-s=abc; Path=/; HttpOnly; SameSite=Lax; Secure")),
          "%.*s", STR(got));
    CHECK(str_eq(answer_header(mem, got, "X-Evil"), S("a  Set-Cookie: b=c")), "%.*s", STR(got));
    got = web_server_ask(mem, r, S("GET /download HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_eq(answer_header(mem, got, "Content-Disposition"),
                 S("attachment; filename=\"M_ller _& Co__a.csv\"; "
                   "filename*=UTF-8''M%C3%BCller%20%22%26%20Co%22%2Fa.csv")),
          "%.*s", STR(got));
    got = web_server_ask(mem, r, S("GET /api/v1/x HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_eq(answer_header(mem, got, "Content-Type"), S("application/problem+json")),
          "problem");
    web_server_stop(r);
}

SENTENCE(heads_that_two_servers_could_read_differently_are_refused_and_cut)
{
    struct web_server *r = start(mem, patient);
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
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n folded\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX-A:\r\n\tfolded\r\n more\r\n\r\n"), 400},
        {S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n"
           "Content-Length: 5\r\n\r\nabcde"),
         400},
        {S("GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX\x01Y: 1\r\n\r\n"), 400},
        {S("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"), 400},
        {S("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n"), 505},
        {text_str(&url), 414},
        {text_str(&headers), 431},
        {text_str(&many), 431},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        int fd = web_server_dial(r);
        socket_tell(fd, cases[i].request); /* and stays open: the server must close */
        int64_t began = clock_ticks_us();
        str got = socket_hear(mem, fd);
        CHECK(answer_status(got) == cases[i].status, "case %td: %.*s", i, STR(got));
        CHECK(str_find(got, S("HTTP/1.1 200")) < 0, "case %td: %.*s", i, STR(got));
        CHECK(clock_ticks_us() - began < PATIENCE_US, "case %td: it stayed open", i);
    }
    web_server_stop(r);
}

SENTENCE(who_is_too_slow_is_cut_even_when_bytes_keep_coming)
{
    struct serve_options quick = {.head_ms = 300, .body_ms = 300};
    struct web_server *r = start(mem, quick);
    static const char *const openings[] = {
        "", "GET /hello HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"};
    for (ptrdiff_t i = 0; i < COUNT(openings); i++) {
        int64_t began = clock_ticks_us();
        int fd = web_server_dial(r);
        socket_tell(fd, str_of(openings[i]));
        struct pollfd end = {.fd = fd, .events = POLLIN};
        while (clock_ticks_us() - began < PATIENCE_US && poll(&end, 1, 50) == 0)
            if (openings[i][0]) socket_tell(fd, S("a"));
        int64_t took = clock_ticks_us() - began;
        CHECK(took > 200000 && took < PATIENCE_US, "case %td: after %lld us", i, (long long)took);
        close(fd);
    }
    str got = web_server_ask(mem, r, S("GET /hello HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(answer_status(got) == 200, "others are served");
    web_server_stop(r);
}

SENTENCE(who_says_nothing_makes_room_where_it_is_crowded)
{
    enum { PLACES = 16 };
    const struct serve_options few = {.connections_max = PLACES, .head_ms = LATE_MS};
    struct web_server *r = start(mem, few);
    int idle[PLACES];
    for (int i = 0; i < PLACES; i++) idle[i] = web_server_dial(r);
    int64_t began = clock_ticks_us();
    str got = web_server_ask(mem, r, S("GET /hello HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(answer_status(got) == 200, "%.*s", STR(got));
    CHECK(clock_ticks_us() - began < PATIENCE_US, "it waited until they were late");
    for (int i = 0; i < PLACES; i++) close(idle[i]);
    web_server_stop(r);
}

SENTENCE(as_many_fields_as_an_address_holds_are_answered)
{
    struct web_server *r = start(mem, (struct serve_options){0});
    struct text t = {.mem = mem};
    text_add(&t, S("GET /hello?"));
    for (int i = 0; i < 2000; i++) text_add(&t, S("&a="));
    text_add(&t, S(" HTTP/1.1\r\n" HEAD "\r\n"));
    str got = web_server_ask(mem, r, text_str(&t));
    CHECK(answer_status(got) == 422, "%.*s", STR(got));
    web_server_stop(r);
}

SENTENCE(a_stop_lets_what_is_under_way_finish)
{
    struct web_server *r = start(mem, patient);
    int idle = web_server_dial(r), busy = web_server_dial(r);
    atomic_store(&slow_begun, 0);
    socket_tell(busy, S("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(test_comes_to(&slow_begun, 1), "it never began");
    int64_t began = clock_ticks_us();
    web_server_stop(r);
    CHECK(clock_ticks_us() - began < PATIENCE_US, "the idle one was waited for");
    str got = socket_hear(mem, busy);
    CHECK(answer_status(got) == 200 && str_eq(answer_body(got), S("slow")), "%.*s", STR(got));
    CHECK(str_eq(answer_header(mem, got, "Connection"), S("close")), "%.*s", STR(got));
    close(idle);
}

SENTENCE(a_connection_serves_one_request_after_the_other)
{
    struct web_server *r = start(mem, (struct serve_options){0});
    int fd = web_server_dial(r);
    for (int i = 0; i < 3; i++) socket_tell(fd, S("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    socket_tell(fd, S("GET /nowhere HTTP/1.1\r\n" HEAD "\r\n"));
    str got = socket_hear(mem, fd);
    int answers = 0;
    for (str rest = got; str_find(rest, S("HTTP/1.1 ")) >= 0; answers++)
        rest = str_from(rest, str_find(rest, S("HTTP/1.1 ")) + 9);
    CHECK(answers == 4, "%d answers: %.*s", answers, STR(got));
    web_server_stop(r);
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
    struct web_server *r = start(mem, (struct serve_options){0});
    const char *end = "\r\n--xyz--\r\n";
    static const ptrdiff_t sizes[] = {1, 11, 16 * 1024, 300 * 1024, 1024 * 1024};
    for (ptrdiff_t i = 0; i < COUNT(sizes); i++) {
        str got = web_server_ask(mem, r, multipart(mem, sizes[i], end));
        str want = str_printf(mem, "Tüte|../a.csv|%td|600|/tmp/quittance-", sizes[i]);
        CHECK(answer_status(got) == 200 && str_starts(answer_body(got), want), "%td: %.*s",
              sizes[i], STR(answer_body(got)));
        const char *path = str_z(mem, str_from(answer_body(got), want.len - 15));
        CHECK(access(path, F_OK) != 0, "%s is still there", path);
    }
    str got = web_server_ask(mem, r, multipart(mem, 0, end));
    CHECK(str_starts(answer_body(got), S("Tüte||0|0|-")) ||
              str_starts(answer_body(got), S("Tüte|../a.csv|0|0|-")),
          "no file: %.*s", STR(got));
    got = web_server_ask(mem, r, multipart(mem, 100, "\r\n--xy"));
    CHECK(answer_status(got) == 422, "cut off: %.*s", STR(got));
    got = web_server_ask(mem, r, multipart(mem, 3 << 20, end));
    CHECK(answer_status(got) == 413 && str_find(got, S("too large")) > 0, "%.*s", STR(got));
    got = web_server_ask(mem, r, multipart(mem, (1 << 20) + 5, end));
    CHECK(answer_status(got) == 422 && str_find(got, S("larger than 1 MiB")) > 0, "%.*s", STR(got));
    web_server_stop(r);
}

SENTENCE(a_body_too_large_is_refused_in_words)
{
    struct web_server *r = start(mem, (struct serve_options){0});
    struct text t = {.mem = mem};
    text_format(&t, "POST /echo HTTP/1.1\r\n" HEAD "Content-Length: %d\r\n\r\n", 2 << 20);
    for (int i = 0; i < 2 << 20; i++) text_char(&t, 'a');
    str got = web_server_ask(mem, r, text_str(&t));
    CHECK(answer_status(got) == 413 && str_find(got, S("too large")) > 0, "%.*s", STR(got));
    got = web_server_ask(mem, r,
                         S("POST /echo HTTP/1.1\r\n" HEAD "Content-Length: 999999999999\r\n\r\n"));
    CHECK(answer_status(got) == 413, "%.*s", STR(got));
    web_server_stop(r);
}

SENTENCE(behind_a_proxy_the_last_forwarded_address_counts)
{
    struct web_server *r = start(mem, (struct serve_options){.behind_proxy = true});
    static const char *const cases[][2] = {
        {"X-Forwarded-For: 198.51.100.7\r\n", "hello  from 198.51.100.7"},
        {"X-Forwarded-For: 6.6.6.6, 2001:db8::1\r\n", "hello  from 2001:db8::1"},
        {"X-Forwarded-For: <script>\r\n", "hello  from 127.0.0.1"},
        {"", "hello  from 127.0.0.1"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = web_server_ask(
            mem, r, str_printf(mem, "GET /hello HTTP/1.1\r\n" HEAD "%s\r\n", cases[i][0]));
        CHECK(str_eq(answer_body(got), str_of(cases[i][1])), "%.*s", STR(got));
    }
    str got = web_server_ask(
        mem, r, S("GET /metrics HTTP/1.1\r\n" HEAD "X-Forwarded-For: 9.9.9.9\r\n\r\n"));
    CHECK(answer_status(got) == 404, "metrics are not public: %.*s", STR(got));
    got = web_server_ask(mem, r, S("GET /metrics HTTP/1.1\r\n" HEAD "\r\n"));
    CHECK(str_find(got, S("route=\"/hello\",status=\"2xx\"} 4")) > 0, "%.*s", STR(got));
    web_server_stop(r);
}

TESTS(TEST(requests_are_answered_by_their_routes),
      TEST(what_is_refused_at_the_door_is_refused_in_the_readers_language),
      TEST(every_answer_carries_every_wall),
      TEST(heads_that_two_servers_could_read_differently_are_refused_and_cut),
      TEST(who_is_too_slow_is_cut_even_when_bytes_keep_coming),
      TEST(who_says_nothing_makes_room_where_it_is_crowded),
      TEST(as_many_fields_as_an_address_holds_are_answered),
      TEST(a_stop_lets_what_is_under_way_finish),
      TEST(a_connection_serves_one_request_after_the_other),
      TEST(an_upload_becomes_a_file_that_ends_with_its_request),
      TEST(a_body_too_large_is_refused_in_words),
      TEST(behind_a_proxy_the_last_forwarded_address_counts))
