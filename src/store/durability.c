#include "store/durability.h"

#include "base/lang.h"
#include "store/durability_sql.h"

static const struct {
    const char *name, *words;
} risks[RISK_COUNT] = {
    [RISK_NO_SYNC] = {"sync",
                      N_("The database does not wait for its disk (fsync or full_page_writes is "
                         "off): a power cut can lose payments that were confirmed.")},
    [RISK_COMMIT_EARLY] = {"commit",
                           N_("The database confirms before it has written (synchronous_commit is "
                              "off): a crash can lose payments that were confirmed.")},
    [RISK_STANDBY_LAGS] = {"standby",
                           N_("The database does not wait for its standby (asynchronous "
                              "replication): if another server takes over, the last payments "
                              "that were confirmed can be lost.")},
};

bool durability_get(struct op *op, struct durability *out)
{
    struct durability_row_row row;
    if (!sql_durability_row(op, &row)) return false;
    bool off = str_eq(row.commits, S("off")), local = off || str_eq(row.commits, S("local"));
    *out = (struct durability){{
        [RISK_NO_SYNC] = !row.syncs || !row.pages,
        [RISK_COMMIT_EARLY] = off,
        [RISK_STANDBY_LAGS] = row.standbys > 0 && (local || !row.named),
    }};
    return true;
}

const char *durability_risk_name(enum durability_risk risk)
{
    return risks[risk].name;
}

const char *durability_risk_words(enum durability_risk risk)
{
    return risks[risk].words;
}
