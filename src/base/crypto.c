#include "base/crypto.h"

#include "base/arena.h"
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_USES (KEY_BACKUP + 1)
enum { KEY_BYTES = 32, HASH_BYTES = 32, KEY_FILE_BYTES = 65 };

struct keys {
    unsigned char use[KEY_USES][KEY_BYTES]; /* [0] is not used */
};

static const unsigned char *bytes_of(str s)
{
    return (const unsigned char *)(s.len > 0 ? s.at : "");
}

static str hex_text(struct arena *mem, const unsigned char *bytes, ptrdiff_t count)
{
    char *at = arena_array(mem, char, 2 * count + 1);
    sodium_bin2hex(at, (size_t)(2 * count + 1), bytes, (size_t)count);
    return (str){at, 2 * count};
}

/* ---- keys ---- */

static void forget(void *keys)
{
    sodium_memzero(keys, sizeof(struct keys));
}

static const struct keys *keys_of(struct arena *mem, const unsigned char master[KEY_BYTES])
{
    struct keys *keys = arena_new(mem, struct keys);
    arena_defer(mem, forget, keys);
    for (int use = KEY_IDS; use < KEY_USES; use++)
        crypto_kdf_derive_from_key(keys->use[use], KEY_BYTES, (uint64_t)use, "quittanc", master);
    return keys;
}

static const unsigned char *key_for(const struct keys *keys, enum key_use use)
{
    assert(use >= KEY_IDS && use < KEY_USES);
    return keys->use[use];
}

void crypto_key(const struct keys *keys, enum key_use use, unsigned char out[CRYPTO_KEY_BYTES])
{
    memcpy(out, key_for(keys, use), KEY_BYTES);
}

const struct keys *keys_for_tests(struct arena *mem)
{
    static const unsigned char master[KEY_BYTES] = "a key for tests, never for money";
    return keys_of(mem, master);
}

static void close_file(void *fd)
{
    close(*(int *)fd);
}

static bool open_file(struct op *op, const char *path, int flags, int *out)
{
    int *fd = arena_new(op->mem, int);
    *out = *fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd >= 0) arena_defer(op->mem, close_file, fd);
    return *fd >= 0;
}

/* Written whole and flushed, or not there: a half-written key would lock everything it sealed. */
static bool key_file_create(struct op *op, const char *path)
{
    unsigned char master[KEY_BYTES];
    char text[KEY_FILE_BYTES + 1];
    int fd;
    if (!open_file(op, path, O_WRONLY | O_CREAT | O_EXCL, &fd))
        return op_fail(op, ERR_INVALID, "QUITTANCE_KEYFILE",
                       "The key file %s cannot be created: %s.", path, strerror(errno));
    random_bytes(master, KEY_BYTES);
    sodium_bin2hex(text, sizeof text, master, KEY_BYTES);
    text[KEY_FILE_BYTES - 1] = '\n';
    bool written = write(fd, text, KEY_FILE_BYTES) == KEY_FILE_BYTES && fsync(fd) == 0;
    sodium_memzero(master, sizeof master);
    sodium_memzero(text, sizeof text);
    if (written) return true;
    unlink(path);
    return op_fail(op, ERR_INVALID, "QUITTANCE_KEYFILE", "The key file %s cannot be written: %s.",
                   path, strerror(errno));
}

static bool key_file_read(struct op *op, const char *path, int fd, unsigned char *master)
{
    struct stat about;
    char text[KEY_FILE_BYTES + 1];
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return op_fail(op, ERR_INVALID, "QUITTANCE_KEYFILE", "The key file %s is not a file.",
                       path);
    if (about.st_mode & 077)
        return op_fail(op, ERR_INVALID, "QUITTANCE_KEYFILE",
                       "The key file %s can be read by others. Run: chmod 600 %s", path, path);

    ssize_t len = read(fd, text, sizeof text);
    str hex = str_trim((str){text, len > 0 ? len : 0});
    size_t got = 0;
    bool whole = hex.len == 2 * KEY_BYTES &&
                 sodium_hex2bin(master, KEY_BYTES, hex.at, (size_t)hex.len, NULL, &got, NULL) == 0;
    sodium_memzero(text, sizeof text);
    if (!whole || got != KEY_BYTES)
        return op_fail(op, ERR_INVALID, "QUITTANCE_KEYFILE",
                       "The key file %s does not hold 64 hexadecimal digits. Restore it from the "
                       "backup: what was sealed under it cannot be read without it.",
                       path);
    return true;
}

