/* What signing in leaves behind is tidied up a day later. */
#ifndef JOBS_ACCESS_JOBS_H
#define JOBS_ACCESS_JOBS_H

#include "delivery/jobs/jobs.h"

bool access_sweep_job(struct op *op, const struct job *job) MUST_USE;

#endif
