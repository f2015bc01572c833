/* A decision on a deduction, taken back: what that means, and the deed. */
#ifndef CONSOLE_REOPEN_H
#define CONSOLE_REOPEN_H

#include "delivery/console/parts.h"

extern const struct route console_reopen_routes[];

#endif
