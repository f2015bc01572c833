/* PostgreSQL, in two files: statements and values (postgres.c), and what the lane writes by
 * (postgres_lane.c). */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include "store/engine.h"
#include "store/lane.h"

#include <libpq-fe.h>

struct pg_conn {
    PGconn *pg;     /* NULL: not yet */
    bool *prepared; /* by sql_query_number() */
    long long cursors;
    const char *also; /* settings of this one, after those of all; NULL: none */
};

struct pg_conn *pg_conn_make(struct arena *mem, const char *also);
/* Connects, or makes a lost connection anew. */
bool pg_conn_ready(struct op *op, struct pg_conn *conn, const char *url) MUST_USE;
void pg_conn_close(struct pg_conn *conn);
bool pg_say(struct op *op, struct pg_conn *conn, const char *sql) MUST_USE;
/* The same where nobody can be told. */
bool pg_say_quietly(struct pg_conn *conn, const char *sql);
void pg_commit(struct pg_conn *conn, struct lane_end *out);
void pg_rollback(struct pg_conn *conn);

/* What the lane writes by. */
struct pg_writer;
struct pg_writer *pg_writer_make(struct arena *mem, const char *url);
void pg_writer_close(struct pg_writer *w);
struct pg_conn *pg_writer_conn(struct pg_writer *w);
extern const struct lane_engine pg_lane;

#endif
