/* The reminder letter: what of one account is overdue, and what is due on the day. It is kind: no
 * level, no fee, no threat. The letter, the mail around it and the console's preview say the same,
 * because all of them come from here. */
#ifndef DOCUMENTS_REMINDER_H
#define DOCUMENTS_REMINDER_H

#include "domain/documents/kept.h"
#include "domain/documents/papers.h"
#include "domain/texts/texts.h"

/* Left out is what is ours to answer, a dispute, and what is being paid: of each item, that much.
 */
struct reminder_item {
    const struct receivable *of;
    money open; /* without what is disputed, and what a payment under way covers */
};
struct reminder {
    struct account account;
    struct reminder_item *items; /* in the order they fell due */
    ptrdiff_t count;
    money overdue, due; /* due: on the day itself, none of it overdue */
};
bool reminder_load(struct op *op, int64_t account, date day, struct reminder *out) MUST_USE;
/* What a text may name of it: statement.number, statement.day, statement.open, statement.overdue.
 */
void facts_of_reminder(struct arena *mem, const struct lang *lang, const struct reminder *r,
                       const struct customer *customer, date day, struct text_facts *facts);

/* ERR_CONFLICT: nothing is overdue or due. */
bool paper_of_reminder(struct op *op, int64_t account, date day, const struct lang *lang, str link,
                       struct paper *out) MUST_USE;
/* Makes it in the customer's language and stores it under the wish that asked for it
 * (KEPT_REMINDER), in the wish's own transaction: it says what was true then. */
bool reminder_issue(struct op *op, int64_t wish, int64_t account, date day, str link) MUST_USE;

#endif
