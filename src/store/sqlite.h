/* SQLite, in three files: statements and values (sqlite.c), what the lane writes by
 * (sqlite_lane.c), and how that reaches its files (sqlite_files.c).
 *
 * SQLite 3.7.0 to 3.51.2 - Debian 12 has 3.40.1 - can corrupt a database in WAL mode when one
 * connection writes or checkpoints while another one checkpoints and resets the WAL. So exactly
 * ONE connection in the world ever writes or checkpoints: it belongs to the lane, and a file lock
 * keeps other processes from having one. Readers never checkpoint, not even when they close. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/engine.h"
#include "store/lane.h"

#include <sqlite3.h>

/* What is said at the ends of every transaction: prepared once, like everything that is said often.
 */
enum sqlite_word {
    WORD_BEGIN,
    WORD_BEGIN_IMMEDIATE,
    WORD_SAVEPOINT,
    WORD_RELEASE,
    WORD_COMMIT,
    WORD_ROLLBACK,
    WORDS,
};

struct sqlite_conn {
    sqlite3 *db;
    bool warm; /* a reader has the size of its cache */
    sqlite3_stmt *words[WORDS];
    sqlite3_stmt **prepared; /* by sql_query_number(); NULL: not yet */
};

struct sqlite_conn *sqlite_conn_make(struct arena *mem);
/* `layer`: how it reaches its files (an sqlite3_vfs); NULL: as SQLite does. */
bool sqlite_conn_open(struct op *op, struct sqlite_conn *conn, const char *path, const char *layer,
                      bool writes) MUST_USE;
void sqlite_conn_close(struct sqlite_conn *conn);
bool sqlite_exec(struct op *op, struct sqlite_conn *conn, const char *sql) MUST_USE;
bool sqlite_say(struct op *op, struct sqlite_conn *conn, enum sqlite_word word) MUST_USE;
/* The same where nobody can be told: roll-backs. */
bool sqlite_say_quietly(struct sqlite_conn *conn, enum sqlite_word word);
bool sqlite_exec_quietly(struct sqlite_conn *conn, const char *sql);
/* Ends statements whose run was cut off, so that the transaction can end. */
void sqlite_reset_all(struct sqlite_conn *conn);

/* What an (extended) result code means for whoever asked. */
enum err_kind sqlite_err_kind(int code);

/* What the lane writes by: the one connection, and the lock file. */
struct sqlite_writer;
struct sqlite_writer *sqlite_writer_make(struct arena *mem, const char *path);
void sqlite_writer_close(struct sqlite_writer *w);
struct sqlite_conn *sqlite_writer_conn(struct sqlite_writer *w);
extern const struct lane_engine sqlite_lane;

#endif
