#include "delivery/jobs/housekeeping.h"

#include "base/arena.h"
#include "base/clock.h"
#include "delivery/app.h"
#include "delivery/web/command_key.h"
#include "domain/audit/chain.h"
#include "domain/company/company.h"
#include "domain/documents/statements.h"
#include "store/outbox.h"

bool commands_forget_job(struct op *op, const struct job *job)
{
    (void)job;
    if (!commands_forget(op, op->now - 30 * DAY_US)) return false;
    return outbox_add_at(op, "commands.forget", 0, op->now + DAY_US);
}

enum { SEALED_AT_ONCE = 1000 };
#define SEAL_PAUSE_US (30 * SECOND_US)

bool chain_seal_job(struct op *op, const struct job *job)
{
    int sealed;
    if (!chain_seal(op, job->app->keys, SEALED_AT_ONCE, &sealed)) return false;
    instant next = op->now + (sealed == SEALED_AT_ONCE ? 0 : SEAL_PAUSE_US);
    return outbox_add_at(op, "chain.seal", 0, next);
}

enum { STATEMENTS_AT_ONCE = 20 };

bool statements_issue_job(struct op *op, const struct job *job)
{
    struct entity seller;
    struct entity_list sellers;
    bool more = false;
    if (!entities(op, &sellers)) return false;
    if (sellers.count > 0) {
        seller = sellers.at[0];
        str link = str_printf(op->mem, "%.*s/invoices", STR(job->app->public_url));
        if (!statements_monthly(op, entity_today(op, &seller), link, STATEMENTS_AT_ONCE, &more))
            return false;
    }
    return outbox_add_at(op, "statements.issue", 0, op->now + (more ? 0 : HOUR_US));
}

bool housekeeping_alone(struct op *op, void *unused)
{
    (void)unused;
    return jobs_orphan(op) && commands_orphan(op);
}

bool housekeeping_begin(struct op *op, void *unused)
{
    (void)unused;
    return outbox_add(op, "commands.forget", 0) && outbox_add(op, "mail.forget", 0) &&
           outbox_add(op, "bounces.read", 0) && outbox_add(op, "chain.seal", 0) &&
           outbox_add(op, "statements.issue", 0) && outbox_add(op, "payouts.read", 0) &&
           outbox_add(op, "held.release", 0);
}
