/* Who looks after a customer, and the hold on its reminders: what its page says, and the forms. */
#ifndef CONSOLE_CARE_H
#define CONSOLE_CARE_H

#include "delivery/console/cases.h"
#include "domain/customers/care.h"

extern const struct route console_care_routes[];

/* "On hold until 30 Nov 2026", "On hold"; empty when it is not. */
str hold_words(struct request *rq, bool on, struct opt_date until);
/* The same of a customer, with the reason and what follows from it, for a page that would send
 * something; empty when nothing is on hold. */
bool hold_note(struct request *rq, int64_t customer, str *out) MUST_USE;

struct care_view {
    str hold, reason, put; /* hold: empty: nothing is on hold; put: by whom, and when */
    struct url ask, lift;
    struct owner_form owner;
    str owner_name;
    bool may_work;
};
/* The questions of a hold: `until` and `reason`. */
void ask_hold(struct request *rq, struct question_list *list, struct opt_date until, str reason);
bool care_load(struct request *rq, int64_t customer, struct care_view *v) MUST_USE;
void part_care(struct page *p, const struct care_view *v);

#endif
