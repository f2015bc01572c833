/* The database. One interface, two engines; the SQL itself lives in .sql files beside the module
 * that owns the table, and tools/sqlgen turns each into typed C (see docs/store.md).
 *
 * `struct database` is opened once a process. `struct store` is one thread's door to it: its own
 * reading connection, its own prepared statements. On SQLite all writing goes through the one
 * writing connection of the database, and transactions that arrive together are committed
 * together: one fsync pays for many. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

/* C types: int64_t, str, date, bool, money. A text that is NULL has at == NULL; a text that is
 * bound with at == NULL becomes NULL. SQL_OPT_... are the structs below. SQL_MONEY stands for two
 * columns or parameters: the minor units, then the currency. SQL_BLOB is a str of bytes. */
enum sql_type {
    SQL_I64,
    SQL_TEXT,
    SQL_DATE,
    SQL_BOOL,
    SQL_MONEY,
    SQL_BLOB,
    SQL_OPT_I64,
    SQL_OPT_DATE,
    SQL_OPT_BOOL,
};

struct opt_i64 {
    bool some;
    int64_t value;
};
struct opt_date {
    bool some;
    date value;
};
struct opt_bool {
    bool some, value;
};
#define SOME_I64(v)  ((struct opt_i64){.some = true, .value = (v)})
#define SOME_DATE(v) ((struct opt_date){.some = true, .value = (v)})
#define SOME_BOOL(v) ((struct opt_bool){.some = true, .value = (v)})

struct sql_field {
    const char *name;
    enum sql_type type;
    ptrdiff_t offset; /* in the args or row struct */
};

/* One statement, as generated: $1 $2 ... for PostgreSQL, ?1 ?2 ... for SQLite.
 *
 * All of them lie side by side in a section of the program, so each has a number: a connection
 * keeps its prepared statements in an array, and a test can walk them all. The alignment keeps
 * the compiler from leaving gaps between them. */
struct sql_query {
    _Alignas(64) const char *name; /* "domain/receivables/items/open_items": for the log */
    const char *sqlite, *postgres;
    const struct sql_field *args, *columns;
    int n_args, n_columns;
    ptrdiff_t row_size, row_align;
};

#define SQL_QUERY __attribute__((section("sql_queries"), used))

struct sql_rows {
    void *at;
    ptrdiff_t count;
};

/* TX_READ:  sees one moment, changes nothing, waits for nobody: every GET.
 * TX_WRITE: as if alone in the world; may be told ERR_BUSY and run again: every POST and job.
 * TX_QUEUE: takes one row that others want too; never used for money. */
enum tx_kind { TX_READ, TX_WRITE, TX_QUEUE };

struct database;
struct store;

/* `url` is "sqlite:PATH" or "postgresql://…". Creates an SQLite file that is not there. Only one
 * process at a time may write to an SQLite file; a second is told so at its first write. */
bool database_open(struct op *op, str url, struct database **out) MUST_USE;
void database_close(struct database *db);
const char *database_engine(const struct database *db); /* "sqlite", "postgres": for the log */

/* Since it was opened. The first three are of SQLite's writing lane; elsewhere they are 0. */
struct database_counts {
    int64_t commits, writes; /* writes / commits: how many share one fsync */
    int64_t wait_us;         /* waited for a turn to write, all together */
    int64_t retries;         /* transactions that met another one and were run again */
};
void database_counts(struct database *db, struct database_counts *out);

bool store_open(struct op *op, struct database *db, struct store **out) MUST_USE;
void store_close(struct store *store);

/* Runs `work` in one transaction: commits when it returns true, rolls back otherwise. A busy
 * database is tried again with the arena rewound, so `work` must change nothing but the store and
 * what `arg` points to, and must set all of the latter anew each time. Returns only after the
 * commit is durable. When the arena is full in the middle of the work, rewinding it rolls back and
 * lets go of the database; the op is not to be used again. */
bool store_transact(struct op *op, struct store *store, enum tx_kind kind,
                    bool (*work)(struct op *op, void *arg), void *arg) MUST_USE;

/* One statement inside the op's transaction. Called by generated code only. */
bool store_run(struct op *op, const struct sql_query *q, const void *args,
               struct sql_rows *out) MUST_USE;
/* Row by row, the arena rewound after each: for results of any size. */
bool store_each(struct op *op, const struct sql_query *q, const void *args,
                bool (*row)(struct op *op, const void *row, void *arg), void *arg) MUST_USE;

/* A savepoint inside the op's transaction: when `work` fails, what it wrote is undone, its errors
 * stay in op->errs for the caller to record, and the transaction goes on. For batches that keep
 * the good rows. */
bool store_attempt(struct op *op, bool (*work)(struct op *op, void *arg), void *arg) MUST_USE;

#endif
