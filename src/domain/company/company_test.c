#include "domain/company/company.h"

#include "base/clock.h"
#include "fixture.h"

static date day(const char *iso)
{
    date d;
    CHECK(date_from(str_of(iso), &d), "%s", iso);
    return d;
}

static bool add_entities(struct op *op, void *arg)
{
    int64_t *ids = arg;
    struct entity in = {.code = S("berlin"),
                        .name = S("Nordwind"),
                        .country = S("DE"),
                        .zone = S("Europe/Berlin"),
                        .calendar = S("de-be")};
    if (!currency_from(S("EUR"), &in.currency) || !entity_put(op, &in, &ids[0])) return false;
    in.name = S("Nordwind Berlin");
    if (!entity_put(op, &in, &ids[1])) return false;
    in.code = S("york"), in.zone = S("America/New_York");
    return entity_put(op, &in, &ids[2]);
}

static bool read_entities(struct op *op, void *arg)
{
    const int64_t *ids = arg;
    struct entity berlin, york;
    if (!entity_by_code(op, S("berlin"), &berlin) || !entity_get(op, ids[2], &york)) return false;
    CHECK(berlin.id == ids[0] && str_eq(berlin.name, S("Nordwind Berlin")), "%.*s",
          STR(berlin.name));
    struct op late = *op; /* midnight has passed in Berlin and not in New York */
    CHECK(instant_from(S("2026-03-08T23:30:00Z"), &late.now), "instant");
    CHECK(entity_today(&late, &berlin).days == day("2026-03-09").days, "Berlin");
    CHECK(entity_today(&late, &york).days == day("2026-03-08").days, "New York");
    return true;
}

ENGINES_SENTENCE(an_entity_is_known_by_its_code_and_has_its_own_day)
{
    int64_t ids[3];
    fixture_do(f, add_entities, ids);
    CHECK(ids[0] == ids[1] && ids[2] != ids[0], "put twice is one");
    fixture_do(f, read_entities, ids);
}

static bool use_holidays(struct op *op, void *arg)
{
    (void)arg;
    static const char *const days[] = {"2026-05-14", "2026-05-01", "2026-05-01", "2026-12-25"};
    for (ptrdiff_t i = 0; i < COUNT(days); i++)
        if (!holiday_put(op, S("de-be"), day(days[i]))) return false;
    if (!holiday_put(op, S("us"), day("2026-05-25"))) return false;
    struct holidays may, none;
    if (!holidays_between(op, S("de-be"), day("2026-05-01"), day("2026-05-31"), &may)) return false;
    if (!holidays_between(op, S(""), day("2026-05-01"), day("2026-05-31"), &none)) return false;
    CHECK(may.count == 2 && none.count == 0, "%td and %td", may.count, none.count);
    CHECK(may.at[0].days == day("2026-05-01").days, "sorted");
    CHECK(!date_works(day("2026-05-14"), &may) && date_works(day("2026-05-15"), &may), "works");
    return true;
}

ENGINES_SENTENCE(holidays_belong_to_a_calendar)
{
    fixture_do(f, use_holidays, NULL);
}

static bool number_five(struct op *op, void *arg)
{
    str *numbers = arg;
    for (int i = 0; i < 2; i++)
        if (!series_next(op, 1, "invoice", "R-", &numbers[i])) return false;
    if (!series_set(op, 1, "invoice", "2026-", 6, 100)) return false;
    for (int i = 2; i < 4; i++)
        if (!series_next(op, 1, "invoice", "R-", &numbers[i])) return false;
    return series_next(op, 1, "credit_note", "C-", &numbers[4]);
}

ENGINES_SENTENCE(a_series_counts_without_gaps)
{
    int64_t ids[3];
    str numbers[5];
    fixture_do(f, add_entities, ids);
    fixture_do(f, number_five, numbers);
    static const char *const want[] = {"R-0001", "R-0002", "2026-000100", "2026-000101", "C-0001"};
    for (int i = 0; i < 5; i++)
        CHECK(str_eq(numbers[i], str_of(want[i])), "%d: %.*s", i, STR(numbers[i]));
}

struct numbering {
    int64_t ids[3]; /* of entities */
    str numbers[6];
};

static bool number_payments(struct op *op, void *arg)
{
    struct numbering *n = arg;
    str *numbers = n->numbers;
    int64_t other = n->ids[2];
    return series_set(op, 1, "payment", "P-", 5, 20601) &&
           series_next_payment(op, 1, "P-", &numbers[0]) &&
           series_next_payment(op, 1, "P-", &numbers[1]) &&
           series_peek(op, 1, "payment", &numbers[2]) &&
           series_set(op, 1, "payment", "P-", 5, 30000) &&
           series_next_payment(op, 1, "P-", &numbers[3]) &&
           series_next_payment(op, other, "P2-", &numbers[4]) &&
           series_next_payment(op, other, "P2-", &numbers[5]);
}

ENGINES_SENTENCE(payments_are_numbered_by_their_entity)
{
    struct numbering n;
    fixture_do(f, add_entities, n.ids);
    fixture_do(f, number_payments, &n);
    static const char *const want[] = {"P-20601", "P-20602", "P-20603",
                                       "P-30000", "P2-0001", "P2-0002"};
    for (int i = 0; i < 6; i++)
        CHECK(str_eq(n.numbers[i], str_of(want[i])), "%d: %.*s", i, STR(n.numbers[i]));
}

static bool draw_one(struct op *op, void *arg)
{
    return series_next_payment(op, 1, "P-", arg);
}

/* The second draws while the first has not committed, and would wait five seconds for a lock. */
static bool draw_beside(struct op *op, void *arg)
{
    struct fixture *f = arg;
    str own, other;
    struct op beside = fixture_op(f);
    if (!draw_one(op, &own)) return false;
    CHECK(store_transact(&beside, fixture_outsider(f), TX_WRITE, draw_one, &other), "%s",
          fixture_why(&beside));
    CHECK(!str_eq(own, other), "both are %.*s", STR(own));
    return true;
}

ENGINES_SENTENCE(nobody_waits_for_the_number_of_anothers_payment)
{
    int64_t ids[3];
    str first;
    if (f->engine == FIXTURE_SQLITE) return; /* one process writes */
    fixture_do(f, add_entities, ids);
    fixture_do(f, draw_one, &first);
    fixture_do(f, draw_beside, f);
}

static bool no_entity(struct op *op, void *arg)
{
    struct entity out;
    (void)arg;
    return entity_get(op, 99, &out);
}

ENGINES_SENTENCE(an_entity_that_is_not_there_is_missing)
{
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_READ, no_entity, NULL), "none");
    CHECK(op.errs && op.errs->kind == ERR_MISSING, "%s", fixture_why(&op));
}

TESTS(ENGINES_TEST(an_entity_is_known_by_its_code_and_has_its_own_day),
      ENGINES_TEST(holidays_belong_to_a_calendar), ENGINES_TEST(a_series_counts_without_gaps),
      ENGINES_TEST(payments_are_numbered_by_their_entity),
      ENGINES_TEST(nobody_waits_for_the_number_of_anothers_payment),
      ENGINES_TEST(an_entity_that_is_not_there_is_missing))
