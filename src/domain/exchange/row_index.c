#include "domain/exchange/row_index.h"

#include "base/arena.h"

enum { FIRST_CAPACITY = 1 << 12 };
#define INDEX_BYTES_MAX ((ptrdiff_t)1 << 30)

/* FNV-1a. Zero means a free place, so no key is zero. */
uint64_t row_key_with(uint64_t key, str more)
{
    for (ptrdiff_t i = 0; i < more.len; i++)
        key = (key ^ (unsigned char)more.at[i]) * UINT64_C(1099511628211);
    key = (key ^ 0xFF) * UINT64_C(1099511628211);
    return key ? key : 1;
}

uint64_t row_key(str text)
{
    return row_key_with(UINT64_C(14695981039346656037), text);
}

static void make(struct row_index *index, ptrdiff_t capacity)
{
    index->mem = arena_open_beside(index->outer, INDEX_BYTES_MAX);
    index->keys = arena_array(index->mem, uint64_t, capacity);
    index->values = arena_array(index->mem, uint32_t, capacity);
    index->capacity = capacity;
    index->count = 0;
}

void row_index_open(struct arena *outer, struct row_index *index)
{
    *index = (struct row_index){.outer = outer};
    make(index, FIRST_CAPACITY);
}

void row_index_close(struct row_index *index)
{
    if (index->mem) arena_close(index->mem);
    if (index->old) arena_close(index->old);
    *index = (struct row_index){0};
}

static ptrdiff_t place(const struct row_index *index, uint64_t key)
{
    ptrdiff_t mask = index->capacity - 1, i = (ptrdiff_t)(key >> 7) & mask;
    while (index->keys[i] != 0 && index->keys[i] != key) i = (i + 1) & mask;
    return i;
}

static void grow(struct row_index *index)
{
    struct row_index old = *index;
    index->old = old.mem; /* closed with the index, should the new one not fit */
    index->mem = NULL;
    make(index, old.capacity * 2);
    for (ptrdiff_t i = 0; i < old.capacity; i++) {
        if (old.keys[i] == 0) continue;
        ptrdiff_t to = place(index, old.keys[i]);
        index->keys[to] = old.keys[i];
        index->values[to] = old.values[i];
        index->count++;
    }
    arena_close(old.mem);
    index->old = NULL;
}

uint32_t *row_index_at(struct row_index *index, uint64_t key)
{
    if (2 * (index->count + 1) > index->capacity) grow(index);
    ptrdiff_t i = place(index, key);
    if (index->keys[i] == 0) index->keys[i] = key, index->count++;
    return &index->values[i];
}
