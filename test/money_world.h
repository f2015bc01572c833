/* One seller and one customer with invoices, for the tests that try to charge somebody twice. */
#ifndef TEST_MONEY_WORLD_H
#define TEST_MONEY_WORLD_H

#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "gateway_bench.h"
#include "store/store.h"

struct money_world {
    int64_t entity, customer;
    date today;
};

/* All of these run inside a transaction. */
bool money_world_make(struct op *op, struct money_world *out) MUST_USE;
bool money_world_invoice(struct op *op, const struct money_world *w, int64_t minor,
                         int64_t *item) MUST_USE;
/* A checkout of these items, ready to be paid. */
bool money_world_checkout(struct op *op, const struct money_world *w, const int64_t items[],
                          ptrdiff_t count, int64_t *checkout) MUST_USE;

/* Announces a transfer for these lines: of which items, and how much, with which reason for the
 * rest; an empty amount is all that is open. */
bool money_world_announce(struct op *op, const struct money_world *w,
                          const struct checkout_edit lines[], ptrdiff_t count,
                          struct payment *out) MUST_USE;
/* Opens a deduction of an item: of_item, amount and reason are given, note and payment may be;
 * whose it is and when it falls due is the item's. */
bool money_world_deduct(struct op *op, const struct money_world *w, struct deduction_new less,
                        struct deduction_case *out) MUST_USE;

/* What the books say, once everything is quiet. */
struct money_books {
    struct payment payments[64];
    struct payment_attempt attempts[64]; /* of all payments */
    ptrdiff_t payment_count, attempt_count;
    int64_t succeeded_minor; /* of card payments */
};
bool money_world_books(struct op *op, struct money_books *out) MUST_USE;

/* The rule of all rules: what the gateway took is what the books say, no invoice was paid by two
 * charges, and the books verify. */
void money_world_check(struct store *store, struct gateway_bench *bench, const char *when);

#endif
