#include "fixture.h"

#include "store/engine.h"
#include "store/migrate.h"

#include <errno.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "build/tmp"

static atomic_int opened; /* makes names of databases differ within this process */

const char *fixture_why(const struct op *op)
{
    str all = str_of("");
    for (const struct err *e = op->errs; e; e = e->next)
        all = str_printf(op->mem, "%.*s%s: %.*s %.*s; ", STR(all), e->where, STR(e->message),
                         STR(e->detail));
    return str_z(op->mem, all);
}

struct op fixture_op(const struct fixture *f)
{
    return (struct op){.mem = f->mem, .now = f->now};
}

/* One number for all migrations together: the name of the template. */
static str schema_id(struct arena *mem)
{
    uint64_t sum = 0;
    for (const struct migration *m = migrations; m->number; m++)
        sum = sum * 31 + (uint64_t)m->checksum;
    return str_printf(mem, "%016llx", (unsigned long long)sum);
}

static void migrate(struct arena *mem, str url)
{
    struct op op = {.mem = mem, .now = FIXTURE_NOW};
    struct database *db;
    int count;
    CHECK(database_open(&op, url, &db), "%s", fixture_why(&op));
    CHECK(migrate_up(&op, db, &count), "%s", fixture_why(&op));
    database_close(db);
}

/* ---- SQLite: a file, copied -------------------------------------------------------------------
 */

