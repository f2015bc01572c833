/* Words for where money stands: a shape, a sentence and a date, the same on every page. */
#ifndef PORTAL_WORDS_H
#define PORTAL_WORDS_H

#include "delivery/web/html.h"
#include "delivery/web/web.h"
#include "domain/payments/payments.h"
#include "domain/receivables/receivables.h"

/* look.md 3: status is words and shape, then colour. `shape` is the class beside "s". */
struct standing_words {
    str shape, words;
};
struct standing_words standing_words(struct request *rq, const struct receivable *r);
struct standing_words payment_words(struct request *rq, const struct payment *p);
str method_words(struct request *rq, const struct payment *p);
/* Why a card was declined, and what the payer can do. */
str decline_words(struct request *rq, str decline);
str reason_words(struct request *rq, str code, str english);

/* What happened, for lists of entries: "Payment", "Credit note applied" … */
str entry_words(struct request *rq, str kind);

struct url document_url(struct request *rq, int64_t document);
struct url payment_url(struct request *rq, int64_t payment);
struct url item_url(struct request *rq, const struct receivable *r);

#endif
