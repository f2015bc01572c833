#include "base/arena.h"
#include "base/clock.h"
#include "base/lang_facts.h"

#include <assert.h>
#include <string.h>

static void put(struct short_text *to, const char *text, ptrdiff_t len)
{
    ptrdiff_t room = (ptrdiff_t)sizeof to->at - to->len;
    if (len > room) len = room;
    memcpy(to->at + to->len, text, (size_t)len);
    to->len += len;
}

static void put_z(struct short_text *to, const char *text)
{
    put(to, text, (ptrdiff_t)strlen(text));
}

static void put_int(struct short_text *to, int n, int width)
{
    char digits[12], *at = digits + sizeof digits;
    for (; n > 0 || width > 0; n /= 10, width--) *--at = (char)('0' + n % 10);
    put(to, at, digits + sizeof digits - at);
}

/* The digits of n, grouped, with the last `decimals` of them behind the separator. Written from
 * the right, as the groups are counted. */
static void put_number(struct short_text *to, const struct digits_form *form, uint64_t n,
                       int decimals)
{
    char text[128], *at = text + sizeof text;
    size_t group_len = strlen(form->group), decimal_len = strlen(form->decimal);
    for (int i = 0; i < decimals; i++, n /= 10) *--at = (char)('0' + n % 10);
    if (decimals > 0) memcpy(at -= decimal_len, form->decimal, decimal_len);

    static const uint64_t bounds[] = {1, 10, 100, 1000, 10000};
    bool grouped = form->first_group > 0 && n >= bounds[form->ungrouped];
    int until_next = grouped ? form->first_group : -1;
    do {
        if (until_next-- == 0) {
            memcpy(at -= group_len, form->group, group_len);
            until_next = form->next_group - 1;
        }
        *--at = (char)('0' + n % 10);
    } while ((n /= 10) > 0);
    put(to, at, text + sizeof text - at);
}

