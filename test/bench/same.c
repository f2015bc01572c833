/* Whether books made in bulk are those that the triggers would have made: all rows of all tables,
 * and the schema with its indexes and triggers. */
#include "bench.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

enum { INVOICES = 5500 }; /* the last of them no full thousand */

static str joined(struct bench *b, struct raw_column rows)
{
    struct text t = {.mem = b->mem};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        text_add(&t, rows.at[i]);
        text_char(&t, '\n');
    }
    return text_str(&t);
}

static str schema_of(struct bench *b, struct raw *r)
{
    const char *sql = b->engine[0]
                          ? "select indexdef as words from pg_indexes where schemaname = 'public' "
                            "union all select pg_get_triggerdef(oid) || ' ' || tgenabled::text "
                            "  from pg_trigger where not tgisinternal "
                            "union all select conrelid::regclass::text || ' ' || conname || ' ' || "
                            "  pg_get_constraintdef(oid) from pg_constraint "
                            "union all select sequencename || ' ' || coalesce(last_value, 0) "
                            "  from pg_sequences order by words"
                          : "select type || ' ' || name || ' ' || coalesce(sql, '') "
                            "  from sqlite_master order by 1";
    return joined(b, raw_column(r, sql));
}

/* Each row as one text. When a migration was run is not told. */
static str rows_of(struct bench *b, struct raw *r, str table)
{
    if (b->engine[0])
        return joined(
            b, raw_column(
                   r, str_printf(b->mem, "select t::text from %.*s t order by 1", STR(table)).at));
    const char *columns = "select group_concat('quote(' || name || ')', ' || '' '' || ') "
                          "  from pragma_table_xinfo('%.*s')";
    struct raw_column all = raw_column(r, str_printf(b->mem, columns, STR(table)).at);
    return joined(
        b,
        raw_column(
            r,
            str_printf(b->mem, "select %.*s from %.*s order by 1", STR(all.at[0]), STR(table)).at));
}

static void compare(struct bench *b, const struct books *guarded, const struct books *bulk)
{
    struct raw *a = raw_open(b, guarded->url), *z = raw_open(b, bulk->url);
    struct raw_column tables = raw_column(
        a, b->engine[0] ? "select tablename from pg_tables where schemaname = 'public' and "
                          "tablename <> 'migration' order by 1"
                        : "select name from sqlite_master where type = 'table' and "
                          "name <> 'migration' and name not like 'sqlite_%' order by 1");
    must(tables.count > 50, "tables are missing: %td", tables.count);
    must(str_eq(schema_of(b, a), schema_of(b, z)), "another schema than that of the migrations");
    for (ptrdiff_t i = 0; i < tables.count; i++) {
        struct arena_mark mark = arena_mark(b->mem);
        must(str_eq(rows_of(b, a, tables.at[i]), rows_of(b, z, tables.at[i])),
             "%.*s has other rows than the triggers would have made", STR(tables.at[i]));
        arena_rewind(b->mem, mark);
    }
    raw_close(a);
    raw_close(z);
}

void bench_books(struct bench *b)
{
    instant now = clock_now();
    int64_t began = ticks_ns();
    struct books guarded = books_make_at(b, "guarded", INVOICES, now, true);
    int64_t watched = ticks_ns();
    struct books bulk = books_make_at(b, "bulk", INVOICES, now, false);
    int64_t ended = ticks_ns();
    compare(b, &guarded, &bulk);
    books_drop(b, &guarded);
    books_drop(b, &bulk);
    figure_add(b,
               (struct figure){.name = "books-in-bulk",
                               .unit = "/s",
                               .value = INVOICES * INT64_C(1000000000) / ((ended - watched) / 1000),
                               .floor = INVOICES * INT64_C(1000000000) / ((watched - began) / 1000),
                               .of = "the same books under all triggers"});
}
