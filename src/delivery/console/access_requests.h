/* Requests for access that people made with an invoice in hand: what they gave, and the decision.
 */
#ifndef CONSOLE_ACCESS_REQUESTS_H
#define CONSOLE_ACCESS_REQUESTS_H

#include "delivery/console/parts.h"

extern const struct route console_access_requests_routes[];

struct access_request_view {
    str name, email;
    struct standing_words standing;
    struct facts facts;
    bool may_decide;
    struct question_list grant, refuse, problems;
    struct url grant_action, refuse_action;
    str words; /* why it was refused; may be empty */
    struct grid changes;
};
void page_access_request(struct page *p, const struct access_request_view *v);

#endif
