/* A person's browser, or the seller's own program: it sends the same until it is answered. */
#include "processes.h"

#include "base/arena.h"
#include "base/clock.h"

#include <poll.h>
#include <string.h>

enum { ANSWER_MS = 30000, AGAIN_MS = 20, PATIENCE_MS = 120000, PAGE_BYTES = 512 * 1024 };

struct client client_of(struct town *t, struct arena *mem, int number)
{
    return (struct client){.town = t, .mem = mem, .number = number, .patience_ms = PATIENCE_MS};
}

struct http_response client_send(struct client *c, const char *method, str url, str body, str key)
{
    struct town *t = c->town;
    struct op op = {.mem = c->mem};
    struct http_response got = {0};
    bool api = key.len > 0;
    struct http_header headers[] = {
        {"Content-Type", api ? S("application/json") : S("application/x-www-form-urlencoded")},
        {api ? "Authorization" : "Cookie",
         api ? str_printf(c->mem, "Bearer %.*s", STR(t->api_key))
             : str_printf(c->mem, "s=%.*s",
                          STR(c->staff ? t->staff_session : t->people[c->number].session))},
        {"Idempotency-Key", key},
    };
    struct http_request send = {
        .method = method,
        .url = url,
        .headers = headers,
        .header_count = api ? COUNT(headers) : COUNT(headers) - 1,
        .body = body,
        .reach = HTTP_TO_OPERATOR,
        .total_ms = ANSWER_MS,
        .body_bytes_max = PAGE_BYTES,
    };
    c->sent++;
    must_op(http_send(&op, &send, &got), &op, "a request");
    return got;
}

bool client_told_to_wait(struct client *c, const struct http_response *got)
{
    if (got->outcome != HTTP_ANSWERED || (got->status != 503 && got->status != 507)) return false;
    bool says = str_find(got->body, S("Please try again")) >= 0;
    must(says || str_eq(got->body, S("not ready\n")), "%d without a sentence: %.*s", got->status,
         STR(got->body));
    atomic_fetch_add(got->status == 503 ? &c->town->told_busy : &c->town->told_full, 1);
    return true;
}

struct http_response client_insist(struct client *c, const char *method, str url, str body, str key)
{
    int64_t until = clock_ticks_us() + c->patience_ms * INT64_C(1000);
    for (;;) {
        struct arena_mark mark = arena_mark(c->mem);
        struct http_response got = client_send(c, method, url, body, key);
        bool again =
            client_told_to_wait(c, &got) || got.outcome != HTTP_ANSWERED || got.status == 409;
        if (!again || c->once) return got;
        must(clock_ticks_us() < until, "%s %.*s: nobody answers: %d %.*s %.*s", method, STR(url),
             got.status, STR(got.why), STR(got.body));
        c->again++;
        arena_rewind(c->mem, mark);
        if (c->town->plant == PLANT_NEW_KEY && key.len > 0)
            key = str_printf(c->mem, "another-%d-%td", c->number, c->again);
        poll(NULL, 0, AGAIN_MS);
    }
}

str between(str text, const char *head, char end)
{
    ptrdiff_t at = str_find(text, str_of(head));
    if (at < 0) return S("");
    return str_cut(str_from(text, at + (ptrdiff_t)strlen(head)), end).head;
}

/* The token that all forms of a session have. */
static str form_token(struct client *c)
{
    str *token = &c->form_tokens[c->staff];
    if (token->len > 0) return *token;
    str page = str_printf(c->mem, "%.*s%s", STR(c->town->url), c->staff ? "/console" : "/invoices");
    struct http_response got = client_insist(c, "GET", page, S(""), S(""));
    str found = between(got.body, "name=\"form_token\" value=\"", '"');
    must(got.status == 200 && found.len > 0, "no form in %.*s: %d %.*s", STR(page), got.status,
         STR(got.body));
    return *token = http_encode(c->mem, found);
}

str client_stranger_token(struct client *c)
{
    struct op op = {.mem = c->mem};
    struct http_response got = {0};
    struct http_header cookie = {"Cookie", S("b=the-number-of-this-browser")};
    struct http_request send = {
        .method = "GET",
        .url = str_printf(c->mem, "%.*s/sign-in", STR(c->town->url)),
        .headers = &cookie,
        .header_count = 1,
        .reach = HTTP_TO_OPERATOR,
        .total_ms = ANSWER_MS,
        .body_bytes_max = PAGE_BYTES,
    };
    must_op(http_send(&op, &send, &got), &op, "a request");
    str found = between(got.body, "name=\"form_token\" value=\"", '"');
    must(got.status == 200 && found.len > 0, "no form: %d %.*s", got.status, STR(got.body));
    return http_encode(c->mem, found);
}

void client_begin(struct client *c)
{
    (void)form_token(c);
    c->staff = true;
    (void)form_token(c);
    c->staff = false;
}

struct http_response client_form(struct client *c, str path, const char *key, str fields)
{
    str body =
        str_printf(c->mem, "form_token=%.*s&form_key=%s%.*s", STR(form_token(c)), key, STR(fields));
    str url = str_printf(c->mem, "%.*s%.*s", STR(c->town->url), STR(path));
    return client_insist(c, "POST", url, body, S(""));
}
