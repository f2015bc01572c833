/* Whose turn it is. Requests begin in the order in which they came; a worker takes one as soon as
 * it may begin.
 *
 * A page that only reads computes from its first statement to its last byte, so more of them at
 * once than there are processors are no faster: each is interrupted in the middle by the others,
 * and the slowest wait for all. So pages need a seat, and those without one wait here. Commands do
 * not: they wait for the disk or for strangers, together. Nor does a page that has waited long
 * enough: who has the seats is slow, or interrupted by somebody else's program. */
#include "delivery/web/queue.h"

#include "base/arena.h"
#include "base/clock.h"
#include "delivery/web/serve.h"

void queue_open(struct arena *mem, struct queue *q, int room, int seats, int patience_ms)
{
    *q = (struct queue){.ring = arena_array(mem, struct connection *, room),
                        .room = room,
                        .seats = seats,
                        .patience_us = patience_ms * INT64_C(1000)};
    pthread_mutex_init(&q->lock, NULL);
}

void turn_open(struct turn *t)
{
    pthread_condattr_t ticks;
    pthread_condattr_init(&ticks);
    pthread_condattr_setclock(&ticks, CLOCK_MONOTONIC); /* as clock_ticks_us() */
    pthread_cond_init(&t->bell, &ticks);
    pthread_condattr_destroy(&ticks);
}

static bool needs_seat(const struct queue *q, const struct connection *c)
{
    return q->seats > 0 && !c->refuse_status && route_only_reads(c->match.route);
}

static bool may_begin(const struct queue *q)
{
    if (q->count == 0) return false;
    const struct connection *c = q->ring[q->first];
    return q->seated < q->seats || !needs_seat(q, c) || q->closing ||
           clock_ticks_us() - c->came_us >= q->patience_us;
}

/* What somebody who is idle must be woken for. Who was woken needs a while to come: until then,
 * nobody else is called for the same. */
static enum call call_for(const struct queue *q)
{
    if (q->count == 0) return NOTHING;
    if (!needs_seat(q, q->ring[q->first]) || q->seated + q->coming < q->seats)
        return q->count > q->coming ? BEGIN : NOTHING;
    return q->seated >= q->seats && !q->watcher ? WATCH : NOTHING;
}

/* The worker who went idle last is the first: its arena, its statements and the pages that its
 * connection to the database keeps are still near the processor, those of the others are not. */
static struct turn *idle_call(struct queue *q)
{
    enum call call = call_for(q);
    struct turn *t = q->idle;
    if (!t || call == NOTHING) return NULL;
    q->idle = t->next;
    t->call = call;
    q->coming += call == BEGIN;
    if (call == WATCH) q->watcher = t;
    return t;
}

/* Without the lock, which whoever wakes up needs first of all. */
static void wake(struct turn *t)
{
    if (t) pthread_cond_signal(&t->bell);
}

bool queue_put(struct queue *q, struct connection *c)
{
    struct turn *woken = NULL;
    pthread_mutex_lock(&q->lock);
    bool room = q->count < q->room && !q->closing;
    if (room) {
        c->state = WAITING;
        MHD_suspend_connection(c->mhd);
        q->ring[(q->first + q->count++) % q->room] = c;
        woken = idle_call(q);
    }
    pthread_mutex_unlock(&q->lock);
    wake(woken);
    return room;
}

static void idle_wait(struct queue *q, struct turn *t)
{
    t->call = NOTHING;
    t->next = q->idle;
    q->idle = t;
    while (t->call == NOTHING) pthread_cond_wait(&t->bell, &q->lock);
    q->coming -= t->call == BEGIN;
}

/* Until the first in the queue has waited long enough; it may have begun before. */
static void watch(struct queue *q, struct turn *t)
{
    int64_t until_us = q->ring[q->first]->came_us + q->patience_us;
    struct timespec until = {.tv_sec = until_us / SECOND_US,
                             .tv_nsec = until_us % SECOND_US * 1000};
    q->watcher = t;
    (void)pthread_cond_timedwait(&t->bell, &q->lock, &until);
}

/* Nobody watches whoever has something else to do. */
static void watch_end(struct queue *q, struct turn *t)
{
    if (q->watcher == t) q->watcher = NULL;
}

static struct connection *first_begin(struct queue *q, struct turn *t)
{
    struct connection *c = q->ring[q->first];
    q->first = (q->first + 1) % q->room;
    q->count--;
    t->seated = needs_seat(q, c);
    if (t->seated) q->seated++;
    return c;
}

struct connection *queue_take(struct queue *q, struct turn *t)
{
    struct connection *c = NULL;
    pthread_mutex_lock(&q->lock);
    if (t->seated) q->seated--;
    t->seated = false;
    while (!may_begin(q) && !q->closing) {
        if (q->count > 0 && (!q->watcher || q->watcher == t)) {
            watch(q, t);
        } else {
            watch_end(q, t);
            idle_wait(q, t);
        }
    }
    watch_end(q, t);
    if (q->count > 0) c = first_begin(q, t);
    struct turn *woken = idle_call(q);
    pthread_mutex_unlock(&q->lock);
    wake(woken);
    return c;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closing = true;
    for (struct turn *t = q->idle; t; t = t->next) {
        t->call = BEGIN;
        q->coming++;
        wake(t);
    }
    q->idle = NULL;
    wake(q->watcher);
    pthread_mutex_unlock(&q->lock);
}

struct queue_state queue_look(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    struct queue_state state = {.count = q->count};
    if (q->count > 0) state.first_came_us = q->ring[q->first]->came_us;
    pthread_mutex_unlock(&q->lock);
    return state;
}
