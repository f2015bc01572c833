#include "store/postgres.h"

#include "base/arena.h"

/* Serializable transactions that run beside each other are told to begin again for no more than
 * having read the same page of an index, as payers do whose rows are the newest: of 64 at the same
 * time most were, and all together were slower than one after the other. So those of this process
 * take turns, and a group of them is one transaction with one sync. It can still meet another
 * process's; that is what serializable is for. */
enum { GROUP_MAX = 32 }; /* PostgreSQL keeps 64 savepoints at hand, and a work may have its own */

/* A plan is kept as long as the connection, and one that was made while a table was small reads all
 * of it, also when it has grown; the checks of foreign keys too. So what writes looks rows up by an
 * index wherever there is one. Where there is none the cost that this pretends would have the plan
 * compiled first, which takes longer than to run it. */
static const char looks_up[] = "set enable_seqscan = off; set jit = off";

struct pg_writer {
    struct pg_conn *conn;
    const char *url;
};

struct pg_writer *pg_writer_make(struct arena *mem, const char *url)
{
    struct pg_writer *w = arena_new(mem, struct pg_writer);
    *w = (struct pg_writer){.conn = pg_conn_make(mem, looks_up), .url = url};
    return w;
}

void pg_writer_close(struct pg_writer *w)
{
    pg_conn_close(w->conn);
}

struct pg_conn *pg_writer_conn(struct pg_writer *w)
{
    return w->conn;
}

static bool ready(struct op *op, void *writer)
{
    struct pg_writer *w = writer;
    return pg_conn_ready(op, w->conn, w->url);
}

static bool begin(struct op *op, void *writer)
{
    struct pg_writer *w = writer;
    return ready(op, w) && pg_say(op, w->conn, "begin isolation level serializable");
}

static bool work_begin(struct op *op, void *writer)
{
    struct pg_writer *w = writer;
    return pg_say(op, w->conn, "savepoint work");
}

/* What is checked at the end of a transaction is checked at the end of each work: one that breaks a
 * rule must not undo the others. */
static bool work_end(struct op *op, void *writer)
{
    struct pg_writer *w = writer;
    return pg_say(op, w->conn,
                  "set constraints all immediate; set constraints all deferred; release work");
}

static bool work_undo(void *writer)
{
    struct pg_writer *w = writer;
    return pg_say_quietly(w->conn, "rollback to work; release work");
}

/* Whoever met another process did so for the whole group: it sees one moment, and that is over. */
static bool lost(void *writer, const struct err *why)
{
    struct pg_writer *w = writer;
    PGTransactionStatusType status = PQtransactionStatus(w->conn->pg);
    bool open = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    return !open || (why && why->kind == ERR_BUSY);
}

static void rollback(void *writer, enum err_kind why)
{
    struct pg_writer *w = writer;
    (void)why;
    pg_rollback(w->conn);
}

static void commit(void *writer, struct lane_end *out)
{
    struct pg_writer *w = writer;
    pg_commit(w->conn, out);
}

const struct lane_engine pg_lane = {
    .ready = ready,
    .begin = begin,
    .work_begin = work_begin,
    .work_end = work_end,
    .work_undo = work_undo,
    .lost = lost,
    .commit = commit,
    .rollback = rollback,
    .group_max = GROUP_MAX,
    .shared = true,
};
