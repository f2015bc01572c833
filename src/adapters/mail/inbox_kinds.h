/* The kinds of inboxes: see inbox.h. */
#ifndef MAIL_INBOX_KINDS_H
#define MAIL_INBOX_KINDS_H

#include "adapters/mail/inbox.h"

struct inbox_take {
    bool (*take)(struct op *op, str bytes, void *arg);
    void *arg;
};

struct inbox {
    void *account;
    bool (*read)(struct op *op, const struct inbox *inbox, const struct inbox_take *take,
                 bool *more);
};

bool inbox_maildir(struct op *op, str path, struct inbox *out) MUST_USE;
bool inbox_mbox(struct op *op, str path, struct inbox *out) MUST_USE;
bool inbox_imap(struct op *op, str url, struct inbox *out) MUST_USE;

#endif
