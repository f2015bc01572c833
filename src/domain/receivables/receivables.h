/* What customers owe: the open items of invoices and credit notes, listed, counted, summed.
 *
 * "Paid" is never stored: it follows from what is open. documents.h issues what leaves them. */
#ifndef RECEIVABLES_RECEIVABLES_H
#define RECEIVABLES_RECEIVABLES_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "store/store.h"

/* Derived (domain.md section 2): where an item stands. */
enum standing {
    STANDING_OPEN = 1, /* nothing paid, not due within a week */
    STANDING_SOON,     /* due within a week */
    STANDING_OVERDUE,
    STANDING_PARTLY,     /* part paid, not overdue */
    STANDING_PROCESSING, /* a payment of (or with) all that is open is under way */
    STANDING_DISPUTED,
    STANDING_PAID,
    STANDING_CREDITED, /* closed by credit alone, no money */
    STANDING_CREDIT,   /* a credit note or payment on account with something left to use */
    STANDING_USED,     /* a credit with nothing left */
};

/* One row of a list of open items. */
struct receivable {
    int64_t item, document, payment, customer, account, entity;
    int side; /* -1: a credit; its amounts count against the sum */
    int kind; /* enum item_kind */
    str number, po, customer_name;
    date issued, due;
    money amount, open, reserved, disputed;
    enum standing standing;
    int days; /* until due; below zero: overdue by so many */
};

enum show {
    SHOW_OPEN = 1,
    SHOW_OVERDUE,
    SHOW_PROCESSING,
    SHOW_DISPUTED,
    SHOW_CREDITS,
    SHOW_PAID,
    SHOW_ALL
};
enum receivables_order { /* a column, and the same downwards */
                         ORDER_DUE = 1,
                         ORDER_DUE_DOWN,
                         ORDER_NUMBER,
                         ORDER_NUMBER_DOWN,
                         ORDER_ISSUED,
                         ORDER_ISSUED_DOWN,
                         ORDER_OPEN,
                         ORDER_OPEN_DOWN
};

/* The currencies in which something is open, by their codes. Customer 0: the whole company. */
struct open_currencies {
    currency *at;
    ptrdiff_t count;
};
bool receivables_currencies(struct op *op, int64_t customer, struct open_currencies *out) MUST_USE;

struct receivables_filter {
    int64_t customer; /* 0: all (console only) */
    bool family;      /* and those below it: what is open, by due date; `search` finds the numbers
                       * and the companies that begin so */
    enum show show;
    str search; /* number, PO, order, delivery or amount; empty: all */
    struct opt_date due_from, due_to;
    str currency;                       /* empty: all */
    const struct open_currencies *open; /* of this customer, where they were read for the same
                                         * page; NULL: they are read again */
    int64_t entity;                     /* 0: all */
    enum receivables_order order; /* within each currency; one that is not offered is as due */
    str cursor;
    int limit; /* at most 1,000 */
    date today;
};
/* An order is offered where an index holds what is shown in it, so that a page of a long list costs
 * what one of a short list does. */
bool receivables_may_order(const struct receivables_filter *filter, enum receivables_order order);
/* The order in which the list will stand. */
enum receivables_order receivables_order_of(const struct receivables_filter *filter);

struct receivables {
    struct receivable *at;
    ptrdiff_t count;
    str next_cursor; /* empty: the last page */
};
bool receivables_list(struct op *op, const struct receivables_filter *filter,
                      struct receivables *out) MUST_USE;
/* All pages of it, whatever the limit: for statements and files. */
bool receivables_all(struct op *op, const struct receivables_filter *filter,
                     struct receivables *out) MUST_USE;
/* Some items, in the order of their due dates; those that are not this customer's are left out. */
bool receivables_by_ids(struct op *op, int64_t customer, const int64_t items[], ptrdiff_t count,
                        date today, struct receivables *out) MUST_USE;
bool receivables_of_document(struct op *op, int64_t document, date today,
                             struct receivables *out) MUST_USE;

/* How many of each `show`, for the tabs. Indexed by enum show. Of one customer all are told, but of
 * what is overdue; of that, and of all customers (0), as many as a person reads, and `more` says
 * that there are more. */
#define RECEIVABLES_COUNTED_MAX 1000
#define RECEIVABLES_OVERDUE_MAX 99
struct receivables_counts {
    int64_t of[SHOW_ALL + 1];
    bool more[SHOW_ALL + 1];
};
bool receivables_count(struct op *op, int64_t customer, date today,
                       struct receivables_counts *out) MUST_USE;

/* Balances, one per currency, never added (look.md 2). `credit` counts credit notes and payments
 * on account; open minus credit is the ledger's balance of 1100 and 1105; `deducted` is 1110. */
struct balance {
    currency currency;
    money open, overdue, processing, credit, disputed, deducted;
    int64_t open_count, overdue_count;
};
struct balances {
    struct balance *at;
    ptrdiff_t count;
};
bool receivables_balances(struct op *op, int64_t customer, date today,
                          struct balances *out) MUST_USE; /* customer 0: the whole company */

/* What happened on an account between two days, oldest first, with the balance before and after:
 * the activity statement. One account, so one currency. */
struct activity_row {
    date effective;
    str kind, number, note;
    int64_t document, payment;
    money amount; /* above zero: owed more */
    money balance;
};
struct activity {
    money before, after;
    struct activity_row *at;
    ptrdiff_t count;
};
bool receivables_activity(struct op *op, int64_t account, date from, date to,
                          struct activity *out) MUST_USE;

/* The same, and what was recorded after `since` for a day before `from` stands first: *late rows of
 * it. `before` is the balance as it was told then. */
bool receivables_activity_since(struct op *op, int64_t account, date from, date to, instant since,
                                struct activity *out, ptrdiff_t *late) MUST_USE;

/* What was open on an account at the end of a day, in the order it fell due. Entries are only
 * added, so the same day and the same `known` (the moment of what was recorded) are the same for
 * ever. */
struct open_item {
    int64_t item, document;
    int side;
    str number, po;
    date issued, due;
    money open; /* above zero, of a credit as well: `side` says how it counts */
};
struct open_items {
    struct open_item *at;
    ptrdiff_t count;
};
bool receivables_open_then(struct op *op, int64_t account, date day, instant known,
                           struct open_items *out) MUST_USE;

struct deduction {
    int64_t item, of_item, document, payment, customer;
    str number, of_number, customer_name, reason, reason_words, note, state;
    money amount, open;
    date issued;
};
struct deductions {
    struct deduction *at;
    ptrdiff_t count;
};
bool deductions_list(struct op *op, int64_t customer, struct deductions *out) MUST_USE; /* 0: all */
bool deductions_of_document(struct op *op, int64_t document, struct deductions *out) MUST_USE;
bool deductions_of_payment(struct op *op, int64_t payment, struct deductions *out) MUST_USE;

#endif
