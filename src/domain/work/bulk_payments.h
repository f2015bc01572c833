/* One act over many payments: those whose payer named what is paid are applied, what was applied is
 * taken back, receipts are mailed once more. Planned first, so that people see what will happen to
 * each, what is passed over and why; then done as one batch, each payment by itself.
 *
 * Money that was applied is undone like any batch (work_batch.h). What was taken back is undone by
 * applying it again as it was, where that is still possible. A mail cannot be undone. */
#ifndef WORK_BULK_PAYMENTS_H
#define WORK_BULK_PAYMENTS_H

#include "domain/payments/payments.h"
#include "domain/work/bulk.h"
#include "domain/work/work_batch.h"

enum payments_act {
    PAYMENTS_APPLIED = 1, /* to what the payer named, to the cent (row 6) */
    PAYMENTS_TAKEN_BACK,  /* all that is applied now (row 14a); a reason is asked for */
    PAYMENTS_RECEIPTS,
};
const char *payments_act_name(enum payments_act act); /* of the batch: "payments_applied" */
bool payments_act_from(str name, enum payments_act *out);

enum { BULK_PAYMENTS_MAX = 200 };

struct bulk_payment {
    struct payment payment;
    money amount; /* applied or taken back; of a receipt: the payment's */
    str what;     /* the documents it goes to or comes from; of a receipt: who gets it */
    str problem;  /* why it is passed over, in the person's language; empty: it will be done */
};
struct bulk_payments {
    enum payments_act act;
    struct bulk_payment *rows;
    ptrdiff_t count, refused;
    struct bulk_sum sums[BULK_SUMS_MAX]; /* of what will be done */
    int sum_count;
    str digest; /* of what was seen: what is done is that */
};
/* Who gets the receipt of a payment, in words; empty: nobody. Known to whoever mails. */
struct bulk_readers {
    bool (*of)(struct op *op, void *arg, const struct payment *payment, str *out);
    void *arg;
};
/* `readers`: asked for receipts only. */
bool bulk_payments_plan(struct op *op, enum payments_act act, const int64_t payments[],
                        ptrdiff_t count, const struct bulk_readers *readers,
                        struct bulk_payments *out) MUST_USE;

/* Records the batch with its rows. Few rows are done at once, in this transaction; more of them,
 * and mails, by the job `work.run`. ERR_INVALID: nothing would be done, or no reason is given. */
bool bulk_payments_start(struct op *op, const struct bulk_payments *plan, str why,
                         int64_t *batch) MUST_USE;
/* Goes on with a waiting batch that moves money. A payment that is not as it was seen is refused.
 */
bool bulk_payments_run(struct op *op, int64_t batch, int limit, bool *more) MUST_USE;

/* Whether undoing it applies again what it took back, and this is not done yet. */
bool bulk_payments_reapplies(const struct work_batch *b);
/* Applies each part again; one that cannot be says so on its row. ERR_CONFLICT: none can be. */
bool bulk_payments_reapply(struct op *op, int64_t batch, date day, str why) MUST_USE;

#endif
