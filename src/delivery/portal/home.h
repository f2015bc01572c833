#ifndef PORTAL_HOME_H
#define PORTAL_HOME_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route home_routes[];

struct home_balance {
    str name; /* "Euro" */
    money open, overdue, processing, credit;
    struct url open_link, overdue_link, processing_link, credit_link;
};

struct home_item {
    str number;
    struct url link;
    date due;
    struct standing_words standing;
    money open;
};

struct home_payment {
    date day;
    str method;
    struct url link;
    money amount;
    struct standing_words standing;
};

struct home_view {
    str company, number, seller, as_of;
    struct home_balance *balances;
    ptrdiff_t balance_count;
    struct home_item *next;
    ptrdiff_t next_count;
    int64_t open_count, overdue_count;
    money overdue; /* of the first currency that has some */
    bool may_pay;
    struct home_payment *payments;
    ptrdiff_t payment_count;
    bool fresh;  /* nothing was ever issued */
    str message; /* the seller's; may be empty */
};

void page_home(struct page *p, const struct home_view *v);

#endif
