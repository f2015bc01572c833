/* A batch: what one person did by one command, kept as a thing that can be opened: who, when, what
 * was chosen, which rows, which entries, and whether it was undone.
 *
 * Money applied by hand is a batch, and so is an act over many rows. To undo one turns its entries
 * round by new ones; nothing is ever removed. */
#ifndef WORK_WORK_BATCH_H
#define WORK_WORK_BATCH_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/ledger/ledger.h"
#include "store/store.h"

struct work_batch {
    int64_t id, entity, item, payment, customer, person;
    str kind;  /* "application", or one of bulk.h, bulk_acts.h and bulk_payments.h */
    str state; /* "waiting": a job has rows of it to do; "done"; "undone" */
    str actor, detail, note, undone_by, why;
    instant recorded;
    struct opt_i64 undone;
    int64_t rows, refused, left, entries; /* left: rows still to do */
};
struct work_batches {
    struct work_batch *at;
    ptrdiff_t count;
};

struct work_batch_new {
    const char *kind;
    int64_t entity, item, payment, customer; /* 0: none in particular */
    str detail, note;
    bool waiting; /* a job does its rows; otherwise it is done now */
};
bool work_batch_open(struct op *op, const struct work_batch_new *in, int64_t *out) MUST_USE;
bool work_batch_done(struct op *op, int64_t batch) MUST_USE;
/* This entry is part of what the batch did. */
bool work_batch_posted(struct op *op, int64_t batch, int64_t entry) MUST_USE;

struct work_batch_row {
    int64_t n, item, document, payment, customer, dispute; /* 0: none */
    int64_t was;                /* who looked after it before; 0: nobody */
    int64_t hold, was_hold;     /* of a customer: its hold since, and before; 0: none */
    str was_name;               /* read only */
    str customer_name;          /* read only */
    str number, state, problem; /* state: "waiting", "done", "refused" */
    money amount;
    str what; /* of a payment: what the preview said of it; else empty */
};
struct work_batch_rows {
    struct work_batch_row *at;
    ptrdiff_t count;
};
bool work_batch_row_add(struct op *op, int64_t batch, const struct work_batch_row *row) MUST_USE;
bool work_batch_row_end(struct op *op, int64_t batch, int64_t n, const char *state,
                        str problem) MUST_USE;
/* Does up to `limit` rows of a waiting batch, each in a savepoint of its own; *more when some are
 * left, else the batch is done. One that cannot be done any more (ERR_CONFLICT) is refused with its
 * sentence and does not hold up the others; any other error ends the transaction. */
bool work_batch_run(struct op *op, const struct work_batch *b, int limit,
                    bool (*row)(struct op *op, const struct work_batch *b,
                                const struct work_batch_row *row),
                    bool *more) MUST_USE;
/* Rows after `after`, at most `limit`; with `waiting` only those still to do. */
bool work_batch_rows(struct op *op, int64_t batch, int64_t after, bool waiting, int limit,
                     struct work_batch_rows *out) MUST_USE;

bool work_batch_get(struct op *op, int64_t id, struct work_batch *out) MUST_USE;
/* Those that applied it, and those that have it among their rows. */
bool work_batches_of_payment(struct op *op, int64_t payment, struct work_batches *out) MUST_USE;
/* The newest first, those with ids below `below`; 0: from the newest. */
bool work_batches_newest(struct op *op, int64_t below, int limit,
                         struct work_batches *out) MUST_USE;
/* Which batch posted an entry; 0: none. */
bool work_batch_of_entry(struct op *op, int64_t entry, int64_t *batch) MUST_USE;

/* The postings of its entries, in order. */
bool work_batch_lines(struct op *op, int64_t batch, struct entry_lines *out) MUST_USE;

/* Turns round every entry of the batch that still stands, in one step: all or nothing. Refused
 * when nothing stands any more, or when something was built on it since (a deduction that was
 * decided), with the sentence that says what. */
bool work_batch_undo(struct op *op, int64_t batch, date day, str why) MUST_USE;
/* That it is undone, by whom and why, when what it did was turned round by who calls. */
bool work_batch_undone(struct op *op, int64_t batch, str why) MUST_USE;

#endif
