#include "base/arena.h"
#include "store/backup.h"
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const beside[] = {"", "-wal", "-shm", "-journal"};

static bool fail(struct op *op, const char *path, const char *why)
{
    return op_fail(op, ERR_INVALID, "backup", "%s: %s.", path, why);
}

void backup_remove(struct arena *mem, const char *path)
{
    for (ptrdiff_t i = 0; i < COUNT(beside); i++)
        (void)unlink(str_printf(mem, "%s%s", path, beside[i]).at);
    (void)unlink(str_printf(mem, "%s.lock", path).at);
}

/* ---- out ---- */

/* The copy needs no journal: who dies leaves a file that nobody takes for a backup. */
static bool copy_all(struct op *op, sqlite3 *from, sqlite3 *to, const char *path)
{
    sqlite3_exec(to, "pragma journal_mode = off; pragma synchronous = off", NULL, NULL, NULL);
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    /* All pages in one step, under one reading mark: what is written meanwhile is not in it. */
    int code = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(to);
    int ended = b ? sqlite3_backup_finish(b) : code;
    if (code == SQLITE_DONE && ended == SQLITE_OK) return true;
    return fail(op, path, sqlite3_errstr(code == SQLITE_DONE ? ended : code));
}

bool backup_copy(struct op *op, struct database *db, const char *path)
{
    struct sqlite_conn *from = sqlite_conn_make(op->mem);
    sqlite3 *to = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return fail(op, path, strerror(errno));
    close(fd);
    if (!sqlite_conn_open(op, from, db->where, NULL, false)) return false;
    bool good = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                    ? copy_all(op, from->db, to, path)
                    : fail(op, path, sqlite3_errmsg(to));
    sqlite3_close(to);
    sqlite_conn_close(from);
    return good;
}

/* ---- in ---- */

static int first_answer(void *arg, int columns, char **values, char **names)
{
    (void)names;
    bool *sound = arg;
    *sound = columns == 1 && values[0] && strcmp(values[0], "ok") == 0;
    return 0;
}

bool backup_check(struct op *op, const char *path)
{
    sqlite3 *db = NULL;
    bool sound = false;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        sqlite3_exec(db, "pragma quick_check(1)", first_answer, &sound, NULL);
    sqlite3_close(db);
    return sound || op_fail(op, ERR_INVALID, "backup",
                            "The database in the backup is not sound. Nothing was restored.");
}

/* The same lock that a writing process holds. */
static bool lock_take(struct op *op, const char *path, int *lock)
{
    *lock = open(str_printf(op->mem, "%s.lock", path).at, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0) return fail(op, path, strerror(errno));
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0) return true;
    close(*lock);
    return op_fail(op, ERR_CONFLICT, "database",
                   "Another quittance process has %s open: stop it first. Nothing was restored.",
                   path);
}

static bool put_aside(struct op *op, const char *path, bool replace, str *aside)
{
    struct stat info;
    *aside = S("");
    if (stat(path, &info) != 0) return true;
    if (!replace)
        return op_fail(op, ERR_INVALID, "database",
                       "There is a database at %s already; with --replace it is put aside. Nothing "
                       "was restored.",
                       path);
    *aside = str_printf(op->mem, "%s.replaced-%lld", path, (long long)(op->now / 1000000));
    for (ptrdiff_t i = 0; i < COUNT(beside); i++) {
        const char *from = str_printf(op->mem, "%s%s", path, beside[i]).at;
        const char *to = str_printf(op->mem, "%.*s%s", STR(*aside), beside[i]).at;
        if (rename(from, to) != 0 && errno != ENOENT) return fail(op, from, strerror(errno));
    }
    return true;
}

/* What was renamed stays renamed when the machine loses its power. */
static void folder_flush(struct arena *mem, const char *path)
{
    const char *slash = strrchr(path, '/');
    str folder = slash ? str_head(str_of(path), slash - path + 1) : S(".");
    int fd = open(str_z(mem, folder), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    (void)fsync(fd);
    close(fd);
}

bool backup_put(struct op *op, const char *file, const char *path, bool replace, str *aside)
{
    int lock;
    if (!lock_take(op, path, &lock)) return false;
    bool good = put_aside(op, path, replace, aside);
    if (good && rename(file, path) != 0) good = fail(op, path, strerror(errno));
    if (good) folder_flush(op->mem, path);
    close(lock);
    return good;
}
