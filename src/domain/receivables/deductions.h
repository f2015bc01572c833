/* Deductions: what a customer paid less, and says why. Each is an open item of its own (1110), so
 * that the invoice is closed and the argument is not (domain.md section 2, rows 21 to 23).
 *
 *     coded -> valid | invalid | partly -> coded
 *
 * Valid: a credit note clears it. Invalid: it is billed back, on the invoice it was taken from, so
 * that the invoice's own due date stands. Partly: each for its part. A decision is taken back by
 * entries that turn its own round, as long as nothing was built upon it. Every step is kept. */
#ifndef RECEIVABLES_DEDUCTIONS_H
#define RECEIVABLES_DEDUCTIONS_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

struct deduction_new {
    int64_t entity, account, customer;
    int64_t of_item, document; /* what was paid less; document 0: it has none */
    int64_t payment;           /* 0: no money moved */
    date due, day;             /* due: of the invoice; day: the entry's */
    money amount;              /* above zero */
    str reason, note, idem;
};
/* Row 21: numbers it, opens its item and closes that much of the invoice. */
bool deduction_open(struct op *op, const struct deduction_new *in, int64_t *entry) MUST_USE;

struct deduction_case {
    int64_t item, of_item, document, payment, customer, entity, account, owner, credit;
    str number, of_number, customer_name, reason, reason_words, note, state, owner_name;
    str credit_number;
    money amount, open;
    date issued, due; /* due: of the invoice */
    bool taken_back;  /* the application it came from was undone */
};
bool deduction_get(struct op *op, int64_t item, struct deduction_case *out) MUST_USE;

struct deduction_filter {
    bool all;                /* false: open ones, the oldest first; true: all, the newest first */
    str reason;              /* empty: all */
    int64_t customer, owner; /* 0: all */
    bool unowned;            /* only those that nobody looks after */
    bool by_amount;          /* in the order of their amounts, the largest first */
    bool turned;             /* the other way round */
    int64_t after;           /* the item after which the last page ended; 0: the first page */
    int limit;
};
struct deduction_cases {
    struct deduction_case *at;
    ptrdiff_t count;
    bool more;
};
bool deduction_cases(struct op *op, const struct deduction_filter *filter,
                     struct deduction_cases *out) MUST_USE;

/* How much of each reason is open, by currency: the largest first. */
struct deduction_sum {
    str reason, words;
    int64_t count;
    money open;
};
struct deduction_sums {
    struct deduction_sum *at;
    ptrdiff_t count;
};
bool deduction_sums(struct op *op, struct deduction_sums *out) MUST_USE;

struct deduction_step {
    str what, actor, note; /* "note", "owner", "valid", "invalid", "partly", "reopened", "undone" */
    instant at;
    int64_t minor; /* credited */
};
struct deduction_steps {
    struct deduction_step *at;
    ptrdiff_t count;
};
bool deduction_steps(struct op *op, int64_t item, struct deduction_steps *out) MUST_USE;

/* Who looks after it; 0: nobody. `name` is for the history. */
bool deduction_own(struct op *op, int64_t item, int64_t person, str name) MUST_USE;
bool deduction_remark(struct op *op, int64_t item, str note) MUST_USE;

/* For the history: the entry that made it was turned round. */
bool deduction_taken_back(struct op *op, int64_t item, str why) MUST_USE;

/* Rows 22 and 23. `valid` of what is open is credited by a credit note to the invoice, which the
 * customer is told of; the rest is billed back. `note`: the evidence, in words; it is required.
 * The tax of the credit is the invoice's own share of it. Refused when it was decided before. */
struct deduction_decision {
    int64_t item;
    money valid;
    str note;
    date day;
};
bool deduction_decide(struct op *op, const struct deduction_decision *in) MUST_USE;

/* Takes the decision back: what was billed back leaves the invoice, the credit note's entry is
 * turned round, and the deduction waits for an answer as before. The credit note keeps its number,
 * and its reader is told by the outbox's credit.undone. `why` is required. ERR_CONFLICT: it is not
 * decided, or what was billed back was paid since. */
bool deduction_reopen(struct op *op, int64_t item, date day, str why) MUST_USE;

#endif
