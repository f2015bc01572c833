/* What a database engine must be able to do. Known to src/store and to tests only: everybody else
 * sees store.h, and nobody asks which engine it is. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/store.h"

struct database {
    const struct store_engine *engine;
    struct arena *mem;
    const char *where; /* a path, or a connection URL */
    void *shared;      /* the engine's own: who writes, and by what */
    _Atomic int64_t retries;
};

/* Counts calls down; the one that finds 0 fails. Set by tests only (test_every_failure). */
struct store_fault {
    ptrdiff_t calls_left;
    enum err_kind kind; /* 0: ERR_INTERNAL */
    bool hit;
};

struct store {
    struct database *db;
    struct arena *mem;
    void *conn;
    struct store_fault *fault; /* NULL: the normal case */
};

/* One transaction. It lives in the op's arena, and its clean-up is deferred there: when an arena is
 * full in the middle of the work, the database is released as well. */
struct tx {
    struct store *store;
    void *conn; /* where the statements go: the store's own, or the one that writes */
    enum tx_kind kind;
    bool open;    /* begun, and neither committed nor rolled back */
    bool lost;    /* a statement was told ERR_BUSY: only a new transaction can help */
    bool unknown; /* the connection broke during the commit: never run it again by itself */
};

struct store_engine {
    const char *name;
    bool (*open)(struct op *op, struct database *db);
    void (*close)(struct database *db);
    void (*count)(struct database *db, struct database_counts *out);
    bool (*connect)(struct op *op, struct store *store);
    void (*disconnect)(struct store *store);

    /* begin() sets tx->conn. end() commits when `good` and says whether that happened; else it
     * rolls back, and leaves the errors that say why alone, unless they may rest on what others
     * wrote and lost: then ERR_BUSY is in their place. abandon() ends a transaction whose work
     * never returned. */
    bool (*begin)(struct op *op, struct tx *tx);
    bool (*end)(struct op *op, struct tx *tx, bool good);
    void (*abandon)(struct tx *tx);

    bool (*run)(struct op *op, void *conn, const struct sql_query *q, const void *args,
                struct sql_rows *out);
    bool (*each)(struct op *op, struct tx *tx, const struct sql_query *q, const void *args,
                 bool (*row)(struct op *op, const void *row, void *arg), void *arg);
    bool (*script)(struct op *op, void *conn, const char *sql); /* several statements, no rows */
    bool (*prepare)(struct op *op, void *conn, const struct sql_query *q);
    /* Lets one process at a time change the schema; inside a transaction. */
    bool (*lock_schema)(struct op *op, void *conn);
    /* How another connection can see what this transaction sees; "" when there is no need. */
    bool (*snapshot)(struct op *op, void *conn, str *out);
};

extern const struct store_engine store_sqlite, store_postgres;

/* SQL as text inside the op's transaction: for migrations and tests. */
bool store_script(struct op *op, const char *sql) MUST_USE;
/* Compiles a statement without running it, inside the op's transaction. */
bool store_prepare(struct op *op, const struct sql_query *q) MUST_USE;
void store_fault_set(struct store *store, struct store_fault *fault);

/* All statements of the program, and the number of one of them. */
ptrdiff_t sql_query_count(void);
const struct sql_query *sql_query_at(ptrdiff_t number);
ptrdiff_t sql_query_number(const struct sql_query *q);

/* Refuses what one of the engines cannot keep: text that is not UTF-8 or holds a zero byte. */
bool store_text_check(struct op *op, const struct sql_field *field, str text) MUST_USE;
/* A value as both engines' drivers hand it over. `text` with at == NULL is NULL. */
bool store_date_set(const struct sql_field *column, str text, void *row);

#endif
