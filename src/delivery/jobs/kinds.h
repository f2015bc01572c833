/* Every kind of work that is done in the background, in one table: what outbox_add() may name. */
#ifndef JOBS_KINDS_H
#define JOBS_KINDS_H

#include "delivery/jobs/jobs.h"

extern const struct job_kind job_kinds[]; /* name NULL at the end */

#endif
