/* The schema: numbered files under store/schema, each run once, in order, in one transaction, with
 * its checksum kept.
 *
 * One text for both engines; words in braces stand for types that differ, and `-- sqlite:`,
 * `-- postgres:` and `-- both:` lines for the parts that must. tools/schemagen takes the files
 * apart when the program is built. docs/store.md says how to write one. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/store.h"

struct migration_text {
    const char *up, *down; /* down is "" when there is no way back */
};

struct migration {
    int number;
    const char *name;
    int64_t checksum; /* of the file as it was written */
    struct migration_text sqlite, postgres;
};
extern const struct migration migrations[]; /* generated; in order; ends with number 0 */

/* Brings the database up to this program. `count`: how many migrations were run. */
bool migrate_up(struct op *op, struct database *db, int *count) MUST_USE;
/* Takes back all migrations with a number above `to`, newest first. */
bool migrate_down(struct op *op, struct database *db, int to) MUST_USE;

struct migration_state {
    int number;
    str name;
    bool done, changed; /* changed: the file differs from what was run */
    bool unknown;       /* run by a newer program; this one does not have it */
};
/* All that this program or the database knows of, by number. */
bool migrate_status(struct op *op, struct database *db, struct migration_state **out,
                    ptrdiff_t *count) MUST_USE;
/* Refuses to serve a database that is behind or ahead of this program. */
bool migrate_check(struct op *op, struct database *db) MUST_USE;

#endif
