/* A real disk under PostgreSQL, with a file system of its own that fills up while people pay, and
 * then has room again. A file of somebody else's takes what is left; or the books themselves grow
 * into it; or the log must grow, and PostgreSQL gives up ("PANIC") and cannot even recover, which
 * needs room as well, until there is some. The books' tables and the log lie on that disk (which
 * test/processes/run mounts), everything else elsewhere. */
#include "cluster.h"

#include "base/arena.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    PLANS_EACH = 60, /* of a way, in each round; more than it takes */
    TOLD = 8,        /* so often it is said that there is no room, before it is full enough */
    FULL_MS = 60000, /* at most, until then */
    STAYS_MS = 500,
    LOOK_MS = 50,
    BLOCK_BYTES = 4096,
    LOG_BYTES = 8 << 20,
};

struct way_to_fill {
    const char *what;
    int64_t leaves_bytes;
    bool log; /* it is the log that needs room */
};

static const struct way_to_fill ways_to_fill[] = {
    {"a file takes all that is left", 0, false},
    {"the books grow into the last 256 KB", 256 << 10, false},
    {"and the log must grow", 0, true},
};

struct disk {
    struct cluster c;
    const char *ballast;
    int64_t room_since_us;
};

static int64_t room_left(const struct disk *d)
{
    struct statvfs of;
    const char *mounted = str_printf(d->c.eye.mem, "%s/disk", d->c.folder).at;
    must(statvfs(mounted, &of) == 0, "%s: %s", mounted, strerror(errno));
    return (int64_t)of.f_bavail * (int64_t)of.f_frsize;
}

static void ballast_drop(const struct disk *d, int64_t leaves_bytes)
{
    static const char block[BLOCK_BYTES];
    int fd = open(d->ballast, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0, "%s: %s", d->ballast, strerror(errno));
    while (room_left(d) > leaves_bytes)
        if (write(fd, block, sizeof block) < 0) {
            must(errno == ENOSPC, "%s: %s", d->ballast, strerror(errno));
            break;
        }
    must(fsync(fd) == 0 || errno == ENOSPC, "%s: %s", d->ballast, strerror(errno));
    close(fd);
}

/* Of the cluster's own log, which lies elsewhere: so often it gave up. */
static int panics(const struct disk *d)
{
    struct arena_mark mark = arena_mark(d->c.eye.mem);
    const char *path = str_printf(d->c.eye.mem, "%s/log", d->c.folder).at;
    int count = 0, fd = open(path, O_RDONLY);
    char *at = arena_array(d->c.eye.mem, char, LOG_BYTES);
    must(fd >= 0, "%s: %s", path, strerror(errno));
    ssize_t len = read(fd, at, LOG_BYTES);
    close(fd);
    for (str rest = {at, len > 0 ? len : 0}; str_find(rest, S("PANIC:")) >= 0; count++)
        rest = str_from(rest, str_find(rest, S("PANIC:")) + 1);
    arena_rewind(d->c.eye.mem, mark);
    return count;
}

static ptrdiff_t told(const struct town *t)
{
    return atomic_load(&t->told_busy) + atomic_load(&t->told_full);
}

/* Until it is full, in the eyes of those who pay. */
static void fill(struct disk *d, const struct way_to_fill *way)
{
    struct town *t = d->c.t;
    ptrdiff_t before = told(t);
    int given_up = panics(d);
    ballast_drop(d, way->leaves_bytes);
    int64_t until = clock_ticks_us() + FULL_MS * INT64_C(1000);
    while (told(t) < before + TOLD || (way->log && panics(d) == given_up)) {
        must(clock_ticks_us() < until, "%s: it was never full", way->what);
        cluster_allow(&d->c);
        /* Another's work in the same cluster: more log than a checkpoint sets free meanwhile, and
         * no table grows. */
        if (way->log)
            (void)cluster_says(&d->c, "select pg_logical_emit_message(false, 'another', "
                                      "repeat('x', 1000000)) from generate_series(1, 32)");
        cluster_tend(&d->c);
        cluster_look(&d->c);
        poll(NULL, 0, LOOK_MS);
    }
    cluster_watch(&d->c, STAYS_MS);
}

static void room_again(void *arg)
{
    struct disk *d = arg;
    bool full = unlink(d->ballast) == 0;
    must(full || errno == ENOENT, "%s: %s", d->ballast, strerror(errno));
    if (full) d->room_since_us = clock_ticks_us();
    cluster_tend(&d->c);
}

/* What was told to be done is done, also while there is no room. But PostgreSQL may give up at any
 * time, for its log needs room as well, and even who reads can write to that: then there is room
 * again, and it is asked once more. Our server stands still, so that this is seldom. Says when it
 * was looked at. */
static const char *judge_full(struct disk *d)
{
    struct town *t = d->c.t;
    d->room_since_us = 0;
    must(kill(t->server, SIGSTOP) == 0, "the server ended");
    t->unanswered = room_again;
    t->unanswered_arg = d;
    judge_now(t, true);
    judge_acknowledged(t);
    t->unanswered = NULL;
    must(kill(t->server, SIGCONT) == 0, "the server ended");
    return d->room_since_us ? "after it gave up" : "while it was full";
}

static void fill_and_free(struct disk *d, const struct way_to_fill *way)
{
    struct town *t = d->c.t;
    ptrdiff_t busy = atomic_load(&t->told_busy), full = atomic_load(&t->told_full);
    int given_up = panics(d), starts = d->c.starts;
    fill(d, way);
    const char *judged = way->log ? "after it gave up" : judge_full(d);
    ptrdiff_t done = atomic_load(&t->done);
    room_again(d);
    (void)cluster_wait_well(&d->c, way->what);
    int64_t us = clock_ticks_us() - d->room_since_us;
    judge_now(t, true);
    judge_acknowledged(t);
    printf("  %s: after %td plans; 503 %td, 507 %td; PostgreSQL gave up %d times, was started %d "
           "times; judged %s; on again %lld ms after there was room\n",
           way->what, done, atomic_load(&t->told_busy) - busy, atomic_load(&t->told_full) - full,
           panics(d) - given_up, d->c.starts - starts, judged, (long long)us / 1000);
    fflush(stdout);
}

int postgres_full(struct town *t, const char *folder, int rounds)
{
    int64_t began = clock_ticks_us();
    struct disk d = {.c = {.t = t, .folder = folder},
                     .ballast = str_printf(t->mem, "%s/disk/ballast", folder).at};
    cluster_start(&d.c);
    town_found(t, t->clients, COUNT(ways_to_fill) * rounds * PLANS_EACH, 1);
    gateway_start(t);
    server_start(t);
    cluster_wait_ready(&d.c);
    struct clients *all = clients_start(t);
    (void)cluster_wait_well(&d.c, "before all of it");
    for (int round = 0; round < rounds; round++)
        for (ptrdiff_t i = 0; i < COUNT(ways_to_fill); i++) fill_and_free(&d, &ways_to_fill[i]);
    must(atomic_load(&t->told_full) > 0, "nobody was told that there is no room");
    atomic_store(&t->may, t->plan_count);
    clients_join(all);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  %td requests sent again, %lld s\n", clients_sent_again(all),
           (long long)((clock_ticks_us() - began) / 1000000));
    judge_end(t);
    cluster_stop(&d.c);
    return 0;
}
