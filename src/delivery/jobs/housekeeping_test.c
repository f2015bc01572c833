#include "delivery/jobs/housekeeping.h"

#include "base/clock.h"
#include "fixture.h"

static const struct job_kind kinds[] = {
    {"commands.forget", commands_forget_job, .tries_max = 3},
    {0},
};

static bool key_is_there(struct fixture *f, const char *key)
{
    str taken = str_printf(f->mem,
                           "insert into command_key (principal, key, route, body_hash, status, "
                           "made_at) values ('person:1', '%s', '', '', 303, 1)",
                           key);
    return !fixture_sql_try(f, str_z(f->mem, taken));
}

ENGINES_SENTENCE(answers_are_forgotten_after_thirty_days_again_and_again)
{
    f->now = 100 * DAY_US;
    fixture_sql(f, "insert into command_key (principal, key, route, body_hash, status, made_at) "
                   "values ('person:1', 'old', '', '', 303, 1)");
    fixture_sql(f, str_z(f->mem, str_printf(f->mem,
                                            "insert into command_key (principal, key, route, "
                                            "body_hash, status, made_at) values ('person:1', "
                                            "'young', '', '', 303, %lld)",
                                            (long long)(f->now - 29 * DAY_US))));
    fixture_do(f, housekeeping_begin, NULL);
    for (int day = 0; day < 3; day++) {
        bool ran = false;
        struct op op = fixture_op(f);
        CHECK(jobs_run_next(&op, f->store, NULL, kinds, &ran) && ran, "day %d: %s", day,
              fixture_why(&op));
        CHECK(jobs_run_next(&op, f->store, NULL, kinds, &ran) && !ran, "day %d: twice", day);
        if (day == 0) CHECK(key_is_there(f, "young") && !key_is_there(f, "old"), "the first day");
        f->now += DAY_US;
    }
    CHECK(!key_is_there(f, "young"), "the third day");
}

TESTS(ENGINES_TEST(answers_are_forgotten_after_thirty_days_again_and_again))
