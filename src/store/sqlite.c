#include "store/sqlite.h"

#include "base/arena.h"
#include "base/hidden.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

enum { BUSY_MS = 5000 };

/* ---- errors -----------------------------------------------------------------------------------
 */

enum err_kind sqlite_err_kind(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY: return ERR_CONFLICT;
    default: break;
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_BUSY;
    case SQLITE_FULL: return ERR_FULL;
    default: return ERR_INTERNAL; /* also our CHECKs and triggers: an invariant was at stake */
    }
}

static bool sqlite_fail(struct op *op, const struct sqlite_conn *conn, const char *what)
{
    return op_broken(op, sqlite_err_kind(sqlite3_extended_errcode(conn->db)), "%s: %s",
                     sqlite3_errmsg(conn->db), what); /* `what` may be a whole script */
}

bool sqlite_exec(struct op *op, struct sqlite_conn *conn, const char *sql)
{
    if (sqlite3_exec(conn->db, sql, NULL, NULL, NULL) == SQLITE_OK) return true;
    return sqlite_fail(op, conn, sql);
}

bool sqlite_exec_quietly(struct sqlite_conn *conn, const char *sql)
{
    return sqlite3_exec(conn->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static const char *const words[WORDS] = {
    [WORD_BEGIN] = "begin",
    [WORD_BEGIN_IMMEDIATE] = "begin immediate",
    [WORD_SAVEPOINT] = "savepoint work",
    [WORD_RELEASE] = "release work",
    [WORD_COMMIT] = "commit",
    [WORD_ROLLBACK] = "rollback",
};

bool sqlite_say_quietly(struct sqlite_conn *conn, enum sqlite_word word)
{
    sqlite3_stmt **kept = &conn->words[word];
    if (!*kept && sqlite3_prepare_v3(conn->db, words[word], -1, SQLITE_PREPARE_PERSISTENT, kept,
                                     NULL) != SQLITE_OK)
        return false;
    int code = sqlite3_step(*kept);
    sqlite3_reset(*kept);
    return code == SQLITE_DONE;
}

bool sqlite_say(struct op *op, struct sqlite_conn *conn, enum sqlite_word word)
{
    return sqlite_say_quietly(conn, word) || sqlite_fail(op, conn, words[word]);
}

/* ---- connections ------------------------------------------------------------------------------
 */

static bool settle(struct op *op, struct sqlite_conn *conn, bool writes)
{
    sqlite3_extended_result_codes(conn->db, 1);
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL); /* "x" is a name, not a text */
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, writes ? 0 : 1, NULL);
    if (!sqlite_exec(op, conn,
                     "pragma mmap_size = 0; pragma foreign_keys = on; pragma trusted_schema = off;"
                     "pragma cell_size_check = on"))
        return false;
    return sqlite_exec(op, conn,
                       writes ? "pragma synchronous = full; pragma journal_mode = wal;"
                                "pragma cache_size = -64000"
                              : "pragma wal_autocheckpoint = 0; pragma query_only = on");
}

/* To set the size of its cache a connection reads the whole schema, and so does its first
 * statement: a reader that nobody needs yet does neither, and the program starts at once. */
static bool reader_warm(struct op *op, struct sqlite_conn *conn)
{
    if (conn->warm) return true;
    conn->warm = sqlite_exec(op, conn, "pragma cache_size = -8000");
    return conn->warm;
}

struct sqlite_conn *sqlite_conn_make(struct arena *mem)
{
    struct sqlite_conn *conn = arena_new(mem, struct sqlite_conn);
    conn->prepared = arena_array(mem, sqlite3_stmt *, sql_query_count() + 1);
    return conn;
}

bool sqlite_conn_open(struct op *op, struct sqlite_conn *conn, const char *path, const char *layer,
                      bool writes)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_CREATE : 0);
    assert(!layer || writes); /* it rests on the `synchronous` of who writes */
    bool opened = sqlite3_open_v2(path, &conn->db, flags, layer) == SQLITE_OK;
    if (!opened) (void)sqlite_fail(op, conn, path);
    if (opened && settle(op, conn, writes)) return true;
    sqlite3_close(conn->db);
    conn->db = NULL;
    return false;
}

void sqlite_conn_close(struct sqlite_conn *conn)
{
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) sqlite3_finalize(conn->prepared[i]);
    for (int i = 0; i < WORDS; i++) sqlite3_finalize(conn->words[i]);
    int code = sqlite3_close(conn->db);
    assert(code == SQLITE_OK); /* or a statement is still open somewhere */
    (void)code;
}

void sqlite_reset_all(struct sqlite_conn *conn)
{
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(conn->db, s));) sqlite3_reset(s);
}

