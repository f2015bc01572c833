/* Sessions as the database keeps them: the hash of a token, whose they are, and until when.
 *
 * A session ends after 30 minutes without a request and 12 hours after it began, whichever comes
 * first (ASVS 7.3). The token itself is in the browser's cookie and nowhere else. */
#ifndef ACCESS_SESSIONS_H
#define ACCESS_SESSIONS_H

#include "base/clock.h"
#include "base/op.h"
#include "domain/access/roles.h"

#define SESSION_IDLE_US  (30 * MINUTE_US)
#define SESSION_WHOLE_US (12 * HOUR_US)
#define SESSION_TOUCH_US MINUTE_US /* how exactly `seen` is kept: one write a minute at most */

struct session {
    int64_t id, person;
    int64_t customer; /* the one chosen; 0: none */
    enum role role;   /* here and now: of the staff, or at the customer chosen; may be ROLE_NONE */
    bool view_as;     /* staff, looking at this customer's portal */
    str email, name, language, theme, helpers;
    str customer_name, customer_number;
    instant began, seen;
};

/* `began`: when the person proved who they are; kept when a session gets a new id. */
bool sessions_open(struct op *op, int64_t person, int64_t customer, instant began, str browser,
                   str *token) MUST_USE;

/* What the token stands for now. No such session: true with out->id 0; `*expired` says that there
 * was one, or that nobody knows any more. */
bool sessions_find(struct op *op, str token, struct session *out, bool *expired) MUST_USE;
bool sessions_touch(struct op *op, int64_t id) MUST_USE;

bool sessions_close(struct op *op, int64_t person, int64_t id) MUST_USE;
/* All of a person's but one (0: really all); at one customer, or anywhere (0). */
bool sessions_close_all(struct op *op, int64_t person, int64_t but, int64_t customer) MUST_USE;

struct session_place {
    int64_t id;
    str address, browser; /* "Firefox on Windows" */
    instant began, seen;
};
struct session_places {
    struct session_place *at;
    ptrdiff_t count;
};
bool sessions_of(struct op *op, int64_t person, struct session_places *out) MUST_USE;

/* Removes the rows of sessions, links, requests and attempts that nothing will ask for again: the
 * work of the job `access.sweep`, which the first mail with a link asks for, and then it itself. */
bool access_sweep(struct op *op) MUST_USE;
bool access_sweep_later(struct op *op) MUST_USE;

/* "Firefox on Windows" from a User-Agent header: what a person recognises, and nothing more. */
str browser_name(struct arena *mem, str user_agent);

/* How many have not ended: for /metrics. */
bool sessions_count(struct op *op, int64_t *count) MUST_USE;

#endif
