/* Payments of all customers: the list, and one with everything behind it. */
#ifndef CONSOLE_PAYMENTS_H
#define CONSOLE_PAYMENTS_H

#include "delivery/console/parts.h"
#include "domain/payments/payments.h"
#include "domain/payments/trouble.h"

extern const struct route console_payments_routes[];

struct payment_desk_view {
    str title, under, done, warning;
    struct standing_words standing;
    struct link_words *papers; /* receipts of what went back */
    ptrdiff_t paper_count;
    struct link_words acts[4];
    int act_count;
    money amount, unapplied;
    bool has_unapplied, no_payer, in_trouble;
    struct trouble trouble;
    struct grid allocations, waiting, deductions, attempts, entries, work, changes;
    struct facts facts;
    struct happenings history;
};
void page_payment_desk(struct page *p, const struct payment_desk_view *v);

/* What the list was asked for. */
struct payments_asked {
    str show, search, method;
    struct opt_date from, to;
    int64_t customer;
};
extern const char *const payment_shows[], *const payment_methods[]; /* the choices; NULL ends */
/* All that match, the newest first, but no more than `most`. */
bool payments_that_match(struct request *rq, const struct payments_asked *asked, ptrdiff_t most,
                         struct payments *out) MUST_USE;

/* The payment in this request's path. */
bool payment_of_path(struct request *rq, struct payment *out) MUST_USE;
/* How the seller's people say where it stands: not "waits for you". */
struct standing_words desk_words(struct request *rq, const struct payment *p);

#endif