/* SQLite counts its memory under a lock of the whole process, for nobody. It takes this before its
 * first use only, and says so (SQLITE_MISUSE) ever after. */
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* What all stores of a database share. */
struct writing {
    struct lane *lane;
    struct sqlite_writer *by;
};

static struct lane *lane_of(const struct database *db)
{
    struct writing *writing = db->shared;
    return writing->lane;
}

static void sqlite_close(struct database *db)
{
    struct writing *writing = db->shared;
    lane_close(writing->lane);
    sqlite_writer_close(writing->by);
}

static bool sqlite_open(struct op *op, struct database *db)
{
    count_no_memory();
    struct writing *writing = arena_new(db->mem, struct writing);
    writing->by = sqlite_writer_make(db->mem, db->where);
    writing->lane = lane_open(db->mem, &sqlite_lane, writing->by);
    db->shared = writing;
    struct stat info;
    if (stat(db->where, &info) == 0 && info.st_size > 0) return true;
    if (lane_ready(op, writing->lane)) return true;
    sqlite_close(db);
    return false;
}

static void sqlite_count(struct database *db, struct database_counts *out)
{
    lane_counts(lane_of(db), &out->commits, &out->writes, &out->wait_us);
}

static bool sqlite_connect(struct op *op, struct store *store)
{
    struct sqlite_conn *conn = sqlite_conn_make(store->mem);
    if (!sqlite_conn_open(op, conn, store->db->where, NULL, false)) return false;
    store->conn = conn;
    return true;
}

static void sqlite_disconnect(struct store *store)
{
    sqlite_conn_close(store->conn);
}

/* ---- values -----------------------------------------------------------------------------------
 */

static int bind_text(sqlite3_stmt *stmt, int i, str text)
{
    if (!text.at) return sqlite3_bind_null(stmt, i);
    return sqlite3_bind_text64(stmt, i, text.at, (sqlite3_uint64)text.len, SQLITE_STATIC,
                               SQLITE_UTF8);
}

static int bind_blob(sqlite3_stmt *stmt, int i, str bytes)
{
    if (!bytes.at) return sqlite3_bind_null(stmt, i);
    return sqlite3_bind_blob64(stmt, i, bytes.at, (sqlite3_uint64)bytes.len, SQLITE_STATIC);
}

/* Binds one field from parameter `*i` on, and moves it past what was bound. */
static int bind_field(struct arena *mem, sqlite3_stmt *stmt, int *i, enum sql_type type,
                      const void *from)
{
    int at = (*i)++;
    switch (type) {
    case SQL_I64: return sqlite3_bind_int64(stmt, at, *(const int64_t *)from);
    case SQL_BOOL: return sqlite3_bind_int(stmt, at, *(const bool *)from);
    case SQL_DATE: return bind_text(stmt, at, date_text(mem, *(const date *)from));
    case SQL_TEXT: return bind_text(stmt, at, *(const str *)from);
    case SQL_BLOB: return bind_blob(stmt, at, *(const str *)from);
    case SQL_MONEY: {
        const money *m = from;
        int code = sqlite3_bind_int64(stmt, at, m->minor);
        return code ? code : bind_text(stmt, (*i)++, currency_text(&m->cur));
    }
    case SQL_OPT_I64: {
        const struct opt_i64 *o = from;
        return o->some ? sqlite3_bind_int64(stmt, at, o->value) : sqlite3_bind_null(stmt, at);
    }
    case SQL_OPT_BOOL: {
        const struct opt_bool *o = from;
        return o->some ? sqlite3_bind_int(stmt, at, o->value) : sqlite3_bind_null(stmt, at);
    }
    case SQL_OPT_DATE: {
        const struct opt_date *o = from;
        return o->some ? bind_text(stmt, at, date_text(mem, o->value))
                       : sqlite3_bind_null(stmt, at);
    }
    }
    return SQLITE_MISUSE;
}

static str value_text(sqlite3_value *value)
{
    const void *at = sqlite3_value_type(value) == SQLITE_BLOB ? sqlite3_value_blob(value)
                                                              : sqlite3_value_text(value);
    return (str){at, sqlite3_value_bytes(value)};
}

/* Reads one field from column `*i` on. The row is zeroed: NULL is what is already there.
 *
 * sqlite3_column_int64() and its sisters take and leave the connection's lock each time. A
 * connection of ours has none (SQLITE_OPEN_NOMUTEX, one thread at a time), so its values may be
 * looked at where they are, "unprotected". */
