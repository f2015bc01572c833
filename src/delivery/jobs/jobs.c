#include "delivery/jobs/jobs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "delivery/app.h"
#include "delivery/jobs/jobs_sql.h"

#include <assert.h>
#include <time.h>

#define LEASE_US     (2 * MINUTE_US)
#define RETRY_US     (30 * SECOND_US)
#define RETRY_MAX_US (6 * HOUR_US)
#define IDLE_MS      200

enum { ARENA_BYTES_MAX = 256 << 20, REASON_MAX = 400 };

/* One job from its claim to its end. */
struct turn {
    struct job job;
    const struct job_kind *kind;
    int64_t asked;
    bool waits, found, park;
    str reason;
};

static bool look(struct op *op, void *arg)
{
    struct turn *turn = arg;
    struct job_waits_row row;
    if (!sql_job_waits(op, (struct job_waits_args){.now = op->now}, &row)) return false;
    turn->waits = row.waits;
    return true;
}

static bool claim(struct op *op, void *arg)
{
    struct turn *turn = arg;
    struct job_claim_row row;
    struct job_claim_args args = {.now = op->now, .until = op->now + LEASE_US};
    if (!sql_job_claim(op, args, &row, &turn->found)) return false;
    turn->job.id = row.id;
    turn->job.kind = row.kind;
    turn->job.subject = row.subject;
    turn->job.tries = row.tries;
    turn->asked = row.asked;
    return true;
}

static bool leave(struct op *op, void *arg)
{
    struct turn *turn = arg;
    return sql_job_leave(op, (struct job_leave_args){.id = turn->job.id, .tries = turn->job.tries});
}

/* What does not talk runs here, so that it and its removal are one. */
static bool finish(struct op *op, void *arg)
{
    struct turn *turn = arg;
    if (!turn->kind->talks && !turn->kind->run(op, &turn->job)) return false;

    bool gone;
    struct job_done_row done;
    struct job_done_args args = {
        .id = turn->job.id, .tries = turn->job.tries, .asked = turn->asked};
    if (!sql_job_done(op, args, &done, &gone)) return false;
    if (gone) return true;

    struct job_again_row again;
    struct job_again_args more = {.id = turn->job.id, .tries = turn->job.tries};
    if (!sql_job_again(op, more, &again, &gone)) return false;
    return gone || op_broken(op, ERR_CONFLICT, "job %lld: the lease ran out, somebody else has it",
                             (long long)turn->job.id);
}

static bool put_back(struct op *op, void *arg)
{
    struct turn *turn = arg;
    int64_t doublings = turn->job.tries < 12 ? turn->job.tries - 1 : 11,
            wait = RETRY_US << doublings;
    struct job_later_args args = {
        .id = turn->job.id,
        .tries = turn->job.tries,
        .due_at = op->now + (wait < RETRY_MAX_US ? wait : RETRY_MAX_US),
        .parked = turn->park,
        .last_error = turn->reason,
    };
    return sql_job_later(op, args);
}

/* For the console: what the log says about the newest error, no longer than fits. */
static str reason_of(const struct op *op)
{
    const struct err *err = op->errs;
    if (!err) return str_of(say(op_lang(op), "It failed without saying why."));
    str text = str_head(err->detail.len > 0 ? err->detail : err->message, REASON_MAX);
    for (int cut = 0; cut < 4 && !str_utf8(text); cut++) text.len--; /* not within a character */
    return str_utf8(text) ? text : str_of(say(op_lang(op), "The log has the reason."));
}

/* Takes jobs until one is of a kind we know. False: the queue is broken. */
static bool next_job(struct op *op, struct store *store, const struct job_kind *kinds,
                     struct turn *turn)
{
    for (;;) {
        if (!store_transact(op, store, TX_READ, look, turn)) return false;
        turn->found = false;
        if (!turn->waits) return true;
        if (!store_transact(op, store, TX_QUEUE, claim, turn)) return false;
        if (!turn->found) return true; /* somebody was faster */
        for (turn->kind = kinds; turn->kind->name; turn->kind++)
            if (str_eq(turn->job.kind, str_of(turn->kind->name))) return true;
        log_line(op, "job.unknown", {"kind", turn->job.kind});
        if (!store_transact(op, store, TX_QUEUE, leave, turn)) return false;
    }
}

