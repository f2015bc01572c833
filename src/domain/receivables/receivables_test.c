#include "domain/receivables/receivables.h"

#include "domain/receivables/receivables_test_sql.h"
#include "fixture.h"

#include <string.h>

static bool units(struct op *op, void *out)
{
    return sql_currency_units(op, out);
}

/* A currency that the program knows and the table does not would never be found in a list. */
ENGINES_SENTENCE(the_database_knows_the_decimals_of_each_currency)
{
    struct currency_units_list rows;
    ptrdiff_t known = 0;
    fixture_do(f, units, &rows);
    for (int n = 0; n < 26 * 26 * 26; n++) {
        char code[] = {(char)('A' + n / 676), (char)('A' + n / 26 % 26), (char)('A' + n % 26), 0};
        currency c;
        int64_t unit = 10000;
        if (!currency_from(str_of(code), &c)) continue;
        for (int i = 0; i < currency_digits(c); i++) unit /= 10;
        CHECK(known < rows.count && str_eq(rows.at[known].currency, str_of(code)), "%s", code);
        CHECK(rows.at[known].unit == unit, "%s", code);
        known++;
    }
    CHECK(known == rows.count, "%td currencies, %td rows", known, rows.count);
}

TESTS(ENGINES_TEST(the_database_knows_the_decimals_of_each_currency))
