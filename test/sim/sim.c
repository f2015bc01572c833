/* The options, and who works on which seeds: as many processes as there are processors. */
#define _DEFAULT_SOURCE /* sysconf knows the processors */
#include "sim.h"

#include "base/clock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const plant_names[] = {"nothing",       "timeout-failed", "new-key", "lying-disk",
                                   "absent-failed", "deaf-sync",      "form-key"};

enum { SHRINKS_MAX = 120, SHOWN_MAX = 3, WORKERS_MAX = 64, ENDS_MAX = 100 };

/* ---- chance ---- */

uint64_t mixed(uint64_t z)
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
    if (disk_is_off(s->disk)) return; /* there is no power, and nobody to see it */
    for (const char *at = what; *at; at++) s->trace = mixed(s->trace ^ (unsigned char)*at);
    s->trace = mixed(s->trace ^ (uint64_t)a ^ mixed((uint64_t)b ^ mixed((uint64_t)s->now)));
    if (s->loud)
        printf("  %4d  %s%s %" PRId64 " %" PRId64 "\n", s->step, s->depth ? "  meanwhile: " : "",
               what, a, b);
}

void sim_fail(struct sim *s, const char *format, ...)
{
    if (s->failed || disk_is_off(s->disk)) return;
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
    if (done && !disk_is_off(s->disk)) sim_seen(s);
    for (const struct err *e = op->errs; e; e = e->next)
        if (e->kind == ERR_INTERNAL && !disk_is_hurt(s->disk))
            sim_fail(s, "%s: %s: %.*s %.*s", what, e->where, STR(e->message), STR(e->detail));
}

/* ---- many of them ---- */

struct runs { /* shared by those who work */
    uint64_t first;
    int64_t seeds, workers;
    int64_t until_us; /* no seed is begun later; 0: all are */
    enum plant plant;
    bool loud, shrinks;
    _Atomic int64_t found; /* the first seed that a planted bug was caught by, as a number from 0 */
    int64_t next[WORKERS_MAX]; /* what each is at */
    struct outcome outcomes[];
};

static bool more(const struct runs *r, int64_t next)
{
    if (r->until_us > 0 && clock_ticks_us() > r->until_us) return false;
    return next < r->seeds && next < r->found;
}

/* Each takes its turn: the n-th of them the n-th seed, and so on. One that has seen many a program
 * end, whose connections it cannot give back, is relieved by another. */
static void work(struct runs *r, struct world *w, int64_t *next)
{
    static const bool nothing_dropped[STEPS];
    int64_t ends = 0;
    while (more(r, *next) && ends < ENDS_MAX) {
        struct outcome *out = &r->outcomes[*next];
        bool good =
            world_run(w, r->first + (uint64_t)*next, r->plant, nothing_dropped, r->loud, out);
        int64_t found = r->found;
        while (!good && r->plant != PLANT_NOTHING && *next < found &&
               !atomic_compare_exchange_weak(&r->found, &found, *next)) {
        }
        ends += out->ends;
        *next += r->workers;
    }
    fflush(NULL);
    _exit(0);
}

static pid_t work_begin(struct runs *r, struct world *w, int64_t *next)
{
    fflush(NULL);
    pid_t worker = fork();
    if (worker < 0) abort();
    if (worker == 0) work(r, w, next);
    return worker;
}

static void work_all(struct runs *r, struct world *w)
{
    pid_t workers[WORKERS_MAX], ended;
    int status;
    for (int64_t i = 0; i < r->workers; i++) {
        r->next[i] = i;
        workers[i] = work_begin(r, w, &r->next[i]);
    }
    while ((ended = wait(&status)) > 0)
        for (int64_t i = 0; i < r->workers; i++) {
            if (workers[i] != ended) continue;
            if (status != 0) {
                struct outcome *out = &r->outcomes[r->next[i]];
                out->ran = out->failed = true;
                snprintf(out->why, WHY_MAX, "it ended with signal %d", WTERMSIG(status));
                r->next[i] += r->workers;
            }
            if (more(r, r->next[i])) workers[i] = work_begin(r, w, &r->next[i]);
        }
}