static bool run(struct op *op, struct store *store, struct turn *turn)
{
    if (turn->job.tries > turn->kind->tries_max)
        return op_broken(op, ERR_INTERNAL, "It was begun %lld times and never came to an end.",
                         (long long)turn->job.tries - 1);
    if (turn->kind->talks && !turn->kind->run(op, &turn->job)) return false;
    if (op->errs) return false;
    return store_transact(op, store, TX_WRITE, finish, turn);
}

bool jobs_run_next(struct op *op, struct store *store, const struct app *app,
                   const struct job_kind *kinds, bool *ran)
{
    struct turn turn = {.job = {.store = store, .app = app}};
    *ran = false;
    if (!next_job(op, store, kinds, &turn)) return false;
    if (!turn.found) return true;

    *ran = true;
    if (run(op, store, &turn)) return true;
    assert(!op->tx);
    log_errors(op, turn.kind->name);
    turn.reason = reason_of(op);
    turn.park = turn.job.tries >= turn.kind->tries_max;
    op->errs = NULL;
    return store_transact(op, store, TX_QUEUE, put_back, &turn);
}

bool jobs_parked(struct op *op, int limit, struct parked_jobs *out)
{
    struct jobs_parked_rows_list rows;
    if (!sql_jobs_parked_rows(op, (struct jobs_parked_rows_args){.limit = limit}, &rows))
        return false;
    *out = (struct parked_jobs){arena_array(op->mem, struct parked_job, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct parked_job){
            .id = rows.at[i].id,
            .subject = rows.at[i].subject,
            .tries = rows.at[i].tries,
            .kind = rows.at[i].kind,
            .last_error = rows.at[i].last_error,
            .since = rows.at[i].due_at,
        };
    return true;
}

bool job_unpark(struct op *op, int64_t id)
{
    struct job_unpark_list done;
    if (!sql_job_unpark(op, (struct job_unpark_args){.id = id, .now = op->now}, &done))
        return false;
    if (done.count == 1) return true;
    return op_fail(op, ERR_MISSING, NULL, "This work was done, or taken up again, meanwhile.");
}

bool jobs_measure(struct op *op, struct jobs_measure *out)
{
    struct jobs_measured_row row;
    if (!sql_jobs_measured(op, (struct jobs_measured_args){op->now}, &row)) return false;
    *out = (struct jobs_measure){row.due, row.running, row.later, row.parked, row.due_since};
    return true;
}

/* ---- a worker's life --------------------------------------------------------------------------
 */

struct worker {
    const struct app *app;
    struct arena *mem;
    struct store *store;
    bool ran;
};

static void idle(const atomic_bool *stop, int times)
{
    for (int i = 0; i < times && !atomic_load(stop); i++)
        nanosleep(&(struct timespec){.tv_nsec = IDLE_MS * 1000000L}, NULL);
}

static void work_now(void *arg)
{
    struct worker *w = arg;
    struct actor actor = {.kind = ACTOR_PROGRAM, .name = S("Quittance")};
    struct op op = {.mem = w->mem, .now = w->app->now(), .actor = &actor};
    bool did = false;
    bool good = w->store || store_open(&op, w->app->db, &w->store);
    good = good && jobs_run_next(&op, w->store, w->app, w->app->jobs, &did);
    if (!good) log_errors(&op, "jobs.broken");
    w->ran = good && did;
}

/* One job, or none. False: there was nothing to do, or it could not be done. A job that filled the
 * arena was cut off; its lease runs out, and after its last try it is parked. */
static bool work_once(struct worker *w)
{
    struct arena_mark start = arena_mark(w->mem);
    w->ran = false;
    if (!arena_try(w->mem, work_now, w)) log_line(NULL, "job.too_large");
    arena_rewind(w->mem, start);
    return w->ran;
}

void jobs_work(const struct app *app, const atomic_bool *stop)
{
    struct worker w = {.app = app, .mem = arena_open(ARENA_BYTES_MAX)};
    while (!atomic_load(stop))
        if (!work_once(&w)) idle(stop, 2);
    arena_close(w.mem);
    store_close(w.store);
}

bool jobs_orphan(struct op *op)
{
    return sql_jobs_orphan(op, (struct jobs_orphan_args){.now = op->now});
}
