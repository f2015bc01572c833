#include "delivery/web/session.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/random.h"
#include "delivery/web/route.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/audit/audit.h"

#include <assert.h>

enum { TOKEN_MAX = 100, BROWSER_BYTES = 24, BROWSER_MAX = 64, NEXT_MAX = 500 };

const char *session_cookie_name(const struct app *app)
{
    return app->secure ? "__Host-s" : "s";
}

const char *session_browser_name(const struct app *app)
{
    return app->secure ? "__Host-b" : "b";
}

static void cookie_put(struct reply *reply, const char *name, str value, int64_t max_age_seconds)
{
    for (ptrdiff_t i = 0; i < COUNT(reply->cookies); i++) {
        if (reply->cookies[i].name && !str_eq(str_of(reply->cookies[i].name), str_of(name)))
            continue;
        reply->cookies[i].name = name;
        reply->cookies[i].value = value;
        reply->cookies[i].max_age_seconds = max_age_seconds;
        return;
    }
    assert(0 && "room for another cookie");
}

/* --- who is asking ---------------------------------------------------------------------------- */

/* Reading and finding run in a transaction that may run twice: it sets everything anew. */
struct finding {
    str token;
    struct session session;
    struct api_key key;
    bool expired;
    int64_t touch;
};

static bool find_session(struct op *op, void *arg)
{
    struct finding *f = arg;
    return sessions_find(op, f->token, &f->session, &f->expired);
}

static bool touch_session(struct op *op, void *arg)
{
    struct finding *f = arg;
    return sessions_touch(op, f->session.id);
}

static bool find_key(struct op *op, void *arg)
{
    struct finding *f = arg;
    return api_key_find(op, f->token, &f->key);
}

static bool touch_key(struct op *op, void *arg)
{
    struct finding *f = arg;
    return api_key_touch(op, f->key.id);
}

/* Once a minute, and not worth failing for: a disk that is full can still be read. */
static void touch(struct request *rq, bool (*work)(struct op *, void *), struct finding *f,
                  instant last)
{
    if (rq->op.now - last < SESSION_TOUCH_US) return;
    if (!store_transact(&rq->op, rq->store, TX_WRITE, work, f)) rq->op.errs = NULL;
}

static void browser_load(struct request *rq)
{
    rq->browser = request_cookie(rq, session_browser_name(rq->app));
    if (rq->browser.len == 0 || rq->browser.len > BROWSER_MAX)
        rq->browser = random_token(rq->op.mem, BROWSER_BYTES);
}

/* For who is not signed in: the forms of a session have a token of its own. */
static void browser_form(struct request *rq)
{
    str what = str_printf(rq->op.mem, "form of browser %.*s", STR(rq->browser));
    rq->form_token = crypto_tag(rq->op.mem, rq->app->keys, KEY_FORMS, what);
}

static bool person_load(struct request *rq, str token)
{
    struct finding f = {.token = token};
    if (!store_transact(&rq->op, rq->store, TX_READ, find_session, &f)) return false;
    rq->who.expired = f.expired;
    if (!f.session.id) return true;
    if (!rq->route->unasked) touch(rq, touch_session, &f, f.session.seen);

    const struct session *s = &f.session;
    rq->who = (struct visitor){
        .session = s->id,
        .person = s->person,
        .role = s->role,
        .customer = s->customer,
        .name = s->name,
        .email = s->email,
        .customer_name = s->customer_name,
        .customer_number = s->customer_number,
        .view_as = s->view_as,
        .theme = s->theme,
        .helpers = s->helpers,
        .session_began = s->began,
    };
    rq->actor.kind = ACTOR_PERSON;
    rq->actor.id = s->person;
    rq->actor.name = s->name;
    const struct lang *lang = lang_find(s->language);
    if (lang) rq->actor.lang = lang;
    /* Of the cookie's value, which the database does not know: a stolen database forges no form. */
    str what = str_printf(rq->op.mem, "form of session %.*s", STR(token));
    rq->form_token = crypto_tag(rq->op.mem, rq->app->keys, KEY_FORMS, what);
    return true;
}

static bool key_load(struct request *rq, str token)
{
    struct finding f = {.token = token};
    if (!store_transact(&rq->op, rq->store, TX_READ, find_key, &f)) return false;
    if (!f.key.id) return true;
    touch(rq, touch_key, &f, f.key.last_used_at);
    rq->who = (struct visitor){
        .key = f.key.id,
        .person = f.key.owner,
        .role = f.key.role,
        .name = f.key.name,
    };
    rq->actor.kind = ACTOR_KEY;
    rq->actor.id = f.key.id;
    rq->actor.name = f.key.name;
    return true;
}

