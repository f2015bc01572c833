/* Mails as bytes (RFC 5322, MIME), written and read with GMime. */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "adapters/mail/mailbox.h"
#include "domain/notices/mailer.h"

/* The mail as it goes over the wire, lines ending in CR LF: text and HTML as alternatives, then
 * the files. The same mail is the same bytes. */
bool mime_write(struct op *op, const struct mail *mail, str *out) MUST_USE;

/* ERR_INVALID: this is no mail. What is beyond the limits of mailbox.h is left out. */
bool mime_read(struct op *op, str bytes, struct mailbox_mail *out) MUST_USE;

#endif
