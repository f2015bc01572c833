/* What stands before a handler: who may, and is this form ours. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "delivery/web/web.h"

/* True: go on. False: *out says why not. */
bool guard_visitor(struct request *rq, struct reply *out) MUST_USE;
bool guard_permission(struct request *rq, struct reply *out) MUST_USE;
bool guard_form(struct request *rq, struct reply *out) MUST_USE; /* after form_read() */

#endif
