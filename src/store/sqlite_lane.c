#include "store/sqlite.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A group ends when nobody waits, when it is full, or when it is old: then what it has written is
 * worth a commit. Where a commit takes long, waiting for more pays: it may get as old as eight
 * commits take, within reason, so that the disk has an eighth of the time. */
enum {
    GROUP_MAX = 64,
    GROUP_OLD_US = 5000,
    GROUP_OLDEST_US = 50000,
    COMMITS_OLD = 8,
    WHY_MAX = 200,
};

/* One who sleeps: until it is its turn, and again, having worked, until its group ends. On its own
 * stack. Each has its own bell, so that nobody is woken to find that it was for another. */
struct member {
    struct member *next;
    sem_t bell;
    bool committed;
    enum err_kind kind; /* why not, as far as it matters to whoever asked */
    char why[WHY_MAX];
};

struct lane {
    pthread_mutex_t mutex;
    bool taken;                   /* somebody holds the lane */
    struct member *first, **last; /* those who wait for it, first come, first served */
    const char *path, *lock_path;

    /* All below belong to whoever holds the lane. */
    struct sqlite_conn *conn; /* its db is NULL: nobody has written yet */
    int lock;                 /* the lock file; -1: not held */
    struct member *members;
    bool group_open;
    int group_size, last_size; /* of this group, and of the one before it */
    int64_t group_since_us, groups, works, wait_us;
    int64_t commit_us;  /* the last one took so long */
    enum err_kind lost; /* why SQLite has rolled back the group by itself; 0: it has not */
};

struct lane *lane_open(struct arena *mem, const char *path)
{
    struct lane *lane = arena_new(mem, struct lane);
    *lane = (struct lane){.path = path, .lock = -1};
    lane->conn = sqlite_conn_make(mem);
    lane->lock_path = str_printf(mem, "%s.lock", path).at;
    lane->last = &lane->first;
    pthread_mutex_init(&lane->mutex, NULL);
    return lane;
}

void lane_close(struct lane *lane)
{
    assert(!lane->taken && !lane->first); /* nobody is in it, nobody waits */
    if (lane->conn->db) sqlite_conn_close(lane->conn);
    if (lane->lock >= 0) close(lane->lock);
    pthread_mutex_destroy(&lane->mutex);
}

/* ---- one at a time ----------------------------------------------------------------------------
 */

static void bell_wait(struct member *m)
{
    while (sem_wait(&m->bell) != 0) { /* a signal is not the bell */
    }
    sem_destroy(&m->bell);
}

static void turn_take(struct lane *lane)
{
    struct member me = {.next = NULL};
    pthread_mutex_lock(&lane->mutex);
    bool wait = lane->taken;
    lane->taken = true;
    if (wait) {
        sem_init(&me.bell, 0, 0);
        *lane->last = &me;
        lane->last = &me.next;
    }
    pthread_mutex_unlock(&lane->mutex);
    if (!wait) return;
    int64_t since_us = clock_ticks_us();
    bell_wait(&me);
    lane->wait_us += clock_ticks_us() - since_us;
}

static bool others_wait(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    bool wait = lane->first != NULL;
    pthread_mutex_unlock(&lane->mutex);
    return wait;
}

/* To whoever waits longest; to nobody, if nobody waits. */
static void turn_give(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    struct member *next = lane->first;
    if (next) {
        lane->first = next->next;
        if (!lane->first) lane->last = &lane->first;
    }
    lane->taken = next != NULL;
    pthread_mutex_unlock(&lane->mutex);
    if (next) sem_post(&next->bell);
}

/* ---- the writing connection -------------------------------------------------------------------
 */

enum { CHECKPOINT_PAGES = 1000, EXIT_UNSYNCED = 74 /* EX_IOERR */ };

/* A sync that failed may have thrown away what it was to keep, and the next one would succeed all
 * the same: nobody in this process knows what the disk holds. So the process ends here, before
 * anybody is told anything; the next one reads what is really there, and who asked asks again under
 * the same key. The service manager starts it anew. */
static void end_if_unsynced(struct lane *lane, int code)
{
    if (code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC) return;
    log_line(NULL, "store.unsynced", {"file", str_of(lane->path)},
             {"why", S("the disk failed to sync: this process ends, so that what is read next is "
                       "what the disk holds")});
    _exit(EXIT_UNSYNCED);
}

/* After a commit, in SQLite's place, which would not tell that it failed. */
static int checkpoint(void *arg, sqlite3 *db, const char *name, int pages)
{
    if (pages < CHECKPOINT_PAGES) return SQLITE_OK;
    int code = sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code != SQLITE_OK) end_if_unsynced(arg, sqlite3_extended_errcode(db));
    return SQLITE_OK; /* the commit is done; the log grows until a later one succeeds */
}

/* A full disk may have room for what the log holds, and then the log begins anew: without this a
 * log that cannot grow to its checkpoint would never get there. */
static void make_room(struct lane *lane)
{
    (void)checkpoint(lane, lane->conn->db, NULL, CHECKPOINT_PAGES);
}

