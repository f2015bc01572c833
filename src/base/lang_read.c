/* What people type, in their language: amounts and dates. */
#include "base/lang_facts.h"

#include <assert.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The separator at the head of s: 0 when there is none. All spaces and apostrophes that are used
 * between groups somewhere count as one another, because keyboards have one of each at most. */
static ptrdiff_t group_at(str s, const char *group)
{
    static const char *const spaces[] = {" ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
    static const char *const quotes[] = {"'", "\xE2\x80\x99"};
    const char *const *alike = NULL;
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < COUNT(spaces); i++)
        if (str_eq(str_of(group), str_of(spaces[i]))) alike = spaces, count = COUNT(spaces);
    for (ptrdiff_t i = 0; i < COUNT(quotes); i++)
        if (str_eq(str_of(group), str_of(quotes[i]))) alike = quotes, count = COUNT(quotes);
    if (!alike) alike = &group, count = group[0] ? 1 : 0;
    for (ptrdiff_t i = 0; i < count; i++)
        if (str_starts(s, str_of(alike[i]))) return str_of(alike[i]).len;
    return 0;
}

/* "1.204" in German: groups of three at the end, of the language's size before; the separator
 * stands nowhere else. Without any separator it is good as well. */
struct digits {
    char at[24];
    ptrdiff_t len;
};

static bool read_whole(const struct digits_form *form, str text, struct digits *out)
{
    ptrdiff_t in_group = 0, groups = 0;
    out->len = 0;
    while (text.len > 0) {
        ptrdiff_t separator = is_digit(text.at[0]) ? 0 : group_at(text, form->group);
        if (separator > 0) {
            bool fits = groups == 0 ? in_group <= 3 : in_group == form->next_group;
            if (in_group == 0 || !fits || form->first_group == 0) return false;
            groups++;
            in_group = 0;
            text = str_from(text, separator);
            continue;
        }
        if (!is_digit(text.at[0]) || out->len == COUNT(out->at)) return false;
        out->at[out->len++] = text.at[0];
        in_group++;
        text = str_from(text, 1);
    }
    return out->len > 0 && (groups == 0 || in_group == form->first_group);
}

/* Digits, and decimals that may be fewer than the currency has, but not more. */
static bool money_of_digits(const struct digits *whole, str decimals, currency c, money *out)
{
    int digits = currency_digits(c);
    if (digits < 0 || decimals.len > digits) return false;
    int64_t minor = 0;
    for (ptrdiff_t i = 0; i < whole->len + digits; i++) {
        ptrdiff_t d = i - whole->len;
        char digit = d < 0 ? whole->at[i] : d < decimals.len ? decimals.at[d] : '0';
        if (!is_digit(digit)) return false;
        minor = minor * 10 + (digit - '0');
        if (minor > MONEY_MAX) return false;
    }
    *out = money_of(minor, c);
    return true;
}

bool facts_money_from(const struct digits_form *form, str text, currency c, money *out)
{
    struct digits whole;
    str decimals = {0};
    ptrdiff_t at = str_find(text, str_of(form->decimal));
    if (at >= 0) {
        decimals = str_from(text, at + str_of(form->decimal).len);
        if (decimals.len == 0 || !read_whole(form, str_head(text, at), &whole)) return false;
        return money_of_digits(&whole, decimals, c, out);
    }
    if (read_whole(form, text, &whole)) return money_of_digits(&whole, decimals, c, out);

    /* Not a number of this language, so a single point can only be the machine's: 1204.50. */
    struct str_pair plain = str_cut(text, '.');
    static const struct digits_form none = {.decimal = "."};
    if (!plain.found || plain.tail.len == 0) return false;
    return read_whole(&none, plain.head, &whole) && money_of_digits(&whole, plain.tail, c, out);
}

/* Without the currency that people leave beside the number: €, EUR. */
static str without(str text, str mark)
{
    if (mark.len == 0) return text;
    if (str_starts(text, mark)) return str_trim(str_from(text, mark.len));
    if (str_ends(text, mark)) return str_trim(str_head(text, text.len - mark.len));
    return text;
}

