#include "domain/exchange/import_file.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/exchange/import_file_sql.h"

bool import_file_add(struct op *op, const struct import_file *in, int64_t *id)
{
    struct import_file_insert_row row;
    bool person = op->actor && op->actor->kind == ACTOR_PERSON;
    struct import_file_insert_args args = {
        .kind = str_of(import_kind_name(in->kind)),
        .name = in->name,
        .size = in->size,
        .settings = in->settings,
        .who = in->who,
        .language = person ? lang_tag(op_lang(op)) : S(""),
        .now = op->now,
    };
    if (!sql_import_file_insert(op, args, &row)) return false;
    *id = row.id;
    return true;
}

bool import_file_piece(struct op *op, int64_t id, int64_t n, str bytes)
{
    return sql_import_piece_insert(
        op, (struct import_piece_insert_args){.file = id, .n = n, .bytes = bytes});
}

bool import_file_get(struct op *op, int64_t id, struct import_file *out)
{
    struct import_file_row_row row;
    bool found;
    if (!sql_import_file_row(op, (struct import_file_row_args){.id = id}, &row, &found))
        return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such file.");
    *out = (struct import_file){
        .id = id,
        .name = row.name,
        .size = row.size,
        .settings = row.settings,
        .state = row.state,
        .problem = row.problem,
        .run = row.run.value,
        .who = row.who,
        .language = row.language,
        .created = row.created_at,
    };
    if (import_kind_from(row.kind, &out->kind)) return true;
    return op_broken(op, ERR_INTERNAL, "import file %lld: kind", (long long)id);
}

struct copying {
    bool (*write)(str piece, void *arg);
    void *arg;
};

static bool copy_piece(struct op *op, const struct import_piece_rows_row *piece, void *arg)
{
    const struct copying *copying = arg;
    if (copying->write(piece->bytes, copying->arg)) return true;
    return op_broken(op, ERR_INTERNAL, "a piece of a file could not be written");
}

bool import_file_pieces(struct op *op, int64_t id, bool (*write)(str piece, void *arg), void *arg)
{
    struct copying copying = {write, arg};
    struct import_piece_rows_args args = {.file = id};
    return sql_import_piece_rows_each(op, args, copy_piece, &copying);
}

bool import_file_settle(struct op *op, int64_t id, str settings)
{
    struct import_file_set_list set;
    struct import_file_set_args args = {.id = id, .settings = settings};
    if (!sql_import_file_set(op, args, &set)) return false;
    if (set.count == 1) return true;
    return op_fail(op, ERR_CONFLICT, NULL, "This file is being imported just now.");
}

bool import_file_move(struct op *op, int64_t id, const char *from, const char *to, int64_t run,
                      str problem)
{
    struct import_file_state_list moved;
    struct import_file_state_args args = {
        .id = id,
        .from_state = str_of(from),
        .to_state = str_of(to),
        .run = {.some = run != 0, .value = run},
        .problem = problem,
    };
    if (!sql_import_file_state(op, args, &moved)) return false;
    return moved.count == 1 ||
           op_fail(op, ERR_CONFLICT, NULL, "This file is being imported already.");
}

bool import_file_of_run(struct op *op, int64_t run, int64_t *id)
{
    struct import_file_by_run_list rows;
    if (!sql_import_file_by_run(op, (struct import_file_by_run_args){.run = run}, &rows))
        return false;
    *id = rows.count > 0 ? rows.at[0].id : 0;
    return true;
}

bool import_files_forget(struct op *op)
{
    struct import_pieces_forget_args args = {.before = op->now - IMPORT_FILE_KEPT_DAYS * DAY_US};
    return sql_import_pieces_forget(op, args);
}

/* ---- settings ---- */

