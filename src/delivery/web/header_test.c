#include "delivery/web/reply.h"
#include "test.h"

struct sent {
    char all[4096];
    size_t len;
    int count;
};

static void add(void *to, const char *name, str value)
{
    struct sent *s = to;
    for (ptrdiff_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        CHECK(c >= 0x20 && c != 0x7F, "a control sign in %s", name);
    }
    int len = snprintf(s->all + s->len, sizeof s->all - s->len, "%s: %.*s\n", name, STR(value));
    CHECK(len > 0 && (size_t)len < sizeof s->all - s->len, "too long");
    s->len += (size_t)len;
    s->count++;
}

static struct sent headers_of(struct arena *mem, str value)
{
    struct app app = {.public_url = S("https://pay.example")};
    struct request rq = {.op.mem = mem, .app = &app};
    struct reply reply = {.status = 303, .type = value, .location = value, .file_name = value};
    struct sent sent = {0};
    reply.headers[0].name = "Link";
    reply.headers[0].value = value;
    reply_headers(&rq, &reply, add, &sent);
    return sent;
}

/* Whatever comes to stand in a header, there are as many as with an innocent word. */
SENTENCE(no_value_begins_another_header)
{
    static const char *const values[] = {
        "a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\tb", "a\x7f", "\r\n\r\n<script>",
    };
    struct sent innocent = headers_of(mem, S("word"));
    CHECK(strstr(innocent.all, "Link: word\n") && strstr(innocent.all, "Location: word\n"), "%s",
          innocent.all);
    for (ptrdiff_t i = 0; i < COUNT(values); i++) {
        struct sent sent = headers_of(mem, str_of(values[i]));
        CHECK(sent.count == innocent.count, "%td: %d headers", i, sent.count);
        CHECK(!strstr(sent.all, "\nX-Evil"), "%td: %s", i, sent.all);
    }
}

TESTS(TEST(no_value_begins_another_header))
