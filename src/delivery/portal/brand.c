#include "delivery/portal/brand.h"

#include "base/arena.h"
#include "delivery/web/asset.h"

str brand_logo_path(struct arena *mem, const struct brand *brand)
{
    if (brand->logo.len == 0) return S("");
    return str_printf(mem, "/brand/logo/%.*s.%s", STR(brand->logo), brand->svg ? "svg" : "png");
}

bool brand_frame(struct request *rq, const struct entity *seller, struct frame *out)
{
    struct brand brand;
    if (!brand_load(&rq->op, seller->id, 0, &brand)) return false;
    if (brand.recorded)
        out->brand_sheet = brand_path(rq->op.mem, colour_text(rq->op.mem, brand.colour));
    out->logo = brand_logo_path(rq->op.mem, &brand);
    return true;
}

/* As large as a letterhead: never more than the picture has. */
static void logo_fit(const struct logo *logo, struct letter *out)
{
    enum { WIDTH_MAX = 240, HEIGHT_MAX = 48 };
    int width = logo->width, height = logo->height;
    if (width <= 0 || height <= 0) return;
    if (height > HEIGHT_MAX) width = width * HEIGHT_MAX / height, height = HEIGHT_MAX;
    if (width > WIDTH_MAX) height = height * WIDTH_MAX / width, width = WIDTH_MAX;
    out->logo_width = width > 0 ? width : 1;
    out->logo_height = height > 0 ? height : 1;
}

bool brand_dress(struct op *op, int64_t entity, struct letter *out)
{
    struct brand brand;
    struct logo logo;
    bool found = false;
    if (!brand_load(op, entity, 0, &brand)) return false;
    if (brand.logo.len > 0 && !logo_get(op, brand.logo, &logo, &found)) return false;
    out->colour = brand.colour;
    if (found) logo_fit(&logo, out);
    return true;
}

/* Whoever opens the picture itself, instead of a page that shows it, sees a picture that may do
 * nothing: the sandbox is the second wall behind the rewriting. */
static struct reply logo_show(struct request *rq)
{
    struct str_pair name = str_cut(rq->id, '.');
    bool svg = str_eq(name.tail, S("svg")), found;
    struct logo logo;
    if (!svg && !str_eq(name.tail, S("png"))) return reply_missing(rq);
    if (!logo_get(&rq->op, name.head, &logo, &found)) return reply_errors(rq);
    if (!found || (svg && logo.svg.len == 0)) return reply_missing(rq);
    struct reply reply =
        reply_text(rq, 200, svg ? S("image/svg+xml") : S("image/png"), svg ? logo.svg : logo.png);
    reply.cache = true;
    reply.headers[0].name = "Content-Security-Policy";
    reply.headers[0].value = S("default-src 'none'; sandbox");
    return reply;
}

const struct route brand_routes[] = {
    {.method = GET,
     .path = "/brand/logo/:id",
     .handle = logo_show,
     .may = MAY_ANYONE,
     .about = "An entity's logo"},
    {.path = NULL},
};
