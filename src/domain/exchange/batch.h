/* Rows gathered into whole documents, some hundred at a time. */
#ifndef EXCHANGE_BATCH_H
#define EXCHANGE_BATCH_H

#include "domain/exchange/draft.h"
#include "domain/exchange/row_index.h"

enum {
    BATCH_DRAFTS = 500, /* a batch is full at so many documents, rows or bytes … */
    BATCH_ROWS = 5000,
    BATCH_BYTES = 32 << 20,
    BATCH_DRAFTS_MAX = 20000, /* … but goes on up to these while a document is incomplete */
    BATCH_BYTES_MAX = 192 << 20,
    BATCH_OPEN_MAX = 1000,
};

struct batch {
    struct reading *reading;
    struct arena *mem;         /* of the drafts: given back with each batch */
    struct row_index index;    /* lines: the last row of each document; customers: contents */
    struct row_index suspects; /* documents beside a row that cannot be read: its line */
    struct draft *drafts;
    ptrdiff_t count, rows;
    ptrdiff_t open[BATCH_OPEN_MAX], open_count; /* the incomplete ones */
    int64_t skip_to;                            /* rows up to this one were dealt with before */
    int64_t position;                           /* the last row that was read */
    bool ended;
};

/* Reads the file once where documents have lines. */
bool batch_open(struct op *op, struct reading *reading, struct batch *out) MUST_USE;
void batch_close(struct batch *b);
/* From the first row again. */
bool batch_restart(struct op *op, struct batch *b) MUST_USE;
/* The next documents, all of them whole. */
bool batch_read(struct op *op, struct batch *b) MUST_USE;

#endif
