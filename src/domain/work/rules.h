/* How the receivables team of an entity works: what waits too long, and who may write off how
 * much. Amounts are minor units of whatever currency an item is in, like the tolerance. */
#ifndef WORK_RULES_H
#define WORK_RULES_H

#include "base/op.h"
#include "base/str.h"

struct work_rules {
    int64_t entity;
    int64_t unapplied_days;    /* money to apply is late after so many days */
    int64_t clerk_off_minor;   /* of one item: up to this a clerk writes off */
    int64_t manager_off_minor; /* … and a manager up to this; beyond it nobody does by hand */
    bool discount_reduces_tax; /* row 24 (Germany, UK); otherwise row 25 */
};
/* Those that were set, else what most use: 7 days, the entity's tolerance, 50.00, with tax. */
bool work_rules_get(struct op *op, int64_t entity, struct work_rules *out) MUST_USE;
bool work_rules_set(struct op *op, const struct work_rules *in) MUST_USE;

#endif
