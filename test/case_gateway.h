/* A gateway that always pays, gives back, and pays out what it is told: for the ledger's cases. */
#ifndef TEST_CASE_GATEWAY_H
#define TEST_CASE_GATEWAY_H

#include "domain/payments/gateway.h"

struct gateway_account {
    enum card_funding funding;
    struct payouts report;
};

extern const struct gateway case_gateway; /* called "case" */

#endif
