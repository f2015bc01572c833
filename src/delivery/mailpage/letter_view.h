/* A letter as its page needs it: with colours as text and addresses checked. */
#ifndef MAILPAGE_LETTER_VIEW_H
#define MAILPAGE_LETTER_VIEW_H

#include "delivery/web/html.h"
#include "domain/notices/letter.h"

struct letter_view {
    const struct letter *letter;
    str language, direction, colour;
    struct url link, choice_link;
    const str *footer;
    ptrdiff_t footer_count;
    const str *lead; /* its lines */
    ptrdiff_t lead_count;
    ptrdiff_t last_total; /* -1: there is none */
};

void letter_page(struct page *p, const struct letter_view *v);

#endif
