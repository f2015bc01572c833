/* What rows with the same key have in common: a number of 32 bits for each 64-bit hash of a key.
 *
 * Twelve bytes a key, at most half full. Two keys with one hash are taken for one; the callers are
 * such that this costs time or a question, never money. */
#ifndef EXCHANGE_ROW_INDEX_H
#define EXCHANGE_ROW_INDEX_H

#include "base/str.h"

struct row_index {
    struct arena *outer, *mem, *old; /* its own: it grows into a new one */
    uint64_t *keys;                  /* 0: free */
    uint32_t *values;
    ptrdiff_t count, capacity;
};

uint64_t row_key(str text);
uint64_t row_key_with(uint64_t key, str more);
/* What there is no memory for makes `outer` full. */
void row_index_open(struct arena *outer, struct row_index *index);
void row_index_close(struct row_index *index);
/* Where the value of this key stands; a new key has 0. Good until the next call. */
uint32_t *row_index_at(struct row_index *index, uint64_t key);

#endif
