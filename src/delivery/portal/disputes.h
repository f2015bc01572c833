/* Disputes as the customer sees them: raised on the invoice or for many at once, with the seller's
 * answer, and taken back while nobody has answered. */
#ifndef PORTAL_DISPUTES_H
#define PORTAL_DISPUTES_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"
#include "domain/receivables/disputes.h"

extern const struct route disputes_routes[];

struct standing_words dispute_words(struct request *rq, const struct dispute *d);

struct dispute_choice {
    str value, words;
    bool chosen;
};
struct dispute_shown {
    str number, reason, words, raised, answer, decided, credit, withdraw_name;
    struct standing_words standing;
    money amount;
    struct url link, withdraw, credit_link;
    bool may_withdraw, open;
};

/* What the page of an invoice has of it. */
struct dispute_box {
    struct dispute_shown *at;
    ptrdiff_t count;
    bool may_raise, refused;
    struct url raise;
    struct dispute_choice *parts, *reasons; /* parts: of several due dates */
    ptrdiff_t part_count, reason_count;
    str amount, symbol, words, wrong_amount, wrong_reason, wrong_words, wrong;
};
/* `items` of the invoice; `raise` is where its form goes. */
bool dispute_box_load(struct request *rq, int64_t document, const struct receivables *items,
                      struct url raise, struct dispute_box *out) MUST_USE;
void part_disputes(struct page *p, const struct dispute_box *v);
void part_dispute_form(struct page *p, const struct dispute_box *v);

/* The customer's list, and the page before many are disputed at once. */
struct disputes_view {
    struct dispute_shown *at;
    ptrdiff_t count;
    bool more;
    str done;
};
void page_disputes(struct page *p, const struct disputes_view *v);

struct dispute_many_row {
    str id, number, problem;
    struct url link;
    struct standing_words standing;
    date due;
    money open;
};
struct dispute_many_view {
    struct dispute_many_row *rows, *left_out;
    ptrdiff_t count, left_count;
    money *sums; /* per currency */
    ptrdiff_t sum_count;
    struct dispute_choice *reasons;
    ptrdiff_t reason_count;
    str words, wrong_reason, wrong_words, wrong;
};
void page_dispute_many(struct page *p, const struct dispute_many_view *v);

#endif
