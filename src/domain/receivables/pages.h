/* The rows of list statements as receivables. A part of receivables.h: nobody else asks for it. */
#ifndef RECEIVABLES_PAGES_H
#define RECEIVABLES_PAGES_H

#include "domain/receivables/pages_sql.h"
#include "domain/receivables/receivables.h"

bool receivables_of_rows(struct op *op, const struct item_page_row rows[], ptrdiff_t count,
                         date today, struct receivables *out) MUST_USE;

/* Below zero, zero or above zero, as `a` stands before or behind `b` in this order: by currency, by
 * the order's column, by age. */
int receivables_cmp(const struct receivable *a, const struct receivable *b,
                    enum receivables_order order);

#endif
