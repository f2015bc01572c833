#include "browser.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/routes.h"
#include "delivery/web/command_claims.h"
#include "delivery/web/route.h"
#include "delivery/web/session.h"

/* The request comes first, so that header() finds the browser it belongs to. */
struct sent {
    struct request rq;
    const struct browser *browser;
    str cookies;
};

static str header(struct request *rq, const char *name)
{
    const struct sent *s = (const struct sent *)rq;
    const struct browser *b = s->browser;
    static const struct forgery none = {0};
    const struct forgery *forged = b->forged ? b->forged : &none;
    const struct {
        const char *name, *value;
    } headers[] = {
        {"Cookie", str_z(rq->op.mem, s->cookies)},
        {"User-Agent", b->agent},
        {"Accept-Language", b->language},
        {"Referer", b->referer},
        {"Sec-Purpose", b->purpose},
        {"Idempotency-Key", b->idempotency_key},
        {"If-Match", b->if_match},
        {"Sec-Fetch-Site", forged->site      ? forged->site
                           : b->foreign_form ? "cross-site"
                                             : "same-origin"},
        {"Origin", forged->origin},
        {"Host", forged->host},
        {"X-Forwarded-Host", forged->host},
        {"X-Forwarded-Server", forged->host},
        {"X-Original-URL", forged->host},
        {"Forwarded", forged->host},
        {"Content-Type", rq->method == GET         ? NULL
                         : route_is_api(rq->route) ? "application/json"
                                                   : "application/x-www-form-urlencoded"},
    };
    if (strcmp(name, "X-Form-Token") == 0)
        return forged->token ? str_of(forged->token) : rq->form_token;
    if (strcmp(name, "Authorization") == 0 && b->bearer)
        return str_printf(rq->op.mem, "Bearer %s", b->bearer);
    for (ptrdiff_t i = 0; i < COUNT(headers); i++)
        if (strcmp(headers[i].name, name) == 0) return str_of(headers[i].value);
    return S("");
}

struct app *browser_app(struct fixture *f)
{
    struct app *app = arena_new(f->mem, struct app);
    *app = (struct app){
        .db = f->db,
        .keys = keys_for_tests(f->mem),
        .claims = command_claims_open(f->mem),
        .public_url = S("http://127.0.0.1:8080"),
        .routes = all_routes,
        .visitor = session_load,
        .sign_in = session_wanted,
    };
    return app;
}

static str cookie_header(const struct browser *b)
{
    struct text t = {.mem = b->f->mem};
    for (int i = 0; i < BROWSER_COOKIES; i++)
        if (b->cookies[i].name)
            text_format(&t, "%s%s=%.*s", t.len ? "; " : "", b->cookies[i].name,
                        STR(b->cookies[i].value));
    return text_str(&t);
}

static void keep_cookie(struct browser *b, const struct reply_cookie *cookie)
{
    int slot = -1;
    for (int i = 0; i < BROWSER_COOKIES && slot < 0; i++)
        if (b->cookies[i].name && strcmp(b->cookies[i].name, cookie->name) == 0) slot = i;
    for (int i = 0; i < BROWSER_COOKIES && slot < 0; i++)
        if (!b->cookies[i].name) slot = i;
    CHECK(slot >= 0, "more than %d cookies", BROWSER_COOKIES);
    b->cookies[slot].name = cookie->max_age_seconds < 0 ? NULL : cookie->name;
    b->cookies[slot].value = cookie->value;
}

str browser_cookie(const struct browser *b, const char *name)
{
    for (int i = 0; i < BROWSER_COOKIES; i++)
        if (b->cookies[i].name && strcmp(b->cookies[i].name, name) == 0) return b->cookies[i].value;
    return S("");
}

static struct sent sent_make(const struct browser *b)
{
    return (struct sent){
        .browser = b,
        .cookies = cookie_header(b),
        .rq =
            {
                .op = fixture_op(b->f),
                .store = b->f->store,
                .app = b->app,
                .client_address = str_of(b->address ? b->address : "192.0.2.1"),
                .reference = S("r-test"),
                .header = header,
            },
    };
}

/* What a page shown to this browser a moment ago would have put into its form. */
static str form_token(const struct browser *b)
{
    static const struct route page = {GET, "/", NULL, .may = MAY_ANYONE};
    struct sent s = sent_make(b);
    s.rq.route = &page;
    s.rq.op.actor = &s.rq.actor;
    CHECK(session_load(&s.rq), "%s", fixture_why(&s.rq.op));
    return s.rq.form_token;
}

struct reply browser_send(struct browser *b, enum method method, str path, str fields)
{
    struct str_pair cut = str_cut(path, '?');
    struct route_match match;
    route_find(b->app->routes, method, cut.head, &match);
    if (!match.route) return (struct reply){.status = 404};

    struct sent s = sent_make(b);
    s.rq.method = method;
    s.rq.path = cut.head;
    s.rq.query = cut.tail;
    s.rq.id = match.id;
    s.rq.part = match.part;
    if (method != GET && route_is_api(match.route))
        s.rq.body = fields.len ? fields : S("{}");
    else if (method != GET)
        s.rq.body = str_printf(
            b->f->mem, "%.*s%sform_token=%.*s", STR(fields), fields.len ? "&" : "",
            STR(b->forged && b->forged->token ? str_of(b->forged->token) : form_token(b)));
    struct typed file = {.kind = TYPED_FILE, .file = b->file};
    if (b->file_field) {
        file.name = str_of(b->file_field);
        s.rq.typed = &file;
    }
    if (b->around) b->around(b->around_arg, b->f->mem, true);
    struct reply reply = web_handle(&s.rq, match.route);
    if (b->around) b->around(b->around_arg, b->f->mem, false);
    if (b->seen) b->seen(b->seen_arg, &s.rq, &reply);
    b->file_field = NULL;
    for (ptrdiff_t i = 0; i < COUNT(reply.cookies); i++)
        if (reply.cookies[i].name) keep_cookie(b, &reply.cookies[i]);
    b->who = s.rq.who;
    return reply;
}

struct reply browser_get(struct browser *b, const char *path)
{
    return browser_send(b, GET, str_of(path), S(""));
}

struct reply browser_post(struct browser *b, const char *path, const char *fields)
{
    return browser_send(b, POST, str_of(path), str_of(fields));
}
