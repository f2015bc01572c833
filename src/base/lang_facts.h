/* What ICU knows of a language, and of a currency in it, kept as plain text and small numbers, so
 * that formatting needs no ICU: it is asked once for each language and once for each currency.
 *
 * For lang*.c and their tests only. Everything is UTF-8 and NUL-ended. */
#ifndef BASE_LANG_FACTS_H
#define BASE_LANG_FACTS_H

#include "base/date.h"
#include "base/lang.h"
#include "base/money.h"

struct digits_form {
    char group[8], decimal[8];   /* "," and "." */
    int first_group, next_group; /* digits, from the right: 3 and 3; 3 and 2 in India; 0: none */
    int ungrouped;               /* so many digits stand without a separator: 3, or 4 in Spanish */
};

enum date_form { DATE_MEDIUM, DATE_SHORT, DATE_LONG, DATE_TIME, DATE_NUMERIC, DATE_FORMS };

struct lang_facts {
    struct digits_form number;
    const char *minus_before, *minus_after;     /* around a negative number */
    const char *percent_before, *percent_after; /* around a percentage: "" and "%" */
    const char *months[12], *months_short[12], *weekdays[7], *weekdays_short[7]; /* Monday first */
    const char *noon[2];                                                         /* AM and PM */
    const char *patterns[DATE_FORMS]; /* as Unicode writes them: "d MMM y" */
    bool rtl;
};

struct currency_facts {
    currency cur;
    int digits; /* decimals, by ISO 4217 */
    struct digits_form form;
    const char *before, *after;             /* around an amount: "€" and "" */
    const char *before_minus, *after_minus; /* around a negative one: "−€" and "" */
    const char *symbol, *name;
};

/* `locale` is ICU's name: "en_GB", "ar@numbers=latn". Digits are 0-9, or the facts are plain. */
void lang_learn(struct arena *mem, const char *locale, struct lang_facts *out);
void currency_learn(struct arena *mem, const char *locale, currency c, struct currency_facts *out);

/* The facts of a language of ours; NULL: English. They live as long as the program. */
const struct lang_facts *lang_facts_of(const struct lang *lang);
const struct currency_facts *currency_facts_of(const struct lang *lang, currency c);

/* The formatting itself, on any facts. */
str facts_money(struct arena *mem, const struct currency_facts *facts, int64_t minor);
str facts_amount(struct arena *mem, const struct lang_facts *facts, int digits, int64_t minor);
str facts_percent(struct arena *mem, const struct lang_facts *facts, int64_t ppm);
str facts_date(struct arena *mem, const struct lang_facts *facts, enum date_form form, date d,
               int minute_of_day);
bool facts_money_from(const struct digits_form *form, str text, currency c, money *out);
bool facts_date_from(const struct lang_facts *facts, str text, date *out);

#endif
