#include "domain/exchange/reading.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/lang.h"

static const enum import_field date_fields[] = {FIELD_ISSUED, FIELD_DUE, FIELD_SETTLED};
static const enum import_field amount_fields[] = {FIELD_AMOUNT, FIELD_TAX, FIELD_QUANTITY,
                                                  FIELD_UNIT_PRICE};

static bool mapped(const struct reading *r, enum import_field field)
{
    return r->column[field] >= 0 || r->mapping.of[field].value.len > 0;
}

str reading_column(const struct reading *r, enum import_field field)
{
    if (r->column[field] >= 0) return r->info->columns[r->column[field]];
    return str_of(import_field_name(field));
}

/* ---- which column is which ---- */

static str column_names(struct arena *mem, const struct table_info *info)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < info->column_count; i++)
        text_format(&t, "%s%.*s", i > 0 ? ", " : "", STR(info->columns[i]));
    return str_head(text_str(&t), 300);
}

static bool find_column(struct op *op, struct reading *r, enum import_field field)
{
    str name = r->mapping.of[field].column;
    ptrdiff_t seen = 0;
    r->column[field] = -1;
    for (ptrdiff_t i = 0; name.len > 0 && i < r->info->column_count; i++) {
        if (!str_eq(r->info->columns[i], name)) continue;
        r->column[field] = i;
        seen++;
    }
    if (name.len > 0 && seen == 0)
        return op_fail(op, ERR_INVALID, "map",
                       "The file has no column \"%.*s\" for the field %.*s. It has: %.*s.",
                       STR(name), STR(import_field_words(op->mem, op_lang(op), field)),
                       STR(column_names(op->mem, r->info)));
    if (seen > 1)
        return op_fail(op, ERR_INVALID, "map", "The file has %td columns \"%.*s\".", seen,
                       STR(name));
    return true;
}

static bool nothing_mapped(const struct import_mapping *mapping)
{
    for (int i = 0; i < IMPORT_FIELDS; i++)
        if (mapping->of[i].column.len > 0) return false;
    return true;
}

/* Proposed where the caller mapped no column; what is set for all rows stays. */
static void choose_mapping(struct reading *r)
{
    struct import_mapping proposed;
    r->mapping = r->options->mapping;
    r->proposed = nothing_mapped(&r->mapping);
    if (!r->proposed) return;
    mapping_propose(r->info, r->options->kind, &proposed);
    for (int i = 0; i < IMPORT_FIELDS; i++)
        if (r->mapping.of[i].value.len == 0) r->mapping.of[i].column = proposed.of[i].column;
}

/* ---- how values are written ---- */

static bool look_at_rows(struct op *op, struct reading *r)
{
    struct table_row row;
    ptrdiff_t count = r->info->column_count;
    struct column_facts *facts = arena_array(op->mem, struct column_facts, count);
    bool *dates = arena_array(op->mem, bool, count), *amounts = arena_array(op->mem, bool, count);
    bool more = true;
    for (ptrdiff_t i = 0; i < COUNT(date_fields); i++)
        if (r->column[date_fields[i]] >= 0) dates[r->column[date_fields[i]]] = true;
    for (ptrdiff_t i = 0; i < COUNT(amount_fields); i++)
        if (r->column[amount_fields[i]] >= 0) amounts[r->column[amount_fields[i]]] = true;

    for (int n = 0; n < READING_SAMPLE_ROWS; n++) {
        struct arena_mark mark = arena_mark(op->mem);
        if (!table_next(op, r->table, &row, &more)) return false;
        if (!more) break;
        for (ptrdiff_t i = 0; row.cells && i < count; i++)
            if (dates[i] || amounts[i]) column_facts_add(&facts[i], row.cells[i], row.line);
        arena_rewind(op->mem, mark);
    }
    struct formats of_dates;
    formats_find(op->mem, facts, amounts, count, &r->formats);
    formats_find(op->mem, facts, dates, count, &of_dates);
    r->formats.order = of_dates.order;
    r->formats.order_found = of_dates.order_found;
    return table_rewind(op, r->table);
}

/* What the caller says counts more than what we found. */
static void apply_options(struct reading *r)
{
    struct finding said = {.sure = SURE_CERTAIN, .evidence = str_of(say(r->lang, "as you said"))};
    if (r->options->decimal) {
        r->formats.decimal = r->options->decimal;
        r->formats.decimal_found = said;
    }
    if (r->options->date_order) {
        r->formats.order = r->options->date_order;
        r->formats.order_found = said;
    }
}

/* ---- what stands in the way ---- */

