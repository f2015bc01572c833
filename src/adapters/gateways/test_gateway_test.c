#include "test.h"
#include "adapters/gateways/test_gateway.h"
#include "adapters/net/webhook.h"
#include "base/clock.h"
#include "stranger.h"

#include <unistd.h>

#define SECRET     S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
#define OLD_SECRET S("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
#define NOW        (1767225600 * SECOND_US)

static const struct gateway_account *account_at(struct arena *mem, int port)
{
    struct credentials keys = {
        .key = S("0123456789abcdef"), .webhook_secret = SECRET, .webhook_secret_old = OLD_SECRET};
    str address = str_printf(mem, "http://127.0.0.1:%d", port);
    return gateway_test_account(mem, address, &keys, TEST_PATIENCE_MS);
}

#define CHARGE(state, more)                                                                        \
    "{\"id\":\"ch_1\",\"our_id\":\"a-1\",\"state\":\"" state                                       \
    "\",\"amount\":{\"value\":\"119.00\","                                                         \
    "\"currency\":\"EUR\"}" more "}"
#define PAGE ",\"page\":\"http://127.0.0.1:1/card/t\""

static const struct answer_case {
    const char *answer; /* status line's rest, a blank line, and the body */
    enum charge_state state;
    enum decline_class decline;
    bool absent;  /* when asked, it is CHARGE_ABSENT instead */
    bool refused; /* our own mistake: false */
} cases[] = {
    {"200 OK\n" CHARGE("open", PAGE), .state = CHARGE_OPEN},
    {"201 Made\n" CHARGE("paid", ",\"card\":\"Visa ending 4242\""), .state = CHARGE_PAID},
    {"200 OK\n" CHARGE("declined", ",\"decline\":\"funds\""), .state = CHARGE_DECLINED,
     .decline = DECLINE_FUNDS},
    {"200 OK\n" CHARGE("declined", ",\"decline\":\"new\""), .state = CHARGE_DECLINED,
     .decline = DECLINE_REFUSED},
    {"200 OK\n" CHARGE("declined", ""), .state = CHARGE_DECLINED, .decline = DECLINE_REFUSED},
    {"200 OK\n" CHARGE("cancelled", ""), .state = CHARGE_CANCELLED},
    /* nothing that cannot be read whole is believed */
    {"200 OK\n" CHARGE("open", ""), .state = CHARGE_UNKNOWN},
    {"200 OK\n" CHARGE("open", ",\"page\":\"javascript:1\""), .state = CHARGE_UNKNOWN},
    {"200 OK\n" CHARGE("settling", ""), .state = CHARGE_UNKNOWN},
    {"200 OK\n" CHARGE("paid", "") "x", .state = CHARGE_UNKNOWN},
    {"200 OK\n{\"id\":\"ch_1\",\"our_id\":\"a-2\",\"state\":\"paid\",\"amount\":"
     "{\"value\":\"119.00\",\"currency\":\"EUR\"}}",
     .state = CHARGE_UNKNOWN},
    {"200 OK\n{\"id\":\"ch_1\",\"our_id\":\"a-1\",\"state\":\"paid\",\"amount\":"
     "{\"value\":\"119.0\",\"currency\":\"EUR\"}}",
     .state = CHARGE_UNKNOWN},
    {"200 OK\n{\"id\":\"ch_1\",\"our_id\":\"a-1\",\"state\":\"paid\",\"amount\":11900}",
     .state = CHARGE_UNKNOWN},
    {"200 OK\n{\"id\":\"ch_1\",\"our_id\":\"a-1\",\"state\":\"paid\"}", .state = CHARGE_UNKNOWN},
    {"200 OK\n{\"our_id\":\"a-1\",\"state\":\"paid\",\"amount\":"
     "{\"value\":\"119.00\",\"currency\":\"EUR\"}}",
     .state = CHARGE_UNKNOWN},
    {"200 OK\n[]", .state = CHARGE_UNKNOWN},
    {"200 OK\nnull", .state = CHARGE_UNKNOWN},
    {"200 OK\n", .state = CHARGE_UNKNOWN},
    {"200 OK\n<html>It works!</html>", .state = CHARGE_UNKNOWN},
    {"302 Found\n" CHARGE("paid", ""), .state = CHARGE_UNKNOWN},
    {"500 Oh\n" CHARGE("paid", ""), .state = CHARGE_UNKNOWN},
    {"503 Busy\n", .state = CHARGE_UNKNOWN},
    {"404 Not Found\n<html>", .state = CHARGE_UNKNOWN},
    {"404 Not Found\n{\"error\":\"no_such_page\"}", .state = CHARGE_UNKNOWN},
    {"404 Not Found\n{\"error\":\"no_such_charge\"}", .state = CHARGE_UNKNOWN, .absent = true},
    {"401 No\n{}", .refused = true},
    {"409 No\n{}", .refused = true},
    {"422 No\n{}", .refused = true},
};

