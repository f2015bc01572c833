#include "delivery/jobs/work_jobs.h"

#include "delivery/jobs/letter_jobs.h"
#include "domain/work/bulk.h"
#include "domain/work/work_batch.h"
#include "store/outbox.h"

enum { ROWS = 50 };

/* The documents go out again, as an event of their own, so that each is sent once per batch. */
static bool send_copies(struct op *op, const struct job *job, const struct work_batch *b,
                        bool *more)
{
    struct work_batch_rows rows;
    str event = str_printf(op->mem, "copies:%lld", (long long)b->id);
    if (!work_batch_rows(op, b->id, 0, true, ROWS, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        if (!document_tell(op, job->app, rows.at[i].document, event)) return false;
        if (!work_batch_row_end(op, b->id, rows.at[i].n, "done", S(""))) return false;
    }
    *more = b->left > rows.count;
    return *more || work_batch_done(op, b->id);
}

bool work_run_job(struct op *op, const struct job *job)
{
    struct work_batch b;
    enum bulk_kind kind;
    bool more;
    if (!work_batch_get(op, job->subject, &b)) return false;
    if (!str_eq(b.state, S("waiting")) || !bulk_from(b.kind, &kind)) return true;
    bool done =
        kind == BULK_COPIES ? send_copies(op, job, &b, &more) : bulk_run(op, b.id, ROWS, &more);
    return done && (!more || outbox_add(op, "work.run", b.id));
}
