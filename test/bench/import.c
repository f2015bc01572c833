/* A file of invoices through `quittance import`, against bare inserts of the very rows that it
 * wrote: prepared once, nothing read, looked up, checked or converted, and one commit at the end.
 * The schema, with its indexes and triggers, is the same. */
#include "bench.h"

#include "base/arena.h"
#include "base/text.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

enum { ROUNDS = 3, COLUMNS_MAX = 40, CUSTOMERS = 40 };

/* The tables an import writes to, in an order that their references allow. */
static const char *const tables[] = {"entity",        "customer", "account", "document",
                                     "document_line", "item",     "entry",   "posting"};

/* What the database itself fills in afterwards. */
static const char *const filled_in[] = {"debit_minor", "credit_minor", "open_minor", "posted"};

static bool is_filled_in(const char *column)
{
    for (ptrdiff_t i = 0; i < COUNT(filled_in); i++)
        if (strcmp(column, filled_in[i]) == 0) return true;
    return false;
}

/* One table's rows in memory: cells, NULL where there is none. */
struct rows {
    const char *columns; /* "id, number, …" */
    int column_count;
    bool number[COLUMNS_MAX];
    const char **cells;
    int64_t *numbers;
    ptrdiff_t count;
};

/* `prefix` makes the numbers those of no other file. */
static const char *file_make(struct bench *b, ptrdiff_t count, str prefix)
{
    const char *path = str_printf(b->mem, "%s/invoices.csv", b->folder).at;
    FILE *out = fopen(path, "w");
    must(out != NULL, "%s", path);
    fputs("number,customer,name,issued,due,net,tax,amount,currency,po\n", out);
    for (ptrdiff_t i = 0; i < count; i++) {
        long long minor = 100 + i * 7919 % 999983, tax = minor * 19 / 119, net = minor - tax;
        int c = (int)(i % CUSTOMERS) + 1, day = (int)(i % 28) + 1;
        fprintf(out, "%.*s-%07td,C%05d,Customer %d Ltd,2026-03-%02d,2026-04-%02d,", STR(prefix), i,
                c, c, day, day);
        fprintf(out, "%lld.%02lld,%lld.%02lld,%lld.%02lld,EUR,PO-%td\n", net / 100, net % 100,
                tax / 100, tax % 100, minor / 100, minor % 100, 4500000 + i * 7);
    }
    must(fclose(out) == 0, "%s", path);
    return path;
}

/* ---- SQLite ---- */

static void lite_do(sqlite3 *db, const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
}

static sqlite3 *lite_open(str url)
{
    sqlite3 *db;
    const char *path = str_from(url, S("sqlite:").len).at;
    must(sqlite3_open(path, &db) == SQLITE_OK, "%s", path);
    lite_do(db, "pragma foreign_keys = on; pragma synchronous = full; pragma journal_mode = wal");
    return db;
}

static sqlite3_stmt *lite_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    must(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", sql,
         sqlite3_errmsg(db));
    return stmt;
}

static void lite_cell(struct arena *mem, sqlite3_stmt *stmt, int i, struct rows *r)
{
    ptrdiff_t at = r->count * r->column_count + i;
    if (sqlite3_column_type(stmt, i) == SQLITE_INTEGER) {
        r->number[i] = true;
        r->numbers[at] = sqlite3_column_int64(stmt, i);
        r->cells[at] = "";
    } else if (sqlite3_column_type(stmt, i) != SQLITE_NULL) {
        r->cells[at] = str_copy(mem, str_of((const char *)sqlite3_column_text(stmt, i))).at;
    }
}

