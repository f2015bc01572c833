#include "test.h"

int test_arena_open(void **state)
{
    *state = arena_open(64 << 20);
    return 0;
}

int test_arena_close(void **state)
{
    arena_close(*state);
    return 0;
}
