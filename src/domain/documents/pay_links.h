/* Links of mails that open one set of documents, to see and to pay, without a sign-in.
 *
 * What they allow is the entity's policy (notices/settings.h), read when the link is used, so that
 * a stricter one counts for old mails too. They run out, and staff and the customer can take them
 * back. The secret is a keyed tag over the link's id: nothing to steal lies in the database.
 * Opening one changes nothing but its last use: mail scanners open links before people do. */
#ifndef DOCUMENTS_PAY_LINKS_H
#define DOCUMENTS_PAY_LINKS_H

#include "base/crypto.h"
#include "base/op.h"

struct pay_link_new {
    int64_t customer, entity;
    str email; /* who gets the mail */
    str event; /* the mail's: the same one again is the same link */
    int64_t days;
    const int64_t *documents;
    ptrdiff_t document_count;
};
bool pay_link_make(struct op *op, const struct pay_link_new *in, int64_t *id) MUST_USE;

struct pay_link {
    int64_t id, customer, entity;
    str email;
    instant created, expires, opened; /* opened 0: never */
    int64_t opens;
    bool revoked, over; /* over: revoked, or run out */
    str revoked_by;
};
struct pay_links {
    struct pay_link *at;
    ptrdiff_t count;
};
/* What stands in the address, and what a visitor's address stands for. *found is false for one
 * that was never given out. */
str pay_link_token(struct arena *mem, const struct keys *keys, int64_t id);
bool pay_link_find(struct op *op, const struct keys *keys, str token, struct pay_link *out,
                   bool *found) MUST_USE;
bool pay_link_get(struct op *op, int64_t id, struct pay_link *out) MUST_USE;
struct pay_link_documents {
    int64_t *at;
    ptrdiff_t count;
};
bool pay_link_documents(struct op *op, int64_t link, struct pay_link_documents *out) MUST_USE;
/* The payments that were begun by it, newest first: see struct pay_link_documents. */
bool pay_link_paid_by(struct op *op, int64_t link, int64_t payment) MUST_USE;
bool pay_link_payments(struct op *op, int64_t link, struct pay_link_documents *out) MUST_USE;
bool pay_link_opened(struct op *op, int64_t id) MUST_USE;

/* Newest first, over or not. */
bool pay_links_of_customer(struct op *op, int64_t customer, int limit,
                           struct pay_links *out) MUST_USE;
bool pay_links_of_document(struct op *op, int64_t document, int limit,
                           struct pay_links *out) MUST_USE;
/* `customer` 0: staff. Another customer's is as if it were not there. */
bool pay_link_revoke(struct op *op, int64_t customer, int64_t id) MUST_USE;

#endif
