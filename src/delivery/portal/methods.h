#ifndef PORTAL_METHODS_H
#define PORTAL_METHODS_H

#include "delivery/portal/portal.h"

extern const struct route methods_routes[];

struct method_bank { /* of one of the sellers */
    str seller, payee, iban, bic, bank;
};
struct method_card { /* a saved one */
    str label, expires, since, person;
    bool expired;
    struct url remove;
};
struct methods_view {
    bool cards, may_remove;
    struct method_card *saved;
    ptrdiff_t saved_count;
    struct method_bank *banks;
    ptrdiff_t bank_count;
};

void page_methods(struct page *p, const struct methods_view *v);

#endif
