/* What all pages of the console have in common: the frame with its rail, words, and addresses. */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "delivery/web/frame.h"
#include "delivery/web/said.h"
#include "delivery/web/web.h"

/* The frame with the links this visitor may follow and how much waits behind them. `current` is
 * the path of the link that is marked. Inside a transaction. */
bool console_frame(struct request *rq, str title, const char *current, struct frame *out) MUST_USE;

/* Of whoever asks: the console's frame for staff, the portal's for everybody else. For app->dress.
 */
bool error_dress(struct request *rq, str title, struct frame *out) MUST_USE;

/* A page with its head written, for the content to follow; and the reply when that is in. */
struct page console_begin(struct request *rq, const struct frame *frame);
struct reply console_end(struct request *rq, const struct frame *frame, struct page *page);

bool may(const struct request *rq, enum may what);

/* Where things stand in the console. */
enum place {
    PLACE_CUSTOMER,
    PLACE_INVOICE, /* or a credit note */
    PLACE_ITEM,
    PLACE_PAYMENT,
    PLACE_ENTRY,
    PLACE_PERSON,
    PLACE_IMPORT,
    PLACE_BATCH, /* of an export */
    PLACE_DEDUCTION,
    PLACE_DISPUTE,
    PLACE_MAIL,
    PLACE_ALLOCATION,
    PLACE_WORK, /* what one person did by one command */
    PLACE_TROUBLE,
    PLACE_SELLER, /* an entity's settings */
    PLACE_PAYOUT,
    PLACE_CHANGE, /* that a customer asks for */
    PLACE_ACCESS_REQUEST,
};
/* The page of one thing; `then` is what follows its id: "", "/pdf", "/refund". */
struct url place_url(const struct request *rq, enum place place, int64_t id, const char *then);
str place_id(const struct request *rq, enum place place, int64_t id);
/* The id in this request's path, as that kind of thing. */
bool place_of(struct request *rq, enum place place, int64_t *out) MUST_USE;
struct reply see_place(struct request *rq, enum place place, int64_t id, const char *then);

/* The list of a customer's open items: show is "open", "overdue". */
struct url items_of_customer(struct request *rq, int64_t customer, const char *show);

#endif
