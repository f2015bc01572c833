/* A folder of mails: written by the folder mailer, read by the mailbox. */
#include "adapters/mail/mailbox.h"
#include "adapters/mail/mailers.h"
#include "adapters/mail/mime.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    str path;
};

static void close_file(void *file)
{
    close((int)(intptr_t)file);
}

/* "2026-04-21T09-42-07.000123Z-3f2a…​.eml": sorted by name is sorted by time, and a mail that
 * is sent again replaces itself. */
static str file_name(struct op *op, const struct mail *mail)
{
    struct text t = {.mem = op->mem};
    str time = instant_text(op->mem, mail->at);
    for (ptrdiff_t i = 0; i < time.len - 1; i++)
        text_char(&t, time.at[i] == ':' ? '-' : time.at[i]);
    text_format(&t, ".%06dZ-%.16s.eml", (int)(mail->at % SECOND_US),
                crypto_sha256(op->mem, mail->message_id).at);
    return text_str(&t);
}

static bool write_all(int file, str bytes)
{
    while (bytes.len > 0) {
        ssize_t written = write(file, bytes.at, (size_t)bytes.len);
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) bytes = str_from(bytes, written);
    }
    return true;
}

static bool folder_send(struct op *op, void *account, const struct mail *mail)
{
    const struct folder *folder = account;
    str bytes = mail->bytes;
    if (bytes.len == 0 && !mail_compose(op, mail, &bytes)) return false;
    str token = random_token(op->mem, 16);
    const char *draft =
        str_z(op->mem, str_printf(op->mem, "%.*s/.draft-%.*s", STR(folder->path), STR(token)));
    const char *name = str_z(
        op->mem, str_printf(op->mem, "%.*s/%.*s", STR(folder->path), STR(file_name(op, mail))));

    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return op_broken(op, ERR_UPSTREAM, "mail folder: %s: %s", draft, strerror(errno));
    bool whole = write_all(file, bytes);
    if (close(file) == 0 && whole && rename(draft, name) == 0) return true;
    int why = errno;
    unlink(draft);
    return op_broken(op, ERR_UPSTREAM, "mail folder: %s: %s", name, strerror(why));
}

bool mailer_folder(struct op *op, str path, const struct mailer **out)
{
    if (path.len == 0)
        return op_fail(op, ERR_INVALID, "mail", "Please name a folder for mail: file:FOLDER.");
    const char *z = str_z(op->mem, path);
    struct stat is;
    if (mkdir(z, 0700) != 0 && errno != EEXIST)
        return op_fail(op, ERR_INVALID, "mail", "The mail folder %s cannot be made: %s.", z,
                       strerror(errno));
    if (stat(z, &is) != 0 || !S_ISDIR(is.st_mode) || access(z, W_OK | X_OK) != 0)
        return op_fail(op, ERR_INVALID, "mail", "%s is not a folder that we may write to.", z);

    struct folder *folder = arena_new(op->mem, struct folder);
    folder->path = str_copy(op->mem, path);
    struct mailer *mailer = arena_new(op->mem, struct mailer);
    *mailer =
        (struct mailer){.name = "folder", .account = folder, .repeats = true, .send = folder_send};
    *out = mailer;
    return true;
}

/* ---- reading ---- */

/* One of our own names: no slash, no dot in front, nothing but letters, digits, "-" and ".". */
static bool is_mail_name(str name)
{
    if (name.len > 100 || !str_ends(name, S(".eml")) || name.at[0] == '.') return false;
    for (ptrdiff_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '.') return false;
    }
    return true;
}

static bool read_bytes(struct op *op, int file, str *out)
{
    struct stat is;
    if (fstat(file, &is) != 0 || !S_ISREG(is.st_mode) || is.st_size > MAILBOX_BYTES_MAX)
        return op_fail(op, ERR_INVALID, NULL, "This file is not a mail.");
    char *at = arena_array(op->mem, char, is.st_size + 1);
    ptrdiff_t len = 0;
    while (len < is.st_size) {
        ssize_t got = read(file, at + len, (size_t)(is.st_size - len));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        len += got;
    }
    *out = (str){at, len};
    return true;
}

bool mailbox_read(struct op *op, str folder, str name, struct mailbox_mail *out)
{
    str path = str_printf(op->mem, "%.*s/%.*s", STR(folder), STR(name));
    int file =
        is_mail_name(name) ? open(str_z(op->mem, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (file < 0) return op_fail(op, ERR_MISSING, NULL, "There is no such mail.");
    arena_defer(op->mem, close_file, (void *)(intptr_t)file);
    str bytes;
    if (!read_bytes(op, file, &bytes) || !mime_read(op, bytes, out)) return false;
    out->head.name = str_copy(op->mem, name);
    return true;
}

static int later_first(const void *a, const void *b)
{
    return -str_cmp(*(const str *)a, *(const str *)b);
}

static void close_folder(void *folder)
{
    closedir(folder);
}

/* The names of all mails in it, newest first; *count is 0 for a folder that is not there. */
static bool list_names(struct op *op, str folder, str **out, ptrdiff_t *count)
{
    DIR *dir = opendir(str_z(op->mem, folder));
    *count = 0;
    if (!dir && errno == ENOENT) return true;
    if (!dir) return op_broken(op, ERR_INTERNAL, "mail folder: %s", strerror(errno));
    arena_defer(op->mem, close_folder, dir);

    struct text names = {.mem = op->mem};
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (!is_mail_name(str_of(entry->d_name))) continue;
        str name = str_copy(op->mem, str_of(entry->d_name));
        text_add(&names, (str){(const char *)&name, sizeof name});
        ++*count;
    }
    *out = arena_array(op->mem, str, *count + 1);
    if (*count > 0) memcpy(*out, names.at, (size_t)names.len);
    qsort(*out, (size_t)*count, sizeof **out, later_first);
    return true;
}

static void arena_drop(void *held)
{
    struct arena **mem = held;
    if (*mem) arena_close(*mem);
    *mem = NULL;
}

/* One mail at a time is in memory: what the list keeps is copied out of it. */
static bool read_entry(struct op *op, str folder, str name, struct mailbox_entry *out)
{
    struct arena **own = arena_new(op->mem, struct arena *);
    *own = arena_open_beside(op->mem, 4 * (ptrdiff_t)MAILBOX_BYTES_MAX);
    arena_defer(op->mem, arena_drop, own);
    struct op one = {.mem = *own, .now = op->now, .actor = op->actor};
    struct mailbox_mail mail;
    bool ok = mailbox_read(&one, folder, name, &mail);
    if (ok)
        *out = (struct mailbox_entry){
            .name = name,
            .at = mail.head.at,
            .from = str_copy(op->mem, mail.head.from),
            .to = str_copy(op->mem, mail.head.to),
            .subject = str_copy(op->mem, mail.head.subject),
            .file_count = mail.head.file_count,
        };
    arena_drop(own);
    return ok;
}

bool mailbox_list(struct op *op, str folder, struct mailbox_list *out)
{
    str *names;
    ptrdiff_t count;
    *out = (struct mailbox_list){0};
    if (!list_names(op, folder, &names, &count)) return false;
    if (count > MAILBOX_LIST_MAX) count = MAILBOX_LIST_MAX;
    out->at = arena_array(op->mem, struct mailbox_entry, count + 1);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (read_entry(op, folder, names[i], &out->at[out->count]))
            out->count++;
        else
            out->unreadable++;
    }
    return true;
}
