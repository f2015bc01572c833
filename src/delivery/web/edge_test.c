/* The edge without a socket: who may, whose form, one command once, one transaction. */
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/web/command_claims.h"
#include "delivery/web/command_key.h"
#include "delivery/web/frame.h"
#include "fixture.h"
#include "store/outbox.h"

struct pay {
    int64_t amount;
};
static const struct input pay_inputs[] = {
    {"amount", INPUT_I64, .offset = offsetof(struct pay, amount), .required = true},
    {0},
};

/* What a test's visitor and browser say, and what its handlers did: one struct in the app's place.
 */
struct world {
    struct app app; /* first: a request's app is the world */
    struct visitor who;
    const char *headers[8][2];
    int calls;
    void (*meanwhile)(struct world *w); /* while a handler talks */
    struct fixture *f;
    int status; /* of what was asked meanwhile */
};

static struct world *world_of(struct request *rq)
{
    return (struct world *)(uintptr_t)rq->app;
}

static struct reply show(struct request *rq)
{
    world_of(rq)->calls++;
    return reply_text(rq, 200, S("text/plain"), S("shown"));
}

static struct reply pay(struct request *rq)
{
    const struct pay *in = rq->in;
    world_of(rq)->calls++;
    if (!outbox_add(&rq->op, "pay", in->amount)) return reply_errors(rq);
    if (in->amount > 100) {
        (void)op_fail(&rq->op, ERR_INVALID, "amount", "This is more than is still open.");
        return reply_errors(rq);
    }
    if (in->amount == 99) return reply_text(rq, 409, S("text/plain"), S("not like this"));
    return reply_see(rq, str_printf(rq->op.mem, "/payments/%d", world_of(rq)->calls));
}

static struct reply pay_again(struct request *rq)
{
    str body = str_printf(rq->op.mem, "%.*s: %.*s", STR(request_typed(rq, "amount")),
                          STR(request_problem(rq, "amount")));
    return reply_text(rq, 200, S("text/plain"), body);
}

static bool add_in_tx(struct op *op, void *arg)
{
    (void)arg;
    return outbox_add(op, "talk", 1);
}

static struct reply talk(struct request *rq)
{
    world_of(rq)->calls++;
    CHECK(!rq->op.tx, "it talks inside a transaction");
    if (world_of(rq)->meanwhile) world_of(rq)->meanwhile(world_of(rq));
    if (!store_transact(&rq->op, rq->store, TX_WRITE, add_in_tx, NULL)) return reply_errors(rq);
    const struct pay *in = rq->in;
    if (in->amount > 100) {
        (void)op_fail(&rq->op, ERR_UPSTREAM, NULL, "The bank does not answer.");
        return reply_errors(rq);
    }
    return reply_see(rq, S("/talked"));
}

static struct reply api_pay(struct request *rq)
{
    struct reply reply = pay(rq);
    if (reply.status != 303) return reply;
    str body = str_printf(rq->op.mem, "{\"call\":%d}", world_of(rq)->calls);
    return reply_text(rq, 201, S("application/json"), body);
}

struct wanted {
    int64_t low, high;
    str as, must;
};
static const struct input wanted_inputs[] = {
    {"low", INPUT_I64, .offset = offsetof(struct wanted, low)},
    {"high", INPUT_I64, .offset = offsetof(struct wanted, high)},
    {"as", INPUT_TEXT, .offset = offsetof(struct wanted, as)},
    {0},
};
static const struct input strict_inputs[] = {
    {"must", INPUT_TEXT, .offset = offsetof(struct wanted, must), .required = true},
    {0},
};

/* A list: it takes what it is given, but for a range that is none. */
static struct reply list(struct request *rq)
{
    const struct wanted *in = rq->in;
    world_of(rq)->calls++;
    if (in->high < 0) {
        (void)op_fail(&rq->op, ERR_INVALID, "high", "Above nothing there is nothing.");
        return reply_errors(rq);
    }
    str body = str_printf(rq->op.mem, "%lld to %lld; typed %.*s; %.*s", (long long)in->low,
                          (long long)in->high, STR(request_typed(rq, "low")),
                          STR(request_problem(rq, "low")));
    if (in->as.len > 0) return reply_file(rq, S("text/csv"), S("list.csv"), body);
    return reply_text(rq, 200, S("text/html; charset=utf-8"), body);
}

