/* A fresh, migrated database for a test - on SQLite and on PostgreSQL, with one text:
 *
 *     ENGINES_SENTENCE(a_payment_is_posted_once)
 *     {
 *         struct op op = fixture_op(f);
 *         CHECK(store_transact(&op, f->store, TX_WRITE, work, &arg), "%s", fixture_why(&op));
 *     }
 *     TESTS(ENGINES_TEST(a_payment_is_posted_once))
 *
 * SQLite files lie under build/tmp. PostgreSQL is the server in $QUITTANCE_TEST_POSTGRES (see
 * scripts/test-postgres.sh); where that is not set, its half of the tests is skipped. */
#ifndef TEST_FIXTURE_H
#define TEST_FIXTURE_H

#include "test.h"

#include "store/store.h"

enum fixture_engine { FIXTURE_SQLITE, FIXTURE_POSTGRES };

#define FIXTURE_NOW INT64_C(1780000000000000) /* 2026-05-28T20:26:40Z */

struct fixture {
    struct arena *mem;
    enum fixture_engine engine;
    struct database *db;
    struct store *store;
    instant now;          /* FIXTURE_NOW until a test moves it */
    str url;              /* to open the same database once more */
    struct sqlite3 *eyes; /* what looks at all rows */
    struct pg_conn *pg_eyes;
};

/* NULL: there is no such server here. All is closed and deleted with the arena. */
struct fixture *fixture_open(struct arena *mem, enum fixture_engine engine);
/* The same, but empty: no migration has run. */
struct fixture *fixture_open_empty(struct arena *mem, enum fixture_engine engine);

struct op fixture_op(const struct fixture *f);
/* One more door to the database, for another thread. Closed with the arena. */
struct store *fixture_store(struct fixture *f);
/* One as another process has it, which on PostgreSQL can write as well. */
struct store *fixture_outsider(struct fixture *f);
/* Runs the work in a transaction of its own, which must succeed. */
void fixture_do(struct fixture *f, bool (*work)(struct op *op, void *arg), void *arg);
/* SQL as it stands, for what only a test does: a table of its own, a deed of an attacker. */
void fixture_sql(struct fixture *f, const char *sql);
/* The same, and whether the database took it. */
bool fixture_sql_try(struct fixture *f, const char *sql);
/* Everything an op has against it, in one line. */
const char *fixture_why(const struct op *op);
/* Runs what must be refused, and leave nothing behind; returns the sentence that refused it. */
const char *fixture_refused(struct fixture *f, bool (*work)(struct op *op, void *arg), void *arg);
/* All rows of all tables in one hash: equal before and after means that nothing was written. */
str fixture_digest(struct fixture *f);
/* Whether any value of any row of any table holds the text. */
bool fixture_holds(struct fixture *f, str text);

/* The allocation to fail after the n-th: some of them, or each with QUITTANCE_EVERY_ALLOCATION. */
ptrdiff_t test_next_allocation(ptrdiff_t n);

/* Runs the operation with its first, second, ... n-th call to the database made to fail, until none
 * is; before that with its memory failing in the same way, rolled back each time. After each
 * failure there must be a reason, and the database must be as it was before. `invariant`, if any,
 * is called after each try, and is told whether the operation succeeded. Returns how many calls the
 * operation makes. */
ptrdiff_t test_every_failure(struct fixture *f, bool (*operation)(struct op *op, void *arg),
                             void *arg, void (*invariant)(struct fixture *f, bool done, void *arg));
/* The same for operations that open their own transactions (jobs, handlers that talk); those may
 * leave what they committed, so only the invariant judges. */
ptrdiff_t
test_every_failure_outside(struct fixture *f,
                           bool (*operation)(struct op *op, struct store *store, void *arg),
                           void *arg, void (*invariant)(struct fixture *f, bool done, void *arg));

void test_on_engine(void **state, enum fixture_engine engine, void (*run)(struct fixture *f));

/* clang-format off */
#define ENGINES_SENTENCE(name)                                                                     \
    static void name(struct fixture *f);                                                           \
    static void test_sqlite_##name(void **state)                                                   \
    {                                                                                              \
        test_on_engine(state, FIXTURE_SQLITE, name);                                               \
    }                                                                                              \
    static void test_postgres_##name(void **state)                                                 \
    {                                                                                              \
        test_on_engine(state, FIXTURE_POSTGRES, name);                                             \
    }                                                                                              \
    static void name(struct fixture *f)

#define ENGINES_TEST(name)                                                                         \
    cmocka_unit_test_setup_teardown(test_sqlite_##name, test_arena_open, test_arena_close),        \
    cmocka_unit_test_setup_teardown(test_postgres_##name, test_arena_open, test_arena_close)
/* clang-format on */

#endif
