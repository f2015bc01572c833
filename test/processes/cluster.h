/* A cluster of PostgreSQL of the test's own. What stands in its folder is made by
 * test/processes/run: `data`, and `start`, which becomes the postmaster. One that has ended is
 * started again here, as a service manager would. */
#ifndef PROCESSES_CLUSTER_H
#define PROCESSES_CLUSTER_H

#include "processes.h"

struct cluster {
    struct town *t;
    const char *folder;
    int port, pid, starts; /* pid: the postmaster's; 0: not running */
    struct client eye;     /* somebody who looks at pages */
};

void cluster_start(struct cluster *c); /* and says it to the town */
void cluster_up(struct cluster *c);    /* tended until it answers */
void cluster_stop(struct cluster *c);
/* All its processes at once, and not the postmaster alone: one that waits for a lock which another
 * held would never learn that it is gone. */
void cluster_kill(struct cluster *c);
void cluster_tend(struct cluster *c); /* started again, if it has ended */
bool cluster_says(struct cluster *c, const char *sql);

/* The server answers whatever its database does; a page is shown, or it says in words why not. */
void cluster_look(struct cluster *c);
/* The server listens before it has all its connections, and ends when the database goes meanwhile.
 */
void cluster_wait_ready(struct cluster *c);
/* Some more plans may be begun: nobody is through with all before the last trouble is over. */
void cluster_allow(struct cluster *c);
/* Tended and looked at for so long. */
void cluster_watch(struct cluster *c, int ms);
/* The same until people get on again; returns how long that took, in microseconds. */
int64_t cluster_wait_well(struct cluster *c, const char *where);

#endif
