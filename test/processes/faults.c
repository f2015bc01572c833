/* At the n-th write, sync or cut of the books something goes wrong, for n = 1, 2, … until a flow is
 * through untouched: the server is killed before it or in the middle of it, or it is told EIO or
 * ENOSPC. Whoever asked is never told that it is done when it is not; asks again under the same
 * key; and then it is done once. SQLite only: PostgreSQL's disk is in
 * postgres_disk.c. */
#include "faults.h"

#include "base/arena.h"
#include "faultio.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POINTS_MAX = 400,
    DYING_MS = 60000,
    EXIT_UNSYNCED = 74,
    CLIENT_BYTES = 64 << 20,
    PLANS_SOME = 600,
    PLANS_ALL = 8000,
    PEOPLE_ALL = 37, /* a customer owes no more than a page of what is open can show */
};

static const char *const deed_names[DEEDS] = {
    [DEED_NOTHING] = "nothing", [DEED_DIE] = "killed",    [DEED_TEAR] = "killed in a write",
    [DEED_EIO] = "EIO",         [DEED_ENOSPC] = "ENOSPC",
};

struct faults {
    struct town *t;
    struct faultio *control;
    struct arena *mem;
    struct client people[CLIENTS_MAX];
    ptrdiff_t next[WAYS];               /* plan */
    long length, sync_at;               /* of a flow that nothing happened to */
    int64_t points, deaths, ends, told; /* told: an error that was answered */
};

struct faultio *faultio_make(struct town *t, const char *folder)
{
    const char *path = str_printf(t->mem, "%s/faultio", folder).at;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0 && ftruncate(fd, sizeof(struct faultio)) == 0, "%s: %s", path, strerror(errno));
    void *at = mmap(NULL, sizeof(struct faultio), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    must(at != MAP_FAILED, "%s: %s", path, strerror(errno));
    must(fchmod(fd, 0666) == 0, "%s: %s", path, strerror(errno)); /* PostgreSQL has its own user */
    close(fd);
    return at;
}

void faultio_arm(struct faultio *c, enum deed deed, long at)
{
    atomic_store(&c->at, 0);
    atomic_store(&c->deed, deed);
    atomic_store(&c->done, 0);
    atomic_store(&c->done_at_sync, 0);
    atomic_store(&c->sync_at, 0);
    atomic_store(&c->count, 0);
    atomic_store(&c->at, at);
}

/* ":invoice" and the like, filled in. */
static int64_t effects(struct faults *f, const struct subject *s)
{
    struct arena *mem = f->mem;
    const struct {
        const char *hole;
        int64_t value;
    } holes[] = {{":invoice", s->plan->invoice}, {":number", s->number}, {":id", s->id}};
    str sql = str_of(s->flow->once);
    for (ptrdiff_t i = 0; i < COUNT(holes); i++) {
        ptrdiff_t at = str_find(sql, str_of(holes[i].hole));
        if (at < 0) continue;
        sql = str_printf(mem, "%.*s%lld%.*s", STR(str_head(sql, at)), (long long)holes[i].value,
                         STR(str_from(sql, at + (ptrdiff_t)strlen(holes[i].hole))));
    }
    return books_number(f->t, str_z(mem, sql));
}

/* The next plan of this kind. */
static ptrdiff_t next_plan(struct faults *f, enum way way)
{
    ptrdiff_t i = f->next[way];
    while (i < f->t->plan_count && f->t->plans[i].way != way) i++;
    must(i < f->t->plan_count, "there are too few plans");
    f->next[way] = i + 1;
    return i;
}