bool keys_open(struct op *op, const char *path, bool create, const struct keys **out)
{
    unsigned char master[KEY_BYTES];
    int fd, ready = sodium_init();
    assert(ready >= 0);
    (void)ready;
    bool there = open_file(op, path, O_RDONLY, &fd);
    if (!there && errno == ENOENT && create) {
        if (!key_file_create(op, path)) return false;
        there = open_file(op, path, O_RDONLY, &fd);
    }
    if (!there)
        return op_fail(op, ERR_INVALID, "QUITTANCE_KEYFILE",
                       "The key file %s cannot be opened: %s.", path, strerror(errno));
    if (!key_file_read(op, path, fd, master)) return false;
    *out = keys_of(op->mem, master);
    sodium_memzero(master, sizeof master);
    return true;
}

/* ---- hashes and tags ---- */

str crypto_digest(struct arena *mem, str data)
{
    unsigned char hash[HASH_BYTES];
    crypto_generichash(hash, HASH_BYTES, bytes_of(data), (size_t)data.len, NULL, 0);
    return hex_text(mem, hash, HASH_BYTES);
}

str crypto_sha256(struct arena *mem, str data)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, bytes_of(data), (size_t)data.len);
    return hex_text(mem, hash, sizeof hash);
}

str crypto_base64(struct arena *mem, str data)
{
    size_t room = sodium_base64_ENCODED_LEN((size_t)data.len, sodium_base64_VARIANT_ORIGINAL);
    char *at = arena_array(mem, char, (ptrdiff_t)room);
    sodium_bin2base64(at, room, bytes_of(data), (size_t)data.len, sodium_base64_VARIANT_ORIGINAL);
    return (str){at, (ptrdiff_t)room - 1};
}

str crypto_tag(struct arena *mem, const struct keys *keys, enum key_use use, str data)
{
    unsigned char tag[HASH_BYTES];
    crypto_generichash(tag, HASH_BYTES, bytes_of(data), (size_t)data.len, key_for(keys, use),
                       KEY_BYTES);
    return hex_text(mem, tag, HASH_BYTES);
}

str crypto_hmac(struct arena *mem, str secret, str data)
{
    unsigned char tag[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(secret), (size_t)secret.len);
    crypto_auth_hmacsha256_update(&state, bytes_of(data), (size_t)data.len);
    crypto_auth_hmacsha256_final(&state, tag);
    return hex_text(mem, tag, sizeof tag);
}

bool crypto_equal(str a, str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.at, b.at, (size_t)a.len) == 0);
}

/* ---- signatures ---- */

str crypto_sign_key(struct arena *mem, const struct keys *keys)
{
    unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public, secret, key_for(keys, KEY_SIGN));
    sodium_memzero(secret, sizeof secret);
    return hex_text(mem, public, sizeof public);
}

str crypto_sign_text(struct arena *mem, const struct keys *keys, str text)
{
    unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    unsigned char signature[crypto_sign_BYTES];
    crypto_sign_seed_keypair(public, secret, key_for(keys, KEY_SIGN));
    crypto_sign_detached(signature, NULL, bytes_of(text), (unsigned long long)text.len, secret);
    sodium_memzero(secret, sizeof secret);
    return hex_text(mem, signature, sizeof signature);
}

static bool hex_read(str hex, unsigned char *out, size_t size)
{
    size_t got = 0;
    return hex.len == 2 * (ptrdiff_t)size &&
           sodium_hex2bin(out, size, hex.at, (size_t)hex.len, NULL, &got, NULL) == 0 && got == size;
}

bool crypto_signed(str key, str text, str signature)
{
    unsigned char public[crypto_sign_PUBLICKEYBYTES], bytes[crypto_sign_BYTES];
    return hex_read(key, public, sizeof public) && hex_read(signature, bytes, sizeof bytes) &&
           crypto_sign_verify_detached(bytes, bytes_of(text), (unsigned long long)text.len,
                                       public) == 0;
}

/* ---- passwords ---- */

/* RFC 9106's second choice: three passes over 64 MiB. */
static const struct password_cost production_cost = {.passes = 3, .memory_bytes = 64 << 20};

_Static_assert((int)PASSWORD_HASH_ROOM == (int)crypto_pwhash_STRBYTES, "the room of a hash");

