/* The journal: what was posted in a range of days, the newest first. */
#ifndef REPORTS_JOURNAL_H
#define REPORTS_JOURNAL_H

#include "domain/ledger/ledger.h"

/* All lines of at most `limit` entries, those with ids below `below` (0: from the newest). The
 * lines of an entry stand together, in their order; *last is the last entry's id, 0 when no more
 * entries follow. */
bool journal_between(struct op *op, date from, date to, int64_t below, int limit,
                     struct entry_lines *out, int64_t *last) MUST_USE;

#endif
