/* Invoices and credit notes of all customers: the list, and one with the books behind it. */
#ifndef CONSOLE_INVOICES_H
#define CONSOLE_INVOICES_H

#include "delivery/console/parts.h"

extern const struct route console_invoices_routes[];

struct document_view {
    bool credit;
    str number, customer;
    struct url customer_link, pdf;
    struct standing_words standing;
    money open, total, net, tax;
    struct grid lines, items, allocations, deductions, disputes, entries, changes;
    struct facts facts;
    str note;
};
void page_document(struct page *p, const struct document_view *v);

#endif
