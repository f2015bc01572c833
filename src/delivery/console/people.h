/* The seller's own people. */
#ifndef CONSOLE_PEOPLE_H
#define CONSOLE_PEOPLE_H

#include "delivery/console/parts.h"

extern const struct route console_people_routes[];

struct staff_view {
    str name, email, done;
    struct url action, block;
    struct question_list questions;
    bool blocked, self;
};
void page_staff(struct page *p, const struct staff_view *v);

#endif
