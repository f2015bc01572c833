/* The demonstration: a believable maker of drives and couplings, its customers, and half a year of
 * their invoices, credit notes and payments, dated so that today is a working day like any other.
 *
 * Everything follows from one seed and goes through the same doors as real business: documents are
 * issued, transfers received, payments made. Names, addresses and account numbers are invented. */
#ifndef CLI_DEMO_COMPANY_H
#define CLI_DEMO_COMPANY_H

#include "base/date.h"
#include "base/op.h"

struct demo_company {
    int64_t clerk_customer; /* the customer whose clerk signs in: Hallam & Pryce */
    int64_t clerk, staff;   /* persons */
};

/* In a transaction. Twice on the same database is refused by the numbers being taken. */
bool demo_company_make(struct op *op, date today, struct demo_company *out) MUST_USE;
/* Whether it is there already, and who its people are. */
bool demo_company_find(struct op *op, struct demo_company *out, bool *found) MUST_USE;

#endif
