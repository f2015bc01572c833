/* Each operation that writes, with its first, second, … n-th call to the database made to fail: it
 * says so, and nothing of it stays. */
#include "base/clock.h"
#include "domain/access/api_keys.h"
#include "domain/access/passwords.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/access/sign_in.h"
#include "fixture.h"

#include <assert.h>

enum { THE_ONE = 1000 };

struct story {
    int64_t person, second, member, session;
    char kept[100]; /* the token: each try's memory is given back */
    str token;
};

static void keep(struct story *s, str token)
{
    assert(token.len < (ptrdiff_t)sizeof s->kept);
    memcpy(s->kept, token.at, (size_t)token.len);
    s->token = (str){s->kept, token.len};
}

static bool invite(struct op *op, const char *email, enum role role, int64_t customer, int64_t *id)
{
    struct invitation in = {
        .email = str_of(email), .role = role, .customer = customer, .quiet = true};
    return person_invite(op, &in, id);
}

static bool do_invite(struct op *op, void *arg)
{
    struct story *s = arg;
    return invite(op, "anna@example.com", ROLE_CUSTOMER_ADMIN, 1, &s->person);
}

static bool do_invite_second(struct op *op, void *arg)
{
    struct story *s = arg;
    return invite(op, "bert@example.com", ROLE_CUSTOMER_ADMIN, 1, &s->second);
}

static bool do_ask(struct op *op, void *arg)
{
    (void)arg;
    struct sign_in_ask ask = {
        .kind = ASK_SIGN_IN, .email = S("anna@example.com"), .browser = S("b")};
    return sign_in_ask(op, &ask);
}

static bool do_mail(struct op *op, void *arg)
{
    (void)arg;
    static const struct site site = {.url = {"https://pay.example", 19}, .seller = {"N", 1}};
    return sign_in_mail(op, THE_ONE, &site);
}

static bool do_link(struct op *op, void *arg)
{
    struct story *s = arg;
    str url;
    if (!access_link_for(op, s->person, S("https://x"), 1, DAY_US, &url)) return false;
    keep(s, str_from(url, S("https://x/sign-in/").len));
    return true;
}

static bool do_use(struct op *op, void *arg)
{
    struct story *s = arg;
    struct link link;
    return link_use(op, s->token, S("b"), &link);
}

static bool do_session(struct op *op, void *arg)
{
    struct story *s = arg;
    str token;
    if (!sessions_open(op, s->person, 1, op->now, S("Firefox"), &token)) return false;
    keep(s, token);
    return true;
}

static bool do_find(struct op *op, void *arg)
{
    struct story *s = arg;
    struct session session;
    struct member_list members;
    bool expired;
    if (!sessions_find(op, s->token, &session, &expired)) return false;
    if (!members_of(op, 1, &members)) return false;
    s->session = session.id;
    s->member = members.at[0].id;
    return true;
}

static bool do_touch(struct op *op, void *arg)
{
    struct story *s = arg;
    return sessions_touch(op, s->session);
}

static bool do_password_try(struct op *op, void *arg)
{
    (void)arg;
    struct password_try try;
    return password_try_begin(op, S("anna@example.com"), &try);
}

static bool do_password(struct op *op, void *arg)
{
    struct story *s = arg;
    return password_set(op, s->person, S("$argon2id$"), 0);
}

static bool do_prefer(struct op *op, void *arg)
{
    struct story *s = arg;
    struct preferences in = {.name = S("Anna"), .language = S("de"), .theme = S("dark")};
    return person_prefer(op, s->person, &in);
}

static bool do_role(struct op *op, void *arg)
{
    struct story *s = arg;
    return member_set_role(op, 1, s->member, ROLE_VIEWER);
}

static bool do_remove(struct op *op, void *arg)
{
    struct story *s = arg;
    return member_remove(op, 1, s->member);
}

static bool do_block(struct op *op, void *arg)
{
    struct story *s = arg;
    return person_block(op, s->person, true);
}

static bool do_key(struct op *op, void *arg)
{
    (void)arg;
    str key;
    return api_key_add(op, S("ERP"), ROLE_CLERK, 0, &key);
}

static bool do_revoke(struct op *op, void *arg)
{
    (void)arg;
    return api_key_revoke(op, THE_ONE);
}

static bool do_sweep(struct op *op, void *arg)
{
    (void)arg;
    struct op later = *op;
    later.now += 3 * DAY_US;
    bool done = access_sweep(&later) && access_sweep_later(&later);
    op->errs = later.errs;
    return done;
}

ENGINES_SENTENCE(whatever_fails_halfway_was_never_begun)
{
    static const struct {
        const char *name;
        bool (*work)(struct op *op, void *arg);
        int calls; /* at least: begin, the statements, commit */
    } steps[] = {
        {"invite", do_invite, 7},           {"invite another", do_invite_second, 7},
        {"ask for a link", do_ask, 4},      {"write the mail", do_mail, 8},
        {"make a link", do_link, 4},        {"use a link", do_use, 4},
        {"begin a session", do_session, 3}, {"find it", do_find, 4},
        {"touch it", do_touch, 3},          {"try a password", do_password_try, 7},
        {"set a password", do_password, 5}, {"prefer", do_prefer, 3},
        {"change a role", do_role, 7},      {"remove a member", do_remove, 6},
        {"block a person", do_block, 6},    {"make a key", do_key, 4},
        {"revoke it", do_revoke, 4},        {"sweep", do_sweep, 7},
    };
    struct story s = {0};
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C1', 'Hallam', 0, 0)");
    for (ptrdiff_t i = 0; i < COUNT(steps); i++) {
        if (steps[i].work == do_mail) /* failed inserts have used up ids on one engine */
            fixture_sql(f, "update sign_in_request set id = 1000");
        if (steps[i].work == do_revoke) fixture_sql(f, "update api_key set id = 1000");
        ptrdiff_t calls = test_every_failure(f, steps[i].work, &s, NULL);
        CHECK(calls >= steps[i].calls, "%s: %td calls", steps[i].name, calls);
    }
}

TESTS(ENGINES_TEST(whatever_fails_halfway_was_never_begun))
