/* PostgreSQL's own disk. A cluster of the test's own has the shim in all its processes: its log or
 * its files cannot be written or synced, one of its processes dies in the middle of a write, there
 * is no room for a while, its postmaster is killed. Meanwhile people pay, and send again under the
 * same key whatever was not done. They are told to come again, never that something is done which
 * is not; and the server lives through all of it and goes on by itself.
 *
 * What stands in the cluster's folder is made by test/processes/run: `data`, and `start`, which
 * becomes the postmaster. One that has ended is started again here, as a service manager would. */
#include "cluster.h"
#include "faults.h"

#include "base/arena.h"
#include "base/clock.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>

enum {
    PLANS_EACH = 12, /* for each point; more than a point takes */
    POINTS_EACH = 40,
    HIT_MS = 15000,
    WITHOUT_ROOM_MS = 700,
    BAD_MS = 300,
    STEP_MS = 10,
    CHECKPOINT_MS = 300,
};

struct trouble {
    const char *what;
    enum deed deed;
    enum files files;
    enum operations operations;
    int hold_ms; /* how long it lasts, once it has begun; 0: it is one operation */
};

static const struct trouble troubles[] = {
    {"the disk is full for a while", DEED_ENOSPC, FILES_CLUSTER, OPERATIONS_GROWTH,
     WITHOUT_ROOM_MS},
    {"no room for tables alone", DEED_ENOSPC, FILES_TABLES, OPERATIONS_GROWTH, WITHOUT_ROOM_MS},
    {"no room at all for the log", DEED_ENOSPC, FILES_WAL, OPERATIONS_WRITES, WITHOUT_ROOM_MS},
    {"EIO at a write of the log", DEED_EIO, FILES_WAL, OPERATIONS_WRITES, 0},
    {"EIO at a sync of the log", DEED_EIO, FILES_WAL, OPERATIONS_SYNCS, 0},
    {"killed in a write of the log", DEED_TEAR, FILES_WAL, OPERATIONS_WRITES, 0},
    {"killed before a sync of the log", DEED_DIE, FILES_WAL, OPERATIONS_SYNCS, 0},
    {"EIO at a write of a file", DEED_EIO, FILES_DATA, OPERATIONS_WRITES, 0},
    {"EIO where a table grows", DEED_EIO, FILES_TABLES, OPERATIONS_GROWTH, BAD_MS},
    {"EIO at a sync of a file", DEED_EIO, FILES_DATA, OPERATIONS_SYNCS, 0},
    {"killed in a write of a file", DEED_TEAR, FILES_DATA, OPERATIONS_WRITES, 0},
    {"the postmaster is killed", DEED_NOTHING, FILES_CLUSTER, OPERATIONS_ALL, 0},
};

struct disk {
    struct cluster c;
    struct faultio *control;
    int hits, missed;
    int64_t silent_us, longest_us; /* until they go on */
};

/* False: there was no such operation. The log is written when somebody pays, and the rest mostly by
 * a checkpoint. */
static bool wait_for_hit(struct disk *d, const struct trouble *trouble)
{
    bool ask = trouble->files == FILES_DATA;
    for (int waited = 0; atomic_load(&d->control->done) == 0; waited += STEP_MS) {
        if (waited >= HIT_MS) return false;
        cluster_allow(&d->c);
        if (ask && waited % CHECKPOINT_MS == 0) (void)cluster_says(&d->c, "checkpoint");
        poll(NULL, 0, STEP_MS);
    }
    return true;
}

static void try_point(struct disk *d, const struct trouble *trouble, long n)
{
    struct faultio *control = d->control;
    const char *where = str_printf(d->c.t->mem, "%s, at %ld", trouble->what, n).at;
    atomic_store(&control->files, trouble->files);
    atomic_store(&control->operations, trouble->operations);
    atomic_store(&control->lasts, trouble->hold_ms > 0);
    if (trouble->deed == DEED_NOTHING) {
        cluster_allow(&d->c);
        poll(NULL, 0, (int)n);
        kill(d->c.pid, SIGKILL);
    } else {
        faultio_arm(control, trouble->deed, n);
        if (!wait_for_hit(d, trouble)) {
            faultio_arm(control, DEED_NOTHING, 0);
            d->missed++;
            return;
        }
        cluster_watch(&d->c, trouble->hold_ms);
        faultio_arm(control, DEED_NOTHING, 0);
    }
    d->hits++;
    int64_t us = cluster_wait_well(&d->c, where);
    d->silent_us += us;
    if (us > d->longest_us) d->longest_us = us;
    judge_now(d->c.t, true);
    judge_acknowledged(d->c.t);
}

static void say(struct disk *d, const struct trouble *trouble, ptrdiff_t busy, ptrdiff_t full)
{
    struct town *t = d->c.t;
    printf("  %-32s %d times%s; 503 %td, 507 %td; on again after %lld ms (mean), %lld ms "
           "(longest)\n",
           trouble->what, d->hits, d->missed > 0 ? " (there was no such operation at others)" : "",
           atomic_load(&t->told_busy) - busy, atomic_load(&t->told_full) - full,
           (long long)(d->silent_us / 1000 / (d->hits > 0 ? d->hits : 1)),
           (long long)(d->longest_us / 1000));
    fflush(stdout);
}

int postgres_disk(struct town *t, const char *folder, int some, uint64_t seed)
{
    int64_t began = clock_ticks_us();
    int points = some > 0 ? some : POINTS_EACH, hits = 0;
    struct disk d = {.c = {.t = t, .folder = folder}};
    d.control = faultio_make(t, folder);
    cluster_start(&d.c);
    town_found(t, t->clients, COUNT(troubles) * points * PLANS_EACH, seed);
    gateway_start(t);
    server_start(t);
    cluster_wait_ready(&d.c);
    struct clients *all = clients_start(t);
    for (ptrdiff_t i = 0; i < COUNT(troubles); i++) {
        ptrdiff_t busy = atomic_load(&t->told_busy), full = atomic_load(&t->told_full);
        d.hits = d.missed = 0;
        d.silent_us = d.longest_us = 0;
        for (int n = 1; n <= points; n++)
            try_point(&d, &troubles[i], some > 0 ? 1 + (long)(chance(&seed) % POINTS_EACH) : n);
        must(d.hits > 0, "%s: it never happened", troubles[i].what);
        say(&d, &troubles[i], busy, full);
        hits += d.hits;
    }
    atomic_store(&t->may, t->plan_count);
    clients_join(all);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  %d times, %td requests sent again, PostgreSQL started %d times, %lld s\n", hits,
           clients_sent_again(all), d.c.starts, (long long)((clock_ticks_us() - began) / 1000000));
    judge_end(t);
    cluster_stop(&d.c);
    return 0;
}
