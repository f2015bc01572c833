/* Applying money by hand: a payment or a credit on one side, the open items of its account on the
 * other, and what is said about each difference before anything is posted.
 *
 * Credit notes of the account may be used beside the money. What is missing on an invoice stays
 * open, or is a small difference (row 20), an early-payment discount (rows 24 and 25), or a
 * deduction with its reason (row 21). What is over stays on account (row 19). */
#ifndef WORK_APPLICATION_H
#define WORK_APPLICATION_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/company/company.h"
#include "domain/work/rules.h"
#include "store/store.h"

enum rest { REST_OPEN, REST_TOLERANCE, REST_DISCOUNT, REST_DEDUCTION };

/* One open item beside the money, and what is to happen with it. */
struct application_line {
    int64_t item, document;
    int side; /* -1: a credit, used beside the money */
    str number, po;
    date issued, due;
    money open, free; /* free: not reserved by a payment under way */
    struct opt_date discount_until;
    int64_t discount_ppm;
    bool discount_in_time; /* the money came within the discount's days */
    bool named;            /* the payer's text names it */

    /* chosen: */
    money amount; /* paid; of a credit: used */
    enum rest rest;
    str reason, note; /* of a deduction */
    /* worked out by application_check: */
    money shortfall; /* of an invoice that is paid in part: free minus amount */
    money taken;     /* of the shortfall: discount, small difference or deduction; else zero */
    str error;       /* the sentence beside the line; empty: fine */
};

struct application {
    int64_t item, payment, entity, account,
        customer; /* what is applied; payment 0: a credit note */
    str number, customer_name, customer_number, payer, text, bank_ref;
    money amount, free; /* free: open and not reserved */
    date day;           /* its value date: discounts are judged by it */
    struct entity seller;
    struct work_rules rules;
    struct application_line *lines; /* debts by due date, then credits */
    ptrdiff_t count;
    ptrdiff_t debts;

    /* worked out: free + credits = paid + left */
    money credits, paid, left, discounts, differences, deducted;
    int paid_count, credit_count;
    bool ready; /* something is applied, and nothing is refused */
    str error;  /* of the whole: more is applied than there is */
};
enum { APPLICATION_LINES_MAX = 300 };

/* What can be applied, and to what. Refused for what is no money on a known customer's account. */
bool application_get(struct op *op, int64_t item, struct application *out) MUST_USE;

/* Works out the sums and what is wrong with each line, in the person's language. */
void application_check(struct op *op, struct application *a);

/* Posts it as it stands, as one batch. Refused with its sentence when it is not ready. */
bool application_post(struct op *op, struct application *a, int64_t *batch) MUST_USE;
/* The same as one row of a batch over many payments, under that row's key. */
bool application_post_in(struct op *op, struct application *a, int64_t batch, str idem) MUST_USE;

/* The largest discount that this much paid earns: at 2 %, 490.00 paid clears 500.00 (domain.md
 * rule 9). Rounded down, but the last part takes the rest. */
money application_discount(const struct application_line *line, money paid);

/* ---- proposals ---- */

enum reading_kind {
    READING_NAMED = 1, /* the payer's text names these */
    READING_AMOUNT,    /* one item is open with exactly this amount */
    READING_DISCOUNT,  /* … less its early-payment discount */
    READING_SUM,       /* these together come to exactly this amount */
    READING_OLDEST,    /* the oldest first */
    READING_NOTHING,   /* keep it on account */
};
struct reading {
    enum reading_kind kind;
    money *amounts; /* one per line of the application; zero: not applied */
    enum rest *rests;
    ptrdiff_t named;  /* how many of the items the text names */
    bool exact;       /* it comes to exactly the money there is */
    money missing;    /* the items named are open with so much more than was paid */
    money left;       /* stays on account */
    ptrdiff_t others; /* READING_AMOUNT, READING_SUM: so many other sets would fit as well */
};
enum { READINGS_MAX = 6 };
/* The most likely first; at least READING_NOTHING. Nothing is posted by it. */
bool application_readings(struct op *op, const struct application *a, struct reading **out,
                          ptrdiff_t *count) MUST_USE;
/* READING_NAMED alone, whether or not there is one. When it is `exact` it is certain: what the
 * payer named is paid, all of it, and nothing is over. */
bool application_named(struct op *op, const struct application *a, struct reading *out);
/* Puts a reading into the lines. */
void application_take(struct application *a, const struct reading *reading);

/* ---- what waits to be applied ---- */

struct unapplied {
    int64_t item, payment, customer; /* customer 0: the payer is not known */
    str number, customer_name, payer, text;
    money open, amount;
    date day;  /* since it waits here: its value date, or the day on which its payer became known */
    int days;  /* since then */
    bool late; /* longer than the seller's rules say */
};
struct unapplied_filter {
    bool unknown;           /* receipts without a payer; otherwise money on account */
    int64_t customer;       /* 0: all */
    str currency;           /* empty: all */
    str search;             /* part of a customer's, payer's or payment's name; empty: all */
    bool by_amount, turned; /* by since when it waits, or by what is left of it; turned: the newest,
                             * or the largest, first */
    int64_t after;          /* the item after which the last page ended */
    int limit;
    date today;
};
struct unapplied_list {
    struct unapplied *at;
    ptrdiff_t count;
    bool more;
};
/* The oldest first. */
bool unapplied_list(struct op *op, const struct unapplied_filter *filter,
                    struct unapplied_list *out) MUST_USE;

#endif
