#include "fixture.h"

#include "base/clock.h"
#include "store/engine.h"
#include "store/lane.h"
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
    int met;                /* so many times */
    int processes;          /* two: every other one is in a process of its own */
    atomic_int came;
    atomic_bool failed;
    char why[200];
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

/* The same job as the outsider, each time an earlier one, after the group has begun. */
static bool meet_outsider(struct op *op, const struct person *p)
{
    struct crowd *crowd = p->crowd;
    struct op theirs = {.mem = p->mem, .now = FIXTURE_NOW - ++crowd->met * HOUR_US};
    if (!store_transact(&theirs, crowd->outsider, TX_WRITE, step_in, NULL)) return false;
    return outbox_add_at(op, "lane.met", 1, theirs.now - SECOND_US);
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
        if (!test_comes_to(&p->crowd->came, THREADS)) return false;
    if (!outbox_add(op, "lane.test", p->subject) || !look_in(op)) return false;
    bool meets = p->number == THREADS - 1 && p->crowd->outsider && p->crowd->met == p->done;
    if (meets && !meet_outsider(op, p)) return false;
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

static void tell(struct crowd *crowd, const struct op *op)
{
    if (atomic_exchange(&crowd->failed, true)) return;
    snprintf(crowd->why, sizeof crowd->why, "%s", fixture_why(op));
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
        if (done != p->good || !seen) tell(p->crowd, p->good ? &op : &look);
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
    CHECK(!atomic_load(&crowd.failed), "told something else than what happened: %s", crowd.why);
    database_counts(f->db, &now);
    int64_t works = now.writes - before.writes, groups = now.commits - before.commits;
    CHECK(works == THREADS * EACH, "%lld works", (long long)works);
    CHECK(groups < works - THREADS / 2, "%lld commits for %lld works", (long long)groups,
          (long long)works);
    CHECK(jobs_count(f, THREADS * EACH), "some work is missing");
}

ENGINES_SENTENCE(one_who_fails_does_not_disturb_the_group)
{
    struct crowd crowd = {.f = f};
    meet(f, &crowd, true);
    CHECK(!atomic_load(&crowd.failed), "told something else than what happened: %s", crowd.why);
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
    CHECK(!atomic_load(&crowd.failed), "told something else than what happened: %s", crowd.why);
    database_counts(f->db, &counts);
    CHECK(crowd.met == EACH, "met %d times", crowd.met);
    CHECK(counts.retries > EACH, "%lld tries more", (long long)counts.retries);
    CHECK(jobs_count(f, THREADS * EACH + 1), "some work is missing");
}

ENGINES_SENTENCE(processes_that_write_all_the_time_leave_each_other_room)
{
    struct crowd crowd = {.f = f, .processes = 2};
    if (f->engine == FIXTURE_SQLITE) return; /* one process writes */
    meet(f, &crowd, false);
    CHECK(!atomic_load(&crowd.failed), "told something else than what happened: %s", crowd.why);
    CHECK(jobs_count(f, THREADS * EACH), "some work is missing");
}

/* ---- how a group ends, with an engine that does as the sentence says ---------------------------
 */

struct ending {
    const char *name;
    enum err_kind second;  /* why the second one of the group is refused; 0: it is good */
    bool loses;            /* and that undoes the first one as well */
    enum err_kind commit;  /* why the group's commit fails; 0: it does not */
    enum err_kind heard;   /* by the first one, who was refused as ERR_INVALID */
    enum err_kind heard_2; /* by the second one; 0: it is done */
};

struct pretender {
    const struct ending *as;
    struct lane *lane;
    atomic_bool first_works;
    int works; /* in this group */
    enum err_kind heard;
};

static bool pretend_ready(struct op *op, void *writer)
{
    (void)op, (void)writer;
    return true;
}

static bool pretend_begin(struct op *op, void *writer)
{
    struct pretender *w = writer;
    (void)op;
    w->works = 0;
    return true;
}

static bool pretend_work(struct op *op, void *writer)
{
    struct pretender *w = writer;
    (void)op;
    w->works++;
    return true;
}

static bool pretend_undo(void *writer)
{
    const struct pretender *w = writer;
    return w->works < 2 || !w->as->loses;
}

static bool pretend_lost(void *writer, const struct err *why)
{
    (void)writer, (void)why;
    return false;
}

static void pretend_commit(void *writer, struct lane_end *out)
{
    const struct pretender *w = writer;
    wait_ms(7); /* so that the next group may be 50 ms old: time for the second one to come */
    *out = (struct lane_end){.committed = !w->as->commit, .kind = w->as->commit, .why = "commit"};
}

static void pretend_rollback(void *writer, enum err_kind why)
{
    (void)writer, (void)why;
}

static const struct lane_engine pretended = {
    .ready = pretend_ready,
    .begin = pretend_begin,
    .work_begin = pretend_work,
    .work_end = pretend_ready,
    .work_undo = pretend_undo,
    .lost = pretend_lost,
    .commit = pretend_commit,
    .rollback = pretend_rollback,
    .group_max = 2,
};

static enum err_kind leave_as(struct pretender *w, struct op *op, enum err_kind why)
{
    struct lane_end end;
    bool good = !why || op_broken(op, why, "as the sentence says");
    good = lane_leave(op, w->lane, good, &end);
    CHECK(good == !op->errs && (!good || end.committed), "good or not");
    return good ? 0 : op->errs->kind;
}

static void *come_second(void *arg)
{
    struct pretender *w = arg;
    struct op op = {.mem = arena_open(1 << 16), .now = FIXTURE_NOW};
    while (!atomic_load(&w->first_works)) wait_ms(1);
    if (lane_enter(&op, w->lane)) w->heard = leave_as(w, &op, w->as->second);
    arena_close(op.mem);
    return NULL;
}

/* Whether both came into one group: the second one may be late. */
static bool both_come(struct arena *mem, struct pretender *w, int wait, enum err_kind *heard)
{
    struct op before = {.mem = mem, .now = FIXTURE_NOW}, op = before;
    struct lane_end end;
    pthread_t second;
    int64_t groups, works, us;
    w->lane = lane_open(mem, &pretended, w);
    CHECK(lane_enter(&before, w->lane), "%s", fixture_why(&before));
    (void)!lane_leave(&before, w->lane, true, &end);
    atomic_store(&w->first_works, false);
    CHECK(pthread_create(&second, NULL, come_second, w) == 0, "thread");
    CHECK(lane_enter(&op, w->lane), "%s", fixture_why(&op));
    atomic_store(&w->first_works, true);
    wait_ms(wait);
    *heard = leave_as(w, &op, ERR_INVALID);
    pthread_join(second, NULL);
    lane_counts(w->lane, &groups, &works, &us);
    lane_close(w->lane);
    return groups == 2 && works == 3;
}

SENTENCE(who_was_refused_in_a_group_that_is_lost_tries_again)
{
    static const struct ending endings[] = {
        {"both are refused", ERR_CONFLICT, false, 0, ERR_INVALID, ERR_CONFLICT},
        {"the second one is good", 0, false, 0, ERR_INVALID, 0},
        {"the commit meets others", 0, false, ERR_BUSY, ERR_BUSY, ERR_BUSY},
        {"the commit finds the disk full", 0, false, ERR_FULL, ERR_FULL, ERR_FULL},
        {"the second one loses all", ERR_CONFLICT, true, 0, ERR_BUSY, ERR_CONFLICT},
        {"the second one meets others", ERR_BUSY, true, 0, ERR_BUSY, ERR_BUSY},
        {"the second one finds the disk full", ERR_FULL, true, 0, ERR_FULL, ERR_FULL},
        {"the second one breaks", ERR_INTERNAL, true, 0, ERR_BUSY, ERR_INTERNAL},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct pretender w = {.as = &endings[i]};
        enum err_kind heard = 0;
        int64_t until = clock_ticks_us() + TEST_PATIENCE_MS * INT64_C(1000);
        bool met = false;
        for (int tries = 0; !met && clock_ticks_us() < until; tries++)
            met = both_come(mem, &w, 1 + tries * 3 % 39, &heard);
        CHECK(met, "%s: they never met", w.as->name);
        CHECK(heard == w.as->heard, "%s: the first one heard %d", w.as->name, heard);
        CHECK(w.heard == w.as->heard_2, "%s: the second one heard %d", w.as->name, w.heard);
    }
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
      TEST(who_was_refused_in_a_group_that_is_lost_tries_again),
      TEST(when_sqlite_gives_up_the_group_nothing_is_kept_and_the_next_group_is_fine),
      TEST(a_second_process_may_read_but_not_write))
