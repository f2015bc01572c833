#include "base/arena.h"
#include "domain/exchange/draft.h"
#include "domain/exchange/import.h"

/* What one row by itself would be refused for; a document's lines are only compared when it is
 * imported. */
static str problem_of(struct op *op, const struct reading *r, const struct source_row *row)
{
    struct source_row one = *row;
    struct draft draft = {.rows = &one, .count = 1};
    struct document_draft document;
    struct refusal why = {0};
    currency any;
    if (row->problem.len > 0) return row->problem;
    if (r->options->kind == IMPORT_CUSTOMERS || !currency_from(S("EUR"), &any)) return (str){0};
    if (draft_document(op->mem, r, &draft, any, &document, &why)) return (str){0};
    return str_printf(op->mem, "%.*s: %.*s", STR(why.column), STR(why.reason));
}

static bool read_sample(struct op *op, const struct reading *r, bool ready,
                        struct import_preview *out)
{
    struct table_row row;
    bool more = true;
    ptrdiff_t count = r->info->column_count;
    while (out->row_count < COUNT(out->rows)) {
        if (!table_next(op, r->table, &row, &more)) return false;
        if (!more) break;
        struct import_sample *sample = &out->rows[out->row_count++];
        struct source_row source;
        source_row_read(op->mem, r, &row, &source);
        str *cells = arena_array(op->mem, str, count);
        for (ptrdiff_t i = 0; row.cells && i < count; i++)
            cells[i] = str_copy(op->mem, row.cells[i]);
        *sample = (struct import_sample){.line = row.line, .cells = cells};
        if (ready || source.problem.len > 0) sample->problem = problem_of(op, r, &source);
    }
    return true;
}

bool import_preview(struct op *op, const struct import_options *options, struct import_preview *out)
{
    struct reading *r = arena_new(op->mem, struct reading);
    *out = (struct import_preview){0};
    if (!reading_open(op, options, false, r)) return false;
    const struct err *problems = op->errs;
    op->errs = NULL;
    out->info = r->info;
    out->formats = r->formats;
    out->mapping = r->mapping;
    out->proposed = r->proposed;
    out->has_lines = r->has_lines;
    if (!read_sample(op, r, !problems, out)) {
        struct err *newest = arena_new(op->mem, struct err);
        *newest = *op->errs;
        if (problems) newest->next = problems;
        problems = newest;
        op->errs = NULL;
    }
    out->problems = problems;
    return true;
}
