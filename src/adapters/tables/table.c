#include "adapters/tables/csv.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"

#include <string.h>

/* A document's row waits here while its lines are read: the file's own buffers move on. */
struct held {
    str cells[TABLE_COLUMNS_MAX];
    char *bytes;
    str key;
    int64_t line;
    bool some, used; /* a line of it was handed out */
};

struct table {
    struct csv_file *documents, *lines; /* lines NULL: one file only */
    struct table_info info;
    ptrdiff_t document_key, line_key, document_columns;
    struct held held;
    struct table_row line; /* the next line, read ahead */
    bool has_line, ended;
    str cells[TABLE_COLUMNS_MAX];
    struct text raw;
    int64_t number;
};

/* ---- two files as one ---- */

static bool find_key(struct op *op, const struct table_info *info, str key, ptrdiff_t *out)
{
    for (*out = 0; *out < info->column_count; ++*out)
        if (str_eq(info->columns[*out], key)) return true;
    return op_fail(op, ERR_INVALID, "map", "The file of lines has no column \"%.*s\" to join on.",
                   STR(key));
}

static bool in_header(const struct table_info *info, str name)
{
    for (ptrdiff_t i = 0; i < info->column_count; i++)
        if (str_eq(info->columns[i], name)) return true;
    return false;
}

static void add_cell(struct text *t, str cell, bool first)
{
    bool quoted = str_find(cell, S("\"")) >= 0 || str_find(cell, S(",")) >= 0 ||
                  str_find(cell, S("\n")) >= 0 || str_find(cell, S("\r")) >= 0;
    if (!first) text_char(t, ',');
    if (quoted) text_char(t, '"');
    for (ptrdiff_t i = 0; i < cell.len; i++) {
        if (cell.at[i] == '"') text_char(t, '"');
        text_char(t, cell.at[i]);
    }
    if (quoted) text_char(t, '"');
}

static str row_text(struct text *t, const str *cells, ptrdiff_t count)
{
    t->len = 0;
    for (ptrdiff_t i = 0; i < count; i++) add_cell(t, cells[i], i == 0);
    return text_str(t);
}

/* The columns of the document, then those of the line but for the key. */
static bool join_headers(struct op *op, struct table *t)
{
    const struct table_info *a = csv_file_info(t->documents), *b = csv_file_info(t->lines);
    ptrdiff_t count = a->column_count;
    if (a->column_count + b->column_count > TABLE_COLUMNS_MAX)
        return op_fail(op, ERR_INVALID, "file", "The two files have more than %d columns.",
                       TABLE_COLUMNS_MAX);
    str *names = arena_array(op->mem, str, a->column_count + b->column_count);
    memcpy(names, a->columns, (size_t)count * sizeof *names);
    for (ptrdiff_t i = 0; i < b->column_count; i++) {
        str name = b->columns[i];
        if (i == t->line_key) continue;
        names[count++] = in_header(a, name) ? str_printf(op->mem, "lines.%.*s", STR(name)) : name;
    }
    t->info.columns = names;
    t->info.column_count = count;
    t->info.header_raw = str_copy(op->mem, row_text(&t->raw, names, count));
    t->info.bytes = a->bytes + b->bytes;
    t->document_columns = a->column_count;
    return true;
}

static bool open_lines(struct op *op, const struct table_options *options, struct table *t)
{
    struct table_options lines = *options;
    lines.skip_lines = 0;
    lines.delimiter = 0;
    if (options->lines_key.len == 0 || options->no_header)
        return op_fail(op, ERR_INVALID, "map",
                       "Say with --map number=COLUMN which column the two files share.");
    if (!csv_file_open(op, options->lines_path, &lines, &t->lines)) return false;
    if (!find_key(op, csv_file_info(t->documents), options->lines_key, &t->document_key) ||
        !find_key(op, csv_file_info(t->lines), options->lines_key, &t->line_key))
        return false;
    t->held.bytes = arena_array(op->mem, char, TABLE_ROW_BYTES_MAX);
    /* Two rows of quotation marks, each doubled: it never grows. */
    t->raw = (struct text){.mem = op->mem, .cap = 4 * TABLE_ROW_BYTES_MAX + 4 * TABLE_COLUMNS_MAX};
    t->raw.at = arena_array(op->mem, char, t->raw.cap);
    return join_headers(op, t);
}

/* ---- rows of two files ---- */

