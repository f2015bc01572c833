#include "store/lane.h"

#include "base/arena.h"
#include "base/clock.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

/* A group ends when nobody waits, when it is full, or when it is old: then what it has written is
 * worth a commit. Where a commit takes long, waiting for more pays: it may get as old as eight
 * commits take, within reason, so that the disk has an eighth of the time. */
enum {
    GROUP_OLD_US = 5000,
    GROUP_OLDEST_US = 50000,
    COMMITS_OLD = 8,
};

/* One who sleeps: until it is its turn, and again, having worked, until its group ends. On its own
 * stack. Each has its own bell, so that nobody is woken to find that it was for another. */
struct member {
    struct member *next;
    sem_t bell;
    struct lane_end end;
};

struct lane {
    const struct lane_engine *engine;
    void *writer;
    pthread_mutex_t mutex;
    bool taken;                   /* somebody has the turn */
    struct member *first, **last; /* those who wait for it, first come, first served */
    int waiting;

    /* All below belong to whoever has the turn. */
    struct member *members;
    bool group_open;
    bool alone; /* nobody else can join: the group's transaction is the work's */
    int group_room, group_size;
    int last_size; /* of the group before this one */
    int64_t group_since_us, groups, works, wait_us;
    int64_t commit_us;  /* the last one took so long */
    enum err_kind lost; /* why the group cannot be committed; 0: it can */
};

struct lane *lane_open(struct arena *mem, const struct lane_engine *engine, void *writer)
{
    struct lane *lane = arena_new(mem, struct lane);
    *lane = (struct lane){.engine = engine, .writer = writer};
    lane->last = &lane->first;
    pthread_mutex_init(&lane->mutex, NULL);
    return lane;
}

void lane_close(struct lane *lane)
{
    assert(!lane->taken && !lane->first); /* nobody is in it, nobody waits */
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
        lane->waiting++;
    }
    pthread_mutex_unlock(&lane->mutex);
    if (!wait) return;
    int64_t since_us = clock_ticks_us();
    bell_wait(&me);
    lane->wait_us += clock_ticks_us() - since_us;
}

static int others_waiting(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    int waiting = lane->waiting;
    pthread_mutex_unlock(&lane->mutex);
    return waiting;
}

/* To whoever waits longest; to nobody, if nobody waits. */
static void turn_give(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    struct member *next = lane->first;
    if (next) {
        lane->first = next->next;
        lane->waiting--;
        if (!lane->first) lane->last = &lane->first;
    }
    lane->taken = next != NULL;
    pthread_mutex_unlock(&lane->mutex);
    if (next) sem_post(&next->bell);
}

/* ---- groups -----------------------------------------------------------------------------------
 */

static bool group_begin(struct op *op, struct lane *lane)
{
    const struct lane_engine *engine = lane->engine;
    if (lane->group_open) return true;
    int came = 1 + others_waiting(lane), room = engine->group_max;
    if (engine->shared && came < room) room = came;
    if (!engine->begin(op, lane->writer)) return false;
    lane->group_open = true;
    lane->group_room = room;
    lane->alone = room == 1;
    lane->group_size = 0;
    lane->group_since_us = clock_ticks_us();
    return true;
}

static void group_commit(struct lane *lane, struct lane_end *end)
{
    int64_t began = clock_ticks_us();
    *end = (struct lane_end){.kind = lane->lost, .why = "commit: the group was lost"};
    if (lane->lost)
        lane->engine->rollback(lane->writer, lane->lost);
    else
        lane->engine->commit(lane->writer, end);
    lane->commit_us = clock_ticks_us() - began;
    lane->group_open = false;
    lane->lost = 0;
    lane->last_size = lane->group_size;
    lane->groups++;
    lane->works += lane->group_size;
}

/* Commits for everybody in the group, tells them, and passes the turn on. */
static void group_end(struct lane *lane)
{
    struct lane_end end = {.committed = true};
    if (lane->group_open) group_commit(lane, &end);
    struct member *members = lane->members;
    lane->members = NULL;
    turn_give(lane); /* the next one works while these are told */
    for (struct member *m = members, *next; m; m = next) {
        next = m->next; /* once its bell has rung, it is gone */
        m->end = end;
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
    if (others_waiting(lane) > 0) return true;
    if (lane->group_size * 2 >= lane->last_size) return false;
    sched_yield();
    return others_waiting(lane) > 0;
}

/* The last one commits: when nobody waits, or the group is full or has waited long enough. Also
 * when nothing of it can be kept: then there is nothing left to add to. */
static void group_pass_on(struct lane *lane)
{
    bool more = !lane->lost && lane->group_open && lane->group_size < lane->group_room &&
                clock_ticks_us() - lane->group_since_us < group_old_us(lane) && others_come(lane);
    if (more)
        turn_give(lane);
    else
        group_end(lane);
}

bool lane_ready(struct op *op, struct lane *lane)
{
    turn_take(lane);
    bool done = lane->engine->ready(op, lane->writer);
    group_pass_on(lane); /* a group may be waiting for whoever comes next to commit it */
    return done;
}

bool lane_enter(struct op *op, struct lane *lane)
{
    turn_take(lane);
    if (group_begin(op, lane) && (lane->alone || lane->engine->work_begin(op, lane->writer))) {
        lane->group_size++;
        return true;
    }
    group_pass_on(lane); /* others may have work in this group */
    return false;
}

/* What the others are told. A full disk is full for them as well; whatever else one met is its own,
 * and they may try again. */
static enum err_kind lost_kind(const struct err *why)
{
    return why && why->kind == ERR_FULL ? ERR_FULL : ERR_BUSY;
}

/* Undoes one work and no other's. When that cannot be the whole group goes. */
static void work_undo(struct lane *lane, const struct err *why)
{
    bool whole = lane->alone || lane->engine->lost(lane->writer, why);
    if (whole || !lane->engine->work_undo(lane->writer)) lane->lost = lost_kind(why);
}

bool lane_leave(struct op *op, struct lane *lane, bool good, struct lane_end *end)
{
    if (good && !lane->alone) good = lane->engine->work_end(op, lane->writer);
    if (!good) work_undo(lane, op->errs);
    bool lost_by_me = lane->lost;

    struct member me = {.next = lane->members};
    sem_init(&me.bell, 0, 0);
    lane->members = &me;
    group_pass_on(lane);
    bell_wait(&me);
    *end = me.end;
    if (end->committed || lost_by_me) return good;
    op->errs = NULL;
    return op_broken(op, end->kind, "%s", end->why);
}

void lane_abandon(struct lane *lane)
{
    work_undo(lane, NULL);
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
