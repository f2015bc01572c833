/* The test gateway's pages: for the payer the card page and the bank's question, for the curious
 * all charges. They need no script, and look like nobody else's on purpose: whoever pays should
 * see that this is not the merchant. */
#ifndef GATEWAY_PAGES_H
#define GATEWAY_PAGES_H

#include "delivery/gateway/charges.h"

extern const struct route gateway_page_routes[];

struct card_field {
    const char *name, *autocomplete, *mode; /* mode: inputmode */
    str label, hint, typed, problem;
    int longest;
};
struct card_view {
    const struct charge_find_row *charge;
    str merchant; /* the host the payer came from */
    struct url pay, cancel, back;
    struct card_field fields[4];
    bool refused;
    bool may_keep, keep; /* the payer may have the card kept; and has ticked it */
    str bank_card;       /* on the bank's page */
    money bank_amount;   /* there: what this card will be charged */
    money fee, with_fee; /* of a credit card; zero: none is asked */
};
void gateway_card_page(struct page *p, const struct card_view *v);
void gateway_bank_page(struct page *p, const struct card_view *v);
void gateway_done_page(struct page *p, const struct card_view *v);

struct overview_line {
    str their_id, our_id, description, card, at;
    str state; /* in words */
    money amount, refunded;
    bool refundable, paid_out;
    struct url refund;
};
struct overview_view {
    const struct overview_line *lines;
    ptrdiff_t count;
    const struct payouts_row *payouts;
    ptrdiff_t payout_count;
};
void gateway_overview_page(struct page *p, const struct overview_view *v);

#endif
