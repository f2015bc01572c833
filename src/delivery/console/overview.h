/* The first page of the console: where the company stands, and what waits for a person. */
#ifndef CONSOLE_OVERVIEW_H
#define CONSOLE_OVERVIEW_H

#include "delivery/console/parts.h"

extern const struct route console_overview_routes[];

struct attention {
    str what, about, shape;
    struct url link;
    int64_t count;
};
struct overview_view {
    str title, under;
    struct grid money, customers;
    struct attention todo[8];
    int todo_count;
    bool may_work;
};
void page_overview(struct page *p, const struct overview_view *v);

#endif
