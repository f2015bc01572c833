/* The page a person sees instead of the one they asked for: what is wrong in one sentence, a
 * reference to tell us, and a way on. */
#ifndef WEB_ERROR_PAGE_H
#define WEB_ERROR_PAGE_H

#include "delivery/web/frame.h"

struct error_view {
    struct frame frame;
    const struct err *errs; /* newest first */
    str reference;
    bool mend;      /* it lies in what was entered */
    bool try_again; /* it may go better the next time */
};

void error_page(struct page *p, const struct error_view *v);

#endif
