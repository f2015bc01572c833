/* The audit trail: who did what to which thing, when, and what it changed. */
#ifndef CONSOLE_AUDIT_H
#define CONSOLE_AUDIT_H

#include "delivery/console/parts.h"

extern const struct route console_audit_routes[];

#endif
