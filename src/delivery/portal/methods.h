#ifndef PORTAL_METHODS_H
#define PORTAL_METHODS_H

#include "delivery/portal/portal.h"

extern const struct route methods_routes[];

struct method_bank { /* of one of the sellers */
    str seller, payee, iban, bic, bank;
};
struct methods_view {
    bool cards;
    struct method_bank *banks;
    ptrdiff_t bank_count;
};

void page_methods(struct page *p, const struct methods_view *v);

#endif
