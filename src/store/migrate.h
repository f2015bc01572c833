/* The schema: numbered files under store/schema, each run once, in order, in one transaction, with
 * its checksum kept. One text for both engines; words in braces stand for types that differ, and
 * `-- sqlite:` / `-- postgres:` / `-- both:` lines for the parts that must. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/store.h"

struct migration {
    int number;
    const char *name;
    str up, down;
};
extern const struct migration migrations[]; /* generated; ends with number 0 */

bool migrate_up(struct op *op, struct database *db, int *count) MUST_USE;
bool migrate_down(struct op *op, struct database *db, int to) MUST_USE;

struct migration_state {
    int number;
    str name;
    bool done, changed; /* changed: the file differs from what was run */
};
bool migrate_status(struct op *op, struct database *db, struct migration_state **out,
                    ptrdiff_t *count) MUST_USE;
/* Refuses to serve a database that is behind or ahead of this program. */
bool migrate_check(struct op *op, struct database *db) MUST_USE;

#endif
