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

/* Read by LeakSanitizer. Pango keeps a thread's fonts as long as the thread lives, and the main
 * thread never ends; Cairo 1.16 forgets some 800 bytes with each tagged document. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\nleak:libpango\nleak:libcairo.so\n";
}
