#include "fixture.h"

#include "store/durability.h"

static bool get(struct op *op, void *out)
{
    return durability_get(op, out);
}

static struct durability now(struct fixture *f)
{
    struct durability d;
    struct op op = fixture_op(f);
    CHECK(store_transact(&op, f->store, TX_WRITE, get, &d), "%s", fixture_why(&op));
    return d;
}

ENGINES_SENTENCE(settings_that_can_lose_a_confirmed_payment_are_seen)
{
    if (f->engine == FIXTURE_SQLITE) {
        for (int i = 0; i < RISK_COUNT; i++) CHECK(!now(f).risk[i], "risk %d", i);
        return;
    }
    fixture_sql(f, "set synchronous_commit = on");
    CHECK(!now(f).risk[RISK_COMMIT_EARLY] && !now(f).risk[RISK_STANDBY_LAGS], "a risk too many");
    fixture_sql(f, "set synchronous_commit = off");
    CHECK(now(f).risk[RISK_COMMIT_EARLY] && !now(f).risk[RISK_STANDBY_LAGS], "off is not seen");
}

/* A slot is what is left of a standby that is away. */
ENGINES_SENTENCE(a_standby_that_nobody_waits_for_is_seen)
{
    if (f->engine == FIXTURE_SQLITE) return;
    fixture_sql(
        f, "select pg_create_physical_replication_slot('quittance_test_' || pg_backend_pid())");
    fixture_sql(f, "set synchronous_commit = on");
    bool seen = now(f).risk[RISK_STANDBY_LAGS];
    fixture_sql(f, "select pg_drop_replication_slot('quittance_test_' || pg_backend_pid())");
    CHECK(seen, "the standby is not seen");
}

TESTS(ENGINES_TEST(settings_that_can_lose_a_confirmed_payment_are_seen),
      ENGINES_TEST(a_standby_that_nobody_waits_for_is_seen))