static bool hash_at(str password, struct password_cost cost, char out[PASSWORD_HASH_ROOM])
{
    int ready = sodium_init(); /* the salt comes from the system */
    assert(ready >= 0);
    (void)ready;
    return crypto_pwhash_str_alg(out, password.len > 0 ? password.at : "",
                                 (unsigned long long)password.len, (unsigned long long)cost.passes,
                                 (size_t)cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

str password_hash_at(struct arena *mem, str password, struct password_cost cost)
{
    char *at = arena_array(mem, char, PASSWORD_HASH_ROOM);
    bool made = hash_at(password, cost, at);
    assert(made);
    (void)made;
    return str_of(at);
}

bool password_hash(str password, char out[PASSWORD_HASH_ROOM])
{
    return hash_at(password, production_cost, out);
}

/* libsodium reads a NUL-ended text of a fixed size. */
static bool hash_fits(str hash, char z[crypto_pwhash_STRBYTES])
{
    if (hash.len >= crypto_pwhash_STRBYTES) return false;
    memset(z, 0, crypto_pwhash_STRBYTES);
    if (hash.len > 0) memcpy(z, hash.at, (size_t)hash.len);
    return true;
}

bool password_matches(str hash, str password, bool *out)
{
    char z[crypto_pwhash_STRBYTES];
    *out = false;
    if (!hash_fits(hash, z)) return true;
    errno = 0; /* one that does not match says EINVAL */
    *out = crypto_pwhash_str_verify(z, password.len > 0 ? password.at : "",
                                    (unsigned long long)password.len) == 0;
    return *out || errno != ENOMEM;
}

bool password_needs_rehash(str hash)
{
    char z[crypto_pwhash_STRBYTES];
    return !hash_fits(hash, z) ||
           crypto_pwhash_str_needs_rehash(z, (unsigned long long)production_cost.passes,
                                          (size_t)production_cost.memory_bytes) != 0;
}

/* ---- sealed secrets ---- */

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEAL_BYTES = NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};
#define SEAL_PREFIX S("x1.") /* XChaCha20-Poly1305 under the first master key */

str crypto_seal(struct arena *mem, const struct keys *keys, str place, str secret)
{
    assert(place.len > 0);
    ptrdiff_t len = secret.len + SEAL_BYTES;
    unsigned char *box = arena_array(mem, unsigned char, len);
    random_bytes(box, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        box + NONCE_BYTES, NULL, bytes_of(secret), (unsigned long long)secret.len, bytes_of(place),
        (unsigned long long)place.len, NULL, box, key_for(keys, KEY_SEAL));

    size_t room = sodium_base64_encoded_len((size_t)len, BASE64);
    char *at = arena_array(mem, char, SEAL_PREFIX.len + (ptrdiff_t)room);
    memcpy(at, SEAL_PREFIX.at, (size_t)SEAL_PREFIX.len);
    sodium_bin2base64(at + SEAL_PREFIX.len, room, box, (size_t)len, BASE64);
    return (str){at, SEAL_PREFIX.len + (ptrdiff_t)room - 1};
}

bool crypto_open(struct arena *mem, const struct keys *keys, str place, str sealed, str *out)
{
    if (!str_starts(sealed, SEAL_PREFIX)) return false;
    str text = str_from(sealed, SEAL_PREFIX.len);
    size_t len = 0;
    unsigned char *box = arena_array(mem, unsigned char, text.len + 1);
    if (sodium_base642bin(box, (size_t)text.len, text.at, (size_t)text.len, NULL, &len, NULL,
                          BASE64) != 0 ||
        len < SEAL_BYTES)
        return false;

    unsigned char *plain = arena_array(mem, unsigned char, (ptrdiff_t)len);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain, NULL, NULL, box + NONCE_BYTES, len - NONCE_BYTES, bytes_of(place),
            (unsigned long long)place.len, box, key_for(keys, KEY_SEAL)) != 0)
        return false;
    *out = (str){(const char *)plain, (ptrdiff_t)len - SEAL_BYTES};
    return true;
}

/* ---- ids ---- */

/* An id is 16 bytes: a tag of the prefix and the number, then the number under a mask that follows
 * from that tag (a synthetic IV). The same row has the same id for ever; neighbours share nothing;
 * 2^64 guesses are expected before one reads. */
