#ifndef PORTAL_PAYMENTS_H
#define PORTAL_PAYMENTS_H

#include "delivery/web/web.h"

extern const struct route payments_routes[];

#endif
