#include "domain/access/hashing.h"

#include "base/arena.h"
#include "base/crypto.h"

#include <pthread.h>

/* Made from random bytes that were thrown away, at the cost of today's hashes: a test sees to it
 * that it is made anew when the cost rises. */
#define NOBODY                                                                                     \
    "$argon2id$v=19$m=65536,t=3,p=1$nehgGrpQfxVAjKKP/YzsDg$"                                       \
    "ruey6eno7yV9ToUTWVs3HULVSd1VkzfcjNRBqQZIYI0"
const str hashing_nobody = {NOBODY, sizeof NOBODY - 1};

/* The one thing here that all threads share and change: the memory of the machine is one, too. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int inside, waiting;
} room = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

static bool enter(struct op *op)
{
    pthread_mutex_lock(&room.lock);
    bool full = room.inside == HASHES_AT_ONCE && room.waiting == HASHES_WAITING;
    if (!full) {
        room.waiting++;
        while (room.inside == HASHES_AT_ONCE) pthread_cond_wait(&room.left, &room.lock);
        room.waiting--;
        room.inside++;
    }
    pthread_mutex_unlock(&room.lock);
    if (!full) return true;
    return op_fail(op, ERR_BUSY, NULL,
                   "Many people are signing in right now. Please try again in a few seconds.");
}

static void leave(void)
{
    pthread_mutex_lock(&room.lock);
    room.inside--;
    pthread_cond_signal(&room.left);
    pthread_mutex_unlock(&room.lock);
}

bool hashing_make(struct op *op, str password, str *hash)
{
    if (!enter(op)) return false;
    /* The operation's own arena may be full and jump away, and would leave the room locked. */
    struct arena *mem = arena_open(1 << 16);
    str made = password_hash(mem, password);
    leave();
    *hash = str_copy(op->mem, made);
    arena_close(mem);
    return true;
}

bool hashing_matches(struct op *op, str hash, str password, bool *out)
{
    if (!enter(op)) return false;
    *out = password_matches(hash, password);
    leave();
    return true;
}
