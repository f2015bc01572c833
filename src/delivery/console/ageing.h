/* Ageing, as of any day: by customer, entity and currency, each figure open to its items. */
#ifndef CONSOLE_AGEING_H
#define CONSOLE_AGEING_H

#include "delivery/console/parts.h"
#include "domain/reports/ageing.h"

extern const struct route console_ageing_routes[];

/* What a column is called: "Not yet due", "1–30 days late", "Over 90 days late". */
str ageing_slot_words(const struct request *rq, const struct ageing_bounds *b, int slot);
/* The items of one age and currency, of everybody, as they are today. */
struct url ageing_slot_url(const struct request *rq, currency c, int slot);

enum { AGEING_COLUMNS_MAX = AGEING_SLOTS_MAX + 4 };

struct ageing_cell {
    money amount;
    struct url link; /* of an amount that is not zero */
    bool late;
};
struct ageing_row_view {
    str name, number;
    struct url link;
    bool linked;
    struct ageing_cell cells[AGEING_COLUMNS_MAX]; /* the last: the balance */
};
struct ageing_table {
    str caption;
    struct ageing_row_view *rows;
    ptrdiff_t row_count;
    struct ageing_row_view total; /* of the currency, also of what stands on other pages */
};
struct ageing_view {
    str title, under, note;
    str headings[AGEING_COLUMNS_MAX];
    int heading_count;
    struct ageing_table *tables;
    ptrdiff_t table_count;
    struct question_list filters;
    struct url csv, keep, next;
    bool has_next, may_keep;
    str bounds;
};
void page_ageing(struct page *p, const struct ageing_view *v);

struct aged_items_view {
    str title, under, crumb;
    struct url back;
    struct grid items;
};
void page_aged_items(struct page *p, const struct aged_items_view *v);

#endif
