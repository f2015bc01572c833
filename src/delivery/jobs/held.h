/* Statement mails and reminders that a hold kept back (customers/care.h), and what becomes of them.
 *
 * They are not sent late as they were: when the hold is over, the next hourly run asks for one new
 * statement and one new reminder of each account that missed one, as of that day. Where nothing is
 * due any more, nothing is sent; nor where somebody sent one in between. */
#ifndef JOBS_HELD_H
#define JOBS_HELD_H

#include "base/money.h"
#include "delivery/jobs/jobs.h"

struct held {
    int64_t customer, entity;
    currency currency;
    int64_t statement; /* 0: it is a reminder */
};
bool held_add(struct op *op, const struct held *in) MUST_USE;
/* One was mailed: what was kept back of its kind is news no more. */
bool held_forget(struct op *op, const struct held *mailed) MUST_USE;

/* Asks for the mails whose holds are over, and for itself an hour later. */
bool held_release_job(struct op *op, const struct job *job) MUST_USE;

#endif
