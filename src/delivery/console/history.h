/* What happened with a customer: the line of time on the customer's page and on one of its own, and
 * the notes of staff. */
#ifndef CONSOLE_HISTORY_H
#define CONSOLE_HISTORY_H

#include "delivery/console/parts.h"

extern const struct route console_history_routes[];

struct history_view {
    str title, crumb, done;
    struct url back, note, next;
    struct tab tabs[7];
    int tab_count;
    struct happenings happened;
    struct question_list questions; /* of a note */
    bool has_next, may_work;
};
/* The newest `limit`; the tabs and "Earlier" lead to the customer's history. */
bool history_load(struct request *rq, int64_t customer, str topic, str cursor, int limit,
                  struct history_view *v) MUST_USE;
void part_history(struct page *p, const struct history_view *v);
void page_history(struct page *p, const struct history_view *v);

#endif
