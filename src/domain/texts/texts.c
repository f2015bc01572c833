#include "domain/texts/texts.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/audit/audit.h"
#include "domain/texts/merge.h"
#include "domain/texts/texts_sql.h"

#include <assert.h>
#include <string.h>

void text_fact(struct text_facts *facts, const char *name, str value)
{
    assert(facts->count < TEXT_FACTS_MAX);
    facts->at[facts->count++] = (struct text_name_value){name, value};
}

static str fact_of(const struct text_facts *facts, str name)
{
    for (int i = 0; i < facts->count; i++)
        if (str_eq(name, str_of(facts->at[i].name))) return facts->at[i].value;
    return S("");
}

str text_filled(struct arena *mem, str body, const struct text_facts *facts)
{
    struct text t = {.mem = mem};
    struct merge m = {.rest = body};
    for (enum merge_piece piece; (piece = merge_next(&m)) != MERGE_END;)
        text_add(&t, piece == MERGE_NAME ? fact_of(facts, m.piece) : m.piece);
    return str_trim(text_str(&t));
}

bool texts_load(struct op *op, int64_t entity, const struct lang *lang, instant at,
                struct texts *out)
{
    struct text_rows_list rows;
    struct text_rows_args args = {
        .entity = entity, .language = lang_tag(lang), .before = at ? at : op->now};
    *out = (struct texts){.lang = lang};
    if (!sql_text_rows(op, args, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        enum text_key key;
        if (text_key_from(rows.at[i].key, &key)) out->body[key] = rows.at[i].body;
    }
    return true;
}

static str standard(const struct lang *lang, enum text_key key)
{
    const char *english = text_about(key)->standard;
    return *english ? str_of(say(lang, english)) : S("");
}

str texts_body(const struct texts *texts, enum text_key key)
{
    return texts->body[key].at ? texts->body[key] : standard(texts->lang, key);
}

str texts_say(struct arena *mem, const struct texts *texts, enum text_key key,
              const struct text_facts *facts)
{
    return text_filled(mem, texts_body(texts, key), facts);
}

/* Browsers end lines with CR LF; a text has line feeds, and none at its ends. */
static str plain(struct arena *mem, str body)
{
    struct text t = {.mem = mem};
    if (!body.at) return body;
    for (ptrdiff_t i = 0; i < body.len; i++)
        if (body.at[i] != '\r') text_char(&t, body.at[i]);
    str out = str_trim(text_str(&t));
    return out.at ? out : S("");
}

bool text_put(struct op *op, int64_t entity, const struct lang *lang, enum text_key key, str body)
{
    struct texts now;
    struct text_insert_row row;
    body = plain(op->mem, body);
    if (body.at && !text_check(op, key, body)) return false;
    if (!texts_load(op, entity, lang, 0, &now)) return false;
    if (body.at && str_eq(body, standard(lang, key))) body = (str){0};
    if ((body.at == NULL) == (now.body[key].at == NULL) && str_eq(body, now.body[key])) return true;
    struct text_insert_args args = {
        .entity = entity,
        .key = str_of(text_about(key)->code),
        .language = lang_tag(lang),
        .body = body,
        .who = op->actor && op->actor->name.len > 0 ? op->actor->name : S("Quittance"),
        .now = op->now,
    };
    if (!sql_text_insert(op, args, &row)) return false;
    return audit_add(op, body.at ? "text.change" : "text.default", "text_version", row.id, S(""),
                     S(""));
}

bool text_versions(struct op *op, int64_t entity, const struct lang *lang, enum text_key key,
                   struct text_versions *out)
{
    struct text_history_list rows;
    struct text_history_args args = {
        .entity = entity, .language = lang_tag(lang), .key = str_of(text_about(key)->code)};
    if (!sql_text_history(op, args, &rows)) return false;
    *out =
        (struct text_versions){arena_array(op->mem, struct text_version, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct text_version){rows.at[i].body, rows.at[i].who, rows.at[i].recorded};
    return true;
}
