#include "delivery/jobs/access_jobs.h"

#include "domain/access/sessions.h"

bool access_sweep_job(struct op *op, const struct job *job)
{
    (void)job;
    return access_sweep(op) && access_sweep_later(op);
}
