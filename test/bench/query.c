/* The floor of the invoice list: its statements, stepped by nothing but the database's own library,
 * and its rows laid out by nothing but the page. No HTTP, no session, no types, no view. */
#include "bench.h"

#include "base/arena.h"
#include "delivery/portal/invoices.h"
#include "delivery/web/frame.h"
#include "store/engine.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 200, ARGS_MAX = 13, ROWS = 50 };

/* The page's statements in its order, and what they are given. */
struct step {
    const char *name;
    const char *args[ARGS_MAX];
    int count;
    bool text[ARGS_MAX]; /* the others are numbers */
};

static int64_t cpu_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

static const struct sql_query *query_named(const char *name)
{
    for (ptrdiff_t i = 0; i < sql_query_count(); i++)
        if (strcmp(sql_query_at(i)->name, name) == 0) return sql_query_at(i);
    must(false, "there is no statement %s any more", name);
    return NULL;
}

/* ---- SQLite ---- */

static sqlite3_stmt *sqlite_step_prepare(sqlite3 *db, const struct step *s)
{
    sqlite3_stmt *stmt;
    int64_t n;
    must(sqlite3_prepare_v2(db, query_named(s->name)->sqlite, -1, &stmt, NULL) == SQLITE_OK,
         "%s: %s", s->name, sqlite3_errmsg(db));
    for (int i = 0; i < s->count; i++)
        if (!s->args[i])
            sqlite3_bind_null(stmt, i + 1);
        else if (!s->text[i] && str_to_i64(str_of(s->args[i]), &n))
            sqlite3_bind_int64(stmt, i + 1, n);
        else
            sqlite3_bind_text(stmt, i + 1, s->args[i], -1, SQLITE_STATIC);
    return stmt;
}

static void sqlite_step_run(sqlite3_stmt *stmt)
{
    while (sqlite3_step(stmt) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            if (sqlite3_column_type(stmt, i) == SQLITE_TEXT)
                (void)sqlite3_column_text(stmt, i);
            else
                (void)sqlite3_column_int64(stmt, i);
    sqlite3_reset(stmt);
}

static int64_t sqlite_queries_ns(const struct books *books, const struct step *steps, int count)
{
    sqlite3 *db;
    sqlite3_stmt *stmts[16];
    int64_t took[ROUNDS];
    const char *path = str_from(books->url, S("sqlite:").len).at;
    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK,
         "%s", path);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    for (int i = 0; i < count; i++) stmts[i] = sqlite_step_prepare(db, &steps[i]);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t began = cpu_ns();
        sqlite3_exec(db, "begin", NULL, NULL, NULL);
        for (int i = 0; i < count; i++) sqlite_step_run(stmts[i]);
        sqlite3_exec(db, "rollback", NULL, NULL, NULL);
        took[round] = cpu_ns() - began;
    }
    for (int i = 0; i < count; i++) sqlite3_finalize(stmts[i]);
    sqlite3_close(db);
    return median(took, ROUNDS);
}

/* ---- PostgreSQL ---- */

