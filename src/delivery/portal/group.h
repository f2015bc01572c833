/* What a whole group owes, for the people of a parent: one list over the company and those below
 * it, each item with the company that owes it. Paying is each company's own: from here one goes
 * over to it (domain.md rule 37). */
#ifndef PORTAL_GROUP_H
#define PORTAL_GROUP_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route group_routes[];

/* Whether there is anybody below this visitor's company. */
bool group_has(struct request *rq, bool *out) MUST_USE;

struct group_sum { /* of one company in one currency */
    str company, number;
    str id;     /* what goes over to it; empty: one is there, or may not */
    bool first; /* of its company */
    money open, overdue;
};
struct group_row {
    str number, company;
    struct url link;
    bool linked; /* it is the company one acts for */
    bool late;
    date due;
    struct standing_words standing;
    money open; /* credits below zero */
};
struct group_view {
    struct group_sum *sums;
    struct group_row *rows;
    ptrdiff_t sum_count, count;
    str search;
    bool has_next;
    struct url next, csv;
};
void page_group(struct page *p, const struct group_view *v);

#endif
