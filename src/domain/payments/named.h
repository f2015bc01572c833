/* What a payer's text on a transfer names: announced payments of ours, and invoices. */
#ifndef PAYMENTS_NAMED_H
#define PAYMENTS_NAMED_H

#include "domain/payments/payments.h"

enum { NAMED_MAX = 20 };

struct named {
    struct payment takers[NAMED_MAX]; /* announced, and still without their money */
    ptrdiff_t taker_count;
    int64_t documents[NAMED_MAX]; /* invoices, each once */
    ptrdiff_t document_count;
    int64_t customer; /* who announced one of ours, also one that has its money; 0: nobody */
};

/* Our references are found wherever they stand in the text, also in groups of four. Where there is
 * none, the invoices that are named find the announcement that reserves them: if there is only one,
 * and either the amount is the announced one or all that it pays is named. */
bool named_find(struct op *op, const struct receipt_in *in, struct named *out) MUST_USE;

#endif
