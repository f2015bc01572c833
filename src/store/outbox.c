#include "store/outbox.h"

#include "store/outbox_sql.h"

#include <assert.h>

bool outbox_add_at(struct op *op, const char *kind, int64_t subject, instant due)
{
    assert(op->tx); /* with its cause, or not at all */
    struct outbox_put_args args = {.kind = str_of(kind), .subject = subject, .due_at = due};
    return sql_outbox_put(op, args);
}

bool outbox_add(struct op *op, const char *kind, int64_t subject)
{
    return outbox_add_at(op, kind, subject, op->now);
}
