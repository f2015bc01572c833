/* One act over many open items: planned first, so that people see exactly what will happen and
 * what is refused and why; then done as one batch, which can be undone.
 *
 * A plan is made again when it is carried out, and has a digest: what was seen is what is done. */
#ifndef WORK_BULK_H
#define WORK_BULK_H

#include "domain/receivables/receivables.h"

enum bulk_kind {
    BULK_WRITE_OFF = 1, /* what is left of invoices: rows 20 and 35 */
    BULK_CREDITS,       /* the account's credits and money pay invoices, oldest first: row 3 */
    BULK_COPIES,        /* the documents are mailed to the customer's contacts once more */
};
const char *bulk_name(enum bulk_kind kind); /* of the batch: "write_off" */
bool bulk_from(str name, enum bulk_kind *out);

enum { BULK_ROWS_MAX = 2000, BULK_SUMS_MAX = 24, BULK_AT_ONCE = 50 };

/* So many rows of one currency come to this. */
struct bulk_sum {
    int64_t count;
    money amount;
};
/* To those of its currency; beyond BULK_SUMS_MAX currencies it is left out. */
void bulk_sum_add(struct bulk_sum sums[], int *count, money amount);

struct bulk_row {
    struct receivable item;
    money amount; /* written off, applied; of copies: the document's */
    str problem;  /* why it is refused, in the person's language; empty: it will be done */
};
struct bulk_plan {
    enum bulk_kind kind;
    struct bulk_row *rows; /* by customer, then by due date */
    ptrdiff_t count, refused;
    struct bulk_sum sums[BULK_SUMS_MAX]; /* of what will be done */
    int sum_count;
    str digest;
};
/* `off_minor`: up to how much of one item this person may write off. */
bool bulk_plan(struct op *op, enum bulk_kind kind, const struct receivables *items,
               int64_t off_minor, struct bulk_plan *out) MUST_USE;

/* Records the batch with its rows. Few rows are done at once, in this transaction; more of them,
 * and mails, by the job `work.run`. Refused when nothing would be done. */
bool bulk_start(struct op *op, const struct bulk_plan *plan, int64_t *batch) MUST_USE;

/* Does up to `limit` rows that wait; *more when some are left. A row that cannot be done any more
 * is refused with its sentence, and does not hold up the others. Not for copies. */
bool bulk_run(struct op *op, int64_t batch, int limit, bool *more) MUST_USE;

#endif
