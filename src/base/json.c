#include "base/json.h"

#include "base/arena.h"
#include "base/clock.h"

#include <string.h>

/* jansson's names for kinds that we name as well. */
#define JSON_NULL   JANSSON_NULL
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_OBJECT JANSSON_OBJECT
#include <jansson.h>
#undef JSON_NULL
#undef JSON_ARRAY
#undef JSON_OBJECT

enum { DEPTH_MAX = 64, BYTES_MAX = 16 << 20 };

/* Numbers keep their digits: jansson would make doubles of those with decimals. */
struct json {
    enum json_kind kind;
    str text;  /* JSON_TEXT, JSON_NUMBER */
    bool real; /* a number with decimals or an exponent: it has text only */
    bool yes;
    int64_t number;
    ptrdiff_t count;
    struct json *items;
    str *names; /* of an object's items */
};

/* ---- reading ---- */

/* What jansson cannot say: how deep the text nests, and where its real numbers stand. Each of
 * those becomes a text that begins with a NUL, which no text of the sender's can. */
struct scan {
    const char *at, *end;
    int64_t line, column;
    int depth;
    bool real;         /* there was one: worth a second scan, which copies */
    struct text *copy; /* NULL the first time */
};

static void scan_take(struct scan *s, ptrdiff_t count)
{
    for (; count > 0 && s->at < s->end; count--, s->at++) {
        if (s->copy) text_char(s->copy, *s->at);
        if (*s->at == '\n')
            s->line++, s->column = 1;
        else if (((unsigned char)*s->at & 0xC0) != 0x80)
            s->column++;
    }
}

static void scan_string(struct scan *s)
{
    scan_take(s, 1);
    while (s->at < s->end && *s->at != '"') scan_take(s, *s->at == '\\' ? 2 : 1);
    scan_take(s, 1);
}

static void scan_number(struct scan *s)
{
    const char *from = s->at;
    ptrdiff_t before = s->copy ? s->copy->len : 0;
    bool real = false;
    while (s->at < s->end && memchr("+-.eE0123456789", *s->at, 15)) {
        if (*s->at == '.' || *s->at == 'e' || *s->at == 'E') real = true;
        scan_take(s, 1);
    }
    if (real) s->real = true;
    if (!real || !s->copy) return;
    s->copy->len = before;
    text_add(s->copy, S("\"\\u0000"));
    text_add(s->copy, (str){from, s->at - from});
    text_char(s->copy, '"');
}

static bool scan(struct op *op, struct scan *s, str text)
{
    *s = (struct scan){.at = text.at, .end = text.at + text.len, .copy = s->copy};
    for (s->line = s->column = 1; s->at < s->end;) {
        char c = *s->at;
        if ((c == '{' || c == '[') && ++s->depth > DEPTH_MAX)
            return op_fail(op, ERR_INVALID, NULL,
                           "The JSON at line %lld, column %lld is nested more than %d deep.",
                           (long long)s->line, (long long)s->column, DEPTH_MAX);
        if (c == '}' || c == ']') s->depth--;
        if (c == '"')
            scan_string(s);
        else if (c == '-' || (c >= '0' && c <= '9'))
            scan_number(s);
        else
            scan_take(s, 1);
    }
    return true;
}

ptrdiff_t json_values(str text)
{
    ptrdiff_t count = 0;
    bool quoted = false;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (quoted && c == '\\') i++;
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == ',' || c == '{' || c == '[')) count++;
    }
    return count;
}

static void copy_text(struct arena *mem, const json_t *in, struct json *out)
{
    str text = {json_string_value(in), (ptrdiff_t)json_string_length(in)};
    out->real = text.len > 0 && text.at[0] == 0;
    out->kind = out->real ? JSON_NUMBER : JSON_TEXT;
    out->text = str_copy(mem, out->real ? str_from(text, 1) : text);
}

static void copy_value(struct arena *mem, const json_t *in, struct json *out);

static void copy_array(struct arena *mem, const json_t *in, struct json *out)
{
    out->kind = JSON_ARRAY;
    out->count = (ptrdiff_t)json_array_size(in);
    out->items = arena_array(mem, struct json, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++)
        copy_value(mem, json_array_get(in, (size_t)i), &out->items[i]);
}

static void copy_object(struct arena *mem, json_t *in, struct json *out)
{
    out->kind = JSON_OBJECT;
    out->items = arena_array(mem, struct json, (ptrdiff_t)json_object_size(in));
    out->names = arena_array(mem, str, (ptrdiff_t)json_object_size(in));
    for (void *i = json_object_iter(in); i; i = json_object_iter_next(in, i)) {
        out->names[out->count] = str_copy(mem, str_of(json_object_iter_key(i)));
        copy_value(mem, json_object_iter_value(i), &out->items[out->count++]);
    }
}

/* As deep as scan() let it be. */
static void copy_value(struct arena *mem, const json_t *in, struct json *out)
{
    switch (json_typeof(in)) {
    case JANSSON_OBJECT: copy_object(mem, (json_t *)in, out); break;
    case JANSSON_ARRAY: copy_array(mem, in, out); break;
    case JSON_STRING: copy_text(mem, in, out); break;
    case JSON_INTEGER:
        out->kind = JSON_NUMBER;
        out->number = json_integer_value(in);
        out->text = str_printf(mem, "%lld", (long long)out->number);
        break;
    case JSON_TRUE: out->kind = JSON_BOOL, out->yes = true; break;
    case JSON_FALSE: out->kind = JSON_BOOL; break;
    case JSON_REAL: /* none is left after scan() */
    case JANSSON_NULL: out->kind = JSON_NULL; break;
    }
}

