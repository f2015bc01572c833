#include "adapters/mail/inbox.h"

#include "adapters/mail/inbox_kinds.h"
#include "adapters/mail/report.h"
#include "base/arena.h"
#include "base/log.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MBOX_BYTES_MAX = 32 << 20 };

static void close_file(void *file)
{
    close((int)(intptr_t)file);
}

static void close_folder(void *folder)
{
    closedir(folder);
}

/* Its first `most` bytes; *whole: there are no others. False when it is no file, and nothing is
 * said. */
static bool read_file(struct op *op, int file, int64_t most, str *out, bool *whole)
{
    struct stat is;
    if (fstat(file, &is) != 0 || !S_ISREG(is.st_mode)) return false;
    *whole = is.st_size <= most;
    int64_t size = *whole ? is.st_size : most;
    char *at = arena_array(op->mem, char, size + 1);
    ptrdiff_t len = 0;
    while (len < size) {
        ssize_t got = pread(file, at + len, (size_t)(size - len), len);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        len += got;
    }
    *out = (str){at, len};
    return true;
}

/* What is larger than a report is read as far as a report goes: what the server says stands before
 * the mail that it sends back. */
static bool take_head(struct op *op, str mail, bool whole, const struct inbox_take *take)
{
    if (!whole) log_line(op, "bounces.large", {"bytes", str_printf(op->mem, "%td", mail.len)});
    return take->take(op, str_head(mail, mail.len < REPORT_BYTES_MAX ? mail.len : REPORT_BYTES_MAX),
                      take->arg);
}

/* ---- a Maildir ---- */

static bool maildir_move(struct op *op, const char *path, const char *name)
{
    const char *from = str_z(op->mem, str_printf(op->mem, "%s/new/%s", path, name));
    const char *to = str_z(op->mem, str_printf(op->mem, "%s/cur/%s:2,S", path, name));
    if (rename(from, to) == 0) return true;
    return op_broken(op, ERR_UPSTREAM, "bounces: %s: %s", from, strerror(errno));
}

static bool maildir_take(struct op *op, const char *path, const char *name,
                         const struct inbox_take *take)
{
    str bytes;
    bool whole;
    const char *from = str_z(op->mem, str_printf(op->mem, "%s/new/%s", path, name));
    int file = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return true; /* somebody else's by now, or not a file of ours to follow */
    arena_defer(op->mem, close_file, (void *)(intptr_t)file);
    bool read = read_file(op, file, REPORT_BYTES_MAX, &bytes, &whole);
    if (read && !take_head(op, bytes, whole, take)) return false;
    return maildir_move(op, path, name);
}

static bool maildir_read(struct op *op, const struct inbox *inbox, const struct inbox_take *take,
                         bool *more)
{
    const char *path = inbox->account;
    DIR *dir = opendir(str_z(op->mem, str_printf(op->mem, "%s/new", path)));
    if (!dir) return op_broken(op, ERR_UPSTREAM, "bounces: %s/new: %s", path, strerror(errno));
    arena_defer(op->mem, close_folder, dir);
    struct arena_mark mark = arena_mark(op->mem);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        if (count++ == INBOX_BATCH) {
            *more = true;
            return true;
        }
        if (!maildir_take(op, path, entry->d_name, take)) return false;
        arena_rewind(op->mem, mark);
    }
    return true;
}

bool inbox_maildir(struct op *op, str path, struct inbox *out)
{
    struct stat is;
    const char *folder = str_z(op->mem, path);
    const char *fresh = str_z(op->mem, str_printf(op->mem, "%s/new", folder));
    if (stat(fresh, &is) != 0 || !S_ISDIR(is.st_mode))
        return op_fail(op, ERR_INVALID, "bounces", "%s is not a Maildir: it has no folder new.",
                       folder);
    *out = (struct inbox){.account = (void *)(uintptr_t)folder, .read = maildir_read};
    return true;
}

/* ---- a file of mails ---- */

/* The next mail: it begins at a line "From " and ends before the next one after an empty line. */
static str mbox_next(str *rest)
{
    str mail = str_cut(*rest, '\n').tail;
    ptrdiff_t end = str_find(mail, S("\n\nFrom "));
    ptrdiff_t end2 = str_find(mail, S("\n\r\nFrom "));
    if (end2 >= 0 && (end < 0 || end2 < end)) end = end2 + 1;
    *rest = end < 0 ? S("") : str_from(mail, end + 2);
    return end < 0 ? mail : str_head(mail, end + 1);
}

