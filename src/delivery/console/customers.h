/* Customers in the console: the list, a new one, and the form that changes one. */
#ifndef CONSOLE_CUSTOMERS_H
#define CONSOLE_CUSTOMERS_H

#include "delivery/console/parts.h"
#include "domain/customers/customers.h"

extern const struct route console_customers_routes[];

#endif
