/* Mails as bytes (RFC 5322, MIME), read with GMime. */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "adapters/mail/mailbox.h"
#include "domain/notices/mailer.h"

/* Starts GMime, once for the program: before its first call. */
void mime_ready(void);

/* Writing is mail_compose() of notices/mailer.h: text and HTML as alternatives, then the files;
 * lines end in CR LF. */

/* ERR_INVALID: this is no mail. What is beyond the limits of mailbox.h is left out. */
bool mime_read(struct op *op, str bytes, struct mailbox_mail *out) MUST_USE;

#endif
