/* A bad line to PostgreSQL, for tests: it passes on everything until somebody writes and commits.
 * Of those commits it cuts every third: in turns before the server has heard of it, and after the
 * server has done it but before its answer is passed on. */
#ifndef TEST_CUTTER_H
#define TEST_CUTTER_H

#include "base/arena.h"
#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>

struct cutter {
    int listening, port, server_port;
    pthread_t thread;
    atomic_bool closed;
    atomic_int commits, lost, undone; /* cut after it was done, and before */
    atomic_int open;                  /* lines */
};

/* Stands before the server of this URL, which names a host of this machine and a port. */
struct cutter *cutter_open(struct arena *mem, str url);
/* The URL through it. */
str cutter_url(struct arena *mem, const struct cutter *c, str url);
/* The next commit is cut, before it is done or after. Returns what `commits` is then. */
int cutter_cut_next(struct cutter *c, bool done);
void cutter_close(struct cutter *c);

#endif
