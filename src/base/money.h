/* Amounts of money: whole minor units and a currency. There is no floating point in this program.
 *
 * Amounts of different currencies never meet: that is a bug, and asserted. Every amount that
 * enters the program is at most MONEY_MAX, so thousands can be summed without overflow. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/str.h"

typedef struct currency {
    char code[4]; /* ISO 4217, NUL-ended */
} currency;

typedef struct money {
    int64_t minor;
    currency cur;
} money;

#define MONEY_MAX INT64_C(1000000000000000)

int currency_digits(currency c); /* 2 for EUR, 0 for JPY, 3 for KWD; -1: not a currency */
bool currency_from(str code, currency *out);
bool currency_eq(currency a, currency b);
str currency_text(const currency *c); /* a view of the code */

money money_of(int64_t minor, currency c);
money money_add(money a, money b);
money money_sub(money a, money b);
money money_neg(money a);
money money_min(money a, money b);
bool money_eq(money a, money b);
int money_cmp(money a, money b); /* -1, 0, 1 */

/* "1234.50" in the currency's own digits: no signs, no separators, no rounding. */
bool money_from(str text, currency c, money *out);
/* "-1234.50": the machine's form, for CSV, JSON and logs; a person's form is lang_money(). */
str money_text(struct arena *mem, money m);

enum rounding { ROUND_HALF_UP = 1, ROUND_HALF_EVEN, ROUND_DOWN };

/* A decimal number with any count of decimals ("655.9735", "-3", "1e3" is refused), brought to the
 * currency's digits. ROUND_EXACT in `how` (0) refuses to lose decimals, and sets *lost. */
enum { ROUND_EXACT = 0 };
bool money_from_decimal(str text, currency c, int how, money *out, bool *lost);

/* m * numerator / denominator. Half up means away from zero (domain rule 24: tax). */
money money_scale(money m, int64_t numerator, int64_t denominator, enum rounding how);

/* Shares `whole` by weight. The parts always add up to the whole: what rounding leaves over
 * goes, one minor unit each, to the largest remainders, earlier parts first. */
void money_split(money whole, const int64_t weights[], money parts[], ptrdiff_t count);

#endif
