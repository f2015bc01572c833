/* Signed messages between services, by the Standard Webhooks scheme (standardwebhooks.com):
 *
 *     webhook-id:         evt_2Wf…            the same for every try of one message
 *     webhook-timestamp:  1767225600          when this try was sent, seconds since 1970
 *     webhook-signature:  v1,g0hM9… v1,Xy7…   HMAC-SHA-256 of "ID.TIMESTAMP.BODY", base64;
 *                                             several while a secret is being changed
 *
 * A secret is "whsec_" and 24 to 64 bytes as base64. */
#ifndef NET_WEBHOOK_H
#define NET_WEBHOOK_H

#include "base/op.h"

struct webhook_head {
    str id, timestamp, signature;
};

/* The signature of one message under one secret, with its "v1,". */
str webhook_sign(struct arena *mem, str secret, str id, str timestamp, str body);

/* True when one of the secrets made one of the signatures, at most five minutes ago or ahead.
 * Empty secrets are none. Takes the same time for each signature it compares. */
bool webhook_genuine(struct arena *mem, const str secrets[], ptrdiff_t count, instant now,
                     const struct webhook_head *head, str body);

str webhook_secret_new(struct arena *mem);
bool webhook_secret_valid(str secret);

#endif
