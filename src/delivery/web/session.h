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

/* Called by the edge once per request, before the route's own transaction and outside any: reads
 * the cookies and the Authorization header; sets rq->who, rq->browser, rq->form_token, and
 * rq->op.actor with the reader's language. A cookie or a key that is unknown, ended or blocked
 * leaves rq->who empty, with who.expired set when it was a session that has run out. */
bool session_load(struct request *rq) MUST_USE;

/* What the edge answers when the route wants more than nobody: 303 to the sign-in page, which says
 * why and leads back to where the person was going (pages of GET only). */
struct reply session_wanted(struct request *rq);

/* For handlers, inside a transaction. Begins a session for this person at this customer (0: none
 * chosen, or staff), ends the browser's old one, and puts the cookie into the reply. */
bool session_begin(struct request *rq, int64_t person, int64_t customer,
                   struct reply *reply) MUST_USE;
/* The same session under a new id: after a change of what it may. */
bool session_renew(struct request *rq, int64_t customer, struct reply *reply) MUST_USE;
bool session_end(struct request *rq, struct reply *reply) MUST_USE;

/* "__Host-s" when the public address is https, else "s"; and "__Host-b" or "b" likewise. The edge
 * adds Path=/, HttpOnly, SameSite=Lax, and Secure when app->secure. */
const char *session_cookie_name(const struct app *app);
const char *session_browser_name(const struct app *app);
/* Gives the browser its number where it has none yet: pages with forms for nobody call it. */
void session_name_browser(struct request *rq, struct reply *reply);

/* The path a person may be sent to after signing in: one of ours, or "/" instead. Never another
 * host's, whatever tricks are played with slashes, backslashes, dots and control characters. */
str session_next(str path);

#endif
