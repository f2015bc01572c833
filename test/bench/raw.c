/* A connection without the program: no lane, no limits, its own settings. */
#include "bench.h"

#include "base/arena.h"
#include "base/text.h"

#include <libpq-fe.h>
#include <sqlite3.h>

struct raw {
    struct arena *mem;
    sqlite3 *lite; /* one of the two */
    PGconn *pg;
};

struct raw *raw_open(struct bench *b, str url)
{
    struct raw *r = arena_new(b->mem, struct raw);
    r->mem = b->mem;
    if (b->engine[0]) {
        r->pg = PQconnectdb(str_z(b->mem, url));
        must(PQstatus(r->pg) == CONNECTION_OK, "%s", PQerrorMessage(r->pg));
    } else {
        const char *path = str_z(b->mem, str_from(url, S("sqlite:").len));
        must(sqlite3_open(path, &r->lite) == SQLITE_OK, "%s", path);
    }
    return r;
}

void raw_close(struct raw *r)
{
    if (r->pg) PQfinish(r->pg);
    must(!r->lite || sqlite3_close(r->lite) == SQLITE_OK, "a connection that was left busy");
}

/* Foreign keys are the only guards that a connection has to ask for. */
void raw_guards(struct raw *r, bool guarded)
{
    if (r->pg) {
        raw_do(r, guarded ? "set session_replication_role = origin"
                          : "set session_replication_role = replica");
        return;
    }
    raw_do(r, guarded ? "pragma foreign_keys = on" : "pragma foreign_keys = off");
    must(sqlite3_db_config(r->lite, SQLITE_DBCONFIG_ENABLE_TRIGGER, guarded, NULL) == SQLITE_OK,
         "triggers");
}

void raw_do(struct raw *r, const char *sql)
{
    if (r->lite) {
        must(sqlite3_exec(r->lite, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql,
             sqlite3_errmsg(r->lite));
        return;
    }
    PGresult *result = PQexec(r->pg, sql);
    ExecStatusType status = PQresultStatus(result);
    must(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
         PQerrorMessage(r->pg));
    PQclear(result);
}

static void pg_column(struct raw *r, const char *sql, struct raw_column *out)
{
    PGresult *rows = PQexec(r->pg, sql);
    must(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(r->pg));
    out->count = PQntuples(rows);
    out->at = arena_array(r->mem, str, out->count + 1);
    for (int i = 0; i < out->count; i++)
        out->at[i] = str_copy(r->mem, str_of(PQgetvalue(rows, i, 0)));
    PQclear(rows);
}

static void lite_column(struct raw *r, const char *sql, struct raw_column *out)
{
    sqlite3_stmt *stmt;
    must(sqlite3_prepare_v2(r->lite, sql, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", sql,
         sqlite3_errmsg(r->lite));
    ptrdiff_t room = 0;
    while (sqlite3_step(stmt) == SQLITE_ROW) room++;
    sqlite3_reset(stmt);
    out->at = arena_array(r->mem, str, room + 1);
    for (; out->count < room && sqlite3_step(stmt) == SQLITE_ROW; out->count++)
        out->at[out->count] = str_copy(r->mem, str_of((const char *)sqlite3_column_text(stmt, 0)));
    sqlite3_finalize(stmt);
}

struct raw_column raw_column(struct raw *r, const char *sql)
{
    struct raw_column out = {0};
    if (r->pg)
        pg_column(r, sql, &out);
    else
        lite_column(r, sql, &out);
    return out;
}
