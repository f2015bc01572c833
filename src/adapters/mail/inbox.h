/* Where mail servers send their reports to, chosen by a URL of the operator's:
 *
 *     maildir:/var/mail/bounces                a Maildir: what is in new/ is read and moved to cur/
 *     mbox:/var/mail/bounces                   a file of mails: read under a lock, then emptied
 *     imaps://user@mail.example/INBOX?password_file=/etc/quittance/imap
 *                                              what was read is marked as answered
 *
 * A mail is marked only after it was taken, so a crash in between means that it is read again: who
 * takes it must not mind. */
#ifndef MAIL_INBOX_H
#define MAIL_INBOX_H

#include "base/op.h"

struct inbox;

enum { INBOX_BATCH = 50 }; /* mails read at a time */

/* Lives as long as op->mem, and may be used by many threads, one after the other. ERR_INVALID. */
bool inbox_open(struct op *op, str url, const struct inbox **out) MUST_USE;

/* Gives each new mail to `take`, outside of any transaction; one that it does not take ends the
 * reading and stays new. Of one that is larger than a report the head is given, and the log says
 * so; where a file of mails is emptied, it is kept beside it. *more: there are others.
 * ERR_UPSTREAM: the server or the folder cannot be read now. */
bool inbox_read(struct op *op, const struct inbox *inbox,
                bool (*take)(struct op *op, str bytes, void *arg), void *arg, bool *more) MUST_USE;

#endif
