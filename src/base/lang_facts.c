#include "base/lang_facts.h"

#include "base/arena.h"

#include <assert.h>
#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#define MINUS "\xE2\x88\x92" /* U+2212: as wide as a digit, and never taken for a hyphen */

enum { LONGEST = 256 };

static const char *utf8_of(struct arena *mem, const UChar *text, int32_t len)
{
    char bytes[LONGEST];
    int32_t count = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8(bytes, LONGEST, &count, text, len, &status);
    if (U_FAILURE(status)) count = 0;
    return str_z(mem, (str){bytes, count});
}

/* ---- numbers: learned from samples ----------------------------------------------------------- */

/* What ICU makes of a decimal number under a number skeleton ("currency/EUR .00"). */
static bool format_sample(struct arena *mem, const char *locale, str skeleton, str decimal,
                          str *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[LONGEST];
    int32_t len = 0;
    u_strFromUTF8(wide, LONGEST, &len, skeleton.at, (int32_t)skeleton.len, &status);
    UNumberFormatter *format = unumf_openForSkeletonAndLocale(wide, len, locale, &status);
    UFormattedNumber *result = unumf_openResult(&status);
    unumf_formatDecimal(format, decimal.at, (int32_t)decimal.len, result, &status);
    len = unumf_resultToString(result, wide, LONGEST, &status);
    if (U_SUCCESS(status)) *out = str_of(utf8_of(mem, wide, len));
    unumf_closeResult(result);
    unumf_close(format);
    return U_SUCCESS(status);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A formatted number taken apart: what stands before, between and after its digits. */
struct sample {
    str before, after;
    str separators[16];
    int digits_before[16]; /* each separator */
    int separator_count, digit_count;
};

static bool take_apart(str text, struct sample *out)
{
    *out = (struct sample){0};
    ptrdiff_t first = 0, last = text.len - 1;
    while (first < text.len && !is_digit(text.at[first])) first++;
    while (last >= 0 && !is_digit(text.at[last])) last--;
    if (first > last) return false;

    out->before = str_head(text, first);
    out->after = str_from(text, last + 1);
    for (ptrdiff_t i = first; i <= last; i++) {
        if (is_digit(text.at[i])) {
            out->digit_count++;
            continue;
        }
        if (is_digit(text.at[i - 1])) {
            if (out->separator_count == COUNT(out->separators)) return false;
            out->digits_before[out->separator_count] = out->digit_count;
            out->separators[out->separator_count++] = (str){text.at + i, 0};
        }
        out->separators[out->separator_count - 1].len++;
    }
    return true;
}

static bool separator_copy(char to[8], str separator)
{
    if (separator.len > 7) return false;
    memset(to, 0, 8);
    memcpy(to, separator.at, (size_t)separator.len);
    return true;
}

/* The form of the digits, from 1234567890123 with `decimals` decimals. */
static bool form_from(const struct sample *s, int decimals, struct digits_form *out)
{
    int whole = s->digit_count - decimals, groups = s->separator_count - (decimals > 0);
    *out = (struct digits_form){.decimal = ".", .ungrouped = 3};
    if (whole != 13 || groups < 0) return false;
    if (decimals > 0 && s->digits_before[groups] != whole) return false;
    if (decimals > 0 && !separator_copy(out->decimal, s->separators[groups])) return false;
    if (groups == 0) return true;

    out->first_group = whole - s->digits_before[groups - 1];
    out->next_group = out->first_group;
    if (groups > 1) out->next_group = s->digits_before[groups - 1] - s->digits_before[groups - 2];
    out->ungrouped = out->first_group;
    return separator_copy(out->group, s->separators[0]);
}

static const char *with_true_minus(struct arena *mem, str text)
{
    struct str_pair cut = str_cut(text, '-');
    if (!cut.found) return str_z(mem, text);
    return str_printf(mem, "%.*s" MINUS "%.*s", STR(cut.head), STR(cut.tail)).at;
}

struct number_facts {
    struct digits_form form;
    const char *before, *after, *before_minus, *after_minus;
};

/* False: ICU does not know it, or writes it in digits that are not 0-9. */
static bool number_learn(struct arena *mem, const char *locale, str skeleton, int decimals,
                         struct number_facts *out)
{
    str text, minus_text, short_text;
    str decimal = decimals > 0 ? S("-1234567890123.4567") : S("-1234567890123");
    struct sample plus, minus, brief;
    if (!format_sample(mem, locale, skeleton, str_from(decimal, 1), &text)) return false;
    if (!format_sample(mem, locale, skeleton, decimal, &minus_text)) return false;
    if (!format_sample(mem, locale, skeleton, S("1234"), &short_text)) return false;
    if (!take_apart(text, &plus) || !take_apart(minus_text, &minus)) return false;
    if (!take_apart(short_text, &brief) || !form_from(&plus, decimals, &out->form)) return false;

    bool short_grouped = brief.separator_count > (decimals > 0);
    if (out->form.first_group == 3 && !short_grouped) out->form.ungrouped = 4;
    out->before = str_z(mem, plus.before);
    out->after = str_z(mem, plus.after);
    out->before_minus = with_true_minus(mem, minus.before);
    out->after_minus = with_true_minus(mem, minus.after);
    return true;
}

static const struct digits_form PLAIN = {
    .group = ",", .decimal = ".", .first_group = 3, .next_group = 3, .ungrouped = 3};

static str precision(struct arena *mem, int digits)
{
    return digits == 0 ? S("precision-integer") : str_printf(mem, ".%.*s", digits, "0000");
}

void currency_learn(struct arena *mem, const char *locale, currency c, struct currency_facts *out)
{
    *out = (struct currency_facts){.cur = c, .digits = currency_digits(c), .form = PLAIN};
    assert(out->digits >= 0);

    struct number_facts number;
    str skeleton = str_printf(mem, "currency/%s unit-width-short %.*s", c.code,
                              STR(precision(mem, out->digits)));
    if (number_learn(mem, locale, skeleton, out->digits, &number)) {
        out->form = number.form;
        out->before = number.before, out->after = number.after;
        out->before_minus = number.before_minus, out->after_minus = number.after_minus;
    } else { /* the code before the amount is understood everywhere */
        out->before = str_printf(mem, "%s ", c.code).at;
        out->before_minus = str_printf(mem, MINUS "%s ", c.code).at;
        out->after = out->after_minus = "";
    }

    UChar code[4], *at = code;
    u_charsToUChars(c.code, at, 4);
    int32_t len = 0;
    UErrorCode status = U_ZERO_ERROR;
    const UChar *text = ucurr_getName(code, locale, UCURR_SYMBOL_NAME, NULL, &len, &status);
    out->symbol = U_SUCCESS(status) ? utf8_of(mem, text, len) : str_z(mem, currency_text(&c));
    status = U_ZERO_ERROR;
    text = ucurr_getPluralName(code, locale, NULL, "one", &len, &status);
    out->name = U_SUCCESS(status) ? utf8_of(mem, text, len) : str_z(mem, currency_text(&c));
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* `count` of ICU's names, from its index `first`, into names[]; one that is missing is empty. */
static void learn_names(struct arena *mem, const UDateFormat *dates, UDateFormatSymbolType type,
                        int first, int count, const char *names[])
{
    for (int i = 0; i < count; i++) {
        UChar wide[LONGEST];
        UErrorCode status = U_ZERO_ERROR;
        int32_t len = udat_getSymbols(dates, type, first + i, wide, LONGEST, &status);
        names[i] = U_SUCCESS(status) ? utf8_of(mem, wide, len) : "";
    }
}

static void learn_patterns(struct arena *mem, const char *locale, const char *patterns[])
{
    static const struct {
        const char *skeleton, *plain;
    } forms[DATE_FORMS] = {
        [DATE_MEDIUM] = {"yMMMd", "y-MM-dd"},    [DATE_SHORT] = {"MMMd", "MM-dd"},
        [DATE_LONG] = {"yMMMMEEEEd", "y-MM-dd"}, [DATE_TIME] = {"yMMMdjm", "y-MM-dd HH:mm"},
        [DATE_NUMERIC] = {"yMd", "y-MM-dd"},
    };
    UErrorCode status = U_ZERO_ERROR;
    UDateTimePatternGenerator *generator = udatpg_open(locale, &status);
    for (int i = 0; i < DATE_FORMS; i++) {
        UChar skeleton[32], pattern[LONGEST];
        int32_t len = (int32_t)strlen(forms[i].skeleton);
        u_charsToUChars(forms[i].skeleton, skeleton, len);
        if (U_SUCCESS(status))
            len = udatpg_getBestPattern(generator, skeleton, len, pattern, LONGEST, &status);
        patterns[i] = U_SUCCESS(status) ? utf8_of(mem, pattern, len) : forms[i].plain;
    }
    udatpg_close(generator);
}

static void learn_dates(struct arena *mem, const char *locale, struct lang_facts *out)
{
    static const UChar utc[] = {'U', 'T', 'C', 0};
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *dates = udat_open(UDAT_NONE, UDAT_LONG, locale, utc, -1, NULL, 0, &status);
    learn_names(mem, dates, UDAT_MONTHS, 0, 12, out->months);
    learn_names(mem, dates, UDAT_SHORT_MONTHS, 0, 12, out->months_short);
    learn_names(mem, dates, UDAT_WEEKDAYS, 2, 6, out->weekdays); /* 1 is Sunday, our last */
    learn_names(mem, dates, UDAT_WEEKDAYS, 1, 1, out->weekdays + 6);
    learn_names(mem, dates, UDAT_SHORT_WEEKDAYS, 2, 6, out->weekdays_short);
    learn_names(mem, dates, UDAT_SHORT_WEEKDAYS, 1, 1, out->weekdays_short + 6);
    learn_names(mem, dates, UDAT_AM_PMS, 0, 2, out->noon);
    udat_close(dates);
    learn_patterns(mem, locale, out->patterns);
}

void lang_learn(struct arena *mem, const char *locale, struct lang_facts *out)
{
    *out = (struct lang_facts){.number = PLAIN,
                               .minus_before = MINUS,
                               .minus_after = "",
                               .percent_before = "",
                               .percent_after = "%"};
    struct number_facts number;
    if (number_learn(mem, locale, S("percent .00"), 2, &number)) {
        out->percent_before = number.before;
        out->percent_after = number.after;
    }
    if (number_learn(mem, locale, S(".00"), 2, &number)) {
        out->number = number.form;
        out->minus_before = number.before_minus;
        out->minus_after = number.after_minus;
    }
    learn_dates(mem, locale, out);
    out->rtl = uloc_isRightToLeft(locale);
}
