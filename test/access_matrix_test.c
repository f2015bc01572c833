/* Every route of the program × everybody who may come × what is one's own, another customer's, and
 * nobody's. The routes come from the tables, so a new one is walked without being asked; what is
 * expected comes from its permission and from who owns the thing, and from nothing else. */
#include "access_samples.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "browser.h"
#include "delivery/routes.h"
#include "delivery/web/route.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/payments/gateway.h"

enum { OWN = 1, OTHER, TABLES_MAX = 96, NOBODYS_ID = 987654321 };

/* Who asks. All of the customer's people are of the first customer. */
static const struct column {
    const char *name;
    enum role role;
    bool key, view_as;
} columns[] = {
    {.name = "nobody"},
    {.name = "viewer", .role = ROLE_VIEWER},
    {.name = "payer", .role = ROLE_PAYER},
    {.name = "admin", .role = ROLE_CUSTOMER_ADMIN},
    {.name = "auditor", .role = ROLE_AUDITOR},
    {.name = "clerk", .role = ROLE_CLERK},
    {.name = "manager", .role = ROLE_MANAGER},
    {.name = "administrator", .role = ROLE_ADMINISTRATOR},
    {.name = "manager viewing", .role = ROLE_MANAGER, .view_as = true},
    {.name = "auditor's key", .role = ROLE_AUDITOR, .key = true},
    {.name = "clerk's key", .role = ROLE_CLERK, .key = true},
    {.name = "administrator's key", .role = ROLE_ADMINISTRATOR, .key = true},
};

enum verdict { IN = '+', ASKED = '>', REFUSED = 'x', MISSING = '0', BROKEN = '!' };

struct walk {
    struct fixture *f;
    struct app *app;
    int64_t people[COUNT(columns)];
    str keys[COUNT(columns)], token;
    const struct column *who;
    const struct route *route;
    int address, cells, deviations;
    bool is_nobody; /* as the edge saw who asked last */
    int64_t sample_id, sample_of;
};

/* --- a gateway that never answers --------------------------------------------------------------
 */

static bool no_answer(struct op *op, const struct gateway_account *account, str our_id,
                      struct charge_result *out)
{
    (void)op, (void)account, (void)our_id;
    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    return true;
}

static bool no_charge(struct op *op, const struct gateway_account *account, const struct charge *in,
                      struct charge_result *out)
{
    return no_answer(op, account, in->our_id, out);
}

static const struct gateway silent = {
    .name = "silent", .charge = no_charge, .ask = no_answer, .cancel = no_answer};

/* --- people, sessions, keys ------------------------------------------------------------------- */

static bool people_make(struct op *op, void *arg)
{
    struct walk *w = arg;
    for (ptrdiff_t c = 0; c < COUNT(columns); c++) {
        const struct column *who = &columns[c];
        if (who->role == ROLE_NONE) continue;
        if (who->key) {
            if (!api_key_add(op, str_of(who->name), who->role, 0, &w->keys[c])) return false;
            continue;
        }
        struct invitation in = {
            .email = str_printf(op->mem, "p%td@example.com", c),
            .role = who->role,
            .customer = role_is_staff(who->role) ? 0 : OWN,
            .quiet = true,
        };
        if (!person_invite(op, &in, &w->people[c])) return false;
    }
    return true;
}

static bool session_open(struct op *op, void *arg)
{
    struct walk *w = arg;
    bool staff = role_is_staff(w->who->role) && !w->who->view_as;
    return sessions_open(op, w->people[w->who - columns], staff ? 0 : OWN, op->now, S(""),
                         &w->token);
}

/* A session of its own for each request: some of them end all that there are. */
static struct browser browser_of(struct walk *w)
{
    struct browser b = {.f = w->f, .app = w->app};
    w->address++;
    b.address =
        str_z(w->f->mem, str_printf(w->f->mem, "198.51.%d.%d", w->address / 250, w->address % 250));
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    if (w->who->key) b.bearer = str_z(w->f->mem, w->keys[w->who - columns]);
    if (w->who->key || w->who->role == ROLE_NONE) return b;
    fixture_do(w->f, session_open, w);
    b.cookies[1].name = "s", b.cookies[1].value = w->token;
    return b;
}