static void file_copy(const char *from, const char *to)
{
    char block[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    CHECK(in && out, "%s to %s", from, to);
    for (size_t n; (n = fread(block, 1, sizeof block, in)) > 0;)
        CHECK(fwrite(block, 1, n, out) == n, "%s", to);
    fclose(in);
    CHECK(fclose(out) == 0, "%s", to);
}

static void sqlite_remove(struct arena *mem, const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    for (ptrdiff_t i = 0; i < COUNT(ends); i++) remove(str_printf(mem, "%s%s", path, ends[i]).at);
}

static const char *sqlite_template(struct arena *mem)
{
    const char *path = str_printf(mem, FOLDER "/template-%.*s.db", STR(schema_id(mem))).at;
    if (access(path, R_OK) == 0) return path;
    const char *mine = str_printf(mem, "%s.%d", path, (int)getpid()).at;
    sqlite_remove(mem, mine);
    migrate(mem, str_printf(mem, "sqlite:%s", mine));
    CHECK(rename(mine, path) == 0, "%s", path);
    sqlite_remove(mem, mine);
    return path;
}

static void sqlite_make(struct fixture *f, bool migrated)
{
    (void)(mkdir("build", 0777) == 0 || errno == EEXIST);
    CHECK(mkdir(FOLDER, 0777) == 0 || errno == EEXIST, FOLDER);
    const char *path =
        str_printf(f->mem, FOLDER "/test-%d-%d.db", (int)getpid(), atomic_fetch_add(&opened, 1)).at;
    sqlite_remove(f->mem, path);
    if (migrated) file_copy(sqlite_template(f->mem), path);
    f->url = str_printf(f->mem, "sqlite:%s", path);
}

static void eyes_close(void *eyes)
{
    sqlite3_close(eyes);
}

/* Kept open: to read the schema anew for each look took a third of the tests' time. */
static void eyes_open(struct fixture *f)
{
    CHECK(sqlite3_open(str_from(f->url, S("sqlite:").len).at, &f->eyes) == SQLITE_OK, "open");
    arena_defer(f->mem, eyes_close, f->eyes);
    sqlite3_db_config(f->eyes, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* ---- PostgreSQL: a database, cloned -----------------------------------------------------------
 */

static void pg_close(void *pg)
{
    PQfinish(pg);
}

static void notice_ignore(void *arg, const char *message)
{
    (void)arg, (void)message;
}

static PGconn *pg_connect(str url, struct arena *mem)
{
    PGconn *pg = PQconnectdb(str_z(mem, url));
    arena_defer(mem, pg_close, pg);
    PQsetNoticeProcessor(pg, notice_ignore, NULL);
    CHECK(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    return pg;
}

static bool pg_do(PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(res);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done) print_error("%s: %s", sql, PQerrorMessage(pg));
    PQclear(res);
    return done;
}

/* The server's address with another database in it. */
static str pg_url(struct arena *mem, str name)
{
    str url = str_of(getenv("QUITTANCE_TEST_POSTGRES"));
    str query = str_cut(url, '?').tail, rest = str_cut(url, '?').head;
    ptrdiff_t slash = rest.len;
    while (slash > 0 && rest.at[slash - 1] != '/') slash--;
    return str_printf(mem, "%.*s%.*s%s%.*s", STR(str_head(rest, slash)), STR(name),
                      query.len ? "?" : "", STR(query));
}

static str pg_template(struct arena *mem, PGconn *pg)
{
    str name = str_printf(mem, "quittance_template_%.*s", STR(schema_id(mem)));
    const char *find =
        str_printf(mem, "select 1 from pg_database where datname = '%.*s'", STR(name)).at;
    CHECK(pg_do(pg, "select pg_advisory_lock(1)"), "lock");
    PGresult *res = PQexec(pg, find);
    bool there = PQntuples(res) == 1;
    PQclear(res);
    if (!there) {
        str making = str_printf(mem, "%.*s_new", STR(name));
        const char *drop = str_printf(mem, "drop database if exists %.*s", STR(making)).at;
        const char *make =
            str_printf(mem, "create database %.*s template template0", STR(making)).at;
        const char *rename_it =
            str_printf(mem, "alter database %.*s rename to %.*s", STR(making), STR(name)).at;
        CHECK(pg_do(pg, drop) && pg_do(pg, make), "create template");
        migrate(mem, pg_url(mem, making));
        CHECK(pg_do(pg, rename_it), "rename");
    }
    CHECK(pg_do(pg, "select pg_advisory_unlock(1)"), "unlock");
    return name;
}

static void pg_make(struct fixture *f, bool migrated)
{
    PGconn *pg = pg_connect(str_of(getenv("QUITTANCE_TEST_POSTGRES")), f->mem);
    str template = migrated ? pg_template(f->mem, pg) : S("template0");
    str name =
        str_printf(f->mem, "quittance_test_%d_%d", (int)getpid(), atomic_fetch_add(&opened, 1));
    /* By its files: through its log, which is the way since 15, it takes thrice as long. */
    const char *how = PQserverVersion(pg) >= 150000 ? " strategy file_copy" : "";
    const char *make =
        str_printf(f->mem, "create database %.*s template %.*s%s", STR(name), STR(template), how)
            .at;
    CHECK(pg_do(pg, make), "%s", make);
    f->url = pg_url(f->mem, name);
}

static void pg_remove(struct fixture *f)
{
    PGconn *pg = pg_connect(str_of(getenv("QUITTANCE_TEST_POSTGRES")), f->mem);
    str path = str_cut(f->url, '?').head;
    ptrdiff_t slash = path.len;
    while (slash > 0 && path.at[slash - 1] != '/') slash--;
    const char *drop =
        str_printf(f->mem, "drop database %.*s with (force)", STR(str_from(path, slash))).at;
    (void)pg_do(pg, drop);
}

/* ---- opening and closing ----------------------------------------------------------------------
 */

static void store_close_it(void *store)
{
    store_close(store);
}

static void fixture_close(void *arg)
{
    struct fixture *f = arg;
    database_close(f->db);
    if (f->engine == FIXTURE_POSTGRES)
        pg_remove(f);
    else
        sqlite_remove(f->mem, str_from(f->url, S("sqlite:").len).at);
}

struct store *fixture_store(struct fixture *f)
{
    struct op op = fixture_op(f);
    struct store *store = NULL;
    CHECK(store_open(&op, f->db, &store), "%s", fixture_why(&op));
    arena_defer(f->mem, store_close_it, store);
    return store;
}

static void database_close_it(void *db)
{
    database_close(db);
}

struct store *fixture_outsider(struct fixture *f)
{
    struct op op = fixture_op(f);
    struct database *db = NULL;
    struct store *store = NULL;
    CHECK(database_open(&op, f->url, &db), "%s", fixture_why(&op));
    arena_defer(f->mem, database_close_it, db);
    CHECK(store_open(&op, db, &store), "%s", fixture_why(&op));
    arena_defer(f->mem, store_close_it, store);
    return store;
}

static struct fixture *open_it(struct arena *mem, enum fixture_engine engine, bool migrated)
{
    if (engine == FIXTURE_POSTGRES && !getenv("QUITTANCE_TEST_POSTGRES")) return NULL;
    struct fixture *f = arena_new(mem, struct fixture);
    *f = (struct fixture){.mem = mem, .engine = engine, .now = FIXTURE_NOW};
    if (engine == FIXTURE_POSTGRES)
        pg_make(f, migrated);
    else
        sqlite_make(f, migrated);
    arena_defer(mem, fixture_close, f);
    struct op op = fixture_op(f);
    CHECK(database_open(&op, f->url, &f->db), "%s", fixture_why(&op));
    f->store = fixture_store(f);
    if (engine == FIXTURE_SQLITE)
        eyes_open(f);
    else
        f->pg_eyes = pg_connect(f->url, mem);
    return f;
}

struct fixture *fixture_open(struct arena *mem, enum fixture_engine engine)
{
    return open_it(mem, engine, true);
}

struct fixture *fixture_open_empty(struct arena *mem, enum fixture_engine engine)
{
    return open_it(mem, engine, false);
}

void test_on_engine(void **state, enum fixture_engine engine, void (*run)(struct fixture *f))
{
    struct fixture *f = fixture_open(*state, engine);
    if (!f) skip();
    run(f);
}

/* ---- doing ------------------------------------------------------------------------------------
 */

void fixture_do(struct fixture *f, bool (*work)(struct op *op, void *arg), void *arg)
{
    struct op op = fixture_op(f);
    CHECK(store_transact(&op, f->store, TX_WRITE, work, arg), "%s", fixture_why(&op));
}

static bool run_script(struct op *op, void *sql)
{
    return store_script(op, *(const char **)sql);
}

bool fixture_sql_try(struct fixture *f, const char *sql)
{
    struct op op = fixture_op(f);
    return store_transact(&op, f->store, TX_WRITE, run_script, &sql);
}

void fixture_sql(struct fixture *f, const char *sql)
{
    CHECK(fixture_sql_try(f, sql), "%s", sql);
}

/* ---- everything in one hash -------------------------------------------------------------------
 */

/* A reading of every value of every table: into one hash, or in search of a text. */
struct reading {
    struct arena *mem;
    uint64_t digest;
    str sought; /* empty: a hash is wanted */
    bool found;
};

static void read_value(struct reading *r, const char *text)
{
    if (r->sought.len > 0) {
        r->found = r->found || (text && str_find(str_of(text), r->sought) >= 0);
        return;
    }
    /* FNV-1a: nobody tries to deceive it, and it is asked for thousands of times. */
    for (const char *at = text ? text : "\1"; *at; at++)
        r->digest = (r->digest ^ (unsigned char)*at) * UINT64_C(1099511628211);
    r->digest = (r->digest ^ 0xFF) * UINT64_C(1099511628211);
}

static void sqlite_read_table(struct reading *r, sqlite3 *db, const char *table)
{
    sqlite3_stmt *rows = NULL;
    const char *sql = str_printf(r->mem, "select * from \"%s\"", table).at;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(rows); i++)
            read_value(r, (const char *)sqlite3_column_text(rows, i));
    sqlite3_finalize(rows);
}

static void sqlite_read(struct fixture *f, struct reading *r)
{
    sqlite3 *db = f->eyes;
    sqlite3_stmt *tables = NULL;
    CHECK(sqlite3_prepare_v2(db, "select name from sqlite_schema where type = 'table' order by 1",
                             -1, &tables, NULL) == SQLITE_OK,
          "%s", sqlite3_errmsg(db));
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        read_value(r, table);
        sqlite_read_table(r, db, table);
    }
    sqlite3_finalize(tables);
}

static void pg_read(struct fixture *f, struct reading *r)
{
    PGconn *pg = f->pg_eyes;
    PGresult *tables = PQexec(pg, "select tablename from pg_tables where schemaname = 'public' "
                                  "order by 1");
    for (int t = 0; t < PQntuples(tables); t++) {
        const char *table = PQgetvalue(tables, t, 0);
        read_value(r, table);
        PGresult *rows =
            PQexec(pg, str_printf(f->mem, "select t::text from \"%s\" t order by 1", table).at);
        for (int i = 0; i < PQntuples(rows); i++) read_value(r, PQgetvalue(rows, i, 0));
        PQclear(rows);
    }
    PQclear(tables);
}

static void read_all(struct fixture *f, struct reading *r)
{
    if (f->engine == FIXTURE_POSTGRES)
        pg_read(f, r);
    else
        sqlite_read(f, r);
}

str fixture_digest(struct fixture *f)
{
    struct arena_mark mark = arena_mark(f->mem);
    struct reading r = {.mem = f->mem, .digest = UINT64_C(14695981039346656037)};
    read_all(f, &r);
    arena_rewind(f->mem, mark);
    return str_printf(f->mem, "%016llx", (unsigned long long)r.digest);
}

bool fixture_holds(struct fixture *f, str text)
{
    struct arena_mark mark = arena_mark(f->mem);
    struct reading r = {.mem = f->mem, .sought = text};
    read_all(f, &r);
    arena_rewind(f->mem, mark);
    return r.found;
}

const char *fixture_refused(struct fixture *f, bool (*work)(struct op *op, void *arg), void *arg)
{
    struct op op = fixture_op(f);
    str before = fixture_digest(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, work, arg), "was not refused");
    CHECK(str_eq(before, fixture_digest(f)), "refused, and something stayed");
    return str_z(f->mem, op.errs->message);
}

