#include "adapters/net/credentials.h"

#include "adapters/net/webhook.h"
#include "base/arena.h"
#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 4096, KEY_LETTERS_MIN = 16 };

static void close_file(void *fd)
{
    close((int)(intptr_t)fd);
}

static bool read_private(struct op *op, const char *path, str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return op_fail(op, ERR_INVALID, NULL, "The key file %s cannot be opened.", path);
    arena_defer(op->mem, close_file, (void *)(intptr_t)fd);

    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return op_fail(op, ERR_INVALID, NULL, "The key file %s is not a file.", path);
    if (about.st_mode & 077)
        return op_fail(op, ERR_INVALID, NULL,
                       "Others can read the key file %s. Please run: chmod 600 %s", path, path);

    char *at = arena_array(op->mem, char, FILE_BYTES_MAX);
    ptrdiff_t len = 0;
    for (ssize_t n; (n = read(fd, at + len, (size_t)(FILE_BYTES_MAX - len))) != 0; len += n) {
        if (n < 0 && errno == EINTR) n = 0;
        if (n < 0) return op_fail(op, ERR_INVALID, NULL, "The key file %s cannot be read.", path);
        if (len + n == FILE_BYTES_MAX)
            return op_fail(op, ERR_INVALID, NULL, "The key file %s is too long.", path);
    }
    *out = (str){at, len};
    return true;
}

static bool take_line(struct credentials *c, str line)
{
    if (line.len == 0 || line.at[0] == '#') return true;
    struct str_pair pair = str_cut(line, '=');
    str name = str_trim(pair.head), value = str_trim(pair.tail);
    const struct {
        str name;
        str *to;
    } known[] = {
        {S("key"), &c->key},
        {S("webhook_secret"), &c->webhook_secret},
        {S("webhook_secret_old"), &c->webhook_secret_old},
    };
    for (ptrdiff_t i = 0; i < COUNT(known); i++) {
        if (!str_eq(name, known[i].name)) continue;
        if (known[i].to->len > 0) return false;
        *known[i].to = value;
        return value.len > 0;
    }
    return false;
}

/* It becomes a header's value, so it holds nothing that could end one. */
static bool key_valid(str key)
{
    for (ptrdiff_t i = 0; i < key.len; i++)
        if (key.at[i] <= ' ' || key.at[i] > '~') return false;
    return key.len >= KEY_LETTERS_MIN;
}

bool credentials_read(struct op *op, const char *path, struct credentials *out)
{
    str rest;
    if (!read_private(op, path, &rest)) return false;

    struct credentials c = {0};
    for (int n = 1; rest.len > 0; n++) {
        struct str_pair line = str_cut(rest, '\n');
        if (!take_line(&c, str_trim(line.head)))
            return op_fail(op, ERR_INVALID, NULL,
                           "Line %d of the key file %s is not `key`, `webhook_secret` or "
                           "`webhook_secret_old`, once, with a value.",
                           n, path);
        rest = line.tail;
    }
    if (!key_valid(c.key))
        return op_fail(op, ERR_INVALID, NULL,
                       "The key file %s needs a `key` of 16 letters or more, without blanks.",
                       path);
    if (!webhook_secret_valid(c.webhook_secret) ||
        (c.webhook_secret_old.len > 0 && !webhook_secret_valid(c.webhook_secret_old)))
        return op_fail(op, ERR_INVALID, NULL,
                       "The key file %s needs a `webhook_secret` of `whsec_` and at least 24 bytes "
                       "in base64.",
                       path);
    *out = c;
    return true;
}

bool credentials_create(struct op *op, const char *path)
{
    str key = random_token(op->mem, 24), secret = webhook_secret_new(op->mem);
    str text = str_printf(op->mem,
                          "# What Quittance and its payment gateway share. Keep it to yourself.\n"
                          "key = %.*s\nwebhook_secret = %.*s\n",
                          STR(key), STR(secret));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return true;
    if (fd < 0) return op_fail(op, ERR_INVALID, NULL, "The key file %s cannot be written.", path);
    arena_defer(op->mem, close_file, (void *)(intptr_t)fd);

    if (write(fd, text.at, (size_t)text.len) == text.len && fsync(fd) == 0) return true;
    unlink(path);
    return op_fail(op, ERR_INVALID, NULL, "The key file %s cannot be written.", path);
}
