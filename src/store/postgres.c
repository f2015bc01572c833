#include "store/postgres.h"

#include "base/arena.h"
#include "store/postgres_errors.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { ROWS_AT_ONCE = 256 };

/* Types as PostgreSQL numbers them (pg_type.dat). */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_DATE = 1082 };

static bool result_good(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static void result_close(void *held)
{
    PQclear(*(PGresult **)held);
    *(PGresult **)held = NULL;
}

static bool script(struct op *op, PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    bool done = result_good(res) || pg_fail(op, pg, res, sql);
    PQclear(res);
    return done;
}

/* ---- connections ------------------------------------------------------------------------------
 */

static void notice_ignore(void *arg, const char *message)
{
    (void)arg, (void)message; /* "relation exists already, skipping" */
}

/* What every connection of ours needs to be true, also after it was lost and made anew. */
static bool settle(struct op *op, struct pg_conn *conn)
{
    PQsetNoticeProcessor(conn->pg, notice_ignore, NULL);
    memset(conn->prepared, 0, (size_t)sql_query_count() * sizeof *conn->prepared);
    return script(op, conn->pg,
                  "set client_encoding = 'UTF8'; set datestyle = 'ISO'; set timezone = 'UTC';"
                  "set bytea_output = 'hex'; set standard_conforming_strings = on;"
                  "set lock_timeout = '5s'; set idle_in_transaction_session_timeout = '60s'") &&
           (!conn->also || script(op, conn->pg, conn->also));
}

/* What all stores of a database share. */
struct writing {
    struct lane *lane;
    struct pg_writer *by;
};

static struct lane *lane_of(const struct database *db)
{
    struct writing *writing = db->shared;
    return writing->lane;
}

static bool pg_open(struct op *op, struct database *db)
{
    (void)op; /* who writes first connects */
    struct writing *writing = arena_new(db->mem, struct writing);
    writing->by = pg_writer_make(db->mem, db->where);
    writing->lane = lane_open(db->mem, &pg_lane, writing->by);
    db->shared = writing;
    return true;
}

static void pg_close(struct database *db)
{
    struct writing *writing = db->shared;
    lane_close(writing->lane);
    pg_writer_close(writing->by);
}

static void pg_count(struct database *db, struct database_counts *out)
{
    lane_counts(lane_of(db), &out->commits, &out->writes, &out->wait_us);
}

/* Of a connection whose URL does not say otherwise. Of several servers we want the one that takes
 * writes; and one that has gone from the network is given up in seconds, not in a quarter of an
 * hour, so that another can be looked for. */
static const struct {
    const char *word, *value;
} wanted[] = {
    {"application_name", "quittance"}, {"target_session_attrs", "read-write"},
    {"connect_timeout", "5"},          {"tcp_user_timeout", "15000"},
    {"keepalives_idle", "10"},         {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
};

static bool connect(struct op *op, struct pg_conn *conn, const char *url)
{
    const char *words[COUNT(wanted) + 2] = {0}, *values[COUNT(wanted) + 2] = {0};
    for (ptrdiff_t i = 0; i < COUNT(wanted); i++)
        words[i] = wanted[i].word, values[i] = wanted[i].value;
    words[COUNT(wanted)] = "dbname"; /* the last word is the URL's */
    values[COUNT(wanted)] = url;
    conn->pg = PQconnectdbParams(words, values, 1);
    bool ready = PQstatus(conn->pg) == CONNECTION_OK;
    if (!ready) (void)pg_fail(op, conn->pg, NULL, "connect");
    if (ready && settle(op, conn)) return true;
    pg_conn_close(conn);
    return false;
}

struct pg_conn *pg_conn_make(struct arena *mem, const char *also)
{
    struct pg_conn *conn = arena_new(mem, struct pg_conn);
    conn->also = also;
    conn->prepared = arena_array(mem, bool, sql_query_count() + 1);
    return conn;
}

void pg_conn_close(struct pg_conn *conn)
{
    PQfinish(conn->pg);
    conn->pg = NULL;
}

bool pg_conn_ready(struct op *op, struct pg_conn *conn, const char *url)
{
    if (!conn->pg) return connect(op, conn, url);
    if (PQstatus(conn->pg) == CONNECTION_OK) return true;
    PQreset(conn->pg);
    if (PQstatus(conn->pg) != CONNECTION_OK) return pg_fail(op, conn->pg, NULL, "connect");
    return settle(op, conn);
}

static bool pg_connect(struct op *op, struct store *store)
{
    store->conn = pg_conn_make(store->mem, NULL);
    return pg_conn_ready(op, store->conn, store->db->where);
}

static void pg_disconnect(struct store *store)
{
    pg_conn_close(store->conn);
}

/* ---- values -----------------------------------------------------------------------------------
 */

struct params {
    const char **values;
    int *lengths, *formats;
    Oid *types;
    int count;
};

static void param_add(struct params *p, Oid type, const char *value, ptrdiff_t len, bool binary)
{
    int i = p->count++;
    p->types[i] = type;
    p->values[i] = value; /* NULL is NULL */
    p->lengths[i] = (int)len;
    p->formats[i] = binary;
}

static const char *number(struct arena *mem, int64_t n)
{
    return str_printf(mem, "%lld", (long long)n).at;
}

static void param_field(struct params *p, struct arena *mem, enum sql_type type, const void *from)
{
    const str *text = from;
    const money *m = from;
    const struct opt_i64 *i64 = from;
    const struct opt_date *day = from;
    const struct opt_bool *yes = from;
    switch (type) {
    case SQL_I64: param_add(p, OID_INT8, number(mem, *(const int64_t *)from), 0, false); return;
    case SQL_BOOL: param_add(p, OID_BOOL, *(const bool *)from ? "t" : "f", 0, false); return;
    case SQL_DATE: param_add(p, OID_DATE, date_text(mem, *(const date *)from).at, 0, false); return;
    case SQL_TEXT: param_add(p, OID_TEXT, text->at ? str_z(mem, *text) : NULL, 0, false); return;
    case SQL_BLOB: param_add(p, OID_BYTEA, text->at, text->len, true); return;
    case SQL_MONEY:
        param_add(p, OID_INT8, number(mem, m->minor), 0, false);
        param_add(p, OID_TEXT, m->cur.code, 0, false);
        return;
    case SQL_OPT_I64:
        param_add(p, OID_INT8, i64->some ? number(mem, i64->value) : NULL, 0, false);
        return;
    case SQL_OPT_DATE:
        param_add(p, OID_DATE, day->some ? date_text(mem, day->value).at : NULL, 0, false);
        return;
    case SQL_OPT_BOOL:
        param_add(p, OID_BOOL, !yes->some ? NULL : yes->value ? "t" : "f", 0, false);
        return;
    }
}

static bool params_make(struct op *op, const struct sql_query *q, const void *args,
                        struct params *out)
{
    ptrdiff_t most = 2 * q->n_args + 1; /* a money is two */
    *out = (struct params){
        .values = arena_array(op->mem, const char *, most),
        .lengths = arena_array(op->mem, int, most),
        .formats = arena_array(op->mem, int, most),
        .types = arena_array(op->mem, Oid, most),
    };
    for (int i = 0; i < q->n_args; i++) {
        const void *from = (const char *)args + q->args[i].offset;
        if (q->args[i].type == SQL_TEXT && !store_text_check(op, &q->args[i], *(const str *)from))
            return false;
        param_field(out, op->mem, q->args[i].type, from);
    }
    return true;
}

static bool bool_from(str text, bool *out)
{
    *out = str_eq(text, S("t")) || str_eq(text, S("1"));
    return *out || str_eq(text, S("f")) || str_eq(text, S("0"));
}

static int nibble(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* bytea as text: \x and two hex digits a byte. */
static bool blob_from(struct arena *mem, str text, str *out)
{
    if (!str_starts(text, S("\\x"))) return false;
    ptrdiff_t count = (text.len - 2) / 2;
    char *bytes = arena_array(mem, char, count + 1);
    for (ptrdiff_t i = 0; i < count; i++)
        bytes[i] = (char)(nibble(text.at[2 + 2 * i]) << 4 | nibble(text.at[3 + 2 * i]));
    *out = (str){bytes, count};
    return true;
}

static str cell(const PGresult *res, int r, int c)
{
    return (str){PQgetvalue(res, r, c), PQgetlength(res, r, c)};
}

/* Reads one field from column `*c` on. The row is zeroed: NULL is what is already there. */
static bool fetch_field(struct arena *mem, const PGresult *res, int r, int *c,
                        const struct sql_field *column, void *row)
{
    void *to = (char *)row + column->offset;
    int at = (*c)++;
    bool is_null = PQgetisnull(res, r, at);
    str text = cell(res, r, at);
    switch (column->type) {
    case SQL_I64: return !is_null && str_to_i64(text, to);
    case SQL_BOOL: return !is_null && bool_from(text, to);
    case SQL_DATE: return !is_null && store_date_set(column, text, row);
    case SQL_TEXT:
        if (!is_null) *(str *)to = str_copy(mem, text);
        return true;
    case SQL_BLOB: return is_null || blob_from(mem, text, to);
    case SQL_MONEY: {
        money *m = to;
        return !is_null && str_to_i64(text, &m->minor) &&
               currency_from(cell(res, r, (*c)++), &m->cur);
    }
    case SQL_OPT_I64: {
        struct opt_i64 *o = to;
        o->some = !is_null;
        return is_null || str_to_i64(text, &o->value);
    }
    case SQL_OPT_BOOL: {
        struct opt_bool *o = to;
        o->some = !is_null;
        return is_null || bool_from(text, &o->value);
    }
    case SQL_OPT_DATE: return is_null || store_date_set(column, text, row);
    }
    return false;
}

static bool fetch_row(struct op *op, const PGresult *res, int r, const struct sql_query *q,
                      void *row)
{
    for (int i = 0, c = 0; i < q->n_columns; i++)
        if (!fetch_field(op->mem, res, r, &c, &q->columns[i], row))
            return op_broken(op, ERR_INTERNAL, "%s: column %s is not what was declared", q->name,
                             q->columns[i].name);
    return true;
}

static bool columns_check(struct op *op, const struct sql_query *q, int got)
{
    int want = 0;
    for (int i = 0; i < q->n_columns; i++) want += q->columns[i].type == SQL_MONEY ? 2 : 1;
    if (got == want || q->n_columns == 0) return true;
    return op_broken(op, ERR_INTERNAL, "%s: %d columns declared, %d selected", q->name, want, got);
}

/* ---- statements -------------------------------------------------------------------------------
 */

static const char *statement_name(struct arena *mem, const struct sql_query *q)
{
    return str_printf(mem, "q%td", sql_query_number(q)).at;
}

/* The types come from the declaration, so PostgreSQL never guesses. */
static bool prepare(struct op *op, struct pg_conn *conn, const struct sql_query *q,
                    const struct params *p)
{
    bool *kept = &conn->prepared[sql_query_number(q)];
    if (*kept) return true;
    PGresult *res =
        PQprepare(conn->pg, statement_name(op->mem, q), q->postgres, p->count, p->types);
    bool done = result_good(res) || pg_fail(op, conn->pg, res, q->name);
    PQclear(res);
    *kept = done;
    return done;
}

/* Closed as soon as it is read: results lie outside of the arena and its limit. Deferred as well,
 * because reading them may fill the arena. */
static PGresult **result_hold(struct arena *mem)
{
    PGresult **held = arena_new(mem, PGresult *);
    arena_defer(mem, result_close, held);
    return held;
}

static bool rows_fetch(struct op *op, const PGresult *res, const struct sql_query *q,
                       struct sql_rows *out)
{
    if (!columns_check(op, q, PQnfields(res))) return false;
    out->count = PQntuples(res);
    out->at = arena_alloc(op->mem, q->row_size, q->row_align, out->count);
    for (int r = 0; r < (int)out->count; r++)
        if (!fetch_row(op, res, r, q, (char *)out->at + r * q->row_size)) return false;
    return true;
}

static bool pg_run(struct op *op, void *c, const struct sql_query *q, const void *args,
                   struct sql_rows *out)
{
    struct pg_conn *conn = c;
    struct params p;
    struct arena_mark mark = arena_mark(op->mem);
    if (!params_make(op, q, args, &p) || !prepare(op, conn, q, &p)) return false;
    PGresult **held = result_hold(op->mem);
    *held = PQexecPrepared(conn->pg, statement_name(op->mem, q), p.count, p.values, p.lengths,
                           p.formats, 0);
    bool done = result_good(*held) || pg_fail(op, conn->pg, *held, q->name);
    if (done && q->n_columns > 0) done = rows_fetch(op, *held, q, out);
    result_close(held);
    if (done && q->n_columns == 0) arena_rewind(op->mem, mark);
    return done;
}

/* One handful of rows: false when it failed, `*count` 0 when there are no more. */
static bool handful(struct op *op, struct pg_conn *conn, const char *fetch,
                    const struct sql_query *q,
                    bool (*row)(struct op *op, const void *row, void *arg), void *arg, int *count)
{
    PGresult **held = result_hold(op->mem);
    *held = PQexec(conn->pg, fetch);
    bool good = result_good(*held) || pg_fail(op, conn->pg, *held, q->name);
    good = good && columns_check(op, q, PQnfields(*held));
    *count = good ? PQntuples(*held) : 0;
    for (int r = 0; good && r < *count; r++) {
        struct arena_mark mark = arena_mark(op->mem);
        void *one = arena_alloc(op->mem, q->row_size, q->row_align, 1);
        good = fetch_row(op, *held, r, q, one) && row(op, one, arg);
        if (good && !op->errs) arena_rewind(op->mem, mark);
    }
    result_close(held);
    return good;
}

/* A cursor, so that memory stays small and the row function may run statements of its own. */
static bool pg_each(struct op *op, struct tx *tx, const struct sql_query *q, const void *args,
                    bool (*row)(struct op *op, const void *row, void *arg), void *arg)
{
    struct pg_conn *conn = tx->conn;
    struct params p;
    if (!params_make(op, q, args, &p)) return false;
    long long n = conn->cursors++; /* one that was left unread lives as long as its group */
    const char *open =
        str_printf(op->mem, "declare c%lld no scroll cursor for %s", n, q->postgres).at;
    const char *fetch = str_printf(op->mem, "fetch %d from c%lld", ROWS_AT_ONCE, n).at;
    PGresult *res =
        PQexecParams(conn->pg, open, p.count, p.types, p.values, p.lengths, p.formats, 0);
    bool opened = result_good(res) || pg_fail(op, conn->pg, res, q->name);
    PQclear(res);
    if (!opened) return false;

    for (int count = ROWS_AT_ONCE; count == ROWS_AT_ONCE;) {
        struct arena_mark mark = arena_mark(op->mem);
        if (!handful(op, conn, fetch, q, row, arg, &count)) return false;
        if (!op->errs) arena_rewind(op->mem, mark);
    }
    return script(op, conn->pg, str_printf(op->mem, "close c%lld", n).at);
}

static bool pg_script(struct op *op, void *c, const char *sql)
{
    struct pg_conn *conn = c;
    return script(op, conn->pg, sql);
}

static bool pg_prepare(struct op *op, void *conn, const struct sql_query *q)
{
    struct params p;
    ptrdiff_t size = q->n_args ? q->args[q->n_args - 1].offset : 0;
    money *nothing = arena_array(op->mem, money, size / (ptrdiff_t)sizeof(money) + 2);
    if (!params_make(op, q, nothing, &p)) return false;
    if (!prepare(op, conn, q, &p)) return false;
    struct pg_conn *pg = conn;
    PGresult *res = PQdescribePrepared(pg->pg, statement_name(op->mem, q));
    bool good = (result_good(res) || pg_fail(op, pg->pg, res, q->name)) &&
                columns_check(op, q, PQnfields(res));
    PQclear(res);
    return good;
}

static bool pg_lock_schema(struct op *op, void *conn)
{
    return pg_script(op, conn, "select pg_advisory_xact_lock(7163254400)");
}

static bool pg_snapshot(struct op *op, void *c, str *out)
{
    struct pg_conn *conn = c;
    PGresult **held = result_hold(op->mem);
    *held = PQexec(conn->pg, "set local idle_in_transaction_session_timeout = 0;"
                             "select pg_export_snapshot()");
    bool done = result_good(*held) || pg_fail(op, conn->pg, *held, "pg_export_snapshot");
    if (done) *out = str_copy(op->mem, cell(*held, 0, 0));
    result_close(held);
    return done;
}

/* ---- transactions -----------------------------------------------------------------------------
 */

bool pg_say(struct op *op, struct pg_conn *conn, const char *sql)
{
    return script(op, conn->pg, sql);
}

void pg_rollback(struct pg_conn *conn)
{
    if (PQstatus(conn->pg) != CONNECTION_OK) return;
    if (PQtransactionStatus(conn->pg) == PQTRANS_IDLE) return; /* a failed commit ended it */
    PQclear(PQexec(conn->pg, "rollback"));
}

bool pg_say_quietly(struct pg_conn *conn, const char *sql)
{
    PGresult *res = PQexec(conn->pg, sql);
    bool done = result_good(res);
    PQclear(res);
    return done;
}

/* PostgreSQL answers a commit after an error nobody minded with a friendly ROLLBACK. */
void pg_commit(struct pg_conn *conn, struct lane_end *out)
{
    PGresult *res = PQexec(conn->pg, "commit");
    bool good = result_good(res), whole = good && strcmp(PQcmdStatus(res), "COMMIT") == 0;
    *out = (struct lane_end){.committed = whole, .kind = ERR_INTERNAL};
    if (!good) {
        out->unknown = pg_gone(conn->pg, res);
        out->kind = pg_kind(conn->pg, res);
    }
    const char *why = good ? "an earlier statement had failed" : PQerrorMessage(conn->pg);
    if (!whole) snprintf(out->why, sizeof out->why, "commit: %.*s", STR(str_trim(str_of(why))));
    PQclear(res);
    if (!whole) pg_rollback(conn);
}

static bool pg_begin(struct op *op, struct tx *tx)
{
    const struct writing *writing = tx->store->db->shared;
    struct pg_conn *conn = tx->store->conn;
    if (tx->kind == TX_WRITE) {
        tx->conn = pg_writer_conn(writing->by);
        return lane_enter(op, writing->lane);
    }
    tx->conn = conn;
    return pg_conn_ready(op, conn, tx->store->db->where) &&
           pg_say(op, conn,
                  tx->kind == TX_READ ? "begin isolation level repeatable read read only"
                                      : "begin isolation level read committed");
}

static bool pg_end(struct op *op, struct tx *tx, bool good)
{
    struct pg_conn *conn = tx->conn;
    struct lane_end end;
    if (tx->kind == TX_WRITE) {
        bool done = lane_leave(op, lane_of(tx->store->db), good, &end);
        tx->unknown = good && end.unknown;
        return done;
    }
    if (!good) {
        pg_rollback(conn);
        return false;
    }
    pg_commit(conn, &end);
    tx->unknown = end.unknown && tx->kind != TX_READ; /* which has changed nothing */
    return end.committed || op_broken(op, end.kind, "%s", end.why);
}

static void pg_abandon(struct tx *tx)
{
    if (tx->kind == TX_WRITE)
        lane_abandon(lane_of(tx->store->db));
    else
        pg_rollback(tx->conn);
}

const struct store_engine store_postgres = {
    .name = "postgres",
    .open = pg_open,
    .close = pg_close,
    .count = pg_count,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .begin = pg_begin,
    .end = pg_end,
    .abandon = pg_abandon,
    .run = pg_run,
    .each = pg_each,
    .script = pg_script,
    .prepare = pg_prepare,
    .lock_schema = pg_lock_schema,
    .snapshot = pg_snapshot,
};
