/* Acts over many deductions or disputes of a list: a page that says what will happen, then one
 * command. */
#ifndef CONSOLE_CASE_ACTS_H
#define CONSOLE_CASE_ACTS_H

#include "delivery/console/parts.h"

extern const struct route console_case_acts_routes[];

/* The bar below a list of cases, which was asked for so. NULL for those who may not work. */
struct case_list {
    bool disputes; /* else deductions */
    str show, reason;
    int64_t customer;
};
const struct bulk_bar *case_bar_of(struct request *rq, const struct case_list *list);

#endif
