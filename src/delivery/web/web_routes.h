/* The routes that every installation has: health, metrics, assets. */
#ifndef WEB_WEB_ROUTES_H
#define WEB_WEB_ROUTES_H

#include "delivery/web/web.h"

struct reply metrics_show(struct request *rq);
bool server_draining(const struct request *rq);

#endif