/* --- one request ------------------------------------------------------------------------------ */

static bool sample_make(struct op *op, void *arg)
{
    struct walk *w = arg;
    return sample_for(w->route)->make(op, w->sample_of, &w->sample_id);
}

/* "/people/:id/remove" with the holes filled. */
static str path_for(struct walk *w, int64_t customer)
{
    struct arena *mem = w->f->mem;
    const struct sample *sample = sample_for(w->route);
    struct text t = {.mem = mem};
    for (str rest = str_of(w->route->path); rest.len > 0;) {
        struct str_pair cut = str_cut(str_from(rest, 1), '/');
        text_char(&t, '/');
        if (str_eq(cut.head, S(":part"))) {
            text_add(&t, sample && sample->part ? str_of(sample->part) : S("part"));
        } else if (!str_eq(cut.head, S(":id"))) {
            text_add(&t, cut.head);
        } else if (!sample->prefix) {
            text_add(&t, str_of(sample->literal));
        } else {
            w->sample_id = NOBODYS_ID;
            w->sample_of = customer;
            if (customer) fixture_do(w->f, sample_make, w);
            text_add(&t, id_text(mem, w->app->keys, sample->prefix, w->sample_id));
        }
        rest = cut.found ? str_from(rest, 1 + cut.head.len) : S("");
    }
    return text_str(&t);
}

static struct reply ask(struct walk *w, int64_t customer)
{
    str path = path_for(w, customer);
    struct browser b = browser_of(w);
    w->cells++;
    struct reply reply = browser_send(&b, w->route->method, path, str_of(sample_fields(w->route)));
    w->is_nobody = b.who.role == ROLE_NONE;
    return reply;
}

static enum verdict verdict_of(const struct walk *w, const struct reply *reply)
{
    switch (reply->status) {
    case 401: return w->route->foreign ? IN : ASKED; /* a stranger without its signature */
    case 403: return REFUSED;
    case 404: return MISSING;
    case 303: return w->is_nobody && str_starts(reply->location, S("/sign-in")) ? ASKED : IN;
    case 502:
    case 503: return w->route->talks ? IN : BROKEN; /* there is nobody to talk to here */
    default: return reply->status >= 500 ? BROKEN : IN;
    }
}

/* --- what is expected ------------------------------------------------------------------------- */

/* What the permission alone says. */
static enum verdict expected(const struct walk *w)
{
    const struct column *who = w->who;
    enum may may = w->route->may;
    bool api = route_is_api(w->route);
    bool reads = w->route->method == GET;
    enum role role = !who->view_as ? who->role : reads ? ROLE_CUSTOMER_ADMIN : ROLE_VIEWER;
    if (may == MAY_ANYONE) return IN;
    if (role == ROLE_NONE || (who->key && !api)) return ASKED;
    if (!role_may(role, may)) return REFUSED;
    if (who->view_as && !reads && !w->route->leaves) return REFUSED;
    return IN;
}

static bool has_id(const struct route *route)
{
    return strstr(route->path, "/:id") != NULL;
}

static bool is_owned(const struct walk *w)
{
    return has_id(w->route) && sample_for(w->route)->prefix;
}

/* What a form hides is of this session, or chance; all else must be alike. */
static str without_hidden(struct arena *mem, str body)
{
    str mark = S("<input type=\"hidden\" name=\"form_");
    struct text t = {.mem = mem};
    for (ptrdiff_t at; (at = str_find(body, mark)) >= 0;) {
        text_add(&t, str_head(body, at));
        body = str_cut(str_from(body, at), '>').tail;
    }
    text_add(&t, body);
    return text_str(&t);
}

static bool alike(struct arena *mem, const struct reply *a, const struct reply *b)
{
    return a->status == b->status && str_eq(a->location, b->location) &&
           str_eq(without_hidden(mem, a->body), without_hidden(mem, b->body));
}

