/* Refused rows: kept in memory while nothing is certain yet, and in the database. */
#ifndef EXCHANGE_REFUSALS_H
#define EXCHANGE_REFUSALS_H

#include "domain/exchange/import.h"

enum { REFUSALS_KEPT_MAX = 10000 }; /* in memory; what goes beyond is counted only */

struct refusals {
    struct arena *mem; /* its own; NULL: they go to the database at once */
    struct import_refusal *at;
    ptrdiff_t count;
};
void refusals_open(struct op *op, struct refusals *r);
void refusals_clear(struct op *op, struct refusals *r);
void refusals_close(struct refusals *r);
void refusals_keep(struct refusals *r, const struct import_refusal *refusal);

bool refusal_write(struct op *op, int64_t run, const struct import_refusal *refusal) MUST_USE;
bool refusal_last(struct op *op, int64_t run, int64_t *n) MUST_USE;

#endif
