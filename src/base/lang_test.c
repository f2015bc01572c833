#include "base/lang_facts.h"

#include "test.h"

#include <stdlib.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#define NBSP   "\xC2\xA0"
#define NARROW "\xE2\x80\xAF"
#define MINUS  "\xE2\x88\x92"

static const struct lang *lang_of(const char *tag)
{
    const struct lang *lang = lang_find(str_of(tag));
    CHECK(lang, "%s", tag);
    return lang;
}

static currency currency_of(const char *code)
{
    currency c;
    CHECK(currency_from(str_of(code), &c), "%s", code);
    return c;
}

SENTENCE(money_is_written_as_its_reader_writes_it)
{
    static const struct {
        const char *lang, *code;
        int64_t minor;
        const char *money, *amount;
    } cases[] = {
        {"en-GB", "EUR", 120450, "€1,204.50", "1,204.50"},
        {"en-GB", "EUR", -300, MINUS "€3.00", MINUS "3.00"},
        {"en-GB", "USD", 99, "US$0.99", "0.99"},
        {"en-GB", "JPY", 100001, "JP¥100,001", "100,001"},
        {"en-GB", "KWD", 1234567, "KWD" NBSP "1,234.567", "1,234.567"},
        {"en-GB", "GBP", 0, "£0.00", "0.00"},
        {"en-GB", "EUR", 100000, "€1,000.00", "1,000.00"},
        {"en-GB", "EUR", 99999, "€999.99", "999.99"},
        {"en-GB", "EUR", MONEY_MAX, "€10,000,000,000,000.00", "10,000,000,000,000.00"},
        {"de", "EUR", 120450, "1.204,50" NBSP "€", "1.204,50"},
        {"de", "EUR", -300, MINUS "3,00" NBSP "€", MINUS "3,00"},
        {"de", "USD", 99, "0,99" NBSP "$", "0,99"},
        {"de", "JPY", -5, MINUS "5" NBSP "¥", MINUS "5"},
        {"de", "KWD", 1234567, "1.234,567" NBSP "KWD", "1.234,567"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        const struct lang *lang = lang_of(cases[i].lang);
        money m = money_of(cases[i].minor, currency_of(cases[i].code));
        str got = lang_money(mem, lang, m), amount = lang_amount(mem, lang, m);
        CHECK(str_eq(got, str_of(cases[i].money)), "%td: \"%.*s\"", i, STR(got));
        CHECK(str_eq(amount, str_of(cases[i].amount)), "%td: \"%.*s\"", i, STR(amount));
    }
}

/* ---- against ICU itself ---------------------------------------------------------------------- */

static const char *const locales[] = {"en_GB", "de",    "fr", "en_IN", "ja",
                                      "es",    "pt_PT", "sv", "de_CH", "ar@numbers=latn"};

static str utf8(struct arena *mem, const UChar *text, int32_t len)
{
    char bytes[256];
    int32_t count = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8(bytes, (int32_t)sizeof bytes, &count, text, len, &status);
    CHECK(U_SUCCESS(status), "%s", u_errorName(status));
    return str_copy(mem, (str){bytes, count});
}

static str with_hyphen(struct arena *mem, str text)
{
    ptrdiff_t at = str_find(text, S(MINUS));
    if (at < 0) return text;
    return str_printf(mem, "%.*s-%.*s", (int)at, text.at, STR(str_from(text, at + 3)));
}

static void compare_currency(struct arena *mem, const char *locale, const char *code)
{
    static const int64_t amounts[] = {
        0,     1,     -1,     5,       99,       100,       999,        1000,       -1234,    9999,
        10000, 12345, 999999, 1000000, -9876543, 123456789, 9999999999, -MONEY_MAX, MONEY_MAX};
    currency c = currency_of(code);
    struct currency_facts facts;
    currency_learn(mem, locale, c, &facts);
    char skeleton[64];
    UChar wide[128];
    UErrorCode status = U_ZERO_ERROR;
    snprintf(skeleton, sizeof skeleton, "currency/%s unit-width-short %s%.*s", code,
             facts.digits ? "." : "precision-integer", facts.digits, "0000");
    u_uastrcpy(wide, skeleton);
    UNumberFormatter *format = unumf_openForSkeletonAndLocale(wide, -1, locale, &status);
    UFormattedNumber *result = unumf_openResult(&status);
    for (ptrdiff_t i = 0; i < COUNT(amounts); i++) {
        str decimal = money_text(mem, money_of(amounts[i], c));
        unumf_formatDecimal(format, decimal.at, (int32_t)decimal.len, result, &status);
        int32_t len = unumf_resultToString(result, wide, COUNT(wide), &status);
        CHECK(U_SUCCESS(status), "%s %s: %s", locale, skeleton, u_errorName(status));
        str want = with_hyphen(mem, utf8(mem, wide, len));
        str got = with_hyphen(mem, facts_money(mem, &facts, amounts[i]));
        CHECK(str_eq(got, want), "%s: \"%.*s\", not \"%.*s\"", locale, STR(got), STR(want));
    }
    unumf_closeResult(result);
    unumf_close(format);
}

SENTENCE(every_amount_is_written_as_icu_writes_it)
{
    static const char *const codes[] = {"EUR", "USD", "GBP", "JPY", "KWD", "CHF", "INR",
                                        "HUF", "CLF", "ISK", "PLN", "TND", "IDR"};
    for (ptrdiff_t l = 0; l < COUNT(locales); l++)
        for (ptrdiff_t c = 0; c < COUNT(codes); c++) compare_currency(mem, locales[l], codes[c]);
}

SENTENCE(every_date_is_written_as_icu_writes_it)
{
    static const char *const skeletons[DATE_FORMS] = {"yMMMd", "MMMd", "yMMMMEEEEd", "yMMMdjm",
                                                      "yMd"};
    for (ptrdiff_t l = 0; l < COUNT(locales); l++) {
        struct lang_facts facts;
        lang_learn(mem, locales[l], &facts);
        UErrorCode status = U_ZERO_ERROR;
        UDateTimePatternGenerator *generator = udatpg_open(locales[l], &status);
        for (int f = 0; f < DATE_FORMS; f++) {
            UChar wide[128], pattern[128];
            u_uastrcpy(wide, skeletons[f]);
            int32_t len = udatpg_getBestPattern(generator, wide, -1, pattern, 128, &status);
            UDateFormat *dates = udat_open(UDAT_PATTERN, UDAT_PATTERN, locales[l], u"UTC", -1,
                                           pattern, len, &status);
            for (int i = 0; i < 40; i++) {
                date d = {20000 + i * 13};
                int minute = i * 61 % 1440;
                int64_t ms = d.days * INT64_C(86400000) + minute * INT64_C(60000);
                len = udat_format(dates, (UDate)ms, wide, 128, NULL, &status);
                CHECK(U_SUCCESS(status), "%s", u_errorName(status));
                str want = utf8(mem, wide, len);
                str got = facts_date(mem, &facts, (enum date_form)f, d, minute);
                CHECK(str_eq(got, want), "%s %s: \"%.*s\", not \"%.*s\"", locales[l], skeletons[f],
                      STR(got), STR(want));
            }
            udat_close(dates);
        }
        udatpg_close(generator);
    }
}

SENTENCE(dates_and_numbers_read_well)
{
    const struct lang *de = lang_of("de");
    date d;
    CHECK(date_from(S("2026-04-21"), &d), "date");
    instant at = d.days * INT64_C(86400000000) + (8 * 60 + 42) * INT64_C(60000000);
    struct {
        str got;
        const char *want;
    } cases[] = {
        {lang_date(mem, NULL, d), "21 Apr 2026"},
        {lang_date_short(mem, NULL, d), "21 Apr"},
        {lang_date_long(mem, NULL, d), "Tuesday, 21 April 2026"},
        {lang_instant(mem, NULL, at, S("Europe/London")), "21 Apr 2026, 09:42"},
        {lang_instant(mem, NULL, at, S("")), "21 Apr 2026, 08:42"},
        {lang_instant(mem, NULL, -1, S("UTC")), "31 Dec 1969, 23:59"},
        {lang_number(mem, NULL, 12340), "12,340"},
        {lang_number(mem, NULL, -7), MINUS "7"},
        {lang_percent(mem, NULL, 20000), "2%"},
        {lang_percent(mem, NULL, 375001), "37.5001%"},
        {lang_percent(mem, NULL, 0), "0%"},
        {lang_percent(mem, de, 14000), "1,4" NBSP "%"},
        {lang_percent(mem, de, -14000), MINUS "1,4" NBSP "%"},
        {lang_symbol(mem, NULL, currency_of("USD")), "US$"},
        {lang_currency_name(mem, NULL, currency_of("EUR")), "euro"},
        {lang_date(mem, de, d), "21. Apr. 2026"},
        {lang_date_short(mem, de, d), "21. Apr."},
        {lang_date_long(mem, de, d), "Dienstag, 21. April 2026"},
        {lang_instant(mem, de, at, S("Europe/Berlin")), "21. Apr. 2026, 10:42"},
        {lang_number(mem, de, 12340), "12.340"},
        {lang_symbol(mem, de, currency_of("USD")), "$"},
        {lang_currency_name(mem, de, currency_of("EUR")), "Euro"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(str_eq(cases[i].got, str_of(cases[i].want)), "%td: \"%.*s\"", i, STR(cases[i].got));
    CHECK(!lang_rtl(de) && !lang_rtl(NULL), "left to right");
    struct lang_facts arabic;
    lang_learn(mem, "ar@numbers=latn", &arabic);
    CHECK(arabic.rtl, "right to left");
}

/* ---- reading --------------------------------------------------------------------------------- */

SENTENCE(a_typed_amount_is_read_or_refused_never_misread)
{
    static const struct {
        const char *lang, *code, *text;
        int64_t minor; /* -1: refused */
    } cases[] = {
        {"en-GB", "EUR", "1,204.50", 120450},
        {"en-GB", "EUR", "1204.50", 120450},
        {"en-GB", "EUR", "1204", 120400},
        {"en-GB", "EUR", "1,204", 120400},
        {"en-GB", "EUR", " 12.5 ", 1250},
        {"en-GB", "EUR", "€12.50", 1250},
        {"en-GB", "EUR", "12.50 EUR", 1250},
        {"en-GB", "EUR", "0.01", 1},
        {"en-GB", "EUR", "1,20", -1},
        {"en-GB", "EUR", "1.204,50", -1},
        {"en-GB", "EUR", "12.345", -1},
        {"en-GB", "EUR", "1,2,3", -1},
        {"en-GB", "EUR", "1,20,204", -1},
        {"en-GB", "EUR", "1,2045,204", -1},
        {"en-GB", "EUR", "1234,204", -1},
        {"en-GB", "EUR", ",204", -1},
        {"en-GB", "EUR", "1,204,", -1},
        {"en-GB", "EUR", "12.", -1},
        {"en-GB", "EUR", ".50", -1},
        {"en-GB", "EUR", "-1.00", -1},
        {"en-GB", "EUR", "+1.00", -1},
        {"en-GB", "EUR", "1e3", -1},
        {"en-GB", "EUR", "", -1},
        {"en-GB", "EUR", "€", -1},
        {"en-GB", "EUR", "1 204.50", -1},
        {"en-GB", "EUR", "10000000000000.00", MONEY_MAX},
        {"en-GB", "EUR", "10000000000000.01", -1},
        {"en-GB", "EUR", "99999999999999999999999999", -1},
        {"en-GB", "JPY", "1,500", 1500},
        {"en-GB", "JPY", "1500.0", -1},
        {"en-GB", "KWD", "1.234", 1234},
        {"en-GB", "KWD", "1,234.5", 1234500},
        {"de", "EUR", "1.204,50", 120450},
        {"de", "EUR", "1204,50", 120450},
        {"de", "EUR", "1204.50", 120450},
        {"de", "EUR", "12.5", 1250},
        {"de", "EUR", "1.204", 120400},
        {"de", "EUR", "1.204.567,8", 120456780},
        {"de", "EUR", "1204.567", -1},
        {"de", "EUR", "1,204.50", -1},
        {"de", "EUR", "12,50" NBSP "€", 1250},
        {"de", "EUR", "12,345", -1},
        {"de", "KWD", "1.234", 1234000},
        {"de", "KWD", "1234.567", 1234567},
        {"de", "KWD", "1,234", 1234},
        {"de", "JPY", "1.500", 1500},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        money m = {.minor = -1};
        currency c = currency_of(cases[i].code);
        if (!lang_money_from(lang_of(cases[i].lang), str_of(cases[i].text), c, &m)) m.minor = -1;
        CHECK(m.minor == cases[i].minor, "%s \"%s\" %s: %lld", cases[i].lang, cases[i].text,
              cases[i].code, (long long)m.minor);
    }
    (void)mem;
}

SENTENCE(an_amount_is_looked_for_in_any_currency_and_either_notation)
{
    static const struct {
        const char *lang, *text;
        int64_t one, other; /* in ten-thousandths */
    } cases[] = {
        {"en-GB", "1204.5", 12045000, 12045000},
        {"en-GB", "1,204.50", 12045000, 12045000},
        {"en-GB", "1.204,50", 12045000, 12045000},
        {"en-GB", "1 204,50", 12045000, 12045000},
        {"en-GB", "1'204.50", 12045000, 12045000},
        {"en-GB", "120000", 1200000000, 1200000000},
        {"en-GB", "120,000", 1200000000, 1200000},
        {"en-GB", "1.250", 12500, 12500000},
        {"de", "1.250", 12500000, 12500},
        {"de", "1204,5", 12045000, 12045000},
        {"de", "1204.5", 12045000, 12045000},
        {"en-GB", "\xE2\x82\xAC" NBSP "1,204.50", 12045000, 12045000},
        {"en-GB", "US$75", 750000, 750000},
        {"en-GB", "120000 JPY", 1200000000, 1200000000},
        {"en-GB", "KWD 1.2505", 12505, 12505},
        {"en-GB",
         "\xE2\x88\x92"
         "50.00",
         500000, 500000},
        {"en-GB", "-50", 500000, 500000},
        {"en-GB", "4500-2", 0, 0},
        {"en-GB", "O-77", 0, 0},
        {"en-GB", "R-1", 0, 0},
        {"en-GB", "1.23456", 0, 0},
        {"en-GB", "12,34,5", 0, 0},
        {"en-GB", "9999999999999999", 0, 0},
        {"en-GB", "", 0, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct amount_sought a = lang_amount_sought(lang_of(cases[i].lang), str_of(cases[i].text));
        CHECK(a.one == cases[i].one && a.other == cases[i].other, "%s \"%s\": %lld, %lld",
              cases[i].lang, cases[i].text, (long long)a.one, (long long)a.other);
    }
    (void)mem;
}

SENTENCE(what_is_written_can_be_read)
{
    static const char *const codes[] = {"EUR", "JPY", "KWD", "USD"};
    for (const struct lang *const *lang = lang_all(); *lang; lang++)
        for (int64_t n = 0; n < 3000000000; n = n * 3 + 7)
            for (ptrdiff_t c = 0; c < COUNT(codes); c++) {
                money m = money_of(n, currency_of(codes[c])), a, b;
                str amount = lang_amount(mem, *lang, m), full = lang_money(mem, *lang, m);
                CHECK(lang_money_from(*lang, amount, m.cur, &a) && money_eq(a, m), "%.*s",
                      STR(amount));
                CHECK(lang_money_from(*lang, full, m.cur, &b) && money_eq(b, m), "%.*s", STR(full));
            }
    for (ptrdiff_t l = 0; l < COUNT(locales); l++) {
        struct lang_facts facts;
        money m = money_of(123456789, currency_of("EUR")), again;
        lang_learn(mem, locales[l], &facts);
        str amount = facts_amount(mem, &facts, 2, m.minor);
        CHECK(facts_money_from(&facts.number, amount, m.cur, &again) && money_eq(again, m),
              "%s %.*s", locales[l], STR(amount));
    }
}

SENTENCE(a_typed_date_is_read_in_the_order_of_the_language)
{
    static const struct {
        const char *lang, *text, *iso; /* NULL: refused */
    } cases[] = {
        {"en-GB", "2026-04-30", "2026-04-30"},
        {"en-GB", "30/04/2026", "2026-04-30"},
        {"en-GB", "30/4/26", "2026-04-30"},
        {"en-GB", "30.4.2026", "2026-04-30"},
        {"en-GB", "04/30/2026", NULL},
        {"en-GB", "30/02/2026", NULL},
        {"en-GB", "30/04", NULL},
        {"en-GB", "30/04/", NULL},
        {"en-GB", "30/04/126", NULL},
        {"en-GB", "tomorrow", NULL},
        {"en-GB", "", NULL},
        {"de", "30.04.2026", "2026-04-30"},
        {"de", "30. 4. 2026", "2026-04-30"},
        {"de", " 3.4.26 ", "2026-04-03"},
        {"de", "2026-04-30", "2026-04-30"},
        {"de", "30.04.2026x", NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        date d;
        bool read = lang_date_from(lang_of(cases[i].lang), str_of(cases[i].text), &d);
        str got = read ? date_text(mem, d) : (str){0};
        CHECK(str_eq(got, str_of(cases[i].iso)), "%td: %.*s", i, STR(got));
    }
}

/* ---- sentences and languages ----------------------------------------------------------------- */

SENTENCE(a_tag_finds_the_nearest_language)
{
    static const struct {
        const char *tag, *want;
    } cases[] = {
        {"de", "de"},       {"DE_de", "de"}, {"de-AT", "de"},   {"en", "en-GB"},
        {"en-US", "en-GB"}, {"fr", NULL},    {"deutsch", NULL}, {"", NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        const struct lang *lang = lang_find(str_of(cases[i].tag));
        CHECK(!lang == !cases[i].want, "%s", cases[i].tag);
        if (lang) CHECK(str_eq(lang_tag(lang), str_of(cases[i].want)), "%s", cases[i].tag);
    }
    CHECK(str_eq(lang_tag(NULL), S("en-GB")), "NULL is English");
    CHECK(str_eq(lang_name(lang_of("de")), S("Deutsch")), "in itself");
    (void)mem;
}

SENTENCE(accept_language_is_weighed)
{
    static const struct {
        const char *header, *want;
    } cases[] = {
        {"de-DE,de;q=0.9,en;q=0.8", "de"},
        {"en;q=0.8, de;q=0.9", "de"},
        {"fr, de;q=0.5, en;q=0.4", "de"},
        {"fr", "en-GB"},
        {"de;q=0, en;q=0.1", "en-GB"},
        {"", "en-GB"},
        {"*", "en-GB"},
        {"de;q=1.0, en", "de"},
        {"de;q=x, en;q=0.001", "en-GB"},
        {",,;;=,de;q=0.3", "de"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = lang_tag(lang_accepted(str_of(cases[i].header)));
        CHECK(str_eq(got, str_of(cases[i].want)), "\"%s\": %.*s", cases[i].header, STR(got));
    }
    (void)mem;
}

SENTENCE(a_sentence_without_translation_is_itself)
{
    const struct lang *de = lang_of("de");
    static const char english[] = "zzz nobody says this";
    CHECK(say(de, english) == english && say(NULL, english) == english, "itself");
    CHECK(strcmp(say_n(de, english, "many", 1), english) == 0, "one");
    CHECK(strcmp(say_n(de, english, "many", 2), "many") == 0, "many");
    CHECK(strcmp(say_n(NULL, english, "many", 0), "many") == 0, "none");
    (void)mem;
}

SENTENCE(a_sentence_is_said_in_steps)
{
    struct text t = {.mem = mem};
    const char *rest = "Pay {2} of {1}, {x} {12}: {}";
    int hole, order = 0;
    while ((hole = say_step(&t, &rest)) > 0) {
        order = order * 10 + hole;
        text_char(&t, '_');
    }
    CHECK(order == 21, "%d", order);
    CHECK(str_eq(text_str(&t), S("Pay _ of _, {x} {12}: {}")), "%.*s", STR(text_str(&t)));
}

TESTS(TEST(money_is_written_as_its_reader_writes_it),
      TEST(every_amount_is_written_as_icu_writes_it), TEST(every_date_is_written_as_icu_writes_it),
      TEST(dates_and_numbers_read_well), TEST(a_typed_amount_is_read_or_refused_never_misread),
      TEST(an_amount_is_looked_for_in_any_currency_and_either_notation),
      TEST(what_is_written_can_be_read), TEST(a_typed_date_is_read_in_the_order_of_the_language),
      TEST(a_tag_finds_the_nearest_language), TEST(accept_language_is_weighed),
      TEST(a_sentence_without_translation_is_itself), TEST(a_sentence_is_said_in_steps))
