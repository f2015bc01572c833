#include "fixture.h"

#include "base/clock.h"
#include "store/engine.h"
#include "store/outbox.h"
#include "store/store_test_sql.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS = 8, EACH = 20 };

static void wait_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

/* Several people who come at once; while the first one works the others arrive. */
struct crowd {
    struct fixture *f;
    struct store *outsider; /* steps between one of them and what it is about to change */
    int processes;          /* two: every other one is in a process of its own */
    atomic_int came;
    atomic_bool failed;
};

struct person {
    struct crowd *crowd;
    struct store *store;
    struct arena *mem;
    pthread_t thread;
    int number, done;
    bool good; /* the others fail after they have written */
    int64_t subject;
};

static bool step_in(struct op *op, void *arg)
{
    (void)arg;
    return outbox_add_at(op, "lane.met", 1, op->now);
}

/* The same job as the outsider, after the group has begun. */
static bool meet_outsider(struct op *op, const struct person *p)
{
    struct op theirs = {.mem = p->mem, .now = FIXTURE_NOW - SECOND_US};
    struct store *outsider = p->crowd->outsider;
    p->crowd->outsider = NULL;
    if (outsider && !store_transact(&theirs, outsider, TX_WRITE, step_in, NULL)) return false;
    return outbox_add_at(op, "lane.met", 1, op->now - HOUR_US);
}

static bool stop(struct op *op, const struct lane_jobs_row *row, void *arg)
{
    (void)row, (void)arg;
    return op_fail(op, ERR_INVALID, NULL, "Enough.");
}

/* Looks at the first row only, and leaves the rest unread. */
static bool look_in(struct op *op)
{
    bool whole = sql_lane_jobs_each(op, stop, NULL);
    op->errs = NULL;
    return !whole;
}

static bool ask_for_work(struct op *op, void *arg)
{
    const struct person *p = arg;
    if (p->number == 0 && p->done == 0) /* the first one is slow: all the others wait */
        for (int i = 0; i < 2000 && atomic_load(&p->crowd->came) < THREADS; i++) wait_ms(1);
    if (!outbox_add(op, "lane.test", p->subject) || !look_in(op)) return false;
    if (p->number == THREADS - 1 && p->crowd->outsider && !meet_outsider(op, p)) return false;
    return p->good || op_fail(op, ERR_INVALID, NULL, "Not this one.");
}

/* What is reported as done is on the disk: every other connection sees it. */
static bool others_see_it(struct op *op, void *arg)
{
    const struct person *p = arg;
    struct lane_job_row row;
    struct lane_job_args args = {.subject = p->subject};
    return sql_lane_job(op, args, &row) && row.count == (p->good ? 1 : 0);
}

static void *live(void *arg)
{
    struct person *p = arg;
    for (int i = 0; i < EACH; i++) {
        struct op op = {.mem = p->mem, .now = FIXTURE_NOW};
        p->subject = p->number * 1000 + i;
        atomic_fetch_add(&p->crowd->came, 1);
        bool done = store_transact(&op, p->store, TX_WRITE, ask_for_work, p);
        struct op look = {.mem = p->mem, .now = FIXTURE_NOW};
        bool seen = store_transact(&look, p->store, TX_READ, others_see_it, p);
        if (done != p->good || !seen) atomic_store(&p->crowd->failed, true);
        p->done++;
    }
    return NULL;
}

static void meet(struct fixture *f, struct crowd *crowd, bool odd_ones_fail)
{
    struct person people[THREADS];
    for (int i = 0; i < THREADS; i++)
        people[i] = (struct person){
            .crowd = crowd,
            .store = crowd->processes > 1 && i % 2 ? fixture_outsider(f) : fixture_store(f),
            .mem = arena_open(16 << 20),
            .number = i,
            .good = !odd_ones_fail || i % 2 == 0,
        };
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&people[i].thread, NULL, live, &people[i]) == 0, "thread");
    for (int i = 0; i < THREADS; i++) {
        pthread_join(people[i].thread, NULL);
        arena_close(people[i].mem);
    }
}

static bool no_work(struct op *op, void *arg)
{
    (void)op, (void)arg;
    return true;
}

static bool jobs_count(struct fixture *f, int64_t want)
{
    const char *sql = str_printf(f->mem,
                                 "create table wrong (n integer primary key check (n = %lld));"
                                 "insert into wrong select count(*) from job; drop table wrong",
                                 (long long)want)
                          .at;
    return fixture_sql_try(f, sql);
}

