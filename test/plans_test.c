/* What every statement of the program costs: it may look rows up, but not read all rows of a table
 * that grows, unless it stands on the list below with the reason. The Makefile links them all. */
#include "fixture.h"

#include "store/engine.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>

/* Tables that a seller with ten years of invoices has many rows of. */
static const char *const growing[] = {
    "account",       "allocation",   "attempt",     "audit",          "checkout",
    "checkout_line", "contact",      "customer",    "deduction",      "document",
    "document_line", "document_tax", "entry",       "export_entry",   "item",
    "job",           "mail",         "membership",  "payment",        "payment_step",
    "person",        "posting",      "refund",      "session",        "import_refusal",
    "mail_content",  "mail_try",     "mail_bounce", "pay_link",       "contact_mail",
    "batch",         "batch_row",    "batch_entry", "deduction_step", "open_sum",
    "seal",          "happening",    "item_tally",
};

static const struct {
    const char *name, *why;
} excused[] = {
    {"domain/ledger/verify/", "reads everything: that is what it is for"},
    {"domain/audit/chain/seal_missing_", "compares everything: that is what it is for"},
    {"domain/ledger/root/", "hashes everything: that is what it is for"},
    {"delivery/jobs/jobs/jobs_measured", "a queue: what is done is not in it"},
    {"delivery/jobs/jobs/jobs_orphan", "a queue: once, when the program starts"},
    {"delivery/web/command_key/commands_orphan", "once, when the program starts"},
    {"domain/exchange/export/export_waiting_count", "looks for entries in no batch yet"},
    {"domain/exchange/export/export_choose", "looks for entries in no batch yet"},
    {"domain/receivables/receivables/deduction_rows", "of nobody named: all of them"},
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

static bool is_growing(str table)
{
    for (ptrdiff_t i = 0; i < COUNT(growing); i++)
        if (str_eq(table, str_of(growing[i]))) return true;
    return false;
}

/* The table behind a name in a statement: "item i" and "item as i" say what i is. */
static str table_of(struct arena *mem, const char *sql, str alias)
{
    if (is_growing(alias)) return alias;
    for (ptrdiff_t i = 0; i < COUNT(growing); i++) {
        str plain = str_printf(mem, "%s %.*s", growing[i], STR(alias));
        for (const char *at = strstr(sql, plain.at); at; at = strstr(at + 1, plain.at)) {
            char before = at == sql ? ' ' : at[-1], after = at[plain.len];
            if (strchr(" (\n", before) && (after == 0 || strchr(" ,)\n;", after)))
                return str_of(growing[i]);
        }
    }
    return S("");
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
};

static bool is_in_order(const char *name)
{
    for (ptrdiff_t i = 0; i < COUNT(in_order); i++)
        if (str_starts(str_of(name), str_of(in_order[i]))) return true;
    return false;
}

/* The first page of a list reads its index from the start, and stops when the page is full. */
static bool is_first_page(const char *name)
{
    str s = str_of(name), end = S("_first");
    return is_in_order(name) && s.len > end.len && str_eq(str_from(s, s.len - end.len), end);
}

/* "SCAN i" and "SCAN i USING INDEX x" both read to the end. */
static int sqlite_scans(struct arena *mem, sqlite3 *db, const struct sql_query *q)
{
    sqlite3_stmt *plan = NULL;
    int scans = 0;
    str sql = str_printf(mem, "explain query plan %s", q->sqlite);
    CHECK(sqlite3_prepare_v2(db, sql.at, -1, &plan, NULL) == SQLITE_OK, "%s: %s", q->name,
          sqlite3_errmsg(db));
    while (sqlite3_step(plan) == SQLITE_ROW) {
        str detail = str_of((const char *)sqlite3_column_text(plan, 3));
        if (is_in_order(q->name) && str_find(detail, S("TEMP B-TREE")) >= 0) {
            print_error("%s: %.*s\n", q->name, STR(detail));
            scans++;
        }
        if (!str_starts(detail, S("SCAN "))) continue;
        if (is_first_page(q->name) && str_find(detail, S(" USING INDEX ")) >= 0) continue;
        str alias = str_cut(str_from(detail, 5), ' ').head;
        if (table_of(mem, q->sqlite, alias).len == 0 || by_partial_index(mem, db, detail)) continue;
        print_error("%s: %.*s\n", q->name, STR(detail));
        scans++;
    }
    sqlite3_finalize(plan);
    return scans;
}

SENTENCE(no_statement_reads_or_sorts_a_whole_table_on_sqlite)
{
    struct fixture *f = fixture_open(mem, FIXTURE_SQLITE);
    sqlite3 *db = NULL;
    int scans = 0;
    CHECK(sqlite3_open(str_from(f->url, S("sqlite:").len).at, &db) == SQLITE_OK, "open");
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) {
        const struct sql_query *q = sql_query_at(i);
        if (strstr(q->name, "delivery/gateway/") || is_excused(q->name)) continue;
        scans += sqlite_scans(mem, db, q);
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
static bool reads_all(struct arena *mem, PGconn *pg, PGresult *plan, int i, bool first_page)
{
    str line = str_of(PQgetvalue(plan, i, 0));
    ptrdiff_t on = str_find(line, S(" on ")), using = str_find(line, S(" using "));
    if (on < 0 || str_find(line, S("Scan")) < 0 || str_find(line, S("Bitmap")) >= 0) return false;
    if (!is_growing(str_cut(str_from(line, on + 4), ' ').head)) return false;
    if (using >= 0 && first_page) return false;
    if (using < 0) return str_find(line, S("Seq Scan")) >= 0;
    str next = i + 1 < PQntuples(plan) ? str_of(PQgetvalue(plan, i + 1, 0)) : S("");
    return str_find(next, S("Index Cond:")) < 0 &&
           !is_partial(pg, mem, str_cut(str_from(line, using + 7), ' ').head);
}

static int postgres_scans(struct arena *mem, PGconn *pg, const struct sql_query *q)
{
    int scans = 0;
    PQclear(PQexec(pg, "deallocate all"));
    PQclear(PQexec(pg, is_in_order(q->name) ? "set enable_sort = off" : "reset enable_sort"));
    Oid types[64];
    int count = types_of(q, types);
    PGresult *made = PQprepare(pg, "q", q->postgres, count, types);
    CHECK(PQresultStatus(made) == PGRES_COMMAND_OK, "%s: %s", q->name, PQerrorMessage(pg));
    PQclear(made);
    PGresult *plan = PQexec(pg, execute_text(mem, q).at);
    CHECK(PQresultStatus(plan) == PGRES_TUPLES_OK, "%s: %s", q->name, PQerrorMessage(pg));
    for (int i = 0; i < PQntuples(plan); i++) {
        bool sorts = strstr(PQgetvalue(plan, i, 0), "Sort Key:") && is_in_order(q->name);
        if (!sorts && !reads_all(mem, pg, plan, i, is_first_page(q->name))) continue;
        print_error("%s: %s\n", q->name, PQgetvalue(plan, i, 0));
        scans++;
    }
    PQclear(plan);
    return scans;
}

SENTENCE(no_statement_reads_or_sorts_a_whole_table_on_postgres)
{
    struct fixture *f = fixture_open(mem, FIXTURE_POSTGRES);
    int scans = 0;
    if (!f) skip();
    PGconn *pg = PQconnectdb(str_z(mem, f->url));
    PQclear(PQexec(pg, "set enable_seqscan = off"));
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) {
        const struct sql_query *q = sql_query_at(i);
        if (strstr(q->name, "delivery/gateway/") || is_excused(q->name)) continue;
        scans += postgres_scans(mem, pg, q);
    }
    PQfinish(pg);
    CHECK(scans == 0, "%d scans", scans);
}

TESTS(TEST(no_statement_reads_or_sorts_a_whole_table_on_sqlite),
      TEST(no_statement_reads_or_sorts_a_whole_table_on_postgres))
