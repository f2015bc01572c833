/* Passkeys against a device made of OpenSSL, which signs what it is told to sign. */
#include "domain/access/passkeys.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "domain/access/people.h"
#include "fixture.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

enum { PRESENT = 1, VERIFIED = 4, HAS_KEY = 64 };

struct device {
    EVP_PKEY *key;
    const char *host, *origin, *type;
    int flags;
    uint32_t count;
    bool elsewhere;
    str credential;
};

static void key_close(void *arg)
{
    EVP_PKEY_free(arg);
}

static struct device device_open(struct arena *mem)
{
    struct device d = {.key = EVP_EC_gen("P-256"),
                       .host = "pay.example",
                       .origin = "https://pay.example",
                       .flags = PRESENT | VERIFIED,
                       .count = 1,
                       .credential = S("a device's own name, of 32 bytes")};
    CHECK(d.key, "no key");
    arena_defer(mem, key_close, d.key);
    return d;
}

static str base64url(struct arena *mem, str s)
{
    enum { URL = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
    size_t room = sodium_base64_encoded_len((size_t)s.len, URL);
    char *at = arena_array(mem, char, (ptrdiff_t)room);
    sodium_bin2base64(at, room, (const unsigned char *)s.at, (size_t)s.len, URL);
    return str_of(at);
}

static void add_bytes(struct text *t, const void *at, size_t len)
{
    text_add(t, (str){at, (ptrdiff_t)len});
}

/* WebAuthn level 2, section 6.1; the key as COSE writes it (RFC 9053, section 7.1). */
static str authenticator_data(struct arena *mem, const struct device *d, bool making)
{
    struct text t = {.mem = mem};
    unsigned char hash[32], point[65];
    crypto_hash_sha256(hash, (const unsigned char *)d->host, strlen(d->host));
    add_bytes(&t, hash, sizeof hash);
    text_char(&t, (char)(d->flags | (making ? HAS_KEY : 0)));
    for (int shift = 24; shift >= 0; shift -= 8) text_char(&t, (char)(d->count >> shift));
    if (!making) return text_str(&t);
    size_t len;
    CHECK(EVP_PKEY_get_octet_string_param(d->key, "pub", point, sizeof point, &len) == 1 &&
              len == sizeof point && point[0] == 4,
          "the public key");
    add_bytes(&t, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    text_char(&t, 0), text_char(&t, (char)d->credential.len);
    text_add(&t, d->credential);
    add_bytes(&t, "\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
    add_bytes(&t, point + 1, 32);
    add_bytes(&t, "\x22\x58\x20", 3);
    add_bytes(&t, point + 33, 32);
    return text_str(&t);
}

static str client_data(struct arena *mem, const struct device *d, const char *type, str challenge)
{
    str code = base64url(mem, challenge);
    return str_printf(mem,
                      "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\","
                      "\"crossOrigin\":%s}",
                      d->type ? d->type : type, STR(code), d->origin,
                      d->elsewhere ? "true" : "false");
}

static str signature(struct arena *mem, const struct device *d, str data, str client)
{
    struct text t = {.mem = mem};
    unsigned char hash[32], sig[128];
    size_t len = sizeof sig;
    crypto_hash_sha256(hash, (const unsigned char *)client.at, (unsigned long long)client.len);
    text_add(&t, data);
    add_bytes(&t, hash, sizeof hash);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    CHECK(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, d->key) == 1 &&
              EVP_DigestSign(md, sig, &len, (const unsigned char *)t.at, (size_t)t.len) == 1,
          "signing");
    EVP_MD_CTX_free(md);
    return str_copy(mem, (str){(const char *)sig, (ptrdiff_t)len});
}

static struct passkey_answer answer_of(struct arena *mem, const struct device *d, bool making,
                                       str challenge)
{
    str data = authenticator_data(mem, d, making);
    str client = client_data(mem, d, making ? "webauthn.create" : "webauthn.get", challenge);
    return (struct passkey_answer){
        .bound = S("browser one"),
        .credential = base64url(mem, d->credential),
        .client_data = base64url(mem, client),
        .authenticator_data = base64url(mem, data),
        .signature = base64url(mem, signature(mem, d, data, client)),
    };
}

/* ---- one person, one site -------------------------------------------------------------------- */

struct visit {
    struct passkey_site site;
    struct passkey_answer answer;
    struct passkey_try try;
    struct passkey_list own;
    int64_t person;
};

static bool person_make(struct op *op, void *arg)
{
    struct visit *v = arg;
    struct invitation in = {.email = S("anna@example.com"),
                            .name = S("Anna"),
                            .role = ROLE_PAYER,
                            .customer = 1,
                            .quiet = true};
    return person_invite(op, &in, &v->person);
}

static struct visit visit_begin(struct fixture *f)
{
    struct visit v = {0};
    CHECK(passkey_site_of(f->mem, S("https://Pay.example"), keys_for_tests(f->mem), &v.site),
          "the site");
    fixture_do(f, person_make, &v);
    return v;
}

static str challenge(struct fixture *f, const struct visit *v, enum passkey_use use)
{
    struct op op = fixture_op(f);
    return passkey_challenge(&op, &v->site, use, S("browser one"));
}

static bool add(struct op *op, void *arg)
{
    struct visit *v = arg;
    return passkey_add(op, &v->site, v->person, S("Laptop"), &v->answer);
}

static bool adds(struct fixture *f, struct visit *v, const struct device *d)
{
    struct op op = fixture_op(f);
    v->answer = answer_of(f->mem, d, true, challenge(f, v, PASSKEY_TO_ADD));
    return store_transact(&op, f->store, TX_WRITE, add, v);
}

static bool begin(struct op *op, void *arg)
{
    struct visit *v = arg;
    return passkey_try_begin(op, &v->site, &v->answer, &v->try);
}

static bool end(struct op *op, void *arg)
{
    struct visit *v = arg;
    return passkey_try_end(op, &v->try);
}

/* The whole of coming in with the answer that is there. */
static bool enters(struct fixture *f, struct visit *v)
{
    struct op op = fixture_op(f);
    fixture_do(f, begin, v);
    return !v->try.refused && passkey_try(&op, &v->try) &&
           store_transact(&op, f->store, TX_WRITE, end, v) && v->try.person == v->person;
}

static bool enters_with(struct fixture *f, struct visit *v, const struct device *d)
{
    v->answer = answer_of(f->mem, d, false, challenge(f, v, PASSKEY_TO_SIGN_IN));
    return enters(f, v);
}

ENGINES_SENTENCE(a_passkey_that_was_added_signs_in_and_counts)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    CHECK(adds(f, &v, &d), "it is not added");
    CHECK(!adds(f, &v, &d), "it is added twice");
    d.count = 2;
    CHECK(enters_with(f, &v, &d), "it does not sign in");
    CHECK(!enters_with(f, &v, &d), "a count that stands still");
    d.count = 1;
    CHECK(!enters_with(f, &v, &d), "a count that goes back");
    d.count = 9;
    CHECK(enters_with(f, &v, &d), "a count that leaps");
}

ENGINES_SENTENCE(a_device_that_does_not_count_signs_in_all_the_same)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    d.count = 0;
    CHECK(adds(f, &v, &d) && enters_with(f, &v, &d) && enters_with(f, &v, &d), "zero");
}

