/* One act over many disputes, deductions or customers: given to somebody, disputes answered with
 * one text, the reminders of customers put on hold or sent again. Planned first, so that people see
 * what will happen, what is passed over and why; then done as one batch. No money moves. All of it
 * can be undone but an answer, because the customer is told of it at once. */
#ifndef WORK_BULK_ACTS_H
#define WORK_BULK_ACTS_H

#include "base/money.h"
#include "base/op.h"
#include "domain/work/work_batch.h"

enum act {
    ACT_DISPUTES_GIVEN = 1,
    ACT_DISPUTES_ACCEPTED,
    ACT_DISPUTES_REFUSED,
    ACT_DEDUCTIONS_GIVEN,
    ACT_CUSTOMERS_GIVEN,
    ACT_CUSTOMERS_HELD,
    ACT_CUSTOMERS_LIFTED,
};
enum act_over { OVER_DISPUTES, OVER_DEDUCTIONS, OVER_CUSTOMERS };
/* What it needs to be told: whom, an answer, or until when and why. */
enum act_asks { ASKS_NOTHING, ASKS_OWNER, ASKS_WORDS, ASKS_HOLD };

const char *act_name(enum act act); /* of the batch: "disputes_given" */
bool act_from(str name, enum act *out);
enum act_over act_over(enum act act);
enum act_asks act_asks(enum act act);

enum { ACT_ROWS_MAX = 200 };

struct act_row {
    int64_t id, item, customer, owner; /* id: of the dispute or customer, or the deduction's item */
    int64_t hold;                      /* of a customer: its hold that counts; 0: none */
    bool on_hold;
    struct opt_date hold_until;
    str number, customer_name, owner_name;
    money amount; /* zero of a customer */
    str problem;  /* why it is passed over, in the person's language; empty: it will be done */
};
struct act_plan {
    enum act act;
    date today;
    struct act_row *rows;
    ptrdiff_t count, refused;
    str digest; /* of what was seen: what is done is that */
};
bool act_plan(struct op *op, enum act act, date today, const int64_t ids[], ptrdiff_t count,
              struct act_plan *out) MUST_USE;

struct act_choice {
    int64_t owner; /* 0: nobody */
    str owner_name;
    str words; /* the answer, or why it is on hold; required by those that ask for them */
    struct opt_date until; /* the last day on hold; none: until it is lifted */
};
/* All that is not refused, at once. ERR_INVALID when nothing would be done. */
bool act_do(struct op *op, const struct act_plan *plan, const struct act_choice *choice,
            int64_t *batch) MUST_USE;

bool act_can_undo(const struct work_batch *b);
/* Each is as it was before, unless it was answered, or given on or changed, since. */
bool act_undo(struct op *op, int64_t batch, date today, str why) MUST_USE;

#endif
