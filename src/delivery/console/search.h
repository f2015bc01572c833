/* The console's search: customers, documents, payments and people on one page. */
#ifndef CONSOLE_SEARCH_H
#define CONSOLE_SEARCH_H

#include "delivery/console/parts.h"

extern const struct route console_search_routes[];

struct search_view {
    str text, names[3];
    struct grid customers, items, payments, people;
    struct url all_customers, all_items, all_payments;
    bool asked, found;
};
void page_search(struct page *p, const struct search_view *v);

#endif
