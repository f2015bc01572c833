/* A whole database as one file and back, for backups.
 *
 * The engines do it differently, and what is defended is their own means: SQLite's backup API makes
 * a copy that is the database at one moment; PostgreSQL's pg_dump reads one snapshot. Neither stops
 * anybody who writes. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/store.h"

/* The name by which another connection sees what this transaction sees; "" on SQLite. */
bool backup_snapshot(struct op *op, str *out) MUST_USE;

/* ---- SQLite ---- */

/* The database as it stands now, in a new file, readable by its owner alone. */
bool backup_copy(struct op *op, struct database *db, const char *path) MUST_USE;
/* Whether every page of the file is sound. ERR_INVALID on "backup" if not. */
bool backup_check(struct op *op, const char *path) MUST_USE;
/* Puts the file in the place of the database at `path`, in one step. Where a database is, that is
 * refused, or with `replace` it is put aside first: *aside says where, "" if there was none.
 * Refused while another process has it open. */
bool backup_put(struct op *op, const char *file, const char *path, bool replace,
                str *aside) MUST_USE;
/* Removes a file of SQLite's and what lies beside it. */
void backup_remove(struct arena *mem, const char *path);

/* ---- PostgreSQL ---- */

/* Where the database is, without the password, which travels in the environment. */
bool backup_address(struct op *op, struct database *db, str *address, str *password) MUST_USE;
/* Whether nothing is in it yet. */
bool backup_target_empty(struct op *op, struct database *db, bool *empty) MUST_USE;

#endif
