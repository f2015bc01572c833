/* A gateway around a gateway that counts what is asked and what comes back, for the metrics. */
#ifndef GATEWAYS_COUNTED_H
#define GATEWAYS_COUNTED_H

#include "domain/payments/gateway.h"

#include <stdatomic.h>

enum gateway_call { CALL_CHARGE, CALL_ASK, CALL_CANCEL, CALL_REFUND, CALL_FORGET };
enum { GATEWAY_CALLS = 5, GATEWAY_RESULTS = 7 };

/* Results by enum charge_state; place 0 is a call that we made wrongly. */
struct gateway_counts {
    _Atomic int64_t calls[GATEWAY_CALLS][GATEWAY_RESULTS];
    _Atomic int64_t took_us[GATEWAY_CALLS];
};
const char *gateway_call_name(enum gateway_call call);
const char *gateway_result_name(int result);

/* Wraps the two in place. All of it lives in `mem`. */
struct gateway_counts *gateway_count(struct arena *mem, const struct gateway **gateway,
                                     const struct gateway_account **account);

#endif