static bool visitor_load(struct request *rq)
{
    /* Keys are for the API: no page, and no form on one, is reached with a key. */
    str bearer = S("Bearer "), sent = rq->header(rq, "Authorization");
    if (route_is_api(rq->route) && sent.len > bearer.len &&
        str_eq_nocase(str_head(sent, bearer.len), bearer)) {
        str key = str_trim(str_from(sent, bearer.len));
        return key.len > TOKEN_MAX || key_load(rq, key);
    }
    str token = request_cookie(rq, session_cookie_name(rq->app));
    return token.len == 0 || token.len > TOKEN_MAX || person_load(rq, token);
}

bool session_load(struct request *rq)
{
    rq->who = (struct visitor){0};
    browser_load(rq);
    bool loaded = visitor_load(rq);
    if (rq->who.session == 0) browser_form(rq);
    return loaded;
}

/* --- asking who it is ------------------------------------------------------------------------- */

static bool next_clean(str path)
{
    for (ptrdiff_t i = 0; i < path.len; i++)
        if ((unsigned char)path.at[i] <= ' ' || (unsigned char)path.at[i] >= 0x7F ||
            path.at[i] == '\\')
            return false;
    return true;
}

str session_next(str path)
{
    str before_query = str_cut(str_cut(path, '#').head, '?').head;
    if (!str_starts(path, S("/")) || path.len > NEXT_MAX || !next_clean(path)) return S("/");
    if (str_find(before_query, S("//")) >= 0 || str_find(before_query, S("/.")) >= 0)
        return S("/"); /* a browser may resolve "/.//host" to another host */
    if (str_starts(path, S("/sign-in")) || str_starts(path, S("/sign-out"))) return S("/");
    return path;
}

/* Where the person was: the page itself, or for a form the page it stood on. */
static str wanted_path(struct request *rq)
{
    struct arena *mem = rq->op.mem;
    if (rq->method == GET)
        return rq->query.len ? str_printf(mem, "%.*s?%.*s", STR(rq->path), STR(rq->query))
                             : rq->path;
    str page = rq->header(rq, "Referer"), own = rq->app->public_url;
    return own.len && str_starts(page, own) ? str_from(page, own.len) : S("/");
}

struct reply session_wanted(struct request *rq)
{
    struct arena *mem = rq->op.mem;
    str next = session_next(wanted_path(rq));
    struct reply reply = {.status = 303, .location = S("/sign-in")};
    if (rq->who.expired && !str_eq(next, S("/")))
        reply.location =
            str_printf(mem, "/sign-in?why=expired&next=%.*s", STR(url_encode(mem, next)));
    else if (rq->who.expired)
        reply.location = S("/sign-in?why=expired");
    else if (!str_eq(next, S("/")))
        reply.location = str_printf(mem, "/sign-in?next=%.*s", STR(url_encode(mem, next)));
    return reply;
}

void session_name_browser(struct request *rq, struct reply *reply)
{
    cookie_put(reply, session_browser_name(rq->app), rq->browser, DAY_US / SECOND_US);
}

/* --- beginning and ending --------------------------------------------------------------------- */

static bool open(struct request *rq, int64_t person, int64_t customer, instant began,
                 struct reply *reply)
{
    struct op *op = &rq->op;
    str token, browser = browser_name(op->mem, rq->header(rq, "User-Agent"));
    if (rq->who.session && !sessions_close(op, rq->who.person, rq->who.session)) return false;
    if (!sessions_open(op, person, customer, began, browser, &token)) return false;
    cookie_put(reply, session_cookie_name(rq->app), token, 0);
    return true;
}

bool session_begin(struct request *rq, int64_t person, int64_t customer, struct reply *reply)
{
    struct op *op = &rq->op;
    struct person who;
    if (!person_get(op, person, &who)) return false;
    if (who.blocked)
        return op_fail(op, ERR_DENIED, NULL, "This account is blocked. Please call us.");

    /* The audit trail shows who came in, not the nobody who asked. */
    struct actor self = rq->actor;
    self.kind = ACTOR_PERSON;
    self.id = person;
    self.name = who.name;
    const struct actor *was = op->actor;
    op->actor = &self;
    bool done = open(rq, person, customer, op->now, reply) && person_came_in(op, person) &&
                audit_add(op, "session.begin", "person", person, S(""), S(""));
    op->actor = was;
    return done;
}

bool session_renew(struct request *rq, int64_t customer, struct reply *reply)
{
    assert(rq->who.session);
    return open(rq, rq->who.person, customer, rq->who.session_began, reply);
}

bool session_is_fresh(const struct request *rq)
{
    return rq->op.now - rq->who.session_began <= 15 * MINUTE_US;
}

bool session_end(struct request *rq, struct reply *reply)
{
    struct op *op = &rq->op;
    cookie_put(reply, session_cookie_name(rq->app), S(""), -1);
    if (!rq->who.session) return true;
    return sessions_close(op, rq->who.person, rq->who.session) &&
           audit_add(op, "session.end", "person", rq->who.person, S(""), S(""));
}
