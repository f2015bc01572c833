/* The test gateway, as its merchant sees it: docs/test-gateway.md has the protocol. */
#ifndef GATEWAYS_TEST_GATEWAY_H
#define GATEWAYS_TEST_GATEWAY_H

#include "adapters/net/credentials.h"
#include "domain/payments/gateway.h"

extern const struct gateway gateway_test;

/* `address` is the service's base URL, without a slash at its end. */
const struct gateway_account *gateway_test_account(struct arena *mem, str address,
                                                   const struct credentials *credentials,
                                                   int deadline_ms);

#endif
