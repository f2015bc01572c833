/* The test gateway's API for its merchant: JSON, a bearer key, and faults on demand. */
#ifndef GATEWAY_API_H
#define GATEWAY_API_H

#include "delivery/web/web.h"

extern const struct route gateway_api_routes[];

#endif
