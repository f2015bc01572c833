/* The API's description, written from the route tables: what is checked is what is described. */
#include "base/json.h"
#include "delivery/web/route.h"
#include "delivery/web/web_routes.h"

static void put(struct json_out *o, const char *key, const char *value)
{
    json_key(o, key);
    json_put_str(o, str_of(value));
}

static void put_i64(struct json_out *o, const char *key, int64_t value)
{
    json_key(o, key);
    json_put_i64(o, value);
}

static void put_bool(struct json_out *o, const char *key, bool value)
{
    json_key(o, key);
    json_put_bool(o, value);
}

static void open_at(struct json_out *o, const char *key, char bracket)
{
    json_key(o, key);
    json_open(o, bracket);
}

static void put_ref(struct json_out *o, const char *to)
{
    json_open(o, '{');
    put(o, "$ref", to);
    json_close(o, '}');
}

/* {"type": ["string", "null"]} */
static void put_or_null(struct json_out *o, const char *type)
{
    open_at(o, "type", '[');
    json_put_str(o, str_of(type));
    json_put_str(o, S("null"));
    json_close(o, ']');
}

static void put_about(struct json_out *o, const char *about)
{
    if (about) put(o, "description", about);
}

/* ---- what comes in ------------------------------------------------------------------------- */

static void put_inputs(struct json_out *o, const struct input *inputs);

static void put_id(struct json_out *o, const char *kind)
{
    put(o, "type", "string");
    json_key(o, "pattern");
    struct text pattern = {.mem = o->to->mem};
    text_format(&pattern, "^%s_[0-9a-z]+$", kind);
    json_put_str(o, text_str(&pattern));
}

static void put_choices(struct json_out *o, const char *const *choices)
{
    put(o, "type", "string");
    open_at(o, "enum", '[');
    for (; *choices; choices++) json_put_str(o, str_of(*choices));
    json_close(o, ']');
}

static void put_items(struct json_out *o, const struct input *in)
{
    put(o, "type", "array");
    json_key(o, "items");
    if (in->type == INPUT_LIST) {
        put_inputs(o, in->each);
        return;
    }
    json_open(o, '{');
    put_id(o, in->kind);
    json_close(o, '}');
}

static void put_input(struct json_out *o, const struct input *in)
{
    if (in->type == INPUT_MONEY) {
        put_ref(o, "#/components/schemas/Money");
        return;
    }
    json_open(o, '{');
    switch (in->type) {
    case INPUT_TEXT:
        put(o, "type", "string");
        put_i64(o, "maxLength", in->longest ? in->longest : 200);
        break;
    case INPUT_I64:
        put(o, "type", "integer");
        put(o, "format", "int64");
        break;
    case INPUT_DATE:
        put(o, "type", "string");
        put(o, "format", "date");
        break;
    case INPUT_BOOL: put(o, "type", "boolean"); break;
    case INPUT_ID: put_id(o, in->kind); break;
    case INPUT_CHOICE: put_choices(o, in->choices); break;
    case INPUT_EMAIL:
        put(o, "type", "string");
        put(o, "format", "email");
        break;
    case INPUT_IDS:
    case INPUT_LIST: put_items(o, in); break;
    case INPUT_PAIRS:
        put(o, "type", "object");
        open_at(o, "additionalProperties", '{');
        put(o, "type", "string");
        json_close(o, '}');
        break;
    case INPUT_MONEY:
    case INPUT_FILE: break;
    }
    put_about(o, in->about);
    json_close(o, '}');
}

static void put_inputs(struct json_out *o, const struct input *inputs)
{
    bool required = false;
    json_open(o, '{');
    put(o, "type", "object");
    put_bool(o, "additionalProperties", false);
    open_at(o, "properties", '{');
    for (const struct input *in = inputs; in && in->name; in++) {
        if (in->type == INPUT_FILE) continue;
        json_key(o, in->name);
        put_input(o, in);
        required = required || in->required;
    }
    json_close(o, '}');
    if (required) {
        open_at(o, "required", '[');
        for (const struct input *in = inputs; in->name; in++)
            if (in->required) json_put_str(o, str_of(in->name));
        json_close(o, ']');
    }
    json_close(o, '}');
}

/* ---- what goes out ------------------------------------------------------------------------- */

static void put_outputs(struct json_out *o, const struct output *outputs);

