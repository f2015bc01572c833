/* What the program gave up: background work after all its tries, and mails that did not arrive. */
#ifndef CONSOLE_TROUBLE_H
#define CONSOLE_TROUBLE_H

#include "delivery/console/parts.h"

extern const struct route console_trouble_routes[];

struct trouble_view {
    str done;
    struct grid money, jobs, mails, stops;
};
void page_trouble(struct page *p, const struct trouble_view *v);

#endif
