/* Argon2id, four at a time in the whole process: each takes 64 MiB and a tenth of a second of one
 * core. Some more may wait; whoever comes then is asked to come again in a moment. */
#ifndef ACCESS_HASHING_H
#define ACCESS_HASHING_H

#include "base/op.h"

enum { HASHES_AT_ONCE = 4, HASHES_WAITING = 16 };
/* Who hashes or waits for it keeps a thread from other work: of so many threads at most half, so
 * that a flood of passwords leaves the other pages theirs. Said once, before the threads begin. */
void hashing_share(int threads);

bool hashing_make(struct op *op, str password, str *hash) MUST_USE;
bool hashing_matches(struct op *op, str hash, str password, bool *out) MUST_USE;

/* A hash that no password has, as costly to check as any other. */
extern const str hashing_nobody;

#endif
