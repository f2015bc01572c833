#include "base/random.h"

#include "base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

/* A seeded run is a stream of its own: ChaCha20 over a counter. Set before the first thread starts;
 * the lock keeps the counter honest when a simulation uses several. */
static struct {
    pthread_mutex_t lock;
    bool seeded;
    uint64_t count;
    unsigned char seed[randombytes_SEEDBYTES];
} sequence = {.lock = PTHREAD_MUTEX_INITIALIZER};

void random_seed(uint64_t seed)
{
    memset(sequence.seed, 0, sizeof sequence.seed);
    memcpy(sequence.seed, &seed, sizeof seed);
    sequence.count = 0;
    sequence.seeded = true;
}

void random_bytes(void *out, ptrdiff_t count)
{
    if (!sequence.seeded) {
        int ready = sodium_init();
        assert(ready >= 0);
        (void)ready;
        randombytes_buf(out, (size_t)count);
        return;
    }
    pthread_mutex_lock(&sequence.lock);
    uint64_t turn = ++sequence.count;
    memcpy(sequence.seed + sizeof turn, &turn, sizeof turn);
    randombytes_buf_deterministic(out, (size_t)count, sequence.seed);
    pthread_mutex_unlock(&sequence.lock);
}

str random_token(struct arena *mem, ptrdiff_t bytes)
{
    enum { BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
    unsigned char *raw = arena_array(mem, unsigned char, bytes);
    size_t room = sodium_base64_encoded_len((size_t)bytes, BASE64);
    char *at = arena_array(mem, char, (ptrdiff_t)room);
    assert(bytes >= 16);
    random_bytes(raw, bytes);
    sodium_bin2base64(at, room, raw, (size_t)bytes, BASE64);
    return (str){at, (ptrdiff_t)room - 1};
}
