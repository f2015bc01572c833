/* Changes that customers ask for: what waits, and one beside what holds now, to accept or refuse.
 */
#ifndef CONSOLE_CHANGE_REQUESTS_H
#define CONSOLE_CHANGE_REQUESTS_H

#include "delivery/console/parts.h"

extern const struct route console_change_requests_routes[];

struct change_view {
    str title, under, done, words, wrong; /* words: as typed, or why it was refused */
    struct standing_words standing;
    struct grid compared; /* what holds now beside what is wanted */
    struct url customer, accept, refuse;
    str customer_name;
    bool may_answer;
};
void page_change(struct page *p, const struct change_view *v);

#endif
