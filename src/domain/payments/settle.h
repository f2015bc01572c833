/* Inside the payments module: what its files share. */
#ifndef PAYMENTS_SETTLE_H
#define PAYMENTS_SETTLE_H

#include "base/clock.h"
#include "domain/payments/payments.h"

/* An open checkout that can be paid as it stands; otherwise the sentence of what is wrong. */
bool checkout_open(struct op *op, int64_t customer, int64_t id, date today,
                   struct checkout *out) MUST_USE;
/* Reserves every line, in the order of the items' ids. */
bool checkout_hold(struct op *op, const struct checkout *c) MUST_USE;
bool checkout_let_go(struct op *op, int64_t checkout) MUST_USE;
bool checkout_move(struct op *op, int64_t id, const char *from, const char *to,
                   int64_t entry) MUST_USE;

/* Which credit pays which debt, by the checkout's lines: credits first, then the money in
 * `payment_item` (0: none); debts by due date. What is no longer open is passed over. */
void checkout_pairs(struct op *op, const struct checkout *c, int64_t payment_item, money received,
                    struct allocate_pair **out, ptrdiff_t *count);
/* The shortfalls with a reason become deductions of their own (row 21). */
bool checkout_deduct(struct op *op, const struct checkout *c, int64_t payment, date day,
                     str idem) MUST_USE;

/* Longer than the longest time a charge or refund can be under way at the gateway; it begins anew
 * each time that it is sent. */
#define QUARANTINE_US (15 * MINUTE_US)
/* Shorter than any gateway remembers an idempotency key: afterwards the same charge or refund sent
 * again could be another one. */
#define RESEND_US (12 * HOUR_US)
enum { ABSENT_ANSWERS = 2 };
/* How long to wait before asking again about what is `age` old: soon at first, then as long between
 * as it took so far, at most an hour. */
int64_t ask_wait_us(int64_t age_us);

/* "submitting", "open" and "unknown": the gateway may still charge, or may have. */
bool attempt_is_live(str state);
/* Moves a payment from one of `from` (state names, NULL at the end) to `to`; *moved is false when
 * it stood elsewhere: somebody else was first. Writes the step; one that people were asked
 * about leaves the work list. */
bool payment_move(struct op *op, int64_t payment, const char *const from[], const char *to,
                  str note, bool *moved) MUST_USE;
/* Lets go of what the payment reserved, if it still does. */
bool payment_free(struct op *op, const struct payment *p) MUST_USE;

/* Books money that arrived (row 5, or bank against 1105), and opens its item on account. */
bool payment_book(struct op *op, const struct payment *p, const char *gl, date day,
                  int64_t *item) MUST_USE;
/* Money has arrived for a payment: books it, applies it as the payer chose, asks for the receipt.
 */
bool payment_arrived(struct op *op, const struct payment *p, const char *gl, date day) MUST_USE;

struct payment_new {
    int64_t entity, account, customer, checkout, person;
    money amount;
    money fee_asked, fee; /* no currency: none */
    const char *method, *state;
    str payer, bank_ref;
    struct opt_date value_date, begun_on; /* at least one; a payer began it on the seller's day */
    struct opt_i64 expires;
    bool reserved;
    str note;
};
bool payment_add(struct op *op, const struct payment_new *in, struct payment *out) MUST_USE;

#endif