static bool fetch_field(struct arena *mem, sqlite3_stmt *stmt, int *i,
                        const struct sql_field *column, void *row)
{
    void *to = (char *)row + column->offset;
    sqlite3_value *value = sqlite3_column_value(stmt, (*i)++);
    int type = sqlite3_value_type(value);
    bool is_null = type == SQLITE_NULL, is_int = type == SQLITE_INTEGER;
    switch (column->type) {
    case SQL_I64: *(int64_t *)to = sqlite3_value_int64(value); return is_int;
    case SQL_BOOL: *(bool *)to = sqlite3_value_int64(value) != 0; return is_int;
    case SQL_DATE: return type == SQLITE_TEXT && store_date_set(column, value_text(value), row);
    case SQL_TEXT:
        if (!is_null) *(str *)to = str_copy(mem, value_text(value));
        return is_null || type == SQLITE_TEXT;
    case SQL_BLOB:
        if (!is_null) *(str *)to = str_copy(mem, value_text(value));
        return is_null || type == SQLITE_BLOB;
    case SQL_MONEY: {
        money *m = to;
        m->minor = sqlite3_value_int64(value);
        return is_int && currency_from(value_text(sqlite3_column_value(stmt, (*i)++)), &m->cur);
    }
    case SQL_OPT_I64:
        if (!is_null) *(struct opt_i64 *)to = SOME_I64(sqlite3_value_int64(value));
        return is_null || is_int;
    case SQL_OPT_BOOL:
        if (!is_null) *(struct opt_bool *)to = SOME_BOOL(sqlite3_value_int64(value) != 0);
        return is_null || is_int;
    case SQL_OPT_DATE: return is_null || store_date_set(column, value_text(value), row);
    }
    return false;
}

/* ---- statements -------------------------------------------------------------------------------
 */

/* A full disk, say, rolls back everything at once; what came next would begin anew, alone. */
static bool in_transaction(struct op *op, const struct sqlite_conn *conn, const char *what)
{
    if (!sqlite3_get_autocommit(conn->db)) return true;
    return op_broken(op, ERR_INTERNAL, "%s: the transaction is gone", what);
}

static bool prepare(struct op *op, struct sqlite_conn *conn, const struct sql_query *q,
                    sqlite3_stmt **out)
{
    if (!in_transaction(op, conn, q->name)) return false;
    sqlite3_stmt **kept = &conn->prepared[sql_query_number(q)];
    if (!*kept) {
        unsigned flags = SQLITE_PREPARE_PERSISTENT;
        if (sqlite3_prepare_v3(conn->db, q->sqlite, -1, flags, kept, NULL) != SQLITE_OK)
            return sqlite_fail(op, conn, q->name);
        int columns = 0;
        for (int i = 0; i < q->n_columns; i++) columns += q->columns[i].type == SQL_MONEY ? 2 : 1;
        int selected = sqlite3_column_count(*kept);
        if (selected != columns) {
            sqlite3_finalize(*kept);
            *kept = NULL; /* asked again, it is refused again */
            return op_broken(op, ERR_INTERNAL, "%s: %d columns declared, %d selected", q->name,
                             columns, selected);
        }
    }
    *out = *kept;
    return true;
}

static bool bind_all(struct op *op, struct sqlite_conn *conn, sqlite3_stmt *stmt,
                     const struct sql_query *q, const void *args)
{
    for (int i = 0, n = 1; i < q->n_args; i++) {
        const void *from = (const char *)args + q->args[i].offset;
        if (q->args[i].type == SQL_TEXT && !store_text_check(op, &q->args[i], *(const str *)from))
            return false;
        if (bind_field(op->mem, stmt, &n, q->args[i].type, from) != SQLITE_OK)
            return sqlite_fail(op, conn, q->name);
    }
    return true;
}

static bool fetch_row(struct op *op, sqlite3_stmt *stmt, const struct sql_query *q, void *row)
{
    for (int i = 0, n = 0; i < q->n_columns; i++)
        if (!fetch_field(op->mem, stmt, &n, &q->columns[i], row))
            return op_broken(op, ERR_INTERNAL, "%s: column %s is not what was declared", q->name,
                             q->columns[i].name);
    return true;
}

/* Makes room for one more row: rows grow by doubling, old blocks stay in the arena. */
static void *row_add(struct arena *mem, const struct sql_query *q, struct sql_rows *rows,
                     ptrdiff_t *room)
{
    if (rows->count == *room) {
        *room = *room ? *room * 2 : 8;
        void *more = arena_alloc(mem, q->row_size, q->row_align, *room);
        if (rows->count > 0) memcpy(more, rows->at, (size_t)(rows->count * q->row_size));
        rows->at = more;
    }
    return (char *)rows->at + rows->count++ * q->row_size;
}

static bool step_all(struct op *op, struct sqlite_conn *conn, sqlite3_stmt *stmt,
                     const struct sql_query *q, struct sql_rows *out)
{
    int code;
    ptrdiff_t room = 0;
    /* None is not NULL, to which nothing may be added, not even 0. */
    if (q->n_columns > 0) out->at = arena_alloc(op->mem, q->row_size, q->row_align, 0);
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (q->n_columns == 0) continue;
        if (!fetch_row(op, stmt, q, row_add(op->mem, q, out, &room))) return false;
    }
    if (room > out->count)
        HIDE((char *)out->at + out->count * q->row_size, (room - out->count) * q->row_size);
    return code == SQLITE_DONE || sqlite_fail(op, conn, q->name);
}

