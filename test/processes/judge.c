/* What must be true. Most of it is asked in plain SQL, without the code that is on trial. */
#include "faults.h"

#include "adapters/gateways/gateways.h"
#include "adapters/mail/mailers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "delivery/jobs/jobs.h"
#include "delivery/jobs/kinds.h"
#include "delivery/jobs/letter_jobs.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>

enum {
    TURNS = 8,
    TURN_MINUTES = 5,
    JOBS_MAX = 1000000,
    CONNECT_TRIES = 600,
    CONNECT_AGAIN_MS = 50
};

/* ---- numbers out of a database ---- */

static int64_t sqlite_number(struct town *t, str url, const char *sql)
{
    const char *path = str_z(t->mem, str_cut(url, ':').tail);
    sqlite3 *db;
    sqlite3_stmt *ask;
    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, "%s", path);
    /* Nothing is written, and what a killed server left in the log is left to the next one. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_busy_timeout(db, 5000);
    must(sqlite3_prepare_v2(db, sql, -1, &ask, NULL) == SQLITE_OK, "%s: %s", sql,
         sqlite3_errmsg(db));
    must(sqlite3_step(ask) == SQLITE_ROW, "%s: %s", sql, sqlite3_errmsg(db));
    int64_t number = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    sqlite3_close(db);
    return number;
}

static void notice_ignore(void *arg, const char *words)
{
    (void)arg, (void)words; /* "terminating connection because of crash" */
}

PGconn *postgres_connect(struct arena *mem, str url)
{
    PGconn *pg = PQconnectdb(str_z(mem, url));
    PQsetNoticeProcessor(pg, notice_ignore, NULL);
    return pg;
}

/* False: the connection broke, as it does when PostgreSQL has met an error of its disk. */
static bool postgres_number(struct town *t, const char *sql, int64_t *out)
{
    PGconn *pg = postgres_connect(t->mem, t->database);
    PGresult *result = PQexec(pg, sql);
    bool answered = PQstatus(pg) == CONNECTION_OK;
    must(!answered || PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(pg));
    must(!answered || str_to_i64(str_of(PQgetvalue(result, 0, 0)), out), "%s", sql);
    PQclear(result);
    PQfinish(pg);
    return answered;
}

int64_t books_number(struct town *t, const char *sql)
{
    int64_t number = 0;
    if (t->postgres.len == 0) return sqlite_number(t, t->database, sql);
    for (int tries = 1; !postgres_number(t, sql, &number); tries++) {
        must(tries < CONNECT_TRIES, "%s: there is no connection", sql);
        if (t->unanswered) t->unanswered(t->unanswered_arg);
        poll(NULL, 0, CONNECT_AGAIN_MS);
    }
    return number;
}

struct rule {
    const char *what, *sql; /* how many break it */
};

/* At every moment. */
static const struct rule always[] = {
    {"an entry is not balanced",
     "select count(*) from (select entry, currency from posting group by entry, currency having "
     "sum(amount_minor) <> 0) as wrong"},
    {"an item is not what its postings say",
     "select count(*) from (select i.id from item i join posting p on p.item = i.id "
     "group by i.id, i.debit_minor, i.credit_minor "
     "having sum(p.amount_minor) <> i.debit_minor - i.credit_minor) as wrong"},
    {"an item is paid or kept beyond what is open",
     "select count(*) from item where open_minor < 0 or reserved_minor > open_minor"},
    {"a payment is booked twice",
     "select count(*) from (select payment from entry where kind = 'payment' and payment is not "
     "null group by payment having count(*) > 1) as wrong"},
    {"a payment was charged twice",
     "select count(*) from (select payment from attempt where state = 'paid' group by payment "
     "having count(*) > 1) as wrong"},
    {"a payment that arrived has no entry",
     "select count(*) from payment p where state in ('succeeded', 'settled') and not exists "
     "(select 1 from entry "
     "e where e.payment = p.id)"},
};

/* When all plans were carried out. */
static const struct rule finally[] = {
    {"something is still open", "select count(*) from item where open_minor <> 0 and kind <> "
                                "'deduction'"},
    {"something is still reserved", "select count(*) from item where reserved_minor <> 0"},
    {"a payment has not come to its end",
     "select count(*) from payment where state not in ('succeeded', 'settled')"},
    {"a job was given up", "select count(*) from job where parked"},
    {"a payment has work left",
     "select count(*) from job where kind in ('payment.receipt', 'mail.send', 'payment.expire')"},
    {"a mail was not sent", "select count(*) from mail where state <> 'sent'"},
    {"a payer has no receipt",
     "select count(*) from payment p where p.method = 'card' and not exists (select 1 from mail m "
     "where m.document = 'receipt' and m.document_id = p.id)"},
    {"a payer has two receipts",
     "select count(*) from (select document_id, recipient from mail where document = 'receipt' "
     "group by document_id, recipient having count(*) > 1) as wrong"},
};

static void rules_hold(struct town *t, const struct rule *rules, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        int64_t wrong = books_number(t, rules[i].sql);
        must(wrong == 0, "%s: %lld times", rules[i].what, (long long)wrong);
    }
}

static void file_is_whole(struct town *t)
{
    static const char ask[] = "select (select count(*) from pragma_integrity_check) + "
                              "(select count(*) from pragma_integrity_check where "
                              "integrity_check <> 'ok')";
    if (t->postgres.len > 0) return;
    must(sqlite_number(t, t->database, ask) == 1, "integrity_check: the file is damaged");
}

void judge_now(struct town *t, bool thoroughly)
{
    struct arena_mark mark = arena_mark(t->mem);
    if (thoroughly) file_is_whole(t);
    rules_hold(t, always, thoroughly ? COUNT(always) : 1);
    arena_rewind(t->mem, mark);
}

