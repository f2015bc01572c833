/* A mail's link: what it asks to be paid, and the way to pay it, without a sign-in where the
 * entity's policy allows it. A guest sees these documents and this payment, and nothing around. */
#ifndef PORTAL_PAY_LINK_H
#define PORTAL_PAY_LINK_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route pay_link_routes[];

struct pay_link_row {
    str number;
    date due;
    struct standing_words standing;
    money open;
    struct url pdf;
};
struct pay_link_view {
    bool over; /* run out or taken back, as `lead` says; without one it is no link of ours */
    str seller, title, lead, customer;
    struct pay_link_row *rows;
    ptrdiff_t count;
    money total;
    bool payable, cards, transfers, asks_sign_in, under_way;
    struct url pay, sign_in, payment; /* payment: the one under way through this link */
    bool has_payment;
    str problem; /* why it was not taken; empty: it was not tried */
};
void page_pay_link(struct page *p, const struct pay_link_view *v);

#endif
