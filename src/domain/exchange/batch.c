#include "domain/exchange/batch.h"

#include "base/arena.h"
#include "base/lang.h"

/* A row that cannot be read may belong to the document before it or to the one after it: without
 * it both could be incomplete. */
struct neighbours {
    uint64_t before;
    int64_t bad_line;
};

static void index_row(struct batch *b, const struct table_row *row, struct neighbours *n)
{
    str number = row->cells ? cell_text(row->cells[b->reading->column[FIELD_NUMBER]]) : (str){0};
    uint64_t key = row_key(number);
    if (!row->cells) {
        if (n->before) *row_index_at(&b->suspects, n->before) = (uint32_t)row->line;
        n->bad_line = row->line;
        return;
    }
    if (number.len == 0) return;
    if (n->bad_line) *row_index_at(&b->suspects, key) = (uint32_t)n->bad_line;
    *n = (struct neighbours){.before = key};
    *row_index_at(&b->index, key) = (uint32_t)row->number;
}

static bool index_rows(struct op *op, struct batch *b)
{
    struct table_row row;
    struct neighbours n = {0};
    bool more = true;
    while (b->reading->has_lines && b->reading->column[FIELD_NUMBER] >= 0) {
        struct arena_mark mark = arena_mark(op->mem);
        if (!table_next(op, b->reading->table, &row, &more)) return false;
        if (!more) break;
        index_row(b, &row, &n);
        arena_rewind(op->mem, mark);
    }
    return true;
}

bool batch_open(struct op *op, struct reading *reading, struct batch *out)
{
    *out = (struct batch){.reading = reading};
    out->mem = arena_open_beside(op->mem, (ptrdiff_t)2 * BATCH_BYTES_MAX);
    row_index_open(op->mem, &out->index);
    row_index_open(op->mem, &out->suspects);
    return index_rows(op, out) && table_rewind(op, reading->table);
}

void batch_close(struct batch *b)
{
    if (b->mem) arena_close(b->mem);
    row_index_close(&b->index);
    row_index_close(&b->suspects);
    b->mem = NULL;
}

bool batch_restart(struct op *op, struct batch *b)
{
    b->position = 0;
    b->ended = false;
    if (b->reading->options->kind == IMPORT_CUSTOMERS) {
        row_index_close(&b->index);
        row_index_open(op->mem, &b->index);
    }
    return table_rewind(op, b->reading->table);
}

static struct draft *draft_add(struct batch *b)
{
    struct draft *draft = &b->drafts[b->count++];
    *draft = (struct draft){.capacity = 1, .rows = arena_new(b->mem, struct source_row)};
    return draft;
}

static void pre_refuse(struct draft *draft, const struct source_row *row, str reason)
{
    draft->refused = draft->refused_early = true;
    draft->why = (struct refusal){.line = row->line, .reason = reason};
}

/* The same customer may stand in many rows, as long as they say the same. */
static bool customer_again(struct batch *b, const struct source_row *row, bool *other)
{
    uint64_t contents = row_key(row->others);
    for (int i = 0; i < IMPORT_FIELDS; i++) contents = row_key_with(contents, row->fields[i]);
    uint32_t now = (uint32_t)(contents >> 32) | 1;
    uint32_t *before = row_index_at(&b->index, row_key(row->fields[FIELD_CUSTOMER]));
    *other = *before != 0 && *before != now;
    if (*before != 0) return true;
    *before = now;
    return false;
}

static void add_customer(struct batch *b, const struct source_row *row)
{
    bool other = false;
    if (row->fields[FIELD_CUSTOMER].len > 0 && customer_again(b, row, &other) && !other) return;
    struct draft *draft = draft_add(b);
    draft->rows[draft->count++] = *row;
    if (other)
        pre_refuse(
            draft, row,
            str_of(say(b->reading->lang,
                       "This customer stands further up in this file, with other contents.")));
}

