/* What the gateway paid out: the list, and that the bank shows it. */
#ifndef CONSOLE_PAYOUTS_H
#define CONSOLE_PAYOUTS_H

#include "delivery/console/parts.h"

extern const struct route console_payouts_routes[];

#endif
