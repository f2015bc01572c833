/* Work done in the background: one table of kinds, one table of jobs in the database.
 *
 * A job and its removal are one transaction, so a job that succeeded has run exactly once. A job
 * that talks to somebody else's computer cannot have that: it may run twice, and must not mind. */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "store/store.h"

struct app; /* the program's parts, see app.h */

struct job {
    int64_t id, subject, tries;
    str kind;
    struct store *store;   /* for jobs that talk: they open their own short transactions */
    const struct app *app;
};

struct job_kind {
    const char *name; /* "reminders.send" */
    bool (*run)(struct op *op, const struct job *job);
    int tries_max; /* then it is parked, and the console shows it with its last error */
    bool talks;
};

/* Runs the next job that is due, if any. False only when the queue itself is broken; a job that
 * fails is logged and put back, twice as far into the future each time. */
bool jobs_run_next(struct op *op, struct store *store, const struct app *app,
                   const struct job_kind *kinds, bool *ran) MUST_USE;

#endif
