/* What people did by hand: each as a batch that can be opened and, where money allows it, undone;
 * and single allocations taken back. */
#ifndef CONSOLE_WORK_H
#define CONSOLE_WORK_H

#include "delivery/console/parts.h"
#include "domain/work/work_batch.h"

extern const struct route console_work_routes[];

struct work_view {
    str title, under, done;
    struct standing_words standing;
    struct facts facts;
    struct grid rows, entries;
    struct url again; /* asks for the same page while rows are still to do */
    bool running, may_undo, has_entries;
    struct url undo;
};
void page_work(struct page *p, const struct work_view *v);

/* What the batch was: "Money applied". */
str work_words(struct request *rq, str kind);
/* Batches of a payment, newest first, each with a link: for its page. */
bool grid_of_work(struct request *rq, int64_t payment, struct grid *out) MUST_USE;

#endif
