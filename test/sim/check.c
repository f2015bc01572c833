/* What must hold after every step, and what must hold when all is quiet. */
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/audit/chain.h"
#include "domain/ledger/ledger.h"
#include "sim.h"
#include "store/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- looking ---- */

static void eyes_prepare(struct eyes *e, const char *sql, bool pick)
{
    char text[600];
    struct glance *g = &e->at[e->count++];
    *g = (struct glance){.sql = sql, .pick = pick};
    snprintf(text, sizeof text,
             pick ? "with found as (select id from %s) select id from found order by id limit 1 "
                    "offset ?2 %% max(1, (select count(*) from found))"
                  : "%s",
             sql);
    assert(e->count <= GLANCES_MAX);
    if (sqlite3_prepare_v2(e->db, text, -1, &g->stmt, NULL) == SQLITE_OK) return;
    fprintf(stderr, "%s: %s\n", sqlite3_errmsg(e->db), text);
    abort();
}

void eyes_open(struct eyes *e, const char *path)
{
    int code = sqlite3_open_v2(path, &e->db, SQLITE_OPEN_READWRITE, "eyes");
    assert(code == SQLITE_OK);
    (void)code;
    sqlite3_db_config(e->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    eyes_prepare(e, "pragma data_version", false); /* reads the schema */
}

static struct glance *glance(struct eyes *e, const char *sql, bool pick)
{
    for (int i = 0; i < e->count; i++)
        if (e->at[i].pick == pick && (e->at[i].sql == sql || strcmp(e->at[i].sql, sql) == 0))
            return &e->at[i];
    eyes_prepare(e, sql, pick);
    return &e->at[e->count - 1];
}

static int64_t look_at(struct sim *s, const char *sql, bool pick, int64_t arg)
{
    sqlite3_stmt *stmt = glance(s->eyes, sql, pick)->stmt;
    if (sqlite3_bind_parameter_count(stmt) >= 1) sqlite3_bind_int64(stmt, 1, arg);
    if (pick) sqlite3_bind_int64(stmt, 2, chance_below(&s->chance, (int64_t)1 << 40));
    int code = sqlite3_step(stmt);
    int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        sim_fail(s, "%s: %s", sqlite3_errmsg(s->eyes->db), sql);
    sqlite3_reset(stmt);
    return number;
}

int64_t sim_number(struct sim *s, const char *sql, int64_t arg)
{
    return look_at(s, sql, false, arg);
}

int64_t sim_pick(struct sim *s, const char *from, int64_t arg)
{
    return look_at(s, from, true, arg);
}

/* ---- after every step ---- */

static struct counts counts_now(struct sim *s)
{
    return (struct counts){
        .entries = sim_number(s, "select coalesce(max(id), 0) from entry", 0),
        .steps = sim_number(s, "select count(*) from payment_step", 0),
        .audits = sim_number(s, "select coalesce(max(id), 0) from audit", 0),
        .messages = sim_number(s, "select count(*) from gateway_inbox", 0),
        .attempts = sim_number(s, "select coalesce(max(id), 0) from attempt", 0),
    };
}

/* Each counts rows that must not be. */
static const struct {
    const char *what, *sql;
} rules[] = {
    {"an entry does not balance", "select count(*) from (select 1 from posting where entry > ?1 "
                                  "group by entry, currency having sum(amount_minor) <> 0)"},
    {"an entry is not posted", "select count(*) from entry where id > ?1 and not posted"},
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

void sim_seen(struct sim *s)
{
    if (!s->eyes->db) return; /* the world is still being made */
    s->seen = counts_now(s);
}

void sim_check_step(struct sim *s)
{
    int64_t version = sim_number(s, "pragma data_version", 0);
    if (version == s->version) return; /* nobody has written since */
    s->version = version;
    struct counts now = counts_now(s), was = s->seen;
    if (now.entries < was.entries || now.steps < was.steps || now.audits < was.audits ||
        now.messages < was.messages || now.attempts < was.attempts)
        sim_fail(s, "what was acknowledged is gone: %lld entries of %lld, %lld steps of %lld",
                 (long long)now.entries, (long long)was.entries, (long long)now.steps,
                 (long long)was.steps);
    s->seen = now;
    for (ptrdiff_t i = 0; i < COUNT(rules) && !s->failed; i++)
        if (sim_number(s, rules[i].sql, s->balanced) != 0) sim_fail(s, "%s", rules[i].what);
    s->balanced = now.entries; /* what is posted never changes */
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
        sim_forms_again(s);
        sim_jobs(s, 300);
        sim_check_step(s);
        bool rests =
            sim_number(s,
                       "select count(*) from attempt where state in ('submitting', 'open', "
                       "'unknown')",
                       0) == 0 &&
            sim_number(s,
                       "select count(*) from job where kind in ('payment.settle', "
                       "'refund.send') and not parked",
                       0) == 0;
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
    s->balanced = 0; /* all of them once more */
    s->version = -1;
    sim_check_step(s);
    if (!s->failed) sim_check_lines(s);
    if (!s->failed) sim_check_files(s);
    if (s->failed) return;
    for (ptrdiff_t i = 0; i < COUNT(ends) && !s->failed; i++)
        if (sim_number(s, ends[i].sql, 0) != 0) sim_fail(s, "at the end: %s", ends[i].what);
    int64_t taken = sim_gateway_taken(s),
            booked = sim_number(
                s, "select coalesce(sum(amount_minor), 0) from posting where gl = '1050'", 0);
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
