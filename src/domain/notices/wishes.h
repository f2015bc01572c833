/* Mails that staff ask for by hand: a statement of account, a reminder of what is overdue. Written
 * down as a wish, so that asking is one short transaction and the letters are the background's. */
#ifndef NOTICES_WISHES_H
#define NOTICES_WISHES_H

#include "base/date.h"
#include "domain/notices/notices.h"

struct mail_wish {
    int64_t id;
    enum notice_kind kind; /* NOTICE_STATEMENT or NOTICE_REMINDER */
    int64_t customer, account, person;
    date day; /* as of which it is written */
    instant created;
};
/* Asks the job `mail.wish` for it. */
bool mail_wish_add(struct op *op, const struct mail_wish *in, int64_t *id) MUST_USE;
bool mail_wish_get(struct op *op, int64_t id, struct mail_wish *out) MUST_USE;

/* Of one customer and kind, newest first, at most 20. */
struct mail_wishes {
    struct mail_wish *at;
    ptrdiff_t count;
};
bool mail_wishes_of(struct op *op, int64_t customer, enum notice_kind kind,
                    struct mail_wishes *out) MUST_USE;

#endif
