/* The way back, on books with half a year's business in them: each migration is taken back, every
 * few of them are run again and taken back, and whatever a table still has keeps its values. */
#include "fixture.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "delivery/cli/demo_company.h"
#include "store/engine.h"
#include "store/migrate.h"

#include <libpq-fe.h>
#include <sqlite3.h>

enum { TABLES_MAX = 120, LEVELS_MAX = 120, UP_EVERY = 6 };

/* ---- asking either engine for text ---- */

static void sqlite_ask(struct fixture *f, const char *sql, struct text *out)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *rows = NULL;
    CHECK(sqlite3_open(str_from(f->url, S("sqlite:").len).at, &db) == SQLITE_OK, "open");
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    CHECK(sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK, "%s: %s", sql,
          sqlite3_errmsg(db));
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++)
            text_format(out, "%s|", (const char *)sqlite3_column_text(rows, i));
        text_char(out, '\n');
    }
    sqlite3_finalize(rows);
    sqlite3_close(db);
}

static void pg_ask(struct fixture *f, const char *sql, struct text *out)
{
    PGconn *pg = PQconnectdb(str_z(f->mem, f->url));
    PGresult *rows = PQexec(pg, sql);
    CHECK(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(pg));
    for (int r = 0; r < PQntuples(rows); r++) {
        for (int c = 0; c < PQnfields(rows); c++)
            text_format(out, "%s|", PQgetisnull(rows, r, c) ? "(null)" : PQgetvalue(rows, r, c));
        text_char(out, '\n');
    }
    PQclear(rows);
    PQfinish(pg);
}

static str ask(struct fixture *f, const char *sql)
{
    struct text t = {.mem = f->mem};
    if (f->engine == FIXTURE_POSTGRES)
        pg_ask(f, sql, &t);
    else
        sqlite_ask(f, sql, &t);
    return text_str(&t);
}

/* ---- what there is at a level ---- */

struct table {
    str name, columns; /* "\"a\", \"b\"" */
};
struct level {
    int number; /* the highest migration that was run */
    struct table tables[TABLES_MAX];
    int count;
};

static const char columns_sqlite[] =
    "select t.name, '\"' || group_concat(c.name, '\", \"') || '\"' from sqlite_schema t"
    "  join pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'"
    "   and t.name <> 'migration' group by t.name order by t.name";
/* Which number comes next is counted elsewhere there, from a level on (0141), and brought back. */
static const char columns_postgres[] =
    "select table_name, '\"' || string_agg(column_name, '\", \"' order by column_name) || '\"'"
    "  from information_schema.columns where table_schema = 'public' and table_name <> 'migration'"
    "   and (table_name, column_name) <> ('series', 'next')"
    " group by table_name order by table_name";

static void level_read(struct fixture *f, int number, struct level *out)
{
    str rows = ask(f, f->engine == FIXTURE_POSTGRES ? columns_postgres : columns_sqlite);
    *out = (struct level){.number = number};
    for (struct str_pair line = str_cut(rows, '\n'); line.found; line = str_cut(line.tail, '\n')) {
        struct str_pair cells = str_cut(line.head, '|');
        CHECK(out->count < TABLES_MAX, "more tables");
        out->tables[out->count++] = (struct table){cells.head, str_cut(cells.tail, '|').head};
    }
}

/* A hash of all rows of the tables of a level, in the columns that they have at that level. */
static str values(struct fixture *f, const struct level *level)
{
    char kept[64];
    struct arena_mark mark = arena_mark(f->mem);
    struct text all = {.mem = f->mem};
    for (int i = 0; i < level->count; i++) {
        const struct table *t = &level->tables[i];
        str columns = t->columns;
        str rows = ask(f, str_printf(f->mem, "select %.*s from \"%.*s\" order by %.*s",
                                     STR(columns), STR(t->name), STR(columns))
                              .at);
        text_format(&all, "%.*s %.*s\n", STR(t->name), STR(crypto_digest(f->mem, rows)));
    }
    str hash = crypto_digest(f->mem, text_str(&all));
    CHECK(hash.len == sizeof kept, "%td", hash.len);
    memcpy(kept, hash.at, sizeof kept);
    arena_rewind(f->mem, mark);
    return str_copy(f->mem, (str){kept, sizeof kept});
}

static void down(struct fixture *f, int to)
{
    struct op op = fixture_op(f);
    CHECK(migrate_down(&op, f->db, to), "down to %04d: %s", to, fixture_why(&op));
}

static void up(struct fixture *f)
{
    struct op op = fixture_op(f);
    int count;
    CHECK(migrate_up(&op, f->db, &count), "up: %s", fixture_why(&op));
}

/* The levels of an empty database: [0] is the whole. */
static int levels_read(struct fixture *f, struct level *levels)
{
    int numbers[LEVELS_MAX], count = 0;
    for (const struct migration *m = migrations; m->number; m++) numbers[count++] = m->number;
    CHECK(count < LEVELS_MAX, "more migrations");
    up(f);
    for (int i = 0; i < count; i++) {
        level_read(f, numbers[count - 1 - i], &levels[i]);
        down(f, i + 1 < count ? numbers[count - 2 - i] : 0);
    }
    level_read(f, 0, &levels[count]);
    CHECK(levels[count].count == 0, "%.*s is left", STR(levels[count].tables[0].name));
    return count;
}

static bool business(struct op *op, void *arg)
{
    struct demo_company company;
    (void)arg;
    return demo_company_make(op, clock_date(op->now, S("Europe/Berlin")), &company);
}

ENGINES_SENTENCE(what_a_table_keeps_is_as_it_was_after_down_and_up_and_down)
{
    struct level *levels = arena_array(f->mem, struct level, LEVELS_MAX);
    struct fixture *empty = fixture_open_empty(f->mem, f->engine);
    int count = levels_read(empty, levels);
    fixture_do(f, business, NULL);
    for (int i = 1; i <= count; i++) {
        const struct level *lower = &levels[i];
        str before = values(f, lower);
        down(f, lower->number);
        CHECK(str_eq(values(f, lower), before), "down to %04d", lower->number);
        if (i % UP_EVERY != 0) continue; /* each way up runs all that was taken back */
        up(f);
        CHECK(str_eq(values(f, lower), before), "up from %04d", lower->number);
        down(f, lower->number);
        CHECK(str_eq(values(f, lower), before), "down to %04d again", lower->number);
    }
    up(f);
    struct level whole;
    level_read(f, levels[0].number, &whole);
    CHECK(whole.count == levels[0].count, "%d tables, not %d", whole.count, levels[0].count);
    for (int i = 0; i < whole.count; i++)
        CHECK(str_eq(whole.tables[i].columns, levels[0].tables[i].columns), "%.*s",
              STR(whole.tables[i].name));
}

TESTS(ENGINES_TEST(what_a_table_keeps_is_as_it_was_after_down_and_up_and_down))
