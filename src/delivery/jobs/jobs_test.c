#include "fixture.h"

#include "base/clock.h"
#include "delivery/app.h"
#include "delivery/jobs/jobs.h"
#include "store/outbox.h"

#include <pthread.h>

struct asked {
    const char *kind;
    int64_t subject;
    instant due;
};

static bool ask(struct op *op, void *arg)
{
    const struct asked *a = arg;
    return outbox_add_at(op, a->kind, a->subject, a->due);
}

static void ask_for(struct fixture *f, const char *kind, int64_t subject, int64_t in_s)
{
    struct asked a = {kind, subject, f->now + in_s * SECOND_US};
    fixture_do(f, ask, &a);
}

/* What the jobs below did. Tests run one after the other, but workers are threads. */
static atomic_int runs;
static atomic_int wanted_failures;
static struct fixture *asked_while_running;
static int64_t asked_in_s; /* … for that many seconds later */

static bool run_it(struct op *op, const struct job *job)
{
    CHECK(op->tx && job->subject == 7, "%lld", (long long)job->subject);
    atomic_fetch_add(&runs, 1);
    if (!outbox_add(op, "trace", 1)) return false; /* gone again when it fails */
    if (atomic_load(&wanted_failures) <= 0) return true;
    atomic_fetch_sub(&wanted_failures, 1);
    return op_broken(op, ERR_UPSTREAM, "the mail server is asleep");
}

static bool talk_it(struct op *op, const struct job *job)
{
    CHECK(!op->tx && job->store, "a talk inside of a transaction");
    atomic_fetch_add(&runs, 1);
    if (asked_while_running) ask_for(asked_while_running, "talk", job->subject, asked_in_s);
    asked_while_running = NULL;
    return true;
}

static bool run_any(struct op *op, const struct job *job)
{
    (void)op, (void)job;
    atomic_fetch_add(&runs, 1);
    return true;
}

static const struct job_kind kinds[] = {
    {"run", run_it, .tries_max = 3},
    {"talk", talk_it, .tries_max = 3, .talks = true},
    {"any", run_any, .tries_max = 1},
    {0},
};

static void start(struct fixture *f)
{
    (void)f;
    atomic_store(&runs, 0);
    atomic_store(&wanted_failures, 0);
    asked_while_running = NULL;
    asked_in_s = 0;
}

static bool next(struct fixture *f, int64_t later_s)
{
    struct op op = fixture_op(f);
    bool ran;
    op.now += later_s * SECOND_US;
    CHECK(jobs_run_next(&op, f->store, NULL, kinds, &ran), "%s", fixture_why(&op));
    CHECK(!op.errs && !op.tx, "%s", fixture_why(&op));
    return ran;
}

/* The number of jobs in a state, asked of the database by a check that fails otherwise. */
static bool rows_are(struct fixture *f, const char *where, int n)
{
    const char *sql = str_printf(f->mem,
                                 "create table wrong (n integer check (n = %d));"
                                 "insert into wrong select count(*) from job where %s;"
                                 "drop table wrong",
                                 n, where)
                          .at;
    return fixture_sql_try(f, sql);
}

ENGINES_SENTENCE(asking_twice_before_it_ran_is_asking_once)
{
    start(f);
    ask_for(f, "run", 7, 60);
    ask_for(f, "run", 7, 0); /* the earlier time counts */
    CHECK(next(f, 0), "not due");
    CHECK(runs == 1 && rows_are(f, "kind = 'run'", 0), "%d runs", runs);
}

ENGINES_SENTENCE(a_job_that_fails_waits_twice_as_long_each_time_and_is_parked_in_the_end)
{
    static const struct {
        int64_t at_s;
        bool ran;
    } rounds[] = {{0, true}, {29, false}, {31, true}, {60, false}, {92, true}, {9999, false}};
    start(f);
    ask_for(f, "run", 7, 0);
    atomic_store(&wanted_failures, 3);
    for (ptrdiff_t i = 0; i < COUNT(rounds); i++)
        CHECK(next(f, rounds[i].at_s) == rounds[i].ran, "round %td", i);
    CHECK(rows_are(f, "parked and last_error = 'the mail server is asleep'", 1), "not parked");
    CHECK(rows_are(f, "kind = 'trace'", 0), "what it wrote is still there");

    ask_for(f, "run", 7, 10000); /* somebody asks anew: a new chance */
    CHECK(next(f, 10000), "still parked");
    CHECK(rows_are(f, "kind = 'run'", 0) && rows_are(f, "kind = 'trace'", 1), "not done");
}