enum { SHOW, PAY, TALK, API, HOOK, CONSOLE, LIST, STRICT };
static const struct route routes[] = {
    [SHOW] = {GET, "/show", show, .may = MAY_SEE_ACCOUNT},
    [PAY] = {POST, "/pay", pay, .may = MAY_PAY, INPUTS(pay_inputs, struct pay),
             .redisplay = pay_again},
    [TALK] = {POST, "/talk", talk, .may = MAY_PAY, INPUTS(pay_inputs, struct pay), .talks = true},
    [API] = {POST, "/api/v1/payments", api_pay, .may = MAY_PAY, INPUTS(pay_inputs, struct pay)},
    [HOOK] = {POST, "/hooks/x", show, .may = MAY_ANYONE, .foreign = true},
    [CONSOLE] = {GET, "/console", show, .may = MAY_SEE_CONSOLE},
    [LIST] = {GET, "/list", list, .may = MAY_SEE_ACCOUNT, INPUTS(wanted_inputs, struct wanted)},
    [STRICT] = {GET, "/strict", list, .may = MAY_SEE_ACCOUNT, INPUTS(strict_inputs, struct wanted)},
};

static str header(struct request *rq, const char *name)
{
    struct world *w = world_of(rq);
    for (ptrdiff_t i = 0; i < COUNT(w->headers); i++)
        if (w->headers[i][0] && str_eq(str_of(w->headers[i][0]), str_of(name)))
            return str_of(w->headers[i][1]);
    return S("");
}

static bool visit(struct request *rq)
{
    rq->who = world_of(rq)->who;
    return true;
}

static struct reply to_sign_in(struct request *rq)
{
    return reply_see(rq, S("/sign-in"));
}

static struct world world(struct fixture *f, enum role role)
{
    struct world w = {.app = {.db = f->db,
                              .keys = keys_for_tests(f->mem),
                              .claims = command_claims_open(f->mem),
                              .public_url = S("https://pay.example"),
                              .secure = true,
                              .visitor = visit,
                              .sign_in = to_sign_in}};
    w.who = (struct visitor){.session = 5, .person = 7, .role = role};
    return w;
}

static void with(struct world *w, ptrdiff_t i, const char *name, const char *value)
{
    w->headers[i][0] = name;
    w->headers[i][1] = value;
}

static str form(struct fixture *f, const char *fields)
{
    str token = crypto_tag(f->mem, keys_for_tests(f->mem), KEY_FORMS, S("form of session 5"));
    return str_printf(f->mem, "form_token=%.*s&%s", STR(token), fields);
}

static struct request request(struct fixture *f, struct world *w, int route, str body)
{
    if (!w->headers[0][0])
        with(w, 0, "Content-Type",
             route == API ? "application/json" : "application/x-www-form-urlencoded");
    return (struct request){
        .op = fixture_op(f),
        .store = f->store,
        .app = &w->app,
        .method = routes[route].method,
        .path = str_of(routes[route].path),
        .body = body,
        .reference = S("ref"),
        .header = header,
    };
}

static struct reply ask(struct fixture *f, struct world *w, int route, str body)
{
    struct request rq = request(f, w, route, body);
    return web_handle(&rq, &routes[route]);
}

