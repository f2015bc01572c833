#include "delivery/jobs/work_jobs.h"

#include "delivery/jobs/letter_jobs.h"
#include "domain/work/bulk.h"
#include "domain/work/bulk_payments.h"
#include "domain/work/work_batch.h"
#include "store/outbox.h"

enum { ROWS = 50 };

/* Documents or receipts go out again, as an event of their own, so that each is sent once per
 * batch. */
static bool send_again(struct op *op, const struct job *job, const struct work_batch *b, bool *more)
{
    struct work_batch_rows rows;
    bool copies = str_eq(b->kind, str_of(bulk_name(BULK_COPIES)));
    str event =
        str_printf(op->mem, "%s:%lld", copies ? "copies" : "receipt-again", (long long)b->id);
    if (!work_batch_rows(op, b->id, 0, true, ROWS, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct work_batch_row *row = &rows.at[i];
        if (!(copies ? document_tell(op, job->app, row->document, event)
                     : receipt_tell(op, job->app, row->payment, event)) ||
            !work_batch_row_end(op, b->id, row->n, "done", S("")))
            return false;
    }
    *more = b->left > rows.count;
    return *more || work_batch_done(op, b->id);
}

static bool go_on(struct op *op, const struct job *job, const struct work_batch *b, bool *more)
{
    enum bulk_kind kind;
    enum payments_act act;
    *more = false;
    if (bulk_from(b->kind, &kind))
        return kind == BULK_COPIES ? send_again(op, job, b, more) : bulk_run(op, b->id, ROWS, more);
    if (payments_act_from(b->kind, &act))
        return act == PAYMENTS_RECEIPTS ? send_again(op, job, b, more)
                                        : bulk_payments_run(op, b->id, ROWS, more);
    return true;
}

bool work_run_job(struct op *op, const struct job *job)
{
    struct work_batch b;
    bool more;
    if (!work_batch_get(op, job->subject, &b)) return false;
    if (!str_eq(b.state, S("waiting"))) return true;
    return go_on(op, job, &b, &more) && (!more || outbox_add(op, "work.run", b.id));
}