/* ---- what is left to do, done ---- */

/* Leases of those who were killed run out, and the gateway is asked about what it never told. */
static void jobs_rest(struct town *t)
{
    struct op op = {.mem = t->mem, .now = clock_now()};
    struct gateway_setup gateway;
    struct gateway_setting setting = {
        .gateway = str_printf(t->mem, "test:%.*s", STR(t->gateway_url)),
        .key_file = t->gateway_key_file,
    };
    struct app app = {.keys = t->keys,
                      .public_url = t->url,
                      .jobs = job_kinds,
                      .now = clock_now,
                      .time_zone = S("Europe/Berlin"),
                      .mail_from = S("receivables@nordwind.example"),
                      .attachments = letter_attachments};
    str mail = str_printf(t->mem, "file:%s/mail", t->folder);
    struct store *store;
    must_op(database_open(&op, t->database, &app.db) && store_open(&op, app.db, &store), &op,
            "open");
    must_op(gateways_open(&op, &setting, &gateway) && mailer_open(&op, mail, &app.mailer), &op,
            "the parts");
    app.gateway = gateway.gateway;
    app.gateway_account = gateway.account;
    struct arena *mem = arena_open((ptrdiff_t)256 << 20);
    for (int turn = 0; turn < TURNS; turn++) {
        bool ran = true;
        for (int n = 0; ran; n++) {
            struct arena_mark mark = arena_mark(mem);
            struct op one = {.mem = mem, .now = clock_now() + turn * TURN_MINUTES * MINUTE_US};
            must(n < JOBS_MAX, "the jobs never rest");
            must_op(jobs_run_next(&one, store, &app, job_kinds, &ran), &one, "a job");
            arena_rewind(mem, mark);
        }
    }
    arena_close(mem);
    store_close(store);
    database_close(app.db);
}

/* ---- each plan ---- */

static void plan_holds(struct town *t, ptrdiff_t number)
{
    struct arena_mark mark = arena_mark(t->mem);
    const struct plan *plan = &t->plans[number];
    must(plan->acknowledged, "plan %td was never acknowledged", number);
    if (plan->way != BY_CREDIT) {
        str ask = str_printf(t->mem,
                             "select count(*) from payment where id = %lld and state in "
                             "('succeeded', 'settled') and amount_minor = %lld and customer = %lld",
                             (long long)plan->payment, (long long)plan->pays.minor,
                             (long long)t->people[plan->client].customer);
        must(books_number(t, ask.at) == 1,
             "plan %td, %s: payment %lld was acknowledged and is not in the books", number,
             way_names[plan->way], (long long)plan->payment);
    }
    arena_rewind(t->mem, mark);
}

void judge_acknowledged(struct town *t)
{
    struct arena_mark mark = arena_mark(t->mem);
    str ids = S("0");
    ptrdiff_t told = 0;
    for (ptrdiff_t i = 0; i < t->plan_count; i++) {
        const struct plan *plan = &t->plans[i];
        if (!atomic_load(&plan->acknowledged) || plan->way == BY_CREDIT) continue;
        ids = str_printf(t->mem, "%.*s, %lld", STR(ids), (long long)plan->payment);
        told++;
    }
    str ask = str_printf(t->mem,
                         "select count(*) from payment where state in ('succeeded', 'settled') "
                         "and id in (%.*s)",
                         STR(ids));
    int64_t there = books_number(t, ask.at);
    must(there == told, "%td payments were acknowledged, and %lld are in the books", told,
         (long long)there);
    arena_rewind(t->mem, mark);
}

static void gateway_agrees(struct town *t, int64_t cards_minor)
{
    int64_t taken = sqlite_number(t, t->gateway_database,
                                  "select coalesce(sum(amount_minor), 0) from charge where state = "
                                  "'paid'");
    int64_t booked = books_number(t, "select coalesce(sum(amount_minor), 0) from payment where "
                                     "method = 'card' and state = 'succeeded'");
    must(taken == booked, "the gateway took %lld, and %lld is booked", (long long)taken,
         (long long)booked);
    must(taken == cards_minor, "%lld was taken, and %lld was meant to be paid by card",
         (long long)taken, (long long)cards_minor);
    printf("  gateway %lld.%02lld = ledger %lld.%02lld\n", (long long)(taken / 100),
           (long long)(taken % 100), (long long)(booked / 100), (long long)(booked % 100));
}

void judge_end(struct town *t)
{
    int64_t payments = 0, cards_minor = 0;
    const char *log = str_printf(t->mem, "%s/verify.log", t->folder).at;
    const char *const verify[] = {
        t->program,  "verify",    "--database", str_z(t->mem, t->database),
        "--keyfile", t->key_file, NULL};
    gateway_start(t);
    jobs_rest(t);
    process_stop(&t->gateway);
    for (ptrdiff_t i = 0; i < t->plan_count; i++) {
        bool card = t->plans[i].way < BY_CREDIT;
        plan_holds(t, i);
        if (t->plans[i].way != BY_CREDIT) payments++;
        if (card) cards_minor += t->plans[i].pays.minor;
    }
    int64_t booked = books_number(t, "select count(*) from payment");
    must(booked == payments, "%lld payments are in the books, and %lld were made",
         (long long)booked, (long long)payments);
    file_is_whole(t);
    rules_hold(t, always, COUNT(always));
    rules_hold(t, finally, COUNT(finally));
    gateway_agrees(t, cards_minor);
    must(program_run(verify, log) == 0, "quittance verify found something: see %s", log);
    printf("  %td plans, %lld payments, each once; verify, integrity and outbox: nothing found\n",
           t->plan_count, (long long)payments);
}