enum { ID_TAG = 8, ID_BYTES = 16, ID_LETTERS = 26, ID_PREFIX_MAX = 8 };

/* Crockford's: no i, l, o, u, so that an id can be read over the telephone. */
static const char id_letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Eight keyed bytes of the prefix and eight more bytes, by SipHash, which is made for messages as
 * short as this: a list has a hundred ids. The first letter keeps tags and masks apart. */
static void id_bytes(const struct keys *keys, char what, const char *prefix,
                     const unsigned char in[8], unsigned char out[8])
{
    static_assert(crypto_shorthash_BYTES == 8, "one number");
    static_assert(crypto_shorthash_KEYBYTES <= KEY_BYTES, "the key's first half");
    unsigned char data[1 + ID_PREFIX_MAX + 8] = {(unsigned char)what};
    size_t len = strlen(prefix);
    assert(len > 0 && len < ID_PREFIX_MAX);
    memcpy(data + 1, prefix, len);
    memcpy(data + 1 + ID_PREFIX_MAX, in, 8);
    crypto_shorthash(out, data, sizeof data, key_for(keys, KEY_IDS));
}

static void id_mask(const struct keys *keys, const char *prefix, const unsigned char tag[ID_TAG],
                    const unsigned char in[8], unsigned char out[8])
{
    unsigned char mask[8];
    id_bytes(keys, 'm', prefix, tag, mask);
    for (int i = 0; i < 8; i++) out[i] = in[i] ^ mask[i];
}

/* In one instruction, where a loop takes thirty. */
static inline uint64_t eight(const unsigned char b[8])
{
    return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 |
           (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 |
           (uint64_t)b[6] << 8 | (uint64_t)b[7];
}

/* The last 5 * count bits, the highest first. Returns what follows them. */
static inline char *id_letters_put(char *at, uint64_t bits, int count)
{
    for (int i = count - 1; i >= 0; i--, bits >>= 5) at[i] = id_letters[bits & 31];
    return at + count;
}

str id_text(struct arena *mem, const struct keys *keys, const char *prefix, int64_t id)
{
    unsigned char number[8], box[ID_BYTES];
    for (int i = 0; i < 8; i++) number[i] = (unsigned char)((uint64_t)id >> (8 * i));
    id_bytes(keys, 't', prefix, number, box);
    id_mask(keys, prefix, box, number, box + ID_TAG);

    uint64_t high = eight(box), low = eight(box + 8);
    str head = str_of(prefix);
    char *text = arena_bytes(mem, head.len + 1 + ID_LETTERS + 1), *at = text + head.len;
    memcpy(text, head.at, (size_t)head.len);
    *at++ = '_';
    at = id_letters_put(at, high >> 4, 12); /* 60 bits, 60 bits, and 8 with two zeros behind them */
    at = id_letters_put(at, high << 56 | low >> 8, 12);
    at = id_letters_put(at, low << 2, 2);
    *at = 0;
    return (str){text, at - text};
}

/* False for other letters, and for the 3 of 4 last letters that no id ends in: one id, one text. */
static bool id_box(str text, unsigned char box[ID_BYTES + 1])
{
    if (text.len != ID_LETTERS) return false;
    memset(box, 0, ID_BYTES + 1);
    for (int i = 0; i < ID_LETTERS; i++) {
        const char *letter = memchr(id_letters, text.at[i], 32);
        if (!letter) return false;
        int bit = 5 * i, at = bit / 8;
        unsigned pair = (unsigned)(letter - id_letters) << (11 - bit % 8);
        box[at] |= (unsigned char)(pair >> 8);
        box[at + 1] |= (unsigned char)(pair & 255);
    }
    return box[ID_BYTES] == 0;
}

bool id_from(const struct keys *keys, const char *prefix, str text, int64_t *out)
{
    unsigned char box[ID_BYTES + 1], number[8], tag[ID_TAG];
    str head = str_of(prefix);
    if (!str_starts(text, head) || text.len <= head.len || text.at[head.len] != '_') return false;
    if (!id_box(str_from(text, head.len + 1), box)) return false;

    id_mask(keys, prefix, box, box + ID_TAG, number);
    id_bytes(keys, 't', prefix, number, tag);
    if (sodium_memcmp(tag, box, ID_TAG) != 0) return false;
    uint64_t id = 0;
    for (int i = 7; i >= 0; i--) id = id << 8 | number[i];
    *out = (int64_t)id;
    return true;
}