/* What became of the server, and what its client was told, fit together. */
static void aftermath(struct faults *f, const struct subject *s, enum deed deed,
                      const struct http_response *got, const char *where)
{
    bool sync = atomic_load(&f->control->done_at_sync) > 0;
    bool dies = deed == DEED_DIE || deed == DEED_TEAR || (deed == DEED_EIO && sync);
    bool done = got->outcome == HTTP_ANSWERED && got->status == s->flow->want;
    bool refused = got->outcome == HTTP_ANSWERED && got->status >= 500;
    int ended = server_ended(f->t, dies ? DYING_MS : 0);
    faultio_arm(f->control, DEED_NOTHING, 0);
    must(!dies || ended >= 0, "%s: the server lives on", where);
    must(dies || ended < 0, "%s: the server ended: %d", where, ended);
    if (dies && deed == DEED_EIO) {
        must(WIFEXITED(ended) && WEXITSTATUS(ended) == EXIT_UNSYNCED, "%s: status %d", where,
             ended);
        f->ends++;
    }
    must(done || refused || got->outcome != HTTP_ANSWERED, "%s: answered %d %.*s", where,
         got->status, STR(got->body));
    must(!refused || deed != DEED_ENOSPC || got->status == 507, "%s: answered %d", where,
         got->status);
    if (refused) f->told++;
    if (dies) {
        f->deaths++;
        server_start(f->t);
    }
    must(!done || effects(f, s) == 1, "%s: it was told to be done, and is not", where);
}

/* One try. False: the flow was through before the n-th operation. */
static bool try_at(struct faults *f, const struct flow *flow, enum deed deed, long n)
{
    struct arena_mark mark = arena_mark(f->mem);
    ptrdiff_t number = next_plan(f, flow->way);
    struct subject s = {.flow = flow, .plan = &f->t->plans[number], .number = number};
    struct client *c = &f->people[s.plan->client];
    const char *where =
        str_printf(c->mem, "%s, %s at %ld (plan %td)", flow->name, deed_names[deed], n, number).at;
    if (flow->prepare) flow->prepare(c, &s);
    faultio_arm(f->control, deed, n);
    c->once = true;
    struct http_response got = flow->act(c, &s);
    c->once = false;
    bool hit = atomic_load(&f->control->done) > 0;
    f->length = hit ? f->length : atomic_load(&f->control->count);
    f->sync_at = hit ? f->sync_at : atomic_load(&f->control->sync_at);
    if (hit) aftermath(f, &s, deed, &got, where);
    faultio_arm(f->control, DEED_NOTHING, 0);
    if (hit) got = flow->act(c, &s);
    must(got.status == flow->want, "%s: then answered %d %.*s", where, got.status, STR(got.body));
    int64_t times = effects(f, &s);
    must(times == 1, "%s: it was done %lld times", where, (long long)times);
    if (hit) f->points++;
    arena_rewind(c->mem, mark);
    return hit;
}

/* All points; or `some` of them, spread over the flow. */
static void try_flow(struct faults *f, const struct flow *flow, int some)
{
    for (enum deed deed = DEED_DIE; deed < DEEDS; deed++) {
        if (some > 0 && ((flow - flows) + (int)deed) % 2 == 0) continue; /* in turns */
        long step = 1;
        if (some > 0) {
            must(!try_at(f, flow, DEED_NOTHING, 0), "nothing was to happen");
            step = f->length / some > 0 ? f->length / some : 1;
            if (f->sync_at > 0) (void)try_at(f, flow, deed, f->sync_at);
        }
        for (long n = 1; n < POINTS_MAX && try_at(f, flow, deed, n); n += step) {
        }
        judge_now(f->t, true);
    }
}

int faults(struct town *t, int some, const char *only)
{
    struct faults f = {.t = t, .mem = arena_open(CLIENT_BYTES)};
    t->plain = true;
    town_found(t, some > 0 ? 1 : PEOPLE_ALL, some > 0 ? PLANS_SOME : PLANS_ALL, 1);
    f.control = faultio_make(t, t->folder);
    must(setenv("FAULTIO", str_printf(t->mem, "%s/faultio", t->folder).at, 1) == 0, "setenv");
    gateway_start(t);
    server_start(t);
    for (int i = 0; i < t->clients; i++) {
        f.people[i] = client_of(t, f.mem, i);
        client_begin(&f.people[i]);
    }
    for (const struct flow *flow = flows; flow->name; flow++) {
        if (only && str_find(str_of(flow->name), str_of(only)) < 0) continue;
        int64_t before = f.points;
        try_flow(&f, flow, some);
        printf("  %-42s %lld points\n", flow->name, (long long)(f.points - before));
        fflush(stdout);
    }
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  %lld points, %lld deaths, %lld ends at a sync that failed, %lld errors told; each "
           "done once\n",
           (long long)f.points, (long long)f.deaths, (long long)f.ends, (long long)f.told);
    arena_close(f.mem);
    return 0;
}
