/* The head of every request: its route, who may be asking, in which language, and which day it is.
 * web_handle() begins with it; the worker calls it for requests that never get that far. */
#ifndef WEB_EDGE_H
#define WEB_EDGE_H

#include "delivery/web/web.h"

void request_begin(struct request *rq, const struct route *route);

#endif
