#include "domain/exchange/refusals.h"

#include "base/arena.h"
#include "domain/exchange/import_sql.h"

#define KEPT_BYTES_MAX (64 << 20)

void refusals_open(struct op *op, struct refusals *r)
{
    r->mem = arena_open_beside(op->mem, (ptrdiff_t)2 * KEPT_BYTES_MAX);
    r->at = arena_array(r->mem, struct import_refusal, REFUSALS_KEPT_MAX);
    r->count = 0;
}

void refusals_clear(struct op *op, struct refusals *r)
{
    refusals_close(r);
    refusals_open(op, r);
}

void refusals_close(struct refusals *r)
{
    if (r->mem) arena_close(r->mem);
    *r = (struct refusals){0};
}

void refusals_keep(struct refusals *r, const struct import_refusal *refusal)
{
    if (r->count == REFUSALS_KEPT_MAX || arena_used(r->mem) > KEPT_BYTES_MAX) return;
    struct import_refusal *kept = &r->at[r->count++];
    *kept = *refusal;
    kept->number = str_copy(r->mem, refusal->number);
    kept->column = str_copy(r->mem, refusal->column);
    kept->value = str_copy(r->mem, refusal->value);
    kept->reason = str_copy(r->mem, refusal->reason);
    kept->raw = str_copy(r->mem, refusal->raw);
}

/* How many bytes at the head of s are one character; 0: none that UTF-8 knows. */
static ptrdiff_t character(str s)
{
    for (ptrdiff_t len = 1; len <= 4 && len <= s.len; len++)
        if (str_utf8(str_head(s, len))) return len;
    return 0;
}

/* A row that cannot be read may hold bytes that no text column takes. */
static str keepable(struct arena *mem, str s, ptrdiff_t most)
{
    s = str_head(s, most);
    char *at = (char *)str_copy(mem, s).at;
    for (ptrdiff_t i = 0, len; i < s.len; i += len) {
        len = character((str){at + i, s.len - i});
        if (len == 0 || at[i] == 0) at[i] = '?', len = 1;
    }
    return (str){at, s.len};
}

bool refusal_write(struct op *op, int64_t run, const struct import_refusal *refusal)
{
    return sql_import_refusal_insert(
        op, (struct import_refusal_insert_args){
                .run = run,
                .n = refusal->n,
                .line = refusal->line,
                .number = keepable(op->mem, refusal->number, 200),
                .column_name = keepable(op->mem, refusal->column, 200),
                .value = keepable(op->mem, refusal->value, 500),
                .reason = keepable(op->mem, refusal->reason, 2000),
                .raw = keepable(op->mem, refusal->raw, TABLE_ROW_BYTES_MAX),
            });
}

bool refusal_last(struct op *op, int64_t run, int64_t *n)
{
    struct import_refusal_last_row row;
    if (!sql_import_refusal_last(op, (struct import_refusal_last_args){.run = run}, &row))
        return false;
    *n = row.n;
    return true;
}

bool import_refusals(struct op *op, int64_t run, int64_t after, int limit,
                     struct import_refusals *out)
{
    struct import_refusal_page_list rows;
    struct import_refusal_page_args args = {.run = run, .after = after, .most = limit};
    if (!sql_import_refusal_page(op, args, &rows)) return false;
    out->count = rows.count;
    out->at = arena_array(op->mem, struct import_refusal, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct import_refusal){
            .n = rows.at[i].n,
            .line = rows.at[i].line,
            .number = rows.at[i].number,
            .column = rows.at[i].column_name,
            .value = rows.at[i].value,
            .reason = rows.at[i].reason,
            .raw = rows.at[i].raw,
        };
    return true;
}

/* ---- the file of refused rows ---- */

struct writing {
    bool (*write)(str piece, void *arg);
    void *arg;
    int64_t rows;
};

static bool write_line(struct op *op, struct writing *w, str line)
{
    if (w->write(line, w->arg) && w->write(S("\n"), w->arg)) return true;
    return op_fail(op, ERR_INVALID, "file", "The refused rows cannot be written.");
}

static bool write_raw(struct op *op, const struct import_refusal_rows_row *refusal, void *arg)
{
    struct writing *w = arg;
    w->rows++;
    return write_line(op, w, refusal->raw);
}

bool import_refused_file(struct op *op, int64_t run, bool (*write)(str piece, void *arg), void *arg,
                         int64_t *rows)
{
    struct writing w = {.write = write, .arg = arg};
    struct import_header_row header;
    bool found;
    if (!sql_import_header(op, (struct import_header_args){.run = run}, &header, &found))
        return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such import.");
    if (header.header.len > 0 && !write_line(op, &w, header.header)) return false;
    if (!sql_import_refusal_rows_each(op, (struct import_refusal_rows_args){.run = run}, write_raw,
                                      &w))
        return false;
    *rows = w.rows;
    return true;
}
