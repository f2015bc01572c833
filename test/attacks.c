#include "attacks.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/web/form.h"
#include "delivery/web/reply.h"
#include "delivery/web/route.h"

/* 502 and 503 are the answers where there is nobody to talk to. */
bool attack_is_broken(const struct attack_walk *w, const struct reply *reply)
{
    return reply->status >= 500 && !(w->route->talks && reply->status != 500);
}

/* ---- SQL ------------------------------------------------------------------------------------- */

/* Two that a condition would tell apart, of the same length; then what a fault would carry out. */
static const char *const conditions[][2] = {
    {"x' OR '1'='1", "x' OR '1'='2"},
    {"1 OR 1=1 -- ", "1 OR 1=2 -- "},
};
static const char *const statements[] = {
    "'",
    "\"; select 1/0 --",
    "' || 'qz' || '7k' || '",
    "' UNION SELECT 'qz'||'7k' -- ",
    "1'; drop table customer; --",
    "\\'; select pg_sleep(5); --",
    "$$x$$",
    "%_[a-z]*\\",
    "1)); delete from person; --",
    "\xEF\xBC\x87 OR 1=1 --",
};

static str without(struct arena *mem, str body, str what)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t at; what.len > 0 && (at = str_find(body, what)) >= 0;
         body = str_from(body, at + what.len))
        text_add(&t, str_head(body, at));
    text_add(&t, body);
    return text_str(&t);
}

/* How many rows a list has. */
static ptrdiff_t rows_of(struct attack_walk *w, const struct reply *reply)
{
    return (reply->body.len - without(w->f->mem, reply->body, S("<tr")).len) / S("<tr").len;
}

void attack_sql_into(struct attack_walk *w, const struct input *in)
{
    for (ptrdiff_t i = 0; i < COUNT(statements); i++) {
        struct reply got = attack_send(w, (struct attack){in, str_of(statements[i])});
        if (attack_is_broken(w, &got)) attack_finding(w, in, &got, statements[i]);
        if (str_find(got.body, S("qz7k")) >= 0) attack_finding(w, in, &got, "it was carried out");
    }
    for (ptrdiff_t i = 0; i < COUNT(conditions); i++) {
        struct reply yes = attack_send(w, (struct attack){in, str_of(conditions[i][0])});
        struct reply no = attack_send(w, (struct attack){in, str_of(conditions[i][1])});
        if (yes.status != no.status) attack_finding(w, in, &yes, conditions[i][0]);
        if (attack_is_broken(w, &yes)) attack_finding(w, in, &yes, conditions[i][0]);
        bool page = str_starts(yes.type, S("text/html")) && w->route->method == GET;
        if (!page || rows_of(w, &yes) == rows_of(w, &no)) continue;
        struct reply again = attack_send(w, (struct attack){in, str_of(conditions[i][0])});
        if (rows_of(w, &again) == rows_of(w, &yes)) /* else they grow with each visit */
            attack_finding(w, in, &yes, "its condition counted");
    }
}

/* ---- markup ---------------------------------------------------------------------------------- */

/* What may stand behind "qz1" where the quote was escaped, for HTML, JSON, addresses and CSV. */
static bool is_escaped(str rest, bool html)
{
    static const char *const safe[] = {"&quot;", "&#34;", "&#x22;", "&amp;quot;", "%22", "\\u0022"};
    for (ptrdiff_t i = 0; i < COUNT(safe); i++)
        if (str_starts(rest, str_of(safe[i]))) return true;
    return !html || rest.len == 0 || rest.at[0] != '"';
}

void attack_markup_seen(struct attack_walk *w, struct request *rq, const struct reply *reply)
{
    (void)rq;
    bool html = str_starts(reply->type, S("text/html"));
    bool plain = !html && (str_starts(reply->type, S("application/")) ||
                           str_starts(reply->type, S("text/csv")) ||
                           str_starts(reply->type, S("text/plain")));
    if (html && str_find(reply->body, S("<qz2")) >= 0)
        attack_finding(w, NULL, reply, "markup stood in the page");
    for (str rest = reply->body; html && rest.len > 0;) {
        ptrdiff_t at = str_find(rest, S("qz1"));
        if (at < 0) break;
        rest = str_from(rest, at + 3);
        if (!is_escaped(rest, true)) attack_finding(w, NULL, reply, "a quote stood in the page");
    }
    if (!html && !plain && reply->type.len > 0 && str_find(reply->body, S("<qz2")) >= 0 &&
        !reply->inert)
        attack_finding(w, NULL, reply, "markup stood in a file a browser may attack_show");
}

