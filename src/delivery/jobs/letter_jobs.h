/* The mails about documents and payments: written in the background, once per event and person, in
 * each person's language, with the document as PDF. */
#ifndef JOBS_LETTER_JOBS_H
#define JOBS_LETTER_JOBS_H

#include "delivery/jobs/jobs.h"
#include "delivery/jobs/mail_jobs.h"

/* The subject is the document's or the payment's id; of a refund, the refund's. */
/* The seller answered a dispute: its person is told. */
bool dispute_notice_job(struct op *op, const struct job *job) MUST_USE;
/* A credit note was taken back: who read it is told. */
bool credit_undone_job(struct op *op, const struct job *job) MUST_USE;
bool document_notice_job(struct op *op, const struct job *job) MUST_USE;
bool payment_receipt_job(struct op *op, const struct job *job) MUST_USE;
bool payment_failed_job(struct op *op, const struct job *job) MUST_USE;
bool payment_refunded_job(struct op *op, const struct job *job) MUST_USE;
/* A statement that was issued by hand or for the month: the subject is the statement. */
bool statement_mail_job(struct op *op, const struct job *job) MUST_USE;
/* One that staff asked for once more: the subject is the asking. */
bool statement_again_job(struct op *op, const struct job *job) MUST_USE;
/* A reminder that staff asked for by hand: the subject is the wish. */
bool mail_wish_job(struct op *op, const struct job *job) MUST_USE;

extern const struct attachment_kind letter_attachments[]; /* for app->attachments */

/* Mails a document to the contacts of its customer that want mail. `event` names why: the same one
 * is told once. */
bool document_tell(struct op *op, const struct app *app, int64_t document, str event) MUST_USE;
/* The same of a payment's receipt. */
bool receipt_tell(struct op *op, const struct app *app, int64_t payment, str event) MUST_USE;

#endif
