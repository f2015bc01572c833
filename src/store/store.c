#include "store/engine.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { TRIES_MAX = 20, CONNECTION_BYTES_MAX = 8 << 20, WAIT_FIRST_US = 2000, WAIT_MAX_US = 200000 };

/* ---- the statements of the program ------------------------------------------------------------
 */

/* Made by the linker; weak, because a program may have no statements at all. */
extern const struct sql_query __start_sql_queries[] __attribute__((weak));
extern const struct sql_query __stop_sql_queries[] __attribute__((weak));

ptrdiff_t sql_query_count(void)
{
    return __stop_sql_queries - __start_sql_queries;
}

const struct sql_query *sql_query_at(ptrdiff_t number)
{
    assert(number >= 0);
    assert(number < sql_query_count());
    return __start_sql_queries + number;
}

ptrdiff_t sql_query_number(const struct sql_query *q)
{
    ptrdiff_t number = q - __start_sql_queries;
    assert(sql_query_at(number) == q);
    return number;
}

/* ---- opening and closing ----------------------------------------------------------------------
 */

static const struct store_engine *engine_of(str url, str *where)
{
    *where = url;
    if (str_starts(url, S("postgresql://")) || str_starts(url, S("postgres://")))
        return &store_postgres;
    if (!str_starts(url, S("sqlite:"))) return NULL;
    *where = str_from(url, S("sqlite:").len);
    return &store_sqlite;
}

bool database_open(struct op *op, str url, struct database **out)
{
    str where;
    const struct store_engine *engine = engine_of(url, &where);
    if (!engine || where.len == 0)
        return op_fail(op, ERR_INVALID, "database",
                       "The database must be sqlite:PATH or postgresql://…, not \"%.*s\".",
                       STR(str_cut(url, ':').head));

    struct arena *mem = arena_open(CONNECTION_BYTES_MAX);
    struct database *db = arena_new(mem, struct database);
    *db = (struct database){.engine = engine, .mem = mem, .where = str_z(mem, where)};
    if (!engine->open(op, db)) {
        arena_close(mem);
        return false;
    }
    *out = db;
    return true;
}

void database_close(struct database *db)
{
    if (!db) return;
    db->engine->close(db);
    arena_close(db->mem);
}

const char *database_engine(const struct database *db)
{
    return db->engine->name;
}

void database_counts(struct database *db, struct database_counts *out)
{
    *out = (struct database_counts){.retries = atomic_load(&db->retries)};
    db->engine->count(db, out);
}

struct opening {
    struct op *op;
    struct database *db;
    struct arena *mem;
    struct store *store;
    bool done;
};

static void connect(void *arg)
{
    struct opening *o = arg;
    o->store = arena_new(o->mem, struct store);
    *o->store = (struct store){.db = o->db, .mem = o->mem};
    o->done = o->db->engine->connect(o->op, o->store);
}

bool store_open(struct op *op, struct database *db, struct store **out)
{
    struct opening o = {.op = op, .db = db, .mem = arena_open_if(CONNECTION_BYTES_MAX)};
    bool room = o.mem && arena_try(o.mem, connect, &o);
    if (o.done) {
        *out = o.store;
        return true;
    }
    if (o.mem) arena_close(o.mem);
    return room ? false : op_broken(op, ERR_BUSY, "no memory for a connection");
}

void store_close(struct store *store)
{
    if (!store) return;
    store->db->engine->disconnect(store);
    arena_close(store->mem);
}

/* ---- transactions -----------------------------------------------------------------------------
 */

static void tx_abandon(void *arg)
{
    struct tx *tx = arg;
    if (!tx->open) return;
    tx->open = false;
    tx->store->db->engine->abandon(tx);
}

static bool fault_hit(struct op *op, struct store *store, const char *what)
{
    struct store_fault *fault = store->fault;
    if (!fault || fault->calls_left-- != 0) return false;
    fault->hit = true;
    (void)op_broken(op, fault->kind ? fault->kind : ERR_INTERNAL, "made to fail: %s", what);
    return true;
}

static bool transact_once(struct op *op, struct tx *tx, bool (*work)(struct op *, void *),
                          void *arg)
{
    const struct store_engine *engine = tx->store->db->engine;
    if (fault_hit(op, tx->store, "begin")) return false;
    if (!engine->begin(op, tx)) return false;

    tx->open = true;
    op->tx = tx;
    bool good = work(op, arg) && !op->errs;
    op->tx = NULL;
    if (good && tx->lost) good = op_broken(op, ERR_BUSY, "a savepoint cannot undo what was busy");
    if (good && fault_hit(op, tx->store, "commit")) good = false;
    tx->open = false;

    return engine->end(op, tx, good);
}

