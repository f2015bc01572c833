#include "cluster.h"

#include "faults.h"

#include "base/arena.h"
#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum {
    GO_ON = 4,         /* plans that are carried out afterwards, before all is well */
    SILENT_MS = 60000, /* at most, until they are */
    LOOK_MS = 50,
    EYE_BYTES = 16 << 20,
    STARTS_MAX = 10000,
};

/* After a kill its processes go one by one, and until then it refuses to start. */
void cluster_tend(struct cluster *c)
{
    int status;
    if (c->pid && waitpid(c->pid, &status, WNOHANG) != c->pid) return;
    const char *const argv[] = {str_printf(c->t->mem, "%s/start", c->folder).at,
                                str_printf(c->t->mem, "%d", c->port).at, NULL};
    must(c->starts++ < STARTS_MAX, "PostgreSQL does not stay up: see %s/log", c->folder);
    c->pid = process_spawn(argv, str_printf(c->t->mem, "%s/log", c->folder).at, NULL);
}

bool cluster_says(struct cluster *c, const char *sql)
{
    PGconn *pg = postgres_connect(c->eye.mem, c->t->postgres);
    PGresult *result = PQstatus(pg) == CONNECTION_OK ? PQexec(pg, sql) : NULL;
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    PQfinish(pg);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

void cluster_start(struct cluster *c)
{
    struct town *t = c->t;
    c->eye = client_of(t, arena_open(EYE_BYTES), 0);
    c->port = port_free();
    t->postgres = str_printf(
        t->mem, "postgresql://postgres@127.0.0.1:%d/postgres?connect_timeout=5", c->port);
    cluster_up(c);
}

void cluster_up(struct cluster *c)
{
    for (int waited = 0; !cluster_says(c, "select 1"); waited += LOOK_MS) {
        must(waited < SILENT_MS, "PostgreSQL does not start: see %s/log", c->folder);
        cluster_tend(c);
        poll(NULL, 0, LOOK_MS);
    }
}

void cluster_stop(struct cluster *c)
{
    int status;
    kill(c->pid, SIGINT);
    must(waitpid(c->pid, &status, 0) == c->pid && status == 0, "PostgreSQL ended with status %d",
         status);
    arena_close(c->eye.mem);
}

/* Stopped, so that its children can be counted. False: it ended by itself, and its children with
 * it, as it does when the disk is gone while it recovers. */
static bool postmaster_stands(struct cluster *c)
{
    int status = 0;
    if (!c->pid) return false;
    must(kill(c->pid, SIGSTOP) == 0 && waitpid(c->pid, &status, WUNTRACED) == c->pid, "%s",
         strerror(errno));
    return WIFSTOPPED(status);
}

void cluster_kill(struct cluster *c)
{
    int child;
    if (postmaster_stands(c)) {
        str path = str_printf(c->t->mem, "/proc/%d/task/%d/children", c->pid, c->pid);
        FILE *children = fopen(path.at, "r");
        must(children, "%s: %s", path.at, strerror(errno));
        while (fscanf(children, "%d", &child) == 1) (void)kill(child, SIGKILL);
        (void)fclose(children);
        (void)kill(c->pid, SIGKILL);
        (void)waitpid(c->pid, NULL, 0);
    }
    c->pid = 0;
}

/* ---- what is seen meanwhile ---- */

void cluster_look(struct cluster *c)
{
    struct arena_mark mark = arena_mark(c->eye.mem);
    struct town *t = c->t;
    must(server_ended(t, 0) == -1, "the server ended");
    str alive = str_printf(c->eye.mem, "%.*s/healthz", STR(t->url));
    str page = str_printf(c->eye.mem, "%.*s/invoices", STR(t->url));
    struct http_response got = client_send(&c->eye, "GET", alive, S(""), S(""));
    must(got.status == 200, "/healthz: %d %.*s", got.status, STR(got.why));
    got = client_send(&c->eye, "GET", page, S(""), S(""));
    must(got.status == 200 || client_told_to_wait(&c->eye, &got), "/invoices: %d %.*s %.*s",
         got.status, STR(got.why), STR(got.body));
    arena_rewind(c->eye.mem, mark);
}

void cluster_wait_ready(struct cluster *c)
{
    str url = str_printf(c->eye.mem, "%.*s/readyz", STR(c->t->url));
    struct http_response got = client_insist(&c->eye, "GET", url, S(""), S(""));
    must(got.status == 200, "it says %d", got.status);
}

void cluster_allow(struct cluster *c)
{
    struct town *t = c->t;
    ptrdiff_t may = atomic_load(&t->done) + t->clients + GO_ON;
    if (may > atomic_load(&t->may)) atomic_store(&t->may, may);
}

void cluster_watch(struct cluster *c, int ms)
{
    int64_t until = clock_ticks_us() + ms * INT64_C(1000);
    while (clock_ticks_us() < until) {
        cluster_look(c);
        cluster_tend(c);
        poll(NULL, 0, LOOK_MS);
    }
}

int64_t cluster_wait_well(struct cluster *c, const char *where)
{
    int64_t began = clock_ticks_us(), until = began + SILENT_MS * INT64_C(1000);
    ptrdiff_t enough = atomic_load(&c->t->done) + GO_ON;
    must(enough <= c->t->plan_count, "%s: there are too few plans", where);
    cluster_allow(c);
    while (atomic_load(&c->t->done) < enough) {
        must(clock_ticks_us() < until, "%s: nobody gets on any more", where);
        cluster_tend(c);
        cluster_look(c);
        poll(NULL, 0, LOOK_MS);
    }
    return clock_ticks_us() - began;
}
