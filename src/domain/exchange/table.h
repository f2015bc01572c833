/* Tables of strangers, read row by row: what an import needs of a file. adapters/tables implements
 * it for CSV.
 *
 * Memory is constant: a row is a view into the reader's own buffers and lives until the next call.
 * All text is UTF-8 by then, whatever the file holds. What the file is written in is found out and
 * said together with how sure that is, so that a person can check it before anything is kept. */
#ifndef EXCHANGE_TABLE_H
#define EXCHANGE_TABLE_H

#include "base/op.h"

enum {
    TABLE_COLUMNS_MAX = 500,
    TABLE_CELL_BYTES_MAX = 64 << 10,
    TABLE_ROW_BYTES_MAX = 256 << 10,
};
#define TABLE_BYTES_MAX (INT64_C(4) << 30)

enum table_encoding {
    ENCODING_UTF8 = 1,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_WINDOWS_1252,
};
const char *table_encoding_name(enum table_encoding encoding);
bool table_encoding_from(str name, enum table_encoding *out); /* "utf-8", "windows-1252" … */

enum sureness { SURE_GUESS = 1, SURE_LIKELY, SURE_CERTAIN };

/* Why we think so: the line that decided, and what stands there. */
struct finding {
    enum sureness sure;
    int64_t line; /* 0: no single line */
    str evidence;
};

/* What is zero is found out. */
struct table_options {
    enum table_encoding encoding;
    char delimiter; /* ',' ';' '\t' '|' */
    int skip_lines; /* before the header */
    bool no_header; /* the columns are then called "1", "2" … */
    /* A second file with the lines of the documents of the first, both in the same order: each row
     * is then a line with the columns of its document before it. `lines_key` is the column that
     * they share. */
    const char *lines_path;
    str lines_key;
};

struct table_info {
    enum table_encoding encoding;
    bool bom;
    char delimiter;
    struct finding encoding_found, delimiter_found;
    const str *columns; /* the header's names, trimmed */
    ptrdiff_t column_count;
    int64_t header_line;
    str header_raw; /* as it stands in the file, for the file of refused rows */
    int64_t bytes;  /* of the file */
};

struct table_row {
    int64_t number;   /* of the row, from 1: the header and empty lines do not count */
    int64_t line;     /* where it begins */
    const str *cells; /* one per column of the header */
    str raw;          /* the row as it stands in the file, in UTF-8, without its line end */
    str problem;      /* a sentence: this row cannot be read, and there are no cells. Else empty */
    int problem_column;
};

struct table;

bool table_open(struct op *op, const char *path, const struct table_options *options,
                struct table **out) MUST_USE;
const struct table_info *table_info(const struct table *table);
/* *more is false after the last row. False only when the file cannot be read on: the sentence names
 * line and column. */
bool table_next(struct op *op, struct table *table, struct table_row *out, bool *more) MUST_USE;
/* Back to before the first row. */
bool table_rewind(struct op *op, struct table *table) MUST_USE;
int64_t table_bytes_read(const struct table *table); /* for progress */
/* A hash of all its bytes: the same file has the same one. Reads the file once. */
bool table_fingerprint(struct op *op, const struct table *table, str *out) MUST_USE;

#endif
