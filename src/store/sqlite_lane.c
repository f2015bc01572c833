#include "store/sqlite.h"

#include "base/arena.h"
#include "base/log.h"
#include "store/sqlite_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    GROUP_MAX = 64,
    LOG_PAGES = 1000,
    LOG_PAGES_MAX = 4000,
    ROOMY_BYTES = 256 << 20,
    EXIT_UNSYNCED = 74 /* EX_IOERR */
};

struct sqlite_writer {
    struct sqlite_conn *conn; /* its db is NULL: nobody has written yet */
    struct sqlite_files *files;
    const char *path, *lock_path;
    int lock; /* the lock file; -1: not held */
};

struct sqlite_writer *sqlite_writer_make(struct arena *mem, const char *path)
{
    struct sqlite_writer *w = arena_new(mem, struct sqlite_writer);
    *w = (struct sqlite_writer){.path = path, .lock = -1};
    w->conn = sqlite_conn_make(mem);
    w->files = sqlite_files_open(mem);
    w->lock_path = str_printf(mem, "%s.lock", path).at;
    return w;
}

void sqlite_writer_close(struct sqlite_writer *w)
{
    if (w->conn->db) sqlite_conn_close(w->conn);
    sqlite_files_close(w->files);
    if (w->lock >= 0) close(w->lock);
}

struct sqlite_conn *sqlite_writer_conn(struct sqlite_writer *w)
{
    return w->conn;
}

/* A sync that failed may have thrown away what it was to keep, and the next one would succeed all
 * the same: nobody in this process knows what the disk holds. So the process ends here, before
 * anybody is told anything; the next one reads what is really there, and who asked asks again under
 * the same key. The service manager starts it anew. */
static void end_if_unsynced(struct sqlite_writer *w, int code)
{
    if (code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC) return;
    log_line(NULL, "store.unsynced", {"file", str_of(w->path)},
             {"why", S("the disk failed to sync: this process ends, so that what is read next is "
                       "what the disk holds")});
    _exit(EXIT_UNSYNCED);
}

/* A long log is copied less often. It needs a disk with room for it. */
static bool log_full(const struct sqlite_writer *w, int pages)
{
    struct statvfs disk;
    if (pages < LOG_PAGES || pages >= LOG_PAGES_MAX) return pages >= LOG_PAGES_MAX;
    return statvfs(w->path, &disk) != 0 || disk.f_bavail * disk.f_frsize < ROOMY_BYTES;
}

/* After a commit, in SQLite's place, which would not tell that it failed. */
static int checkpoint(void *arg, sqlite3 *db, const char *name, int pages)
{
    if (!log_full(arg, pages)) return SQLITE_OK;
    int code = sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code != SQLITE_OK) end_if_unsynced(arg, sqlite3_extended_errcode(db));
    return SQLITE_OK; /* the commit is done; the log grows until a later one succeeds */
}

/* A full disk may have room for what the log holds, and then the log begins anew: without this a
 * log that cannot grow to its checkpoint would never get there. */
static void make_room(struct sqlite_writer *w)
{
    (void)checkpoint(w, w->conn->db, NULL, LOG_PAGES_MAX);
}

static bool lock_take(struct op *op, struct sqlite_writer *w)
{
    int lock = open(w->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return op_broken(op, ERR_INTERNAL, "%s: %s", w->lock_path, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return op_fail(op, ERR_CONFLICT, "database",
                       "Another quittance process has this database open; run this on the machine "
                       "where it serves, or stop it first.");
    }
    w->lock = lock;
    return true;
}

static bool ready(struct op *op, void *writer)
{
    struct sqlite_writer *w = writer;
    if (w->conn->db) return true;
    if (w->lock < 0 && !lock_take(op, w)) return false;
    if (!sqlite_conn_open(op, w->conn, w->path, sqlite_files_name(w->files), true)) return false;
    sqlite3_wal_hook(w->conn->db, checkpoint, w);
    return true;
}

/* ---- groups -----------------------------------------------------------------------------------
 */

static void rollback(void *writer, enum err_kind why)
{
    struct sqlite_writer *w = writer;
    sqlite_reset_all(w->conn);
    if (!sqlite3_get_autocommit(w->conn->db)) (void)sqlite_say_quietly(w->conn, WORD_ROLLBACK);
    if (why == ERR_FULL) make_room(w);
}

static bool begin(struct op *op, void *writer)
{
    struct sqlite_writer *w = writer;
    if (!ready(op, w)) return false;
    if (!sqlite3_get_autocommit(w->conn->db)) /* there was no memory to do so at the group's end */
        rollback(w, ERR_INTERNAL);
    return sqlite_say(op, w->conn, WORD_BEGIN_IMMEDIATE);
}

static bool work_begin(struct op *op, void *writer)
{
    struct sqlite_writer *w = writer;
    return sqlite_say(op, w->conn, WORD_SAVEPOINT);
}

static bool work_end(struct op *op, void *writer)
{
    struct sqlite_writer *w = writer;
    return sqlite_say(op, w->conn, WORD_RELEASE);
}

static bool work_undo(void *writer)
{
    struct sqlite_writer *w = writer;
    return sqlite_exec_quietly(w->conn, "rollback to work; release work");
}

/* SQLite has rolled back everything by itself, as it does on a full disk. */
static bool lost(void *writer, const struct err *why)
{
    struct sqlite_writer *w = writer;
    (void)why;
    return sqlite3_get_autocommit(w->conn->db);
}

static void commit(void *writer, struct lane_end *out)
{
    struct sqlite_writer *w = writer;
    sqlite_reset_all(w->conn);
    out->committed = sqlite_say_quietly(w->conn, WORD_COMMIT);
    if (out->committed) return;
    int code = sqlite3_extended_errcode(w->conn->db);
    end_if_unsynced(w, code);
    out->kind = sqlite_err_kind(code);
    snprintf(out->why, sizeof out->why, "commit: %s", sqlite3_errmsg(w->conn->db));
    rollback(w, out->kind);
}

const struct lane_engine sqlite_lane = {
    .ready = ready,
    .begin = begin,
    .work_begin = work_begin,
    .work_end = work_end,
    .work_undo = work_undo,
    .lost = lost,
    .commit = commit,
    .rollback = rollback,
    .group_max = GROUP_MAX,
};
