/* Hashes, keyed tags, passwords and sealed secrets, over libsodium.
 *
 * All keys come from one master key in a file (QUITTANCE_KEYFILE, mode 0400 or 0600); each use has
 * its own key derived from it, so that a tag made for one purpose proves nothing for another. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/op.h"
#include "base/str.h"

struct keys; /* made once at start, read by all threads */

enum key_use {
    KEY_IDS = 1,
    KEY_FORMS,
    KEY_LINKS,
    KEY_SEAL,
    KEY_WEBHOOKS,
    KEY_TOKENS,
    KEY_SIGN,
    KEY_BACKUP,
};

/* The keys live in op->mem and are wiped with it. `create` writes a new file, mode 0600, where none
 * is; a file that others can read, or that holds anything but 64 hex digits, is refused. */
bool keys_open(struct op *op, const char *path, bool create, const struct keys **out) MUST_USE;
const struct keys *keys_for_tests(struct arena *mem);

/* The key itself, for libsodium's streams: to be wiped by who asked (base/sealed.c). */
enum { CRYPTO_KEY_BYTES = 32 };
void crypto_key(const struct keys *keys, enum key_use use, unsigned char out[CRYPTO_KEY_BYTES]);

/* BLAKE2b-256 as 64 hex digits: what the database keeps of a token. (libsodium has crypto_hash.) */
str crypto_digest(struct arena *mem, str data);
/* SHA-256 in hex: for formats that ask for it. */
str crypto_sha256(struct arena *mem, str data);
/* Base64 of RFC 4648, with padding: for data: addresses. */
str crypto_base64(struct arena *mem, str data);
/* Keyed BLAKE2b-256 in hex. */
str crypto_tag(struct arena *mem, const struct keys *keys, enum key_use use, str data);
/* HMAC-SHA-256 in hex under a shared secret: webhook signatures. */
str crypto_hmac(struct arena *mem, str secret, str data);
bool crypto_equal(str a, str b); /* in constant time for equal lengths */

/* Ed25519 (RFC 8032), in hex: what others can check without our key. */
str crypto_sign_key(struct arena *mem, const struct keys *keys); /* the public half */
str crypto_sign_text(struct arena *mem, const struct keys *keys, str text);
bool crypto_signed(str key, str text, str signature);

/* Argon2id with three passes over 64 MiB (RFC 9106, second choice). Slow on purpose: callers limit
 * how many run at once, and how long a password may be. */
enum { PASSWORD_HASH_ROOM = 128 };
/* False: there is no memory for it. Neither takes any from an arena. */
bool password_hash(str password, char out[PASSWORD_HASH_ROOM]) MUST_USE;
bool password_matches(str hash, str password, bool *out) MUST_USE;
/* Another cost, at least one pass over 8 KiB: for tests with many people. Such a hash matches like
 * any other and needs a rehash. */
struct password_cost {
    int passes;
    ptrdiff_t memory_bytes;
};
str password_hash_at(struct arena *mem, str password, struct password_cost cost);
bool password_needs_rehash(str hash);

/* XChaCha20-Poly1305. `place` names where the secret stands ("bank_account.iban:17") and must be
 * the same when it is opened, so that sealed values cannot be swapped between rows. */
str crypto_seal(struct arena *mem, const struct keys *keys, str place, str secret);
bool crypto_open(struct arena *mem, const struct keys *keys, str place, str sealed, str *out);

/* Ids as the outside sees them: "inv_" and 26 letters that carry the number and a keyed check, so
 * that nobody can count or guess them. An id of another kind or a guessed one does not read. The
 * prefix is 1 to 7 letters, without the underscore. */
str id_text(struct arena *mem, const struct keys *keys, const char *prefix, int64_t id);
bool id_from(const struct keys *keys, const char *prefix, str text, int64_t *out);

#endif
