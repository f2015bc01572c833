/* Applying money by hand: what came on one side, the customer's open items on the other, and sums
 * that add up before anything is posted. Without a script, "Add up" works it out. */
#ifndef CONSOLE_APPLY_H
#define CONSOLE_APPLY_H

#include "delivery/console/parts.h"
#include "domain/work/application.h"

extern const struct route console_apply_routes[];

struct apply_row {
    str id, number, po, label, symbol, typed, error, rest, note;
    struct url link;
    struct standing_words standing;
    money open, shortfall;
    int64_t free_minor;
    bool credit, wrong, asks, named, has_discount;
    money discount; /* that the amount would earn */
};
struct apply_waiting {
    str name, about;
    struct url link;
    money open;
    bool current;
};
struct apply_reading {
    str name, about;
    struct url link;
    bool current;
};
struct apply_view {
    str title, under, text, done, problem;
    struct url action, customer, payment;
    struct apply_row *rows;
    ptrdiff_t count;
    ptrdiff_t debts;
    struct apply_waiting *queue;
    ptrdiff_t queue_count;
    struct apply_reading readings[READINGS_MAX];
    ptrdiff_t reading_count;
    struct standing_words why[6];
    int why_count;
    const struct answer *reasons;
    ptrdiff_t reason_count;
    money free, credits, paid, left, discounts, differences, deducted;
    int64_t paid_count, credit_count;
    str go, go_words;
};
void page_apply(struct page *p, const struct apply_view *v);

#endif
