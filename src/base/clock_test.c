#include "base/clock.h"

#include "base/random.h"

#include "test.h"

static instant at(const char *text)
{
    instant i;
    CHECK(instant_from(str_of(text), &i), "%s", text);
    return i;
}

SENTENCE(instants_are_rfc_3339)
{
    static const struct {
        const char *text, *same; /* NULL: refused */
    } cases[] = {
        {"2026-04-21T09:42:07Z", "2026-04-21T09:42:07Z"},
        {"2026-04-21T09:42:07.999Z", "2026-04-21T09:42:07Z"},
        {"2026-04-21T11:42:07+02:00", "2026-04-21T09:42:07Z"},
        {"2026-04-21T04:12:07-05:30", "2026-04-21T09:42:07Z"},
        {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
        {"2026-04-21T00:30:00+01:00", "2026-04-20T23:30:00Z"},
        {"2026-04-21 09:42:07Z", NULL},
        {"2026-04-21T09:42:07", NULL},
        {"2026-04-21T09:42Z", NULL},
        {"2026-04-21T24:00:00Z", NULL},
        {"2026-04-21T-0:00:00Z", NULL},
        {"2026-04-21T09:60:00Z", NULL},
        {"2026-02-29T09:00:00Z", NULL},
        {"2026-04-21T09:42:07.Z", NULL},
        {"2026-04-21T09:42:07+0200", NULL},
        {"2026-04-21T09:42:07+-2:00", NULL},
        {"2026-04-21T09:42:07Zx", NULL},
        {"", NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        instant got;
        bool read = instant_from(str_of(cases[i].text), &got);
        str text = read ? instant_text(mem, got) : (str){0};
        CHECK(str_eq(text, str_of(cases[i].same)), "%s: %.*s", cases[i].text, STR(text));
    }
    CHECK(at("2026-04-21T09:42:07.123456Z") % SECOND_US == 123456, "microseconds");
}

/* domain.md V12: in New York the clocks change on 8 March 2026. */
SENTENCE(the_civil_day_is_that_of_the_place)
{
    static const struct {
        const char *at, *zone, *date;
        int offset;
    } cases[] = {
        {"2026-03-09T03:59:59Z", "America/New_York", "2026-03-08", -240},
        {"2026-03-09T04:00:00Z", "America/New_York", "2026-03-09", -240},
        {"2026-03-08T04:59:59Z", "America/New_York", "2026-03-07", -300},
        {"2026-03-08T05:00:00Z", "America/New_York", "2026-03-08", -300},
        {"2026-07-01T22:30:00Z", "Europe/Berlin", "2026-07-02", 120},
        {"2026-01-01T22:30:00Z", "Europe/Berlin", "2026-01-01", 60},
        {"2026-01-01T18:30:00Z", "Asia/Kolkata", "2026-01-02", 330},
        {"2026-01-01T10:00:00Z", "Pacific/Kiritimati", "2026-01-02", 840},
        {"1969-12-31T23:59:59Z", "UTC", "1969-12-31", 0},
        {"2026-01-01T23:59:59Z", "", "2026-01-01", 0},
        {"2026-01-01T23:59:59Z", "Nowhere/At_All", "2026-01-01", 0},
        {"2026-01-01T23:59:59Z", "\xC3\xA4", "2026-01-01", 0},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        instant now = at(cases[i].at);
        str zone = str_of(cases[i].zone), day = date_text(mem, clock_date(now, zone));
        CHECK(str_eq(day, str_of(cases[i].date)), "%td: %.*s", i, STR(day));
        int offset = clock_offset_minutes(now, zone);
        CHECK(offset == cases[i].offset, "%td: %d", i, offset);
    }
}

SENTENCE(a_zone_is_known_by_its_name)
{
    static const struct {
        const char *zone;
        bool known;
    } cases[] = {
        {"Europe/Berlin", true}, {"UTC", true},     {"America/New_York", true},
        {"Europe/Berln", false}, {"Berlin", false}, {"", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(clock_zone_known(str_of(cases[i].zone)) == cases[i].known, "%s", cases[i].zone);
    (void)mem;
}

SENTENCE(the_clock_goes_forward)
{
    int64_t before = clock_ticks_us(), after = clock_ticks_us();
    CHECK(after >= before, "ticks");
    CHECK(clock_now() > at("2024-01-01T00:00:00Z"), "now");
    (void)mem;
}

SENTENCE(chance_follows_a_seed_and_never_repeats)
{
    str free_a = random_token(mem, 16), free_b = random_token(mem, 16);
    CHECK(free_a.len == 22 && !str_eq(free_a, free_b), "%.*s", STR(free_a));
    random_seed(7);
    str a = random_token(mem, 32), b = random_token(mem, 32);
    random_seed(7);
    str again = random_token(mem, 32);
    random_seed(8);
    str other = random_token(mem, 32);
    CHECK(str_eq(a, again), "the same seed");
    CHECK(!str_eq(a, b) && !str_eq(a, other), "another turn, another seed");
    for (ptrdiff_t i = 0; i < a.len; i++)
        CHECK(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", a.at[i]),
              "fits a URL: %.*s", STR(a));
}

TESTS(TEST(instants_are_rfc_3339), TEST(a_zone_is_known_by_its_name),
      TEST(the_civil_day_is_that_of_the_place), TEST(the_clock_goes_forward),
      TEST(chance_follows_a_seed_and_never_repeats))
