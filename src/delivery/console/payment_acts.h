/* What people of the seller do with payments: record a transfer, say who paid, apply, take back,
 * book a return, refund. */
#ifndef CONSOLE_PAYMENT_ACTS_H
#define CONSOLE_PAYMENT_ACTS_H

#include "delivery/console/payments.h"

extern const struct route console_receive_routes[];
extern const struct route console_payment_acts_routes[];

#endif
