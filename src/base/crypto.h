/* Hashes, keyed tags, passwords and sealed secrets, over libsodium.
 *
 * All keys come from one master key in a file (QUITTANCE_KEYFILE, mode 0400 or 0600); each use has
 * its own key derived from it, so that a tag made for one purpose proves nothing for another. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/op.h"
#include "base/str.h"

struct keys; /* made once at start, read by all threads */

enum key_use { KEY_IDS = 1, KEY_FORMS, KEY_LINKS, KEY_SEAL, KEY_WEBHOOKS };

bool keys_open(struct op *op, const char *path, bool create, const struct keys **out) MUST_USE;
const struct keys *keys_for_tests(struct arena *mem);

/* BLAKE2b-256 as 64 hex digits: what the database keeps of a token. */
str crypto_hash(struct arena *mem, str data);
/* SHA-256 in hex: for formats that ask for it. */
str crypto_sha256(struct arena *mem, str data);
/* Keyed BLAKE2b-256 in hex. */
str crypto_tag(struct arena *mem, const struct keys *keys, enum key_use use, str data);
/* HMAC-SHA-256 in hex under a shared secret: webhook signatures. */
str crypto_hmac(struct arena *mem, str secret, str data);
bool crypto_equal(str a, str b); /* in constant time for equal lengths */

/* Argon2id. Slow on purpose: callers limit how many run at once. */
str password_hash(struct arena *mem, str password);
bool password_matches(str hash, str password);
bool password_needs_rehash(str hash);

/* XChaCha20-Poly1305. `place` names where the secret stands ("bank_account.iban:17") and must be
 * the same when it is opened, so that sealed values cannot be swapped between rows. */
str crypto_seal(struct arena *mem, const struct keys *keys, str place, str secret);
bool crypto_open(struct arena *mem, const struct keys *keys, str place, str sealed, str *out);

/* Ids as the outside sees them: "inv_" and letters that carry the number and a keyed check, so
 * that nobody can count or guess them. An id of another kind or a guessed one does not read. */
str id_text(struct arena *mem, const struct keys *keys, const char *prefix, int64_t id);
bool id_from(const struct keys *keys, const char *prefix, str text, int64_t *out);

#endif
