/* One seed: the lives of the program, from its start to the loss of power. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "delivery/web/command_claims.h"
#include "sim.h"
#include "store/engine.h"
#include "store/migrate.h"
#include "store/sqlite.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BEFORE_ALL INT64_C(1774000000000000)

enum { OPERATIONS_OF_A_START = 6, EXIT_UNSYNCED = 74 };

struct world {
    struct sim sim;
    struct disk *disk;
    struct arena *mem;
    struct eyes eyes;
    struct database *db; /* of the program that is running */
    struct store *store;
    sqlite3 *reads, *writes;
    struct sim made; /* the seller, its customers, people and key */
};

/* ---- the program starts, and ends ---- */

static const char *path_of(struct arena *mem)
{
    return str_printf(mem, "/dev/shm/quittance-sim-%d", (int)getpid()).at;
}

static bool connection(struct op *op, void *arg)
{
    *(sqlite3 **)arg = ((const struct sqlite_conn *)op->tx->conn)->db;
    return true;
}

/* Reads the schema, and recovers what the last one left. */
static bool program_open(struct world *w)
{
    struct op op = {.mem = w->mem, .now = BEFORE_ALL};
    struct arena_mark mark = arena_mark(w->mem);
    const char *path = path_of(w->mem);
    w->db = NULL;
    w->store = NULL;
    bool open = database_open(&op, str_printf(w->mem, "sqlite:%s", path), &w->db) &&
                store_open(&op, w->db, &w->store) &&
                store_transact(&op, w->store, TX_WRITE, connection, &w->writes) &&
                store_transact(&op, w->store, TX_READ, connection, &w->reads);
    unlink(str_printf(w->mem, "%s.lock", path).at);
    if (!open && !disk_is_off(w->disk))
        sim_fail(&w->sim, "it does not start: %.*s %.*s", STR(op.errs->message),
                 STR(op.errs->detail));
    arena_rewind(w->mem, mark);
    w->sim.db = w->db;
    w->sim.store = w->store;
    return open;
}

static void program_close(struct world *w)
{
    store_close(w->store);
    database_close(w->db);
    w->store = NULL;
    w->db = NULL;
}

/* Where the program ends by itself: when a sync has failed (store/sqlite_lane.c). The connection
 * that it leaves is lost to us as well. */
static jmp_buf *on_exit;
__attribute__((noreturn)) void __real__exit(int status);
__attribute__((noreturn)) void __wrap__exit(int status);
void __wrap__exit(int status)
{
    if (status == EXIT_UNSYNCED && on_exit) longjmp(*on_exit, 1);
    __real__exit(status);
}

/* ---- a life ---- */

/* It sees that all is new, and forgets the pages that it read: what it does next does not depend on
 * what it did before. */
static void connection_reset(sqlite3 *db)
{
    if (sqlite3_exec(db, "select 1 from sqlite_schema limit 1", NULL, NULL, NULL) != SQLITE_OK)
        abort();
    sqlite3_db_release_memory(db);
}

static void life_begin(struct world *w)
{
    struct sim *s = &w->sim;
    disk_life_begin(w->disk);
    connection_reset(w->eyes.db);
    if (w->store) connection_reset(w->reads);
    if (w->store) connection_reset(w->writes);
    random_seed(mixed(s->seed) + (uint64_t)(s->losses + s->ends));
    s->depth = 0;
    s->version = -1;
}

/* Some lives begin with a start in earnest, and may meet the next loss while it goes on. */
static void start_in_earnest(struct world *w)
{
    struct sim *s = &w->sim;
    for (bool open = false; !open && !s->failed;) {
        bool fails = chance_permille(&s->chance, 300);
        disk_fault_in(w->disk, DISK_OFF,
                      fails ? chance_below(&s->chance, OPERATIONS_OF_A_START) : -1, 0);
        open = program_open(w);
        if (disk_is_off(w->disk)) {
            program_close(w);
            open = false;
            s->losses++;
            disk_power_loss(w->disk, &s->chance);
            disk_life_begin(w->disk);
            sim_trace(s, "POWER LOSS at the start", 0, 0);
        }
    }
    disk_mend(w->disk);
}

static void power_fails(struct world *w)
{
    struct sim *s = &w->sim;
    s->losses++;
    chance_begin(&s->chance, s->seed, (uint64_t)(50000 + s->step));
    bool earnest = chance_permille(&s->chance, 60);
    if (earnest) program_close(w); /* there is no power: it writes nothing */
    disk_power_loss(w->disk, &s->chance);
    disk_mend(w->disk);
    sim_trace(s, "POWER LOSS", 0, 0);
    life_begin(w);
    if (earnest) start_in_earnest(w);
}

static void ended_by_itself(struct world *w)
{
    struct sim *s = &w->sim;
    s->ends++;
    chance_begin(&s->chance, s->seed, (uint64_t)(60000 + s->step));
    sim_trace(s, "IT ENDS: a sync has failed", 0, 0);
    disk_mend(w->disk);
    disk_process_ends(w->disk);
    w->store = NULL;
    w->db = NULL;
    life_begin(w);
    start_in_earnest(w);
}

