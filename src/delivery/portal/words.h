/* Words for where money stands: a shape, a sentence and a date, the same on every page. */
#ifndef PORTAL_WORDS_H
#define PORTAL_WORDS_H

#include "delivery/web/html.h"
#include "delivery/web/web.h"
#include "domain/customers/change_requests.h"
#include "domain/payments/payments.h"
#include "domain/receivables/receivables.h"

/* look.md 3: status is words and shape, then colour. `shape` is the class beside "s". */
struct standing_words {
    str shape, words;
};
struct standing_words standing_words(struct request *rq, const struct receivable *r);
struct standing_words payment_words(struct request *rq, const struct payment *p);
str card_words(struct request *rq, str card); /* as the gateway told it, in their language */
str method_words(struct request *rq, const struct payment *p);
/* Why a card was declined, and what the payer can do. */
str decline_words(struct request *rq, str decline);
str reason_words(struct request *rq, str code, str english);

/* What a contact is for, and what a customer asks to have changed. */
enum { CONTACT_ROLES = 4 };
struct contact_role {
    const char *value, *name; /* name: to be said() */
};
extern const struct contact_role contact_roles[CONTACT_ROLES];
str contact_role_words(const struct request *rq, str role); /* empty for a strange one */
str change_words(const struct request *rq, const struct change_wanted *wanted);

/* What happened, for lists of entries: "Payment", "Credit note applied" … */
str entry_words(struct request *rq, str kind);

/* The head of a column that a list can be sorted by, and what its link asks for: "due", and "-due"
 * the other way round. With `largest` it first asks for the largest. */
struct column_turn {
    str sorted, next; /* sorted: for aria-sort; empty: by another column */
};
struct column_turn column_turn(struct request *rq, str sort, const char *column, bool largest);

/* Lists of open items: what can be asked for, and what an empty or strange word stands for. Of what
 * is closed the latest comes first. */
extern const char *const item_sorts[];
enum receivables_order item_order(str sort, enum show show);
str item_sort(enum receivables_order order);

struct url document_url(struct request *rq, int64_t document);
struct url payment_url(struct request *rq, int64_t payment);
struct url item_url(struct request *rq, const struct receivable *r);

#endif
