/* Importing in the browser: send a file, look at how it is read, change what columns mean, run it,
 * see what was taken and what was refused. */
#ifndef CONSOLE_IMPORTS_H
#define CONSOLE_IMPORTS_H

#include "delivery/console/parts.h"
#include "domain/exchange/import_file.h"

extern const struct route console_imports_routes[];     /* the list, a new file, a result */
extern const struct route console_import_file_routes[]; /* the look before */

struct mapping_row {
    str field, name, column, value, missing; /* field: "unit_price" */
};
struct import_file_view {
    str name, under, problem; /* problem: why the last run ended */
    struct url action;
    struct facts found;
    str problems[10]; /* in the way of the whole file */
    int problem_count;
    struct mapping_row rows[IMPORT_FIELDS];
    int row_count;
    const str *columns;
    ptrdiff_t column_count;
    struct question_list options;
    struct import_sample *samples;
    ptrdiff_t sample_count;
    bool running, readable;
};
void page_import_file(struct page *p, const struct import_file_view *v);

struct import_result_view {
    str name, under, note;
    bool bad;
    struct grid counts, totals, refusals;
    struct url refused_file, again;
    bool has_refused_file, has_again, running;
};
void page_import_result(struct page *p, const struct import_result_view *v);

#endif