/* What the arguments pointed to is about to go, and the next run must not see it. */
static void stop(sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

static bool sqlite_run(struct op *op, void *c, const struct sql_query *q, const void *args,
                       struct sql_rows *out)
{
    struct sqlite_conn *conn = c;
    sqlite3_stmt *stmt;
    struct arena_mark mark = arena_mark(op->mem);
    if (!prepare(op, conn, q, &stmt)) return false;
    bool done = bind_all(op, conn, stmt, q, args) && step_all(op, conn, stmt, q, out);
    stop(stmt);
    if (done && q->n_columns == 0) arena_rewind(op->mem, mark);
    return done;
}

static void finalize(void *stmt)
{
    sqlite3_finalize(*(sqlite3_stmt **)stmt);
    *(sqlite3_stmt **)stmt = NULL;
}

static bool rows_visit(struct op *op, struct sqlite_conn *conn, sqlite3_stmt *stmt,
                       const struct sql_query *q,
                       bool (*row)(struct op *op, const void *row, void *arg), void *arg)
{
    int code;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct arena_mark mark = arena_mark(op->mem);
        void *one = arena_alloc(op->mem, q->row_size, q->row_align, 1);
        if (!fetch_row(op, stmt, q, one) || !row(op, one, arg)) return false;
        if (!op->errs) arena_rewind(op->mem, mark);
    }
    return code == SQLITE_DONE || sqlite_fail(op, conn, q->name);
}

/* A statement of its own, not the kept one: the row function may run the same query. */
static bool sqlite_each(struct op *op, struct tx *tx, const struct sql_query *q, const void *args,
                        bool (*row)(struct op *op, const void *row, void *arg), void *arg)
{
    struct sqlite_conn *conn = tx->conn;
    if (!in_transaction(op, conn, q->name)) return false;
    sqlite3_stmt **stmt = arena_new(op->mem, sqlite3_stmt *);
    arena_defer(op->mem, finalize, stmt);
    if (sqlite3_prepare_v2(conn->db, q->sqlite, -1, stmt, NULL) != SQLITE_OK)
        return sqlite_fail(op, conn, q->name);
    bool done = bind_all(op, conn, *stmt, q, args) && rows_visit(op, conn, *stmt, q, row, arg);
    finalize(stmt);
    return done;
}

static bool sqlite_script(struct op *op, void *conn, const char *sql)
{
    return in_transaction(op, conn, sql) && sqlite_exec(op, conn, sql);
}

static bool sqlite_prepare(struct op *op, void *conn, const struct sql_query *q)
{
    sqlite3_stmt *stmt;
    return prepare(op, conn, q, &stmt);
}

static bool sqlite_lock_schema(struct op *op, void *conn)
{
    (void)op, (void)conn; /* the lane has seen to it */
    return true;
}

static bool sqlite_snapshot(struct op *op, void *conn, str *out)
{
    (void)op, (void)conn;
    *out = S("");
    return true;
}

/* ---- transactions -----------------------------------------------------------------------------
 */

static bool sqlite_begin(struct op *op, struct tx *tx)
{
    const struct writing *writing = tx->store->db->shared;
    if (tx->kind != TX_READ) {
        tx->conn = sqlite_writer_conn(writing->by);
        return lane_enter(op, writing->lane);
    }
    tx->conn = tx->store->conn;
    return reader_warm(op, tx->conn) && sqlite_say(op, tx->conn, WORD_BEGIN);
}

static bool sqlite_end(struct op *op, struct tx *tx, bool good)
{
    struct lane_end end; /* never unknown: the database is in this process */
    if (tx->kind != TX_READ) return lane_leave(op, lane_of(tx->store->db), good, &end);
    if (good) return sqlite_say(op, tx->conn, WORD_ROLLBACK); /* nothing was written */
    (void)sqlite_say_quietly(tx->conn, WORD_ROLLBACK);
    return false;
}

static void sqlite_abandon(struct tx *tx)
{
    sqlite_reset_all(tx->conn);
    if (tx->kind != TX_READ)
        lane_abandon(lane_of(tx->store->db));
    else
        (void)sqlite_exec_quietly(tx->conn, "rollback");
}

const struct store_engine store_sqlite = {
    .name = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .count = sqlite_count,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .begin = sqlite_begin,
    .end = sqlite_end,
    .abandon = sqlite_abandon,
    .run = sqlite_run,
    .each = sqlite_each,
    .script = sqlite_script,
    .prepare = sqlite_prepare,
    .lock_schema = sqlite_lock_schema,
    .snapshot = sqlite_snapshot,
};
