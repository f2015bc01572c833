/* Preloaded into the server, or into PostgreSQL: each write, sync and cut of the books' files is
 * counted, and at one of them something goes wrong. */
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
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
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

static bool counted_path(const char *path)
{
    const char *name = strrchr(path, '/');
    bool cluster = strstr(path, "/data/") != NULL, wal = strstr(path, "/data/pg_wal/") != NULL;
    switch ((enum files)atomic_load(&control->files)) {
    case FILES_BOOKS: return name && strncmp(name, "/books.db", 9) == 0;
    case FILES_WAL: return wal;
    case FILES_DATA: return cluster && !wal;
    case FILES_TABLES: return strstr(path, "/data/base/") != NULL;
    case FILES_CLUSTER: return cluster;
    }
    return false;
}

static bool counted_file(int fd)
{
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len <= 0) return false;
    path[len] = 0;
    return counted_path(path);
}

/* `until`: where a write ends; 0: it is none; -1: at the file's own place. */
static bool counted_operation(int fd, bool sync, off_t until, size_t bytes)
{
    struct stat file;
    switch ((enum operations)atomic_load(&control->operations)) {
    case OPERATIONS_ALL: return true;
    case OPERATIONS_WRITES: return until != 0;
    case OPERATIONS_SYNCS: return sync;
    case OPERATIONS_GROWTH:
        if (until < 0) until = lseek(fd, 0, SEEK_CUR) + (off_t)bytes;
        return until > 0 && fstat(fd, &file) == 0 && until > file.st_size;
    }
    return false;
}

/* What is to be done at this operation. */
static enum deed deed_now(int fd, bool sync, off_t until, size_t bytes)
{
    if (!control || !counted_file(fd) || !counted_operation(fd, sync, until, bytes))
        return DEED_NOTHING;
    long n = atomic_fetch_add(&control->count, 1) + 1, at = atomic_load(&control->at);
    enum deed deed = (enum deed)atomic_load(&control->deed);
    long none = 0;
    if (sync) (void)atomic_compare_exchange_strong(&control->sync_at, &none, n);
    if (at == 0 || deed == DEED_NOTHING) return DEED_NOTHING;
    bool lasts = deed == DEED_ENOSPC || atomic_load(&control->lasts);
    bool now = lasts ? n >= at && !sync : n == at;
    if (!now) return DEED_NOTHING;
    atomic_fetch_add(&control->done, 1);
    if (sync) atomic_fetch_add(&control->done_at_sync, 1);
    bool halves = until != 0; /* a sync and a cut have none */
    if (deed == DEED_DIE || (deed == DEED_TEAR && !halves)) kill(getpid(), SIGKILL);
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
    enum deed deed = deed_now(fd, false, at + (off_t)count, count);
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
    enum deed deed = deed_now(fd, false, -1, count);
    if (deed == DEED_TEAR) {
        (void)next(fd, bytes, count / 2);
        kill(getpid(), SIGKILL);
    }
    return deed == DEED_NOTHING ? next(fd, bytes, count) : failed(deed);
}

/* PostgreSQL fills a new file of its log this way. */
static ssize_t scattered(const char *name, int fd, const struct iovec *parts, int count, off_t at)
{
    ssize_t (*next)(int, const struct iovec *, int, off_t) =
        (ssize_t(*)(int, const struct iovec *, int, off_t))real(name);
    size_t bytes = 0;
    for (int i = 0; i < count; i++) bytes += parts[i].iov_len;
    enum deed deed = deed_now(fd, false, at + (off_t)bytes, bytes);
    if (deed == DEED_TEAR) {
        (void)next(fd, parts, count / 2, at);
        kill(getpid(), SIGKILL);
    }
    return deed == DEED_NOTHING ? next(fd, parts, count, at) : failed(deed);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    return scattered("pwritev", fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at)
{
    return scattered("pwritev64", fd, parts, count, at);
}

static int cut(const char *name, int fd, off_t size)
{
    int (*next)(int, off_t) = (int (*)(int, off_t))real(name);
    enum deed deed = deed_now(fd, false, 0, 0);
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
    enum deed deed = deed_now(fd, true, 0, 0);
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
