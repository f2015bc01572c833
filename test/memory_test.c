/* Memory that fails: the n-th allocation of a request, once or from there on, for every route of
 * the table; and the same inside of SQLite. Whoever asked is told or cut off, nothing half done
 * stays, nothing leaks (V=asan looks), no lock is kept, and the next one is served.
 *
 * Not each n, but for QUITTANCE_EVERY_ALLOCATION=1: then it takes an hour. The operations that move
 * money are starved one by one as well, wherever test_every_failure() is. */
#include "attacks.h"
#include "base/arena.h"
#include "delivery/web/route.h"
#include "domain/ledger/ledger.h"

#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>

enum { DEADLOCK_S = 60, REQUEST_BYTES = 64 << 20 };

/* ---- SQLite's own memory --------------------------------------------------------------------- */

static struct {
    struct sqlite3_mem_methods real;
    ptrdiff_t left; /* below 0: nothing fails */
    bool sticky;
    int hits;
} sqlite_memory = {.left = -1};

static bool sqlite_fails(void)
{
    if (sqlite_memory.left < 0 || sqlite_memory.left-- > 0) return false;
    if (sqlite_memory.sticky) sqlite_memory.left = 0;
    sqlite_memory.hits++;
    return true;
}

static void *take(int bytes)
{
    return sqlite_fails() ? NULL : sqlite_memory.real.xMalloc(bytes);
}

static void *take_more(void *at, int bytes)
{
    return sqlite_fails() ? NULL : sqlite_memory.real.xRealloc(at, bytes);
}

/* Before anything is opened. */
static void sqlite_memory_ours(void)
{
    if (sqlite_memory.real.xMalloc) return;
    CHECK(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory.real) == SQLITE_OK, "read");
    struct sqlite3_mem_methods ours = sqlite_memory.real;
    ours.xMalloc = take;
    ours.xRealloc = take_more;
    CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK, "SQLite runs already");
}

/* ---- one request ----------------------------------------------------------------------------- */

struct hunger {
    struct attack_walk walk; /* first: the walk's `around` gets it */
    struct fixture *f;
    struct arena_fault fault;
    struct reply reply;
    bool in_sqlite;
    sqlite3 *watching;
    int64_t version; /* the one that the digest is of */
    char digest[80], token[200];
    ptrdiff_t begin_at;
    int tried, cut, refused; /* cut: no answer but the worker's own */
};

/* Another number when anybody has committed anything. */
static int64_t version(const struct hunger *h)
{
    int64_t number = 0;
    sqlite3_stmt *ask = NULL;
    CHECK(sqlite3_prepare_v2(h->watching, "pragma data_version", -1, &ask, NULL) == SQLITE_OK,
          "version");
    if (sqlite3_step(ask) == SQLITE_ROW) number = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return number;
}

/* Whether any row of any table has changed since this was asked for the last time. Pages that were
 * written and written back are no change. */
static bool changed(struct hunger *h)
{
    int64_t now = version(h);
    if (now == h->version) return false;
    str digest = fixture_digest(h->f);
    bool other = !str_eq(digest, str_of(h->digest));
    CHECK(digest.len < (ptrdiff_t)sizeof h->digest, "%td", digest.len);
    memcpy(h->digest, digest.at, (size_t)digest.len);
    h->digest[digest.len] = 0;
    h->version = now;
    return other;
}

/* One session is enough for a route, and is not in the memory that a try gives back. */
static void walk_keep_token(struct hunger *h)
{
    str token = h->walk.token;
    CHECK(token.len < (ptrdiff_t)sizeof h->token, "%td", token.len);
    if (!h->walk.token_kept && token.len) memcpy(h->token, token.at, (size_t)token.len);
    h->walk.token = (str){h->token, token.len};
    h->walk.token_kept = true;
}

static void fail_from_here(void *walk, struct arena *mem, bool begins)
{
    struct hunger *h = walk;
    if (begins) walk_keep_token(h);
    if (begins && h->watching) (void)changed(h); /* as it is now */
    arena_fault_set(mem, begins && !h->in_sqlite ? &h->fault : NULL);
    sqlite_memory.left = begins && h->in_sqlite ? h->fault.left : -1;
}

