/* Items by what people know of them: the beginning of a number, a PO, an order or a delivery, or an
 * amount. Found by indexes, so that it takes as long in ten years' books as in one's. A part of
 * receivables.h: nobody else asks for it. */
#ifndef RECEIVABLES_SOUGHT_H
#define RECEIVABLES_SOUGHT_H

#include "domain/receivables/receivables.h"

/* The page that the filter asks for. *complete is false when so many begin alike that not all were
 * looked at: then there may be more than was found. */
bool receivables_sought(struct op *op, const struct receivables_filter *filter,
                        struct receivables *out, bool *complete) MUST_USE;

#endif
