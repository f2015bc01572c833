#include "adapters/tables/csv.h"
#include "adapters/tables/input.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"

#include <csv.h>
#include <string.h>

enum { STRICT = CSV_STRICT | CSV_STRICT_FINI };

/* Where rows become cells. libcsv calls back for each; nothing is allocated there. */
struct csv_file {
    struct input *input;
    struct table_info info;
    struct csv_parser parser;
    bool parser_open;

    char *cells; /* the texts of one row, one after the other */
    ptrdiff_t cells_len;
    ptrdiff_t ends[TABLE_COLUMNS_MAX + 1];
    ptrdiff_t count; /* of cells; may exceed what is kept */
    bool row_done, too_long, bad_character;
    int bad_column;

    char *raw;
    ptrdiff_t raw_len;
    int64_t line, row_line, row_number; /* the line being read; where its row began */
    str row_cells[TABLE_COLUMNS_MAX];
    int64_t first_line; /* of the rows, after the header */
    bool finished;
};

static void on_cell(void *cell, size_t len, void *arg)
{
    struct csv_file *t = arg;
    ptrdiff_t count = (ptrdiff_t)len;
    if (count > TABLE_CELL_BYTES_MAX || t->cells_len + count > TABLE_ROW_BYTES_MAX)
        t->too_long = true;
    if (t->too_long || t->count >= TABLE_COLUMNS_MAX) {
        t->count++;
        return;
    }
    str text = {cell, count};
    if (count > 0) memcpy(t->cells + t->cells_len, cell, len);
    bool bad = !str_utf8(text) || (count > 0 && memchr(cell, 0, len)) ||
               (input_decodes(t->input) && str_find(text, S("\xef\xbf\xbd")) >= 0);
    if (bad && !t->bad_character) t->bad_character = true, t->bad_column = (int)t->count + 1;
    t->cells_len += count;
    t->ends[t->count++] = t->cells_len;
}

static void on_row(int end, void *arg)
{
    struct csv_file *t = arg;
    (void)end;
    t->row_done = true;
}

/* Spaces belong to the cell: trimming is the reader's decision, not the parser's. */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void close_parser(void *arg)
{
    struct csv_file *t = arg;
    if (t->parser_open) csv_free(&t->parser);
    t->parser_open = false;
}

static bool parser_restart(struct op *op, struct csv_file *t)
{
    close_parser(t);
    if (csv_init(&t->parser, STRICT) != 0) return op_broken(op, ERR_INTERNAL, "csv_init");
    t->parser_open = true;
    csv_set_delim(&t->parser, (unsigned char)t->info.delimiter);
    csv_set_space_func(&t->parser, no_space);
    return true;
}

static void row_restart(struct csv_file *t)
{
    t->cells_len = t->count = t->raw_len = 0;
    t->row_done = t->too_long = t->bad_character = false;
    t->row_line = t->line;
}

/* ---- the delimiter ---- */

enum { SAMPLE_BYTES = 256 << 10, SAMPLE_ROWS = 200 };

struct sample {
    ptrdiff_t cells, rows, first, alike;
    int64_t line; /* of the first row that differs */
};

static void sample_cell(void *cell, size_t len, void *arg)
{
    (void)cell, (void)len;
    ((struct sample *)arg)->cells++;
}

static void sample_row(int end, void *arg)
{
    struct sample *s = arg;
    (void)end;
    if (s->rows >= SAMPLE_ROWS) return;
    if (s->rows++ == 0) s->first = s->cells;
    if (s->cells == s->first)
        s->alike++;
    else if (s->line == 0)
        s->line = s->rows;
    s->cells = 0;
}

static bool sample_take(struct op *op, str text, char delimiter, struct sample *out)
{
    struct csv_parser parser;
    *out = (struct sample){0};
    if (csv_init(&parser, 0) != 0) return op_broken(op, ERR_INTERNAL, "csv_init");
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_set_space_func(&parser, no_space);
    csv_parse(&parser, text.at, (size_t)text.len, sample_cell, sample_row, out);
    if (out->rows == 0) csv_fini(&parser, sample_cell, sample_row, out);
    csv_free(&parser);
    return true;
}

static bool sample_text(struct op *op, struct csv_file *t, struct text *out)
{
    str piece;
    do {
        if (!input_next(op, t->input, &piece)) return false;
        text_add(out, piece);
    } while (piece.len > 0 && out->len < SAMPLE_BYTES);
    return true;
}

