#include "adapters/breaches/hash_file.h"

#include "base/arena.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 2 * SHA_DIGEST_LENGTH, LINE_MAX_BYTES = 80 };

struct hash_file {
    struct breach_list list;
    int fd;
    int64_t size;
};

static void file_close(void *arg)
{
    close(*(const int *)arg);
}

/* The first line that begins at `from` or, unless that is the beginning of the file, behind it.
 * *at is where it begins; the end of the file where there is none. */
static bool line_from(const struct hash_file *f, int64_t from, int64_t *at, char hash[HEX + 1])
{
    char bytes[2 * LINE_MAX_BYTES];
    int64_t start = from > 0 ? from - 1 : 0;
    ssize_t got = pread(f->fd, bytes, sizeof bytes, start);
    if (got < 0) return false;
    const char *line = bytes, *end = bytes + got;
    if (from > 0) {
        const char *feed = memchr(bytes, '\n', (size_t)got);
        line = feed ? feed + 1 : end;
    }
    hash[0] = 0;
    *at = start + (line - bytes);
    if (line == end) {
        *at = f->size;
        return got < (ssize_t)sizeof bytes; /* else a line is too long to be one of ours */
    }
    if (end - line <= HEX || line[HEX] != ':') return false;
    memcpy(hash, line, HEX);
    hash[HEX] = 0;
    return strspn(hash, "0123456789ABCDEF") == HEX;
}

/* What is looked for begins, if anywhere, at a place between low and high. */
static bool search(const struct hash_file *f, const char *wanted, bool *found)
{
    int64_t low = 0, high = f->size;
    *found = false;
    while (low < high && !*found) {
        char hash[HEX + 1];
        int64_t middle = low + (high - low) / 2, at;
        if (!line_from(f, middle, &at, hash)) return false;
        int order = at < high ? memcmp(wanted, hash, HEX) : -1;
        *found = order == 0;
        if (order < 0)
            high = middle;
        else
            low = at + 1;
    }
    return true;
}

static bool knows(struct op *op, const struct breach_list *list, str password, bool *found)
{
    const struct hash_file *f = (const struct hash_file *)(const void *)list;
    unsigned char digest[SHA_DIGEST_LENGTH];
    char wanted[HEX + 1];
    SHA1((const unsigned char *)password.at, (size_t)password.len, digest);
    for (int i = 0; i < SHA_DIGEST_LENGTH; i++) snprintf(wanted + 2 * i, 3, "%02X", digest[i]);
    return search(f, wanted, found) ||
           op_broken(op, ERR_INTERNAL, "the breach list cannot be read");
}

/* The last line is looked for from some way before the end. */
static bool is_sorted_list(const struct hash_file *f)
{
    char first[HEX + 1], last[HEX + 1];
    int64_t at;
    if (!line_from(f, 0, &at, first) || at == f->size) return false;
    int64_t near_end = f->size > LINE_MAX_BYTES + HEX ? f->size - LINE_MAX_BYTES - HEX : 0;
    return line_from(f, near_end, &at, last) && strcmp(first, last) <= 0;
}

bool hash_file_open(struct op *op, const char *path, const struct breach_list **out)
{
    struct stat is;
    struct hash_file *f = arena_new(op->mem, struct hash_file);
    f->list.knows = knows;
    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0)
        return op_fail(op, ERR_INVALID, "breach-list", "The breach list %s cannot be read.", path);
    arena_defer(op->mem, file_close, &f->fd);
    if (fstat(f->fd, &is) == 0 && S_ISREG(is.st_mode)) f->size = is.st_size;
    if (!is_sorted_list(f))
        return op_fail(op, ERR_INVALID, "breach-list",
                       "%s is no breach list: its lines are SHA-1 hashes in their order, like "
                       "000000005AD76BD555C1D6D771DE417A4B87E4B4:10.",
                       path);
    *out = &f->list;
    return true;
}
