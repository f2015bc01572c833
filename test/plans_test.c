/* What every statement of the program costs: it may look rows up, but not read all rows of a table
 * that grows, unless it stands on the list below with the reason. The Makefile links them all. */
#include "fixture.h"

#include "store/engine.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>

/* Tables that stay small however long a seller is in business: what people set, by hand. All other
 * tables of the schema grow, those that are made tomorrow too. */
static const char *const small[] = {
    "ageing_rule", "api_key",       "brand_version", "claim_setting", "currency_unit",
    "entity",      "entity_was",    "gl_account",    "holiday",       "import_mapping",
    "logo",        "mail_setting",  "migration",     "reason",        "saved_filter",
    "series",      "sqlite_schema", "text_version",  "work_rule",
};

static const struct {
    const char *name, *why;
} excused[] = {
    {"domain/ledger/verify/", "reads everything: that is what it is for"},
    {"domain/audit/chain/seal_missing_", "compares everything: that is what it is for"},
    {"domain/ledger/root/", "hashes everything: that is what it is for"},
    {"delivery/jobs/jobs/jobs_measured", "a queue: what is done is not in it"},
    {"delivery/jobs/jobs/jobs_orphan", "a queue: once, when the program starts"},
    {"delivery/jobs/held/held_over", "a queue: what was made good is not in it"},
    {"domain/exchange/export/export_waiting_count", "looks for entries in no batch yet"},
    {"domain/exchange/export/export_choose", "looks for entries in no batch yet"},
    {"domain/receivables/receivables/deduction_rows", "of nobody named: all of them"},
    {"domain/audit/chain/seal_waiting", "a queue: what is sealed is not in it"},
    {"domain/audit/chain/wait_rows", "the same"},
    {"domain/documents/kept/kept_all", "compares everything: that is what it is for"},
    {"domain/documents/statements/statement_all", "the same"},
    {"domain/exchange/import_file/import_pieces_forget",
     "once a day, over the files, not their pieces"},
    {"domain/documents/statements/statement_due", "who is due a statement: each month, everybody"},
    {"domain/notices/notices/body_forget", "once a day, over what has not been forgotten yet"},
};

static bool is_excused(const char *name)
{
    if (strstr(name, "_test/")) return true; /* a test's own */
    for (ptrdiff_t i = 0; i < COUNT(excused); i++)
        if (strncmp(name, excused[i].name, strlen(excused[i].name)) == 0) return true;
    return false;
}

enum { TABLES_MAX = 400 };

/* The tables that grow, as the database has them. */
struct tables {
    str *at;
    ptrdiff_t count;
};

static void table_add(struct arena *mem, struct tables *t, const char *name)
{
    for (ptrdiff_t i = 0; i < COUNT(small); i++)
        if (str_eq(str_of(name), str_of(small[i]))) return;
    if (!t->at) t->at = arena_array(mem, str, TABLES_MAX);
    CHECK(t->count < TABLES_MAX, "more tables than TABLES_MAX");
    t->at[t->count++] = str_copy(mem, str_of(name));
}

static bool is_growing(const struct tables *t, str table)
{
    for (ptrdiff_t i = 0; i < t->count; i++)
        if (str_eq(table, t->at[i])) return true;
    return false;
}

/* Whether a name in a statement stands for a table that grows: itself, or as in "item i". */
static bool reads_growing(struct arena *mem, const struct tables *t, const char *sql, str alias)
{
    if (is_growing(t, alias)) return true;
    for (ptrdiff_t i = 0; i < t->count; i++) {
        str plain = str_printf(mem, "%.*s %.*s", STR(t->at[i]), STR(alias));
        for (const char *at = strstr(sql, plain.at); at; at = strstr(at + 1, plain.at)) {
            char before = at == sql ? ' ' : at[-1], after = at[plain.len];
            if (strchr(" (\n", before) && (after == 0 || strchr(" ,)\n;", after))) return true;
        }
    }
    return false;
}