/* The delimiter that cuts the rows into the same count of cells, and into the most of them. */
static bool find_delimiter(struct op *op, struct csv_file *t, const struct table_options *options)
{
    static const char candidates[] = ",;\t|";
    struct sample best = {0};
    struct text text = {.mem = op->mem};
    struct arena_mark mark = arena_mark(op->mem);
    if (!sample_text(op, t, &text)) return false;
    str rest = text_str(&text);
    for (int i = 0; i < options->skip_lines; i++) rest = str_cut(rest, '\n').tail;
    if (rest.len == 0) rest = S("");

    char found = 0;
    for (const char *c = candidates; *c; c++) {
        struct sample s;
        if (!sample_take(op, rest, *c, &s)) return false;
        if (s.first < 2) continue;
        ptrdiff_t gain = s.alike * best.rows - best.alike * s.rows;
        if (!found || gain > 0 || (gain == 0 && s.first > best.first)) found = *c, best = s;
    }
    arena_rewind(op->mem, mark);
    t->info.delimiter = found ? found : ',';
    t->info.delimiter_found = (struct finding){
        .sure = !found                    ? SURE_LIKELY
                : best.alike == best.rows ? SURE_CERTAIN
                                          : SURE_LIKELY,
        .line = best.line,
        .evidence = found ? str_printf(op->mem, say(op_lang(op), "%td of %td rows have %td cells"),
                                       best.alike, best.rows, best.first)
                          : str_of(say(op_lang(op), "there is one column only")),
    };
    return true;
}

/* ---- rows ---- */

static str without_line_end(str s)
{
    while (s.len > 0 && (s.at[s.len - 1] == '\n' || s.at[s.len - 1] == '\r')) s.len--;
    return s;
}

static void raw_add(struct csv_file *t, str piece)
{
    piece = str_head(piece, TABLE_ROW_BYTES_MAX - t->raw_len);
    if (piece.len > 0) memcpy(t->raw + t->raw_len, piece.at, (size_t)piece.len);
    t->raw_len += piece.len;
}

static void count_lines(struct csv_file *t, str piece)
{
    if (piece.len > 0 && (piece.at[piece.len - 1] == '\n' || piece.at[piece.len - 1] == '\r'))
        t->line++;
}

/* Strict about cells in quotation marks, as what follows a closing mark would be a guess. A mark in
 * a cell without (37.8"N) can mean one thing only: itself. */
static bool parse(struct csv_file *t, str piece)
{
    while (piece.len > 0) {
        size_t done = csv_parse(&t->parser, piece.at, (size_t)piece.len, on_cell, on_row, t);
        piece = str_from(piece, (ptrdiff_t)done);
        if (piece.len == 0) break;
        if (t->parser.quoted || piece.at[0] != '"') return false;
        csv_set_opts(&t->parser, 0);
        done = csv_parse(&t->parser, piece.at, 1, on_cell, on_row, t);
        csv_set_opts(&t->parser, STRICT);
        if (done != 1) return false;
        piece = str_from(piece, 1);
    }
    return true;
}

/* A row that cannot be cut into cells: the rest of its line goes with it, the next line is read as
 * a new row. */
static bool skip_row(struct op *op, struct csv_file *t, str piece, struct table_row *out)
{
    int64_t line = t->line;
    raw_add(t, piece);
    count_lines(t, piece);
    while (t->line == line && piece.len > 0) {
        if (!input_next(op, t->input, &piece)) return false;
        raw_add(t, piece);
        count_lines(t, piece);
    }
    out->problem = str_of(
        say(op_lang(op), "A quotation mark stands inside of a cell: cells with quotation marks are "
                         "quoted, and the marks in them doubled."));
    out->problem_column = (int)t->count + 1;
    return parser_restart(op, t);
}

static bool too_long(struct op *op, const struct csv_file *t)
{
    return op_fail(op, ERR_INVALID, "file",
                   "The row of line %lld has a cell that is longer than %d KiB, in column %td: a "
                   "closing quotation mark is probably missing there.",
                   (long long)t->row_line, TABLE_CELL_BYTES_MAX >> 10, t->count + !t->too_long);
}

/* Reads until a row is whole. *got is false at the end of the file. */
static bool read_row(struct op *op, struct csv_file *t, struct table_row *out, bool *got)
{
    str piece;
    row_restart(t);
    *out = (struct table_row){0};
    *got = true;
    while (!t->row_done) {
        if (!input_next(op, t->input, &piece)) return false;
        if (piece.len == 0) {
            *got = !t->finished && t->raw_len > 0;
            t->finished = true;
            if (csv_fini(&t->parser, on_cell, on_row, t) != 0)
                return op_fail(op, ERR_INVALID, "file",
                               "The file ends inside of quotation marks that open in the row of "
                               "line %lld, column %td.",
                               (long long)t->row_line, t->count + 1);
            *got = *got && t->row_done;
            break;
        }
        if (!parse(t, piece)) return skip_row(op, t, piece, out);
        raw_add(t, piece);
        count_lines(t, piece);
        if (t->too_long || t->raw_len >= TABLE_ROW_BYTES_MAX ||
            (!t->row_done && csv_get_buffer_size(&t->parser) > TABLE_CELL_BYTES_MAX + 128))
            return too_long(op, t);
        if (!t->row_done && without_line_end((str){t->raw, t->raw_len}).len == 0) row_restart(t);
    }
    out->line = t->row_line;
    out->raw = without_line_end((str){t->raw, t->raw_len});
    return true;
}

/* More cells than the header, but empty: what spreadsheets leave behind. */
static bool only_empty_beyond(const struct csv_file *t)
{
    if (t->count <= t->info.column_count || t->count > TABLE_COLUMNS_MAX) return false;
    return t->ends[t->count - 1] == t->ends[t->info.column_count - 1];
}

