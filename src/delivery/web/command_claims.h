/* Which claims to commands the requests of this process hold (command_key.h).
 *
 * A route that talks commits its claim before it begins, and lets go of it in a second transaction.
 * When that one fails - the disk is full or broken, the memory is short - the database goes on
 * saying that somebody is at work. Another process cannot know better, and waits; this one does: a
 * claim that was made here and that no request holds any more has ended.
 *
 * For all threads. A claim is held until its request lets go of it, or its arena is rewound. */
#ifndef WEB_COMMAND_CLAIMS_H
#define WEB_COMMAND_CLAIMS_H

#include "base/arena.h"
#include "base/str.h"

struct command_claims;
struct command_claim;

struct command_claims *command_claims_open(struct arena *mem);

/* Held from now on, by a name that no other claim of any process has. */
struct command_claim *command_claim_hold(struct arena *mem, struct command_claims *claims);
str command_claim_name(const struct command_claim *claim);
void command_claim_release(struct command_claim *claim); /* a second time: nothing */

enum command_claim_state {
    CLAIM_HELD,  /* by a request of this process */
    CLAIM_ENDED, /* it was made here, and nobody holds it; its name never comes again */
    CLAIM_ALIEN, /* another process made it */
};
enum command_claim_state command_claim_state(struct command_claims *claims, str name);

#endif
