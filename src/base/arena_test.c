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
    memset(order, 0, sizeof order);
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

SENTENCE(a_chunk_that_was_used_before_comes_back_zeroed)
{
    (void)mem;
    struct arena *own = arena_open(1 << 20);
    struct arena_mark mark = arena_mark(own);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++) { /* more than are kept */
            char *at = arena_array(own, char, 60000);
            for (int k = 0; k < 60000; k++) CHECK(at[k] == 0, "round %d, byte %d", round, k);
            memset(at, 'x', 60000);
        }
        arena_rewind(own, mark);
        CHECK(arena_used(own) == 0, "%td bytes are held", arena_used(own));
    }
    arena_close(own);
}

SENTENCE(only_the_newest_array_is_made_longer_where_it_stands)
{
    char *first = arena_array(mem, char, 100);
    bool longer = arena_extend(mem, first, 100, 200); /* never where red zones are */
    for (int i = 0; longer && i < 200; i++) CHECK(first[i] == 0, "byte %d", i);
    char *second = arena_array(mem, char, 100);
    CHECK(second >= first + (longer ? 200 : 100), "they overlap");
    CHECK(!arena_extend(mem, first, longer ? 200 : 100, 300), "there is another behind it");
    CHECK(!arena_extend(mem, second, 100, 1 << 20), "the chunk is not that long");
}

static char letters[] = {'d', 'e'};

static void fill(void *arg)
{
    struct arena *mem = arg;
    arena_defer(mem, note, &letters[0]);
    for (;;) arena_array(mem, char, 1000);
}

static void fill_twice(void *arg)
{
    struct arena *mem = arg;
    CHECK(!arena_try(mem, fill, mem), "it never gets full");
    CHECK(strcmp(order, "d") == 0, "%s", order);
    fill(mem);
}

SENTENCE(who_tries_is_told_that_it_is_full_and_all_is_given_back)
{
    (void)mem;
    struct arena *own = arena_open(1 << 18);
    memset(order, 0, sizeof order);
    CHECK(!arena_try(own, fill_twice, own), "it never gets full");
    CHECK(strcmp(order, "dd") == 0, "%s", order);
    CHECK(arena_used(own) == 0, "%td bytes are held", arena_used(own));
    CHECK(!arena_alloc_if(own, 1, 1, 1 << 19), "more than there is");
    struct arena *beside = arena_open_beside(own, 1 << 19);
    arena_defer(own, (void (*)(void *))arena_close, beside);
    arena_close(own);
}

#ifdef ARENA_FAULTS
static void defer_now(void *arg)
{
    struct arena_fault now = {.left = 0};
    arena_fault_set(arg, &now);
    arena_defer(arg, note, &letters[1]);
}

SENTENCE(what_cannot_be_deferred_is_closed_at_once)
{
    memset(order, 0, sizeof order);
    CHECK(!arena_try(mem, defer_now, mem), "nothing failed");
    arena_fault_set(mem, NULL);
    CHECK(strcmp(order, "e") == 0, "%s", order);
}
#else
SENTENCE(what_cannot_be_deferred_is_closed_at_once)
{
    (void)mem; /* nothing can be made to fail in this variant */
}
#endif

TESTS(TEST(who_tries_is_told_that_it_is_full_and_all_is_given_back),
      TEST(what_cannot_be_deferred_is_closed_at_once),
      TEST(a_chunk_that_was_used_before_comes_back_zeroed),
      TEST(only_the_newest_array_is_made_longer_where_it_stands),
      TEST(what_is_closed_last_in_is_closed_first_out), TEST(memory_is_zeroed_after_a_rewind))
