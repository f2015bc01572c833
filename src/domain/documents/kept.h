/* Documents as they were made: stored once with their hash, and served as they were, however the
 * seller's look, texts or address change later. What is mailed and what is downloaded are the same
 * bytes. */
#ifndef DOCUMENTS_KEPT_H
#define DOCUMENTS_KEPT_H

#include "base/op.h"
#include "domain/ledger/ledger.h"

enum kept_kind {
    KEPT_DOCUMENT = 1, /* subject: the document's id */
    KEPT_RECEIPT,      /* the payment's */
    KEPT_REFUND,       /* the refund's */
    KEPT_STATEMENT,    /* the statement's */
    KEPT_REMINDER,     /* the wish's that asked for it (notices/wishes.h) */
};

struct kept {
    str name; /* "Invoice 10-48840.pdf" */
    str bytes, sha256;
    instant made;
};

bool kept_find(struct op *op, enum kept_kind kind, int64_t subject, struct kept *out,
               bool *found) MUST_USE;
/* Stores it, unless somebody was first; `out` is what is stored. */
bool kept_put(struct op *op, enum kept_kind kind, int64_t subject, str name, str bytes,
              struct kept *out) MUST_USE;
/* Finds documents whose bytes are no longer those of their hash. */
bool kept_verify(struct op *op, struct verdict *out) MUST_USE;

#endif
