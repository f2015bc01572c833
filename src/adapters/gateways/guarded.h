/* A gateway around a gateway that leaves it alone while it does not answer, so that nobody waits.
 *
 * After a few calls in a row without an answer the circuit is open: calls are not made, and count
 * as never sent (payments/gateway.h), which leaves nobody in doubt. Every ten seconds one is let
 * through; when it is answered, all go through again, and what waited can be asked about at once.
 * One per process: each finds out for itself. Any number of threads may call. */
#ifndef GATEWAYS_GUARDED_H
#define GATEWAYS_GUARDED_H

#include "domain/payments/gateway.h"

#include <stdatomic.h>

struct gateway_guard {
    _Atomic int failures;       /* in a row */
    _Atomic int64_t open_until; /* nobody calls before; 0: all may */
    atomic_bool recovered;      /* it answers again, and nobody has asked about what waited yet */
};

/* Wraps the two in place. All of it lives in `mem`. */
struct gateway_guard *gateway_guard(struct arena *mem, const struct gateway **gateway,
                                    const struct gateway_account **account);

#endif
