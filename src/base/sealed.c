#include "base/sealed.h"

#include "base/arena.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum {
    HASH_BYTES = 32,
    OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES,
    HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    LENGTH_BYTES = 4,
};

/* What a chunk holds: how much of it is used (4 bytes), that much, nothing up to the last 32 bytes,
 * which are the hash in the last chunk and zero before. All chunks have one size, so that where one
 * ends is no question, and how long the content is shows only roughly. */
enum { ROOM = SEALED_CHUNK - LENGTH_BYTES - HASH_BYTES };

static const char magic[] = "QUITTANCE SEALED 1\n";
enum { MAGIC_BYTES = sizeof magic - 1 };

struct sealed_out {
    int fd;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state hash;
    unsigned char about[HASH_BYTES]; /* of all before the stream: each chunk proves it */
    unsigned char plain[SEALED_CHUNK], sealed[SEALED_CHUNK + OVERHEAD];
    ptrdiff_t filled;
};

struct sealed_in {
    int fd;
    bool begun, ended;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state hash;
    unsigned char about[HASH_BYTES];
    unsigned char plain[SEALED_CHUNK], sealed[SEALED_CHUNK + OVERHEAD];
    int64_t bytes_read;
};

static void forget_out(void *out)
{
    sodium_memzero(out, sizeof(struct sealed_out));
}

static void forget_in(void *in)
{
    sodium_memzero(in, sizeof(struct sealed_in));
}

/* ---- writing ---- */

static void length_put(unsigned char to[LENGTH_BYTES], ptrdiff_t length)
{
    for (int i = 0; i < LENGTH_BYTES; i++)
        to[i] = (unsigned char)(length >> 8 * (LENGTH_BYTES - 1 - i));
}

static ptrdiff_t length_get(const unsigned char from[LENGTH_BYTES])
{
    ptrdiff_t length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) length = length << 8 | from[i];
    return length;
}

static bool put(struct op *op, int fd, const void *data, ptrdiff_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t done = write(fd, at, (size_t)size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0)
            return op_fail(op, ERR_INVALID, "backup", "The backup cannot be written: %s.",
                           strerror(errno));
        at += done;
        size -= done;
    }
    return true;
}

bool sealed_create(struct op *op, int fd, const struct keys *keys, str head,
                   struct sealed_out **out)
{
    unsigned char key[CRYPTO_KEY_BYTES], start[HEADER_BYTES];
    assert(head.len <= SEALED_HEAD_MAX);
    struct sealed_out *s = arena_new(op->mem, struct sealed_out);
    arena_defer(op->mem, forget_out, s);
    *out = s;
    s->fd = fd;
    unsigned char *front =
        arena_array(op->mem, unsigned char, MAGIC_BYTES + LENGTH_BYTES + head.len);
    memcpy(front, magic, MAGIC_BYTES);
    length_put(front + MAGIC_BYTES, head.len);
    memcpy(front + MAGIC_BYTES + LENGTH_BYTES, head.at, (size_t)head.len);
    ptrdiff_t front_len = MAGIC_BYTES + LENGTH_BYTES + head.len;
    crypto_generichash(s->about, HASH_BYTES, front, (size_t)front_len, NULL, 0);
    crypto_generichash_init(&s->hash, NULL, 0, HASH_BYTES);
    crypto_key(keys, KEY_BACKUP, key);
    crypto_secretstream_xchacha20poly1305_init_push(&s->stream, start, key);
    sodium_memzero(key, sizeof key);
    return put(op, fd, front, front_len) && put(op, fd, start, sizeof start);
}

static bool chunk_end(struct op *op, struct sealed_out *s, unsigned char tag)
{
    length_put(s->plain, s->filled);
    crypto_secretstream_xchacha20poly1305_push(&s->stream, s->sealed, NULL, s->plain, SEALED_CHUNK,
                                               s->about, HASH_BYTES, tag);
    memset(s->plain, 0, sizeof s->plain);
    s->filled = 0;
    return put(op, s->fd, s->sealed, sizeof s->sealed);
}

bool sealed_write(struct op *op, struct sealed_out *s, const void *data, ptrdiff_t size)
{
    const unsigned char *at = data;
    crypto_generichash_update(&s->hash, at, (unsigned long long)size);
    while (size > 0) {
        ptrdiff_t room = ROOM - s->filled, part = size < room ? size : room;
        if (part == 0) {
            if (!chunk_end(op, s, 0)) return false;
            continue;
        }
        memcpy(s->plain + LENGTH_BYTES + s->filled, at, (size_t)part);
        s->filled += part;
        at += part;
        size -= part;
    }
    return true;
}