/* Those who met wait for different times, or they meet again. */
static void wait_before(int tries)
{
    int64_t longest = WAIT_FIRST_US << (tries < 8 ? tries : 8);
    if (longest > WAIT_MAX_US) longest = WAIT_MAX_US;
    uint32_t chance;
    random_bytes(&chance, sizeof chance);
    int64_t us = 1 + chance % longest;
    nanosleep(&(struct timespec){.tv_sec = us / SECOND_US, .tv_nsec = us % SECOND_US * 1000}, NULL);
}

bool store_transact(struct op *op, struct store *store, enum tx_kind kind,
                    bool (*work)(struct op *op, void *arg), void *arg)
{
    assert(!op->tx); /* transactions do not nest */
    assert(!op->errs);
    struct arena_mark start = arena_mark(op->mem);

    for (int tries = 1;; tries++) {
        struct tx *tx = arena_new(op->mem, struct tx);
        *tx = (struct tx){.store = store, .kind = kind};
        arena_defer(op->mem, tx_abandon, tx);
        if (transact_once(op, tx, work, arg)) return true;
        bool again = op->errs && op->errs->kind == ERR_BUSY && !tx->unknown;
        if (!again || tries == TRIES_MAX) return false;
        atomic_fetch_add(&store->db->retries, 1);
        op->errs = NULL;
        arena_rewind(op->mem, start);
        wait_before(tries);
    }
}

/* ---- inside a transaction ---------------------------------------------------------------------
 */

static bool call_over(struct op *op, bool done)
{
    if (!done && op->errs && op->errs->kind == ERR_BUSY) op->tx->lost = true;
    return done;
}

/* After a transaction was lost, a statement could begin another one that nobody asked for. */
static bool call_begin(struct op *op, const char *what)
{
    assert(op->tx);
    if (fault_hit(op, op->tx->store, what)) return false;
    if (!op->tx->lost) return true;
    return op_broken(op, ERR_BUSY, "%s: the transaction is gone", what);
}

bool store_run(struct op *op, const struct sql_query *q, const void *args, struct sql_rows *out)
{
    *out = (struct sql_rows){0};
    if (!call_begin(op, q->name)) return false;
    struct store *store = op->tx->store;
    return call_over(op, store->db->engine->run(op, op->tx->conn, q, args, out));
}

bool store_each(struct op *op, const struct sql_query *q, const void *args,
                bool (*row)(struct op *op, const void *row, void *arg), void *arg)
{
    if (!call_begin(op, q->name)) return false;
    struct store *store = op->tx->store;
    return call_over(op, store->db->engine->each(op, op->tx, q, args, row, arg));
}

bool store_script(struct op *op, const char *sql)
{
    if (!call_begin(op, sql)) return false;
    struct store *store = op->tx->store;
    return call_over(op, store->db->engine->script(op, op->tx->conn, sql));
}

bool store_prepare(struct op *op, const struct sql_query *q)
{
    assert(op->tx);
    return op->tx->store->db->engine->prepare(op, op->tx->conn, q);
}

bool store_attempt(struct op *op, bool (*work)(struct op *op, void *arg), void *arg)
{
    assert(op->tx);
    assert(!op->errs);
    if (!store_script(op, "savepoint attempt")) return false;
    if (work(op, arg) && !op->errs) return store_script(op, "release attempt");

    const struct err *why = op->errs;
    op->errs = NULL;
    struct store *store = op->tx->store;
    if (!store->db->engine->script(op, op->tx->conn, "rollback to attempt; release attempt"))
        op->tx->lost = true; /* nothing more can be done here, whatever the caller thinks */
    op->errs = why;
    return false;
}

void store_fault_set(struct store *store, struct store_fault *fault)
{
    store->fault = fault;
}

/* ---- values -----------------------------------------------------------------------------------
 */

bool store_text_check(struct op *op, const struct sql_field *field, str text)
{
    if (text.len == 0) return true;
    if (!memchr(text.at, 0, (size_t)text.len) && str_utf8(text)) return true;
    return op_fail(op, ERR_INVALID, field->name, "This text has characters that cannot be kept.");
}

bool store_date_set(const struct sql_field *column, str text, void *row)
{
    date d;
    if (!date_from(text, &d)) return false;
    if (column->type == SQL_OPT_DATE)
        *(struct opt_date *)((char *)row + column->offset) = SOME_DATE(d);
    else
        *(date *)((char *)row + column->offset) = d;
    return true;
}
