#include "delivery/web/form.h"

#include "base/arena.h"
#include "base/json.h"
#include "delivery/web/route.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool url_decode(struct arena *mem, str s, bool plus_is_space, str *out)
{
    char *at = arena_array(mem, char, s.len + 1);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            int high = i + 2 < s.len ? hex(s.at[i + 1]) : -1;
            int low = i + 2 < s.len ? hex(s.at[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        at[len++] = c;
    }
    *out = (str){at, len};
    return str_utf8(*out);
}

static bool typed_add(struct request *rq, struct typed ***end, struct typed field, int *left)
{
    if (--*left < 0)
        return op_fail(&rq->op, ERR_INVALID, NULL, "This has more than %d fields.",
                       FORM_FIELDS_MAX);
    struct typed *t = arena_new(rq->op.mem, struct typed);
    *t = field;
    t->next = NULL;
    **end = t;
    *end = &t->next;
    return true;
}

bool form_urlencoded(struct request *rq, str text, struct typed ***end)
{
    int left = FORM_FIELDS_MAX;
    for (struct str_pair cut = {.tail = text, .found = text.len > 0}; cut.found;) {
        cut = str_cut(cut.tail, '&');
        if (cut.head.len == 0) continue;
        struct str_pair pair = str_cut(cut.head, '=');
        struct typed field = {.kind = TYPED_FORM};
        if (!url_decode(rq->op.mem, pair.head, true, &field.name) ||
            !url_decode(rq->op.mem, pair.tail, true, &field.value))
            return op_fail(&rq->op, ERR_INVALID, NULL,
                           "A field is not readable: its percent signs or its UTF-8 are broken.");
        if (!typed_add(rq, end, field, &left)) return false;
    }
    return true;
}

/* JSON, flattened. */
struct flat {
    struct request *rq;
    struct typed **end;
    int left;
};

static bool flatten(struct flat *f, const struct json *value, str name);

static bool flatten_object(struct flat *f, const struct json *object, str name)
{
    for (ptrdiff_t i = 0; i < json_count(object); i++) {
        str key;
        const struct json *value = json_member(object, i, &key);
        str full =
            name.len == 0 ? key : str_printf(f->rq->op.mem, "%.*s.%.*s", STR(name), STR(key));
        if (!flatten(f, value, full)) return false;
    }
    return true;
}

static bool flatten_array(struct flat *f, const struct json *array, str name)
{
    for (ptrdiff_t i = 0; i < json_count(array); i++) {
        const struct json *value = json_at(array, i);
        str full = json_kind(value) == JSON_TEXT
                       ? name
                       : str_printf(f->rq->op.mem, "%.*s[%td]", STR(name), i);
        if (!flatten(f, value, full)) return false;
    }
    return true;
}

static bool flatten(struct flat *f, const struct json *value, str name)
{
    struct typed field = {.name = name};
    int64_t number;
    bool yes;
    switch (json_kind(value)) {
    case JSON_NULL: return true; /* the same as leaving it out */
    case JSON_OBJECT: return flatten_object(f, value, name);
    case JSON_ARRAY: return flatten_array(f, value, name);
    case JSON_TEXT:
        field.kind = TYPED_TEXT;
        if (!json_text(value, &field.value)) return false;
        break;
    case JSON_NUMBER: /* an empty value: not a whole number */
        field.kind = TYPED_NUMBER;
        if (json_i64(value, &number))
            field.value = str_printf(f->rq->op.mem, "%lld", (long long)number);
        break;
    case JSON_BOOL:
        field.kind = TYPED_BOOL;
        if (!json_bool(value, &yes)) return false;
        field.value = yes ? S("true") : S("false");
        break;
    }
    return typed_add(f->rq, &f->end, field, &f->left);
}

static bool read_json(struct request *rq, struct typed **end)
{
    const struct json *body;
    if (json_values(rq->body) > 2 * (ptrdiff_t)FORM_FIELDS_MAX)
        return op_fail(&rq->op, ERR_INVALID, NULL, "This has more than %d fields.",
                       FORM_FIELDS_MAX);
    if (!json_read(&rq->op, rq->body, &body)) return false;
    if (json_kind(body) != JSON_OBJECT)
        return op_fail(&rq->op, ERR_INVALID, NULL, "The body must be one JSON object.");
    struct flat f = {.rq = rq, .end = end, .left = FORM_FIELDS_MAX};
    return flatten_object(&f, body, (str){0});
}

static str media_type(struct request *rq)
{
    return str_trim(str_cut(rq->header(rq, "Content-Type"), ';').head);
}

bool form_read(struct request *rq)
{
    struct typed **end = &rq->typed;
    while (*end) end = &(*end)->next; /* a multipart body was read as it came */
    if (!form_urlencoded(rq, rq->query, &end)) return false;
    if (rq->body.len == 0) return true;

    str type = media_type(rq);
    bool api = route_is_api(rq->route);
    if (api && str_eq_nocase(type, S("application/json"))) return read_json(rq, end);
    if (!api && str_eq_nocase(type, S("application/x-www-form-urlencoded")))
        return form_urlencoded(rq, rq->body, &end);
    return api ? op_fail(&rq->op, ERR_INVALID, NULL, "Send the body as application/json.")
               : op_fail(&rq->op, ERR_INVALID, NULL,
                         "Send the body as application/x-www-form-urlencoded.");
}

str cookie_value(str header, str name)
{
    for (struct str_pair cut = {.tail = header, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ';');
        struct str_pair pair = str_cut(str_trim(cut.head), '=');
        if (pair.found && str_eq(pair.head, name)) return pair.tail;
    }
    return S("");
}
