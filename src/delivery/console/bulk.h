/* Acts over many rows of the list of open items: a page that says exactly what will happen, then
 * one command. */
#ifndef CONSOLE_BULK_H
#define CONSOLE_BULK_H

#include "delivery/console/parts.h"
#include "domain/work/bulk.h"

extern const struct route console_bulk_routes[];

/* The bar below the list of open items; `filters` as the list was asked for. NULL for those who
 * may not work. */
const struct bulk_bar *bulk_bar_of(struct request *rq);
void bulk_filter(struct request *rq, const struct bulk_bar *bar, const char *name, str value);

struct bulk_view {
    str title, under, changed, note;
    struct grid sums, rows;
    struct question_list hidden; /* and what is to be said beside the rows */
    struct url action, back;     /* back: the list, called back_name */
    str back_name;
    bool moves_nothing; /* no sums are shown */
    str *items;         /* the ids of the rows, for the command */
    ptrdiff_t item_count;
    str button;
    bool may_do;
};
void page_bulk(struct page *p, const struct bulk_view *v);

/* What all previews say: so many rows, of which so many are refused; what becomes of one; what
 * those that are done come to. */
str bulk_counted(struct request *rq, ptrdiff_t count, ptrdiff_t refused);
struct grid_cell bulk_outcome(struct request *rq, str problem);
struct grid bulk_grid_of_sums(struct request *rq, const struct bulk_sum sums[], int count);

#endif