/* An index of the few rows that wait for something is read to its end in no time. */
static bool by_partial_index(struct arena *mem, sqlite3 *db, str detail)
{
    static const char sql[] = "select 1 from sqlite_schema where type = 'index' and name = ?1 "
                              "and sql like '% where %'";
    ptrdiff_t at = str_find(detail, S("INDEX "));
    if (at < 0) return false;
    str name = str_cut(str_from(detail, at + 6), ' ').head;
    sqlite3_stmt *find = NULL;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &find, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_bind_text(find, 1, str_z(mem, name), -1, SQLITE_STATIC);
    bool found = sqlite3_step(find) == SQLITE_ROW;
    sqlite3_finalize(find);
    return found;
}

/* Pages in the order of an index: without it each page would sort all that is behind it. */
static const char *const in_order[] = {
    "domain/receivables/pages/item_page_",           "domain/customers/customers/customer_page_",
    "domain/payments/payments/payment_page_",        "domain/work/application/unapplied_page_",
    "domain/receivables/deductions/deduction_page_", "domain/ledger/ledger/entry_postings",
    "domain/reports/timeline/timeline_page",         "domain/reports/timeline/timeline_topic_page",
    "domain/receivables/disputes/dispute_page_open", "domain/receivables/disputes/dispute_page_all",
};

static bool is_in_order(const char *name)
{
    for (ptrdiff_t i = 0; i < COUNT(in_order); i++)
        if (str_starts(str_of(name), str_of(in_order[i]))) return true;
    return false;
}

/* The newest of all, or the first page of a list: reads its index from one end, without a sort, and
 * stops when there are enough. */
static const char *const newest[] = {
    "domain/access/claims/claims_newest",
    "domain/audit/chain/checkpoint_last",
    "domain/payments/payouts/payout_rows",
};

static bool is_newest(const char *name)
{
    for (ptrdiff_t i = 0; i < COUNT(newest); i++)
        if (str_eq(str_of(name), str_of(newest[i]))) return true;
    return false;
}

static bool is_first_page(const char *name)
{
    str s = str_of(name), end = S("_first");
    return is_in_order(name) && s.len > end.len && str_eq(str_from(s, s.len - end.len), end);
}

/* Where another index would do by the rules above and still read far too much: of a statement, or
 * of all that begin so. */
static const struct {
    const char *name, *index;
} by_index[] = {
    {"domain/customers/customers/customer_page_", "INDEX item_counted"},
    {"domain/receivables/receivables/item_counts_all", "item_in_dispute"},
    {"domain/reports/overview/overdue_customers", "item_overdue"},
};

static const char *index_of(const char *name)
{
    for (ptrdiff_t i = 0; i < COUNT(by_index); i++)
        if (str_starts(str_of(name), str_of(by_index[i].name))) return by_index[i].index;
    return NULL;
}

/* "SCAN i" and "SCAN i USING INDEX x" both read to the end. */
static int sqlite_scans(struct arena *mem, const struct tables *tables, sqlite3 *db,
                        const struct sql_query *q)
{
    sqlite3_stmt *plan = NULL;
    int scans = 0;
    bool ordered = is_in_order(q->name) || is_newest(q->name);
    const char *wanted = index_of(q->name);
    str sql = str_printf(mem, "explain query plan %s", q->sqlite);
    CHECK(sqlite3_prepare_v2(db, sql.at, -1, &plan, NULL) == SQLITE_OK, "%s: %s", q->name,
          sqlite3_errmsg(db));
    while (sqlite3_step(plan) == SQLITE_ROW) {
        str detail = str_of((const char *)sqlite3_column_text(plan, 3));
        if (wanted && str_find(detail, str_of(wanted)) >= 0) wanted = NULL;
        if (ordered && str_find(detail, S("TEMP B-TREE")) >= 0) {
            print_error("%s: %.*s\n", q->name, STR(detail));
            scans++;
        }
        if (!str_starts(detail, S("SCAN "))) continue;
        if (is_newest(q->name)) continue;
        if (is_first_page(q->name) && str_find(detail, S(" USING INDEX ")) >= 0) continue;
        str alias = str_cut(str_from(detail, 5), ' ').head;
        if (!reads_growing(mem, tables, q->sqlite, alias) || by_partial_index(mem, db, detail))
            continue;
        print_error("%s: %.*s\n", q->name, STR(detail));
        scans++;
    }
    sqlite3_finalize(plan);
    if (wanted) print_error("%s: not by %s\n", q->name, wanted);
    return scans + (wanted != NULL);
}

