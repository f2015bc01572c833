/* The gateways that ship, chosen by one setting: QUITTANCE_GATEWAY=NAME:ADDRESS.
 *
 *     QUITTANCE_GATEWAY=test:http://127.0.0.1:8090     the test gateway, see docs/test-gateway.md
 *
 * The secrets stand in a file beside it: QUITTANCE_GATEWAY_KEYFILE (see net/credentials.h). */
#ifndef GATEWAYS_GATEWAYS_H
#define GATEWAYS_GATEWAYS_H

#include "domain/payments/gateway.h"

struct gateway_setting {
    str gateway; /* "test:http://127.0.0.1:8090"; empty: none is set up */
    const char *key_file;
    int deadline_ms; /* of one call; 0: 10 s */
};
struct gateway_setup {
    const struct gateway *gateway;         /* NULL: none is set up */
    const struct gateway_account *account; /* in op->mem, which must live as long */
};

/* Reads the setting and the file; talks to nobody. */
bool gateways_open(struct op *op, const struct gateway_setting *setting,
                   struct gateway_setup *out) MUST_USE;

#endif
