#include "base/date.h"

#include "test.h"

static date day(const char *iso)
{
    date d;
    CHECK(date_from(str_of(iso), &d), "%s", iso);
    return d;
}

SENTENCE(only_days_that_exist_are_read)
{
    static const struct {
        const char *text;
        bool exists;
    } cases[] = {
        {"2026-02-28", true},   {"2026-02-29", false}, {"2028-02-29", true},  {"1900-02-29", false},
        {"2000-02-29", true},   {"2026-13-01", false}, {"2026-00-01", false}, {"2026-04-31", false},
        {"0001-01-01", true},   {"0000-01-01", false}, {"9999-12-31", true},  {"2026-1-01", false},
        {"2026-01-1", false},   {"2026/01/01", false}, {"26-01-01", false},   {"", false},
        {"2026-01-01 ", false}, {"-026-01-01", false}, {"2026--1-01", false}, {"2026-01--1", false},
        {"2026-01-0-", false},  {"2026-01-00", false}, {"2026-01/01", false}, {"x026-01-01", false},
        {"2026-x1-01", false},  {"2026-01-32", false}, {"2026-06-31", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        date d;
        bool read = date_from(str_of(cases[i].text), &d);
        CHECK(read == cases[i].exists, "%s", cases[i].text);
        if (read) CHECK(str_eq(date_text(mem, d), str_of(cases[i].text)), "%s", cases[i].text);
    }
    date d;
    CHECK(!date_of(10000, 1, 1, &d) && !date_of(0, 12, 31, &d), "a year of five digits, or none");
    CHECK(!date_of(2026, 1, 0, &d) && !date_of(2026, 0, 1, &d), "no month 0, no day 0");
}

/* A term may be counted from the first day there is or the last: what comes out is still a day. */
SENTENCE(days_outside_of_the_years_we_read_are_still_printed)
{
    static const struct {
        const char *from;
        int days;
        const char *want;
    } cases[] = {
        {"9999-12-31", 1, "10000-01-01"},   {"0001-01-01", -1, "0000-12-31"},
        {"0001-01-01", -366, "0000-01-01"}, {"0001-01-01", -367, "-001-12-31"},
        {"0001-01-01", -732, "-002-12-31"}, {"0001-01-01", -146097 - 366, "-400-01-01"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = date_text(mem, date_plus(day(cases[i].from), cases[i].days));
        CHECK(str_eq(got, str_of(cases[i].want)), "%td: %.*s", i, STR(got));
    }
    date past = date_plus_months(day("0001-01-31"), -12 * 401);
    CHECK(str_eq(date_text(mem, past), S("-400-01-31")), "%.*s", STR(date_text(mem, past)));
}

SENTENCE(every_day_of_ten_thousand_years_comes_back)
{
    int last_year = 0, last_month = 0, last_day = 0, weekday = 1; /* 0001-01-01 was a Monday */
    for (date d = day("0001-01-01"); date_cmp(d, day("9999-12-31")) <= 0; d = date_plus(d, 1)) {
        int year, month, mday;
        date again;
        date_parts(d, &year, &month, &mday);
        CHECK(date_of(year, month, mday, &again) && again.days == d.days, "%d", d.days);
        CHECK(date_weekday(d) == weekday, "%d-%d-%d", year, month, mday);
        bool next_day = year == last_year && month == last_month && mday == last_day + 1;
        bool next_month = year == last_year && month == last_month + 1 && mday == 1;
        bool next_year = year == last_year + 1 && month == 1 && mday == 1;
        CHECK(next_day || next_month || next_year, "%d-%d-%d", year, month, mday);
        last_year = year, last_month = month, last_day = mday;
        weekday = weekday % 7 + 1;
    }
    (void)mem;
}

SENTENCE(months_are_added_to_the_same_day_or_the_last)
{
    static const struct {
        const char *from;
        int months;
        const char *want;
    } cases[] = {
        {"2026-01-31", 1, "2026-02-28"},   {"2028-01-31", 1, "2028-02-29"},
        {"2026-01-31", 2, "2026-03-31"},   {"2026-01-31", -1, "2025-12-31"},
        {"2026-03-31", -1, "2026-02-28"},  {"2026-12-15", 1, "2027-01-15"},
        {"2024-02-29", 12, "2025-02-28"},  {"2024-02-29", 48, "2028-02-29"},
        {"2026-05-31", -12, "2025-05-31"}, {"2026-05-31", 0, "2026-05-31"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = date_text(mem, date_plus_months(day(cases[i].from), cases[i].months));
        CHECK(str_eq(got, str_of(cases[i].want)), "%td: %.*s", i, STR(got));
    }
    CHECK(date_month_end(day("2028-02-01")).days == day("2028-02-29").days, "leap");
    CHECK(date_month_end(day("2026-12-31")).days == day("2026-12-31").days, "December");
    date last = day("9999-12-31"), first = day("0001-01-31");
    CHECK(date_month_end(last).days == last.days, "the last month there is");
    CHECK(date_plus_months(last, 2).days == last.days + 31 + 29, "29 Feb 10000");
    CHECK(date_plus_months(first, -1).days == first.days - 31, "31 Dec of the year before 1");
}

/* Following and modified following: ISDA 2006 definitions, 4.12. In 2026 the 1st of May is a Friday
 * and the 31st a Sunday. */
SENTENCE(a_day_nobody_works_moves_as_the_rule_says)
{
    const date holidays[] = {day("2026-05-01"), day("2026-05-14"), day("2026-05-25")};
    const struct holidays place = {holidays, COUNT(holidays)};
    static const struct {
        const char *from;
        enum date_shift how;
        bool in_place;
        const char *want;
    } cases[] = {
        {"2026-05-02", SHIFT_NONE, true, "2026-05-02"},
        {"2026-05-02", SHIFT_FOLLOWING, true, "2026-05-04"},
        {"2026-05-01", SHIFT_FOLLOWING, true, "2026-05-04"},
        {"2026-05-01", SHIFT_FOLLOWING, false, "2026-05-01"},
        {"2026-05-14", SHIFT_MODIFIED, true, "2026-05-15"},
        {"2026-05-23", SHIFT_MODIFIED, true, "2026-05-26"},
        {"2026-05-30", SHIFT_FOLLOWING, true, "2026-06-01"},
        {"2026-05-30", SHIFT_MODIFIED, true, "2026-05-29"},
        {"2026-05-31", SHIFT_MODIFIED, false, "2026-05-29"},
        {"2026-05-29", SHIFT_MODIFIED, true, "2026-05-29"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        date d = date_shift(day(cases[i].from), cases[i].how, cases[i].in_place ? &place : NULL);
        str got = date_text(mem, d);
        CHECK(str_eq(got, str_of(cases[i].want)), "%td: %.*s", i, STR(got));
    }
}

TESTS(TEST(only_days_that_exist_are_read),
      TEST(days_outside_of_the_years_we_read_are_still_printed),
      TEST(every_day_of_ten_thousand_years_comes_back),
      TEST(months_are_added_to_the_same_day_or_the_last),
      TEST(a_day_nobody_works_moves_as_the_rule_says))
