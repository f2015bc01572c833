/* One customer's line of time: documents, postings, steps of payments, mails, links that were
 * opened, people, changes, and the notes of staff, the newest first.
 *
 * Rows are written by the database itself, in the transaction of what they tell
 * (schema/0150-happenings.sql), and are never changed or removed. Only notes come from here. */
#ifndef REPORTS_TIMELINE_H
#define REPORTS_TIMELINE_H

#include "base/money.h"
#include "base/op.h"

struct happened {
    int64_t id, subject, document, payment; /* 0: none */
    instant at;
    str topic; /* 'invoice', 'payment', 'mail', 'note', 'person' or 'change' */
    str what;  /* 'entry.invoice', 'payment.settled', 'mail.sent', 'note.call', 'contact.add' */
    str number, who, words;
    str mail_subject, recipient; /* of mails */
    str whom;                    /* the person or contact that a change is about; may be gone */
    bool has_amount;
    money amount;
};
struct timeline {
    struct happened *at;
    ptrdiff_t count;
    str next_cursor; /* empty: nothing is older */
};
/* `topic` empty: all. The cursor is the page's before. */
bool timeline_of(struct op *op, int64_t customer, str topic, str cursor, int limit,
                 struct timeline *out) MUST_USE;

/* A note stays as it is written; who was wrong writes another. `kind` is "call", "letter",
 * "meeting" or "note". ERR_INVALID of "words" when there are none. */
bool timeline_note(struct op *op, int64_t customer, str kind, str words) MUST_USE;

#endif
