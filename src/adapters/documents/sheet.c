#include "adapters/documents/sheet.h"

#include "adapters/documents/fonts.h"
#include "base/arena.h"
#include "base/text.h"

#include <assert.h>

/* One of the four that the scheme allows. */
#define BILL_FAMILIES "Liberation Sans, Arial, Noto Sans, Noto Sans CJK JP, Droid Sans Fallback"
#define TEXT_MAX      16384 /* bytes; shaping takes time with the square of very long paragraphs */

static const struct {
    int size; /* in tenths of a point */
    PangoWeight weight;
    const char *family; /* NULL: FONT_FAMILIES */
} styles[] = {
    [STYLE_BODY] = {95, PANGO_WEIGHT_NORMAL, NULL},
    [STYLE_STRONG] = {95, PANGO_WEIGHT_BOLD, NULL},
    [STYLE_SMALL] = {80, PANGO_WEIGHT_NORMAL, NULL},
    [STYLE_LABEL] = {80, PANGO_WEIGHT_NORMAL, NULL},
    [STYLE_HEAD] = {110, PANGO_WEIGHT_BOLD, NULL},
    [STYLE_NAME] = {120, PANGO_WEIGHT_BOLD, NULL},
    [STYLE_LEAD] = {130, PANGO_WEIGHT_NORMAL, NULL},
    [STYLE_TITLE] = {220, PANGO_WEIGHT_BOLD, NULL},
    [STYLE_BILL_TITLE] = {110, PANGO_WEIGHT_BOLD, BILL_FAMILIES},
    [STYLE_BILL_HEAD] = {80, PANGO_WEIGHT_BOLD, BILL_FAMILIES},
    [STYLE_BILL] = {100, PANGO_WEIGHT_NORMAL, BILL_FAMILIES},
    [STYLE_BILL_SMALL_HEAD] = {60, PANGO_WEIGHT_BOLD, BILL_FAMILIES},
    [STYLE_BILL_SMALL] = {80, PANGO_WEIGHT_NORMAL, BILL_FAMILIES},
};

static void close_layouts(void *layouts)
{
    g_ptr_array_unref(layouts);
}

static void close_attributes(void *attributes)
{
    pango_attr_list_unref(attributes);
}

/* Figures of one width, so that columns add up to the eye; no ligatures, because copied text would
 * have one character for two letters. */
static PangoAttrList *features(struct op *op)
{
    PangoAttrList *attributes = pango_attr_list_new();
    arena_defer(op->mem, close_attributes, attributes);
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1,lnum=1,liga=0,clig=0"));
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    return attributes;
}

bool sheets_open(struct op *op, const char *language, bool rtl, struct sheets *out)
{
    *out = (struct sheets){
        .op = op, .rtl = rtl, .y = BODY_TOP, .bottom = BODY_BOTTOM, .page_count = 1};
    if (!fonts_context(op, language, rtl, &out->context)) return false;
    out->layouts = g_ptr_array_new_with_free_func(g_object_unref);
    arena_defer(op->mem, close_layouts, out->layouts);
    out->features = features(op);
    out->end = &out->first;
    return true;
}

