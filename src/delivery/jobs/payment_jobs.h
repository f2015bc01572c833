/* What payments ask to be done after the commit. */
#ifndef JOBS_PAYMENT_JOBS_H
#define JOBS_PAYMENT_JOBS_H

#include "delivery/jobs/jobs.h"

/* Asks the gateway about a card payment that is under way; ends one that is over its time. */
bool payment_settle_job(struct op *op, const struct job *job) MUST_USE;
/* Lets go of what an announced transfer that did not come has reserved. */
bool payment_expire_job(struct op *op, const struct job *job) MUST_USE;
/* Has the gateway delete a saved card that was removed. */
bool method_forget_job(struct op *op, const struct job *job) MUST_USE;
/* Each day: what the gateway paid out in the last days, matched with the books. */
bool payouts_read_job(struct op *op, const struct job *job) MUST_USE;
/* A payout that did not agree when it came, once more. */
bool payout_match_job(struct op *op, const struct job *job) MUST_USE;
bool refund_send_job(struct op *op, const struct job *job) MUST_USE;

#endif