static void check_row(struct op *op, struct csv_file *t, struct table_row *out)
{
    if (out->problem.len > 0) return;
    ptrdiff_t want = t->info.column_count;
    if (t->count != want && !only_empty_beyond(t)) {
        out->problem =
            str_printf(op->mem, say(op_lang(op), "This row has %td cells, the header has %td."),
                       t->count, want);
        out->problem_column = (int)(t->count < want ? t->count + 1 : want);
    } else if (t->bad_character) {
        out->problem =
            str_printf(op->mem, say(op_lang(op), "This cell holds a character that is not %s."),
                       table_encoding_name(t->info.encoding));
        out->problem_column = t->bad_column;
    } else {
        for (ptrdiff_t i = 0; i < want; i++) {
            ptrdiff_t from = i > 0 ? t->ends[i - 1] : 0;
            t->row_cells[i] = (str){t->cells + from, t->ends[i] - from};
        }
        out->cells = t->row_cells;
    }
}

bool csv_file_next(struct op *op, struct csv_file *t, struct table_row *out, bool *more)
{
    if (!read_row(op, t, out, more)) return false;
    if (!*more) return true;
    out->line = t->row_line;
    out->raw = without_line_end((str){t->raw, t->raw_len});
    out->number = ++t->row_number;
    check_row(op, t, out);
    return true;
}

/* ---- the header ---- */

static bool read_header(struct op *op, struct csv_file *t, bool no_header)
{
    struct table_row row;
    bool got;
    if (!read_row(op, t, &row, &got)) return false;
    if (!got) return op_fail(op, ERR_INVALID, "file", "The file is empty.");
    if (row.problem.len > 0 || t->bad_character)
        return op_fail(op, ERR_INVALID, "file", "The header in line %lld cannot be read. %.*s",
                       (long long)t->row_line, STR(row.problem));
    if (t->count > TABLE_COLUMNS_MAX)
        return op_fail(op, ERR_INVALID, "file", "The header has %td columns; at most %d are read.",
                       t->count, TABLE_COLUMNS_MAX);

    str *names = arena_array(op->mem, str, t->count);
    for (ptrdiff_t i = 0; i < t->count; i++) {
        ptrdiff_t from = i > 0 ? t->ends[i - 1] : 0;
        str name = str_trim((str){t->cells + from, t->ends[i] - from});
        names[i] = no_header ? str_printf(op->mem, "%td", i + 1) : str_copy(op->mem, name);
    }
    t->info.columns = names;
    t->info.column_count = t->count;
    t->info.header_line = t->row_line;
    t->info.header_raw =
        no_header ? (str){0} : str_copy(op->mem, without_line_end((str){t->raw, t->raw_len}));
    return true;
}

static bool skip_lines(struct op *op, struct csv_file *t, int64_t until)
{
    str piece = {.len = 1};
    while (t->line < until && piece.len > 0) {
        if (!input_next(op, t->input, &piece)) return false;
        count_lines(t, piece);
    }
    return true;
}

static bool start(struct op *op, struct csv_file *t, int64_t first_line)
{
    t->line = 1, t->row_number = 0;
    t->finished = false;
    return input_rewind(op, t->input) && parser_restart(op, t) && skip_lines(op, t, first_line);
}

bool csv_file_open(struct op *op, const char *path, const struct table_options *options,
                   struct csv_file **out)
{
    struct csv_file *t = arena_new(op->mem, struct csv_file);
    if (!input_open(op, path, options->encoding, &t->input)) return false;
    arena_defer(op->mem, close_parser, t);
    t->cells = arena_array(op->mem, char, TABLE_ROW_BYTES_MAX);
    t->raw = arena_array(op->mem, char, TABLE_ROW_BYTES_MAX);
    t->info.encoding = t->input->encoding;
    t->info.bom = t->input->bom;
    t->info.encoding_found = t->input->found;
    t->info.bytes = t->input->size;
    t->info.delimiter = options->delimiter;
    t->info.delimiter_found =
        (struct finding){.sure = SURE_CERTAIN, .evidence = str_of(say(op_lang(op), "as you said"))};
    if (!options->delimiter && !find_delimiter(op, t, options)) return false;
    if (!start(op, t, 1 + options->skip_lines)) return false;
    if (!read_header(op, t, options->no_header)) return false;
    int64_t next = t->line + t->finished; /* a header without a line end is all there is */
    t->first_line = options->no_header ? t->info.header_line : next;
    t->info.header_line = options->no_header ? 0 : t->info.header_line;
    *out = t;
    return start(op, t, t->first_line);
}

const struct table_info *csv_file_info(const struct csv_file *table)
{
    return &table->info;
}

bool csv_file_rewind(struct op *op, struct csv_file *table)
{
    return start(op, table, table->first_line);
}

int64_t csv_file_bytes_read(const struct csv_file *table)
{
    return table->input->bytes_read - (table->input->to - table->input->from);
}

bool csv_file_fingerprint(struct op *op, const struct csv_file *table, str *out)
{
    return input_fingerprint(op, table->input, out);
}
