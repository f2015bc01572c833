/* What the gateway pays out, matched line by line with the books.
 *
 * A payout is read from the gateway's settlement report, kept as it was said, and compared: every
 * charge must be a payment of ours in that amount, every refund one of ours, and the components
 * must sum: charges - refunds - fees = net. Only then it is posted (domain.md row 8, in the books
 * of each entity whose payments it holds):
 *
 *     1015 cash in transit   charges - refunds - fees
 *     6200 processing fees   fees
 *     1050 clearing                                   charges - refunds
 *
 * A line that is not booked here is asked about at once: so money that came late is found even if
 * no message ever said so. What does not agree in the end is listed for people with its components.
 */
#ifndef PAYMENTS_PAYOUTS_H
#define PAYMENTS_PAYOUTS_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/payments/payments.h"

struct store;

/* The daily job: reads the payouts of `day`, keeps the new ones and matches them. *answered is
 * false when the gateway did not answer, or has no settlement reports. Outside a transaction. */
bool payouts_read(struct op *op, struct store *store, const struct gateway_access *access, date day,
                  bool *answered) MUST_USE;
/* Matches one again, and posts it when it agrees; asks once more in an hour when it does not. */
bool payout_match(struct op *op, int64_t payout) MUST_USE;

enum payout_state { PAYOUT_ANNOUNCED = 1, PAYOUT_DIFFERS, PAYOUT_MATCHED, PAYOUT_ARRIVED };

struct payout_seen {
    int64_t id;
    str gateway, their_id;
    date day;
    money charges, refunds, fees, net;
    enum payout_state state;
    struct opt_date arrived;
    str bank_ref;
    int64_t lines, faults;
};
struct payouts_seen {
    struct payout_seen *at;
    ptrdiff_t count;
};
/* The newest first. */
bool payouts_list(struct op *op, int limit, struct payouts_seen *out) MUST_USE;
bool payout_get(struct op *op, int64_t id, struct payout_seen *out) MUST_USE;

/* The bank shows it: 1010 against 1015 (row 9; a negative payout the other way, row 49). Another
 * amount than its net is refused with the components; nothing is booked. */
bool payout_arrived(struct op *op, int64_t payout, money amount, date day, str bank_ref) MUST_USE;

#endif
