/* A card gateway within the test: it has its own books of charges, and is silent or deaf when told.
 */
#ifndef TEST_FLOW_GATEWAY_H
#define TEST_FLOW_GATEWAY_H

#include "domain/payments/gateway.h"

enum { FLOW_CHARGES = 32 };

struct gateway_account {
    struct arena *mem;
    struct flow_charge {
        str our_id, return_url;
        money amount, refunded, credit_fee;
        enum charge_state state;
        enum decline_class decline;
        bool debit; /* a debit card: no surcharge; otherwise a credit card */
        bool kept;  /* the payer had the card kept: its token is "kept" and our id */
    } charges[FLOW_CHARGES];
    int count;
    bool silent;           /* does what it is asked, and answers nothing */
    bool deaf;             /* hears nothing and answers nothing */
    int events, forgotten; /* cards that it kept, and was told to delete */
};

extern const struct gateway flow_gateway;

#endif
