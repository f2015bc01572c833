/* A seed is a process: forked from one that has the empty database on its simulated disk. */
#include "sim.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "domain/payments/payments.h"
#include "store/migrate.h"
#include "store/store.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const plant_names[] = {"nothing", "timeout-failed", "new-key", "lying-disk",
                                   "absent-failed"};

enum { STEPS = 160, SHRINKS_MAX = 120 };

/* ---- chance ---- */

static uint64_t mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void chance_begin(struct chance *c, uint64_t seed, uint64_t step)
{
    c->state = mixed(seed * UINT64_C(0x9e3779b97f4a7c15) + mixed(step + 1));
}

int64_t chance_below(struct chance *c, int64_t limit)
{
    c->state += UINT64_C(0x9e3779b97f4a7c15);
    return limit > 0 ? (int64_t)(mixed(c->state) % (uint64_t)limit) : 0;
}

bool chance_permille(struct chance *c, int64_t permille)
{
    return chance_below(c, 1000) < permille;
}

/* ---- what happened ---- */

void sim_trace(struct sim *s, const char *what, int64_t a, int64_t b)
{
    for (const char *at = what; *at; at++) s->trace = mixed(s->trace ^ (unsigned char)*at);
    s->trace = mixed(s->trace ^ (uint64_t)a ^ mixed((uint64_t)b ^ mixed((uint64_t)s->now)));
    if (s->loud)
        printf("  %4d  %s%s %" PRId64 " %" PRId64 "\n", s->step, s->depth ? "  meanwhile: " : "",
               what, a, b);
}

void sim_fail(struct sim *s, const char *format, ...)
{
    if (s->failed) return;
    va_list args;
    va_start(args, format);
    vsnprintf(s->why, sizeof s->why, format, args);
    va_end(args);
    s->failed = true;
    if (s->loud) printf("  %4d  FAILED: %s\n", s->step, s->why);
}

struct op sim_op(struct sim *s)
{
    return (struct op){.mem = s->mem, .now = s->now};
}

void sim_judge(struct sim *s, struct op *op, const char *what, bool done)
{
    sim_trace(s, what, done, 0);
    for (const struct err *e = op->errs; e; e = e->next)
        if (e->kind == ERR_INTERNAL)
            sim_fail(s, "%s: %s: %.*s %.*s", what, e->where, STR(e->message), STR(e->detail));
}

/* ---- one life of the program: from its start to the loss of power ---- */