static void put_output(struct json_out *o, const struct output *out)
{
    if (out->type == OUT_MONEY) {
        put_ref(o, "#/components/schemas/Money");
        return;
    }
    if (out->type == OUT_OBJECT) {
        put_outputs(o, out->each);
        return;
    }
    json_open(o, '{');
    switch (out->type) {
    case OUT_TEXT: put(o, "type", "string"); break;
    case OUT_I64:
        put(o, "type", "integer");
        put(o, "format", "int64");
        break;
    case OUT_BOOL: put(o, "type", "boolean"); break;
    case OUT_DATE:
        put(o, "type", "string");
        put(o, "format", "date");
        break;
    case OUT_OPT_DATE:
        put_or_null(o, "string");
        put(o, "format", "date");
        break;
    case OUT_INSTANT:
        put(o, "type", "string");
        put(o, "format", "date-time");
        break;
    case OUT_ID: put_or_null(o, "string"); break;
    case OUT_LIST:
        put(o, "type", "array");
        json_key(o, "items");
        put_outputs(o, out->each);
        break;
    case OUT_MONEY:
    case OUT_OBJECT: break;
    }
    put_about(o, out->about);
    json_close(o, '}');
}

static void put_outputs(struct json_out *o, const struct output *outputs)
{
    json_open(o, '{');
    put(o, "type", "object");
    open_at(o, "properties", '{');
    for (const struct output *out = outputs; out->name; out++) {
        json_key(o, out->name);
        put_output(o, out);
    }
    json_close(o, '}');
    open_at(o, "required", '[');
    for (const struct output *out = outputs; out->name; out++) json_put_str(o, str_of(out->name));
    json_close(o, ']');
    json_close(o, '}');
}

static void put_page(struct json_out *o, const struct output *outputs)
{
    json_open(o, '{');
    put(o, "type", "object");
    open_at(o, "properties", '{');
    open_at(o, "data", '{');
    put(o, "type", "array");
    json_key(o, "items");
    put_outputs(o, outputs);
    json_close(o, '}');
    open_at(o, "next_cursor", '{');
    put_or_null(o, "string");
    json_close(o, '}');
    json_close(o, '}');
    open_at(o, "required", '[');
    json_put_str(o, S("data"));
    json_put_str(o, S("next_cursor"));
    json_close(o, ']');
    json_close(o, '}');
}

/* ---- operations ---------------------------------------------------------------------------- */

static void put_parameter(struct json_out *o, const char *place, const char *name, bool required,
                          const struct input *in)
{
    json_open(o, '{');
    put(o, "name", name);
    put(o, "in", place);
    put_bool(o, "required", required);
    json_key(o, "schema");
    if (in) {
        put_input(o, in);
    } else {
        json_open(o, '{');
        put(o, "type", "string");
        json_close(o, '}');
    }
    json_close(o, '}');
}

static bool has_body(const struct route *route)
{
    return route->method == POST || route->method == PUT;
}

static void put_parameters(struct json_out *o, const struct route *route)
{
    str path = str_of(route->path);
    open_at(o, "parameters", '[');
    if (str_find(path, S("/:id")) >= 0) put_parameter(o, "path", "id", true, NULL);
    if (str_find(path, S("/:part")) >= 0) put_parameter(o, "path", "part", true, NULL);
    if (route->method == POST) put_parameter(o, "header", "Idempotency-Key", false, NULL);
    for (const struct input *in = route->inputs; in && in->name && !has_body(route); in++)
        put_parameter(o, "query", in->name, in->required, in);
    json_close(o, ']');
}

static void put_content(struct json_out *o, const struct route *route, bool in)
{
    open_at(o, "content", '{');
    open_at(o, "application/json", '{');
    json_key(o, "schema");
    if (in)
        put_inputs(o, route->inputs);
    else if (route->lists)
        put_page(o, route->outputs);
    else
        put_outputs(o, route->outputs);
    json_close(o, '}');
    json_close(o, '}');
}

static void put_responses(struct json_out *o, const struct route *route)
{
    open_at(o, "responses", '{');
    open_at(o, route->method == POST ? "201" : "200", '{');
    put(o, "description", route->about ? route->about : "Done.");
    if (route->outputs) put_content(o, route, false);
    json_close(o, '}');
    json_key(o, "default");
    put_ref(o, "#/components/responses/Problem");
    json_close(o, '}');
}

/* "get_invoices_id" */
static str operation_id(struct arena *mem, const struct route *route)
{
    struct text t = {.mem = mem};
    text_add(&t, str_lower(mem, str_of(method_name(route->method))));
    str path = str_from(str_of(route->path), S("/api/v1").len);
    for (ptrdiff_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool gap = t.len > 0 && t.at[t.len - 1] == '_';
        if (letter)
            text_char(&t, c);
        else if (!gap)
            text_char(&t, '_');
    }
    return text_str(&t);
}

