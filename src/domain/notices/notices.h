/* Mails waiting to be sent, and what became of them.
 *
 * A mail is written down in the transaction of its cause, under a key that names the event and the
 * reader, so that an event that happens twice is one mail; the job `mail.send` hands it to the
 * mailer and tries again later when the mail server is away. Each try is recorded before it
 * begins: a mail of which nobody knows whether it left is not sent again by itself. */
#ifndef NOTICES_NOTICES_H
#define NOTICES_NOTICES_H

#include "domain/notices/mailer.h"

enum notice_kind {
    NOTICE_OTHER, /* sign-in links, invitations, changed passwords */
    NOTICE_INVOICE,
    NOTICE_CREDIT_NOTE,
    NOTICE_RECEIPT,
    NOTICE_FAILED, /* a payment that came to nothing */
    NOTICE_REFUND,
    NOTICE_STATEMENT,
    NOTICE_REMINDER,
    NOTICE_COPY, /* sent on by a person of the customer */
    NOTICE_KINDS
};
extern const char *const notice_kind_names[NOTICE_KINDS + 1]; /* the database's words; NULL ends */
const char *notice_kind_name(enum notice_kind kind);          /* "credit-note" */
bool notice_kind_from(str name, enum notice_kind *out);
/* Whether contacts choose to get it; and whether one click ends it (RFC 8058): never what proves a
 * payment or lets somebody in. */
bool notice_kind_chosen(enum notice_kind kind);
bool notice_kind_optional(enum notice_kind kind);

struct notice {
    enum notice_kind kind;
    str event; /* unique: "receipt:417". The same event again is nothing new */
    str to, to_name, reply_to;
    str from, from_name; /* empty: the seller's, at the time of sending */
    str subject, text, html;
    str language;
    bool secret;      /* holds a sign-in link: text and html are wiped once it is sent */
    int64_t person;   /* 0: to none in particular */
    int64_t customer; /* 0 */
    int64_t entity;   /* whose mail it is; 0: the whole seller's */
    int64_t contact;  /* 0: not to a contact */
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
    instant bounced_at;          /* 0: not that we know */
    int64_t tries;
    str problem;    /* why the last try failed; empty: it did not */
    str message_id; /* without brackets; empty: never tried */
};
bool notices_get(struct op *op, int64_t id, struct notice_state *out) MUST_USE;

/* ---- sending: the job's side ---- */

#define NOTICE_TRY_US INT64_C(120000000) /* a try takes no longer; then its program is gone */

struct notice_try_begin {
    int64_t mail;
    str message_id;
    str bytes;    /* as they are handed over; not kept of a secret mail */
    bool repeats; /* the mailer makes one of two: an unclear try is simply made again */
};
enum notice_go {
    NOTICE_GO = 1,  /* hand it over */
    NOTICE_DONE,    /* nothing to do: it was sent, given up, or stopped by a bounce */
    NOTICE_ANOTHER, /* another try is under way: later */
};
/* Records that a try begins. A try whose program is gone ends as "unclear" and, unless the mailer
 * repeats, gives the mail up for a person to decide. */
bool notices_try(struct op *op, const struct notice_try_begin *in, enum notice_go *out) MUST_USE;
bool notices_sent(struct op *op, int64_t id) MUST_USE;

/* Problems of our own, in English: pages say them in the reader's language. */
extern const char notice_stopped[], notice_cut_short[];

enum notice_failure { NOTICE_LATER = 1, NOTICE_REFUSED, NOTICE_UNCLEAR };
bool notices_failed(struct op *op, int64_t id, str problem, enum notice_failure why) MUST_USE;
/* Without a try: it cannot be written. */
bool notices_refused(struct op *op, int64_t id, str problem) MUST_USE;
/* The bytes of the first try: later tries hand over the same. *bytes.at NULL: none are kept. */
bool notices_bytes(struct op *op, int64_t id, str *bytes, str *hash) MUST_USE;
/* Forgets the contents of mails that are older than this; what was sent to whom stays. */
bool notices_forget(struct op *op, instant before) MUST_USE;

/* ---- reading: the log ---- */

struct notice_list {
    struct notice_state *at; /* with text and html empty */
    ptrdiff_t count;
    int64_t next; /* what `below` is for the next page; 0: this is the last one */
};
/* One of them is meant: the document's mails, else the customer's, else the address's, else those
 * in a state, else all. */
struct notice_filter {
    str document; /* "document" or "receipt", with its id; empty: all */
    int64_t document_id;
    int64_t customer; /* 0: all */
    str recipient;    /* empty: all */
    str kind;         /* notice_kind_name(); empty: all */
    str state;        /* "waiting", "sent", "failed", "bounced"; empty: all */
    int64_t below;    /* 0: from the newest */
    int limit;
};
/* The mails of a customer, of a document, of all: newest first. */
bool notices_list(struct op *op, const struct notice_filter *filter,
                  struct notice_list *out) MUST_USE;
/* The same with their contents: of one customer, or of all (0). */
bool notices_newest(struct op *op, int64_t customer, int64_t limit,
                    struct notice_list *out) MUST_USE;

struct notice_try {
    instant at;
    str outcome, answer; /* "begun", "sent", "later", "refused", "unclear" */
};
struct notice_tries {
    struct notice_try *at;
    ptrdiff_t count;
};
bool notices_tries(struct op *op, int64_t id, struct notice_tries *out) MUST_USE;

/* Gives a mail that was given up a new chance, at once. ERR_CONFLICT: it was not given up, holds a
 * sign-in link, or its address is stopped. */
bool notices_again(struct op *op, int64_t id) MUST_USE;

/* Leaves a mail that was given up as it is: it is no task any more. */
bool notices_leave(struct op *op, int64_t id) MUST_USE;

/* How many mails of a kind this person caused since then: what limits sending on. */
bool notices_count(struct op *op, int64_t person, enum notice_kind kind, instant since,
                   int64_t *out) MUST_USE;

/* For /metrics: how many are not sent yet, and since when the oldest of them is not (0: none). */
struct mail_measure {
    int64_t waiting;
    instant since;
};
bool mail_measure(struct op *op, struct mail_measure *out) MUST_USE;

#endif
