/* The journal: found by days, account, customer, kind and amount; what each account moved; as CSV.
 * One entry's page is in books.h. */
#ifndef CONSOLE_JOURNAL_H
#define CONSOLE_JOURNAL_H

#include "delivery/console/parts.h"

extern const struct route console_journal_routes[];

#endif