/* Leaves out steps, many at first, for as long as it still fails. */
static void shrink(struct world *w, const struct runs *r, uint64_t seed)
{
    bool dropped[STEPS] = {false};
    struct outcome out;
    int left = SHRINKS_MAX, kept = STEPS;
    for (int part = STEPS / 2; part > 0; part /= 2)
        for (int from = 0; from < STEPS && left > 0; from += part) {
            bool before[STEPS];
            memcpy(before, dropped, sizeof before);
            for (int i = from; i < from + part && i < STEPS; i++) dropped[i] = true;
            if (memcmp(before, dropped, sizeof before) == 0) continue;
            left--;
            if (world_run(w, seed, r->plant, dropped, false, &out))
                memcpy(dropped, before, sizeof before);
        }
    for (int i = 0; i < STEPS; i++) kept -= dropped[i];
    printf("seed %" PRIu64 ", shrunk to %d of %d steps:\n", seed, kept, STEPS);
    (void)world_run(w, seed, r->plant, dropped, true, &out);
    printf("  %s\n", out.why);
}

/* Returns how many failed. */
static int64_t tell(const struct runs *r, struct world *w, int64_t ms)
{
    uint64_t traces = 0;
    int64_t ran = 0, failed = 0, losses = 0, ends = 0, operations = 0,
            last = r->found < r->seeds ? r->found + 1 : r->seeds;
    for (int64_t i = 0; i < last; i++) {
        const struct outcome *o = &r->outcomes[i];
        uint64_t seed = r->first + (uint64_t)i;
        if (!o->ran) continue; /* there was no time */
        ran++;
        traces = mixed(traces ^ o->trace);
        losses += o->losses;
        ends += o->ends;
        operations += o->operations;
        if (!o->failed) continue;
        printf("seed %" PRIu64 " FAILED: %s\n", seed, o->why);
        if (r->plant != PLANT_NOTHING)
            printf("planted %s: caught by seed %" PRIu64 "\n", plant_names[r->plant], seed);
        if (++failed > SHOWN_MAX || !r->shrinks) continue;
        shrink(w, r, seed);
    }
    printf("%" PRId64 " seeds from %" PRIu64 ", %" PRId64 " power losses, %" PRId64
           " syncs that failed, %" PRId64 " disk operations, trace %016" PRIx64 ", %" PRId64
           " ms\n",
           ran, r->first, losses, ends, operations, traces, ms);
    return failed;
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

/* sim --seed N --count N [--plant NAME] [--shrink 1] [--loud 1] [--jobs N]
 * [--seconds N] */
int main(int count, char **words)
{
    int64_t seeds = number_of(count, words, "--count", 100),
            processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct runs *r = sim_shared((int64_t)sizeof *r + seeds * (int64_t)sizeof(struct outcome));
    r->plant = plant_of(count, words);
    r->first = (uint64_t)number_of(count, words, "--seed", 1);
    r->seeds = seeds;
    r->found = seeds;
    r->loud = number_of(count, words, "--loud", 0) != 0;
    r->shrinks = number_of(count, words, "--shrink", r->plant == PLANT_NOTHING) != 0;
    r->workers = number_of(count, words, "--jobs", processors);
    if (r->loud || r->workers < 1) r->workers = 1;
    if (r->workers > WORKERS_MAX) r->workers = WORKERS_MAX;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (!r->loud && nowhere >= 0) dup2(nowhere, 2); /* what fails on purpose is logged */
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    int64_t began = clock_ticks_us(), seconds = number_of(count, words, "--seconds", 0);
    if (seconds > 0) r->until_us = began + seconds * SECOND_US;
    struct world *w = world_open();
    work_all(r, w);
    bool right = (tell(r, w, (clock_ticks_us() - began) / 1000) > 0) == (r->plant != PLANT_NOTHING);
    printf("%d passed, %d failed\n", right, !right);
    return right ? 0 : 1;
}