static void request(void *arg)
{
    struct hunger *h = arg;
    h->reply = attack_send(&h->walk, (struct attack){0});
}

/* True: nothing failed, for it needs less. */
static bool starve(struct hunger *h, ptrdiff_t n, bool sticky)
{
    struct fixture one = *h->f;
    one.mem = arena_open(REQUEST_BYTES);
    h->walk.f = &one;
    h->fault = (struct arena_fault){.left = n, .sticky = sticky};
    sqlite_memory.hits = 0;
    sqlite_memory.sticky = sticky;
    alarm(DEADLOCK_S);
    bool answered = arena_try(one.mem, request, h);
    alarm(0);
    sqlite_memory.left = -1;
    h->walk.f = h->f;
    bool hit = h->fault.hits > 0 || sqlite_memory.hits > 0;
    const char *path = h->walk.route->path;
    CHECK(answered || hit, "%s is cut off by itself", path);
    CHECK(!answered || h->reply.status >= 200, "%s, %td: no answer", path, n);
    h->tried++;
    h->cut += !answered;
    h->refused += answered && hit && h->reply.status >= 500;
    arena_close(one.mem);
    return !hit;
}

/* The routes begin at different n, so that what they have in common is met everywhere. A route that
 * talks commits what it has done so far, and is judged by the books. */
static void starve_route(struct attack_walk *walk)
{
    struct hunger *h = (struct hunger *)walk;
    for (int sticky = 0; sticky < 2; sticky++)
        for (ptrdiff_t n = h->begin_at++ % 3;; n = test_next_allocation(n)) {
            struct arena_mark mark = arena_mark(h->f->mem);
            int cut = h->cut;
            bool over = starve(h, n, sticky);
            bool failed = h->cut > cut || h->reply.status >= 500;
            bool judged = h->watching && failed && !walk->route->talks;
            CHECK(!judged || !changed(h), "%s %s, %td: something stayed",
                  method_name(walk->route->method), walk->route->path, n);
            arena_rewind(h->f->mem, mark);
            if (over) break;
        }
    walk->token_kept = false;
}

static void well_fed(struct attack_walk *walk)
{
    struct hunger *h = (struct hunger *)walk;
    while (!starve(h, PTRDIFF_MAX, false)) {
    }
    walk->token_kept = false;
}

static int files_open(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    CHECK(dir, "/proc/self/fd");
    while (readdir(dir)) count++;
    closedir(dir);
    return count;
}

static bool books_hold(struct op *op, void *arg)
{
    struct verdict *verdict = arg;
    return ledger_verify(op, verdict);
}

static void close_watching(void *db)
{
    sqlite3_close(db);
}

static void starve_all(struct fixture *f, bool in_sqlite)
{
    struct hunger h = {.f = f, .in_sqlite = in_sqlite, .walk.around = fail_from_here};
    struct verdict verdict;
    attack_begin(&h.walk, f);
    if (f->engine == FIXTURE_SQLITE && (!in_sqlite || getenv("QUITTANCE_EVERY_ALLOCATION"))) {
        const char *path = str_from(f->url, S("sqlite:").len).at;
        CHECK(sqlite3_open(path, &h.watching) == SQLITE_OK, "%s", path);
        sqlite3_db_config(h.watching, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        arena_defer(f->mem, close_watching, h.watching);
        (void)version(&h);
    }
    attack_routes(&h.walk, well_fed); /* what is opened once and kept is open now */
    int files = files_open();
    attack_routes(&h.walk, starve_route);
    CHECK(files_open() == files, "%d files were open, and %d are", files, files_open());
    fixture_do(f, books_hold, &verdict);
    CHECK(verdict.problem_count == 0, "%.*s", STR(verdict.problems[0].what));
    print_message("  %d tries, %d cut off, %d answered 500 and above\n", h.tried, h.cut, h.refused);
}

ENGINES_SENTENCE(no_route_breaks_when_its_memory_does)
{
    starve_all(f, false);
}

SENTENCE(no_route_breaks_when_sqlite_has_no_memory)
{
    sqlite_memory_ours();
    starve_all(fixture_open(mem, FIXTURE_SQLITE), true);
}

TESTS(TEST(no_route_breaks_when_sqlite_has_no_memory),
      ENGINES_TEST(no_route_breaks_when_its_memory_does))
