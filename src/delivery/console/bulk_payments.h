/* Acts over many payments, from their list: a page that says what will happen to each, then one
 * command; or their file. */
#ifndef CONSOLE_BULK_PAYMENTS_H
#define CONSOLE_BULK_PAYMENTS_H

#include "delivery/console/payments.h"

extern const struct route console_bulk_payments_routes[];

/* The bar below the list of payments, as it was asked for. NULL for those who may not work. */
const struct bulk_bar *payments_bar_of(struct request *rq, const struct payments_asked *asked);

#endif
