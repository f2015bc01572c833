/* One document, shown to somebody who does not sign in: a link that runs out, and can be taken
 * back. The link's secret is a keyed tag over its id: nothing to steal lies in the database. */
#ifndef DOCUMENTS_SHARING_H
#define DOCUMENTS_SHARING_H

#include "base/crypto.h"
#include "base/op.h"

enum { SHARE_DAYS = 30 };

struct share {
    int64_t id, document, customer;
    instant created, expires, opened; /* opened 0: never */
    bool revoked, over;               /* over: revoked, or run out */
};
struct shares {
    struct share *at;
    ptrdiff_t count;
};

bool share_add(struct op *op, int64_t customer, int64_t document, int64_t person,
               int64_t *id) MUST_USE;
/* Those that still open the document, newest first. */
bool shares_of(struct op *op, int64_t document, struct shares *out) MUST_USE;
/* Another customer's is as if it were not there. */
bool share_revoke(struct op *op, int64_t customer, int64_t id) MUST_USE;

/* What stands in the address, and what a visitor's address stands for. *found is false for one
 * that was never given out. */
str share_token(struct arena *mem, const struct keys *keys, int64_t id);
/* Keeps when it was opened last; nothing is used up. */
bool share_opened(struct op *op, int64_t id) MUST_USE;
bool share_find(struct op *op, const struct keys *keys, str token, struct share *out,
                bool *found) MUST_USE;

#endif