ENGINES_SENTENCE(a_challenge_is_answered_once_in_time_by_its_browser_for_its_use)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    CHECK(adds(f, &v, &d), "it is not added");
    d.count = 0;
    struct device other = d;
    other.credential = S("another name, also of 32 bytes..");
    other.count = 0;
    CHECK(adds(f, &v, &other), "the other is not added");

    CHECK(enters_with(f, &v, &other), "it does not sign in");
    CHECK(!enters(f, &v), "the same answer opens twice");

    v.answer = answer_of(f->mem, &other, false, challenge(f, &v, PASSKEY_TO_ADD));
    CHECK(!enters(f, &v), "made for adding");
    v.answer = answer_of(f->mem, &other, false, challenge(f, &v, PASSKEY_TO_SIGN_IN));
    v.answer.bound = S("browser two");
    CHECK(!enters(f, &v), "another browser's");
    v.answer = answer_of(f->mem, &other, false, S("99999999999999999.made.up"));
    CHECK(!enters(f, &v), "made up");
    v.answer = answer_of(f->mem, &other, false, challenge(f, &v, PASSKEY_TO_SIGN_IN));
    f->now += HOUR_US;
    CHECK(!enters(f, &v), "an hour old");
    CHECK(enters_with(f, &v, &other), "a fresh one");
}

ENGINES_SENTENCE(what_was_signed_for_somebody_else_is_refused)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    CHECK(adds(f, &v, &d), "it is not added");
    struct device liars[8];
    for (ptrdiff_t i = 0; i < COUNT(liars); i++) liars[i] = d, liars[i].count = 2;
    liars[0].host = "evil.example";
    liars[1].origin = "https://evil.example";
    liars[2].origin = "http://pay.example";
    liars[3].type = "webauthn.create";
    liars[4].flags = PRESENT;
    liars[5].flags = VERIFIED;
    liars[6].elsewhere = true;
    liars[7].key = device_open(f->mem).key;
    for (ptrdiff_t i = 0; i < COUNT(liars); i++)
        CHECK(!enters_with(f, &v, &liars[i]), "case %td", i);
    liars[3].type = "webauthn.get";
    for (ptrdiff_t i = 0; i < 7; i++) {
        liars[i].credential = str_printf(f->mem, "the name of number %td, 32 long...", i);
        CHECK(!adds(f, &v, &liars[i]), "adding, case %td", i);
    }
    d.count = 2;
    f->now += HOUR_US;
    CHECK(enters_with(f, &v, &d), "the right one does not sign in");
}