static bool next_document(struct op *op, struct table *t, struct table_row *bad, bool *more)
{
    struct table_row row;
    struct held *h = &t->held;
    ptrdiff_t at = 0;
    h->some = h->used = false;
    if (!csv_file_next(op, t->documents, &row, more)) return false;
    if (!*more) return true;
    if (row.problem.len > 0) {
        *bad = row;
        return true;
    }
    for (ptrdiff_t i = 0; i < t->document_columns; i++) {
        memcpy(h->bytes + at, row.cells[i].at, (size_t)row.cells[i].len);
        h->cells[i] = (str){h->bytes + at, row.cells[i].len};
        at += row.cells[i].len;
    }
    h->key = str_trim(h->cells[t->document_key]);
    h->line = row.line;
    h->some = true;
    return true;
}

static void join_row(struct table *t, const struct table_row *line, struct table_row *out)
{
    ptrdiff_t count = t->document_columns;
    memcpy(t->cells, t->held.cells, (size_t)count * sizeof *t->cells);
    for (ptrdiff_t i = 0; i < csv_file_info(t->lines)->column_count; i++)
        if (i != t->line_key) t->cells[count++] = line ? line->cells[i] : (str){0};
    *out = (struct table_row){.number = ++t->number, .line = line ? line->line : t->held.line};
    out->cells = t->cells;
    out->raw = row_text(&t->raw, t->cells, count);
    t->held.used = true;
    t->has_line = t->has_line && !line;
}

static void pass_on(struct table *t, const struct table_row *row, str problem,
                    struct table_row *out)
{
    *out = (struct table_row){
        .number = ++t->number, .line = row->line, .raw = row->raw, .problem = problem};
}

static bool read_ahead(struct op *op, struct table *t)
{
    if (t->has_line || t->ended) return true;
    if (!csv_file_next(op, t->lines, &t->line, &t->has_line)) return false;
    t->ended = !t->has_line;
    return true;
}

/* Takes the next line of the document that is held, or goes on to the next document; a document
 * without lines is a row by itself. */
static bool joined_next(struct op *op, struct table *t, struct table_row *out, bool *more)
{
    for (;;) {
        struct held *h = &t->held;
        struct table_row bad = {0};
        if (!read_ahead(op, t)) return false;
        *more = true;
        if (t->has_line && t->line.problem.len > 0) {
            pass_on(t, &t->line, t->line.problem, out);
            t->has_line = false;
            return true;
        }
        bool mine = h->some && t->has_line && str_eq(str_trim(t->line.cells[t->line_key]), h->key);
        if (mine || (h->some && !h->used)) {
            join_row(t, mine ? &t->line : NULL, out);
            return true;
        }
        bool documents;
        if (!next_document(op, t, &bad, &documents)) return false;
        if (bad.problem.len > 0) {
            pass_on(t, &bad, bad.problem, out);
            return true;
        }
        if (documents) continue;
        *more = t->has_line;
        if (!t->has_line) return true;
        pass_on(
            t, &t->line,
            str_of(say(
                op_lang(op),
                "This line has no document at its place: both files must be in the same order.")),
            out);
        t->has_line = false;
        return true;
    }
}

/* ---- the port ---- */

bool table_open(struct op *op, const char *path, const struct table_options *options,
                struct table **out)
{
    struct table *t = arena_new(op->mem, struct table);
    if (!csv_file_open(op, path, options, &t->documents)) return false;
    t->info = *csv_file_info(t->documents);
    *out = t;
    return !options->lines_path || open_lines(op, options, t);
}

const struct table_info *table_info(const struct table *table)
{
    return &table->info;
}

bool table_next(struct op *op, struct table *table, struct table_row *out, bool *more)
{
    return table->lines ? joined_next(op, table, out, more)
                        : csv_file_next(op, table->documents, out, more);
}

bool table_rewind(struct op *op, struct table *table)
{
    table->held.some = table->has_line = table->ended = false;
    table->number = 0;
    return csv_file_rewind(op, table->documents) &&
           (!table->lines || csv_file_rewind(op, table->lines));
}

int64_t table_bytes_read(const struct table *table)
{
    return csv_file_bytes_read(table->documents) +
           (table->lines ? csv_file_bytes_read(table->lines) : 0);
}

bool table_fingerprint(struct op *op, const struct table *table, str *out)
{
    str lines;
    if (!csv_file_fingerprint(op, table->documents, out)) return false;
    if (!table->lines) return true;
    if (!csv_file_fingerprint(op, table->lines, &lines)) return false;
    *out = crypto_digest(op->mem, str_printf(op->mem, "%.*s %.*s", STR(*out), STR(lines)));
    return true;
}
