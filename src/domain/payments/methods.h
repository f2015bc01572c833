/* Saved cards. No card number is ever here: the gateway keeps the card and calls it by a token,
 * which is kept sealed and is worth nothing without the gateway's key. A card is saved when its
 * payer said so at the gateway's page, belongs to the customer, and can be removed at any time:
 * at once for us, and as soon as the gateway answers for the gateway. */
#ifndef PAYMENTS_METHODS_H
#define PAYMENTS_METHODS_H

#include "base/date.h"
#include "base/op.h"
#include "domain/payments/gateway.h"
#include "domain/payments/payments.h"

struct keys;
struct store;

struct method_in {
    int64_t customer, person; /* person 0: nobody is known */
    str gateway;              /* by name */
    struct saved_card card;
};
/* From a paid charge. The same token is kept once, and so is the same card of a customer: a further
 * token for it is given up at once, and the gateway told. *out is 0 when it was there already. */
bool method_add(struct op *op, const struct keys *keys, const struct method_in *in,
                int64_t *out) MUST_USE;

struct payment_method {
    int64_t id;
    enum card_funding funding;
    str gateway, card, person; /* person: who had it kept; empty: nobody is known */
    date expires;              /* the last day of its month */
    bool expired;
    instant created;
};
struct payment_methods {
    struct payment_method *at;
    ptrdiff_t count;
};
/* Those that are not removed, the newest first. */
bool methods_of(struct op *op, int64_t customer, date today, struct payment_methods *out) MUST_USE;
/* ERR_MISSING: not this customer's, or removed. ERR_INVALID: expired, or kept by a gateway that is
 * no longer in use. */
bool method_usable(struct op *op, int64_t customer, int64_t method, const char *gateway, date today,
                   enum card_funding *funding) MUST_USE;

/* From now on no payment begins with it; the job `method.forget` tells the gateway. One that was
 * removed before is fine. */
bool method_remove(struct op *op, int64_t customer, int64_t method) MUST_USE;
/* The job: has the gateway delete it, then wipes what we keep. False while the gateway does not
 * answer. Outside a transaction. */
bool method_forget(struct op *op, struct store *store, const struct gateway_access *access,
                   int64_t method) MUST_USE;

/* What the gateway calls it; empty once it was removed. Outside a transaction. */
bool method_token(struct op *op, struct store *store, const struct keys *keys, int64_t method,
                  str *out) MUST_USE;

#endif
