#include "adapters/net/webhook.h"
#include "base/clock.h"
#include "test.h"

#define NOW  (1614265330 * SECOND_US)
#define ONE  S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
#define TWO  S("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
#define BODY S("{\"test\": 2432232314}")

static const struct webhook_head genuine = {
    .id = {"msg_p5jXN8AQM9LWM0D4loKWxJek", 28},
    .timestamp = {"1614265330", 10},
};

SENTENCE(a_signature_is_that_of_the_published_scheme)
{
    /* printf %s 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}' |
     * openssl dgst -sha256 -mac HMAC -macopt hexkey:… -binary | base64 */
    str got = webhook_sign(mem, ONE, genuine.id, genuine.timestamp, BODY);
    CHECK(str_eq(got, S("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")), "%.*s", STR(got));
}

SENTENCE(only_a_fresh_whole_message_under_a_known_secret_is_genuine)
{
    str good = webhook_sign(mem, ONE, genuine.id, genuine.timestamp, BODY);
    str other = webhook_sign(mem, TWO, genuine.id, genuine.timestamp, BODY);
    str both = str_printf(mem, "%.*s %.*s", STR(other), STR(good));
    str cut = str_head(good, good.len - 1);
    str v2 = str_printf(mem, "v2%.*s", STR(str_from(good, 2)));
    const struct {
        const char *what;
        str id, timestamp, signature, body;
        int64_t later_seconds;
        str secrets[2];
        bool genuine;
    } cases[] = {
        {"as it was sent", genuine.id, genuine.timestamp, good, BODY, 0, {ONE}, true},
        {"300 s old", genuine.id, genuine.timestamp, good, BODY, 300, {ONE}, true},
        {"301 s old", genuine.id, genuine.timestamp, good, BODY, 301, {ONE}, false},
        {"300 s ahead", genuine.id, genuine.timestamp, good, BODY, -300, {ONE}, true},
        {"301 s ahead", genuine.id, genuine.timestamp, good, BODY, -301, {ONE}, false},
        {"another secret", genuine.id, genuine.timestamp, other, BODY, 0, {ONE}, false},
        {"new secret, old kept", genuine.id, genuine.timestamp, good, BODY, 0, {TWO, ONE}, true},
        {"old secret gone", genuine.id, genuine.timestamp, good, BODY, 0, {TWO}, false},
        {"signed with both", genuine.id, genuine.timestamp, both, BODY, 0, {ONE}, true},
        {"no secret set", genuine.id, genuine.timestamp, good, BODY, 0, {{0}}, false},
        {"another body",
         genuine.id,
         genuine.timestamp,
         good,
         S("{\"test\": 2432232315}"),
         0,
         {ONE},
         false},
        {"no body", genuine.id, genuine.timestamp, good, S(""), 0, {ONE}, false},
        {"another id",
         S("msg_p5jXN8AQM9LWM0D4loKWxJel"),
         genuine.timestamp,
         good,
         BODY,
         0,
         {ONE},
         false},
        {"no id", S(""), genuine.timestamp, good, BODY, 0, {ONE}, false},
        {"another time", genuine.id, S("1614265331"), good, BODY, 0, {ONE}, false},
        {"no time", genuine.id, S(""), good, BODY, 0, {ONE}, false},
        {"a time that overflows",
         genuine.id,
         S("9223372036854775807"),
         good,
         BODY,
         0,
         {ONE},
         false},
        {"a negative time", genuine.id, S("-1614265330"), good, BODY, 0, {ONE}, false},
        {"cut signature", genuine.id, genuine.timestamp, cut, BODY, 0, {ONE}, false},
        {"another version", genuine.id, genuine.timestamp, v2, BODY, 0, {ONE}, false},
        {"no signature", genuine.id, genuine.timestamp, S(""), BODY, 0, {ONE}, false},
        {"blanks", genuine.id, genuine.timestamp, S("    "), BODY, 0, {ONE}, false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct webhook_head head = {cases[i].id, cases[i].timestamp, cases[i].signature};
        instant now = NOW + cases[i].later_seconds * SECOND_US;
        bool got = webhook_genuine(mem, cases[i].secrets, 2, now, &head, cases[i].body);
        CHECK(got == cases[i].genuine, "%s: %d", cases[i].what, got);
    }
}

SENTENCE(a_secret_is_long_enough_or_none)
{
    static const struct {
        const char *secret;
        bool valid;
    } cases[] = {
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true},
        {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false},
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa", false}, /* 22 bytes and a bit */
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false},
        {"whsec_not base64", false},
        {"whsec_", false},
        {"", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(webhook_secret_valid(str_of(cases[i].secret)) == cases[i].valid, "%s",
              cases[i].secret);
    str one = webhook_secret_new(mem), two = webhook_secret_new(mem);
    CHECK(webhook_secret_valid(one) && !str_eq(one, two), "%.*s %.*s", STR(one), STR(two));
}

TESTS(TEST(a_signature_is_that_of_the_published_scheme),
      TEST(only_a_fresh_whole_message_under_a_known_secret_is_genuine),
      TEST(a_secret_is_long_enough_or_none))
