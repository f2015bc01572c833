/* Acts over many rows that people asked for: done in portions, each in a transaction of its own. */
#ifndef JOBS_WORK_JOBS_H
#define JOBS_WORK_JOBS_H

#include "delivery/jobs/jobs.h"

/* `work.run`: the next rows of a batch. */
bool work_run_job(struct op *op, const struct job *job);

#endif
