/* Thousands of clients in one thread: those who behave, and those who do not. Each has an address
 * of its own (127.x.y.z), as people have. What a party met is counted; who behaves is timed from
 * the first packet of the connection to the last byte of the answer. */
#ifndef PROCESSES_CROWD_H
#define PROCESSES_CROWD_H

#include "processes.h"

enum manner {
    BEHAVES,     /* asks, reads the answer, waits a little; a connection for each request */
    KEEPS_ALIVE, /* the same on one connection */
    IS_IDLE,     /* connects and says nothing; comes again when it is cut */
    SLOW_HEAD,   /* a byte of its head now and then */
    SLOW_BODY,   /* a byte of its body now and then */
    SLOW_READER, /* asks, and takes some bytes of the answer now and then */
};

enum { STATUSES = 600 };

struct party {
    const char *name;
    enum manner manner;
    int count, pause_ms;
    /* The request of that guest, sent whole (of SLOW_BODY: the head). It lives as long as the run.
     */
    str (*request)(void *arg, int guest);
    void *arg;
    int awaited; /* a status that at least one of them must have met; 0: none */

    /* What they met, after the settling. */
    ptrdiff_t answered, failed; /* failed: reset, closed in the middle, no answer in time */
    ptrdiff_t cut, connected;   /* of those who misbehave; connected: in the end */
    ptrdiff_t by_status[STATUSES];
    int64_t *took_us; /* of those who behave: sorted */
    ptrdiff_t took_count;
};

/* All parties at once for run_ms, of which the first settle_ms do not count. */
void crowd_run(struct arena *mem, int port, struct party *parties, int party_count, int settle_ms,
               int run_ms);
/* The time that `percent` of the answers did not take longer than. */
int64_t party_took_us(const struct party *p, int percent);

#endif
