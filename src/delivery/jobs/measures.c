#include "delivery/jobs/measures.h"

#include "adapters/gateways/counted.h"
#include "base/arena.h"
#include "delivery/jobs/jobs.h"
#include "delivery/web/measure.h"
#include "domain/access/sessions.h"
#include "domain/notices/notices.h"
#include "domain/payments/payments.h"
#include "store/durability.h"

/* 0 is "there is none", and so has no age. */
static int64_t age(const struct op *op, instant since)
{
    return since ? op->now - since : 0;
}

static bool jobs(struct op *op, struct text *t)
{
    struct jobs_measure m;
    if (!jobs_measure(op, &m)) return false;
    measure_head(t, "jobs", "gauge", "Background work, by what it waits for.");
    measure_put(t, "jobs", "state=\"due\"", m.due);
    measure_put(t, "jobs", "state=\"running\"", m.running);
    measure_put(t, "jobs", "state=\"later\"", m.later);
    measure_put(t, "jobs", "state=\"parked\"", m.parked);
    measure_head(t, "jobs_lag_seconds", "gauge", "How long the oldest due job waits.");
    measure_seconds(t, "jobs_lag_seconds", "", age(op, m.due_since));
    return true;
}

static bool mails(struct op *op, struct text *t)
{
    struct mail_measure m;
    if (!mail_measure(op, &m)) return false;
    measure_one(t, "mail_waiting", "gauge", "Mails not sent yet.", m.waiting);
    measure_head(t, "mail_oldest_seconds", "gauge", "How long the oldest of them waits.");
    measure_seconds(t, "mail_oldest_seconds", "", age(op, m.since));
    return true;
}

static bool payments(struct op *op, struct text *t)
{
    struct payments_measure m;
    if (!payments_measure(op, &m)) return false;
    measure_head(t, "payments_unfinished", "gauge", "Payments without an end, by state.");
    for (ptrdiff_t i = 0; i < m.count; i++)
        measure_put(t, "payments_unfinished",
                    str_printf(t->mem, "state=\"%.*s\"", STR(m.at[i].state)).at, m.at[i].count);
    measure_head(t, "payments_unknown_oldest_seconds", "gauge",
                 "How long the oldest payment is in state unknown.");
    measure_seconds(t, "payments_unknown_oldest_seconds", "", age(op, m.unknown_since));
    return true;
}

static void gateway(struct text *t, struct gateway_counts *counts)
{
    if (!counts) return;
    measure_head(t, "gateway_calls_total", "counter", "Calls of the card gateway, by result.");
    for (int call = 0; call < GATEWAY_CALLS; call++)
        for (int result = 0; result < GATEWAY_RESULTS; result++) {
            int64_t count = counts->calls[call][result];
            if (count == 0) continue;
            str labels =
                str_printf(t->mem, "call=\"%s\",result=\"%s\"",
                           gateway_call_name((enum gateway_call)call), gateway_result_name(result));
            measure_put(t, "gateway_calls_total", labels.at, count);
        }
    measure_head(t, "gateway_seconds_total", "counter", "Time spent in them.");
    for (int call = 0; call < GATEWAY_CALLS; call++)
        measure_seconds(
            t, "gateway_seconds_total",
            str_printf(t->mem, "call=\"%s\"", gateway_call_name((enum gateway_call)call)).at,
            counts->took_us[call]);
}

static bool risks(struct op *op, struct text *t)
{
    struct durability d;
    if (!durability_get(op, &d)) return false;
    measure_head(t, "db_risk", "gauge",
                 "1: the database's settings can lose what was confirmed, by kind.");
    for (int i = 0; i < RISK_COUNT; i++)
        measure_put(
            t, "db_risk",
            str_printf(t->mem, "kind=\"%s\"", durability_risk_name((enum durability_risk)i)).at,
            d.risk[i]);
    return true;
}

bool measures(struct op *op, const struct app *app, struct text *t)
{
    int64_t sessions;
    gateway(t, app->gateway_counts);
    if (!risks(op, t) || !jobs(op, t) || !mails(op, t) || !payments(op, t)) return false;
    if (!sessions_count(op, &sessions)) return false;
    measure_one(t, "sessions_open", "gauge", "People signed in.", sessions);
    return true;
}
