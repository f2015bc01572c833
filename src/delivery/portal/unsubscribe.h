/* The way out of mails that may be ended: a page with one button for people, and the same address
 * for mail programs, which send one POST and read nothing (RFC 8058). */
#ifndef PORTAL_UNSUBSCRIBE_H
#define PORTAL_UNSUBSCRIBE_H

#include "delivery/portal/portal.h"

extern const struct route unsubscribe_routes[];

struct unsubscribe_view {
    str title, about, button;
    struct url act;
};
void page_unsubscribe(struct page *p, const struct unsubscribe_view *v);

#endif
