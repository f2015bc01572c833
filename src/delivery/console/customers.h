/* Customers in the console: the list, a new one, and the form that changes one. */
#ifndef CONSOLE_CUSTOMERS_H
#define CONSOLE_CUSTOMERS_H

#include "delivery/console/parts.h"
#include "domain/customers/customers.h"

extern const struct route console_customers_routes[];

/* Which of them the list shows: the choices of its input `show`. */
extern const char *const customer_shows[]; /* "all", "mine", "unowned", "held" */
/* `owner`: of one colleague's, whatever `show` says; 0: not asked for. */
struct customers_filter customers_asked(const struct request *rq, str show, str search,
                                        int64_t owner);

#endif
