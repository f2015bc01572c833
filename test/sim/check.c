/* What must hold after every step, and what must hold when all is quiet. */
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/audit/chain.h"
#include "domain/ledger/ledger.h"
#include "sim.h"
#include "store/store.h"

#include <stdio.h>

int64_t sim_number(struct sim *s, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t number = 0;
    if (sqlite3_prepare_v2(s->raw, sql, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        sim_fail(s, "%s: %s", sqlite3_errmsg(s->raw), sql);
    else
        number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

int64_t sim_pick(struct sim *s, const char *from)
{
    char sql[400];
    snprintf(sql, sizeof sql, "select count(*) from %s", from);
    int64_t count = sim_number(s, sql);
    if (count == 0) return 0;
    snprintf(sql, sizeof sql, "select id from %s order by id limit 1 offset %lld", from,
             (long long)chance_below(&s->chance, count));
    return sim_number(s, sql);
}

struct counts sim_counts(struct sim *s)
{
    return (struct counts){
        .entries = sim_number(s, "select coalesce(max(id), 0) from entry"),
        .steps = sim_number(s, "select count(*) from payment_step"),
        .audits = sim_number(s, "select coalesce(max(id), 0) from audit"),
        .messages = sim_number(s, "select count(*) from gateway_inbox"),
        .attempts = sim_number(s, "select coalesce(max(id), 0) from attempt"),
    };
}

/* Each counts rows that must not be. */
static const struct {
    const char *what, *sql;
} rules[] = {
    {"an entry does not balance", "select count(*) from (select 1 from posting group by entry, "
                                  "currency having sum(amount_minor) <> 0)"},
    {"an entry is not posted", "select count(*) from entry where not posted"},
    {"an item is paid by more than it is",
     "select count(*) from item where (debit_minor - credit_minor) * side < 0"},
    {"more is reserved than is open", "select count(*) from item where reserved_minor < 0 or "
                                      "reserved_minor > (debit_minor - credit_minor) * side"},
    {"a payment has more than one attempt under way",
     "select count(*) from (select 1 from attempt where state in ('submitting', 'open', 'unknown')"
     " group by payment having count(*) > 1)"},
    {"a payment succeeded and is not booked, or is booked and did not",
     "select count(*) from payment p where (state in ('succeeded', 'settled', 'returned', "
     "'partially_refunded', 'refunded')) <> exists (select 1 from entry where payment = p.id and "
     "kind in ('payment', 'receipt', 'imported'))"},
    {"a payment that ended holds reservations",
     "select count(*) from payment where reserved and state in ('succeeded', 'failed', "
     "'cancelled', 'expired', 'refunded', 'returned')"},
};

void sim_check_step(struct sim *s)
{
    struct counts now = sim_counts(s), was = s->seen;
    if (now.entries < was.entries || now.steps < was.steps || now.audits < was.audits ||
        now.messages < was.messages || now.attempts < was.attempts)
        sim_fail(s, "what was acknowledged is gone: %lld entries of %lld, %lld steps of %lld",
                 (long long)now.entries, (long long)was.entries, (long long)now.steps,
                 (long long)was.steps);
    s->seen = now;
    for (ptrdiff_t i = 0; i < COUNT(rules) && !s->failed; i++)
        if (sim_number(s, rules[i].sql) != 0) sim_fail(s, "%s", rules[i].what);
}

struct looking {
    struct verdict books;
    struct chain_report chain;
};

static bool seal(struct op *op, void *arg)
{
    return chain_seal(op, keys_for_tests(op->mem), 5000, arg);
}

static bool look(struct op *op, void *arg)
{
    struct looking *l = arg;
    return ledger_verify(op, &l->books) &&
           chain_verify(op, keys_for_tests(op->mem), NULL, &l->chain);
}

/* Faults are over: messages arrive, jobs run, hours pass, until nobody waits for anything. */
static void come_to_rest(struct sim *s)
{
    s->quiet_world = true;
    for (int round = 0; round < 400 && !s->failed; round++) {
        chance_begin(&s->chance, s->seed, (uint64_t)(100000 + round));
        s->now += 20 * MINUTE_US;
        sim_gateway_arrivals(s);
        for (int i = s->message_count; i-- > 0;)
            if (s->messages[i].due <= s->now) sim_hook(s, i);
        sim_jobs(s, 300);
        sim_check_step(s);
        bool rests =
            sim_number(s, "select count(*) from attempt where state in ('submitting', 'open', "
                          "'unknown')") == 0 &&
            sim_number(s, "select count(*) from job where kind in ('payment.settle', "
                          "'refund.send') and not parked") == 0;
        if (rests && s->message_count == 0) return;
    }
}

static const struct {
    const char *what, *sql;
} ends[] = {
    {"a payment is not resolved, and nobody is told",
     "select count(*) from payment p where method = 'card' and state in ('created', 'submitting', "
     "'requires_action', 'unknown') and not exists (select 1 from trouble where payment = p.id and "
     "closed is null)"},
    {"a refund is not resolved",
     "select count(*) from refund where state in ('requested', 'submitted', 'unknown')"},
    {"a job was given up", "select count(*) from job where parked"},
    {"the database is damaged", "select count(*) from pragma_integrity_check where "
                                "integrity_check <> 'ok'"},
};

void sim_check_end(struct sim *s)
{
    struct looking l = {.books = {0}};
    int sealed = 1;
    come_to_rest(s);
    if (s->failed) return;
    for (ptrdiff_t i = 0; i < COUNT(ends) && !s->failed; i++)
        if (sim_number(s, ends[i].sql) != 0) sim_fail(s, "at the end: %s", ends[i].what);
    int64_t taken = sim_gateway_taken(s),
            booked = sim_number(
                s, "select coalesce(sum(amount_minor), 0) from posting where gl = '1050'");
    if (taken != booked)
        sim_fail(s, "the gateway took %lld, the books say %lld", (long long)taken,
                 (long long)booked);
    for (int i = 0; i < 20 && sealed > 0; i++) {
        struct op op = sim_op(s);
        sim_judge(s, &op, "seal", store_transact(&op, s->store, TX_WRITE, seal, &sealed));
    }
    struct op op = sim_op(s);
    bool looked = store_transact(&op, s->store, TX_READ, look, &l);
    sim_judge(s, &op, "verify", looked);
    if (!looked) return;
    if (l.books.problem_count > 0)
        sim_fail(s, "verify: %.*s %.*s", STR(l.books.problems[0].where),
                 STR(l.books.problems[0].what));
    if (l.chain.problem_count > 0)
        sim_fail(s, "chain: %s %s", l.chain.problems[0].where, l.chain.problems[0].what);
    sim_trace(s, "end", taken, l.books.entries);
}
