/* Disputes: a customer says that an invoice, or part of what is open of it, is wrong. No money
 * moves and nothing is posted: the invoice stays open and its due date stands, and what is disputed
 * of it is not asked for until there is an answer (domain.md, Dispute).
 *
 *     open -> resolved | rejected | withdrawn
 *
 * Resolved: the customer is right, and a credit note follows. Rejected: it is owed as before.
 * Withdrawn: by who raised it. At most one dispute of an item is open; what is disputed of an item
 * is what that one says, and the database keeps it so. Every step is kept. A payment does not end a
 * dispute: an invoice can be paid, and in dispute. */
#ifndef RECEIVABLES_DISPUTES_H
#define RECEIVABLES_DISPUTES_H

#include "domain/company/company.h"
#include "domain/receivables/receivables.h"

enum dispute_state { DISPUTE_OPEN = 1, DISPUTE_RESOLVED, DISPUTE_REJECTED, DISPUTE_WITHDRAWN };
const char *dispute_state_name(enum dispute_state state); /* "open": the database's word */

enum dispute_origin { BY_CUSTOMER = 1, BY_SELLER, BY_ERP };
const char *dispute_origin_name(enum dispute_origin origin); /* "customer", "seller", "erp" */

struct dispute {
    int64_t id, item, document, customer, entity, owner; /* owner 0: nobody looks after it */
    int64_t person;                                      /* who raised it; 0: no person did */
    int64_t credit; /* the credit note that was issued since it was resolved; 0: none yet */
    enum dispute_state state;
    enum dispute_origin origin;
    str number; /* of the invoice, or of its part that is due on a day of its own */
    str customer_number, customer_name, reason, reason_words, words, raised_by, owner_name;
    str answer, decided_by, credit_number;
    money amount, open; /* open: of the item, now */
    date due;
    instant raised, decided; /* decided 0: it is open */
};
struct disputes {
    struct dispute *at;
    ptrdiff_t count;
    bool more;
};

bool dispute_get(struct op *op, int64_t id, struct dispute *out) MUST_USE;
/* All of an invoice, the newest first; all of a customer, open ones first, then the newest. */
bool disputes_of_document(struct op *op, int64_t document, struct disputes *out) MUST_USE;
bool disputes_of_customer(struct op *op, int64_t customer, int limit,
                          struct disputes *out) MUST_USE;

struct dispute_filter {
    bool all;       /* false: open ones, the oldest first; true: all, the newest first */
    bool to_credit; /* those that were accepted and have no credit note yet, oldest first */
    str reason;     /* empty: all */
    int64_t customer, owner; /* 0: all */
    bool unowned;            /* only those that nobody looks after */
    int64_t after;           /* the dispute after which the last page ended; 0: the first page */
    int limit;
};
bool disputes_list(struct op *op, const struct dispute_filter *filter,
                   struct disputes *out) MUST_USE;

/* How much of each reason is in dispute, by currency: the largest first. */
struct dispute_sum {
    str reason, words;
    int64_t count;
    money amount;
};
struct dispute_sums {
    struct dispute_sum *at;
    ptrdiff_t count;
};
bool dispute_sums(struct op *op, struct dispute_sums *out) MUST_USE;

struct dispute_step {
    str what, actor, note; /* what: "owner", or the state that it came to */
    instant at;
};
struct dispute_steps {
    struct dispute_step *at;
    ptrdiff_t count;
};
bool dispute_steps(struct op *op, int64_t id, struct dispute_steps *out) MUST_USE;

/* ---- raising ---- */

enum { DISPUTE_WORDS_MAX = 2000, DISPUTES_AT_ONCE = 1000 };

struct dispute_new {
    int64_t item;
    money amount; /* above zero, at most what is open */
    str reason, words;
    enum dispute_origin origin;
};
/* ERR_CONFLICT: nothing of it is open, or it is in dispute already. */
bool dispute_raise(struct op *op, const struct dispute_new *in, int64_t *out) MUST_USE;

/* Many at once, each for all that is open of it: first what would be, then the deed. What cannot be
 * disputed is left out, and says why. Another customer's items are as if they were not there. */
struct dispute_candidate {
    struct receivable item;
    const char *problem; /* a sentence to say(); NULL: it can be disputed */
};
struct dispute_plan {
    struct dispute_candidate *at; /* those that can be disputed first; by due date */
    ptrdiff_t count, possible;
};
bool disputes_plan(struct op *op, int64_t customer, const int64_t items[], ptrdiff_t count,
                   date today, struct dispute_plan *out) MUST_USE;
/* ERR_INVALID of "reason" or "words"; ERR_CONFLICT when none can be disputed. */
bool disputes_raise(struct op *op, const struct dispute_plan *plan, str reason, str words,
                    enum dispute_origin origin) MUST_USE;

/* ---- ending ---- */

struct dispute_answer {
    int64_t dispute;
    bool accepted; /* true: resolved, false: rejected */
    str words;     /* the customer reads them: required */
};
/* The customer is told by the outbox's dispute.notice. ERR_CONFLICT: it has ended. */
bool dispute_answer(struct op *op, const struct dispute_answer *in) MUST_USE;

/* By the customer's people; `customer` is whose dispute it must be. Not what the ERP says. */
bool dispute_withdraw(struct op *op, int64_t customer, int64_t id) MUST_USE;

/* Who looks after it; 0: nobody. `name` is for the history. */
bool dispute_own(struct op *op, int64_t id, int64_t person, str name) MUST_USE;

/* What the ERP says of an invoice: raises a dispute of all that is open, or ends the one that the
 * ERP raised. The same word again does nothing; what was answered here is not raised again, and
 * what a customer raised here is not ended. *changed: whether anything happened. */
bool disputes_from_erp(struct op *op, int64_t document, bool disputed, bool *changed) MUST_USE;

#endif