static void release(void *root)
{
    json_decref(root);
}

static bool parse(struct op *op, str text, size_t flags, json_t **out)
{
    json_error_t why;
    *out = json_loadb(text.at, (size_t)text.len, flags | JSON_REJECT_DUPLICATES, &why);
    if (*out) {
        arena_defer(op->mem, release, *out);
        return true;
    }
    return op_fail(op, ERR_INVALID, NULL, "This is not valid JSON at line %d, column %d: %s.",
                   why.line, why.column, why.text);
}

bool json_read(struct op *op, str text, const struct json **out)
{
    struct scan s = {0};
    struct text copy = {.mem = op->mem};
    json_t *root;
    if (text.len == 0) text = S("");
    if (text.len > BYTES_MAX)
        return op_fail(op, ERR_INVALID, NULL, "The JSON is longer than %d MiB.", BYTES_MAX >> 20);
    if (!scan(op, &s, text) || !parse(op, text, 0, &root)) return false;
    if (s.real) {
        s.copy = &copy;
        if (!scan(op, &s, text) || !parse(op, text_str(&copy), JSON_ALLOW_NUL, &root)) return false;
    }
    struct json *value = arena_new(op->mem, struct json);
    copy_value(op->mem, root, value);
    *out = value;
    return true;
}

const struct json *json_get(const struct json *object, const char *key)
{
    str name = str_of(key);
    if (!object || object->kind != JSON_OBJECT) return NULL;
    for (ptrdiff_t i = 0; i < object->count; i++)
        if (str_eq(object->names[i], name)) return &object->items[i];
    return NULL;
}

ptrdiff_t json_count(const struct json *array)
{
    return array ? array->count : 0;
}

const struct json *json_at(const struct json *array, ptrdiff_t i)
{
    return array && i >= 0 && i < array->count ? &array->items[i] : NULL;
}

const struct json *json_member(const struct json *object, ptrdiff_t i, str *key)
{
    if (!object || object->kind != JSON_OBJECT || i < 0 || i >= object->count) return NULL;
    *key = object->names[i];
    return &object->items[i];
}

enum json_kind json_kind(const struct json *value)
{
    return value ? value->kind : JSON_NULL;
}

bool json_text(const struct json *value, str *out)
{
    if (!value || (value->kind != JSON_TEXT && !value->real)) return false;
    *out = value->text;
    return true;
}

bool json_i64(const struct json *value, int64_t *out)
{
    if (!value || value->kind != JSON_NUMBER || value->real) return false;
    *out = value->number;
    return true;
}

bool json_bool(const struct json *value, bool *out)
{
    if (!value || value->kind != JSON_BOOL) return false;
    *out = value->yes;
    return true;
}

/* ---- writing ---- */

static void comma(struct json_out *o)
{
    if (o->started) text_char(o->to, ',');
    o->started = true;
}

void json_open(struct json_out *o, char bracket)
{
    comma(o);
    text_char(o->to, bracket);
    o->started = false;
}

void json_close(struct json_out *o, char bracket)
{
    text_char(o->to, bracket);
    o->started = true;
}

void json_key(struct json_out *o, const char *key)
{
    json_put_str(o, str_of(key));
    text_char(o->to, ':');
    o->started = false;
}

/* '<' as well, so that JSON may stand inside a page. */
static void put_escaped(struct text *t, unsigned char c)
{
    switch (c) {
    case '"': text_add(t, S("\\\"")); break;
    case '\\': text_add(t, S("\\\\")); break;
    case '\n': text_add(t, S("\\n")); break;
    case '\r': text_add(t, S("\\r")); break;
    case '\t': text_add(t, S("\\t")); break;
    default: text_format(t, "\\u%04x", c);
    }
}

void json_put_str(struct json_out *o, str s)
{
    comma(o);
    text_char(o->to, '"');
    while (s.len > 0) {
        ptrdiff_t plain = 0;
        while (plain < s.len && (unsigned char)s.at[plain] >= 0x20 && s.at[plain] != '"' &&
               s.at[plain] != '\\' && s.at[plain] != '<' && s.at[plain] != 0x7F)
            plain++;
        text_add(o->to, str_head(s, plain));
        s = str_from(s, plain);
        if (s.len > 0) put_escaped(o->to, (unsigned char)s.at[0]), s = str_from(s, 1);
    }
    text_char(o->to, '"');
}

void json_put_i64(struct json_out *o, int64_t n)
{
    comma(o);
    text_i64(o->to, n);
}

void json_put_bool(struct json_out *o, bool b)
{
    comma(o);
    text_add(o->to, b ? S("true") : S("false"));
}

void json_put_null(struct json_out *o)
{
    comma(o);
    text_add(o->to, S("null"));
}

void json_put_money(struct json_out *o, money m)
{
    json_open(o, '{');
    json_key(o, "value");
    json_put_str(o, money_text(o->to->mem, m));
    json_key(o, "currency");
    json_put_str(o, currency_text(&m.cur));
    json_close(o, '}');
}

void json_put_date(struct json_out *o, date d)
{
    json_put_str(o, date_text(o->to->mem, d));
}

void json_put_instant(struct json_out *o, instant at)
{
    json_put_str(o, instant_text(o->to->mem, at));
}