static void life_begin(struct sim *s)
{
    char path[100];
    s->mem = arena_open((ptrdiff_t)1 << 30);
    snprintf(path, sizeof path, "/dev/shm/quittance-sim-%d-%d", (int)getpid(), s->life++);
    struct op op = sim_op(s);
    bool opened = database_open(&op, str_printf(s->mem, "sqlite:%s", path), &s->db) &&
                  store_open(&op, s->db, &s->store);
    sim_judge(s, &op, "open", opened);
    if (!opened) sim_fail(s, "the database does not open");
    if (sqlite3_open(path, &s->raw) != SQLITE_OK) sim_fail(s, "%s", sqlite3_errmsg(s->raw));
    sqlite3_db_config(s->raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    unlink(str_printf(s->mem, "%s.lock", path).at);
}

static void life_end(struct sim *s)
{
    sqlite3_close(s->raw);
    store_close(s->store);
    database_close(s->db);
    arena_close(s->mem);
}

static void power_fails(struct sim *s)
{
    s->losses++;
    s->depth = 0;
    chance_begin(&s->chance, s->seed, (uint64_t)(50000 + s->step));
    disk_power_loss(s->disk, &s->chance);
    sim_trace(s, "POWER LOSS", 0, 0);
    life_begin(s); /* the old one's memory is as lost as the process was */
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

static void step(struct sim *s)
{
    jmp_buf off;
    chance_begin(&s->chance, s->seed, (uint64_t)s->step);
    time_passes(s);
    if (setjmp(off) == 0) {
        bool fails = chance_permille(&s->chance, 80);
        disk_cut_in(s->disk, fails ? chance_below(&s->chance, 120) : -1, &off);
        struct arena_mark mark = arena_mark(s->mem);
        sim_act(s);
        disk_cut_in(s->disk, -1, NULL);
        arena_rewind(s->mem, mark);
    } else {
        power_fails(s);
    }
    sim_check_step(s);
}

/* Half the seeds begin in the days before the clocks change. */
static instant beginning(struct sim *s)
{
    static const int64_t starts[] = {INT64_C(1774620000), INT64_C(1792760000)};
    instant from = starts[chance_below(&s->chance, 2)] * SECOND_US;
    if (chance_permille(&s->chance, 500)) return from;
    return from + chance_below(&s->chance, 300 * DAY_US);
}

static void run_seed(struct sim *s, const bool *dropped)
{
    chance_begin(&s->chance, s->seed, 99999);
    random_seed(s->seed);
    s->now = beginning(s);
    s->trouble = chance_below(&s->chance, 350);
    life_begin(s);
    if (!sim_make(s)) sim_fail(s, "no world");
    if (s->plant == PLANT_LYING_DISK) disk_lie(s->disk);
    for (s->step = 0; s->step < STEPS && !s->failed; s->step++)
        if (!dropped[s->step]) step(s);
    if (!s->failed) sim_check_end(s);
    life_end(s);
}

/* ---- many of them ---- */

struct outcome { /* what the child writes into a pipe */
    uint64_t trace;
    int64_t losses, operations;
    bool failed, ended;
    char why[WHY_MAX];
};

struct runs {
    struct disk *disk;
    struct outcome outcome;
    int news;
    enum plant plant;
    bool dropped[STEPS];
};

static void live(struct runs *r, uint64_t seed, bool loud)
{
    static struct sim s; /* too large for a stack */
    s = (struct sim){.seed = seed, .plant = r->plant, .disk = r->disk, .loud = loud, .trace = seed};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (!loud && nowhere >= 0) dup2(nowhere, 2); /* what fails on purpose is logged */
    run_seed(&s, r->dropped);
    struct outcome out = {s.trace, s.losses, disk_operations(s.disk), s.failed, true, {0}};
    memcpy(out.why, s.why, sizeof s.why);
    if (write(r->news, &out, sizeof out) != sizeof out) abort();
    fflush(NULL);
    _exit(0);
}

static bool run(struct runs *r, uint64_t seed, bool loud)
{
    int status, news[2];
    r->outcome = (struct outcome){0};
    fflush(NULL);
    if (pipe(news) != 0) abort();
    r->news = news[1];
    pid_t child = fork();
    if (child == 0) live(r, seed, loud);
    close(news[1]);
    if (child < 0 || waitpid(child, &status, 0) != child) abort();
    if (read(news[0], &r->outcome, sizeof r->outcome) != sizeof r->outcome)
        r->outcome.ended = false;
    close(news[0]);
    if (r->outcome.ended) return !r->outcome.failed;
    snprintf(r->outcome.why, WHY_MAX, "it ended with signal %d", WTERMSIG(status));
    return false;
}

/* Leaves out steps, many at first, for as long as it still fails. */
static void shrink(struct runs *r, uint64_t seed)
{
    int left = SHRINKS_MAX, kept = STEPS;
    for (int part = STEPS / 2; part > 0; part /= 2)
        for (int from = 0; from < STEPS && left > 0; from += part) {
            bool before[STEPS];
            memcpy(before, r->dropped, sizeof before);
            for (int i = from; i < from + part && i < STEPS; i++) r->dropped[i] = true;
            if (memcmp(before, r->dropped, sizeof before) == 0) continue;
            left--;
            if (run(r, seed, false)) memcpy(r->dropped, before, sizeof before);
        }
    for (int i = 0; i < STEPS; i++) kept -= r->dropped[i];
    printf("seed %" PRIu64 ", shrunk to %d of %d steps:\n", seed, kept, STEPS);
    (void)run(r, seed, true);
    printf("  %s\n", r->outcome.why);
    memset(r->dropped, 0, sizeof r->dropped);
}

/* The empty database, migrated once for all seeds. */
static void prepare(struct disk *disk)
{
    struct op op = {.mem = arena_open((ptrdiff_t)1 << 30), .now = INT64_C(1774000000000000)};
    struct database *db;
    int count;
    str url = str_printf(op.mem, "sqlite:/dev/shm/quittance-sim-%d", (int)getpid());
    bool good = database_open(&op, url, &db) && migrate_up(&op, db, &count);
    if (!good) abort();
    database_close(db);
    unlink(str_printf(op.mem, "/dev/shm/quittance-sim-%d.lock", (int)getpid()).at);
    arena_close(op.mem);
    (void)disk;
}

static int64_t number_of(int count, char **words, const char *name, int64_t otherwise)
{
    int64_t number = otherwise;
    for (int i = 1; i + 1 < count; i++)
        if (strcmp(words[i], name) == 0 && !str_to_i64(str_of(words[i + 1]), &number)) abort();
    return number;
}

static enum plant plant_of(int count, char **words)
{
    for (int i = 1; i + 1 < count; i++)
        for (int p = 0; p < PLANTS && strcmp(words[i], "--plant") == 0; p++)
            if (strcmp(words[i + 1], plant_names[p]) == 0) return (enum plant)p;
    return PLANT_NOTHING;
}

/* sim --seed N --count N [--plant NAME] [--shrink 1] [--loud 1] */
int main(int count, char **words)
{
    struct runs r = {.plant = plant_of(count, words)};
    uint64_t first = (uint64_t)number_of(count, words, "--seed", 1), traces = 0;
    int64_t seeds = number_of(count, words, "--count", 100), failed = 0, losses = 0, operations = 0;
    bool loud = number_of(count, words, "--loud", 0) != 0;
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    r.disk = disk_open();
    prepare(r.disk);
    int64_t began = clock_ticks_us();
    for (uint64_t seed = first; seed < first + (uint64_t)seeds; seed++) {
        bool good = run(&r, seed, loud);
        traces = mixed(traces ^ r.outcome.trace);
        losses += r.outcome.losses;
        operations += r.outcome.operations;
        if (good) continue;
        failed++;
        printf("seed %" PRIu64 " FAILED: %s\n", seed, r.outcome.why);
        if (r.plant != PLANT_NOTHING) {
            printf("planted %s: caught by seed %" PRIu64 "\n", plant_names[r.plant], seed);
            if (number_of(count, words, "--shrink", 0)) shrink(&r, seed);
            break;
        }
        if (failed <= 3) shrink(&r, seed);
    }
    int64_t ms = (clock_ticks_us() - began) / 1000;
    printf("%" PRId64 " seeds from %" PRIu64 ", %" PRId64 " power losses, %" PRId64
           " disk operations, trace %016" PRIx64 ", %" PRId64 " ms\n",
           seeds, first, losses, operations, traces, ms);
    bool right = (failed > 0) == (r.plant != PLANT_NOTHING);
    printf("%d passed, %d failed\n", right, !right);
    return right ? 0 : 1;
}