bool sealed_end(struct op *op, struct sealed_out *s)
{
    crypto_generichash_final(&s->hash, s->plain + SEALED_CHUNK - HASH_BYTES, HASH_BYTES);
    if (!chunk_end(op, s, crypto_secretstream_xchacha20poly1305_TAG_FINAL)) return false;
    if (fsync(s->fd) == 0 || errno == EINVAL || errno == EROFS) return true; /* a pipe, say */
    return op_fail(op, ERR_INVALID, "backup", "The backup cannot be written: %s.", strerror(errno));
}

/* ---- reading ---- */

/* As many bytes as there are, up to `size`. */
static bool get(struct op *op, struct sealed_in *s, void *to, ptrdiff_t size, ptrdiff_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t done = read(s->fd, (char *)to + *got, (size_t)(size - *got));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0)
            return op_fail(op, ERR_INVALID, "backup", "The backup cannot be read: %s.",
                           strerror(errno));
        if (done == 0) break;
        *got += done;
    }
    s->bytes_read += *got;
    return true;
}

static bool damaged(struct op *op)
{
    return op_fail(op, ERR_INVALID, "backup",
                   "The backup is damaged: something in it was changed or cut off. Nothing was "
                   "restored.");
}

bool sealed_open(struct op *op, int fd, struct sealed_in **out, str *head)
{
    unsigned char front[MAGIC_BYTES + LENGTH_BYTES + SEALED_HEAD_MAX];
    ptrdiff_t got, len;
    struct sealed_in *s = arena_new(op->mem, struct sealed_in);
    arena_defer(op->mem, forget_in, s);
    *out = s;
    s->fd = fd;
    if (!get(op, s, front, MAGIC_BYTES + LENGTH_BYTES, &got)) return false;
    if (got < MAGIC_BYTES + LENGTH_BYTES || memcmp(front, magic, MAGIC_BYTES) != 0)
        return op_fail(op, ERR_INVALID, "backup",
                       "This is no backup of Quittance, or its first bytes are damaged.");
    len = length_get(front + MAGIC_BYTES);
    if (len > SEALED_HEAD_MAX) return damaged(op);
    unsigned char *at = front + MAGIC_BYTES + LENGTH_BYTES;
    if (!get(op, s, at, len, &got)) return false;
    if (got < len) return damaged(op);
    crypto_generichash(s->about, HASH_BYTES, front,
                       (unsigned long long)(MAGIC_BYTES + LENGTH_BYTES + len), NULL, 0);
    crypto_generichash_init(&s->hash, NULL, 0, HASH_BYTES);
    *head = str_copy(op->mem, (str){(const char *)at, len});
    return true;
}

static bool begin(struct op *op, struct sealed_in *s, const struct keys *keys)
{
    unsigned char key[CRYPTO_KEY_BYTES], start[HEADER_BYTES];
    ptrdiff_t got;
    if (!get(op, s, start, HEADER_BYTES, &got)) return false;
    if (got < HEADER_BYTES) return damaged(op);
    crypto_key(keys, KEY_BACKUP, key);
    bool good = crypto_secretstream_xchacha20poly1305_init_pull(&s->stream, start, key) == 0;
    sodium_memzero(key, sizeof key);
    s->begun = good;
    return good || damaged(op);
}

/* The last chunk: nothing behind it, and the hash of all that was said is right. */
static bool finish(struct op *op, struct sealed_in *s)
{
    unsigned char hash[HASH_BYTES], more;
    ptrdiff_t got;
    if (!get(op, s, &more, 1, &got)) return false;
    crypto_generichash_final(&s->hash, hash, HASH_BYTES);
    s->ended =
        got == 0 && sodium_memcmp(hash, s->plain + SEALED_CHUNK - HASH_BYTES, HASH_BYTES) == 0;
    return s->ended || damaged(op);
}

bool sealed_read(struct op *op, struct sealed_in *s, const struct keys *keys, str *piece)
{
    unsigned char tag;
    ptrdiff_t got;
    *piece = (str){0};
    if (s->ended) return true;
    if (!s->begun && !begin(op, s, keys)) return false;
    if (!get(op, s, s->sealed, sizeof s->sealed, &got)) return false;
    if (got < (ptrdiff_t)sizeof s->sealed ||
        crypto_secretstream_xchacha20poly1305_pull(&s->stream, s->plain, NULL, &tag, s->sealed,
                                                   sizeof s->sealed, s->about, HASH_BYTES) != 0)
        return damaged(op);
    ptrdiff_t used = length_get(s->plain);
    if (used > ROOM) return damaged(op);
    crypto_generichash_update(&s->hash, s->plain + LENGTH_BYTES, (unsigned long long)used);
    if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL && !finish(op, s)) return false;
    *piece = (str){(const char *)s->plain + LENGTH_BYTES, used};
    return true;
}

int64_t sealed_bytes_read(const struct sealed_in *s)
{
    return s->bytes_read;
}
