/* processes kills|faults|postgres-disk|postgres-full|power|races|full-disk|load
 *           --program build/quittance [--folder F] [--books F] [--postgres URL]
 *           [--payments N] [--kills N] [--every MS] [--clients N] [--seed N] [--rounds N]
 *           [--cluster FOLDER] [--device FILE --mounted FOLDER] [--preload faultio.so] [--some N]
 *           [--only FLOW] [--port N --proxy-port N] [--plant new-key|lost-log]
 */
#include "processes.h"

#include "base/arena.h"

#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MEMORY = 1 << 30 };

void must(bool holds, const char *words, ...)
{
    va_list rest;
    if (holds) return;
    va_start(rest, words);
    fputs("FAILED: ", stderr);
    vfprintf(stderr, words, rest);
    fputc('\n', stderr);
    va_end(rest);
    exit(1); /* the processes die with us: PR_SET_PDEATHSIG */
}

void must_op(bool done, const struct op *op, const char *what)
{
    const struct err *e = op->errs;
    if (done) return;
    must(e != NULL, "%s failed without a reason", what);
    must(false, "%s: %.*s %.*s", what, STR(e->message), STR(e->detail));
}

/* SplitMix64. */
uint64_t chance(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static const char *const plant_names[PLANTS] = {
    [PLANT_NOTHING] = "nothing",
    [PLANT_NEW_KEY] = "new-key",
    [PLANT_LOST_LOG] = "lost-log",
};

static bool plant_from(const char *name, enum plant *out)
{
    for (int p = 0; p < PLANTS; p++) {
        if (strcmp(name, plant_names[p]) != 0) continue;
        *out = (enum plant)p;
        return true;
    }
    return false;
}

struct options {
    int64_t payments, kills, every, clients, seed, some, rounds, port, proxy_port;
    const char *only; /* NULL: all */
    const char *cluster, *device, *mounted;
};

static bool options_read(int argc, char **argv, struct town *t, struct options *o)
{
    static const struct option known[] = {
        {"program", required_argument, NULL, 'p'},    {"payments", required_argument, NULL, 'n'},
        {"kills", required_argument, NULL, 'k'},      {"every", required_argument, NULL, 'e'},
        {"clients", required_argument, NULL, 'c'},    {"seed", required_argument, NULL, 's'},
        {"postgres", required_argument, NULL, 'd'},   {"folder", required_argument, NULL, 'f'},
        {"plant", required_argument, NULL, 'x'},      {"some", required_argument, NULL, 'o'},
        {"preload", required_argument, NULL, 'l'},    {"books", required_argument, NULL, 'b'},
        {"rounds", required_argument, NULL, 'r'},     {"port", required_argument, NULL, 't'},
        {"proxy-port", required_argument, NULL, 'y'}, {"only", required_argument, NULL, 'i'},
        {"cluster", required_argument, NULL, 'u'},    {"device", required_argument, NULL, 'v'},
        {"mounted", required_argument, NULL, 'm'},    {0},
    };
    bool fine = true;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        str value = str_of(optarg);
        switch (c) {
        case 'p': t->program = optarg; break;
        case 'n': fine = fine && str_to_i64(value, &o->payments) && o->payments > 0; break;
        case 'k': fine = fine && str_to_i64(value, &o->kills) && o->kills >= 0; break;
        case 'i': o->only = optarg; break;
        case 'e': fine = fine && str_to_i64(value, &o->every) && o->every >= 0; break;
        case 'c':
            fine = fine && str_to_i64(value, &o->clients) && o->clients > 0 &&
                   o->clients <= CLIENTS_MAX;
            break;
        case 's': fine = fine && str_to_i64(value, &o->seed); break;
        case 'd': t->postgres = value; break;
        case 'f': t->folder = optarg; break;
        case 'b': t->books_folder = optarg; break;
        case 'r': fine = fine && str_to_i64(value, &o->rounds) && o->rounds > 0; break;
        case 'o': fine = fine && str_to_i64(value, &o->some) && o->some >= 0; break;
        case 't': fine = fine && str_to_i64(value, &o->port); break;
        case 'y': fine = fine && str_to_i64(value, &o->proxy_port); break;
        case 'u': o->cluster = optarg; break;
        case 'v': o->device = optarg; break;
        case 'm': o->mounted = optarg; break;
        case 'l': t->preload = optarg; break;
        case 'x': fine = fine && plant_from(optarg, &t->plant); break;
        default: return false;
        }
    }
    return fine && optind + 1 == argc;
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_open(MEMORY);
    struct town *t = arena_new(mem, struct town);
    struct options o = {.payments = 200, .kills = 10, .clients = 8, .seed = 1, .rounds = 1};
    *t = (struct town){.mem = mem, .program = "build/quittance", .folder = "build/processes"};
    must(options_read(argc, argv, t, &o),
         "usage: processes kills|faults|postgres-disk|postgres-full|power|races|full-disk|load "
         "--program FILE "
         "[--payments N] "
         "[--kills N] [--every MS] "
         "[--clients N] "
         "[--seed N] [--postgres URL] [--folder F] [--plant new-key|lost-log]");
    must(mkdir(t->folder, 0777) == 0 || errno == EEXIST, "%s: %s", t->folder, strerror(errno));
    if (!t->books_folder) t->books_folder = t->folder;
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const char *what = argv[optind];
    int status = 2;
    t->clients = (int)o.clients;
    struct kill_plan plan = {o.payments, (int)o.kills, (int)o.every, (uint64_t)o.seed};
    if (strcmp(what, "kills") == 0) status = kills(t, &plan);
    if (strcmp(what, "faults") == 0) status = faults(t, (int)o.some, o.only);
    if (strcmp(what, "postgres-disk") == 0 && o.cluster)
        status = postgres_disk(t, o.cluster, (int)o.some, (uint64_t)o.seed);
    if (strcmp(what, "postgres-full") == 0 && o.cluster)
        status = postgres_full(t, o.cluster, (int)o.rounds);
    struct power_plan cuts = {o.device, o.mounted, o.cluster, (int)o.kills, (uint64_t)o.seed};
    if (strcmp(what, "power") == 0 && o.device && o.mounted) status = power(t, &cuts);
    if (strcmp(what, "races") == 0) status = races(t, (int)o.rounds);
    t->port_asked = (int)o.port;
    t->proxy_port = (int)o.proxy_port;
    if (strcmp(what, "load") == 0) status = load(t, o.some == 0);
    if (strcmp(what, "full-disk") == 0) status = full_disk(t);
    must(status != 2, "there is no '%s'", what);
    arena_close(mem);
    return status;
}
