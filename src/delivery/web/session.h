/* Who is asking: the session behind a browser's cookie, or the API key behind a header.
 *
 * A session's id is 256 random bits, known to the browser and to nobody else: the database keeps
 * its hash. It ends after 30 minutes without a request and after 12 hours in any case. Every
 * change of privilege - signing in, choosing a customer, a new password - gives it a new id and
 * kills the old one.
 *
 * Before anybody has signed in there is a second, harmless cookie, the browser's own random
 * number: it ties a sign-in link to the browser that asked for it and a form to the browser that
 * was shown it. */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H

#include "delivery/web/web.h"

/* app->visitor: called by the edge once per request, outside any transaction. Reads the cookies and
 * the Authorization header; sets rq->who, rq->browser, rq->form_token and rq->actor with the
 * person's language. A cookie or a key that is unknown, ended or blocked leaves rq->who empty, with
 * who.expired set when there had been a session. */
bool session_load(struct request *rq) MUST_USE;

/* app->sign_in: 303 to the sign-in page, which says why, and leads back afterwards: to the page
 * that was asked for, or to the one the form stood on. */
struct reply session_wanted(struct request *rq);

/* For handlers, inside a transaction. Begins a session for this person at this customer (0: none
 * chosen, or staff), ends the browser's old one, and puts the cookie into the reply. */
bool session_begin(struct request *rq, int64_t person, int64_t customer,
                   struct reply *reply) MUST_USE;
/* The same session under a new id, at another customer or with another privilege. */
bool session_renew(struct request *rq, int64_t customer, struct reply *reply) MUST_USE;
bool session_end(struct request *rq, struct reply *reply) MUST_USE;

/* Whether the person signed in within the last quarter of an hour: what changes who gets in, or
 * where mails go, asks for that. */
bool session_is_fresh(const struct request *rq);

/* "__Host-s" when the public address is https, else "s"; and "__Host-b" or "b" likewise. */
const char *session_cookie_name(const struct app *app);
const char *session_browser_name(const struct app *app);
/* Gives the browser its number: pages that show a form to nobody put it into their reply. */
void session_name_browser(struct request *rq, struct reply *reply);

/* The path a person may be sent to after signing in: one of ours, or "/" instead. Never another
 * host's, whatever tricks are played with slashes, backslashes, dots and control characters. */
str session_next(str path);

#endif
