/* What is thrown away once a day. The job asks for itself again, a day later. */
#ifndef JOBS_HOUSEKEEPING_H
#define JOBS_HOUSEKEEPING_H

#include "delivery/jobs/jobs.h"

/* Answers to commands are kept for 30 days: who repeats one later gives a new one. */
bool commands_forget_job(struct op *op, const struct job *job) MUST_USE;

/* Asks for the first time; asked again, it changes nothing. In a transaction. */
bool housekeeping_begin(struct op *op, void *unused) MUST_USE;

#endif
