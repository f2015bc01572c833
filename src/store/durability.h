/* Whether what the database calls committed can be lost all the same, by its own settings: on
 * PostgreSQL somebody may have traded that for speed, or have a standby that lags behind. SQLite's
 * settings are ours and right. We do not refuse to run: who runs the server decides, and is told.
 */
#ifndef STORE_DURABILITY_H
#define STORE_DURABILITY_H

#include "base/op.h"
#include "base/str.h"

enum durability_risk {
    RISK_NO_SYNC,      /* fsync or full_page_writes is off */
    RISK_COMMIT_EARLY, /* synchronous_commit is off */
    RISK_STANDBY_LAGS, /* there is a standby, and commits do not wait for any */
    RISK_COUNT
};

struct durability {
    bool risk[RISK_COUNT];
};

/* In a transaction. */
bool durability_get(struct op *op, struct durability *out) MUST_USE;

const char *durability_risk_name(enum durability_risk risk);  /* "sync", "commit", "standby" */
const char *durability_risk_words(enum durability_risk risk); /* one sentence, in English */

#endif
