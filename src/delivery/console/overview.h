/* The first page of the console: where the company stands, and what waits for a person. */
#ifndef CONSOLE_OVERVIEW_H
#define CONSOLE_OVERVIEW_H

#include "delivery/console/parts.h"
#include "domain/reports/ageing.h"
#include "store/durability.h"

extern const struct route console_overview_routes[];

struct attention {
    str what, about, shape;
    struct url link;
    int64_t count;
};
struct overview_bar {
    str name, shape, items, share;
    struct url link;
    int64_t width; /* of 400 */
    money open;
};
struct overview_rest {
    str name;
    money amount;
    struct url link;
};
enum { TODO_MAX = 16, OVERVIEW_TABS_MAX = 8 };
struct overview_view {
    str title, under, chosen, caption;
    struct grid money, customers;
    struct tab tabs[OVERVIEW_TABS_MAX]; /* a currency each */
    int tab_count;
    struct overview_bar bars[AGEING_SLOTS_MAX];
    struct overview_rest rest[4];
    int bar_count, rest_count;
    money balance;
    struct attention todo[TODO_MAX];
    int todo_count;
    str risks[RISK_COUNT]; /* what can lose a confirmed payment */
    int risk_count;
    bool may_work, has_ageing;
};
void page_overview(struct page *p, const struct overview_view *v);

#endif
