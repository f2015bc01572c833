#include "domain/texts/blocks.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/audit/audit.h"
#include "domain/texts/texts_sql.h"

static const char *const blocks[] = {
    [BLOCK_INTRO] = "intro",     [BLOCK_FACTS] = "facts",     [BLOCK_LINES] = "lines",
    [BLOCK_CLOSING] = "closing", [BLOCK_PAYMENT] = "payment",
};
static const char *const kinds[] = {
    [LAYOUT_INVOICE] = "invoice",   [LAYOUT_CREDIT_NOTE] = "credit-note",
    [LAYOUT_RECEIPT] = "receipt",   [LAYOUT_STATEMENT] = "statement",
    [LAYOUT_REMINDER] = "reminder",
};

const char *block_code(enum block block)
{
    return blocks[block];
}

bool block_from(str code, enum block *out)
{
    for (int i = 1; i <= BLOCK_COUNT; i++) {
        if (!str_eq(code, str_of(blocks[i]))) continue;
        *out = (enum block)i;
        return true;
    }
    return false;
}

bool block_stays(enum block block)
{
    return block == BLOCK_FACTS || block == BLOCK_LINES;
}

const char *layout_code(enum layout_kind kind)
{
    return kinds[kind];
}

bool layout_from(str code, enum layout_kind *out)
{
    for (int i = 1; i <= LAYOUT_COUNT; i++) {
        if (!str_eq(code, str_of(kinds[i]))) continue;
        *out = (enum layout_kind)i;
        return true;
    }
    return false;
}

struct layout layout_standard(void)
{
    return (struct layout){{BLOCK_INTRO, BLOCK_FACTS, BLOCK_LINES, BLOCK_CLOSING, BLOCK_PAYMENT},
                           BLOCK_COUNT};
}

static str key_of(struct arena *mem, enum layout_kind kind)
{
    return str_printf(mem, "layout.%s", kinds[kind]);
}

static struct layout layout_read(str body)
{
    struct layout out = {.count = 0};
    struct str_pair words = {.tail = body, .found = true};
    while (words.found && out.count < BLOCK_COUNT) {
        words = str_cut(words.tail, ' ');
        if (block_from(words.head, &out.at[out.count])) out.count++;
    }
    return out;
}

bool layout_load(struct op *op, int64_t entity, enum layout_kind kind, instant at,
                 struct layout *out)
{
    struct text_rows_list rows;
    struct text_rows_args args = {.entity = entity, .language = S(""), .before = at ? at : op->now};
    str key = key_of(op->mem, kind);
    *out = layout_standard();
    if (!sql_text_rows(op, args, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (str_eq(rows.at[i].key, key) && rows.at[i].body.len > 0)
            *out = layout_read(rows.at[i].body);
    return true;
}

static bool check(struct op *op, const struct layout *in)
{
    int times[BLOCK_COUNT + 1] = {0};
    for (int i = 0; i < in->count; i++)
        if (++times[in->at[i]] > 1)
            return op_fail(op, ERR_INVALID, "layout", "A part stands in a document once.");
    for (int i = 1; i <= BLOCK_COUNT; i++)
        if (block_stays((enum block)i) && times[i] == 0)
            return op_fail(op, ERR_INVALID, "layout",
                           "Facts and lines are what makes it a document: they stay.");
    return true;
}

static str layout_text(struct arena *mem, const struct layout *layout)
{
    struct text t = {.mem = mem};
    for (int i = 0; i < layout->count; i++) {
        if (i > 0) text_char(&t, ' ');
        text_add(&t, str_of(blocks[layout->at[i]]));
    }
    return text_str(&t);
}

bool layout_put(struct op *op, int64_t entity, enum layout_kind kind, const struct layout *in)
{
    struct layout now;
    struct text_insert_row row;
    if (!check(op, in) || !layout_load(op, entity, kind, 0, &now)) return false;
    str before = layout_text(op->mem, &now), after = layout_text(op->mem, in);
    if (str_eq(before, after)) return true;
    struct text_insert_args args = {
        .entity = entity,
        .key = key_of(op->mem, kind),
        .language = S(""),
        .body = after,
        .who = op->actor && op->actor->name.len > 0 ? op->actor->name : S("Quittance"),
        .now = op->now,
    };
    return sql_text_insert(op, args, &row) &&
           audit_add(op, "layout.change", "text_version", row.id, S(""), S(""));
}