static void lite_read(struct bench *b, sqlite3 *db, const char *table, ptrdiff_t room,
                      struct rows *r)
{
    struct text columns = {.mem = b->mem};
    *r = (struct rows){0};
    sqlite3_stmt *stmt =
        lite_prepare(db, str_printf(b->mem, "select name from pragma_table_info('%s')", table).at);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (is_filled_in(name)) continue;
        text_format(&columns, "%s%s", r->column_count++ ? ", " : "", name);
    }
    sqlite3_finalize(stmt);
    r->columns = str_z(b->mem, text_str(&columns));
    r->cells = arena_array(b->mem, const char *, room * r->column_count);
    r->numbers = arena_array(b->mem, int64_t, room * r->column_count);
    stmt = lite_prepare(db, str_printf(b->mem, "select %s from %s", r->columns, table).at);
    for (; sqlite3_step(stmt) == SQLITE_ROW; r->count++) {
        must(r->count < room, "%s: more rows than expected", table);
        for (int i = 0; i < r->column_count; i++) lite_cell(b->mem, stmt, i, r);
    }
    sqlite3_finalize(stmt);
}

static void lite_insert(struct bench *b, sqlite3 *db, const char *table, const struct rows *r)
{
    struct text sql = {.mem = b->mem};
    text_format(&sql, "insert into %s (%s) values (?1", table, r->columns);
    for (int i = 2; i <= r->column_count; i++) text_format(&sql, ", ?%d", i);
    text_add(&sql, S(")"));
    sqlite3_stmt *stmt = lite_prepare(db, str_z(b->mem, text_str(&sql)));
    for (ptrdiff_t k = 0; k < r->count; k++) {
        for (int i = 0; i < r->column_count; i++) {
            ptrdiff_t at = k * r->column_count + i;
            if (!r->cells[at])
                sqlite3_bind_null(stmt, i + 1);
            else if (r->number[i])
                sqlite3_bind_int64(stmt, i + 1, r->numbers[at]);
            else
                sqlite3_bind_text(stmt, i + 1, r->cells[at], -1, SQLITE_STATIC);
        }
        must(sqlite3_step(stmt) == SQLITE_DONE, "%s: %s", table, sqlite3_errmsg(db));
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
}

static int64_t lite_bare_ns(struct bench *b, str imported, str empty, ptrdiff_t count)
{
    struct rows rows[COUNT(tables)];
    sqlite3 *from = lite_open(imported), *to = lite_open(empty);
    for (ptrdiff_t i = 0; i < COUNT(tables); i++)
        lite_read(b, from, tables[i], count * 3 + 1000, &rows[i]);
    lite_do(to, "delete from entity");
    int64_t began = ticks_ns();
    lite_do(to, "begin immediate");
    for (ptrdiff_t i = 0; i < COUNT(tables); i++) lite_insert(b, to, tables[i], &rows[i]);
    lite_do(to, "update entry set posted = 1");
    lite_do(to, "commit");
    int64_t took = ticks_ns() - began;
    sqlite3_close(from);
    sqlite3_close(to);
    return took;
}

/* ---- PostgreSQL ---- */

static PGresult *pg_run(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    must(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
         PQerrorMessage(pg));
    return result;
}

static void pg_insert(struct bench *b, PGconn *pg, const char *table, const char *columns,
                      const PGresult *rows)
{
    struct text sql = {.mem = b->mem};
    int n = PQnfields(rows);
    const char *values[COLUMNS_MAX];
    text_format(&sql, "insert into %s (%s) values ($1", table, columns);
    for (int i = 2; i <= n; i++) text_format(&sql, ", $%d", i);
    text_add(&sql, S(")"));
    PQclear(PQprepare(pg, table, str_z(b->mem, text_str(&sql)), 0, NULL));
    for (int k = 0; k < PQntuples(rows); k++) {
        for (int i = 0; i < n; i++)
            values[i] = PQgetisnull(rows, k, i) ? NULL : PQgetvalue(rows, k, i);
        PGresult *done = PQexecPrepared(pg, table, n, values, NULL, NULL, 0);
        must(PQresultStatus(done) == PGRES_COMMAND_OK, "%s: %s", table, PQerrorMessage(pg));
        PQclear(done);
    }
}

static const char *pg_columns(struct bench *b, PGconn *pg, const char *table)
{
    struct text columns = {.mem = b->mem};
    PGresult *names = pg_run(pg, str_printf(b->mem,
                                            "select column_name from information_schema.columns "
                                            "where table_name = '%s' and is_generated = 'NEVER' "
                                            "order by ordinal_position",
                                            table)
                                     .at);
    for (int i = 0; i < PQntuples(names); i++)
        if (!is_filled_in(PQgetvalue(names, i, 0)))
            text_format(&columns, "%s%s", columns.len ? ", " : "", PQgetvalue(names, i, 0));
    PQclear(names);
    return str_z(b->mem, text_str(&columns));
}

static int64_t pg_bare_ns(struct bench *b, str imported, str empty)
{
    PGconn *from = PQconnectdb(str_z(b->mem, imported)), *to = PQconnectdb(str_z(b->mem, empty));
    PGresult *rows[COUNT(tables)];
    const char *columns[COUNT(tables)];
    for (ptrdiff_t i = 0; i < COUNT(tables); i++) {
        columns[i] = pg_columns(b, from, tables[i]);
        rows[i] = pg_run(from, str_printf(b->mem, "select %s from %s", columns[i], tables[i]).at);
    }
    PQclear(pg_run(to, "delete from entity"));
    int64_t began = ticks_ns();
    PQclear(pg_run(to, "begin"));
    for (ptrdiff_t i = 0; i < COUNT(tables); i++) pg_insert(b, to, tables[i], columns[i], rows[i]);
    PQclear(pg_run(to, "update entry set posted = true"));
    PQclear(pg_run(to, "commit"));
    int64_t took = ticks_ns() - began;
    for (ptrdiff_t i = 0; i < COUNT(tables); i++) PQclear(rows[i]);
    PQfinish(from);
    PQfinish(to);
    return took;
}

/* ---- the figure ---- */

static int64_t import_ns(struct bench *b, const char *file, str url)
{
    const char *const import[] = {b->program,   "import",           "invoices", file,
                                  "--database", str_z(b->mem, url), NULL};
    int64_t began = ticks_ns();
    must(program_run(b, import) == 0, "the import failed: see %s/run.log", b->folder);
    return ticks_ns() - began;
}

void bench_import(struct bench *b)
{
    ptrdiff_t count = b->quick ? 3000 : 10000;
    int64_t took[ROUNDS], bare[ROUNDS];
    const char *file = file_make(b, count, S("R"));
    for (int i = 0; i < ROUNDS; i++) {
        struct arena_mark mark = arena_mark(b->mem);
        struct books from = books_make(b, "imported", 0, false), to;
        to = books_make(b, "bare", 0, false);
        took[i] = import_ns(b, file, from.url);
        bare[i] = b->engine[0] ? pg_bare_ns(b, from.url, to.url)
                               : lite_bare_ns(b, from.url, to.url, count);
        books_drop(b, &from);
        books_drop(b, &to);
        arena_rewind(b->mem, mark);
    }
    figure_add(b,
               (struct figure){.name = "import",
                               .unit = "/s",
                               .value = count * INT64_C(1000000000) / (median(took, ROUNDS) / 1000),
                               .floor = count * INT64_C(1000000000) / (median(bare, ROUNDS) / 1000),
                               .aim = AIM_RATIO_AT_LEAST,
                               .limit = 250,
                               .of = "bare inserts of the same rows"});
}

/* What the books hold already must not make it dearer. They keep what is imported, and are right.
 */
void bench_import_large(struct bench *b, const struct books *large)
{
    ptrdiff_t count = b->quick ? 3000 : 10000;
    int64_t took[ROUNDS], grown[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct arena_mark mark = arena_mark(b->mem);
        const char *file = file_make(b, count, str_printf(b->mem, "I%lld", (long long)clock_now()));
        struct books empty = books_make(b, "imported", 0, false);
        took[i] = import_ns(b, file, empty.url);
        grown[i] = import_ns(b, file, large->url);
        books_drop(b, &empty);
        arena_rewind(b->mem, mark);
    }
    books_seal(b, large);
    figure_add(
        b, (struct figure){.name = "import-large",
                           .unit = "/s",
                           .value = count * INT64_C(1000000000) / (median(grown, ROUNDS) / 1000),
                           .floor = count * INT64_C(1000000000) / (median(took, ROUNDS) / 1000),
                           .aim = AIM_RATIO_AT_LEAST,
                           .limit = 800,
                           .of = "the same into empty books"});
}
