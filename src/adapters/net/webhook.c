#include "adapters/net/webhook.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"

#include <assert.h>
#include <sodium/utils.h>
#include <string.h>

enum {
    SECRET_BYTES_MIN = 24,
    SECRET_BYTES_MAX = 64,
    SIGNATURES_MAX = 8, /* what a sender may put into one header */
    HMAC_BYTES = 32,
    BASE64 = sodium_base64_VARIANT_ORIGINAL,
};
#define TOLERANCE_US (5 * MINUTE_US)

static str base64(struct arena *mem, const unsigned char *bytes, size_t size)
{
    size_t len = sodium_base64_ENCODED_LEN(size, BASE64);
    char *at = arena_array(mem, char, (ptrdiff_t)len);
    sodium_bin2base64(at, len, bytes, size, BASE64);
    return str_of(at);
}

/* How many bytes the secret has; 0: it is none. */
static size_t secret_bytes(str secret, unsigned char at[SECRET_BYTES_MAX])
{
    if (!str_starts(secret, S("whsec_"))) return 0;
    str text = str_from(secret, 6);
    size_t size = 0;
    const char *end = NULL;
    bool read = sodium_base642bin(at, SECRET_BYTES_MAX, text.at, (size_t)text.len, NULL, &size,
                                  &end, BASE64) == 0;
    return read && end == text.at + text.len && size >= SECRET_BYTES_MIN ? size : 0;
}

bool webhook_secret_valid(str secret)
{
    unsigned char at[SECRET_BYTES_MAX];
    bool valid = secret_bytes(secret, at) > 0;
    sodium_memzero(at, sizeof at);
    return valid;
}

str webhook_secret_new(struct arena *mem)
{
    unsigned char bytes[32];
    random_bytes(bytes, sizeof bytes);
    str text = base64(mem, bytes, sizeof bytes);
    return str_printf(mem, "whsec_%.*s", STR(text));
}

str webhook_sign(struct arena *mem, str secret, str id, str timestamp, str body)
{
    unsigned char key[SECRET_BYTES_MAX];
    size_t key_size = secret_bytes(secret, key);
    assert(key_size > 0); /* checked where it was read */
    str head = str_printf(mem, "%.*s.%.*s.", STR(id), STR(timestamp));
    char *whole = arena_array(mem, char, head.len + body.len + 1);
    memcpy(whole, head.at, (size_t)head.len);
    if (body.len > 0) memcpy(whole + head.len, body.at, (size_t)body.len);

    str hex = crypto_hmac(mem, (str){(const char *)key, (ptrdiff_t)key_size},
                          (str){whole, head.len + body.len});
    sodium_memzero(key, sizeof key);
    unsigned char tag[HMAC_BYTES];
    size_t size = 0;
    sodium_hex2bin(tag, sizeof tag, hex.at, (size_t)hex.len, NULL, &size, NULL);
    assert(size == sizeof tag);
    str signature = base64(mem, tag, sizeof tag);
    return str_printf(mem, "v1,%.*s", STR(signature));
}

static bool recent(instant now, str timestamp)
{
    int64_t seconds;
    if (timestamp.len > 12 || !str_to_i64(timestamp, &seconds) || seconds < 0) return false;
    int64_t age = now - seconds * SECOND_US;
    return age <= TOLERANCE_US && age >= -TOLERANCE_US;
}

bool webhook_genuine(struct arena *mem, const str secrets[], ptrdiff_t count, instant now,
                     const struct webhook_head *head, str body)
{
    if (head->id.len == 0 || !recent(now, head->timestamp)) return false;
    bool genuine = false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (secrets[i].len == 0) continue;
        str right = webhook_sign(mem, secrets[i], head->id, head->timestamp, body);
        str rest = head->signature;
        for (int n = 0; rest.len > 0 && n < SIGNATURES_MAX; n++) {
            struct str_pair one = str_cut(rest, ' ');
            genuine |= crypto_equal(one.head, right);
            rest = one.tail;
        }
    }
    return genuine;
}
