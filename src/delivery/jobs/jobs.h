/* Work done in the background: one table of kinds, one table of jobs in the database.
 *
 * A job and its removal are one transaction, so a job that succeeded has run exactly once. A job
 * that talks to somebody else's computer cannot have that: it may run twice, and must not mind.
 *
 * Whoever takes a job has it for two minutes. After that others may take it, and the first one can
 * no longer finish it; so a worker that dies leaves nothing to clean up. */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "store/store.h"

#include <stdatomic.h>

struct app; /* the program's parts, see app.h */

struct job {
    int64_t id, subject, tries; /* tries: this one included */
    str kind;
    struct store *store; /* for jobs that talk: they open their own short transactions */
    const struct app *app;
};

struct job_kind {
    const char *name; /* "reminders.send"; NULL ends the table */
    bool (*run)(struct op *op, const struct job *job);
    int tries_max; /* then it is parked, and the console shows it with its last error */
    bool talks;    /* runs outside of a transaction */
};

/* Runs the next job that is due, if any. False only when the queue itself is broken; a job that
 * fails is logged and put back, 30 seconds into the future, then twice as far each time. A job of
 * a kind that is not in the table (an older program beside a newer one) is left to others. */
bool jobs_run_next(struct op *op, struct store *store, const struct app *app,
                   const struct job_kind *kinds, bool *ran) MUST_USE;

/* A worker's life: runs app->jobs until `*stop`, with a connection of its own; a job that was begun
 * is finished first. Any number of threads and machines may do so at once. */
void jobs_work(const struct app *app, const atomic_bool *stop);

/* Jobs that were given up after all their tries, the latest first. In a transaction, as below. */
struct parked_job {
    int64_t id, subject, tries;
    str kind, last_error;
    instant since;
};
struct parked_jobs {
    struct parked_job *at;
    ptrdiff_t count;
};
bool jobs_parked(struct op *op, int limit, struct parked_jobs *out) MUST_USE;
/* Gives one a new chance, at once. */
bool job_unpark(struct op *op, int64_t id) MUST_USE;

/* Nobody runs what was leased: see housekeeping_alone(). In a transaction. */
bool jobs_orphan(struct op *op) MUST_USE;

/* For /metrics: how many wait for a worker, run, wait for their time, were given up; and since when
 * the oldest that waits for a worker does so (0: none). */
struct jobs_measure {
    int64_t due, running, later, parked;
    instant due_since;
};
bool jobs_measure(struct op *op, struct jobs_measure *out) MUST_USE;

#endif