static void postgres_do(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    must(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", sql, PQerrorMessage(pg));
    PQclear(result);
}

static Oid type_of(const struct sql_query *q, int arg)
{
    enum { BOOL = 16, INT8 = 20, TEXT = 25, DATE = 1082 };
    switch (q->args[arg].type) {
    case SQL_TEXT:
    case SQL_BLOB: return TEXT;
    case SQL_DATE:
    case SQL_OPT_DATE: return DATE;
    case SQL_BOOL:
    case SQL_OPT_BOOL: return BOOL;
    case SQL_I64:
    case SQL_OPT_I64:
    case SQL_MONEY: break;
    }
    return INT8;
}

static int64_t postgres_queries_ns(struct bench *b, const struct books *books,
                                   const struct step *steps, int count)
{
    PGconn *pg = PQconnectdb(str_z(b->mem, books->url));
    int64_t took[ROUNDS];
    must(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    for (int i = 0; i < count; i++) {
        Oid types[ARGS_MAX]; /* said, because of parameters that a statement does not use */
        for (int k = 0; k < steps[i].count; k++) types[k] = type_of(query_named(steps[i].name), k);
        PQclear(PQprepare(pg, steps[i].name, query_named(steps[i].name)->postgres, steps[i].count,
                          types));
    }
    for (int round = 0; round < ROUNDS; round++) {
        int64_t began = cpu_ns();
        postgres_do(pg, "begin isolation level repeatable read read only");
        for (int i = 0; i < count; i++) {
            PGresult *rows =
                PQexecPrepared(pg, steps[i].name, steps[i].count, steps[i].args, NULL, NULL, 0);
            must(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s: %s", steps[i].name,
                 PQerrorMessage(pg));
            PQclear(rows);
        }
        postgres_do(pg, "rollback");
        took[round] = cpu_ns() - began;
    }
    PQfinish(pg);
    return median(took, ROUNDS);
}

/* ---- the page ---- */

static struct invoices_view view_make(struct bench *b, const struct books *books)
{
    currency eur = {"EUR"};
    struct invoices_row *rows = arena_array(b->mem, struct invoices_row, ROWS);
    struct invoices_group *group = arena_new(b->mem, struct invoices_group);
    struct invoices_view v = {.groups = group, .group_count = 1, .row_count = ROWS};
    v.may_pay = v.has_next = true;
    v.show = S("open"), v.search = S(""), v.words = S("{}");
    for (int i = 0; i < ROWS; i++)
        rows[i] = (struct invoices_row){
            .id = S("itm_abcdefghijklmnopqrstuvwxyz"),
            .number = S("R-10012345"),
            .link = url_of(S("/invoices/inv_abcdefghijklmnopqrstuvwxyz")),
            .po = S("PO-450012345"),
            .issued = date_plus(books->today, -i),
            .due = date_plus(books->today, 30 - i),
            .payable = true,
            .standing = {.words = S("Overdue by 12 days"), .shape = S("late")},
            .amount = money_of(123456 + i, eur),
            .open = money_of(123456 + i, eur),
        };
    *group = (struct invoices_group){
        .code = S("EUR"), .name = S("Euro"), .rows = rows, .count = ROWS, .sum = money_of(0, eur)};
    for (int i = 0; i < COUNT(v.tabs); i++)
        v.tabs[i] = (struct invoices_tab){
            .name = S("Open"),
            .link = url_of(S("/invoices?show=open")),
            .count = 500,
            .current = i == 0,
        };
    for (int i = 0; i < COUNT(v.columns); i++)
        v.columns[i] =
            (struct invoices_column){S("Number"), S(""), url_of(S("/invoices?sort=number")), true};
    v.select_overdue = v.select_week = v.select_credits = v.select_none = v.next = v.csv = v.clear =
        url_of(S("/invoices?select=overdue"));
    return v;
}

static int64_t rendering_ns(struct bench *b, const struct books *books)
{
    struct invoices_view v = view_make(b, books);
    struct frame_link links[6];
    for (int i = 0; i < COUNT(links); i++)
        links[i] = (struct frame_link){.path = "/invoices", .name = S("Invoices")};
    struct frame frame = {.title = S("Invoices"),
                          .brand = S("Nordwind Antriebstechnik"),
                          .home = "/",
                          .links = links,
                          .link_count = COUNT(links),
                          .signed_in = true,
                          .company = S("Hallam & Pryce Ltd"),
                          .person = S("Maya Okafor"),
                          .contact_email = S("receivables@nordwind.example")};
    int64_t took[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(b->mem);
        int64_t began = cpu_ns();
        struct page page = {
            .text = {.mem = b->mem}, .lang = NULL, .form_token = S("token"), .form_key = S("key")};
        page_top(&page, &frame);
        page_invoices(&page, &v);
        page_bottom(&page, &frame);
        took[round] = cpu_ns() - began;
        arena_rewind(b->mem, mark);
    }
    return median(took, ROUNDS);
}

int64_t query_floor_ns(struct bench *b, const struct books *books, int64_t customer)
{
    const char *whose = str_printf(b->mem, "%lld", (long long)customer).at;
    const char *today = str_z(b->mem, date_text(b->mem, books->today));
    const struct step steps[] = {
        {"domain/access/sessions/session_by_hash", {"none"}, 1, {true}},
        {"domain/receivables/pages/item_page_open_by_due_one_up",
         {whose, "EUR", NULL, "0001-01-01", "9999-12-31", "", "0", "0", "0001-01-01", "", "0", "0",
          "51"},
         13,
         {false, true, false, true, true, true, false, false, true, true, false, false, false}},
        {"domain/receivables/receivables/item_counts",
         {whose, today, "100"},
         3,
         {false, true, false}},
        {"domain/receivables/pages/item_currency_open_one", {whose, ""}, 2, {false, true}},
        {"domain/receivables/pages/item_currency_open_one", {whose, "EUR"}, 2, {false, true}},
        {"domain/customers/customers/customer_parent_of_some", {whose}, 1, {false}},
        {"domain/company/company/entity_named", {NULL}, 0, {false}},
        {"domain/company/company/entity_rows", {NULL, NULL}, 2, {true, true}},
        {"domain/brand/brand/brand_row", {"1", "4000000000000000"}, 2, {false, false}},
    };
    return rendering_ns(b, books) + (b->engine[0]
                                         ? postgres_queries_ns(b, books, steps, COUNT(steps))
                                         : sqlite_queries_ns(books, steps, COUNT(steps)));
}
