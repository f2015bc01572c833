/* A file opened for an import: which column holds which field, and how its values are written. */
#ifndef EXCHANGE_READING_H
#define EXCHANGE_READING_H

#include "domain/exchange/import.h"

enum { READING_SAMPLE_ROWS = 10000 };

struct reading {
    const struct import_options *options;
    const struct lang *lang; /* of the person who reads the reasons */
    struct table *table;
    const struct table_info *info;
    struct import_mapping mapping;
    ptrdiff_t column[IMPORT_FIELDS]; /* -1: none */
    bool proposed;
    bool has_lines; /* rows with the same number are lines of one document */
    struct formats formats;
};

/* Opens the table, finds the columns and looks at the first rows. `checked`: whatever stands in the
 * way of an import is a failure; without, it is left in op->errs of a reading that is open. */
bool reading_open(struct op *op, const struct import_options *options, bool checked,
                  struct reading *out) MUST_USE;

/* One row, copied out of the reader's buffers. */
struct source_row {
    int64_t line, number;
    str raw;
    str fields[IMPORT_FIELDS]; /* trimmed; empty: there is nothing */
    str others;                /* a JSON object of the columns without a meaning, or empty */
    str problem, problem_column;
};
void source_row_read(struct arena *mem, const struct reading *r, const struct table_row *row,
                     struct source_row *out);
bool source_row_empty(const struct table_row *row, ptrdiff_t columns); /* ",,,,": skipped */

/* Why a row or a document is not taken. */
struct refusal {
    int64_t line;
    str column, value, reason;
};
str reading_column(const struct reading *r, enum import_field field); /* as the person knows it */

#endif
