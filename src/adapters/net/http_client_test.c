#include "adapters/net/http_client.h"
#include "base/text.h"
#include "stranger.h"
#include "test.h"

#include <unistd.h>

static const struct script scripts[] = {
    {.path = "/ok", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Test:  a b \r\n\r\nhello"},
    {.path = "/refused", .answer = "HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\nno"},
    {.path = "/continue",
     .answer = "HTTP/1.1 100 Continue\r\nX-Test: early\r\n\r\n"
               "HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/redirect",
     .answer = "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/half", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhel"},
    {.path = "/half-then-silent",
     .answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhel",
     .then_silent = true},
    {.path = "/silent", .answer = "", .then_silent = true},
    {.path = "/hangs-up", .hang_up_first = true},
    {.path = "/garbage", .answer = "\x16\x03\x01 I am no web server\r\n\r\n"},
    {.path = "/continue-only", .answer = "HTTP/1.1 100 Continue\r\n\r\n"},
    {.path = "/huge", .answer = "HTTP/1.1 200 OK\r\n\r\n", .then_fill = true},
    {.path = "/huge-said", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhi"},
    {.path = "/huge-head", .answer = "HTTP/1.1 200 OK\r\nX-Fill: ", .then_fill = true},
    {0},
};

SENTENCE(only_a_whole_answer_is_an_answer)
{
    static const struct {
        const char *path;
        enum http_outcome outcome;
        int status;
        const char *body;
    } cases[] = {
        {"/ok", HTTP_ANSWERED, 200, "hello"},
        {"/refused", HTTP_ANSWERED, 422, "no"},
        {"/continue", HTTP_ANSWERED, 201, ""},
        {"/redirect", HTTP_ANSWERED, 302, ""}, /* told, not followed */
        {"/half", HTTP_UNKNOWN, 0, NULL},
        {"/half-then-silent", HTTP_UNKNOWN, 0, NULL},
        {"/silent", HTTP_UNKNOWN, 0, NULL},
        {"/hangs-up", HTTP_UNKNOWN, 0, NULL},
        {"/garbage", HTTP_UNKNOWN, 0, NULL},
        {"/continue-only", HTTP_UNKNOWN, 0, NULL},
        {"/huge", HTTP_UNKNOWN, 0, NULL},
        {"/huge-said", HTTP_UNKNOWN, 0, NULL},
        {"/huge-head", HTTP_UNKNOWN, 0, NULL},
    };
    struct stranger *stranger = stranger_open(mem, scripts);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct http_response got;
        struct http_request ask = {
            .method = "POST",
            .url = str_printf(mem, "http://127.0.0.1:%d%s", stranger->port, cases[i].path),
            .body = S("{}"),
            .reach = HTTP_TO_OPERATOR,
            .total_ms = cases[i].outcome == HTTP_ANSWERED ? TEST_PATIENCE_MS : 1500,
            .body_bytes_max = 10000,
        };
        CHECK(http_send(&op, &ask, &got), "%s", cases[i].path);
        CHECK(got.outcome == cases[i].outcome && got.status == cases[i].status,
              "%s: outcome %d, status %d: %.*s", cases[i].path, (int)got.outcome, got.status,
              STR(got.why));
        if (cases[i].body)
            CHECK(str_eq(got.body, str_of(cases[i].body)), "%s: %.*s", cases[i].path,
                  STR(got.body));
        else
            CHECK(got.why.len > 0, "%s: no reason for the log", cases[i].path);
    }
    stranger_close(stranger);
}

SENTENCE(what_is_sent_is_what_was_asked_for)
{
    struct stranger *stranger = stranger_open(mem, scripts);
    struct op op = {.mem = mem};
    struct http_response got;
    struct http_header headers[] = {{"Authorization", S("Bearer k")}, {"X-Two", S("2")}};
    struct http_request ask = {
        .method = "GET",
        .url = str_printf(mem, "http://127.0.0.1:%d/ok", stranger->port),
        .headers = headers,
        .header_count = COUNT(headers),
        .reach = HTTP_TO_OPERATOR,
        .total_ms = TEST_PATIENCE_MS,
    };
    CHECK(http_send(&op, &ask, &got), "send");
    CHECK(strstr(stranger->asked, "GET /ok HTTP/1.1\r\n") == stranger->asked, "the line");
    CHECK(strstr(stranger->asked, "\r\nAuthorization: Bearer k\r\n"), "the first header");
    CHECK(strstr(stranger->asked, "\r\nX-Two: 2\r\n"), "the second header");
    CHECK(str_eq(http_response_header(&got, "x-test"), S("a b")), "a header of the answer");
    CHECK(http_response_header(&got, "x-absent").len == 0, "a header that is not there");
    stranger_close(stranger);
}

SENTENCE(a_connection_that_never_came_about_is_not_sent)
{
    int port; /* bound, but nobody listens */
    int held = stranger_socket(&port);
    const char *const urls[] = {"http://127.0.0.1:%d/", "https://127.0.0.1:%d/",
                                "http://name.invalid:%d/", "ftp://127.0.0.1:%d/",
                                "http://user:word@127.0.0.1:%d/"};
    for (ptrdiff_t i = 0; i < COUNT(urls); i++) {
        struct op op = {.mem = mem};
        struct http_response got;
        struct text url = {.mem = mem};
        struct str_pair parts = str_cut(str_of(urls[i]), '%');
        text_format(&url, "%.*s%d%.*s", STR(parts.head), port, STR(str_from(parts.tail, 1)));
        struct http_request ask = {.method = "POST",
                                   .url = text_str(&url),
                                   .reach = HTTP_TO_OPERATOR,
                                   .connect_ms = 300,
                                   .total_ms = 500};
        CHECK(http_send(&op, &ask, &got), "%s", urls[i]);
        CHECK(got.outcome == HTTP_NOT_SENT, "%s: %d", urls[i], (int)got.outcome);
    }
    close(held);
}

SENTENCE(a_handshake_that_fails_is_not_sent)
{
    struct stranger *stranger = stranger_open(mem, scripts); /* speaks no TLS */
    struct op op = {.mem = mem};
    struct http_response got;
    struct http_request ask = {
        .method = "POST",
        .url = str_printf(mem, "https://127.0.0.1:%d/ok", stranger->port),
        .reach = HTTP_TO_OPERATOR,
        .total_ms = 300,
    };
    CHECK(http_send(&op, &ask, &got), "send");
    CHECK(got.outcome == HTTP_NOT_SENT, "%d: %.*s", (int)got.outcome, STR(got.why));
    stranger_close(stranger);
}

SENTENCE(a_url_from_outside_reaches_no_inner_network)
{
    struct stranger *stranger = stranger_open(mem, scripts);
    static const struct {
        const char *host;
        enum http_reach reach;
    } cases[] = {
        {"127.0.0.1", HTTP_TO_PUBLIC},       {"localhost", HTTP_TO_PUBLIC},
        {"2130706433", HTTP_TO_PUBLIC},      {"0x7f000001", HTTP_TO_PUBLIC},
        {"0177.0.0.1", HTTP_TO_PUBLIC},      {"[::1]", HTTP_TO_PUBLIC},
        {"[::ffff:7f00:1]", HTTP_TO_PUBLIC}, {"127.1", HTTP_TO_PUBLIC},
        {"0.0.0.0", HTTP_TO_OPERATOR},       {"169.254.169.254", HTTP_TO_OPERATOR},
        {"[fe80::1]", HTTP_TO_OPERATOR},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct http_response got;
        struct http_request ask = {
            .method = "GET",
            .url = str_printf(mem, "https://%s:%d/ok", cases[i].host, stranger->port),
            .reach = cases[i].reach,
            .total_ms = 500,
        };
        CHECK(http_send(&op, &ask, &got), "%s", cases[i].host);
        CHECK(got.outcome == HTTP_NOT_SENT && str_find(got.why, S("may reach")) > 0, "%s: %.*s",
              cases[i].host, STR(got.why));
    }
    CHECK(stranger->asked[0] == 0, "something arrived: %s", stranger->asked);
    stranger_close(stranger);
}

SENTENCE(an_origin_is_the_scheme_and_the_host)
{
    (void)mem;
    static const struct {
        const char *url, *origin;
    } cases[] = {
        {"http://127.0.0.1:8090/card/x", "http://127.0.0.1:8090"},
        {"https://pay.example", "https://pay.example"},
        {"https://pay.example?x", "https://pay.example"},
        {"https://[::1]:8443/x", "https://[::1]:8443"},
        {"https://user@pay.example/", ""},
        {"https://pay.example; script-src *", ""},
        {"https://pay.example' x", ""},
        {"javascript:alert(1)", ""},
        {"https:///x", ""},
        {"", ""},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = http_origin(str_of(cases[i].url));
        CHECK(str_eq(got, str_of(cases[i].origin)), "%s: %.*s", cases[i].url, STR(got));
    }
}

SENTENCE(an_encoded_value_is_one_value)
{
    CHECK(str_eq(http_encode(mem, S("a-Z_0.~")), S("a-Z_0.~")), "plain");
    CHECK(str_eq(http_encode(mem, S("a b&c=\xc3\xa9/")), S("a%20b%26c%3D%C3%A9%2F")), "the rest");
}

TESTS(TEST(only_a_whole_answer_is_an_answer), TEST(what_is_sent_is_what_was_asked_for),
      TEST(a_connection_that_never_came_about_is_not_sent),
      TEST(a_handshake_that_fails_is_not_sent), TEST(a_url_from_outside_reaches_no_inner_network),
      TEST(an_origin_is_the_scheme_and_the_host), TEST(an_encoded_value_is_one_value))
