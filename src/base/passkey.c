#include "base/passkey.h"

#include "base/arena.h"

#include <assert.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>
#include <string.h>

enum { HOST_HASH_BYTES = 32, PRESENT = 0x01, VERIFIED = 0x04 };

static str copy_of(struct arena *mem, const unsigned char *at, size_t len)
{
    return str_copy(mem, (str){(const char *)at, (ptrdiff_t)len});
}

static const unsigned char *bytes(str s)
{
    return (const unsigned char *)s.at;
}

bool passkey_bytes(struct arena *mem, str base64url, str *out)
{
    size_t len;
    unsigned char *at = arena_array(mem, unsigned char, base64url.len + 1);
    if (sodium_base642bin(at, (size_t)base64url.len + 1, base64url.at, (size_t)base64url.len, NULL,
                          &len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    *out = (str){(const char *)at, (ptrdiff_t)len};
    return true;
}

/* ---- a new one ------------------------------------------------------------------------------- */

static void cred_close(void *arg)
{
    fido_cred_t *cred = arg;
    fido_cred_free(&cred);
}

static bool is_for(str host, const fido_cred_t *cred)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    static_assert(sizeof hash == HOST_HASH_BYTES, "authenticators hash with SHA-256");
    const unsigned char *said = fido_cred_authdata_raw_ptr(cred);
    crypto_hash_sha256(hash, bytes(host), (unsigned long long)host.len);
    return said && fido_cred_authdata_raw_len(cred) > sizeof hash &&
           memcmp(said, hash, sizeof hash) == 0;
}

static bool read_as(struct arena *mem, int algorithm, str host, str data, struct passkey *out)
{
    fido_cred_t *cred = fido_cred_new();
    if (!cred) return false;
    arena_defer(mem, cred_close, cred);
    if (fido_cred_set_type(cred, algorithm) != FIDO_OK) return false;
    if (fido_cred_set_authdata_raw(cred, bytes(data), (size_t)data.len) != FIDO_OK) return false;
    int flags = fido_cred_flags(cred);
    if (!is_for(host, cred) || !(flags & PRESENT) || !(flags & VERIFIED)) return false;
    *out = (struct passkey){
        .algorithm = algorithm,
        .credential = copy_of(mem, fido_cred_id_ptr(cred), fido_cred_id_len(cred)),
        .key = copy_of(mem, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)),
        .count = fido_cred_sigcount(cred),
    };
    return out->credential.len > 0 && out->key.len > 0;
}

bool passkey_from(struct arena *mem, str host, str authenticator_data, struct passkey *out)
{
    static const int algorithms[] = PASSKEY_ALGORITHMS;
    for (ptrdiff_t i = 0; i < COUNT(algorithms); i++)
        if (read_as(mem, algorithms[i], host, authenticator_data, out)) return true;
    return false;
}

/* ---- a proof --------------------------------------------------------------------------------- */

static void assert_close(void *arg)
{
    fido_assert_t *assertion = arg;
    fido_assert_free(&assertion);
}

static void es256_close(void *arg)
{
    es256_pk_t *key = arg;
    es256_pk_free(&key);
}

static void rs256_close(void *arg)
{
    rs256_pk_t *key = arg;
    rs256_pk_free(&key);
}

static void eddsa_close(void *arg)
{
    eddsa_pk_t *key = arg;
    eddsa_pk_free(&key);
}

/* The key as the library wants it; NULL: it is none. */
static const void *key_open(struct arena *mem, int algorithm, str key)
{
    size_t len = (size_t)key.len;
    if (algorithm == COSE_ES256) {
        es256_pk_t *own = es256_pk_new();
        if (own) arena_defer(mem, es256_close, own);
        return own && es256_pk_from_ptr(own, key.at, len) == FIDO_OK ? own : NULL;
    }
    if (algorithm == COSE_RS256) {
        rs256_pk_t *own = rs256_pk_new();
        if (own) arena_defer(mem, rs256_close, own);
        return own && rs256_pk_from_ptr(own, key.at, len) == FIDO_OK ? own : NULL;
    }
    eddsa_pk_t *own = eddsa_pk_new();
    if (own) arena_defer(mem, eddsa_close, own);
    return own && eddsa_pk_from_ptr(own, key.at, len) == FIDO_OK ? own : NULL;
}

bool passkey_proves(struct arena *mem, const struct passkey *key, const struct passkey_proof *proof,
                    int64_t *count)
{
    int algorithm = (int)key->algorithm;
    const void *own = key_open(mem, algorithm, key->key);
    fido_assert_t *said = fido_assert_new();
    if (said) arena_defer(mem, assert_close, said);
    if (!own || !said) return false;
    str client = proof->client_data, data = proof->authenticator_data, sig = proof->signature;
    bool read = fido_assert_set_count(said, 1) == FIDO_OK &&
                fido_assert_set_rp(said, str_z(mem, proof->host)) == FIDO_OK &&
                fido_assert_set_up(said, FIDO_OPT_TRUE) == FIDO_OK &&
                fido_assert_set_uv(said, FIDO_OPT_TRUE) == FIDO_OK &&
                fido_assert_set_clientdata(said, bytes(client), (size_t)client.len) == FIDO_OK &&
                fido_assert_set_authdata_raw(said, 0, bytes(data), (size_t)data.len) == FIDO_OK &&
                fido_assert_set_sig(said, 0, bytes(sig), (size_t)sig.len) == FIDO_OK;
    if (!read || fido_assert_verify(said, 0, algorithm, own) != FIDO_OK) return false;
    *count = fido_assert_sigcount(said, 0);
    return true;
}
