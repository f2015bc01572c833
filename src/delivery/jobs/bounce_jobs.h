/* Reads what mail servers reported, and records it on the mails. */
#ifndef JOBS_BOUNCE_JOBS_H
#define JOBS_BOUNCE_JOBS_H

#include "delivery/jobs/jobs.h"

/* Talks: every five minutes, from app->bounces; at once again while there is more. Where no mailbox
 * is set up it ends for good. */
bool bounces_read_job(struct op *op, const struct job *job) MUST_USE;

#endif