static struct tables sqlite_tables(struct arena *mem, sqlite3 *db)
{
    static const char sql[] = "select name from sqlite_schema where type = 'table'";
    struct tables tables = {0};
    sqlite3_stmt *all = NULL;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &all, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    while (sqlite3_step(all) == SQLITE_ROW)
        table_add(mem, &tables, (const char *)sqlite3_column_text(all, 0));
    sqlite3_finalize(all);
    return tables;
}

SENTENCE(no_statement_reads_or_sorts_a_whole_table_on_sqlite)
{
    struct fixture *f = fixture_open(mem, FIXTURE_SQLITE);
    sqlite3 *db = NULL;
    int scans = 0;
    CHECK(sqlite3_open(str_from(f->url, S("sqlite:").len).at, &db) == SQLITE_OK, "open");
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    struct tables tables = sqlite_tables(mem, db);
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) {
        const struct sql_query *q = sql_query_at(i);
        if (strstr(q->name, "delivery/gateway/") || is_excused(q->name)) continue;
        scans += sqlite_scans(mem, &tables, db, q);
    }
    sqlite3_close(db);
    CHECK(scans == 0, "%d scans", scans);
}

/* ---- PostgreSQL: with reading in turn (and sorting) made dear, it looks up whatever an index can
 * find ---- */

static str sample(enum sql_type type)
{
    switch (type) {
    case SQL_I64:
    case SQL_OPT_I64: return S("1");
    case SQL_TEXT: return S("'[1]'");
    case SQL_DATE:
    case SQL_OPT_DATE: return S("'2026-01-01'");
    case SQL_BOOL:
    case SQL_OPT_BOOL: return S("true");
    case SQL_BLOB: return S("''");
    case SQL_MONEY: return S("1, 'EUR'");
    }
    return S("null");
}

static str execute_text(struct arena *mem, const struct sql_query *q)
{
    str text = S("explain execute q");
    for (int i = 0; i < q->n_args; i++)
        text = str_printf(mem, "%.*s%s%.*s", STR(text), i == 0 ? "(" : ", ",
                          STR(sample(q->args[i].type)));
    return q->n_args == 0 ? text : str_printf(mem, "%.*s)", STR(text));
}

/* As the program tells them, by the numbers that PostgreSQL has for its own types. */
static int types_of(const struct sql_query *q, Oid types[64])
{
    enum { BOOL = 16, BYTEA = 17, INT8 = 20, TEXT = 25, DATE = 1082 };
    static const Oid oids[] = {
        [SQL_I64] = INT8,      [SQL_OPT_I64] = INT8,  [SQL_TEXT] = TEXT,
        [SQL_DATE] = DATE,     [SQL_OPT_DATE] = DATE, [SQL_BOOL] = BOOL,
        [SQL_OPT_BOOL] = BOOL, [SQL_BLOB] = BYTEA,    [SQL_MONEY] = INT8,
    };
    int count = 0;
    for (int i = 0; i < q->n_args; i++) {
        types[count++] = oids[q->args[i].type];
        if (q->args[i].type == SQL_MONEY) types[count++] = TEXT;
    }
    return count;
}

static bool is_partial(PGconn *pg, struct arena *mem, str index)
{
    const char *name = str_z(mem, index);
    PGresult *found = PQexecParams(pg,
                                   "select 1 from pg_indexes where indexname = $1 "
                                   "and indexdef like '% WHERE %'",
                                   1, NULL, &name, NULL, NULL, 0);
    bool partial = PQntuples(found) == 1;
    PQclear(found);
    return partial;
}

