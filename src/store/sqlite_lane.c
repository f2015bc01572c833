#include "store/sqlite.h"

#include "base/arena.h"
#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { GROUP_MAX = 64, GROUP_OLD_US = 5000, WHY_MAX = 200 };

/* One who worked in the open group and sleeps until it ends. On its own stack. */
struct member {
    struct member *next;
    bool ended, committed;
    char why[WHY_MAX];
};

struct lane {
    pthread_mutex_t mutex;
    pthread_cond_t turn, ended;
    uint64_t next_ticket, serving; /* serving == one's ticket: the lane is one's own */
    const char *path, *lock_path;
    struct arena *mem;

    /* All below belong to whoever holds the lane. */
    struct sqlite_conn *conn; /* NULL: nobody has written yet */
    int lock;                 /* the lock file; -1: not held */
    struct member *members;
    bool group_open;
    int group_size;
    int64_t group_since_us, groups, works;
};

struct lane *lane_open(struct arena *mem, const char *path)
{
    struct lane *lane = arena_new(mem, struct lane);
    *lane = (struct lane){.path = path, .mem = mem, .lock = -1};
    lane->lock_path = str_printf(mem, "%s.lock", path).at;
    pthread_mutex_init(&lane->mutex, NULL);
    pthread_cond_init(&lane->turn, NULL);
    pthread_cond_init(&lane->ended, NULL);
    return lane;
}

void lane_close(struct lane *lane)
{
    assert(lane->next_ticket == lane->serving); /* nobody is in it, nobody waits */
    if (lane->conn) sqlite_conn_close(lane->conn);
    if (lane->lock >= 0) close(lane->lock);
    pthread_mutex_destroy(&lane->mutex);
    pthread_cond_destroy(&lane->turn);
    pthread_cond_destroy(&lane->ended);
}

/* ---- one at a time ----------------------------------------------------------------------------
 */

static void turn_take(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    uint64_t ticket = lane->next_ticket++;
    while (lane->serving != ticket) pthread_cond_wait(&lane->turn, &lane->mutex);
    pthread_mutex_unlock(&lane->mutex);
}

static bool others_wait(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    bool wait = lane->next_ticket > lane->serving + 1;
    pthread_mutex_unlock(&lane->mutex);
    return wait;
}

static void turn_give(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    lane->serving++;
    pthread_cond_broadcast(&lane->turn);
    pthread_mutex_unlock(&lane->mutex);
}

/* ---- the writing connection -------------------------------------------------------------------
 */

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
    if (lane->conn) return true;
    if (lane->lock < 0 && !lock_take(op, lane)) return false;
    return sqlite_conn_open(op, lane->mem, lane->path, true, &lane->conn);
}

/* ---- groups -----------------------------------------------------------------------------------
 */

static bool group_begin(struct op *op, struct lane *lane)
{
    if (lane->group_open) return true;
    if (!sqlite_exec(op, lane->conn, "begin immediate")) return false;
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
    if (lane->group_open) {
        sqlite_reset_all(lane->conn);
        committed = sqlite_exec_quietly(lane->conn, "commit");
        if (!committed) {
            snprintf(why, sizeof why, "commit: %s", sqlite3_errmsg(lane->conn->db));
            (void)sqlite_exec_quietly(lane->conn, "rollback");
        }
        lane->group_open = false;
        lane->groups++;
        lane->works += lane->group_size;
    }
    pthread_mutex_lock(&lane->mutex);
    for (struct member *m = lane->members; m; m = m->next) {
        m->ended = true;
        m->committed = committed;
        memcpy(m->why, why, sizeof why);
    }
    lane->members = NULL;
    lane->serving++;
    pthread_cond_broadcast(&lane->turn);
    pthread_cond_broadcast(&lane->ended);
    pthread_mutex_unlock(&lane->mutex);
}

/* The last one commits: when nobody waits, or the group is full or has waited long enough. Also
 * when SQLite has rolled back everything by itself: then there is nothing left to add to. */
static void group_pass_on(struct lane *lane)
{
    bool lost = lane->group_open && sqlite3_get_autocommit(lane->conn->db);
    bool more = !lost && lane->group_open && others_wait(lane) && lane->group_size < GROUP_MAX &&
                clock_ticks_us() - lane->group_since_us < GROUP_OLD_US;
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
        sqlite_exec(op, lane->conn, "savepoint work")) {
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
    if (good && !sqlite_exec(op, lane->conn, "release work")) good = false;
    if (!good) work_undo(lane);

    struct member me = {.next = lane->members};
    lane->members = &me;
    group_pass_on(lane);

    pthread_mutex_lock(&lane->mutex);
    while (!me.ended) pthread_cond_wait(&lane->ended, &lane->mutex);
    pthread_mutex_unlock(&lane->mutex);
    if (good && !me.committed) return op_broken(op, ERR_INTERNAL, "%s", me.why);
    return good;
}

void lane_abandon(struct lane *lane)
{
    work_undo(lane);
    group_pass_on(lane);
}

void lane_counts(struct lane *lane, int64_t *groups, int64_t *works)
{
    turn_take(lane);
    *groups = lane->groups;
    *works = lane->works;
    group_pass_on(lane);
}
