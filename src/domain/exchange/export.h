/* Getting data out: what happened to money, for the ERP.
 *
 * Posted entries go out in numbered batches, each entry in one batch and once. A batch never
 * changes: made again, it has the same bytes, so that a file that was lost is simply asked for
 * again. The ERP confirms a batch with a reference of its own.
 *
 * Left out, unless `everything` asks for it, is what came from the ERP: invoices, credit notes,
 * and payments that it reported as settled, with their allocations. docs/exporting.md describes
 * both formats for whoever reads them. */
#ifndef EXCHANGE_EXPORT_H
#define EXCHANGE_EXPORT_H

#include "base/op.h"

enum export_format { EXPORT_CSV = 1, EXPORT_JSON };
bool export_format_from(str name, enum export_format *out); /* "csv", "json" */
/* "text/csv; charset=utf-8" */
str export_media_type(enum export_format format);

/* Entries in one batch at most, so that a batch can be held in memory; the rest is the next's. */
enum { EXPORT_ENTRIES_MAX = 5000 };

struct export_options {
    int64_t entity;  /* 0: all */
    bool everything; /* the whole journal: also what came from the ERP */
    int most;        /* entries; 0: EXPORT_ENTRIES_MAX */
};

struct export_batch {
    int64_t number; /* 1, 2, 3 … without gaps; 0: there was nothing to export */
    int64_t entity; /* 0: all */
    str entity_code;
    int64_t entries;
    instant created;
    str actor;
    instant acknowledged; /* 0: not yet */
    str erp_reference;
};
struct export_batches {
    struct export_batch *at;
    ptrdiff_t count;
};

/* How many entries wait to be exported. */
bool export_waiting(struct op *op, const struct export_options *options, int64_t *out) MUST_USE;
/* Puts what waits, the oldest first, into the next batch. Nothing waits: true, and out->number is
 * 0. */
bool export_make(struct op *op, const struct export_options *options,
                 struct export_batch *out) MUST_USE;
bool export_get(struct op *op, int64_t number, struct export_batch *out) MUST_USE;
/* Newest first; those below number `below`, 0: from the newest. */
bool export_list(struct op *op, int64_t below, int limit, struct export_batches *out) MUST_USE;
/* The ERP has it, and calls it so. The same word again changes nothing; another is refused. */
bool export_acknowledge(struct op *op, int64_t number, str erp_reference,
                        struct export_batch *out) MUST_USE;

/* The batch as a file: the same bytes each time. */
bool export_body(struct op *op, int64_t number, enum export_format format, str *out) MUST_USE;
/* What these payments did to the account of the customer who made them, in the same form, with no
 * batch: for a payer's own books. Payments of others are left out. */
bool export_payments(struct op *op, int64_t customer, const int64_t payments[], ptrdiff_t count,
                     str *out) MUST_USE;
/* "quittance-000042.csv" */
str export_file_name(struct arena *mem, int64_t number, enum export_format format);

#endif