static void put_operation(struct json_out *o, const struct route *route)
{
    struct arena *mem = o->to->mem;
    str method = str_lower(mem, str_of(method_name(route->method)));
    open_at(o, method.at, '{');
    json_key(o, "operationId");
    json_put_str(o, operation_id(mem, route));
    if (route->about) put(o, "summary", route->about);
    put_parameters(o, route);
    if (has_body(route) && route->inputs) {
        open_at(o, "requestBody", '{');
        put_bool(o, "required", true);
        put_content(o, route, true);
        json_close(o, '}');
    }
    put_responses(o, route);
    if (route->may == MAY_ANYONE) {
        open_at(o, "security", '[');
        json_close(o, ']');
    }
    json_close(o, '}');
}

static bool is_described(const struct route *route)
{
    return str_starts(str_of(route->path), S("/api/v1/")) && !route->public;
}

/* "/api/v1/invoices/{id}" */
static const char *path_text(struct arena *mem, str path)
{
    struct text t = {.mem = mem};
    for (struct str_pair cut = {.tail = str_from(path, 1), .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        bool hole = str_starts(cut.head, S(":"));
        str name = hole ? str_from(cut.head, 1) : cut.head;
        text_format(&t, hole ? "/{%.*s}" : "/%.*s", STR(name));
    }
    text_char(&t, 0);
    return t.at;
}

/* All methods of one path stand together; the first route of the path brings the others. */
static void put_path(struct json_out *o, const struct route *const *tables,
                     const struct route *first)
{
    str path = str_of(first->path);
    bool begun = false;
    for (; *tables; tables++)
        for (const struct route *route = *tables; route->path; route++) {
            if (!str_eq(str_of(route->path), path)) continue;
            if (!begun && route != first) return; /* was written when that one was reached */
            if (!begun) open_at(o, path_text(o->to->mem, path), '{');
            begun = true;
            put_operation(o, route);
        }
    json_close(o, '}');
}

static void put_components(struct json_out *o)
{
    static const char components[] =
        "{\"securitySchemes\":{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"}},"
        "\"schemas\":{"
        "\"Money\":{\"type\":\"object\",\"additionalProperties\":false,"
        "\"description\":\"A decimal with exactly the currency's digits.\","
        "\"properties\":{\"value\":{\"type\":\"string\",\"examples\":[\"119.00\"]},"
        "\"currency\":{\"type\":\"string\",\"examples\":[\"EUR\"]}},"
        "\"required\":[\"value\",\"currency\"]},"
        "\"Problem\":{\"type\":\"object\",\"description\":\"RFC 9457\",\"properties\":{"
        "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
        "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
        "\"reference\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{"
        "\"type\":\"object\",\"properties\":{\"field\":{\"type\":[\"string\",\"null\"]},"
        "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}},"
        "\"required\":[\"field\",\"code\",\"message\"]}}},"
        "\"required\":[\"type\",\"title\",\"status\",\"errors\"]}},"
        "\"responses\":{\"Problem\":{\"description\":\"What went wrong, and where.\",\"content\":{"
        "\"application/problem+json\":{\"schema\":{"
        "\"$ref\":\"#/components/schemas/Problem\"}}}}}}";
    json_key(o, "components");
    text_add(o->to, str_of(components));
    o->started = true;
}

struct reply openapi_show(struct request *rq)
{
    struct text body = {.mem = rq->op.mem};
    struct json_out o = {.to = &body};
    json_open(&o, '{');
    put(&o, "openapi", "3.1.0");
    open_at(&o, "info", '{');
    put(&o, "title", "Quittance");
    put(&o, "version", "1");
    json_close(&o, '}');
    open_at(&o, "servers", '[');
    json_open(&o, '{');
    json_key(&o, "url");
    json_put_str(&o, rq->app->public_url);
    json_close(&o, '}');
    json_close(&o, ']');
    open_at(&o, "security", '[');
    json_open(&o, '{');
    open_at(&o, "key", '[');
    json_close(&o, ']');
    json_close(&o, '}');
    json_close(&o, ']');
    open_at(&o, "paths", '{');
    for (const struct route *const *table = rq->app->routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            if (is_described(route)) put_path(&o, rq->app->routes, route);
    json_close(&o, '}');
    put_components(&o);
    json_close(&o, '}');
    return reply_text(rq, 200, S("application/json"), text_str(&body));
}
