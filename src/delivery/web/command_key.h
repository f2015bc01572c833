/* A command sent twice is one command.
 *
 * The API's POSTs may carry an Idempotency-Key, our forms carry a form_key. The same key with the
 * same contents gets the stored answer; with other contents it is refused; while the first is under
 * way it is a conflict. Errors are not stored: mended, the command may be sent again under its key.
 * What cannot be stored - an answer with a cookie, a download - is simply done again.
 *
 * A claim that nobody works on any more does not keep anyone out: one that this process made and
 * has let go of is taken over at once (command_claims.h), one of another process after a minute. */
#ifndef WEB_COMMAND_KEY_H
#define WEB_COMMAND_KEY_H

#include "delivery/web/web.h"

struct command {
    str principal, key, route, body_hash; /* no key: every sending is a new command */
    str claim;                            /* who claims it: by chance, new for each request */
    struct command_claim *held;           /* until command_leave(); NULL: the app has no claims */
    int64_t id;                           /* once it is claimed */
};

/* What this request carries. False: its key is malformed. */
bool command_of(struct request *rq, struct command *out) MUST_USE;
/* This request does nothing more for it, whatever the database says. */
void command_leave(const struct command *command);

/* In a transaction. *first: nobody has sent this before, go on. Else *out is the answer. Whoever
 * does not know whether his claim was committed claims again, and is the first if it was. */
bool command_claim(struct request *rq, struct command *command, bool *first,
                   struct reply *out) MUST_USE;
/* In a transaction, after the work: keeps the answer, or lets go of the key. */
bool command_close(struct request *rq, const struct command *command,
                   const struct reply *reply) MUST_USE;

/* Nobody works on the commands that were under way: the program has just started, and it is the
 * only one. (Else one is taken over a minute after it was sent.) */
bool commands_orphan(struct op *op) MUST_USE;

/* Forgets the answers that were given before. */
bool commands_forget(struct op *op, instant before) MUST_USE;

#endif