/* ---- every failure ----------------------------------------------------------------------------
 */

enum { CALLS_MOST = 10000 };

struct trial {
    bool (*inside)(struct op *op, void *arg);
    bool (*outside)(struct op *op, struct store *store, void *arg);
    void *arg;
    void (*invariant)(struct fixture *f, bool done, void *arg);
};

/* Makes call number `n` fail. True when the operation did not come that far, and succeeded. */
static bool trial_run(struct fixture *f, const struct trial *trial, ptrdiff_t n)
{
    struct op op = fixture_op(f);
    struct store_fault fault = {.calls_left = n};
    str before = trial->inside ? fixture_digest(f) : S("");
    store_fault_set(f->store, &fault);
    bool done = trial->inside ? store_transact(&op, f->store, TX_WRITE, trial->inside, trial->arg)
                              : trial->outside(&op, f->store, trial->arg);
    store_fault_set(f->store, NULL);
    CHECK(done || op.errs, "call %td failed, and there is no reason", n);
    if (!fault.hit) CHECK(done, "without a fault: %s", fixture_why(&op));
    if (trial->inside && fault.hit) {
        CHECK(!done, "call %td failed, and nobody noticed", n);
        CHECK(str_eq(before, fixture_digest(f)), "call %td failed, and something stayed", n);
    }
    if (trial->invariant) trial->invariant(f, done, trial->arg);
    return !fault.hit;
}

