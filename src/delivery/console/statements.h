/* Statements of one customer: those issued, one now, and one each month. */
#ifndef CONSOLE_STATEMENTS_H
#define CONSOLE_STATEMENTS_H

#include "delivery/console/parts.h"

extern const struct route console_statements_routes[];

struct customer_statements_view {
    str name, done, hold; /* hold: why nothing is mailed now; empty: it is */
    struct url customer, action, monthly;
    struct grid grid;
    struct question_list now, month;
    bool may_work;
};
void page_customer_statements(struct page *p, const struct customer_statements_view *v);

#endif
