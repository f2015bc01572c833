/* PostgreSQL's own disk. A cluster of the test's own has the shim in all its processes: its log or
 * its files cannot be written or synced, one of its processes dies in the middle of a write, there
 * is no room for a while, its postmaster is killed. Meanwhile people pay, and send again under the
 * same key whatever was not done. They are told to come again, never that something is done which
 * is not; and the server lives through all of it and goes on by itself.
 *
 * What stands in the cluster's folder is made by test/processes/run: `data`, and `start`, which
 * becomes the postmaster. One that has ended is started again here, as a service manager would. */
#include "faults.h"

#include "base/arena.h"
#include "base/clock.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum {
    PLANS_EACH = 12, /* for each point; more than a point takes */
    POINTS_EACH = 40,
    GO_ON = 4, /* plans that are carried out afterwards, before all is well */
    HIT_MS = 15000,
    SILENT_MS = 60000, /* at most, until they are */
    WITHOUT_ROOM_MS = 700,
    BAD_MS = 300,
    LOOK_MS = 50,
    STEP_MS = 10,
    CHECKPOINT_MS = 300,
    EYE_BYTES = 16 << 20,
    STARTS_MAX = 10000,
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
    struct town *t;
    struct faultio *control;
    const char *folder;
    int port, cluster, starts; /* cluster: the postmaster's pid; 0: not running */
    struct client eye;
    int hits, missed;
    int64_t silent_us, longest_us; /* until they go on */
};

/* ---- the cluster ---- */

/* After a kill its processes go one by one, and until then it refuses to start. */
static void cluster_tend(struct disk *d)
{
    int status;
    if (d->cluster && waitpid(d->cluster, &status, WNOHANG) != d->cluster) return;
    const char *const argv[] = {str_printf(d->t->mem, "%s/start", d->folder).at,
                                str_printf(d->t->mem, "%d", d->port).at, NULL};
    must(d->starts++ < STARTS_MAX, "PostgreSQL does not stay up: see %s/log", d->folder);
    d->cluster = process_spawn(argv, str_printf(d->t->mem, "%s/log", d->folder).at, NULL);
}

