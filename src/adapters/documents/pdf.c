#include "adapters/documents/pdf.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

#include <cairo-pdf.h>
#include <string.h>

#define PDF_MAX     (32u << 20) /* bytes */
#define CODE_DOTS   4           /* to a module of a QR code */
#define SHOWN_WIDTH 720         /* pixels: of a sheet as a picture */

static void set_colour(cairo_t *cr, unsigned colour)
{
    int red = colour >> 16 & 255, green = colour >> 8 & 255, blue = colour & 255;
    cairo_set_source_rgb(cr, pango_units_to_double(red * PT / 255),
                         pango_units_to_double(green * PT / 255),
                         pango_units_to_double(blue * PT / 255));
}

static void move_to(cairo_t *cr, int x, int y)
{
    cairo_move_to(cr, pango_units_to_double(x), pango_units_to_double(y));
}

static void add_box(cairo_t *cr, int x, int y, int w, int h)
{
    cairo_rectangle(cr, pango_units_to_double(x), pango_units_to_double(y),
                    pango_units_to_double(w), pango_units_to_double(h));
}

static void close_surface(void *surface)
{
    cairo_surface_destroy(surface);
}

/* A code as a picture of one bit a dot: a third of the time that a thousand boxes take, and fine
 * enough to stay sharp in viewers that smooth pictures. */
static cairo_surface_t *code_picture(struct op *op, const struct qr *qr)
{
    int side = qr->size * CODE_DOTS, stride = cairo_format_stride_for_width(CAIRO_FORMAT_A1, side);
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_A1, side, side);
    arena_defer(op->mem, close_surface, picture);
    unsigned char *bytes = cairo_image_surface_get_data(picture);
    if (!bytes) return picture; /* out of memory: Cairo reports it at the end */
    cairo_surface_flush(picture);
    for (int y = 0; y < side; y += CODE_DOTS) {
        unsigned char *first = bytes + (ptrdiff_t)y * stride;
        uint32_t *row = (uint32_t *)(void *)first;
        for (int x = 0, len; qr_run(qr, y / CODE_DOTS, &x, &len); x += len)
            for (int dot = x * CODE_DOTS; dot < (x + len) * CODE_DOTS; dot++)
                row[dot / 32] |= UINT32_C(1) << (dot % 32); /* the machine's order: Cairo's rule */
        for (int i = 1; i < CODE_DOTS; i++)
            memcpy(first + (ptrdiff_t)i * stride, first, (size_t)stride);
    }
    cairo_surface_mark_dirty(picture);
    return picture;
}

static void draw_code(cairo_t *cr, struct op *op, const struct mark *mark)
{
    int module = mark->w / mark->code->size;
    cairo_save(cr);
    cairo_translate(cr, pango_units_to_double(mark->x), pango_units_to_double(mark->y));
    cairo_scale(cr, pango_units_to_double(module / CODE_DOTS),
                pango_units_to_double(module / CODE_DOTS));
    cairo_pattern_t *dots = cairo_pattern_create_for_surface(code_picture(op, mark->code));
    cairo_pattern_set_filter(dots, CAIRO_FILTER_NEAREST);
    cairo_mask(cr, dots);
    cairo_pattern_destroy(dots);
    cairo_restore(cr);
}

/* Cairo calls back here: no arena, a bound. */
static cairo_status_t read_bytes(void *from, unsigned char *data, unsigned count)
{
    str *rest = from;
    if ((ptrdiff_t)count > rest->len) return CAIRO_STATUS_READ_ERROR;
    memcpy(data, rest->at, count);
    *rest = str_from(*rest, (ptrdiff_t)count);
    return CAIRO_STATUS_SUCCESS;
}

