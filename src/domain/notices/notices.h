/* Mails waiting to be sent.
 *
 * A mail is written down in the transaction of its cause, under a key that names the event, so
 * that an event that happens twice is one mail; the job `mail.send` hands it to the mailer and
 * tries again later when the mail server is away. */
#ifndef NOTICES_NOTICES_H
#define NOTICES_NOTICES_H

#include "domain/notices/mailer.h"

struct notice {
    str event; /* unique: "receipt:417". The same event again is nothing new */
    str to, to_name, reply_to;
    str from, from_name; /* empty: the seller's, at the time of sending */
    str subject, text, html;
    str language;
    bool secret;      /* holds a sign-in link: text and html are wiped once it is sent */
    int64_t person;   /* 0: to none in particular */
    int64_t customer; /* 0 */
    str document;     /* what is attached when it is sent: "receipt", "invoice"; empty: nothing */
    int64_t document_id;
};

bool notices_queue(struct op *op, const struct notice *notice) MUST_USE;

/* As it lies there, for the console and for the sending job. */
struct notice_state {
    struct notice notice;
    int64_t id;
    bool waiting;                /* neither sent nor given up */
    instant created_at, sent_at; /* sent_at 0: not yet */
    int64_t tries;
    str problem; /* why the last try failed; empty: it did not */
};
bool notices_get(struct op *op, int64_t id, struct notice_state *out) MUST_USE;
bool notices_sent(struct op *op, int64_t id) MUST_USE;
bool notices_failed(struct op *op, int64_t id, str problem, bool for_good) MUST_USE;

struct notice_list {
    struct notice_state *at;
    ptrdiff_t count;
};
/* Newest first: of one customer, or of all (0). */
bool notices_newest(struct op *op, int64_t customer, int64_t limit,
                    struct notice_list *out) MUST_USE;

#endif
