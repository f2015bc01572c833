/* The ways to send mail, chosen by a URL of the operator's:
 *
 *     file:./mail                             a folder, one .eml file a mail: for demonstrations
 *     smtp://user:password@mail.example:587   TLS from the start of the conversation on
 *     smtps://mail.example?password_file=/etc/quittance/smtp    TLS before it
 *
 * Without TLS only to this machine itself. In the user and the password, what is not a letter or a
 * digit is percent-encoded. A password file holds the password and nothing else. */
#ifndef MAIL_MAILERS_H
#define MAIL_MAILERS_H

#include "domain/notices/mailer.h"

/* The mailer lives as long as op->mem, and may be used by many threads at once. */
bool mailer_open(struct op *op, str url, const struct mailer **out) MUST_USE;

/* The kinds: what stands behind "file:", and a whole smtp URL. */
bool mailer_folder(struct op *op, str folder, const struct mailer **out) MUST_USE;
bool mailer_smtp(struct op *op, str url, const struct mailer **out) MUST_USE;

#endif