/* What Cairo refuses although it is UTF-8: the code points that Unicode keeps free for ever. */
static bool is_noncharacter(gunichar c)
{
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

str sheet_printable(struct arena *mem, str s)
{
    const str replacement = S("\xEF\xBF\xBD");
    struct text t = {.mem = mem};
    s = str_head(s, TEXT_MAX);
    while (s.len > 0) {
        const char *end;
        g_utf8_validate(s.at, (gssize)s.len, &end);
        for (const char *c = s.at, *next; c < end; c = next) {
            next = g_utf8_next_char(c);
            if (is_noncharacter(g_utf8_get_char(c)))
                text_add(&t, replacement);
            else if ((unsigned char)*c < ' ' && *c != '\n')
                text_char(&t, ' ');
            else
                text_add(&t, (str){c, next - c});
        }
        s = str_from(s, end - s.at);
        if (s.len == 0) break;
        text_add(&t, replacement); /* a byte that is no text; also a NUL, which ends it */
        s = str_from(s, 1);
    }
    return text_str(&t);
}

/* Everything stands against the document's start edge, whichever way its own text runs, and
 * figures against the right one, so that digits stand below digits. Pango would turn the alignment
 * around for a paragraph that runs against the document: we turn it back. */
static void align(const struct sheets *s, PangoLayout *layout, bool figures)
{
    bool right = s->rtl || figures;
    pango_layout_set_alignment(layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
    PangoDirection document = s->rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR;
    if (pango_layout_line_get_resolved_direction(line) != document)
        pango_layout_set_alignment(layout, right ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
}

PangoLayout *sheet_text(struct sheets *s, enum style style, str text, int width, bool figures,
                        int lines)
{
    text = sheet_printable(s->op->mem, text);
    PangoLayout *layout = pango_layout_new(s->context);
    g_ptr_array_add(s->layouts, layout);

    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, styles[style].family ? styles[style].family
                                                                        : FONT_FAMILIES);
    pango_font_description_set_size(font, styles[style].size * PT / 10);
    pango_font_description_set_weight(font, styles[style].weight);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);

    pango_layout_set_attributes(layout, s->features);
    pango_layout_set_width(layout, width);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout, -lines);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_text(layout, text.at ? text.at : "", (int)text.len);
    align(s, layout, figures);
    return layout;
}

int text_height(PangoLayout *text)
{
    int height;
    pango_layout_get_size(text, NULL, &height);
    return height;
}

int text_width(PangoLayout *text)
{
    int width;
    pango_layout_get_size(text, &width, NULL);
    return width;
}

static struct mark *mark_add(struct sheets *s, enum mark_kind kind)
{
    struct mark *mark = arena_new(s->op->mem, struct mark);
    mark->kind = kind;
    *s->end = mark;
    s->end = &mark->next;
    return mark;
}

static void place(const struct sheets *s, struct mark *mark, int x, int y, int w, int h)
{
    mark->x = MARGIN + (s->rtl ? BODY_WIDTH - x - w : x);
    mark->y = y;
    mark->w = w;
    mark->h = h;
}

void sheet_put(struct sheets *s, PangoLayout *text, int x, int y, int width, unsigned colour)
{
    struct mark *mark = mark_add(s, MARK_TEXT);
    place(s, mark, x, y, width, text_height(text));
    mark->text = text;
    mark->colour = colour;
}

void sheet_bar(struct sheets *s, int x, int y, int w, int h, unsigned colour)
{
    struct mark *mark = mark_add(s, MARK_BAR);
    place(s, mark, x, y, w, h);
    mark->colour = colour;
}

void sheet_code(struct sheets *s, const struct qr *code, int x, int y, int side)
{
    struct mark *mark = mark_add(s, MARK_CODE);
    place(s, mark, x, y, side, side);
    mark->code = code;
    mark->colour = INK;
}

void sheet_picture(struct sheets *s, const struct paper_picture *picture, int x, int y, int w,
                   int h)
{
    struct mark *mark = mark_add(s, MARK_PICTURE);
    place(s, mark, x, y, w, h);
    mark->picture = picture;
}

void sheet_figure(struct sheets *s, str words)
{
    assert(s->figure_count < FIGURES_MAX);
    s->figures[s->figure_count++] = words;
    sheet_tag(s, "Figure", "");
}

void sheet_tag(struct sheets *s, const char *tag, const char *attributes)
{
    struct mark *mark = mark_add(s, MARK_OPEN);
    mark->tag = tag;
    mark->attributes = attributes;
}

void sheet_tag_ends(struct sheets *s, const char *tag)
{
    mark_add(s, MARK_CLOSE)->tag = tag;
}

void sheet_break(struct sheets *s)
{
    mark_add(s, MARK_PAGE);
    s->page_count++;
    s->y = BODY_TOP;
}
