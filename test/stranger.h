/* A stranger on the network, for tests: a server on a free loopback port that says, byte for byte,
 * what its script for the asked path tells it to. */
#ifndef TEST_STRANGER_H
#define TEST_STRANGER_H

#include "base/arena.h"
#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>

struct script {
    const char *path; /* without its query */
    const char *answer;
    bool hang_up_first;
    bool then_fill;   /* a megabyte of x follows */
    bool then_silent; /* says no more, and does not hang up either */
};

enum { HEARD_MAX = 32, HEARD_BYTES = 8192 };

struct stranger {
    const struct script *scripts; /* ends with an empty one */
    int listening, port;
    pthread_t thread;
    char asked[HEARD_BYTES];            /* the last request, NUL-ended; read it after the answer */
    char heard[HEARD_MAX][HEARD_BYTES]; /* all of them */
    atomic_int heard_count;
};

struct stranger *stranger_open(struct arena *mem, const struct script *scripts);
void stranger_close(struct stranger *me);

/* Bound to a free port of 127.0.0.1, but nobody listens. */
int stranger_socket(int *port);

#endif
