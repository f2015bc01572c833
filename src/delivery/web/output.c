/* An API answer as JSON, by its table. */
#include "base/crypto.h"
#include "base/json.h"
#include "delivery/web/web.h"

struct writing {
    struct request *rq;
    struct json_out json;
};

static void put_object(struct writing *w, const struct output *table, const char *from);

static void put_list(struct writing *w, const struct output *each, ptrdiff_t size,
                     const struct input_list *list)
{
    json_open(&w->json, '[');
    for (ptrdiff_t i = 0; i < list->count; i++)
        put_object(w, each, (const char *)list->at + i * size);
    json_close(&w->json, ']');
}

static void put_id(struct writing *w, const char *kind, int64_t id)
{
    if (id == 0)
        json_put_null(&w->json);
    else
        json_put_str(&w->json, id_text(w->rq->op.mem, w->rq->app->keys, kind, id));
}

static void put_opt_date(struct writing *w, struct opt_date d)
{
    if (d.some)
        json_put_date(&w->json, d.value);
    else
        json_put_null(&w->json);
}

static void put_value(struct writing *w, const struct output *out, const void *at)
{
    struct json_out *o = &w->json;
    switch (out->type) {
    case OUT_TEXT: json_put_str(o, *(const str *)at); break;
    case OUT_I64: json_put_i64(o, *(const int64_t *)at); break;
    case OUT_BOOL: json_put_bool(o, *(const bool *)at); break;
    case OUT_MONEY: json_put_money(o, *(const money *)at); break;
    case OUT_DATE: json_put_date(o, *(const date *)at); break;
    case OUT_OPT_DATE: put_opt_date(w, *(const struct opt_date *)at); break;
    case OUT_INSTANT: json_put_instant(o, *(const instant *)at); break;
    case OUT_ID: put_id(w, out->kind, *(const int64_t *)at); break;
    case OUT_LIST: put_list(w, out->each, out->each_size, at); break;
    case OUT_OBJECT: put_object(w, out->each, at); break;
    }
}

static void put_object(struct writing *w, const struct output *table, const char *from)
{
    json_open(&w->json, '{');
    for (const struct output *out = table; out->name; out++) {
        json_key(&w->json, out->name);
        put_value(w, out, from + out->offset);
    }
    json_close(&w->json, '}');
}

struct reply reply_object(struct request *rq, int status, const struct output *table,
                          const void *object)
{
    struct text body = {.mem = rq->op.mem};
    struct writing w = {.rq = rq, .json = {.to = &body}};
    put_object(&w, table, object);
    return reply_text(rq, status, S("application/json"), text_str(&body));
}

struct reply reply_list(struct request *rq, const struct output *table, const void *rows,
                        ptrdiff_t count, ptrdiff_t row_size, str next_cursor)
{
    struct text body = {.mem = rq->op.mem};
    struct writing w = {.rq = rq, .json = {.to = &body}};
    const struct input_list list = {.at = (void *)(uintptr_t)rows, .count = count};
    json_open(&w.json, '{');
    json_key(&w.json, "data");
    put_list(&w, table, row_size, &list);
    json_key(&w.json, "next_cursor");
    if (next_cursor.len > 0)
        json_put_str(&w.json, next_cursor);
    else
        json_put_null(&w.json);
    json_close(&w.json, '}');
    return reply_text(rq, 200, S("application/json"), text_str(&body));
}
