/* Staff looking at the portal as a customer sees it: to help on the telephone. They read only, a
 * banner says so on every page, and the audit trail keeps who looked and when. */
#ifndef PORTAL_VIEW_AS_H
#define PORTAL_VIEW_AS_H

#include "delivery/web/web.h"

extern const struct route view_as_routes[];

#endif