ENGINES_SENTENCE(after_ten_tries_a_passkey_waits_and_one_that_proves_it_is_not_counted)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem), thief = device_open(f->mem);
    CHECK(adds(f, &v, &d), "it is not added");
    for (int i = 0; i < 12; i++) {
        d.count++;
        CHECK(enters_with(f, &v, &d), "time %d", i);
    }
    for (int i = 0; i < 10; i++) {
        CHECK(!enters_with(f, &v, &thief), "a thief comes in");
        CHECK(!v.try.refused, "refused at try %d", i);
    }
    d.count++;
    CHECK(!enters_with(f, &v, &d) && v.try.refused && v.try.again_at == f->now + HOUR_US, "again");
    f->now += HOUR_US;
    CHECK(enters_with(f, &v, &d), "an hour later");
}

static bool list(struct op *op, void *arg)
{
    struct visit *v = arg;
    return passkeys_of(op, v->person, &v->own);
}

static bool take_away(struct op *op, void *arg)
{
    struct visit *v = arg;
    return passkey_remove(op, v->person, v->own.at[0].id);
}

ENGINES_SENTENCE(only_its_person_removes_a_passkey_and_then_it_opens_nothing)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    struct op op = fixture_op(f);
    CHECK(adds(f, &v, &d), "it is not added");
    fixture_do(f, list, &v);
    CHECK(v.own.count == 1 && str_eq(v.own.at[0].name, S("Laptop")), "it is not listed");
    struct visit other = v;
    other.person++;
    CHECK(!store_transact(&op, f->store, TX_WRITE, take_away, &other), "another removes it");
    fixture_do(f, take_away, &v);
    d.count = 2;
    CHECK(!enters_with(f, &v, &d), "it still opens");
}

ENGINES_SENTENCE(a_blocked_person_does_not_come_in)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    CHECK(adds(f, &v, &d), "it is not added");
    fixture_sql(f, "update person set blocked_at = 1");
    d.count = 2;
    CHECK(!enters_with(f, &v, &d), "blocked");
}

ENGINES_SENTENCE(a_failure_on_the_way_leaves_nothing_half_done)
{
    struct visit v = visit_begin(f);
    struct device d = device_open(f->mem);
    v.answer = answer_of(f->mem, &d, true, challenge(f, &v, PASSKEY_TO_ADD));
    CHECK(test_every_failure(f, add, &v, NULL) > 3, "adding makes too few calls");
    d.count = 2;
    v.answer = answer_of(f->mem, &d, false, challenge(f, &v, PASSKEY_TO_SIGN_IN));
    CHECK(test_every_failure(f, begin, &v, NULL) > 4, "beginning makes too few calls");
    struct op op = fixture_op(f);
    v.answer = answer_of(f->mem, &d, false, challenge(f, &v, PASSKEY_TO_SIGN_IN));
    fixture_do(f, begin, &v); /* what the loop began is gone with its memory */
    CHECK(passkey_try(&op, &v.try), "%s", fixture_why(&op));
    CHECK(test_every_failure(f, end, &v, NULL) > 3, "ending makes too few calls");
}

SENTENCE(passkeys_want_a_host_with_a_name)
{
    static const struct {
        const char *url, *host, *origin;
    } cases[] = {
        {"https://pay.example.com", "pay.example.com", "https://pay.example.com"},
        {"https://pay.example.com:8443", "pay.example.com", "https://pay.example.com:8443"},
        {"http://localhost:8080", "localhost", "http://localhost:8080"},
        {"http://pay.example.com", NULL, NULL},
        {"http://127.0.0.1:8080", NULL, NULL},
        {"https://192.0.2.7", NULL, NULL},
        {"https://[2001:db8::1]:8080", NULL, NULL},
        {"", NULL, NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct passkey_site site;
        bool good = passkey_site_of(mem, str_of(cases[i].url), NULL, &site);
        CHECK(good == (cases[i].host != NULL), "%s", cases[i].url);
        CHECK(!good || (str_eq(site.host, str_of(cases[i].host)) &&
                        str_eq(site.origin, str_of(cases[i].origin))),
              "%s: %.*s", cases[i].url, STR(site.origin));
    }
}

TESTS(ENGINES_TEST(a_passkey_that_was_added_signs_in_and_counts),
      ENGINES_TEST(a_device_that_does_not_count_signs_in_all_the_same),
      ENGINES_TEST(a_challenge_is_answered_once_in_time_by_its_browser_for_its_use),
      ENGINES_TEST(what_was_signed_for_somebody_else_is_refused),
      ENGINES_TEST(after_ten_tries_a_passkey_waits_and_one_that_proves_it_is_not_counted),
      ENGINES_TEST(only_its_person_removes_a_passkey_and_then_it_opens_nothing),
      ENGINES_TEST(a_blocked_person_does_not_come_in),
      ENGINES_TEST(a_failure_on_the_way_leaves_nothing_half_done),
      TEST(passkeys_want_a_host_with_a_name))
