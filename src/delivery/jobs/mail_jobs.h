/* Mails: the background writes those that hold a sign-in link, and hands all to the mailer. */
#ifndef JOBS_MAIL_JOBS_H
#define JOBS_MAIL_JOBS_H

#include "delivery/jobs/jobs.h"

/* Answers somebody who asked for a link, or was invited: the subject is the request. */
bool sign_in_mail_job(struct op *op, const struct job *job) MUST_USE;

/* Finds out what somebody who asked for access with an invoice has proved: the subject is what was
 * given. The other tells those whom it concerns: the subject is the claim. */
bool claim_look_job(struct op *op, const struct job *job) MUST_USE;
bool claim_mail_job(struct op *op, const struct job *job) MUST_USE;

/* Sends one mail; talks. An address that will never work is given up at once and says so in the
 * console; a mail server that is away is tried again later. */
enum { MAIL_TRIES_MAX = 20 }; /* over three days; then it is given up */
bool mail_send_job(struct op *op, const struct job *job) MUST_USE;

/* Every day: the contents of mails that are older than the seller keeps them. */
bool mail_forget_job(struct op *op, const struct job *job) MUST_USE;

struct mail_file;

/* What a mail carries is made, or read, when it is sent: a notice names its document by one of
 * these kinds. Runs outside of a transaction and opens short ones of its own. */
struct attachment_kind {
    const char *name; /* "receipt"; NULL ends a table */
    bool (*make)(struct op *op, const struct job *job, int64_t id, struct mail_file *out);
};

#endif
