/* Money that waits to be applied: of known customers, and receipts whose payer is not known. */
#ifndef CONSOLE_UNAPPLIED_H
#define CONSOLE_UNAPPLIED_H

#include "delivery/console/parts.h"

extern const struct route console_unapplied_routes[];

#endif
