/* Amounts and dates as the world writes them, and how a file writes its own.
 *
 * Nothing is guessed silently: facts are gathered from the cells of each column, a format is chosen
 * from them with its evidence, and a cell that does not fit the chosen format is refused. Amounts
 * stay decimal text; there is no floating point. */
#ifndef EXCHANGE_VALUES_H
#define EXCHANGE_VALUES_H

#include "base/date.h"
#include "domain/exchange/table.h"

enum decimal_sign { DECIMAL_POINT = 1, DECIMAL_COMMA };
enum date_order { DATE_YMD = 1, DATE_DMY, DATE_MDY, DATE_ORDERS };

const char *date_order_name(enum date_order order); /* "ymd", "dmy", "mdy" */
bool date_order_from(str name, enum date_order *out);

/* The cell without what surrounds it; NULL and \N, as databases write nothing, are empty. */
str cell_text(str cell);

/* "-1234.50" of "1.234,50-", "(1,234.50)", "€ 1 234.50": sign, currency sign or code and thousands
 * separators go; a thousands separator must stand between groups of three (or, in India, two)
 * digits. False: it is no such number. An exponent is none: it has lost digits already. */
bool amount_from(struct arena *mem, str cell, enum decimal_sign decimal, str *out);

/* A day, with or without a time behind it, which is dropped. Two-digit years are 1970 to 2069. */
bool date_from_cell(str cell, enum date_order order, date *out);

/* a * b, exactly. Both as amount_from() leaves them; false: too many digits. */
bool decimal_product(struct arena *mem, str a, str b, str *out);
/* 1 - a, exactly; false: it is not between 0 and 1. */
bool decimal_complement(struct arena *mem, str a, str *out);
/* -1, 0, 1 */
int decimal_sign_of(str decimal);

enum { EVIDENCE_BYTES = 40 };

struct evidence {
    int64_t count, line; /* the first line */
    char cell[EVIDENCE_BYTES];
    int cell_len;
};

/* What the cells of one column can be. Add them in the order of the file. */
struct column_facts {
    int64_t filled, amounts, dates;
    struct evidence decimal[3];         /* by enum decimal_sign: can only be read with that one */
    struct evidence either;             /* "1.234": a thousand or a fraction */
    struct evidence order[DATE_ORDERS]; /* by enum date_order: can only be read in that order */
    struct evidence day_or_month;       /* "3/4/2026" */
};
void column_facts_add(struct column_facts *facts, str cell, int64_t line);

struct formats {
    enum decimal_sign decimal;
    enum date_order order;
    struct finding decimal_found, order_found;
};
/* The formats of some columns taken together; `use` says which, NULL: all. A guess must be
 * confirmed by a person: it could mean other amounts or other days. */
void formats_find(struct arena *mem, const struct column_facts *facts, const bool *use,
                  ptrdiff_t count, struct formats *out);

#endif