static void deviates(struct walk *w, const char *whose, enum verdict want, const struct reply *got)
{
    w->deviations++;
    print_error("%s %s, %s, %s: '%c' was expected, not %d %.*s\n", method_name(w->route->method),
                w->route->path, w->who->name, whose, want, got->status, STR(got->location));
}

/* One's own, another's, nobody's. Not yours is the same as not there. */
static enum verdict cell(struct walk *w)
{
    enum verdict want = expected(w);
    bool staff = role_is_staff(w->who->role) && !w->who->view_as;
    if (is_owned(w)) {
        enum verdict gone = want == IN ? MISSING : want;
        struct reply nobodys = ask(w, 0);
        if (verdict_of(w, &nobodys) != gone && nobodys.status != 422)
            deviates(w, "nobody's", gone, &nobodys);
        struct reply other = ask(w, OTHER);
        if (staff && verdict_of(w, &other) != want) deviates(w, "another's", want, &other);
        if (!staff && want == IN && !alike(w->f->mem, &nobodys, &other))
            deviates(w, "another's", gone, &other);
        if (!staff && want != IN && verdict_of(w, &other) != want)
            deviates(w, "another's", want, &other);
    }
    struct reply own = ask(w, OWN);
    enum verdict got = verdict_of(w, &own);
    bool may_be_missing = w->route->public || str_starts(str_of(w->route->path), S("/demo")) ||
                          (has_id(w->route) && !is_owned(w));
    if (got != want && !(got == MISSING && may_be_missing)) deviates(w, "own", want, &own);
    return got;
}

static void walk_route(struct walk *w, const struct route *route)
{
    char row[COUNT(columns) + 1] = {0};
    w->route = route;
    if (has_id(route) && !sample_for(route)) {
        w->deviations++;
        print_error("%s has an :id: say in test/access_samples.c what stands for it\n",
                    route->path);
        return;
    }
    for (ptrdiff_t c = 0; c < COUNT(columns); c++) {
        struct arena_mark mark = arena_mark(w->f->mem);
        w->who = &columns[c];
        row[c] = (char)cell(w);
        arena_rewind(w->f->mem, mark);
    }
    print_message("  %s  %-6s %s\n", row, method_name(route->method), route->path);
}

static void tables_join(struct walk *w, const struct route *tables[TABLES_MAX])
{
    int count = 0;
    for (; all_routes[count]; count++) tables[count] = all_routes[count];
    tables[count++] = web_routes;
    CHECK(count < TABLES_MAX, "%d tables", count);
    w->app->routes = tables;
}

ENGINES_SENTENCE(everybody_gets_what_is_theirs_and_nothing_else)
{
    const struct route *tables[TABLES_MAX] = {0};
    struct walk w = {.f = f, .app = browser_app(f)};
    tables_join(&w, tables);
    w.app->gateway = &silent;
    fixture_do(f, samples_begin, NULL);
    fixture_do(f, people_make, &w);

    for (ptrdiff_t c = 0; c < COUNT(columns); c++)
        print_message("  %*s|%*s %s\n", (int)c, "", (int)(COUNT(columns) - c), "", columns[c].name);
    for (const struct route *const *table = tables; *table; table++)
        for (const struct route *route = *table; route->path; route++) walk_route(&w, route);
    print_message("  %d requests; + let in, > asked who it is, x refused, 0 not there\n", w.cells);
    CHECK(w.deviations == 0, "%d deviations", w.deviations);
}

ENGINES_SENTENCE(what_is_no_route_is_there_for_nobody)
{
    struct browser b = {.f = f, .app = browser_app(f)};
    static const char *const paths[] = {
        "/nothing", "/console/../people", "/people/", "/.git/config",
        "/admin",   "/api/v2/customers",  "//people", "/PEOPLE"};
    for (ptrdiff_t i = 0; i < COUNT(paths); i++)
        CHECK(browser_get(&b, paths[i]).status == 404, "%s", paths[i]);
}

TESTS(ENGINES_TEST(everybody_gets_what_is_theirs_and_nothing_else),
      ENGINES_TEST(what_is_no_route_is_there_for_nobody))
