/* Where the whole company stands today: money by currency, who is late, and what waits for a
 * person. Read only; everything in it opens into what makes it up. */
#ifndef REPORTS_OVERVIEW_H
#define REPORTS_OVERVIEW_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/reports/ageing.h"

enum { OVERVIEW_DAYS = 7, OVERVIEW_CUSTOMERS = 10 };

/* One currency; currencies are never added. All figures are of the moment: the sums of open items
 * are kept in the transaction of each posting, the rest is read from few rows. */
struct overview_money {
    currency currency;
    money open, overdue; /* of invoices */
    money received;      /* in the last OVERVIEW_DAYS days, today included */
    money on_account;    /* payments of known payers that are not applied to anything */
    money unidentified;  /* receipts without a payer */
    money transit;       /* payments that are under way */
    money credit;        /* credit notes that are not applied */
    money deducted;
    money balance; /* of the ledger's accounts 1100, 1105, 1110 and 2055 */
    int64_t open_count, overdue_count, received_count, transit_count;
    struct ageing_line ageing;
};

/* A customer with overdue invoices in one currency. */
struct overview_customer {
    int64_t customer;
    str name;
    date oldest; /* the first due date that has passed */
    int64_t count;
    money overdue;
};

/* How many things wait for somebody. */
struct waiting {
    int64_t receipts;   /* the payer is not known */
    int64_t unknown;    /* payments whose gateway does not say what became of them */
    int64_t stuck;      /* payments that were handed over and not answered yet */
    int64_t on_account; /* payments with money left to apply */
    int64_t deductions; /* open ones */
    int64_t disputes;   /* open ones */
    int64_t jobs;       /* given up after all tries */
    int64_t mails;      /* that could not be delivered */
    int64_t stops;      /* addresses to which nothing is sent any more */
    int64_t imports;    /* files that could not be read */
    int64_t claims;     /* people who ask for access */
};

struct overview {
    struct ageing_bounds bounds;
    struct overview_money *money;
    ptrdiff_t money_count;
    struct overview_customer *customers; /* the oldest debt first; at most OVERVIEW_CUSTOMERS */
    ptrdiff_t customer_count;
    struct waiting waiting;
};
bool overview_get(struct op *op, date today, struct overview *out) MUST_USE;
bool waiting_get(struct op *op, struct waiting *out) MUST_USE;

/* Mails that could not be delivered, the newest first. */
struct failed_mail {
    int64_t id;
    int64_t customer; /* 0: to none in particular */
    str recipient, subject, problem;
    instant created;
};
struct failed_mails {
    struct failed_mail *at;
    ptrdiff_t count;
};
bool mails_failed(struct op *op, int limit, struct failed_mails *out) MUST_USE;

#endif