/* Reading a table in turn, or all of an index: the latter has no condition in its next line. */
static bool reads_all(struct arena *mem, const struct tables *tables, PGconn *pg, PGresult *plan,
                      int i, bool first_page)
{
    str line = str_of(PQgetvalue(plan, i, 0));
    ptrdiff_t on = str_find(line, S(" on ")), using = str_find(line, S(" using "));
    if (on < 0 || str_find(line, S("Scan")) < 0 || str_find(line, S("Bitmap")) >= 0) return false;
    if (!is_growing(tables, str_cut(str_from(line, on + 4), ' ').head)) return false;
    if (using >= 0 && first_page) return false;
    if (using < 0) return str_find(line, S("Seq Scan")) >= 0;
    str next = i + 1 < PQntuples(plan) ? str_of(PQgetvalue(plan, i + 1, 0)) : S("");
    return str_find(next, S("Index Cond:")) < 0 &&
           !is_partial(pg, mem, str_cut(str_from(line, using + 7), ' ').head);
}

static int postgres_scans(struct arena *mem, const struct tables *tables, PGconn *pg,
                          const struct sql_query *q)
{
    int scans = 0;
    PQclear(PQexec(pg, "deallocate all"));
    bool ordered = is_in_order(q->name) || is_newest(q->name);
    bool from_end = is_first_page(q->name) || is_newest(q->name);
    PQclear(PQexec(pg, ordered ? "set enable_sort = off" : "reset enable_sort"));
    Oid types[64];
    int count = types_of(q, types);
    PGresult *made = PQprepare(pg, "q", q->postgres, count, types);
    CHECK(PQresultStatus(made) == PGRES_COMMAND_OK, "%s: %s", q->name, PQerrorMessage(pg));
    PQclear(made);
    PGresult *plan = PQexec(pg, execute_text(mem, q).at);
    CHECK(PQresultStatus(plan) == PGRES_TUPLES_OK, "%s: %s", q->name, PQerrorMessage(pg));
    for (int i = 0; i < PQntuples(plan); i++) {
        bool sorts = strstr(PQgetvalue(plan, i, 0), "Sort Key:") && ordered;
        if (!sorts && !reads_all(mem, tables, pg, plan, i, from_end)) continue;
        print_error("%s: %s\n", q->name, PQgetvalue(plan, i, 0));
        scans++;
    }
    PQclear(plan);
    return scans;
}

static struct tables postgres_tables(struct arena *mem, PGconn *pg)
{
    struct tables tables = {0};
    PGresult *all = PQexec(pg, "select tablename from pg_tables where schemaname = 'public'");
    CHECK(PQresultStatus(all) == PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
    for (int i = 0; i < PQntuples(all); i++) table_add(mem, &tables, PQgetvalue(all, i, 0));
    PQclear(all);
    CHECK(tables.count > 0, "no tables in the public schema");
    return tables;
}

SENTENCE(no_statement_reads_or_sorts_a_whole_table_on_postgres)
{
    struct fixture *f = fixture_open(mem, FIXTURE_POSTGRES);
    int scans = 0;
    if (!f) skip();
    PGconn *pg = PQconnectdb(str_z(mem, f->url));
    PQclear(PQexec(pg, "set enable_seqscan = off"));
    struct tables tables = postgres_tables(mem, pg);
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) {
        const struct sql_query *q = sql_query_at(i);
        if (strstr(q->name, "delivery/gateway/") || is_excused(q->name)) continue;
        scans += postgres_scans(mem, &tables, pg, q);
    }
    PQfinish(pg);
    CHECK(scans == 0, "%d scans", scans);
}

TESTS(TEST(no_statement_reads_or_sorts_a_whole_table_on_sqlite),
      TEST(no_statement_reads_or_sorts_a_whole_table_on_postgres))
