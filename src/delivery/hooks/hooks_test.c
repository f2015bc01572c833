#include "delivery/hooks/hooks.h"

#include "adapters/gateways/test_gateway.h"
#include "adapters/net/webhook.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "fixture.h"

#define SECRET S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

struct sent { /* the head of the request; rq->connection */
    str id, timestamp, signature;
};

static str header(struct request *rq, const char *name)
{
    const struct sent *sent = rq->connection;
    if (strcmp(name, "webhook-id") == 0) return sent->id;
    if (strcmp(name, "webhook-timestamp") == 0) return sent->timestamp;
    if (strcmp(name, "webhook-signature") == 0) return sent->signature;
    return S("");
}

static int post(struct fixture *f, const char *gateway, const struct sent *sent, str body)
{
    struct credentials keys = {.key = S("0123456789abcdef"), .webhook_secret = SECRET};
    struct app app = {
        .db = f->db,
        .keys = keys_for_tests(f->mem),
        .public_url = S("http://127.0.0.1:1"),
        .gateway = &gateway_test,
        .gateway_account = gateway_test_account(f->mem, S("http://127.0.0.1:1"), &keys, 0),
    };
    struct sent copy = *sent;
    struct request rq = {
        .op = fixture_op(f),
        .store = f->store,
        .app = &app,
        .method = POST,
        .path = S("/hooks/test"),
        .id = str_of(gateway),
        .body = body,
        .header = header,
        .connection = &copy,
    };
    return web_handle(&rq, &hook_routes[0]).status;
}

static struct sent signed_at(struct fixture *f, str id, instant at, str body)
{
    str timestamp = str_printf(f->mem, "%lld", (long long)(at / SECOND_US));
    return (struct sent){id, timestamp, webhook_sign(f->mem, SECRET, id, timestamp, body)};
}

ENGINES_SENTENCE(a_message_is_kept_once_and_only_when_it_is_genuine)
{
    str body = S("{\"type\":\"charge.changed\",\"charge\":{\"our_id\":\"not-ours\"}}");
    struct sent good = signed_at(f, S("evt_1"), f->now, body);
    str empty = fixture_digest(f);

    struct sent bad = good;
    bad.signature = S("v1,AAAA");
    CHECK(post(f, "test", &bad, body) == 403, "a forged message");
    bad = good;
    bad.id = S("evt_2");
    CHECK(post(f, "test", &bad, body) == 403, "under another id");
    CHECK(post(f, "test", &good, S("{}")) == 403, "another body");
    CHECK(post(f, "test", &(struct sent){0}, body) == 403, "nothing signed");
    struct sent old = signed_at(f, S("evt_3"), f->now - 301 * SECOND_US, body);
    CHECK(post(f, "test", &old, body) == 403, "an old message");
    CHECK(post(f, "stripes", &good, body) == 404, "another gateway");
    CHECK(str_eq(fixture_digest(f), empty), "something was kept");

    CHECK(post(f, "test", &good, body) == 200, "a genuine message");
    str kept = fixture_digest(f);
    CHECK(!str_eq(kept, empty), "nothing was kept");
    CHECK(post(f, "test", &good, body) == 200, "the same again");
    CHECK(str_eq(fixture_digest(f), kept), "it was kept twice");
    CHECK(fixture_sql_try(f, "create table t (n integer check (n = 0));"
                             "insert into t select count(*) from job; drop table t"),
          "work was asked for, for a charge that is not ours");
}

TESTS(ENGINES_TEST(a_message_is_kept_once_and_only_when_it_is_genuine))