static uint64_t size_of_number(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

static str money_in(struct short_text *to, const struct currency_facts *facts, int64_t minor)
{
    to->len = 0;
    put_z(to, minor < 0 ? facts->before_minus : facts->before);
    put_number(to, &facts->form, size_of_number(minor), facts->digits);
    put_z(to, minor < 0 ? facts->after_minus : facts->after);
    return (str){to->at, to->len};
}

str facts_money(struct arena *mem, const struct currency_facts *facts, int64_t minor)
{
    struct short_text text;
    return str_copy(mem, money_in(&text, facts, minor));
}

str facts_amount(struct arena *mem, const struct lang_facts *facts, int digits, int64_t minor)
{
    struct short_text text;
    text.len = 0;
    if (minor < 0) put_z(&text, facts->minus_before);
    put_number(&text, &facts->number, size_of_number(minor), digits);
    if (minor < 0) put_z(&text, facts->minus_after);
    return str_copy(mem, (str){text.at, text.len});
}

str facts_percent(struct arena *mem, const struct lang_facts *facts, int64_t ppm)
{
    enum { DECIMALS = 4 }; /* a millionth is 0.0001 % */
    uint64_t n = size_of_number(ppm);
    int decimals = DECIMALS;
    for (; decimals > 0 && n % 10 == 0; decimals--) n /= 10;
    struct short_text text;
    text.len = 0;
    put_z(&text, facts->percent_before);
    if (ppm < 0) put_z(&text, facts->minus_before);
    put_number(&text, &facts->number, n, decimals);
    if (ppm < 0) put_z(&text, facts->minus_after);
    put_z(&text, facts->percent_after);
    return str_copy(mem, (str){text.at, text.len});
}

/* ---- dates ----------------------------------------------------------------------------------- */

struct moment {
    int year, month, day, weekday, minute;
};

static void put_hour(struct short_text *to, int hour, int width)
{
    if (hour == 0 && width == 1)
        put(to, "0", 1);
    else
        put_int(to, hour, width);
}

/* One field of a pattern: a letter, `count` times. UTS #35 lists them. */
static void put_field(struct short_text *to, const struct lang_facts *facts, char letter, int count,
                      const struct moment *m)
{
    int hour = m->minute / 60;
    switch (letter) {
    case 'y': put_int(to, count == 2 ? m->year % 100 : m->year, count); break;
    case 'M':
    case 'L':
        if (count >= 3)
            put_z(to, (count == 3 ? facts->months_short : facts->months)[m->month - 1]);
        else
            put_int(to, m->month, count);
        break;
    case 'd': put_int(to, m->day, count); break;
    case 'E':
    case 'c':
        put_z(to, (count <= 3 ? facts->weekdays_short : facts->weekdays)[m->weekday - 1]);
        break;
    case 'H': put_hour(to, hour, count); break;
    case 'h': put_hour(to, (hour + 11) % 12 + 1, count); break;
    case 'm': put_hour(to, m->minute % 60, count); break;
    case 'a': put_z(to, facts->noon[hour >= 12]); break;
    default: break; /* no skeleton of ours asks for another */
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static str date_in(struct short_text *to, const struct lang_facts *facts, enum date_form form,
                   date d, int minute_of_day)
{
    struct moment m = {.weekday = date_weekday(d), .minute = minute_of_day};
    date_parts(d, &m.year, &m.month, &m.day);
    to->len = 0;
    bool quoted = false;
    for (const char *p = facts->patterns[form]; *p;) {
        int count = 1;
        while (p[count] == p[0]) count++;
        if (*p == '\'' && count >= 2) { /* '' is one quote, anywhere */
            put(to, "'", 1);
            count = 2;
        } else if (*p == '\'') {
            quoted = !quoted;
        } else if (is_letter(*p) && !quoted) {
            put_field(to, facts, *p, count, &m);
        } else {
            put(to, p, count);
        }
        p += count;
    }
    return (str){to->at, to->len};
}

str facts_date(struct arena *mem, const struct lang_facts *facts, enum date_form form, date d,
               int minute_of_day)
{
    struct short_text text;
    return str_copy(mem, date_in(&text, facts, form, d, minute_of_day));
}

/* ---- in a person's language ------------------------------------------------------------------ */

str lang_date(struct arena *mem, const struct lang *lang, date d)
{
    return facts_date(mem, lang_facts_of(lang), DATE_MEDIUM, d, 0);
}

str lang_date_in(struct short_text *to, const struct lang *lang, date d)
{
    return date_in(to, lang_facts_of(lang), DATE_MEDIUM, d, 0);
}

str lang_date_short(struct arena *mem, const struct lang *lang, date d)
{
    return facts_date(mem, lang_facts_of(lang), DATE_SHORT, d, 0);
}

str lang_date_long(struct arena *mem, const struct lang *lang, date d)
{
    return facts_date(mem, lang_facts_of(lang), DATE_LONG, d, 0);
}

str lang_instant(struct arena *mem, const struct lang *lang, instant at, str zone)
{
    instant local = at + clock_offset_minutes(at, zone) * MINUTE_US;
    int64_t days = local / DAY_US - (local % DAY_US < 0);
    int minute = (int)((local - days * DAY_US) / MINUTE_US);
    return facts_date(mem, lang_facts_of(lang), DATE_TIME, (date){.days = (int32_t)days}, minute);
}

str lang_money(struct arena *mem, const struct lang *lang, money m)
{
    return facts_money(mem, currency_facts_of(lang, m.cur), m.minor);
}

str lang_money_in(struct short_text *to, const struct lang *lang, money m)
{
    return money_in(to, currency_facts_of(lang, m.cur), m.minor);
}

str lang_amount(struct arena *mem, const struct lang *lang, money m)
{
    int digits = currency_digits(m.cur);
    assert(digits >= 0);
    return facts_amount(mem, lang_facts_of(lang), digits, m.minor);
}

str lang_number(struct arena *mem, const struct lang *lang, int64_t n)
{
    return facts_amount(mem, lang_facts_of(lang), 0, n);
}

str lang_percent(struct arena *mem, const struct lang *lang, int64_t ppm)
{
    return facts_percent(mem, lang_facts_of(lang), ppm);
}

str lang_symbol(struct arena *mem, const struct lang *lang, currency c)
{
    (void)mem; /* learned already, and it outlives every arena */
    return str_of(currency_facts_of(lang, c)->symbol);
}

str lang_currency_name(struct arena *mem, const struct lang *lang, currency c)
{
    (void)mem;
    return str_of(currency_facts_of(lang, c)->name);
}
