#ifndef PORTAL_CHECKOUT_H
#define PORTAL_CHECKOUT_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route checkout_routes[];

struct checkout_row {
    str id; /* of the item: the fields are named after it */
    str number, label, symbol;
    struct url link;
    bool credit, wrong, shorter, on_account;
    struct standing_words standing;
    money open;   /* credits below zero */
    money amount; /* to pay, or to use */
    str typed;    /* what stands in the field */
    str error;
    bool reason_missing, amount_wrong; /* which field the error is about */
    money shortfall;
    str reason, note;
};

struct checkout_reason {
    str code, words;
};

struct checkout_fact {
    str name, value;
    bool strong;
};

struct checkout_card { /* a saved one */
    str id, label, expires;
    bool first, credit; /* credit: the surcharge is added */
};

struct checkout_view {
    str id;
    struct url action;
    struct checkout_row *rows;
    ptrdiff_t count;
    struct checkout_reason *reasons;
    ptrdiff_t reason_count;
    int64_t invoice_count, wrong_count;
    money invoices, credits, deducted, left_open, total;
    money fee, with_fee; /* of a credit card; where none is asked, has_fee is false */
    str fee_rate, fee_text;
    bool has_fee;
    bool has_credits, has_deducted, has_left, ready, nothing, free, expired;
    bool cards, transfers;
    struct checkout_card *saved;
    ptrdiff_t saved_count;
    str seller;
    struct checkout_fact payee[5];
    ptrdiff_t payee_count;
    struct url other; /* the checkout of another currency, chosen at the same time */
    bool has_other;
};

void page_checkout(struct page *p, const struct checkout_view *v);

#endif
