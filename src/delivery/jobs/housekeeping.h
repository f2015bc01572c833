/* What must be done again and again: each job asks for itself anew. */
#ifndef JOBS_HOUSEKEEPING_H
#define JOBS_HOUSEKEEPING_H

#include "delivery/jobs/jobs.h"

/* Answers to commands are kept for 30 days: who repeats one later gives a new one. */
bool commands_forget_job(struct op *op, const struct job *job) MUST_USE;

/* Seals the rows that the audit trail and the journal have got since: every half minute. */
bool chain_seal_job(struct op *op, const struct job *job) MUST_USE;

/* Issues the statements that customers get each month: looks every hour. */
bool statements_issue_job(struct op *op, const struct job *job) MUST_USE;

/* This process is the only one that works on this database, and has just started: what was under
 * way when the last one died waits for no lease. In a transaction. */
bool housekeeping_alone(struct op *op, void *unused) MUST_USE;

/* Asks for the first time; asked again, it changes nothing. In a transaction. */
bool housekeeping_begin(struct op *op, void *unused) MUST_USE;

#endif
