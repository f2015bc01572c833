/* What the receivables team of the demonstration did lately: short transfers applied by hand, the
 * deductions that this left, notes about calls, statements, reminders and invoices mailed.
 * Everything goes through the domain's own doors, as it would from the console. */
#ifndef CLI_DEMO_WORK_H
#define CLI_DEMO_WORK_H

#include "base/date.h"
#include "base/op.h"

struct app;

/* Inside of a transaction. Leaves the operation's clock and actor as they were. */
bool demo_work_make(struct op *op, const struct app *app, date today) MUST_USE;

#endif