/* str_trim for no-break spaces too: our own output has them before the symbol. */
static str trim(str text)
{
    static const str wide[] = {{"\xC2\xA0", 2}, {"\xE2\x80\xAF", 3}};
    for (ptrdiff_t i = 0; i < COUNT(wide); i++) text = without(str_trim(text), wide[i]);
    return str_trim(text);
}

bool lang_money_from(const struct lang *lang, str text, currency c, money *out)
{
    if (currency_digits(c) < 0) return false;
    const struct currency_facts *facts = currency_facts_of(lang, c);
    str number = trim(text), symbol = str_of(facts->symbol);
    str unmarked = trim(without(number, symbol));
    if (unmarked.len == number.len) unmarked = trim(without(number, currency_text(&c)));
    return facts_money_from(&lang_facts_of(lang)->number, unmarked, c, out);
}

/* Without what stands around a number: a sign, a symbol, the code of a currency. A letter that is
 * neither says that it is a word, the number of an order perhaps. */
static str unmarked(str text)
{
    static const char *const marks[] = {"-",        "\xE2\x88\x92", "US$", "$", "\xE2\x82\xAC",
                                        "\xC2\xA3", "\xC2\xA5"};
    currency c;
    str number = trim(text);
    if (currency_from(str_head(number, 3), &c)) number = trim(str_from(number, 3));
    if (number.len > 3 && currency_from(str_from(number, number.len - 3), &c))
        number = trim(str_head(number, number.len - 3));
    for (ptrdiff_t i = 0; i < COUNT(marks); i++) number = trim(without(number, str_of(marks[i])));
    return number;
}

struct amount_sought lang_amount_sought(const struct lang *lang, str text)
{
    static const struct digits_form forms[] = {
        {",", ".", 3, 3, 3}, {".", ",", 3, 3, 3}, {" ", ".", 3, 3, 3},
        {" ", ",", 3, 3, 3}, {"'", ".", 3, 3, 3},
    };
    static const currency finest = {"CLF"}; /* four decimals: nobody has more */
    struct amount_sought sought = {0};
    str number = unmarked(text);
    money read;
    if (facts_money_from(&lang_facts_of(lang)->number, number, finest, &read))
        sought = (struct amount_sought){read.minor, read.minor};
    for (ptrdiff_t i = 0; i < COUNT(forms); i++) {
        if (!facts_money_from(&forms[i], number, finest, &read)) continue;
        if (sought.one == 0) sought.one = sought.other = read.minor;
        if (sought.one == sought.other) sought.other = read.minor;
    }
    return sought;
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* "30.4.26" as three numbers and how long each was; `.`, `/`, `-` and a space after them count as
 * one another. */
static bool read_parts(str text, int parts[3], ptrdiff_t lengths[3])
{
    for (int i = 0; i < 3; i++) {
        ptrdiff_t len = 0;
        int64_t n;
        while (len < text.len && is_digit(text.at[len])) len++;
        if (len == 0 || len > 4 || !str_to_i64(str_head(text, len), &n)) return false;
        parts[i] = (int)n;
        lengths[i] = len;
        text = str_from(text, len);
        if (i == 2) break;
        if (text.len == 0 || !(text.at[0] == '.' || text.at[0] == '/' || text.at[0] == '-'))
            return false;
        text = str_trim(str_from(text, 1));
    }
    return text.len == 0;
}

bool facts_date_from(const struct lang_facts *facts, str text, date *out)
{
    int parts[3], next = 0, year = 0, month = 0, day = 0;
    ptrdiff_t lengths[3], year_len = 0;
    if (!read_parts(str_trim(text), parts, lengths)) return false;

    char last = 0;
    for (const char *p = facts->patterns[DATE_NUMERIC]; *p && next < 3; p++) {
        if (*p != last && *p == 'y') year_len = lengths[next], year = parts[next++];
        if (*p != last && *p == 'M') month = parts[next++];
        if (*p != last && *p == 'd') day = parts[next++];
        last = *p;
    }
    if (year_len == 2) year += 2000; /* invoices are of this century */
    if (year_len != 2 && year_len != 4) return false;
    return date_of(year, month, day, out);
}

bool lang_date_from(const struct lang *lang, str text, date *out)
{
    if (date_from(str_trim(text), out)) return true;
    return facts_date_from(lang_facts_of(lang), text, out);
}