void attack_markup_into(struct attack_walk *w, const struct input *in)
{
    if (!attack_is_words(in)) return;
    struct reply got = attack_send(w, (struct attack){in, S(CANARY)});
    if (attack_is_broken(w, &got)) attack_finding(w, in, &got, "markup");
    got = attack_send(w, (struct attack){in, S("<qz2>@example.com")});
    if (attack_is_broken(w, &got)) attack_finding(w, in, &got, "markup");
}

void attack_show(struct attack_walk *w)
{
    if (w->route->method != GET) return;
    struct reply got = attack_send_as(w, "", S(""));
    if (attack_is_broken(w, &got)) attack_finding(w, NULL, &got, "after markup was stored");
}

/* ---- forms of other pages -------------------------------------------------------------------- */

void attack_forge(struct attack_walk *w)
{
    static const struct forgery forgeries[] = {
        {.token = ""},
        {.token = "4f6e652074686174206973206e6f74206f757273"},
        {.site = "cross-site", .origin = "https://" FORGED},
        {.site = "same-site"},
        {.site = "cross-site", .origin = "null"},
    };
    if (w->route->method == GET || w->route->public) return;
    w->session_only = true;
    str fields = attack_fields(w, (struct attack){0});
    str before = S("");
    for (ptrdiff_t i = 0; i < COUNT(forgeries); i++) {
        w->forged = &forgeries[i];
        if (i == 1) before = fixture_digest(w->f);
        w->token_kept = i > 0; /* a new session would be a row */
        struct reply got = attack_send_as(w, "", fields);
        bool asked = got.status == 401 || got.status == 303; /* the API believes no session here */
        if (got.status != 403 && !(route_is_api(w->route) && asked))
            attack_finding(w, NULL, &got, "a form of another page was taken");
    }
    w->forged = NULL;
    w->token_kept = false;
    if (!str_eq(before, fixture_digest(w->f)))
        attack_finding(w, NULL, &(struct reply){0}, "a refused form left something");
}

/* ---- headers --------------------------------------------------------------------------------- */

static void header_keep(void *to, const char *name, str value)
{
    text_format(to, "%s: %.*s\r\n", name, STR(value));
}

void attack_headers_seen(struct attack_walk *w, struct request *rq, const struct reply *reply)
{
    static const char *const walls[] = {
        "Content-Security-Policy: default-src 'none'",
        "base-uri 'none'",
        "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: ",
        "Cross-Origin-Opener-Policy: same-origin\r\n",
        "Cross-Origin-Resource-Policy: same-origin\r\n",
        "Strict-Transport-Security: max-age=63072000",
    };
    struct app secure = *rq->app;
    struct request as = *rq;
    struct text t = {.mem = w->f->mem};
    secure.secure = true;
    as.app = &secure;
    reply_headers(&as, reply, header_keep, &t);
    str all = text_str(&t);
    for (ptrdiff_t i = 0; i < COUNT(walls); i++)
        if (str_find(all, str_of(walls[i])) < 0) attack_finding(w, NULL, reply, walls[i]);
    if (str_find(all, S("frame-ancestors 'none'")) < 0 &&
        !(reply->inert && str_find(all, S("frame-ancestors 'self'")) > 0))
        attack_finding(w, NULL, reply, "another site may frame it");
    if (str_find(all, S("script-src 'unsafe")) >= 0 || str_find(all, S("*;")) >= 0)
        attack_finding(w, NULL, reply, "its policy lets in too much");
    if (str_find(all, S("Cache-Control: no-store\r\n")) < 0 && !rq->route->public)
        attack_finding(w, NULL, reply, "a private answer may be kept");
    if (str_find(all, S("Set-Cookie")) >= 0 && str_find(all, S("; HttpOnly; SameSite=Lax")) < 0)
        attack_finding(w, NULL, reply, "a cookie without its locks");
    if (str_find(all, S("\r\nX-Qz:")) >= 0) attack_finding(w, NULL, reply, "a header of another");
}

/* "/invoices/1.css" is a page for the program and a file for a careless cache. */
void attack_headers_of(struct attack_walk *w)
{
    static const char *const suffixes[] = {"", "/1.css", "/x.js", ".png", "%0d%0aX-Qz:1", ";a.css"};
    str fields = attack_fields(w, (struct attack){0});
    for (ptrdiff_t i = 0; i < COUNT(suffixes); i++)
        if (i == 0 || w->route->method == GET) (void)attack_send_as(w, suffixes[i], S(""));
    (void)attack_send_as(w, "", fields);
    (void)attack_send_as(w, "", S("qz=1"));
}

/* ---- where links lead ------------------------------------------------------------------------ */