ENGINES_SENTENCE(a_route_is_open_to_those_who_may)
{
    static const struct {
        enum role role;
        int route, status;
        bool view_as;
    } cases[] = {
        {ROLE_NONE, SHOW, 303, false},     {ROLE_VIEWER, SHOW, 200, false},
        {ROLE_PAYER, SHOW, 200, false},    {ROLE_CLERK, SHOW, 403, false},
        {ROLE_NONE, PAY, 303, false},      {ROLE_VIEWER, PAY, 403, false},
        {ROLE_PAYER, PAY, 303, false},     {ROLE_PAYER, PAY, 403, true},
        {ROLE_PAYER, SHOW, 200, true},     {ROLE_PAYER, CONSOLE, 403, false},
        {ROLE_CLERK, CONSOLE, 200, false}, {ROLE_NONE, HOOK, 200, false},
        {ROLE_NONE, API, 401, false},      {ROLE_VIEWER, API, 403, false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct world w = world(f, cases[i].role);
        w.who.view_as = cases[i].view_as;
        str body = cases[i].route == PAY ? form(f, "amount=1") : S("");
        struct reply got = ask(f, &w, cases[i].route, body);
        CHECK(got.status == cases[i].status, "case %td: %d", i, got.status);
        bool let_in = got.status == 200 ||
                      (cases[i].route == PAY && cases[i].role == ROLE_PAYER && !cases[i].view_as);
        CHECK(w.calls == let_in, "case %td: %d calls", i, w.calls);
    }
}

ENGINES_SENTENCE(a_form_that_is_not_ours_does_nothing)
{
    static const struct {
        bool token;
        const char *name, *value;
        int status;
    } cases[] = {
        {true, "X", "", 303},
        {false, "X", "", 403},
        {true, "Origin", "https://pay.example", 303},
        {true, "Origin", "https://evil.example", 403},
        {true, "Origin", "https://pay.example.evil.example", 403},
        {true, "Origin", "null", 403},
        {true, "Sec-Fetch-Site", "same-origin", 303},
        {true, "Sec-Fetch-Site", "none", 303},
        {true, "Sec-Fetch-Site", "same-site", 403},
        {true, "Sec-Fetch-Site", "cross-site", 403},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct world w = world(f, ROLE_PAYER);
        struct request rq =
            request(f, &w, PAY, cases[i].token ? form(f, "amount=1") : S("amount=1&form_token=x"));
        with(&w, 1, cases[i].name, cases[i].value);
        struct reply got = web_handle(&rq, &routes[PAY]);
        CHECK(got.status == cases[i].status, "case %td: %d", i, got.status);
        CHECK(w.calls == (got.status == 303), "case %td: %d calls", i, w.calls);
    }
    struct world w = world(f, ROLE_PAYER); /* the API with a cookie is a form, too */
    CHECK(ask(f, &w, API, S("{\"amount\":1}")).status == 403, "the API believed a cookie alone");
    w.who = (struct visitor){.key = 3, .role = ROLE_PAYER};
    CHECK(ask(f, &w, API, S("{\"amount\":1}")).status == 201, "the API with a key");
}

ENGINES_SENTENCE(what_is_refused_leaves_nothing_and_is_shown_again)
{
    struct world w = world(f, ROLE_PAYER);
    str before = fixture_digest(f);
    struct reply got = ask(f, &w, PAY, form(f, "amount=101&form_key=k"));
    CHECK(got.status == 422 && w.calls == 1, "%d", got.status);
    CHECK(str_eq(got.body, S("101: This is more than is still open.")), "%.*s", STR(got.body));
    got = ask(f, &w, PAY, form(f, "amount=x&form_key=k"));
    CHECK(got.status == 422 && w.calls == 1, "%d", got.status);
    CHECK(str_eq(got.body, S("x: This must be a whole number.")), "%.*s", STR(got.body));
    got = ask(f, &w, PAY, form(f, "amount=1&colour=red"));
    CHECK(got.status == 422 && w.calls == 1, "an unknown field: %d", got.status);
    got = ask(f, &w, PAY, form(f, "amount=99&form_key=k")); /* a reply of the handler's own */
    CHECK(got.status == 409 && w.calls == 2, "%d", got.status);
    CHECK(str_eq(before, fixture_digest(f)), "something was written");
    got = ask(f, &w, PAY, form(f, "amount=100&form_key=k")); /* mended, under the same key */
    CHECK(got.status == 303 && w.calls == 3, "%d", got.status);
}

static bool dress(struct request *rq, str title, struct frame *out)
{
    *out = frame_for(rq, title, S("Nordwind"));
    return world_of(rq)->calls == 0 || op_broken(&rq->op, ERR_INTERNAL, "no looks today");
}

ENGINES_SENTENCE(a_list_is_shown_without_what_its_address_could_not_ask)
{
    static const struct {
        int route;
        const char *query, *says;
        bool refused;
    } cases[] = {
        {LIST, "low=x&high=7", "0 to 7; typed x; This must be a whole number.", false},
        {LIST, "low=3&colour=red", "3 to 0; typed 3; ", false},
        {LIST, "low=3&high=-1", "3 to 0; typed 3; ", false}, /* the list refused it itself */
        {LIST, "low=x&as=csv", "This must be a whole number.", true}, /* a file is of all or none */
        {STRICT, "", "Please fill this in.", true}, /* a page cannot stand without that */
    };
    struct world w = world(f, ROLE_VIEWER);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct request rq = request(f, &w, cases[i].route, S(""));
        rq.query = str_of(cases[i].query);
        struct reply reply = web_handle(&rq, &routes[cases[i].route]);
        bool shown = str_starts(reply.body, str_of(cases[i].says));
        bool told = str_find(reply.body, str_of(cases[i].says)) > 0;
        CHECK(reply.status == 422 && reply.file_name.len == 0, "%s: %d", cases[i].query,
              reply.status);
        CHECK(cases[i].refused ? told : shown, "%s: %.*s", cases[i].query, STR(reply.body));
    }
    with(&w, 1, "Accept", "application/json");
    struct request rq = request(f, &w, LIST, S(""));
    rq.query = S("low=x");
    struct reply reply = web_handle(&rq, &routes[LIST]);
    CHECK(str_find(reply.type, S("problem+json")) > 0, "a program got a page");
}

