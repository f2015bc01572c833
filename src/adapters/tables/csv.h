/* One CSV file, as table.h wants tables: rows of cells with their lines, in constant memory. */
#ifndef TABLES_CSV_H
#define TABLES_CSV_H

#include "domain/exchange/table.h"

struct csv_file;

bool csv_file_open(struct op *op, const char *path, const struct table_options *options,
                   struct csv_file **out) MUST_USE;
const struct table_info *csv_file_info(const struct csv_file *file);
bool csv_file_next(struct op *op, struct csv_file *file, struct table_row *out,
                   bool *more) MUST_USE;
bool csv_file_rewind(struct op *op, struct csv_file *file) MUST_USE;
int64_t csv_file_bytes_read(const struct csv_file *file);
bool csv_file_fingerprint(struct op *op, const struct csv_file *file, str *out) MUST_USE;

#endif
