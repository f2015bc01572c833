/* Handing a document on: a copy by mail, and a link for somebody who does not sign in. */
#ifndef PORTAL_SHARING_H
#define PORTAL_SHARING_H

#include "delivery/portal/portal.h"
#include "domain/documents/sharing.h"

extern const struct route sharing_routes[];

struct shared_view {
    bool over; /* run out, or taken back */
    str title, seller, lead;
    money total;
    struct url pdf;
};
void page_shared(struct page *p, const struct shared_view *v);

#endif
