#include "delivery/jobs/bounce_jobs.h"

#include "adapters/mail/inbox.h"
#include "adapters/mail/report.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "delivery/app.h"
#include "domain/notices/bounces.h"
#include "store/outbox.h"

#define PAUSE_US (5 * MINUTE_US)

struct recording {
    struct bounce_in in;
    bool known;
};

static bool record(struct op *op, void *arg)
{
    struct recording *r = arg;
    return bounce_record(op, &r->in, &r->known);
}

/* What cannot be read, and what is no report, is done with as well: it stays in the mailbox for
 * people. Only a database that cannot be written to leaves it new. */
static bool take(struct op *op, str bytes, void *arg)
{
    const struct job *job = arg;
    struct mail_report report;
    if (!report_read(op, bytes, &report)) {
        log_errors(op, "bounces.read");
        op->errs = NULL;
        return true;
    }
    if (!report.found || report.message_id.len == 0) return true;
    struct recording r = {
        .in =
            {
                .message_id = report.message_id,
                .kind = bounce_kind_of(report.status, report.delayed),
                .status = report.status,
                .words = report.words,
                .report = crypto_digest(op->mem, bytes),
            },
    };
    if (!store_transact(op, job->store, TX_WRITE, record, &r)) return false;
    log_line(op, r.known ? "bounce.recorded" : "bounce.unknown", {"status", report.status});
    return true;
}

static bool come_again(struct op *op, void *arg)
{
    const bool *more = arg;
    return outbox_add_at(op, "bounces.read", 0, op->now + (*more ? 0 : PAUSE_US));
}

bool bounces_read_job(struct op *op, const struct job *job)
{
    const struct app *app = job->app;
    bool more;
    if (!app->bounces) return true;
    return inbox_read(op, app->bounces, take, (void *)(uintptr_t)job, &more) &&
           store_transact(op, job->store, TX_WRITE, come_again, &more);
}
