#include "fixture.h"

#include "store/engine.h"
#include "store/migrate.h"

typedef void (*sentence)(struct fixture *f);

/* Like ENGINES_SENTENCE, but with an empty database. */
static void on_empty(struct arena *mem, enum fixture_engine engine, sentence run)
{
    struct fixture *f = fixture_open_empty(mem, engine);
    if (!f) skip();
    run(f);
}

static bool refused(struct op *op, bool done, const char *words)
{
    if (done || !op->errs) return false;
    bool said = str_find(op->errs->message, str_of(words)) >= 0;
    if (!said) print_error("%s\n", fixture_why(op));
    return said;
}

/* All migrations from here on have a way back. */
static int way_back(void)
{
    int to = 0;
    for (const struct migration *m = migrations; m->number; m++)
        if (!*m->sqlite.down) to = m->number;
    return to;
}

static int last_number(void)
{
    const struct migration *m = migrations;
    while (m[1].number) m++;
    return m->number;
}

static void up_down_up(struct fixture *f)
{
    struct op op = fixture_op(f), behind = fixture_op(f);
    int count = -1, again = -1;
    CHECK(refused(&behind, migrate_check(&behind, f->db), "run `quittance migrate` first"),
          "check");
    CHECK(migrate_up(&op, f->db, &count) && count > 1, "%d: %s", count, fixture_why(&op));
    CHECK(migrate_up(&op, f->db, &again) && again == 0, "%d: %s", again, fixture_why(&op));
    CHECK(migrate_check(&op, f->db), "%s", fixture_why(&op));
    str whole = fixture_digest(f);

    CHECK(migrate_down(&op, f->db, way_back()), "%s", fixture_why(&op));
    CHECK(way_back() == last_number() || !str_eq(whole, fixture_digest(f)), "nothing happened");
    CHECK(migrate_up(&op, f->db, &count), "%s", fixture_why(&op));
    CHECK(str_eq(whole, fixture_digest(f)), "down and up again is something else");
}

SENTENCE(a_database_goes_up_and_down_and_up_on_sqlite)
{
    on_empty(mem, FIXTURE_SQLITE, up_down_up);
}

SENTENCE(a_database_goes_up_and_down_and_up_on_postgres)
{
    on_empty(mem, FIXTURE_POSTGRES, up_down_up);
}

ENGINES_SENTENCE(a_migration_that_was_changed_is_refused)
{
    struct op check = fixture_op(f), up = fixture_op(f), look = fixture_op(f);
    struct migration_state *states;
    ptrdiff_t count;
    int ran;
    fixture_sql(f, "update migration set checksum = 1 where number = 1");
    CHECK(refused(&check, migrate_check(&check, f->db), "0001-jobs is not the one"), "check");
    CHECK(refused(&up, migrate_up(&up, f->db, &ran), "0001-jobs is not the one"), "up");
    CHECK(migrate_status(&look, f->db, &states, &count), "%s", fixture_why(&look));
    CHECK(states[0].done && states[0].changed && !states[1].changed, "status");
}

ENGINES_SENTENCE(a_database_of_a_newer_program_is_refused)
{
    struct op check = fixture_op(f), up = fixture_op(f), look = fixture_op(f);
    struct migration_state *states;
    ptrdiff_t count;
    int ran;
    fixture_sql(f, "insert into migration values (9999, 'from-the-future', 1, 1)");
    CHECK(refused(&check, migrate_check(&check, f->db), "newer quittance"), "check");
    CHECK(refused(&up, migrate_up(&up, f->db, &ran), "newer quittance"), "up");
    CHECK(migrate_status(&look, f->db, &states, &count), "%s", fixture_why(&look));
    CHECK(states[count - 1].unknown && states[count - 1].number == 9999, "status");
}

TESTS(TEST(a_database_goes_up_and_down_and_up_on_sqlite),
      TEST(a_database_goes_up_and_down_and_up_on_postgres),
      ENGINES_TEST(a_migration_that_was_changed_is_refused),
      ENGINES_TEST(a_database_of_a_newer_program_is_refused))
