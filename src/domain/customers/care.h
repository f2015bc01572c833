/* Who looks after a customer, and the hold on its reminders.
 *
 * A hold pauses what we send of our own accord to be paid: reminders and statement mails, by hand
 * or each month. It lasts through its last day, or until it is lifted. The customer sees and pays
 * everything as before; invoices, receipts and answers are mailed as before. A new hold takes the
 * place of the one before; what was put is never changed, so that it can be said later. */
#ifndef CUSTOMERS_CARE_H
#define CUSTOMERS_CARE_H

#include "base/date.h"
#include "base/op.h"
#include "store/store.h"

enum { HOLD_REASON_MAX = 300 };

struct customer_hold {
    int64_t id; /* 0: none was put, or it was lifted */
    bool on;    /* on the day that was asked about; one that has run out is not */
    struct opt_date until;
    str reason, placed_by;
    instant placed;
};
struct customer_care {
    int64_t id;
    str number, name;
    int64_t owner; /* 0: nobody */
    str owner_name;
    struct customer_hold hold;
};
bool customer_care(struct op *op, int64_t customer, date today, struct customer_care *out) MUST_USE;

/* From now on `owner` looks after it, one of our people, or 0: nobody. */
bool customer_own(struct op *op, int64_t customer, int64_t owner) MUST_USE;

/* Which of our people has this e-mail address and may work here; ERR_MISSING: nobody. */
bool owner_of_email(struct op *op, str email, int64_t *out) MUST_USE;

struct hold_new {
    int64_t customer;
    struct opt_date until; /* its last day: today or later; none: until it is lifted */
    str reason;            /* required */
};
bool customer_hold_put(struct op *op, const struct hold_new *in, date today,
                       int64_t *hold) MUST_USE;
/* ERR_CONFLICT when there is none. */
bool customer_hold_lift(struct op *op, int64_t customer, date today) MUST_USE;
/* The hold that counts is this one of its own again; 0: none. For what is undone. */
bool customer_hold_return(struct op *op, int64_t customer, int64_t hold, date today) MUST_USE;

/* ERR_CONFLICT with a sentence for people when it is on hold: for what somebody sends by hand. */
bool customer_hold_check(struct op *op, int64_t customer, date today) MUST_USE;

#endif