/* A picture that cannot be read is left out: ours can. */
static void draw_picture(cairo_t *cr, struct op *op, const struct mark *mark)
{
    str rest = mark->picture->png;
    cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(read_bytes, &rest);
    arena_defer(op->mem, close_surface, picture);
    if (cairo_surface_status(picture) != CAIRO_STATUS_SUCCESS) return;
    cairo_save(cr);
    cairo_translate(cr, pango_units_to_double(mark->x), pango_units_to_double(mark->y));
    cairo_scale(cr, pango_units_to_double(mark->w / mark->picture->width),
                pango_units_to_double(mark->h / mark->picture->height));
    cairo_set_source_surface(cr, picture, 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
}

/* The foot is outside the tags: it is not what the document says. */
static void draw_foot(cairo_t *cr, struct sheets *s, const struct paper *p, int page)
{
    int foot = p->swiss && page == s->page_count ? SWISS_TOP - SWISS_FOOT / 2 : FOOT;
    struct text t = {.mem = s->op->mem};
    const char *rest = say(p->lang, "Page {1} of {2}");
    for (int hole; (hole = say_step(&t, &rest)) != 0;)
        text_i64(&t, hole == 1 ? page : s->page_count);
    str name = p->from.name.len == 0
                   ? p->title
                   : str_printf(s->op->mem, "%.*s · %.*s", STR(p->from.name), STR(p->title));

    PangoLayout *count = sheet_text(s, STYLE_SMALL, text_str(&t), -1, false, 1);
    int end = text_width(count), start = BODY_WIDTH - end - 10 * PT;
    PangoLayout *what = sheet_text(s, STYLE_SMALL, name, start, false, 1);
    set_colour(cr, GREY);
    if (p->foot.len > 0) {
        PangoLayout *words = sheet_text(s, STYLE_SMALL, p->foot, BODY_WIDTH, false, 2);
        move_to(cr, MARGIN, foot - text_height(words) - 3 * PT);
        pango_cairo_show_layout(cr, words);
    }
    move_to(cr, MARGIN + (s->rtl ? BODY_WIDTH - start : 0), foot);
    pango_cairo_show_layout(cr, what);
    move_to(cr, MARGIN + (s->rtl ? 0 : BODY_WIDTH - end), foot);
    pango_cairo_show_layout(cr, count);
}

static void draw_mark(cairo_t *cr, struct op *op, const struct mark *mark)
{
    set_colour(cr, mark->colour);
    switch (mark->kind) {
    case MARK_TEXT:
        move_to(cr, mark->x, mark->y);
        pango_cairo_show_layout(cr, mark->text);
        break;
    case MARK_BAR:
        add_box(cr, mark->x, mark->y, mark->w, mark->h);
        cairo_fill(cr);
        break;
    case MARK_CODE: draw_code(cr, op, mark); break;
    case MARK_PICTURE: draw_picture(cr, op, mark); break;
    case MARK_OPEN: cairo_tag_begin(cr, mark->tag, mark->attributes); break;
    case MARK_CLOSE: cairo_tag_end(cr, mark->tag); break;
    case MARK_PAGE: cairo_show_page(cr); break;
    }
}

/* Cairo calls back here: no arena, a bound. */
static cairo_status_t keep_bytes(void *bytes, const unsigned char *data, unsigned count)
{
    GByteArray *kept = bytes;
    if (kept->len + count > PDF_MAX) return CAIRO_STATUS_WRITE_ERROR;
    g_byte_array_append(kept, data, count);
    return CAIRO_STATUS_SUCCESS;
}

static void close_bytes(void *bytes)
{
    g_byte_array_unref(bytes);
}

static void close_cairo(void *cr)
{
    cairo_destroy(cr);
}

static void describe(struct op *op, cairo_surface_t *surface, const struct paper *p)
{
    str title = sheet_printable(op->mem, p->title);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, str_z(op->mem, title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   str_z(op->mem, instant_text(op->mem, p->made_at)));
}

static bool draw(struct op *op, const struct paper *p, struct sheets *s, str *out)
{
    GByteArray *bytes = g_byte_array_new();
    arena_defer(op->mem, close_bytes, bytes);
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        keep_bytes, bytes, pango_units_to_double(SHEET_WIDTH), pango_units_to_double(SHEET_HEIGHT));
    arena_defer(op->mem, close_surface, surface);
    describe(op, surface, p);
    cairo_t *cr = cairo_create(surface);
    arena_defer(op->mem, close_cairo, cr);

    int page = 1;
    for (const struct mark *mark = s->first; mark; mark = mark->next) {
        if (mark->kind == MARK_PAGE) draw_foot(cr, s, p, page++);
        draw_mark(cr, op, mark);
    }
    draw_foot(cr, s, p, page);
    cairo_show_page(cr);
    cairo_surface_finish(surface);
    if (cairo_status(cr) || cairo_surface_status(surface))
        return op_broken(op, ERR_INTERNAL, "cairo: %s, %s",
                         cairo_status_to_string(cairo_status(cr)),
                         cairo_status_to_string(cairo_surface_status(surface)));
    *out = (str){(const char *)bytes->data, (ptrdiff_t)bytes->len};
    return true;
}

/* ---- as pictures ---- */

static cairo_t *sheet_begin(struct op *op, struct paper_picture *sheet, cairo_surface_t **surface)
{
    int scale = SHOWN_WIDTH * PT / (SHEET_WIDTH / PT); /* in units of PT: a number's thousandths */
    sheet->width = SHOWN_WIDTH;
    sheet->height = SHOWN_WIDTH * (SHEET_HEIGHT / PT) / (SHEET_WIDTH / PT);
    *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, sheet->width, sheet->height);
    arena_defer(op->mem, close_surface, *surface);
    cairo_t *cr = cairo_create(*surface);
    arena_defer(op->mem, close_cairo, cr);
    set_colour(cr, 0xffffff);
    cairo_paint(cr);
    cairo_scale(cr, pango_units_to_double(scale), pango_units_to_double(scale));
    return cr;
}

static bool sheet_end(struct op *op, cairo_t *cr, cairo_surface_t *surface,
                      struct paper_picture *sheet)
{
    GByteArray *bytes = g_byte_array_new();
    arena_defer(op->mem, close_bytes, bytes);
    if (cairo_status(cr) || cairo_surface_write_to_png_stream(surface, keep_bytes, bytes))
        return op_broken(op, ERR_INTERNAL, "cairo: %s", cairo_status_to_string(cairo_status(cr)));
    sheet->png = (str){(const char *)bytes->data, (ptrdiff_t)bytes->len};
    return true;
}

bool paper_show(struct op *op, const struct paper *paper, struct paper_sheets *out)
{
    struct sheets s;
    cairo_surface_t *surface;
    *out = (struct paper_sheets){.count = 0};
    if (!paper_layout(op, paper, &s)) return false;
    out->total = s.page_count;
    const struct mark *mark = s.first;
    while (out->count < PAPER_SHEETS_SHOWN && out->count < s.page_count) {
        struct paper_picture *sheet = &out->at[out->count++];
        cairo_t *cr = sheet_begin(op, sheet, &surface);
        for (; mark && mark->kind != MARK_PAGE; mark = mark->next) draw_mark(cr, op, mark);
        if (mark) mark = mark->next;
        draw_foot(cr, &s, paper, out->count);
        if (!sheet_end(op, cr, surface, sheet)) return false;
    }
    return true;
}

bool paper_pdf(struct op *op, const struct paper *paper, str *out)
{
    struct sheets sheets;
    str drawn;
    if (!paper_layout(op, paper, &sheets)) return false;
    if (!draw(op, paper, &sheets, &drawn)) return false;
    return pdf_finish(op, drawn, lang_tag(paper->lang), sheets.figures, sheets.figure_count, out);
}
