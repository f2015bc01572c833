#include "delivery/web/asset.h"

#include <assert.h>

str asset_path(str name)
{
    const struct asset *asset = assets;
    while (asset->name && !str_eq(str_of(asset->name), name)) asset++;
    assert(asset->name);
    return str_of(asset->path);
}

static struct reply kept(struct request *rq, str type, str body)
{
    struct reply reply = reply_text(rq, 200, type, body);
    reply.cache = true;
    return reply;
}

struct reply asset_show(struct request *rq)
{
    for (const struct asset *asset = assets; asset->name; asset++) {
        if (!str_eq(str_from(str_of(asset->path), S("/assets/").len), rq->id)) continue;
        bool unpacks = str_find(rq->header(rq, "Accept-Encoding"), S("gzip")) >= 0;
        struct reply reply = kept(rq, str_of(asset->type), unpacks ? asset->packed : asset->plain);
        if (unpacks) reply.encoding = S("gzip");
        return reply;
    }
    return reply_missing(rq);
}

static bool is_colour(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return s.len == 6;
}

str brand_path(struct arena *mem, str colour)
{
    if (!is_colour(colour)) return S("");
    return str_printf(mem, "/assets/brand/%.*s.css", STR(colour));
}

struct reply brand_show(struct request *rq)
{
    str colour = str_head(rq->id, 6);
    if (!is_colour(colour) || !str_eq(str_from(rq->id, 6), S(".css"))) return reply_missing(rq);
    str css = str_printf(rq->op.mem, ":root{--brand:#%.*s}\n", STR(colour));
    return kept(rq, S("text/css; charset=utf-8"), css);
}
