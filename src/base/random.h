/* The only door to chance. Tests and simulations bring a seed; the program uses the system's. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/str.h"

void random_bytes(void *out, ptrdiff_t count);

/* 128 bits or more as text that fits a URL: sign-in links, session ids, keys. */
str random_token(struct arena *mem, ptrdiff_t bytes);

/* From now on the bytes follow from the seed. For tests and simulations only; never in `serve`. */
void random_seed(uint64_t seed);

#endif