ENGINES_SENTENCE(an_error_is_told_in_the_look_of_the_seller_where_there_is_one)
{
    struct world w = world(f, ROLE_PAYER);
    struct reply bare = ask(f, &w, CONSOLE, S(""));
    CHECK(bare.status >= 400 && str_find(bare.body, S("Nordwind")) < 0, "%d", bare.status);
    w.app.dress = dress;
    struct reply dressed = ask(f, &w, CONSOLE, S(""));
    CHECK(dressed.status == bare.status && str_find(dressed.body, S("Nordwind")) > 0, "%.*s",
          STR(dressed.body));
    w.calls = 1;
    dressed = ask(f, &w, CONSOLE, S(""));
    CHECK(str_eq(dressed.body, bare.body), "what cannot be dressed is told as it is");
    w.calls = 0;
    w.app.dress = NULL;
}

ENGINES_SENTENCE(a_form_sent_twice_is_one_command)
{
    struct world w = world(f, ROLE_PAYER);
    struct reply first = ask(f, &w, PAY, form(f, "amount=1&form_key=k1"));
    str books = fixture_digest(f);
    struct reply again = ask(f, &w, PAY, form(f, "amount=1&form_key=k1"));
    CHECK(w.calls == 1 && again.status == 303, "%d calls, %d", w.calls, again.status);
    CHECK(str_eq(first.location, again.location), "%.*s", STR(again.location));
    CHECK(str_eq(books, fixture_digest(f)), "the second one wrote");
    CHECK(ask(f, &w, PAY, form(f, "amount=2&form_key=k1")).status == 422, "other contents");
    CHECK(w.calls == 1, "%d calls", w.calls);
    CHECK(ask(f, &w, PAY, form(f, "amount=1&form_key=k2")).status == 303 && w.calls == 2, "k2");
    w.who.person = 8; /* keys of different people do not meet */
    CHECK(ask(f, &w, PAY, form(f, "amount=1&form_key=k1")).status == 303 && w.calls == 3, "other");
}

ENGINES_SENTENCE(the_api_answers_a_repeated_key_with_the_stored_answer)
{
    struct world w = world(f, ROLE_PAYER);
    w.who = (struct visitor){.key = 3, .role = ROLE_PAYER};
    struct request rq = request(f, &w, API, S("{\"amount\":1}"));
    with(&w, 1, "Idempotency-Key", "order-1");
    struct reply first = web_handle(&rq, &routes[API]);
    CHECK(first.status == 201 && !first.headers[0].name, "%d", first.status);
    struct reply again = ask(f, &w, API, S("{ \"amount\" : 1 }"));
    CHECK(again.status == 201 && str_eq(again.body, first.body), "%.*s", STR(again.body));
    CHECK(again.headers[0].name && str_eq(again.headers[0].value, S("true")), "it does not say so");
    CHECK(ask(f, &w, API, S("{\"amount\":2}")).status == 422, "other contents");
    CHECK(w.calls == 1, "%d calls", w.calls);
    with(&w, 1, "Idempotency-Key", NULL);
    CHECK(ask(f, &w, API, S("{\"amount\":1}")).status == 201 && w.calls == 2, "no key");
}

ENGINES_SENTENCE(a_route_that_talks_is_claimed_before_and_closed_after)
{
    struct world w = world(f, ROLE_PAYER);
    CHECK(ask(f, &w, TALK, form(f, "amount=101&form_key=a")).status == 502 && w.calls == 1, "502");
    CHECK(ask(f, &w, TALK, form(f, "amount=101&form_key=a")).status == 502 && w.calls == 2,
          "an error was stored");
    CHECK(ask(f, &w, TALK, form(f, "amount=1&form_key=a")).status == 303 && w.calls == 3, "303");
    CHECK(ask(f, &w, TALK, form(f, "amount=1&form_key=a")).status == 303 && w.calls == 3, "again");

    fixture_sql(f, "update command_key set status = 0"); /* as if its process had died */
    w.app.claims = command_claims_open(f->mem);
    CHECK(ask(f, &w, TALK, form(f, "amount=1&form_key=a")).status == 409 && w.calls == 3, "busy");
    f->now += MINUTE_US + 1;
    CHECK(ask(f, &w, TALK, form(f, "amount=1&form_key=a")).status == 303 && w.calls == 4, "later");
}

