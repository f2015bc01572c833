/* What an act of the audit trail changed, in words: each field that differs, what it was before and
 * what it is since. The trail keeps JSON; people read no JSON. */
#ifndef CONSOLE_DIFFERENCES_H
#define CONSOLE_DIFFERENCES_H

#include "delivery/console/parts.h"
#include "domain/audit/audit.h"

/* An empty cell when the act says nothing about fields. */
bool differences_of(struct request *rq, const struct audit_entry *a,
                    struct grid_cell *out) MUST_USE;

#endif