/* Seconds mostly; sometimes a night, or days. */
static void time_passes(struct sim *s)
{
    if (chance_permille(&s->chance, 20))
        s->now += chance_below(&s->chance, 5 * DAY_US);
    else if (chance_permille(&s->chance, 100))
        s->now += chance_below(&s->chance, 3 * HOUR_US);
    else
        s->now += chance_below(&s->chance, 90 * SECOND_US);
}

static void trouble_ahead(struct sim *s)
{
    static const struct {
        int permille, operations; /* of the steps; of a step, about */
    } faults[] = {
        [DISK_OFF] = {30, 30},
        [DISK_EIO] = {15, 24},
        [DISK_EIO_SYNC] = {8, 2},
        [DISK_FULL] = {10, 24},
    };
    int64_t which = chance_below(&s->chance, 1000);
    for (int i = 0; i < COUNT(faults); which -= faults[i++].permille) {
        if (which >= faults[i].permille) continue;
        disk_fault_in(s->disk, (enum disk_fault)i, chance_below(&s->chance, faults[i].operations),
                      s->seed + (uint64_t)s->step);
        return;
    }
}

static void step(struct world *w)
{
    struct sim *s = &w->sim;
    jmp_buf off;
    chance_begin(&s->chance, s->seed, (uint64_t)s->step);
    time_passes(s);
    struct arena_mark mark = arena_mark(s->mem);
    if (setjmp(off) == 0) {
        on_exit = &off;
        trouble_ahead(s);
        sim_act(s);
        disk_switch_off(w->disk); /* right after all was said to be done */
        if (disk_is_off(w->disk)) power_fails(w);
    } else {
        ended_by_itself(w);
    }
    on_exit = NULL;
    disk_mend(w->disk);
    sim_check_step(s);
    arena_rewind(s->mem, mark);
}

/* Half the seeds begin in the days before the clocks change. */
static instant beginning(struct sim *s)
{
    static const int64_t starts[] = {INT64_C(1774620000), INT64_C(1792760000)};
    instant from = starts[chance_below(&s->chance, 2)] * SECOND_US;
    if (chance_permille(&s->chance, 500)) return from;
    return from + chance_below(&s->chance, 300 * DAY_US);
}

bool world_run(struct world *w, uint64_t seed, enum plant plant, const bool dropped[STEPS],
               bool loud, struct outcome *out)
{
    struct sim *s = &w->sim;
    *s = (struct sim){.seed = seed,
                      .plant = plant,
                      .disk = w->disk,
                      .loud = loud,
                      .trace = seed,
                      .mem = w->mem,
                      .db = w->db,
                      .store = w->store,
                      .eyes = &w->eyes,
                      .entity = w->made.entity};
    memcpy(s->customers, w->made.customers, sizeof s->customers);
    memcpy(s->people, w->made.people, sizeof s->people);
    memcpy(s->api_key, w->made.api_key, sizeof s->api_key);
    struct arena_mark mark = arena_mark(w->mem);
    disk_image_put(w->disk);
    s->claims = command_claims_open(w->mem);
    life_begin(w);
    if (!w->store && !program_open(w)) abort(); /* the last seed left none behind */
    chance_begin(&s->chance, s->seed, 99999);
    s->now = beginning(s);
    s->trouble = chance_below(&s->chance, 350);
    if (s->plant == PLANT_LYING_DISK) disk_lie(w->disk);
    if (s->plant == PLANT_DEAF_SYNC) disk_deaf(w->disk);
    int64_t operations = disk_operations(w->disk);
    for (s->step = 0; s->step < STEPS && !s->failed; s->step++)
        if (!dropped[s->step]) step(w);
    if (!s->failed) sim_check_end(s);
    arena_rewind(w->mem, mark);
    *out = (struct outcome){.trace = s->trace,
                            .losses = s->losses,
                            .ends = s->ends,
                            .operations = disk_operations(s->disk) - operations,
                            .ran = true,
                            .failed = s->failed};
    memcpy(out->why, s->why, sizeof s->why);
    return !s->failed;
}

/* The seller and its customers, in a database that is migrated once for all seeds. */
static void image_make(struct world *w)
{
    struct sim *s = &w->sim;
    struct op op = {.mem = w->mem, .now = BEFORE_ALL};
    int count;
    *s = (struct sim){.disk = w->disk, .mem = w->mem, .now = BEFORE_ALL, .eyes = &w->eyes};
    random_seed(0);
    bool made = program_open(w) && migrate_up(&op, w->db, &count) && sim_make(s);
    if (!made) abort();
    w->made = *s;
    program_close(w);
    disk_image_take(w->disk);
    disk_image_put(w->disk);
}

struct world *world_open(void)
{
    struct arena *mem = arena_open((ptrdiff_t)1 << 30);
    struct world *w = arena_new(mem, struct world);
    w->mem = mem;
    w->disk = disk_open();
    image_make(w);
    disk_life_begin(w->disk);
    if (!program_open(w)) abort();
    eyes_open(&w->eyes, path_of(mem));
    return w;
}
