/* Which parts a document has, and in which order: what staff may switch off or move. Kept in
 * versions, like texts. */
#ifndef TEXTS_BLOCKS_H
#define TEXTS_BLOCKS_H

#include "base/op.h"

enum block {
    BLOCK_INTRO = 1, /* the text above the lines */
    BLOCK_FACTS,     /* number, dates, orders: always there */
    BLOCK_LINES,     /* what it is about, with its totals: always there */
    BLOCK_CLOSING,   /* the text below the lines */
    BLOCK_PAYMENT,   /* the account to pay to, and the codes */
    BLOCK_COUNT = BLOCK_PAYMENT,
};
enum layout_kind {
    LAYOUT_INVOICE = 1,
    LAYOUT_CREDIT_NOTE,
    LAYOUT_RECEIPT,
    LAYOUT_STATEMENT,
    LAYOUT_REMINDER,
    LAYOUT_COUNT = LAYOUT_REMINDER,
};
struct layout {
    enum block at[BLOCK_COUNT];
    int count;
};

const char *block_code(enum block block); /* "facts" */
bool block_from(str code, enum block *out);
bool block_stays(enum block block);             /* it cannot be switched off */
const char *layout_code(enum layout_kind kind); /* "invoice" */
bool layout_from(str code, enum layout_kind *out);

struct layout layout_standard(void);
/* As of a moment; 0: now. */
bool layout_load(struct op *op, int64_t entity, enum layout_kind kind, instant at,
                 struct layout *out) MUST_USE;
/* ERR_INVALID: a part stands in it twice, or one that must stay does not. */
bool layout_put(struct op *op, int64_t entity, enum layout_kind kind,
                const struct layout *in) MUST_USE;

#endif
