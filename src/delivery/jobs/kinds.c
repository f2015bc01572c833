#include "delivery/jobs/kinds.h"

#include "delivery/jobs/payment_jobs.h"

const struct job_kind job_kinds[] = {
    {"payment.settle", payment_settle_job, .tries_max = 100, .talks = true},
    {"payment.expire", payment_expire_job, .tries_max = 10},
    {"refund.send", refund_send_job, .tries_max = 100, .talks = true},
    {0},
};
