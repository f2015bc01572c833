/* The headers of an answer. Every answer carries the same walls: a page, a file, an error. */
#include "base/arena.h"
#include "delivery/web/reply.h"

str reply_disposition(struct arena *mem, str file_name)
{
    char *plain = arena_array(mem, char, file_name.len + 1);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < file_name.len; i++) {
        unsigned char c = (unsigned char)file_name.at[i];
        bool fine = c > 0x1F && c < 0x7F && c != '"' && c != '\\' && c != '/' && c != '%';
        if ((c & 0xC0) != 0x80) plain[len++] = fine ? (char)c : '_';
    }
    return str_printf(mem, "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s", (int)len, plain,
                      STR(url_encode(mem, file_name)));
}

str reply_cookie_text(struct arena *mem, const struct app *app, const struct reply_cookie *cookie)
{
    struct text t = {.mem = mem};
    text_add(&t, str_of(cookie->name));
    text_char(&t, '=');
    if (cookie->max_age_seconds >= 0) text_add(&t, url_encode(mem, cookie->value));
    text_add(&t, S("; Path=/; HttpOnly; SameSite=Lax"));
    if (app->secure) text_add(&t, S("; Secure"));
    if (cookie->max_age_seconds != 0)
        text_format(&t, "; Max-Age=%lld",
                    cookie->max_age_seconds > 0 ? (long long)cookie->max_age_seconds : 0LL);
    return text_str(&t);
}

static str content_security_policy(struct arena *mem, const struct reply *reply)
{
    struct text t = {.mem = mem};
    if (reply->inert)
        return S("default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
                 "form-action 'none'; "
                 "frame-ancestors 'self'; base-uri 'none'");
    text_add(&t, S("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                   "img-src 'self' data:; form-action 'self'"));
    if (reply->form_action.len > 0) text_format(&t, " %.*s", STR(reply->form_action));
    if (reply->frame_src.len > 0) text_format(&t, "; frame-src %.*s", STR(reply->frame_src));
    str ancestors = reply->frame_ancestors.len > 0 ? reply->frame_ancestors : S("'none'");
    text_format(&t, "; frame-ancestors %.*s; base-uri 'none'", STR(ancestors));
    return text_str(&t);
}

/* A line end in a header would be another header. Values are ours or checked; this is the lock. */
static str header_safe(struct arena *mem, str value)
{
    char *at = arena_array(mem, char, value.len + 1);
    for (ptrdiff_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        at[i] = c < 0x20 || c == 0x7F ? ' ' : (char)c;
    }
    return (str){at, value.len};
}

void reply_headers(struct request *rq, const struct reply *reply,
                   void (*add)(void *to, const char *name, str value), void *to)
{
    struct arena *mem = rq->op.mem;
    add(to, "Content-Security-Policy", content_security_policy(mem, reply));
    add(to, "X-Content-Type-Options", S("nosniff"));
    add(to, "Referrer-Policy", reply->no_referrer ? S("no-referrer") : S("same-origin"));
    add(to, "Cross-Origin-Opener-Policy", S("same-origin"));
    add(to, "Cross-Origin-Resource-Policy", S("same-origin"));
    add(to, "Cache-Control",
        reply->cache ? S("public, max-age=31536000, immutable") : S("no-store"));
    if (rq->app->secure)
        add(to, "Strict-Transport-Security", S("max-age=63072000; includeSubDomains"));
    if (reply->type.len > 0) add(to, "Content-Type", header_safe(mem, reply->type));
    if (reply->encoding.len > 0) {
        add(to, "Content-Encoding", reply->encoding);
        add(to, "Vary", S("Accept-Encoding"));
    }
    if (reply->location.len > 0) add(to, "Location", header_safe(mem, reply->location));
    if (reply->file_name.len > 0)
        add(to, "Content-Disposition", reply_disposition(mem, reply->file_name));
    for (ptrdiff_t i = 0; i < COUNT(reply->cookies); i++)
        if (reply->cookies[i].name)
            add(to, "Set-Cookie", reply_cookie_text(mem, rq->app, &reply->cookies[i]));
    for (ptrdiff_t i = 0; i < COUNT(reply->headers); i++)
        if (reply->headers[i].name)
            add(to, reply->headers[i].name, header_safe(mem, reply->headers[i].value));
    if (rq->reference.len > 0) add(to, "Request-Id", rq->reference);
}