static bool lock_take(struct op *op, struct lane *lane)
{
    int lock = open(lane->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return op_broken(op, ERR_INTERNAL, "%s: %s", lane->lock_path, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return op_fail(op, ERR_CONFLICT, "database",
                       "Another quittance process has this database open; run this on the machine "
                       "where it serves, or stop it first.");
    }
    lane->lock = lock;
    return true;
}

static bool writer_open(struct op *op, struct lane *lane)
{
    if (lane->conn->db) return true;
    if (lane->lock < 0 && !lock_take(op, lane)) return false;
    if (!sqlite_conn_open(op, lane->conn, lane->path, true)) return false;
    sqlite3_wal_hook(lane->conn->db, checkpoint, lane);
    return true;
}

/* ---- groups -----------------------------------------------------------------------------------
 */

static bool group_begin(struct op *op, struct lane *lane)
{
    if (lane->group_open) return true;
    if (!sqlite_say(op, lane->conn, WORD_BEGIN_IMMEDIATE)) return false;
    lane->group_open = true;
    lane->group_size = 0;
    lane->group_since_us = clock_ticks_us();
    return true;
}

/* Commits for everybody in the group, tells them, and passes the lane on. */
static void group_end(struct lane *lane)
{
    char why[WHY_MAX] = "";
    bool committed = true;
    enum err_kind kind = ERR_INTERNAL;
    if (lane->group_open) {
        int64_t began = clock_ticks_us();
        sqlite_reset_all(lane->conn);
        committed = sqlite_say_quietly(lane->conn, WORD_COMMIT);
        lane->commit_us = clock_ticks_us() - began;
        if (!committed) {
            int code = sqlite3_extended_errcode(lane->conn->db);
            end_if_unsynced(lane, code);
            snprintf(why, sizeof why, "commit: %s", sqlite3_errmsg(lane->conn->db));
            kind = lane->lost ? lane->lost : sqlite_err_kind(code);
            (void)sqlite_exec_quietly(lane->conn, "rollback");
            if (kind == ERR_FULL) make_room(lane);
        }
        lane->group_open = false;
        lane->lost = 0;
        lane->last_size = lane->group_size;
        lane->groups++;
        lane->works += lane->group_size;
    }
    struct member *members = lane->members;
    lane->members = NULL;
    turn_give(lane); /* the next one works while these are told */
    for (struct member *m = members, *next; m; m = next) {
        next = m->next; /* once its bell has rung, it is gone */
        m->committed = committed;
        m->kind = kind;
        memcpy(m->why, why, sizeof why);
        sem_post(&m->bell);
    }
}

static int64_t group_old_us(const struct lane *lane)
{
    int64_t old = COMMITS_OLD * lane->commit_us;
    return old < GROUP_OLD_US ? GROUP_OLD_US : old > GROUP_OLDEST_US ? GROUP_OLDEST_US : old;
}

/* Those of the last group were told a moment ago, and may be about to come again: whoever is first
 * lets them, instead of committing for himself alone. */
static bool others_come(struct lane *lane)
{
    if (others_wait(lane)) return true;
    if (lane->group_size * 2 >= lane->last_size) return false;
    sched_yield();
    return others_wait(lane);
}

/* The last one commits: when nobody waits, or the group is full or has waited long enough. Also
 * when SQLite has rolled back everything by itself: then there is nothing left to add to. */
static void group_pass_on(struct lane *lane)
{
    bool lost = lane->group_open && sqlite3_get_autocommit(lane->conn->db);
    bool more = !lost && lane->group_open && lane->group_size < GROUP_MAX &&
                clock_ticks_us() - lane->group_since_us < group_old_us(lane) && others_come(lane);
    if (more)
        turn_give(lane);
    else
        group_end(lane);
}

bool lane_ready(struct op *op, struct lane *lane)
{
    turn_take(lane);
    bool done = writer_open(op, lane);
    group_pass_on(lane); /* a group may be waiting for whoever comes next to commit it */
    return done;
}

bool lane_enter(struct op *op, struct lane *lane, struct sqlite_conn **out)
{
    turn_take(lane);
    if (writer_open(op, lane) && group_begin(op, lane) &&
        sqlite_say(op, lane->conn, WORD_SAVEPOINT)) {
        lane->group_size++;
        *out = lane->conn;
        return true;
    }
    group_pass_on(lane); /* others may have work in this group */
    return false;
}

/* Undoes one work and no other's. When even that fails the whole group goes. */
static void work_undo(struct lane *lane)
{
    if (sqlite_exec_quietly(lane->conn, "rollback to work; release work")) return;
    (void)sqlite_exec_quietly(lane->conn, "rollback"); /* the commit will fail and say so */
}

bool lane_leave(struct op *op, struct lane *lane, bool good)
{
    if (good && !sqlite_say(op, lane->conn, WORD_RELEASE)) good = false;
    if (!good && sqlite3_get_autocommit(lane->conn->db))
        lane->lost = op->errs ? op->errs->kind : ERR_INTERNAL;
    if (!good) work_undo(lane);

    struct member me = {.next = lane->members};
    sem_init(&me.bell, 0, 0);
    lane->members = &me;
    group_pass_on(lane);
    bell_wait(&me);
    if (good && !me.committed) return op_broken(op, me.kind, "%s", me.why);
    return good;
}

void lane_abandon(struct lane *lane)
{
    work_undo(lane);
    group_pass_on(lane);
}

void lane_counts(struct lane *lane, int64_t *groups, int64_t *works, int64_t *wait_us)
{
    turn_take(lane);
    *groups = lane->groups;
    *works = lane->works;
    *wait_us = lane->wait_us;
    group_pass_on(lane);
}