static bool cluster_says(struct disk *d, const char *sql)
{
    PGconn *pg = postgres_connect(d->eye.mem, d->t->postgres);
    PGresult *result = PQstatus(pg) == CONNECTION_OK ? PQexec(pg, sql) : NULL;
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    PQfinish(pg);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static void cluster_start(struct disk *d)
{
    struct town *t = d->t;
    d->port = port_free();
    t->postgres = str_printf(
        t->mem, "postgresql://postgres@127.0.0.1:%d/postgres?connect_timeout=5", d->port);
    for (int waited = 0; !cluster_says(d, "select 1"); waited += LOOK_MS) {
        must(waited < SILENT_MS, "PostgreSQL does not start: see %s/log", d->folder);
        cluster_tend(d);
        poll(NULL, 0, LOOK_MS);
    }
}

static void cluster_stop(struct disk *d)
{
    int status;
    kill(d->cluster, SIGINT);
    must(waitpid(d->cluster, &status, 0) == d->cluster && status == 0,
         "PostgreSQL ended with status %d", status);
}

/* ---- what is seen meanwhile ---- */

/* The server answers whatever its database does; a page is shown, or it says in words why not. */
static void look(struct disk *d)
{
    struct arena_mark mark = arena_mark(d->eye.mem);
    struct town *t = d->t;
    must(server_ended(t, 0) == -1, "the server ended");
    str alive = str_printf(d->eye.mem, "%.*s/healthz", STR(t->url));
    str page = str_printf(d->eye.mem, "%.*s/invoices", STR(t->url));
    struct http_response got = client_send(&d->eye, "GET", alive, S(""), S(""));
    must(got.status == 200, "/healthz: %d %.*s", got.status, STR(got.why));
    got = client_send(&d->eye, "GET", page, S(""), S(""));
    must(got.status == 200 || client_told_to_wait(&d->eye, &got), "/invoices: %d %.*s %.*s",
         got.status, STR(got.why), STR(got.body));
    arena_rewind(d->eye.mem, mark);
}

/* It listens before it has all its connections, and ends when the database goes meanwhile. */
static void wait_until_ready(struct disk *d)
{
    str url = str_printf(d->eye.mem, "%.*s/readyz", STR(d->t->url));
    struct http_response got = client_insist(&d->eye, "GET", url, S(""), S(""));
    must(got.status == 200, "it says %d", got.status);
}

/* Nobody is through with all of it before the last trouble is over. */
static void allow(struct disk *d, ptrdiff_t further)
{
    struct town *t = d->t;
    ptrdiff_t may = atomic_load(&t->done) + t->clients + further;
    if (may > atomic_load(&t->may)) atomic_store(&t->may, may);
}

/* False: there was no such operation. The log is written when somebody pays, and the rest mostly by
 * a checkpoint. */
static bool wait_for_hit(struct disk *d, const struct trouble *trouble)
{
    bool ask = trouble->files == FILES_DATA;
    for (int waited = 0; atomic_load(&d->control->done) == 0; waited += STEP_MS) {
        if (waited >= HIT_MS) return false;
        allow(d, GO_ON);
        if (ask && waited % CHECKPOINT_MS == 0) (void)cluster_says(d, "checkpoint");
        poll(NULL, 0, STEP_MS);
    }
    return true;
}

/* As a service manager, and as somebody who looks at a page, until people get on again. */
static void wait_until_well(struct disk *d, const char *where)
{
    int64_t began = clock_ticks_us(), until = began + SILENT_MS * INT64_C(1000);
    ptrdiff_t enough = atomic_load(&d->t->done) + GO_ON;
    allow(d, GO_ON);
    while (atomic_load(&d->t->done) < enough) {
        must(clock_ticks_us() < until, "%s: nobody gets on any more", where);
        cluster_tend(d);
        look(d);
        poll(NULL, 0, LOOK_MS);
    }
    int64_t us = clock_ticks_us() - began;
    d->silent_us += us;
    if (us > d->longest_us) d->longest_us = us;
}

static void try_point(struct disk *d, const struct trouble *trouble, long n)
{
    struct faultio *control = d->control;
    const char *where = str_printf(d->t->mem, "%s, at %ld", trouble->what, n).at;
    atomic_store(&control->files, trouble->files);
    atomic_store(&control->operations, trouble->operations);
    atomic_store(&control->lasts, trouble->hold_ms > 0);
    if (trouble->deed == DEED_NOTHING) {
        allow(d, GO_ON);
        poll(NULL, 0, (int)n);
        kill(d->cluster, SIGKILL);
    } else {
        faultio_arm(control, trouble->deed, n);
        if (!wait_for_hit(d, trouble)) {
            faultio_arm(control, DEED_NOTHING, 0);
            d->missed++;
            return;
        }
        int64_t until = clock_ticks_us() + trouble->hold_ms * INT64_C(1000);
        while (clock_ticks_us() < until) {
            look(d);
            cluster_tend(d);
            poll(NULL, 0, LOOK_MS);
        }
        faultio_arm(control, DEED_NOTHING, 0);
    }
    d->hits++;
    wait_until_well(d, where);
    judge_now(d->t, true);
    judge_acknowledged(d->t);
}

static void say(struct disk *d, const struct trouble *trouble, ptrdiff_t busy, ptrdiff_t full)
{
    struct town *t = d->t;
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
    struct disk d = {.t = t, .folder = folder, .eye = client_of(t, arena_open(EYE_BYTES), 0)};
    d.control = faultio_make(t, folder);
    cluster_start(&d);
    town_found(t, t->clients, COUNT(troubles) * points * PLANS_EACH, seed);
    gateway_start(t);
    server_start(t);
    wait_until_ready(&d);
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
           clients_sent_again(all), d.starts, (long long)((clock_ticks_us() - began) / 1000000));
    arena_close(d.eye.mem);
    judge_end(t);
    cluster_stop(&d);
    return 0;
}
