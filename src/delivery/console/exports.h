/* Batches for the ERP: made, downloaded as often as needed, and confirmed with its own reference.
 */
#ifndef CONSOLE_EXPORTS_H
#define CONSOLE_EXPORTS_H

#include "delivery/console/parts.h"

extern const struct route console_exports_routes[];

struct batch_view {
    str title, under, done;
    struct url csv, json;
    struct facts facts;
    struct grid changes;
    bool acknowledged, may_work;
    struct url action;
    struct question_list questions;
};
void page_batch(struct page *p, const struct batch_view *v);

#endif
