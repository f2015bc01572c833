/* A person's language: sentences, plurals, dates and amounts, as that person writes them.
 *
 * Sentences are written in English in the code and in the pages. lang/de.po (gettext's format)
 * says each in German, and so on: a language is a file. tools/langgen compiles the .po files into
 * the program. Separators, symbols and month names come from ICU, learned once when a language or
 * a currency is first used; formatting afterwards is plain C and costs well under a microsecond.
 *
 * A `struct lang` lives as long as the program, is shared by all threads and never changes to its
 * readers. A NULL lang is English. */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "base/str.h"
#include "base/text.h"

struct lang;

/* "de", "en-GB", "DE_de": the nearest language we have; NULL when we have none near it. */
const struct lang *lang_find(str tag);
/* The best of an Accept-Language header; English when nothing fits. */
const struct lang *lang_accepted(str header);
str lang_tag(const struct lang *lang);  /* for <html lang>: "en-GB", "de" */
str lang_name(const struct lang *lang); /* in itself: "English", "Deutsch" */
bool lang_rtl(const struct lang *lang);

/* All languages, English first; NULL at the end. For the choice in preferences, and for tests. */
const struct lang *const *lang_all(void);

/* The sentence in this language; itself where there is no translation. The literal is the key, so
 * it must be a literal: xgettext collects it from the call. */
const char *say(const struct lang *lang, const char *english) __attribute__((format_arg(2)));
const char *say_n(const struct lang *lang, const char *one, const char *many, int64_t n)
    __attribute__((format_arg(2), format_arg(3)));

/* Marks a sentence in a table for xgettext; whoever shows it calls say() on it. */
#define N_(english) english

/* A sentence with numbered holes, "Pay {1} of {2}": each call writes the text up to the next hole
 * into `t` and returns the number of the hole, or 0 at the end. pagegen writes these loops. */
int say_step(struct text *t, const char **rest);
/* The whole of such a sentence, with these texts at {1} and {2}. */
str say_filled(struct arena *mem, const char *sentence, str one, str two);

str lang_date(struct arena *mem, const struct lang *lang, date d); /* 21 Apr 2026 */
str lang_date_in(struct short_text *to, const struct lang *lang, date d);
str lang_date_short(struct arena *mem, const struct lang *lang, date d); /* 21 Apr */
str lang_date_long(struct arena *mem, const struct lang *lang, date d); /* Tuesday, 21 April 2026 */
/* 21 Apr 2026, 10:42 in the zone given as a tzdata name ("Europe/Berlin"; empty: UTC). */
str lang_instant(struct arena *mem, const struct lang *lang, instant at, str zone);

str lang_money(struct arena *mem, const struct lang *lang, money m); /* €1,204.50, −€3.00 */
str lang_money_in(struct short_text *to, const struct lang *lang, money m);
str lang_amount(struct arena *mem, const struct lang *lang, money m);    /* 1,204.50: no symbol */
str lang_symbol(struct arena *mem, const struct lang *lang, currency c); /* €, US$ */
str lang_currency_name(struct arena *mem, const struct lang *lang, currency c); /* euro */
str lang_number(struct arena *mem, const struct lang *lang, int64_t n);         /* 12,340 */
/* Parts in a million as per cent, with the decimals it needs: 2.5%, 37%. */
str lang_percent(struct arena *mem, const struct lang *lang, int64_t ppm);

/* What a person typed: "1.204,50" in German, "1,204.50" in English, and the plain "1204.50" in
 * both where it cannot be misread. No sign. False when it is no amount or has too many decimals. */
bool lang_money_from(const struct lang *lang, str text, currency c, money *out);
/* What a person may mean who looks for an amount and does not say in which currency, with either
 * decimal sign whatever the language: "1204.5", "1.204,50", "€ 120000". In ten-thousandths, to be
 * compared in any currency. Some have two readings: "1.250" is a thousand, or has three decimals.
 * Both are 0 where it is no amount, and equal where there is one reading. */
struct amount_sought {
    int64_t one, other;
};
struct amount_sought lang_amount_sought(const struct lang *lang, str text);
/* A date as typed or sent by a date field: 2026-04-30, and the language's usual short form. */
bool lang_date_from(const struct lang *lang, str text, date *out);

#endif
