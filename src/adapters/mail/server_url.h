/* A mail server as the operator names it, in a URL, and how libcurl is to talk to it: with TLS
 * unless it is this machine itself, with time limits, without proxies or surprises.
 *
 *     smtp://user:password@mail.example:587      TLS from the start of the conversation on
 *     imaps://user@mail.example/INBOX?password_file=/etc/quittance/imap     TLS before it
 *
 * In the user and the password, what is not a letter or a digit is percent-encoded. A password
 * file holds the password and nothing else. */
#ifndef MAIL_SERVER_URL_H
#define MAIL_SERVER_URL_H

#include "base/op.h"

struct server_url {
    const char *url, *user, *password; /* user NULL: none; the URL is without either */
    bool loopback;                     /* the only place that may do without TLS */
};

/* `scheme` is "smtp" or "imap"; with an "s" behind it is allowed as well. ERR_INVALID. */
bool server_url_read(struct op *op, str text, const char *scheme, struct server_url *out) MUST_USE;

/* Everything but the URL itself. `curl` is a CURL *; `server` outlives it. */
bool server_url_set(const struct server_url *server, void *curl) MUST_USE;

#endif