static struct script *scripts_for(struct arena *mem, const struct answer_case *c)
{
    static const char *const paths[] = {"/v1/charges", "/v1/charges/a-1/cancel", "/v1/refunds"};
    struct str_pair parts = str_cut(str_of(c->answer), '\n');
    str whole = str_printf(mem, "HTTP/1.1 %.*s\r\nContent-Length: %td\r\n\r\n%.*s", STR(parts.head),
                           parts.tail.len, STR(parts.tail));
    struct script *scripts = arena_array(mem, struct script, COUNT(paths) + 1);
    for (ptrdiff_t i = 0; i < COUNT(paths); i++)
        scripts[i] = (struct script){.path = paths[i], .answer = whole.at};
    return scripts;
}

static void check_answer(const struct answer_case *c, bool answered, enum charge_state state,
                         const struct charge_result *got, const char *call)
{
    CHECK(answered == !c->refused, "%s: %s", call, c->answer);
    if (!answered) return;
    CHECK(got->state == state, "%s: %s: %d", call, c->answer, (int)got->state);
    CHECK(got->decline == (state == CHARGE_DECLINED ? c->decline : DECLINE_NONE), "%s: %s", call,
          c->answer);
    CHECK(!got->never_sent, "%s: %s", call, c->answer);
    if (state != CHARGE_UNKNOWN && state != CHARGE_ABSENT)
        CHECK(got->amount.minor == 11900, "%s: %s", call, c->answer);
}

SENTENCE(only_an_answer_that_can_be_read_whole_is_believed)
{
    currency eur;
    CHECK(currency_from(S("EUR"), &eur), "EUR");
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        const struct answer_case *c = &cases[i];
        struct stranger *stranger = stranger_open(mem, scripts_for(mem, c));
        const struct gateway_account *account = account_at(mem, stranger->port);
        struct charge charge = {.our_id = S("a-1"),
                                .amount = money_of(11900, eur),
                                .description = S("R-1"),
                                .return_url = S("http://x/back")};
        struct refund refund = {S("a-1"), S("ch_1"), money_of(11900, eur)};
        struct charge_result got;
        struct op op = {.mem = mem};

        bool ok = gateway_charge(&op, &gateway_test, account, &charge, &got);
        check_answer(c, ok, c->state, &got, "charge");
        ok = gateway_ask(&op, &gateway_test, account, S("a-1"), &got);
        check_answer(c, ok, c->absent ? CHARGE_ABSENT : c->state, &got, "ask");
        ok = gateway_cancel(&op, &gateway_test, account, S("a-1"), &got);
        enum charge_state ended = c->state == CHARGE_OPEN ? CHARGE_UNKNOWN : c->state;
        check_answer(c, ok, c->absent ? CHARGE_ABSENT : ended, &got, "cancel");
        ok = gateway_refund(&op, &gateway_test, account, &refund, &got);
        bool decided = c->state == CHARGE_PAID || c->state == CHARGE_DECLINED;
        check_answer(c, ok, decided ? c->state : CHARGE_UNKNOWN, &got, "refund");
        stranger_close(stranger);
    }
}

