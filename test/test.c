#include "test.h"

#include <poll.h>
#include <unistd.h>

static void file_remove(void *path)
{
    unlink(path);
}

const char *test_file(struct arena *mem, str content)
{
    char *path = (char *)str_z(mem, S("/tmp/quittance-test-XXXXXX"));
    int fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, content.at, (size_t)content.len) == content.len, "%s", path);
    close(fd);
    arena_defer(mem, file_remove, path);
    return path;
}

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

bool test_comes_to(const atomic_int *counter, int want)
{
    enum { LOOK_MS = 5 };
    for (int ms = 0; ms < TEST_PATIENCE_MS && atomic_load(counter) < want; ms += LOOK_MS)
        poll(NULL, 0, LOOK_MS);
    return atomic_load(counter) >= want;
}
