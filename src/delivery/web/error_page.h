/* The page a person sees instead of the one they asked for: what is wrong in one sentence, a
 * reference to tell us, and a way on. */
#ifndef WEB_ERROR_PAGE_H
#define WEB_ERROR_PAGE_H

#include "delivery/web/web.h"

struct page error_page(struct request *rq, int status, const struct err *errs);

#endif