/* One try whose memory fails as the fault says, and which is rolled back in any case. */
struct starved {
    struct fixture *f;
    const struct trial *trial;
    bool done;
};

static bool done_and_undone(struct op *op, void *arg)
{
    struct starved *s = arg;
    s->done = s->trial->inside(op, s->trial->arg) && !op->errs;
    return false;
}

static void starve(void *arg)
{
    struct starved *s = arg;
    struct op op = fixture_op(s->f);
    bool kept = store_transact(&op, s->f->store, TX_WRITE, done_and_undone, s);
    CHECK(!kept, "what was undone is kept");
}

ptrdiff_t test_next_allocation(ptrdiff_t n)
{
    return n + 1 + (getenv("QUITTANCE_EVERY_ALLOCATION") ? 0 : 2 * n);
}

/* The n-th allocation fails, once and from there on, until none does; nothing may be left. Not each
 * one, unless asked for: it would take minutes. */
static void trial_starved(struct fixture *f, const struct trial *trial)
{
    str before = fixture_digest(f);
    for (int sticky = 0; sticky < 2; sticky++)
        for (ptrdiff_t n = 0;; n = test_next_allocation(n)) {
            struct starved s = {.f = f, .trial = trial};
            struct arena_fault fault = {.left = n, .sticky = sticky};
            struct arena_mark mark = arena_mark(f->mem);
            arena_fault_set(f->mem, &fault);
            bool stayed = arena_try(f->mem, starve, &s);
            arena_fault_set(f->mem, NULL);
            arena_rewind(f->mem, mark);
            if (fault.hits == 0) {
                CHECK(stayed && s.done, "%td allocations are enough, and it fails", n);
                break;
            }
        }
    CHECK(str_eq(before, fixture_digest(f)), "memory was short, and something stayed");
}

static ptrdiff_t trial_all(struct fixture *f, const struct trial *trial)
{
    if (trial->inside) trial_starved(f, trial);
    for (ptrdiff_t n = 0; n < CALLS_MOST; n++) {
        struct arena_mark mark = arena_mark(f->mem);
        if (trial_run(f, trial, n)) return n; /* what the last one made is looked at */
        arena_rewind(f->mem, mark);
    }
    CHECK(false, "more than %d calls", (int)CALLS_MOST);
    return 0;
}

ptrdiff_t test_every_failure(struct fixture *f, bool (*operation)(struct op *op, void *arg),
                             void *arg, void (*invariant)(struct fixture *f, bool done, void *arg))
{
    return trial_all(f, &(struct trial){.inside = operation, .arg = arg, .invariant = invariant});
}

ptrdiff_t
test_every_failure_outside(struct fixture *f,
                           bool (*operation)(struct op *op, struct store *store, void *arg),
                           void *arg, void (*invariant)(struct fixture *f, bool done, void *arg))
{
    return trial_all(f, &(struct trial){.outside = operation, .arg = arg, .invariant = invariant});
}
