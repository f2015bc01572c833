/* One act over many disputes or deductions: given to somebody, or disputes answered with one text.
 * Planned first, so that people see what will happen and what is refused and why; then done as one
 * batch. No money moves. What was given to somebody can be undone; an answer cannot, because the
 * customer is told of it at once. */
#ifndef WORK_BULK_CASES_H
#define WORK_BULK_CASES_H

#include "base/money.h"
#include "base/op.h"
#include "domain/work/work_batch.h"

enum cases_act {
    CASES_DISPUTES_GIVEN = 1,
    CASES_DISPUTES_ACCEPTED,
    CASES_DISPUTES_REFUSED,
    CASES_DEDUCTIONS_GIVEN,
};
const char *cases_act_name(enum cases_act act); /* of the batch: "disputes_given" */
bool cases_act_from(str name, enum cases_act *out);
bool cases_act_gives(enum cases_act act); /* to somebody; else it answers */

enum { CASES_MAX = 200 };

struct cases_row {
    int64_t id, item, customer, owner; /* id: of the dispute, or the deduction's item */
    str number, customer_name, owner_name;
    money amount;
    str problem; /* why it is refused, in the person's language; empty: it will be done */
};
struct cases_plan {
    enum cases_act act;
    struct cases_row *rows;
    ptrdiff_t count, refused;
    str digest; /* of what was seen: what is done is that */
};
bool cases_plan(struct op *op, enum cases_act act, const int64_t ids[], ptrdiff_t count,
                struct cases_plan *out) MUST_USE;

struct cases_choice {
    int64_t owner; /* 0: nobody */
    str owner_name;
    str words; /* the answer; required by those that answer */
};
/* All that is not refused, at once. ERR_INVALID when nothing would be done. */
bool cases_do(struct op *op, const struct cases_plan *plan, const struct cases_choice *choice,
              int64_t *batch) MUST_USE;

bool cases_can_undo(const struct work_batch *b);
/* Each goes back to who looked after it before, unless it was answered, or given on, since. */
bool cases_undo(struct op *op, int64_t batch, str why) MUST_USE;

#endif
