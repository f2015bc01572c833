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
    int inside, waiting, at_once, waiting_max;
} room = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .left = PTHREAD_COND_INITIALIZER,
          .at_once = HASHES_AT_ONCE,
          .waiting_max = HASHES_WAITING};

static const char no_memory[] = "no memory for the hash of a password";

static bool enter(struct op *op)
{
    pthread_mutex_lock(&room.lock);
    bool full = room.inside == room.at_once && room.waiting == room.waiting_max;
    if (!full) {
        room.waiting++;
        while (room.inside == room.at_once) pthread_cond_wait(&room.left, &room.lock);
        room.waiting--;
        room.inside++;
    }
    pthread_mutex_unlock(&room.lock);
    if (!full) return true;
    return op_fail(op, ERR_BUSY, NULL,
                   "Many people are signing in right now. Please try again in a few seconds.");
}

void hashing_share(int threads)
{
    int half = threads / 2 > 1 ? threads / 2 : 1;
    room.at_once = half < HASHES_AT_ONCE ? half : HASHES_AT_ONCE;
    room.waiting_max = half - room.at_once;
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
    char *at = arena_array(op->mem, char, PASSWORD_HASH_ROOM); /* not within: it may leave */
    if (!enter(op)) return false;
    bool made = password_hash(password, at);
    leave();
    *hash = str_of(at);
    return made || op_broken(op, ERR_BUSY, no_memory);
}

bool hashing_matches(struct op *op, str hash, str password, bool *out)
{
    if (!enter(op)) return false;
    bool looked = password_matches(hash, password, out);
    leave();
    return looked || op_broken(op, ERR_BUSY, no_memory);
}