ENGINES_SENTENCE(what_is_asked_for_while_it_runs_runs_again)
{
    start(f);
    ask_for(f, "talk", 1, 0);
    asked_while_running = f;
    CHECK(next(f, 0) && next(f, 1), "the second one was lost");
    CHECK(runs == 2 && rows_are(f, "1 = 1", 0), "%d runs", runs);
}

ENGINES_SENTENCE(what_asks_for_itself_later_runs_later_and_not_at_once)
{
    start(f);
    ask_for(f, "talk", 7, 0);
    asked_while_running = f;
    asked_in_s = 60;
    CHECK(next(f, 0) && !next(f, 0) && !next(f, 59), "it ran again at once: %d", runs);
    CHECK(next(f, 60) && !next(f, 600) && runs == 2, "%d runs", runs);
}

ENGINES_SENTENCE(a_kind_that_is_not_known_is_left_to_others)
{
    start(f);
    ask_for(f, "from the future", 1, 0);
    ask_for(f, "any", 2, 0);
    CHECK(next(f, 0), "it stands in the way");
    CHECK(runs == 1 && rows_are(f, "kind = 'from the future' and tries = 0", 1), "%d", runs);
}

ENGINES_SENTENCE(a_job_whose_worker_died_is_taken_over_until_its_last_try)
{
    start(f);
    ask_for(f, "any", 1, 0);
    fixture_sql(f, "update job set tries = 1, leased_until = due_at + 120000000");
    CHECK(!next(f, 100), "taken from somebody who has it");
    CHECK(next(f, 121), "its lease ran out");
    CHECK(runs == 0 && rows_are(f, "parked", 1), "it had its one try");
}

static bool nothing_half_done_outside(struct op *op, struct store *store, void *arg)
{
    bool ran;
    (void)arg;
    return jobs_run_next(op, store, NULL, kinds, &ran);
}

static void one_or_the_other(struct fixture *f, bool done, void *arg)
{
    (void)done, (void)arg;
    bool before = rows_are(f, "kind = 'run'", 1) && rows_are(f, "kind = 'trace'", 0);
    bool after = rows_are(f, "kind = 'run'", 0) && rows_are(f, "kind = 'trace'", 1);
    CHECK(before != after, "half done");
    fixture_sql(f, "update job set leased_until = 0, due_at = 0, parked = false, tries = 0"
                   " where kind = 'run'");
}

ENGINES_SENTENCE(a_job_and_its_removal_are_one)
{
    start(f);
    ask_for(f, "run", 7, 0);
    CHECK(test_every_failure_outside(f, nothing_half_done_outside, NULL, one_or_the_other) > 5,
          "calls");
}

struct crew {
    struct app app;
    atomic_bool stop;
};

static instant fixture_clock(void)
{
    return FIXTURE_NOW;
}

static void *worker(void *arg)
{
    struct crew *crew = arg;
    jobs_work(&crew->app, &crew->stop);
    return NULL;
}

enum { WORKERS = 3, JOBS = 60 };

ENGINES_SENTENCE(workers_share_the_jobs_and_run_each_once)
{
    start(f);
    for (int i = 0; i < JOBS; i++) ask_for(f, "any", i, 0);
    struct crew crew = {.app = {.db = f->db, .jobs = kinds, .now = fixture_clock}};
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        CHECK(pthread_create(&threads[i], NULL, worker, &crew) == 0, "thread");
    (void)test_comes_to(&runs, JOBS);
    atomic_store(&crew.stop, true);
    for (int i = 0; i < WORKERS; i++) pthread_join(threads[i], NULL);
    CHECK(runs == JOBS && rows_are(f, "1 = 1", 0), "%d runs", runs);
}

TESTS(ENGINES_TEST(asking_twice_before_it_ran_is_asking_once),
      ENGINES_TEST(a_job_that_fails_waits_twice_as_long_each_time_and_is_parked_in_the_end),
      ENGINES_TEST(what_is_asked_for_while_it_runs_runs_again),
      ENGINES_TEST(what_asks_for_itself_later_runs_later_and_not_at_once),
      ENGINES_TEST(a_kind_that_is_not_known_is_left_to_others),
      ENGINES_TEST(a_job_whose_worker_died_is_taken_over_until_its_last_try),
      ENGINES_TEST(a_job_and_its_removal_are_one),
      ENGINES_TEST(workers_share_the_jobs_and_run_each_once))
