/* This process's fsync and fdatasync, which SQLite calls: passed on, and then made to last.
 *
 * A laptop's disk, or a virtual one with a cache behind it, answers a sync in a tenth of a
 * millisecond; rented network storage takes one to five, a spinning disk ten. What sharing a sync
 * among many payments is worth shows only on those. */
#include "bench.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t slow_us;

int fsync(int fd);
int fdatasync(int fd);
long syscall(long number, ...);

void disk_slow_down(int64_t sync_us)
{
    atomic_store(&slow_us, sync_us);
}

static int sync_by(long call, int fd)
{
    int64_t began = ticks_ns(), least = atomic_load(&slow_us) * 1000;
    int done = (int)syscall(call, fd);
    int64_t left = least - (ticks_ns() - began);
    if (left > 0) nanosleep(&(struct timespec){.tv_nsec = left}, NULL);
    return done;
}

int fsync(int fd)
{
    return sync_by(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_by(SYS_fdatasync, fd);
}
