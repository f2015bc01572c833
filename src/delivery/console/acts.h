/* Acts over many disputes, deductions or customers of a list: a page that says what will happen,
 * then one command. */
#ifndef CONSOLE_ACTS_H
#define CONSOLE_ACTS_H

#include "delivery/console/parts.h"
#include "domain/work/bulk_acts.h"

extern const struct route console_acts_routes[];

/* The bar below a list, which was asked for so. NULL for those who may not work. */
struct act_list {
    enum act_over over;
    str show, reason, search;
    int64_t customer, of; /* of: the colleague whose they are */
};
const struct bulk_bar *act_bar_of(struct request *rq, const struct act_list *list);

#endif