static void append(struct batch *b, struct draft *draft, const struct source_row *row)
{
    if (draft->count == draft->capacity) {
        struct source_row *rows = arena_array(b->mem, struct source_row, 2 * draft->capacity);
        for (ptrdiff_t i = 0; i < draft->count; i++) rows[i] = draft->rows[i];
        draft->rows = rows;
        draft->capacity *= 2;
    }
    draft->rows[draft->count++] = *row;
}

static struct draft *open_draft(struct batch *b, str number, ptrdiff_t *slot)
{
    for (*slot = b->open_count - 1; *slot >= 0; --*slot) {
        struct draft *draft = &b->drafts[b->open[*slot]];
        if (str_eq(draft->rows[0].fields[FIELD_NUMBER], number)) return draft;
    }
    return NULL;
}

static void refuse_suspect(struct batch *b, struct draft *draft, const struct source_row *row)
{
    if (b->suspects.count == 0) return;
    uint32_t line = *row_index_at(&b->suspects, row_key(row->fields[FIELD_NUMBER]));
    if (line > 0)
        pre_refuse(draft, row,
                   str_printf(b->mem,
                              say(b->reading->lang,
                                  "Line %lu, beside it, cannot be read and may be part of it."),
                              (unsigned long)line));
}

static void add_line(struct batch *b, const struct source_row *row)
{
    ptrdiff_t slot;
    str number = row->fields[FIELD_NUMBER];
    struct draft *draft = open_draft(b, number, &slot);
    bool last = number.len == 0 || b->reading->column[FIELD_NUMBER] < 0 ||
                *row_index_at(&b->index, row_key(number)) <= row->number;
    if (!draft) {
        draft = draft_add(b);
        if (!last) b->open[b->open_count++] = draft - b->drafts;
        refuse_suspect(b, draft, row);
    } else if (last) {
        b->open[slot] = b->open[--b->open_count];
    }
    append(b, draft, row);
}

static void row_add(struct batch *b, const struct table_row *row)
{
    struct source_row source;
    source_row_read(b->mem, b->reading, row, &source);
    b->rows++;
    if (source.problem.len > 0)
        append(b, draft_add(b), &source);
    else if (b->reading->options->kind == IMPORT_CUSTOMERS)
        add_customer(b, &source);
    else if (b->reading->has_lines)
        add_line(b, &source);
    else
        append(b, draft_add(b), &source);
}

static bool full(const struct batch *b)
{
    return b->count >= BATCH_DRAFTS || b->rows >= BATCH_ROWS || arena_used(b->mem) > BATCH_BYTES;
}

static bool overfull(const struct batch *b)
{
    return b->count >= BATCH_DRAFTS_MAX - 1 || b->open_count >= BATCH_OPEN_MAX - 1 ||
           arena_used(b->mem) > BATCH_BYTES_MAX;
}

bool batch_read(struct op *op, struct batch *b)
{
    struct table_row row;
    bool more = true;
    b->count = b->rows = b->open_count = 0;
    b->drafts = arena_array(b->mem, struct draft, BATCH_DRAFTS_MAX);
    while (!full(b) || b->open_count > 0) {
        struct arena_mark mark = arena_mark(op->mem);
        if (!table_next(op, b->reading->table, &row, &more)) return false;
        if (!more) {
            b->ended = true;
            return true;
        }
        if (overfull(b))
            return op_fail(
                op, ERR_INVALID, "file",
                "The rows of document %.*s lie too far apart (up to line %lld): sort "
                "the file by the number of the document.",
                STR(b->drafts[b->open_count > 0 ? b->open[0] : 0].rows[0].fields[FIELD_NUMBER]),
                (long long)row.line);
        b->position = row.number;
        if (row.number > b->skip_to && !source_row_empty(&row, b->reading->info->column_count))
            row_add(b, &row);
        arena_rewind(op->mem, mark);
    }
    return true;
}
