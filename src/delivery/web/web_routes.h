/* The routes that every installation has: health, metrics, assets, the API's description. */
#ifndef WEB_WEB_ROUTES_H
#define WEB_WEB_ROUTES_H

#include "delivery/web/web.h"

struct reply metrics_show(struct request *rq);
struct reply openapi_show(struct request *rq); /* of all routes below /api/v1 */
bool server_draining(const struct request *rq);

#endif