str import_settings_text(struct arena *mem, const struct import_settings *in)
{
    struct text t = {.mem = mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    for (ptrdiff_t i = 0; i < in->count; i++) {
        if (in->at[i].value.len == 0) continue;
        json_key(&o, str_z(mem, in->at[i].name));
        json_put_str(&o, in->at[i].value);
    }
    json_close(&o, '}');
    return text_str(&t);
}

bool import_settings_from(struct op *op, str text, struct import_settings *out)
{
    const struct json *object;
    if (!json_read(op, text.len > 0 ? text : S("{}"), &object)) return false;
    ptrdiff_t count = 0;
    str key;
    while (json_member(object, count, &key)) count++;
    *out = (struct import_settings){arena_array(op->mem, struct import_setting, count), count};
    for (ptrdiff_t i = 0; i < count; i++) {
        const struct json *value = json_member(object, i, &out->at[i].name);
        if (!json_text(value, &out->at[i].value)) out->at[i].value = S("");
    }
    return true;
}

str import_setting(const struct import_settings *in, const char *name)
{
    for (ptrdiff_t i = 0; i < in->count; i++)
        if (str_eq(in->at[i].name, str_of(name))) return in->at[i].value;
    return S("");
}

static bool mapping_read(struct op *op, const struct import_settings *in,
                         struct import_mapping *out)
{
    static const struct {
        const char *start;
        bool (*set)(struct op *op, str assignment, struct import_mapping *mapping);
    } kinds[] = {
        {"map.", mapping_set}, {"set.", mapping_set_value}, {"missing.", mapping_set_missing}};
    for (ptrdiff_t i = 0; i < in->count; i++) {
        for (ptrdiff_t k = 0; k < COUNT(kinds); k++) {
            str start = str_of(kinds[k].start), name = in->at[i].name;
            if (!str_starts(name, start) || in->at[i].value.len == 0) continue;
            str said = str_printf(op->mem, "%.*s=%.*s", STR(str_from(name, start.len)),
                                  STR(in->at[i].value));
            if (!kinds[k].set(op, said, out)) return false;
        }
    }
    return true;
}

static char delimiter_from(str name)
{
    static const struct {
        const char *name;
        char delimiter;
    } rows[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}};
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(name, str_of(rows[i].name))) return rows[i].delimiter;
    return 0;
}

bool import_settings_read(struct op *op, const struct import_settings *in,
                          struct import_options *out)
{
    str round = import_setting(in, "round"), decimal = import_setting(in, "decimal");
    enum table_encoding encoding;
    enum date_order order;
    if (table_encoding_from(import_setting(in, "encoding"), &encoding))
        out->table.encoding = encoding;
    if (date_order_from(import_setting(in, "date_order"), &order)) out->date_order = order;
    out->table.delimiter = delimiter_from(import_setting(in, "delimiter"));
    if (str_eq(decimal, S("point"))) out->decimal = DECIMAL_POINT;
    if (str_eq(decimal, S("comma"))) out->decimal = DECIMAL_COMMA;
    if (str_eq(round, S("half-up"))) out->round = ROUND_HALF_UP;
    if (str_eq(round, S("half-even"))) out->round = ROUND_HALF_EVEN;
    out->currency = import_setting(in, "currency");
    out->terms = import_setting(in, "terms");
    out->entity = import_setting(in, "entity");
    out->credit_prefix = import_setting(in, "credit_prefix");
    out->known_customers = import_setting(in, "known_customers").len > 0;
    out->all_or_nothing = import_setting(in, "all_or_nothing").len > 0;
    out->dry_run = import_setting(in, "dry_run").len > 0;
    out->notify = import_setting(in, "notify").len > 0;
    out->mapping.keep_others = import_setting(in, "keep_others").len > 0;
    return mapping_read(op, in, &out->mapping);
}

bool mapping_names(struct op *op, enum import_kind kind, struct mapping_names *out)
{
    struct mapping_rows_list rows;
    struct mapping_rows_args args = {.kind = str_of(import_kind_name(kind))};
    if (!sql_mapping_rows(op, args, &rows)) return false;
    *out = (struct mapping_names){arena_array(op->mem, str, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = rows.at[i].name;
    return true;
}
