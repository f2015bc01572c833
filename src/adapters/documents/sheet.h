/* Sheets of A4 as a list of marks: text, rules, codes, and the tags around them.
 *
 * A document is laid out first and drawn afterwards, so that the first page can say how many there
 * are, and each text is shaped once. All lengths are Pango units (PT to the point) and count from
 * the start edge: the right one in a right-to-left document. */
#ifndef DOCUMENTS_SHEET_H
#define DOCUMENTS_SHEET_H

#include "adapters/documents/qr.h"
#include "base/op.h"
#include "domain/documents/document.h"

#include <pango/pangocairo.h>

enum {
    PT = PANGO_SCALE,
    SHEET_WIDTH = 609563, /* 210 mm */
    SHEET_HEIGHT = 862095,
    MARGIN = 56 * PT,
    BODY_WIDTH = SHEET_WIDTH - 2 * MARGIN,
    BODY_TOP = 48 * PT,
    BODY_BOTTOM = SHEET_HEIGHT - 62 * PT,
    FOOT_LINES = 24 * PT, /* what the seller's own foot takes of the body */
    FOOT = SHEET_HEIGHT - 44 * PT,
    SWISS_TOP = SHEET_HEIGHT - 304784, /* 105 mm: a Swiss payment part lies below */
    SWISS_FOOT = 44 * PT,              /* for the foot above it */
};

enum { INK = 0x14181b, GREY = 0x535b61, HAIRLINE = 0xdde1e2 };

enum style {
    STYLE_BODY = 1,
    STYLE_STRONG,
    STYLE_SMALL,
    STYLE_LABEL, /* what stands above or beside a value */
    STYLE_HEAD,  /* a section */
    STYLE_NAME,  /* the seller's */
    STYLE_LEAD,
    STYLE_TITLE,
    STYLE_BILL_TITLE, /* of a Swiss QR-bill, whose font and sizes are prescribed */
    STYLE_BILL_HEAD,
    STYLE_BILL,
    STYLE_BILL_SMALL_HEAD,
    STYLE_BILL_SMALL,
};

enum mark_kind {
    MARK_TEXT = 1,
    MARK_BAR,
    MARK_CODE,
    MARK_PICTURE,
    MARK_OPEN,
    MARK_CLOSE,
    MARK_PAGE
};

struct mark {
    struct mark *next;
    enum mark_kind kind;
    int x, y, w, h;
    unsigned colour;
    PangoLayout *text;
    const struct qr *code;
    const struct paper_picture *picture;
    const char *tag, *attributes;
};

enum { FIGURES_MAX = 6 };
struct sheets {
    struct op *op;
    PangoContext *context;
    GPtrArray *layouts; /* owns every text */
    PangoAttrList *features;
    bool rtl;
    int y;      /* where the next thing goes */
    int bottom; /* where it must end */
    int page_count;
    str figures[FIGURES_MAX]; /* what each Figure shows, in words */
    ptrdiff_t figure_count;
    struct mark *first, **end;
};

bool sheets_open(struct op *op, const char *language, bool rtl, struct sheets *out) MUST_USE;

/* Any bytes as text that Pango and Cairo take: UTF-8, no control characters but line feeds. */
str sheet_printable(struct arena *mem, str s);

/* Text of at most `lines` lines in a width (-1: as wide as it is), against the start edge; figures
 * against the right one. */
PangoLayout *sheet_text(struct sheets *s, enum style style, str text, int width, bool figures,
                        int lines);
int text_height(PangoLayout *text);
int text_width(PangoLayout *text); /* what it takes up, of the width it was given */

void sheet_put(struct sheets *s, PangoLayout *text, int x, int y, int width, unsigned colour);
void sheet_bar(struct sheets *s, int x, int y, int w, int h, unsigned colour);
void sheet_code(struct sheets *s, const struct qr *code, int x, int y, int side);
void sheet_picture(struct sheets *s, const struct paper_picture *picture, int x, int y, int w,
                   int h);
/* Begins a tag for a picture, with what it shows in words; sheet_tag_ends(s, "Figure"). */
void sheet_figure(struct sheets *s, str words);
void sheet_tag(struct sheets *s, const char *tag, const char *attributes);
void sheet_tag_ends(struct sheets *s, const char *tag);
void sheet_break(struct sheets *s); /* the next page */

#endif
