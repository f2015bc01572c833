#ifndef PAGEGEN_PRINT_H
#define PAGEGEN_PRINT_H

#include "delivery/web/html.h"

struct good_line {
    str number;
    struct url link;
    money open;
    date due;
    bool late;
};
struct good_view {
    str customer, currency, error;
    struct url link;
    money total;
    date due;
    bool all;
    const struct good_line *lines;
    ptrdiff_t count, index[1];
};

void good(struct page *p, const struct good_view *v);
void rows_of_a_mail(struct page *p, str name);

#endif
