/* The demonstration's own page: whom to be, what to try, and how to begin anew. Only in the
 * demonstration. */
#ifndef PORTAL_DEMO_H
#define PORTAL_DEMO_H

#include "delivery/portal/portal.h"

extern const struct route demo_routes[];

struct demo_view {
    const struct demo_who {
        str id; /* of the person */
        str name, of, role;
    } * people;
    ptrdiff_t count;
    bool resettable;
};
void page_demo(struct page *p, const struct demo_view *v);
void page_demo_anew(struct page *p);

#endif
