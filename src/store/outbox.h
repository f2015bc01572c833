/* "Do this after the commit": the domain's only way to cause work.
 *
 * A request for work is a row written in the same transaction as its cause; delivery/jobs leases
 * such rows and runs them. Unique by kind and subject: asked twice before it ran is asked once, at
 * the earlier of the two times. Asked for while it runs, it runs again; parked, it has a new
 * chance. */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "base/op.h"

bool outbox_add(struct op *op, const char *kind, int64_t subject) MUST_USE;
bool outbox_add_at(struct op *op, const char *kind, int64_t subject, instant due) MUST_USE;

#endif