void attack_leads_seen(struct attack_walk *w, struct request *rq, const struct reply *reply)
{
    static const char *const marks[] = {"href=\"//",          "href=\"/\\",
                                        "action=\"//",        "href=\"http://forged",
                                        "href=\"javascript:", "src=\"//"};
    str to = reply->location;
    bool abroad =
        to.len > 0 && (to.at[0] != '/' || (to.len > 1 && (to.at[1] == '/' || to.at[1] == '\\')));
    for (ptrdiff_t i = 0; i < to.len; i++) abroad = abroad || (unsigned char)to.at[i] <= 0x20;
    if (abroad && !str_starts(to, rq->app->public_url))
        attack_finding(w, NULL, reply, "it leads to another site");
    for (ptrdiff_t i = 0; i < COUNT(marks); i++)
        if (str_find(reply->body, str_of(marks[i])) >= 0)
            attack_finding(w, NULL, reply, "a link leads to another site");
}

static const char *const openings[] = {
    "//",
    "///",
    "////",
    "/\\",
    "\\\\",
    "\\/",
    "/\t/",
    "\t//",
    " //",
    "https://",
    "http://",
    "https:",
    "HTTPS:\\\\",
    "//a@",
    "//ours.test@",
    "/%2f",
    "/%5c",
    "/%09/",
    "/..//",
    "/./ /",
    "javascript:",
    "data:,",
    "vbscript:",
    "%2f%2f",
    "\xE3\x80\x82//",
    "/\xEF\xBC\x8F",
    "?next=//",
    "ftp://",
    "//%2e",
    "/;//",
};
static const char *const endings[] = {"", "/", "/%2e%2e", ":443", "#ours", "?ours", "\\@ours"};

void attack_leads_into(struct attack_walk *w, const struct input *in)
{
    bool place = strstr(in->name, "next") || strstr(in->name, "back") ||
                 strstr(in->name, "return") || strstr(in->name, "url") || strstr(in->name, "to");
    ptrdiff_t step = place ? 1 : COUNT(openings) - 1; /* all of them where one may lead on */
    _Static_assert(COUNT(openings) * COUNT(endings) >= 200, "two hundred tricks");
    if (!attack_is_words(in)) return;
    for (ptrdiff_t i = 0; i < COUNT(openings); i += step)
        for (ptrdiff_t e = 0; e < (place ? COUNT(endings) : 1); e++) {
            struct arena_mark mark = arena_mark(w->f->mem);
            str trick = str_printf(w->f->mem, "%s" FORGED "%s", openings[i], endings[e]);
            struct reply got = attack_send(w, (struct attack){in, trick});
            if (attack_is_broken(w, &got)) attack_finding(w, in, &got, "a place to go to");
            arena_rewind(w->f->mem, mark);
        }
}

void attack_host_seen(struct attack_walk *w, struct request *rq, const struct reply *reply)
{
    struct text t = {.mem = w->f->mem};
    reply_headers(rq, reply, header_keep, &t);
    if (str_find(text_str(&t), S(FORGED)) >= 0 || str_find(reply->body, S(FORGED)) >= 0)
        attack_finding(w, NULL, reply, "the name it was called by stands in the answer");
}

void attack_host_of(struct attack_walk *w)
{
    static const struct forgery forged = {.host = FORGED};
    w->forged = &forged;
    w->referer = "https://" FORGED "/";
    (void)attack_send_as(w, "", S(""));
    (void)attack_send(w, (struct attack){0});
    w->forged = NULL;
    w->referer = NULL;
}

/* ---- line ends ------------------------------------------------------------------------------- */

void attack_line_ends_into(struct attack_walk *w, const struct input *in)
{
    static const char *const ends[] = {"a\r\nBcc: qz@" FORGED,
                                       "a\rX-Qz: 1",
                                       "a\r\n\r\n<qz2>",
                                       "\x01\x02",
                                       "=?utf-8?q?a=0d=0aBcc:_qz?=",
                                       "a\xE2\x80\xA8"
                                       "Bcc: qz",
                                       "a\xC4\x8A"
                                       "Bcc: qz",
                                       "a%0d%0aX-Qz: 1"};
    if (!attack_is_words(in)) return;
    for (ptrdiff_t i = 0; i < COUNT(ends); i++) {
        struct reply got = attack_send(w, (struct attack){in, str_of(ends[i])});
        if (attack_is_broken(w, &got)) attack_finding(w, in, &got, "a line end");
    }
}

/* ---- fields that are not there --------------------------------------------------------------- */

static const char *const columns[] = {
    "id",         "customer_id", "person",    "role",       "is_admin", "state",   "amount_minor",
    "created_at", "tenant",      "entity_id", "open_minor", "hash",     "secret",  "__proto__",
    "token_hash", "permission",  "owner",     "may",        "key_id",   "_method", "view_as",
};

static bool is_input(const struct input *table, str name)
{
    for (const struct input *in = table; in && in->name; in++)
        if (str_eq(str_of(in->name), name)) return true;
    return false;
}

