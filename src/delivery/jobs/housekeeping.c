#include "delivery/jobs/housekeeping.h"

#include "base/clock.h"
#include "delivery/web/command_key.h"
#include "store/outbox.h"

bool commands_forget_job(struct op *op, const struct job *job)
{
    (void)job;
    if (!commands_forget(op, op->now - 30 * DAY_US)) return false;
    return outbox_add_at(op, "commands.forget", 0, op->now + DAY_US);
}

bool housekeeping_begin(struct op *op, void *unused)
{
    (void)unused;
    return outbox_add(op, "commands.forget", 0) && outbox_add(op, "mail.forget", 0) &&
           outbox_add(op, "bounces.read", 0);
}
