/* Requests between libmicrohttpd's thread, which puts them in, and the workers, who take them out.
 * All of it may be called from any thread; only one thread puts. */
#ifndef WEB_QUEUE_H
#define WEB_QUEUE_H

#include "base/op.h"

#include <pthread.h>

struct connection;

/* A worker's place in the order. It begins as zero, and outlives the queue's last use. */
struct turn {
    pthread_cond_t bell;
    enum call { NOTHING, BEGIN, WATCH } call; /* what it was woken for; NOTHING: it is idle */
    bool seated;                              /* runs a page, and has a seat for it */
    struct turn *next;
};

struct queue {
    pthread_mutex_t lock;     /* of all below */
    struct turn *idle;        /* who waits, the last one to come first */
    struct connection **ring; /* of `room` places */
    int room, first, count;
    int seats;            /* how many pages run at once; 0: as many as there are workers */
    int64_t patience_us;  /* how long a page waits for one */
    int seated;           /* may be more: who waited too long does not ask */
    int coming;           /* who was woken to begin a request, and is not here yet */
    struct turn *watcher; /* looks whether the first has waited too long; NULL: nobody */
    bool closing;         /* nobody comes in any longer; workers go home */
};

void queue_open(struct arena *mem, struct queue *q, int room, int seats, int patience_ms);
void turn_open(struct turn *t);
/* Suspends the connection and leaves it to a worker. False: the queue is full. */
bool queue_put(struct queue *q, struct connection *c) MUST_USE;
/* The next request that may begin, waiting for one; NULL: the queue is closed, and empty. What this
 * worker took before is done. */
struct connection *queue_take(struct queue *q, struct turn *t);
void queue_close(struct queue *q);

struct queue_state {
    int count;
    int64_t first_came_us; /* by clock_ticks_us(); when count > 0 */
};
struct queue_state queue_look(struct queue *q);

#endif