/* The check of the table itself: whatever has a place there is refused without it. */
static bool is_taken(struct attack_walk *w, const char *query)
{
    struct request rq = {.op = fixture_op(w->f), .app = w->app, .route = w->route};
    struct typed **end = &rq.typed;
    rq.method = w->route->method;
    if (!form_urlencoded(&rq, str_of(query), &end)) return false;
    return form_check(&rq, w->route);
}

void attack_fields_beside(struct attack_walk *w)
{
    struct arena *mem = w->f->mem;
    struct reply none = {0};
    if (w->route->public) return;
    for (ptrdiff_t i = 0; i < COUNT(columns); i++) {
        w->sent++;
        if (is_input(w->route->inputs, str_of(columns[i]))) continue;
        if (is_taken(w, str_z(mem, str_printf(mem, "%s=1", columns[i]))))
            attack_finding(w, NULL, &none, columns[i]);
    }
    for (const struct input *in = w->route->inputs; in && in->name; in++) {
        w->sent++;
        if (in->type == INPUT_IDS || in->type == INPUT_LIST) continue;
        const char *dot = in->type == INPUT_PAIRS ? ".x" : "";
        str value = attack_fitting(w, in);
        str twice = str_printf(mem, "%s%s=%.*s&%s%s=%.*s", in->name, dot, STR(value), in->name, dot,
                               STR(value));
        if (is_taken(w, str_z(mem, twice))) attack_finding(w, in, &none, "it was taken twice");
    }
}

/* ---- tables for spreadsheets ----------------------------------------------------------------- */

static bool is_number(str cell)
{
    if (str_starts(cell, S("-"))) cell = str_from(cell, 1);
    bool digits = cell.len > 0;
    for (ptrdiff_t i = 0; i < cell.len; i++)
        digits = digits && ((cell.at[i] >= '0' && cell.at[i] <= '9') || cell.at[i] == '.');
    return digits;
}

/* What a spreadsheet would take for a formula, in any width. */
static bool is_formula(str cell)
{
    static const char *const begins[] = {"=",
                                         "+",
                                         "-",
                                         "@",
                                         "\t",
                                         "\r",
                                         "\n",
                                         "\xEF\xBC\x9D",
                                         "\xEF\xBC\x8B",
                                         "\xEF\xBC\x8D",
                                         "\xEF\xBC\xA0"};
    for (ptrdiff_t i = 0; i < COUNT(begins); i++)
        if (str_starts(cell, str_of(begins[i]))) return !is_number(cell);
    return false;
}

/* The files for the books are for programs: exactly what is kept, and no place for an apostrophe.
 */
void attack_table_seen(struct attack_walk *w, struct request *rq, const struct reply *reply)
{
    (void)rq;
    if (!str_starts(reply->type, S("text/csv")) || strstr(w->route->path, "/exports")) return;
    w->done++;
    bool quoted = false, begins = true;
    for (ptrdiff_t i = 0; i < reply->body.len; i++) {
        char c = reply->body.at[i];
        if (begins) {
            str cell = str_from(reply->body, i + (c == '"'));
            ptrdiff_t len = 0;
            while (len < cell.len &&
                   !memchr(c == '"' ? "\"" : ",\r", cell.at[len], c == '"' ? 1 : 2))
                len++;
            if (is_formula(str_head(cell, len)))
                attack_finding(w, NULL, reply, str_z(w->f->mem, str_head(cell, len)));
        }
        begins = !quoted && (c == ',' || c == '\n');
        if (c == '"') quoted = !quoted;
    }
}

void attack_tables_of(struct attack_walk *w)
{
    if (w->route->method != GET) return;
    (void)attack_send_as(w, "", S(""));
    for (const struct input *in = w->route->inputs; in && in->name; in++)
        for (const char *const *c = in->choices; c && *c; c++)
            (void)attack_send_as(w, "", str_printf(w->f->mem, "%s=%s", in->name, *c));
}

/* ---- the same form again --------------------------------------------------------------------- */

void attack_again_and_again(struct attack_walk *w)
{
    if (w->route->method == GET || route_is_api(w->route) || w->route->public) return;
    str fields = attack_fields(w, (struct attack){0});
    str key =
        str_printf(w->f->mem, "%.*s%sform_key=k%d", STR(fields), fields.len ? "&" : "", w->sent);
    struct reply first = attack_send_as(w, "", key);
    if (first.status >= 400) return;
    w->token_kept = true;
    str before = fixture_digest(w->f);
    for (int i = 0; i < 19; i++) {
        struct reply got = attack_send_as(w, "", key);
        if (attack_is_broken(w, &got)) attack_finding(w, NULL, &got, "sent again");
    }
    w->token_kept = false;
    if (!str_eq(before, fixture_digest(w->f))) attack_finding(w, NULL, &first, "done twice");
}
