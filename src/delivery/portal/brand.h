/* The seller's look on pages: its colour by a stylesheet, its logo by an address that names the
 * picture's hash, so that browsers keep both for ever. */
#ifndef PORTAL_BRAND_H
#define PORTAL_BRAND_H

#include "delivery/web/frame.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/notices/letter.h"

extern const struct route brand_routes[];

/* Gives a frame the entity's colour and logo. */
bool brand_frame(struct request *rq, const struct entity *seller, struct frame *out) MUST_USE;
/* Gives a letter the same. */
bool brand_dress(struct op *op, int64_t entity, struct letter *out) MUST_USE;
/* "/brand/logo/HASH.svg"; empty: there is no logo. */
str brand_logo_path(struct arena *mem, const struct brand *brand);

#endif
