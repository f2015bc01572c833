#include "base/money.h"

#include "test.h"

static currency cur(const char *code)
{
    currency c;
    CHECK(currency_from(str_of(code), &c), "%s", code);
    return c;
}

/* A small generator for the properties below: the same numbers in every run. */
static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 11;
}

static int64_t below(uint64_t *state, int64_t bound)
{
    return (int64_t)(next(state) % (uint64_t)bound);
}

SENTENCE(only_currencies_of_iso_4217_are_known)
{
    static const struct {
        const char *code;
        int digits; /* -1: unknown */
    } cases[] = {
        {"EUR", 2},   {"USD", 2}, {"JPY", 0},  {"KWD", 3},  {"CLF", 4},  {"UYW", 4},  {"MGA", 2},
        {"ISK", 0},   {"TND", 3}, {"AED", 2},  {"ZWG", 2},  {"XAF", 0},  {"eur", -1}, {"EU", -1},
        {"EURO", -1}, {"", -1},   {"XTS", -1}, {"ZZZ", -1}, {"AAA", -1},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        currency c;
        bool known = currency_from(str_of(cases[i].code), &c);
        CHECK(known == (cases[i].digits >= 0), "%s", cases[i].code);
        if (known) CHECK(currency_digits(c) == cases[i].digits, "%s", cases[i].code);
    }
    (void)mem;
}

SENTENCE(money_from_reads_only_exact_amounts)
{
    static const struct {
        const char *text, *currency;
        int64_t minor; /* -1: refused */
    } cases[] = {
        {"12.34", "EUR", 1234},
        {"12", "EUR", 1200},
        {"0.01", "EUR", 1},
        {"12.3", "EUR", -1},
        {"12.345", "EUR", -1},
        {"-1.00", "EUR", -1},
        {"1e3", "EUR", -1},
        {"", "EUR", -1},
        {".50", "EUR", -1},
        {"12.", "EUR", -1},
        {" 1", "EUR", -1},
        {"1500", "JPY", 1500},
        {"1500.0", "JPY", -1},
        {"1.234", "KWD", 1234},
        {"99999999999999999999", "EUR", -1},
        {"1,000.00", "EUR", -1},
        {"10000000000000.00", "EUR", MONEY_MAX},
        {"10000000000000.01", "EUR", -1},
        {"1500.", "JPY", -1},
        {".50", "EUR", -1},
        {"1.5/", "EUR", -1},
        {"1.5:", "EUR", -1},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        money got = {.minor = -1}, again;
        currency c = cur(cases[i].currency);
        if (!money_from(str_of(cases[i].text), c, &got)) got.minor = -1;
        CHECK(got.minor == cases[i].minor, "\"%s\" %s: %lld", cases[i].text, cases[i].currency,
              (long long)got.minor);
        if (got.minor < 0) continue;
        str text = money_text(mem, got); /* what we print, we can read */
        CHECK(money_from(text, c, &again) && money_eq(got, again), "\"%.*s\"", STR(text));
    }
}

