/* Unit tests: sentences that take an arena. A file ends with TESTS(TEST(a), TEST(b)), which is its
 * main(), run by cmocka. CHECK says what failed, with which values, and ends the test. */
#ifndef TEST_TEST_H
#define TEST_TEST_H

#include "base/arena.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_error("%s:%d: %s: ", __FILE__, __LINE__, #condition);                            \
            print_error(__VA_ARGS__);                                                              \
            print_error("\n");                                                                     \
            fail();                                                                                \
            abort(); /* fail() does not return, but does not say so */                             \
        }                                                                                          \
    } while (0)

/* A machine may be busy with other things for so long: what is to come is waited for until then,
 * and never for a while that "must be enough". */
enum { TEST_PATIENCE_MS = 60000 };
/* Waits until the counter, which others count, has come so far; false: it never did. */
bool test_comes_to(const atomic_int *counter, int want);

/* A file with these bytes, for as long as the arena is. Returns its path. */
const char *test_file(struct arena *mem, str content);

int test_arena_open(void **state);
int test_arena_close(void **state);

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_run_##name, test_arena_open, test_arena_close)
/* Each sentence is wrapped once, so that it takes its arena and not cmocka's void pointers. */
#define SENTENCE(name)                                                                             \
    static void name(struct arena *mem);                                                           \
    static void test_run_##name(void **state)                                                      \
    {                                                                                              \
        name(*state);                                                                              \
    }                                                                                              \
    static void name(struct arena *mem)

#define TESTS(...)                                                                                 \
    int main(void)                                                                                 \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }

#endif