static void check_formats(struct op *op, const struct reading *r)
{
    const struct finding *order = &r->formats.order_found, *sign = &r->formats.decimal_found;
    if (order->sure == SURE_GUESS)
        (void)op_fail(op, ERR_INVALID, "date_order",
                      "All days could be months: line %lld says \"%.*s\". Say which of them "
                      "comes first.",
                      (long long)order->line, STR(order->evidence));
    if (sign->sure == SURE_GUESS)
        (void)op_fail(op, ERR_INVALID, "decimal",
                      "\"%.*s\" in line %lld could be a thousand or a fraction. Say whether the "
                      "file has decimal points or decimal commas.",
                      STR(sign->evidence), (long long)sign->line);
}

static void check_mapped(struct op *op, const struct reading *r)
{
    static const enum import_field documents[] = {FIELD_CUSTOMER, FIELD_NUMBER, FIELD_ISSUED};
    ptrdiff_t count = r->options->kind == IMPORT_CUSTOMERS ? 1 : COUNT(documents);
    for (ptrdiff_t i = 0; i < count; i++)
        if (!mapped(r, documents[i]))
            (void)op_fail(op, ERR_INVALID, "map",
                          "No column is mapped to the field %.*s. The file has: %.*s.",
                          STR(import_field_words(op->mem, op_lang(op), documents[i])),
                          STR(column_names(op->mem, r->info)));
    if (r->options->kind == IMPORT_CUSTOMERS || mapped(r, FIELD_AMOUNT)) return;
    if (mapped(r, FIELD_QUANTITY) && mapped(r, FIELD_UNIT_PRICE)) return;
    (void)op_fail(
        op, ERR_INVALID, "map",
        "No column is mapped to the field %.*s, nor to %.*s and %.*s. The file has: %.*s.",
        STR(import_field_words(op->mem, op_lang(op), FIELD_AMOUNT)),
        STR(import_field_words(op->mem, op_lang(op), FIELD_QUANTITY)),
        STR(import_field_words(op->mem, op_lang(op), FIELD_UNIT_PRICE)),
        STR(column_names(op->mem, r->info)));
}

bool reading_open(struct op *op, const struct import_options *options, bool checked,
                  struct reading *out)
{
    struct reading *r = out;
    *r = (struct reading){.options = options, .lang = op_lang(op)};
    struct table_options table = options->table;
    if (table.lines_path && table.lines_key.len == 0)
        table.lines_key = options->mapping.of[FIELD_NUMBER].column;
    if (!table_open(op, options->path, &table, &r->table)) return false;
    r->info = table_info(r->table);
    choose_mapping(r);
    for (int i = 0; i < IMPORT_FIELDS; i++)
        if (!find_column(op, r, (enum import_field)i) && checked) return false;
    r->has_lines =
        options->kind != IMPORT_CUSTOMERS &&
        (mapped(r, FIELD_QUANTITY) || mapped(r, FIELD_UNIT_PRICE) || r->column[FIELD_SKU] >= 0);
    const struct err *before = op->errs;
    if (!look_at_rows(op, r) && op->errs != before) return false;
    apply_options(r);
    check_mapped(op, r);
    check_formats(op, r);
    return !checked || !op->errs;
}

/* ---- rows ---- */

bool source_row_empty(const struct table_row *row, ptrdiff_t columns)
{
    if (!row->cells) return false;
    for (ptrdiff_t i = 0; i < columns; i++)
        if (str_trim(row->cells[i]).len > 0) return false;
    return true;
}

static bool has_meaning(const struct reading *r, ptrdiff_t column)
{
    for (int i = 0; i < IMPORT_FIELDS; i++)
        if (r->column[i] == column) return true;
    return false;
}

static str other_columns(struct arena *mem, const struct reading *r, const struct table_row *row)
{
    struct text t = {.mem = mem};
    struct json_out o = {.to = &t};
    for (ptrdiff_t i = 0; i < r->info->column_count; i++) {
        str cell = cell_text(row->cells[i]);
        if (cell.len == 0 || r->info->columns[i].len == 0 || has_meaning(r, i)) continue;
        if (t.len == 0) json_open(&o, '{');
        json_key(&o, str_z(mem, r->info->columns[i]));
        json_put_str(&o, cell);
    }
    if (t.len > 0) json_close(&o, '}');
    return text_str(&t);
}

void source_row_read(struct arena *mem, const struct reading *r, const struct table_row *row,
                     struct source_row *out)
{
    *out = (struct source_row){.line = row->line, .number = row->number};
    out->raw = str_copy(mem, row->raw);
    out->problem = str_copy(mem, row->problem);
    if (!row->cells) {
        ptrdiff_t column = row->problem_column - 1;
        if (column >= 0 && column < r->info->column_count)
            out->problem_column = r->info->columns[column];
        return;
    }
    for (int i = 0; i < IMPORT_FIELDS; i++) {
        const struct field_mapping *m = &r->mapping.of[i];
        str value = r->column[i] >= 0 ? cell_text(row->cells[r->column[i]]) : m->value;
        out->fields[i] = value.len > 0 ? str_copy(mem, value) : m->missing;
    }
    if (r->mapping.keep_others) out->others = other_columns(mem, r, row);
}
