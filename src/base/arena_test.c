#include "base/arena.h"

#include "test.h"

static char order[8];
static void note(void *what)
{
    order[strlen(order)] = *(const char *)what;
}

SENTENCE(what_is_closed_last_in_is_closed_first_out)
{
    (void)mem;
    struct arena *own = arena_open(1 << 20);
    arena_defer(own, note, (char[]){'a'});
    struct arena_mark mark = arena_mark(own);
    arena_defer(own, note, (char[]){'b'});
    arena_defer(own, note, (char[]){'c'});
    arena_rewind(own, mark);
    CHECK(strcmp(order, "cb") == 0, "%s", order);
    arena_close(own);
    CHECK(strcmp(order, "cba") == 0, "%s", order);
}

SENTENCE(memory_is_zeroed_after_a_rewind)
{
    struct arena_mark mark = arena_mark(mem);
    char *first = arena_array(mem, char, 100);
    memset(first, 'x', 100);
    arena_rewind(mem, mark);
    char *again = arena_array(mem, char, 100);
    for (int i = 0; i < 100; i++) CHECK(again[i] == 0, "byte %d", i);
}

TESTS(TEST(what_is_closed_last_in_is_closed_first_out), TEST(memory_is_zeroed_after_a_rewind))