static void ask_meanwhile(struct world *w)
{
    w->meanwhile = NULL;
    w->f->now += 2 * MINUTE_US; /* however long it takes */
    w->status = ask(w->f, w, TALK, form(w->f, "amount=1&form_key=a")).status;
}

ENGINES_SENTENCE(a_command_that_is_worked_on_is_not_done_by_another_request)
{
    struct world w = world(f, ROLE_PAYER);
    w.f = f;
    w.meanwhile = ask_meanwhile;
    CHECK(ask(f, &w, TALK, form(f, "amount=1&form_key=a")).status == 303, "the first");
    CHECK(w.status == 409 && w.calls == 1, "meanwhile: %d, %d calls", w.status, w.calls);
    CHECK(ask(f, &w, TALK, form(f, "amount=1&form_key=a")).status == 303 && w.calls == 1, "again");
}

static bool talk_once(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    struct request rq = request(w->f, w, TALK, form(w->f, "amount=1&form_key=a"));
    rq.op = *op;
    rq.store = store;
    struct reply reply = web_handle(&rq, &routes[TALK]);
    op->errs = rq.op.errs;
    return reply.status == 303;
}

/* No time has passed, and nobody need wait: it is done, or done again. */
static void answered_at_once(struct fixture *f, bool done, void *arg)
{
    struct world *w = arg;
    struct reply again = ask(f, w, TALK, form(f, "amount=1&form_key=a"));
    CHECK(again.status == 303, "done %d, then %d", done, again.status);
    fixture_sql(f, "delete from command_key");
}

ENGINES_SENTENCE(after_a_failure_at_any_call_the_same_is_done_at_once)
{
    struct world w = world(f, ROLE_PAYER);
    w.f = f;
    with(&w, 0, "Content-Type", "application/x-www-form-urlencoded");
    ptrdiff_t calls = test_every_failure_outside(f, talk_once, &w, answered_at_once);
    CHECK(calls >= 3, "%td calls", calls);
}

static bool pay_once(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    struct request rq = {.op = *op, .store = store, .app = &w->app, .method = POST};
    str token = crypto_tag(op->mem, w->app.keys, KEY_FORMS, S("form of session 5"));
    rq.path = S("/pay");
    rq.header = header;
    rq.body = str_printf(op->mem, "form_token=%.*s&amount=1&form_key=k", STR(token));
    struct reply reply = web_handle(&rq, &routes[PAY]);
    op->errs = rq.op.errs;
    return reply.status == 303;
}

static bool count_keys(struct op *op, void *arg)
{
    (void)arg;
    return commands_forget(op, op->now + 1);
}

/* Done: work and key are there. Not done: neither. */
static void all_or_nothing(struct fixture *f, bool done, void *arg)
{
    (void)arg;
    bool pays = !fixture_sql_try(f, "insert into job (kind, subject, due_at) values ('pay', 1, 1)");
    bool keys = !fixture_sql_try(f, "insert into command_key (principal, key, route, body_hash, "
                                    "made_at) values ('person:7', 'k', '', '', 1)");
    CHECK(pays == done && keys == done, "done %d, work %d, key %d", done, pays, keys);
    fixture_sql(f, "delete from job");
    fixture_sql(f, "delete from command_key");
}

ENGINES_SENTENCE(a_failure_at_any_call_leaves_neither_work_nor_key)
{
    struct world w = world(f, ROLE_PAYER);
    with(&w, 0, "Content-Type", "application/x-www-form-urlencoded");
    ptrdiff_t calls = test_every_failure_outside(f, pay_once, &w, all_or_nothing);
    CHECK(calls >= 4, "%td calls", calls);
    fixture_do(f, count_keys, NULL);
}

TESTS(ENGINES_TEST(a_route_is_open_to_those_who_may),
      ENGINES_TEST(a_form_that_is_not_ours_does_nothing),
      ENGINES_TEST(what_is_refused_leaves_nothing_and_is_shown_again),
      ENGINES_TEST(a_list_is_shown_without_what_its_address_could_not_ask),
      ENGINES_TEST(an_error_is_told_in_the_look_of_the_seller_where_there_is_one),
      ENGINES_TEST(a_form_sent_twice_is_one_command),
      ENGINES_TEST(the_api_answers_a_repeated_key_with_the_stored_answer),
      ENGINES_TEST(a_route_that_talks_is_claimed_before_and_closed_after),
      ENGINES_TEST(a_command_that_is_worked_on_is_not_done_by_another_request),
      ENGINES_TEST(after_a_failure_at_any_call_the_same_is_done_at_once),
      ENGINES_TEST(a_failure_at_any_call_leaves_neither_work_nor_key))