SENTENCE(money_is_printed_with_its_sign_and_digits)
{
    static const struct {
        int64_t minor;
        const char *currency, *want;
    } cases[] = {
        {0, "EUR", "0.00"},         {-1, "EUR", "-0.01"},
        {-100, "EUR", "-1.00"},     {5, "JPY", "5"},
        {-5, "JPY", "-5"},          {1, "KWD", "0.001"},
        {-12345, "CLF", "-1.2345"}, {INT64_MIN, "EUR", "-92233720368547758.08"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = money_text(mem, money_of(cases[i].minor, cur(cases[i].currency)));
        CHECK(str_eq(got, str_of(cases[i].want)), "%.*s", STR(got));
    }
}

SENTENCE(decimals_are_rounded_as_told_and_never_lost_silently)
{
    static const char zeros[] =
        "0.0000000000000000000000000000000000000000000000000000000000000000";
    static const struct {
        const char *text, *currency;
        int how;
        int64_t minor; /* -MONEY_MAX: refused */
        bool lost;
    } cases[] = {
        {"655.97", "EUR", ROUND_EXACT, 65597, false},
        {"655.9700", "EUR", ROUND_EXACT, 65597, false},
        {"655.9735", "EUR", ROUND_EXACT, -MONEY_MAX, true},
        {"655.9735", "EUR", ROUND_HALF_UP, 65597, true},
        {"655.975", "EUR", ROUND_HALF_UP, 65598, true},
        {"655.975", "EUR", ROUND_HALF_EVEN, 65598, true},
        {"655.965", "EUR", ROUND_HALF_EVEN, 65596, true},
        {"655.9650000000000000000000000000000000000000000001", "EUR", ROUND_HALF_EVEN, 65597, true},
        {"655.9649999999999999999999999999999999999999999999", "EUR", ROUND_HALF_UP, 65596, true},
        {"655.979", "EUR", ROUND_DOWN, 65597, true},
        {"-655.975", "EUR", ROUND_HALF_UP, -65598, true},
        {"-655.979", "EUR", ROUND_DOWN, -65597, true},
        {"+3", "EUR", ROUND_EXACT, 300, false},
        {"-3", "JPY", ROUND_EXACT, -3, false},
        {"0.5", "JPY", ROUND_HALF_UP, 1, true},
        {"0.5", "JPY", ROUND_HALF_EVEN, 0, true},
        {"-0", "EUR", ROUND_EXACT, 0, false},
        {"00012.5", "EUR", ROUND_EXACT, 1250, false},
        {zeros, "EUR", ROUND_EXACT, 0, false},
        {"655.976", "EUR", ROUND_HALF_UP, 65598, true},
        {"655.976", "EUR", ROUND_HALF_EVEN, 65598, true},
        {"655.964", "EUR", ROUND_HALF_EVEN, 65596, true},
        {"1.0001", "EUR", ROUND_DOWN, 100, true},
        {"1.001", "EUR", ROUND_DOWN, 100, true},
        {"1.0001", "EUR", ROUND_EXACT, -MONEY_MAX, true},
        {"10000000000000.004", "EUR", ROUND_HALF_UP, MONEY_MAX, true},
        {"10000000000000.005", "EUR", ROUND_HALF_UP, -MONEY_MAX, true},
        {"99999999999999999999999999", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {"1e3", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {"1.2.3", "EUR", ROUND_HALF_UP, -MONEY_MAX, false},
        {"--1", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {"-", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {"", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {"1.", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {".5", "EUR", ROUND_EXACT, -MONEY_MAX, false},
        {"1,5", "EUR", ROUND_HALF_UP, -MONEY_MAX, false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        money got = {0};
        bool lost, read = money_from_decimal(str_of(cases[i].text), cur(cases[i].currency),
                                             cases[i].how, &got, &lost);
        if (!read) got.minor = -MONEY_MAX;
        CHECK(got.minor == cases[i].minor, "%td: %lld", i, (long long)got.minor);
        if (read || cases[i].lost) CHECK(lost == cases[i].lost, "%td", i);
    }
    (void)mem;
}

/* domain.md V9, V10, rule 9 and rule 24. */
SENTENCE(scaling_rounds_once_and_away_from_zero)
{
    static const struct {
        int64_t minor, numerator, denominator;
        enum rounding how;
        int64_t want;
    } cases[] = {
        {2693578, 25, 100, ROUND_HALF_UP, 673395}, /* 6,733.945 */
        {673395, 19, 100, ROUND_HALF_UP, 127945},
        {-2693578, 25, 100, ROUND_HALF_UP, -673395},
        {2693578, 25, 100, ROUND_HALF_EVEN, 673394},
        {2693578, 25, 100, ROUND_DOWN, 673394},
        {-2693578, 25, 100, ROUND_DOWN, -673394},
        {49000, 100, 98, ROUND_DOWN, 50000},
        {1, 1, 2, ROUND_HALF_UP, 1},
        {1, 1, 2, ROUND_HALF_EVEN, 0},
        {3, 1, 2, ROUND_HALF_EVEN, 2},
        {-3, 1, 2, ROUND_HALF_EVEN, -2},
        {7, 1, 4, ROUND_HALF_EVEN, 2}, /* 1.75 */
        {-7, 1, 4, ROUND_HALF_EVEN, -2},
        {9, 1, 4, ROUND_HALF_EVEN, 2}, /* 2.25 */
        {0, 19, 100, ROUND_HALF_UP, 0},
        {MONEY_MAX, 1000000, 1000000, ROUND_HALF_UP, MONEY_MAX},
    };
    currency eur = cur("EUR");
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        money got = money_scale(money_of(cases[i].minor, eur), cases[i].numerator,
                                cases[i].denominator, cases[i].how);
        CHECK(got.minor == cases[i].want, "%td: %lld", i, (long long)got.minor);
    }
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) { /* the nearest unit: never more than half of one away */
        int64_t m = below(&state, MONEY_MAX / 1000), n = below(&state, 1000000),
                d = 1 + below(&state, 999);
        money up = money_scale(money_of(m, eur), n, d, ROUND_HALF_UP);
        money down = money_scale(money_of(-m, eur), n, d, ROUND_HALF_UP);
        __extension__ __int128 gap = ((__int128)up.minor * d - (__int128)m * n) * 2;
        CHECK(gap <= d && gap > -d, "%d", i);
        CHECK(down.minor == -up.minor, "%d", i);
    }
    (void)mem;
}

/* domain.md rule 22 and V5. */
SENTENCE(money_split_never_loses_a_unit)
{
    static const struct {
        int64_t whole, weights[3], want[3];
    } cases[] = {
        {10000, {1, 1, 1}, {3334, 3333, 3333}},
        {100001, {1, 1, 1}, {33334, 33334, 33333}},
        {-10000, {1, 1, 1}, {-3334, -3333, -3333}},
        {1, {1, 1, 1}, {1, 0, 0}},
        {0, {1, 2, 3}, {0, 0, 0}},
        {100, {0, 1, 0}, {0, 100, 0}},
        {5, {1, 0, 1}, {3, 0, 2}},
        {7, {50, 30, 20}, {4, 2, 1}}, /* 3.5, 2.1, 1.4: the largest remainder gets the unit */
        {MONEY_MAX, {MONEY_MAX, MONEY_MAX, 1}, {500000000000000, 500000000000000, 0}},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        money parts[3];
        money_split(money_of(cases[i].whole, cur("KWD")), cases[i].weights, parts, 3);
        for (int k = 0; k < 3; k++)
            CHECK(parts[k].minor == cases[i].want[k], "%td.%d: %lld", i, k,
                  (long long)parts[k].minor);
    }
    uint64_t state = 1;
    for (int i = 0; i < 5000; i++) {
        enum { MOST = 12 };
        int64_t weights[MOST], total = 0, sum = 0, whole = below(&state, MONEY_MAX) - MONEY_MAX / 2;
        ptrdiff_t count = 1 + (ptrdiff_t)below(&state, MOST);
        money parts[MOST];
        for (ptrdiff_t k = 0; k < count; k++) total += weights[k] = below(&state, 1000) + (k == 0);
        money_split(money_of(whole, cur("EUR")), weights, parts, count);
        for (ptrdiff_t k = 0; k < count; k++) {
            __extension__ __int128 gap =
                (__int128)parts[k].minor * total - (__int128)whole * weights[k];
            CHECK(gap < total && gap > -total, "%d: a part is a unit off", i);
            CHECK(weights[k] > 0 || parts[k].minor == 0, "%d: no weight, no share", i);
            sum += parts[k].minor;
        }
        CHECK(sum == whole, "%d: %lld of %lld", i, (long long)sum, (long long)whole);
    }
    (void)mem;
}

SENTENCE(money_is_compared_and_added_within_its_currency)
{
    money a = money_of(150, cur("EUR")), b = money_of(-50, cur("EUR")),
          yen = money_of(150, cur("JPY"));
    CHECK(money_add(a, b).minor == 100 && money_sub(a, b).minor == 200, "add and sub");
    CHECK(money_neg(a).minor == -150 && money_min(a, b).minor == -50, "neg and min");
    CHECK(money_cmp(a, b) == 1 && money_cmp(b, a) == -1 && money_cmp(a, a) == 0, "cmp");
    CHECK(!money_eq(a, yen) && money_eq(a, money_of(150, cur("EUR"))), "eq");
    CHECK(str_eq(currency_text(&a.cur), S("EUR")), "text");
    currency none = {0};
    CHECK(currency_text(&none).len == 0 && currency_digits(none) == -1, "none");
    bool lost;
    CHECK(!money_from(S("1"), none, &a), "money of no currency");
    CHECK(!money_from_decimal(S("1"), none, ROUND_EXACT, &a, &lost), "decimals of no currency");
    (void)mem;
}

TESTS(TEST(only_currencies_of_iso_4217_are_known), TEST(money_from_reads_only_exact_amounts),
      TEST(money_is_printed_with_its_sign_and_digits),
      TEST(decimals_are_rounded_as_told_and_never_lost_silently),
      TEST(scaling_rounds_once_and_away_from_zero), TEST(money_split_never_loses_a_unit),
      TEST(money_is_compared_and_added_within_its_currency))