SENTENCE(a_charge_is_sent_with_its_id_amount_and_key)
{
    currency kwd;
    CHECK(currency_from(S("KWD"), &kwd), "KWD");
    struct stranger *stranger = stranger_open(mem, scripts_for(mem, &cases[0]));
    struct charge charge = {.our_id = S("a-1"),
                            .amount = money_of(1234, kwd),
                            .description = S("R-1 \"x\""),
                            .return_url = S("http://x/back?a=b")};
    struct charge_result got;
    struct op op = {.mem = mem};
    CHECK(gateway_charge(&op, &gateway_test, account_at(mem, stranger->port), &charge, &got), "c");
    static const char *const said[] = {
        "POST /v1/charges HTTP/1.1\r\n",
        "\r\nAuthorization: Bearer 0123456789abcdef\r\n",
        "\r\nContent-Type: application/json\r\n",
        "{\"our_id\":\"a-1\",\"amount\":{\"value\":\"1.234\",\"currency\":\"KWD\"},"
        "\"description\":\"R-1 \\\"x\\\"\",\"return_url\":\"http://x/back?a=b\"}",
    };
    for (ptrdiff_t i = 0; i < COUNT(said); i++)
        CHECK(strstr(stranger->asked, said[i]), "%s in %s", said[i], stranger->asked);
    /* What comes back is told as they said it: it is for payments.c to compare. */
    CHECK(got.amount.minor == 11900, "%lld", (long long)got.amount.minor);
    stranger_close(stranger);
}

SENTENCE(a_gateway_that_is_not_there_was_never_sent_anything)
{
    int port, held = stranger_socket(&port);
    struct charge_result got;
    struct op op = {.mem = mem};
    CHECK(gateway_ask(&op, &gateway_test, account_at(mem, port), S("a-1"), &got), "ask");
    CHECK(got.state == CHARGE_UNKNOWN && got.never_sent, "%d", (int)got.state);
    close(held);
}

SENTENCE(a_message_counts_only_when_it_is_signed)
{
    str body = S("{\"type\":\"charge.changed\",\"charge\":{\"our_id\":\"a-1\"}}");
    str time = S("1767225600"), id = S("evt_1");
    str signature = webhook_sign(mem, SECRET, id, time, body);
    str old_signature = webhook_sign(mem, OLD_SECRET, id, time, body);
    str odd = S("{\"charge\":{\"our_id\":\"a/../b\"}}"), rubbish = S("no JSON");
    const struct {
        const char *what;
        str signature, timestamp, id, body;
        int64_t later_seconds;
        bool genuine;
        str our_id;
    } messages[] = {
        {"as sent", signature, time, id, body, 0, true, S("a-1")},
        {"under the old secret", old_signature, time, id, body, 0, true, S("a-1")},
        {"five minutes old", signature, time, id, body, 300, true, S("a-1")},
        {"older", signature, time, id, body, 301, false, S("")},
        {"another id", signature, time, S("evt_2"), body, 0, false, S("")},
        {"altered", signature, time, id, odd, 0, false, S("")},
        {"unsigned", S(""), time, id, body, 0, false, S("")},
        {"of no id of ours", webhook_sign(mem, SECRET, id, time, odd), time, id, odd, 0, true,
         S("")},
        {"no JSON", webhook_sign(mem, SECRET, id, time, rubbish), time, id, rubbish, 0, true,
         S("")},
    };
    for (ptrdiff_t i = 0; i < COUNT(messages); i++) {
        struct op op = {.mem = mem, .now = NOW + messages[i].later_seconds * SECOND_US};
        struct gateway_message in = {messages[i].id, messages[i].timestamp, messages[i].signature,
                                     messages[i].body};
        struct gateway_event got;
        bool genuine = gateway_read_event(&op, &gateway_test, account_at(mem, 1), &in, &got);
        CHECK(genuine == messages[i].genuine, "%s: %d", messages[i].what, genuine);
        if (!genuine) continue;
        CHECK(str_eq(got.our_id, messages[i].our_id), "%s: %.*s", messages[i].what,
              STR(got.our_id));
        CHECK(str_eq(got.event_id, id), "%s", messages[i].what);
    }
}

TESTS(TEST(only_an_answer_that_can_be_read_whole_is_believed),
      TEST(a_charge_is_sent_with_its_id_amount_and_key),
      TEST(a_gateway_that_is_not_there_was_never_sent_anything),
      TEST(a_message_counts_only_when_it_is_signed))
