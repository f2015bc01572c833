/* Filters that somebody named: own ones and the team's, as tabs above a list. A filter is the query
 * of the list's address and nothing else, so it can be read, sent and typed.
 *
 * Whoever saved a filter changes and removes it; the team's, everybody of the team. */
#ifndef CONSOLE_FILTERS_H
#define CONSOLE_FILTERS_H

#include "delivery/console/console.h"

extern const struct route console_filters_routes[];

enum { SAVED_MAX = 40 };
struct saved_tab {
    str name;
    struct url link, edit; /* edit: of the one that is shown, when the visitor may */
    bool current, shared, may_edit;
};
struct saved_filters {
    str list, query; /* what is shown now, to be saved; no query: nothing to save */
    struct saved_tab *tabs;
    ptrdiff_t count;
    bool may_save, asked; /* asked: the list is filtered and not yet saved */
};
/* `shown`: the address of a list as it stands, "/console/invoices?show=open"; see `lists` in
 * filters.c for those whose filters can be saved. What is not filtered by has no value in it. */
bool saved_filters_load(struct request *rq, struct url shown, struct saved_filters *out) MUST_USE;
void part_saved_filters(struct page *p, const struct saved_filters *v);

#endif