/* Locked as mail servers lock it (fcntl), so that none is lost between reading and emptying. */
static bool mbox_lock(struct op *op, int file, const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_SETLK, &lock) == 0) return true;
    return op_broken(op, ERR_UPSTREAM, "bounces: %s is in use: %s", path, strerror(errno));
}

/* A large one is kept beside the file, FILE.large, before the file is emptied: only its head was
 * read. */
static bool mbox_keep(struct op *op, const char *path, str mail)
{
    const str pieces[] = {S("From quittance Thu Jan  1 00:00:00 1970\n"), mail, S("\n")};
    const char *beside = str_z(op->mem, str_printf(op->mem, "%s.large", path));
    int file = open(beside, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = file >= 0;
    for (ptrdiff_t i = 0; ok && i < COUNT(pieces); i++)
        for (str rest = pieces[i]; ok && rest.len > 0;) {
            ssize_t wrote = write(file, rest.at, (size_t)rest.len);
            if (wrote > 0) rest = str_from(rest, wrote);
            ok = wrote > 0 || (wrote < 0 && errno == EINTR);
        }
    ok = ok && fsync(file) == 0;
    int why = errno;
    if (file >= 0) close(file);
    return ok || op_broken(op, ERR_UPSTREAM, "bounces: %s: %s", beside, strerror(why));
}

static bool mbox_take(struct op *op, const char *path, str mail, const struct inbox_take *take)
{
    bool whole = mail.len <= REPORT_BYTES_MAX;
    return (whole || mbox_keep(op, path, mail)) && take_head(op, mail, whole, take);
}

static bool mbox_read(struct op *op, const struct inbox *inbox, const struct inbox_take *take,
                      bool *more)
{
    const char *path = inbox->account;
    str rest;
    bool whole;
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    (void)more;
    if (file < 0 && errno == ENOENT) return true;
    if (file < 0) return op_broken(op, ERR_UPSTREAM, "bounces: %s: %s", path, strerror(errno));
    arena_defer(op->mem, close_file, (void *)(intptr_t)file);
    if (!mbox_lock(op, file, path)) return false;
    if (!read_file(op, file, MBOX_BYTES_MAX, &rest, &whole) || !whole)
        return op_broken(op, ERR_UPSTREAM, "bounces: %s is larger than %d bytes, or no file", path,
                         MBOX_BYTES_MAX);
    if (rest.len == 0) return true;
    struct arena_mark mark = arena_mark(op->mem);
    while (str_starts(rest, S("From "))) {
        str mail = mbox_next(&rest);
        if (!mbox_take(op, path, mail, take)) return false;
        arena_rewind(op->mem, mark);
    }
    if (ftruncate(file, 0) == 0) return true;
    return op_broken(op, ERR_UPSTREAM, "bounces: %s: %s", path, strerror(errno));
}

bool inbox_mbox(struct op *op, str path, struct inbox *out)
{
    const char *file = str_z(op->mem, path);
    struct stat is;
    if (path.len == 0 || (stat(file, &is) == 0 && !S_ISREG(is.st_mode)))
        return op_fail(op, ERR_INVALID, "bounces", "Name a file of mails: mbox:FILE.");
    *out = (struct inbox){.account = (void *)(uintptr_t)file, .read = mbox_read};
    return true;
}

/* ---- any of them ---- */

bool inbox_open(struct op *op, str url, const struct inbox **out)
{
    struct inbox *inbox = arena_new(op->mem, struct inbox);
    *out = inbox;
    if (str_starts(url, S("maildir:"))) return inbox_maildir(op, str_from(url, 8), inbox);
    if (str_starts(url, S("mbox:"))) return inbox_mbox(op, str_from(url, 5), inbox);
    if (str_starts(url, S("imap://")) || str_starts(url, S("imaps://")))
        return inbox_imap(op, url, inbox);
    return op_fail(op, ERR_INVALID, "bounces",
                   "Reports are read from maildir:FOLDER, mbox:FILE or imaps://USER@HOST/INBOX.");
}

bool inbox_read(struct op *op, const struct inbox *inbox,
                bool (*take)(struct op *op, str bytes, void *arg), void *arg, bool *more)
{
    struct inbox_take to = {take, arg};
    assert(!op->tx);
    *more = false;
    return inbox->read(op, inbox, &to, more);
}
