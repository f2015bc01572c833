/* A logo from a file that somebody sent: a PNG is drawn anew, an SVG is rewritten and drawn as a
 * PNG as well, for paper and for mail programs. What comes out are bytes that our own libraries
 * wrote; nothing of the file itself is kept. */
#include "adapters/images/svg.h"
#include "base/arena.h"
#include "domain/brand/brand.h"

#include <cairo.h>
#include <librsvg/rsvg.h>
#include <string.h>

enum {
    PNG_BYTES_MAX = 1 << 20,
    PIXELS_MAX = 4096, /* on a side of what is sent */
    WIDTH_MAX = 640,   /* of what is kept */
    HEIGHT_MAX = 256,
};

struct reading {
    str rest;
};

static cairo_status_t read_bytes(void *from, unsigned char *data, unsigned count)
{
    struct reading *r = from;
    if ((ptrdiff_t)count > r->rest.len) return CAIRO_STATUS_READ_ERROR;
    memcpy(data, r->rest.at, count);
    r->rest = str_from(r->rest, (ptrdiff_t)count);
    return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t keep_bytes(void *bytes, const unsigned char *data, unsigned count)
{
    GByteArray *kept = bytes;
    if (kept->len + count > PNG_BYTES_MAX * 2) return CAIRO_STATUS_WRITE_ERROR;
    g_byte_array_append(kept, data, count);
    return CAIRO_STATUS_SUCCESS;
}

static void close_bytes(void *bytes)
{
    g_byte_array_unref(bytes);
}

static void close_surface(void *surface)
{
    cairo_surface_destroy(surface);
}

static void close_cairo(void *cr)
{
    cairo_destroy(cr);
}

static bool png_written(struct op *op, cairo_surface_t *surface, struct logo *out)
{
    GByteArray *bytes = g_byte_array_new();
    arena_defer(op->mem, close_bytes, bytes);
    if (cairo_surface_write_to_png_stream(surface, keep_bytes, bytes) != CAIRO_STATUS_SUCCESS)
        return op_broken(op, ERR_INTERNAL, "a logo could not be written as PNG");
    out->png = str_copy(op->mem, (str){(const char *)bytes->data, (ptrdiff_t)bytes->len});
    return true;
}

/* As large as may be, inside of what is kept; a small one is not blown up. */
static void scaled(int64_t width, int64_t height, bool grow, struct logo *out)
{
    int64_t w = WIDTH_MAX, h = height * WIDTH_MAX / width;
    if (h > HEIGHT_MAX) h = HEIGHT_MAX, w = width * HEIGHT_MAX / height;
    if (!grow && width <= w) w = width, h = height;
    out->width = (int)(w > 0 ? w : 1);
    out->height = (int)(h > 0 ? h : 1);
}

static cairo_surface_t *canvas(struct op *op, const struct logo *logo, cairo_t **cr)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, logo->width, logo->height);
    arena_defer(op->mem, close_surface, surface);
    *cr = cairo_create(surface);
    arena_defer(op->mem, close_cairo, *cr);
    return surface;
}

/* ---- SVG ---- */

static void close_handle(void *handle)
{
    g_object_unref(handle);
}

static bool from_svg(struct op *op, str file, struct logo *out)
{
    struct svg svg;
    cairo_t *cr;
    if (!svg_clean(op, file, &svg)) return false;
    scaled(svg.width, svg.height, true, out);
    RsvgHandle *handle =
        rsvg_handle_new_from_data((const guint8 *)svg.text.at, (gsize)svg.text.len, NULL);
    if (!handle) return op_fail(op, ERR_INVALID, "logo", "The logo could not be drawn.");
    arena_defer(op->mem, close_handle, handle);
    cairo_surface_t *surface = canvas(op, out, &cr);
    RsvgRectangle whole = {.x = 0, .y = 0, .width = out->width, .height = out->height};
    if (!rsvg_handle_render_document(handle, cr, &whole, NULL))
        return op_fail(op, ERR_INVALID, "logo", "The logo could not be drawn.");
    out->svg = svg.text;
    return png_written(op, surface, out);
}

/* ---- PNG ---- */

static int big_endian(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    if (b[0] > 0 || b[1] > 0) return PIXELS_MAX + 1;
    return b[2] << 8 | b[3];
}

static bool from_png(struct op *op, str file, struct logo *out)
{
    cairo_t *cr;
    struct reading reading = {.rest = file};
    if (file.len > PNG_BYTES_MAX)
        return op_fail(op, ERR_INVALID, "logo", "A PNG of at most 1 MB, please.");
    bool headed = file.len > 24 && str_eq((str){file.at + 12, 4}, S("IHDR"));
    int width = headed ? big_endian(file.at + 16) : 0,
        height = headed ? big_endian(file.at + 20) : 0;
    if (width < 1 || height < 1 || width > PIXELS_MAX || height > PIXELS_MAX ||
        width > 20 * height || height > 20 * width)
        return op_fail(op, ERR_INVALID, "logo",
                       "A PNG of 1 to %d pixels on a side, please, and at most 20 times as wide as "
                       "high.",
                       PIXELS_MAX);
    cairo_surface_t *sent = cairo_image_surface_create_from_png_stream(read_bytes, &reading);
    arena_defer(op->mem, close_surface, sent);
    if (cairo_surface_status(sent) != CAIRO_STATUS_SUCCESS)
        return op_fail(op, ERR_INVALID, "logo", "The logo is no PNG that can be read.");
    scaled(width, height, false, out);
    cairo_surface_t *surface = canvas(op, out, &cr);
    cairo_rectangle(cr, 0, 0, out->width, out->height);
    cairo_clip(cr);
    cairo_scale(cr, out->width / (cairo_image_surface_get_width(sent) + 0.0),
                out->height / (cairo_image_surface_get_height(sent) + 0.0));
    cairo_set_source_surface(cr, sent, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BEST);
    cairo_paint(cr);
    return png_written(op, surface, out);
}

bool logo_make(struct op *op, str file, struct logo *out)
{
    *out = (struct logo){.digest = S("")};
    if (str_starts(file, S("\x89PNG\r\n\x1a\n"))) return from_png(op, file, out);
    str start = str_trim(str_starts(file, S("\xEF\xBB\xBF")) ? str_from(file, 3) : file);
    if (str_starts(start, S("<"))) return from_svg(op, start, out);
    return op_fail(op, ERR_INVALID, "logo", "The logo must be a PNG or an SVG.");
}
