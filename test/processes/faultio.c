/* Preloaded into the server: each write, sync and cut of the books' files is counted, and at one of
 * them something goes wrong. */
#include "faultio.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes" /* they take the place of others */

static struct faultio *control;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULTIO");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) control = at;
}

static bool of_the_books(int fd)
{
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len <= 0) return false;
    path[len] = 0;
    const char *name = strrchr(path, '/');
    return name && strncmp(name, "/books.db", 9) == 0;
}

/* What is to be done at this operation. */
static enum deed deed_now(int fd, bool sync)
{
    if (!control || !of_the_books(fd)) return DEED_NOTHING;
    long n = atomic_fetch_add(&control->count, 1) + 1, at = atomic_load(&control->at);
    enum deed deed = (enum deed)atomic_load(&control->deed);
    long none = 0;
    if (sync) (void)atomic_compare_exchange_strong(&control->sync_at, &none, n);
    if (at == 0 || deed == DEED_NOTHING) return DEED_NOTHING;
    bool now = deed == DEED_ENOSPC ? n >= at && !sync : n == at;
    if (!now) return DEED_NOTHING;
    atomic_fetch_add(&control->done, 1);
    if (sync) atomic_fetch_add(&control->done_at_sync, 1);
    if (deed == DEED_DIE || (deed == DEED_TEAR && sync)) kill(getpid(), SIGKILL);
    return deed;
}

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static int failed(enum deed deed)
{
    errno = deed == DEED_ENOSPC ? ENOSPC : EIO;
    return -1;
}

typedef ssize_t pwrite_type(int fd, const void *bytes, size_t count, off_t at);

static ssize_t written(const char *name, int fd, const void *bytes, size_t count, off_t at)
{
    pwrite_type *next = (pwrite_type *)real(name);
    enum deed deed = deed_now(fd, false);
    if (deed == DEED_TEAR) {
        (void)next(fd, bytes, count / 2, at);
        kill(getpid(), SIGKILL);
    }
    return deed == DEED_NOTHING ? next(fd, bytes, count, at) : failed(deed);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    return written("pwrite", fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at)
{
    return written("pwrite64", fd, bytes, count, at);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    ssize_t (*next)(int, const void *, size_t) =
        (ssize_t(*)(int, const void *, size_t))real("write");
    enum deed deed = deed_now(fd, false);
    return deed == DEED_NOTHING ? next(fd, bytes, count) : failed(deed);
}

static int cut(const char *name, int fd, off_t size)
{
    int (*next)(int, off_t) = (int (*)(int, off_t))real(name);
    enum deed deed = deed_now(fd, false);
    return deed == DEED_NOTHING ? next(fd, size) : failed(deed);
}

int ftruncate(int fd, off_t size)
{
    return cut("ftruncate", fd, size);
}

int ftruncate64(int fd, off_t size)
{
    return cut("ftruncate64", fd, size);
}

static int synced(const char *name, int fd)
{
    int (*next)(int) = (int (*)(int))real(name);
    enum deed deed = deed_now(fd, true);
    return deed == DEED_NOTHING || deed == DEED_ENOSPC ? next(fd) : failed(deed);
}

int fsync(int fd)
{
    return synced("fsync", fd);
}

int fdatasync(int fd)
{
    return synced("fdatasync", fd);
}