ENGINES_SENTENCE(those_who_come_together_are_committed_together)
{
    struct crowd crowd = {.f = f};
    struct database_counts before, now;
    database_counts(f->db, &before);
    meet(f, &crowd, false);
    CHECK(!atomic_load(&crowd.failed), "somebody was told something else than what happened");
    database_counts(f->db, &now);
    int64_t works = now.writes - before.writes, groups = now.commits - before.commits;
    CHECK(works == THREADS * EACH, "%lld works", (long long)works);
    int64_t most = f->engine == FIXTURE_SQLITE ? works / 2 : works - THREADS / 2;
    CHECK(groups < most, "%lld commits for %lld works", (long long)groups, (long long)works);
    CHECK(jobs_count(f, THREADS * EACH), "some work is missing");
}

ENGINES_SENTENCE(one_who_fails_does_not_disturb_the_group)
{
    struct crowd crowd = {.f = f};
    meet(f, &crowd, true);
    CHECK(!atomic_load(&crowd.failed), "somebody was told something else than what happened");
    CHECK(jobs_count(f, THREADS * EACH / 2), "not exactly the good half");
}

ENGINES_SENTENCE(who_meets_another_process_does_so_for_the_group_and_all_try_again)
{
    struct crowd crowd = {.f = f};
    struct database_counts counts;
    if (f->engine == FIXTURE_SQLITE) return; /* one process writes */
    fixture_do(f, step_in, NULL);
    crowd.outsider = fixture_outsider(f);
    meet(f, &crowd, false);
    CHECK(!atomic_load(&crowd.failed), "somebody was told something else than what happened");
    database_counts(f->db, &counts);
    CHECK(counts.retries > 1, "%lld tries more", (long long)counts.retries);
    CHECK(jobs_count(f, THREADS * EACH + 1), "some work is missing");
}

ENGINES_SENTENCE(processes_that_write_all_the_time_leave_each_other_room)
{
    struct crowd crowd = {.f = f, .processes = 2};
    if (f->engine == FIXTURE_SQLITE) return; /* one process writes */
    meet(f, &crowd, false);
    CHECK(!atomic_load(&crowd.failed), "somebody was told something else than what happened");
    CHECK(jobs_count(f, THREADS * EACH), "some work is missing");
}

static bool roll_back_all(struct op *op, void *arg)
{
    struct person *p = arg;
    if (!outbox_add(op, "lane.test", 1)) return false;
    if (!store_script(op, "rollback")) return false; /* as SQLite does on a full disk */
    return !outbox_add(op, "lane.test", p->subject) || true;
}

SENTENCE(when_sqlite_gives_up_the_group_nothing_is_kept_and_the_next_group_is_fine)
{
    struct fixture *f = fixture_open(mem, FIXTURE_SQLITE);
    struct person p = {.subject = 2};
    struct op op = fixture_op(f), later = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, roll_back_all, &p), "it went through");
    CHECK(jobs_count(f, 0), "something was kept");
    struct crowd crowd = {.f = f, .came = THREADS};
    p = (struct person){.crowd = &crowd, .good = true, .subject = 3};
    CHECK(store_transact(&later, f->store, TX_WRITE, ask_for_work, &p), "%s", fixture_why(&later));
    CHECK(jobs_count(f, 1), "the next one");
}

static bool read_nothing(struct op *op, void *arg)
{
    (void)arg;
    return store_script(op, "select 1");
}

SENTENCE(a_second_process_may_read_but_not_write)
{
    struct fixture *f = fixture_open(mem, FIXTURE_SQLITE);
    fixture_do(f, no_work, NULL); /* now this one is the writer */
    struct op op = fixture_op(f), writes = fixture_op(f);
    struct database *other;
    struct store *store;
    CHECK(database_open(&op, f->url, &other), "%s", fixture_why(&op));
    CHECK(store_open(&op, other, &store), "%s", fixture_why(&op));
    CHECK(store_transact(&op, store, TX_READ, read_nothing, NULL), "%s", fixture_why(&op));
    CHECK(!store_transact(&writes, store, TX_WRITE, no_work, NULL), "two writers");
    CHECK(writes.errs->kind == ERR_CONFLICT, "%s", fixture_why(&writes));
    CHECK(str_starts(writes.errs->message, S("Another quittance process has this database open")),
          "%s", fixture_why(&writes));
    store_close(store);
    database_close(other);
}

TESTS(ENGINES_TEST(those_who_come_together_are_committed_together),
      ENGINES_TEST(one_who_fails_does_not_disturb_the_group),
      ENGINES_TEST(who_meets_another_process_does_so_for_the_group_and_all_try_again),
      ENGINES_TEST(processes_that_write_all_the_time_leave_each_other_room),
      TEST(when_sqlite_gives_up_the_group_nothing_is_kept_and_the_next_group_is_fine),
      TEST(a_second_process_may_read_but_not_write))
