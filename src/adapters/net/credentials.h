/* What two services share, in a file that only their operator can read:
 *
 *     # The test gateway
 *     key = 3q2-7wAB…
 *     webhook_secret = whsec_MfKQ9r8G…
 *     webhook_secret_old = whsec_…         while the secret is being changed
 */
#ifndef NET_CREDENTIALS_H
#define NET_CREDENTIALS_H

#include "base/op.h"

struct credentials {
    str key; /* the bearer key: 16 letters or more */
    str webhook_secret, webhook_secret_old;
};

/* A file that others may read or write, or that says anything else, is refused with a sentence. */
bool credentials_read(struct op *op, const char *path, struct credentials *out) MUST_USE;
/* Writes a file with new secrets, mode 0600, unless there is one. */
bool credentials_create(struct op *op, const char *path) MUST_USE;

#endif
