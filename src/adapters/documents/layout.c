/* The page as a well-set printed invoice: who writes to whom, what it is, the one sentence that
 * matters and where to pay, then the facts, the lines, and how to pay. */
#include "adapters/documents/pdf.h"
#include "base/arena.h"
#include "base/text.h"

enum {
    PARTY_X = 300 * PT, /* the seller's column */
    CODE_SIDE = 80 * PT,
    PANEL_GAP = 20 * PT,
    CODE_QUIET = 10 * PT, /* at least 4 modules of a code of 33 or more */
    LINES = 12,           /* at most, in an address or a fact */
    FACTS_MAX = 40,
    LOGO_WIDTH = 150 * PT,
    LOGO_HEIGHT = 40 * PT,
};

/* One text below the other, with a tag of its own. */
static void stack(struct sheets *s, const char *tag, enum style style, str text, int x, int width,
                  unsigned colour, int *y)
{
    if (text.len == 0) return;
    PangoLayout *set = sheet_text(s, style, text, width, false, LINES);
    if (tag) sheet_tag(s, tag, "");
    sheet_put(s, set, x, *y, width, colour);
    if (tag) sheet_tag_ends(s, tag);
    *y += text_height(set);
}

/* Each line by itself, so that each may run its own way. */
static void stack_lines(struct sheets *s, enum style style, str text, int x, int width,
                        unsigned colour, int *y)
{
    if (text.len == 0) return;
    sheet_tag(s, "P", "");
    struct str_pair lines = {.tail = text, .found = true};
    for (int count = 0; lines.found && count < LINES; count++) {
        lines = str_cut(lines.tail, '\n');
        stack(s, NULL, style, lines.head, x, width, colour, y);
    }
    sheet_tag_ends(s, "P");
}

/* In place of the seller's name, which moves to its address. */
static void logo(struct sheets *s, const struct paper *p, int *y)
{
    int w = LOGO_WIDTH, h = (int)((int64_t)LOGO_WIDTH * p->logo.height / p->logo.width);
    if (h > LOGO_HEIGHT) {
        h = LOGO_HEIGHT;
        w = (int)((int64_t)LOGO_HEIGHT * p->logo.width / p->logo.height);
    }
    sheet_figure(s, p->from.name);
    sheet_picture(s, &p->logo, 0, *y, w, h);
    sheet_tag_ends(s, "Figure");
    *y += h;
}

static void parties(struct sheets *s, const struct paper *p)
{
    sheet_bar(s, 0, 36 * PT, BODY_WIDTH, 3 * PT, p->colour ? p->colour : INK);
    int top = 52 * PT, to = top + 26 * PT, from = top + 2 * PT;
    int width = BODY_WIDTH - PARTY_X;
    if (p->logo.png.len > 0) {
        logo(s, p, &top);
        from = 52 * PT;
        stack(s, "P", STYLE_STRONG, p->from.name, PARTY_X, width, INK, &from);
    } else {
        stack(s, "P", STYLE_NAME, p->from.name, 0, PARTY_X - PANEL_GAP, INK, &top);
    }
    if (to < top + 12 * PT) to = top + 12 * PT;
    stack(s, "P", STYLE_STRONG, p->to.name, 0, PARTY_X - PANEL_GAP, INK, &to);
    stack_lines(s, STYLE_BODY, p->to.address, 0, PARTY_X - PANEL_GAP, INK, &to);
    stack_lines(s, STYLE_SMALL, p->to.facts, 0, PARTY_X - PANEL_GAP, GREY, &to);

    stack_lines(s, STYLE_SMALL, p->from.address, PARTY_X, width, GREY, &from);
    stack_lines(s, STYLE_SMALL, p->from.facts, PARTY_X, width, GREY, &from);
    stack_lines(s, STYLE_SMALL, p->from.contact, PARTY_X, width, GREY, &from);
    s->y = (to > from ? to : from) + 26 * PT;
}

/* In the form of a Cairo link attribute, or NULL: not an address a reader should be sent to. What
 * has a meaning in the attribute or in a PDF string is percent-encoded. */
static const char *link_attribute(struct arena *mem, str link)
{
    bool web = str_starts(link, S("https://")) || str_starts(link, S("http://"));
    if (!web || link.len > 2000) return NULL;
    struct text t = {.mem = mem};
    text_add(&t, S("uri='"));
    for (ptrdiff_t i = 0; i < link.len; i++) {
        unsigned char c = (unsigned char)link.at[i];
        if (c > ' ' && c < 0x7f && c != '\'' && c != '(' && c != ')' && c != '\\' && c != '"')
            text_char(&t, (char)c);
        else
            text_format(&t, "%%%02X", c);
    }
    text_add(&t, S("'"));
    return str_z(mem, text_str(&t));
}

static void pay_link(struct sheets *s, const struct paper *p)
{
    const char *target = link_attribute(s->op->mem, p->link);
    if (!target) return;
    s->y += 5 * PT;
    PangoLayout *label = sheet_text(s, STYLE_STRONG, p->link_label, BODY_WIDTH, false, 1);
    int used = p->link_label.len > 0 ? text_width(label) + 8 * PT : 0;
    if (used > BODY_WIDTH / 2) used = BODY_WIDTH / 2;
    PangoLayout *address = sheet_text(s, STYLE_BODY, p->link, BODY_WIDTH - used, false, 2);
    sheet_tag(s, "P", "");
    sheet_tag(s, CAIRO_TAG_LINK, target);
    unsigned colour = p->colour ? p->colour : INK;
    pango_layout_set_width(label, used);
    if (used > 0) sheet_put(s, label, 0, s->y, used, colour);
    sheet_put(s, address, used, s->y, BODY_WIDTH - used, colour);
    sheet_tag_ends(s, CAIRO_TAG_LINK);
    sheet_tag_ends(s, "P");
    s->y += text_height(address);
}

static void opening(struct sheets *s, const struct paper *p)
{
    stack(s, "H1", STYLE_TITLE, p->title, 0, BODY_WIDTH, INK, &s->y);
    if (p->lead.len > 0) s->y += 4 * PT;
    stack(s, "P", STYLE_LEAD, p->lead, 0, BODY_WIDTH, INK, &s->y);
    pay_link(s, p);
    s->y += 20 * PT;
}

static void fact(struct sheets *s, const struct paper_fact *f, int x, int width, int *bottom)
{
    int y = s->y;
    sheet_tag(s, "P", "");
    stack(s, NULL, STYLE_LABEL, f->name, x, width, GREY, &y);
    stack(s, NULL, STYLE_BODY, f->value, x, width, INK, &y);
    sheet_tag_ends(s, "P");
    if (y > *bottom) *bottom = y;
}

/* Four in a row, or three where the fourth would leave one alone. */
static void facts(struct sheets *s, const struct paper *p)
{
    ptrdiff_t count = p->fact_count < FACTS_MAX ? p->fact_count : FACTS_MAX;
    int across = count > 4 && count % 4 == 1 ? 3 : 4;
    int width = BODY_WIDTH / across;
    for (ptrdiff_t i = 0; i < count; i += across) {
        int bottom = s->y;
        for (int k = 0; k < across && i + k < count; k++)
            fact(s, &p->facts[i + k], k * width, width - 10 * PT, &bottom);
        s->y = bottom + 10 * PT;
        if (s->y > s->bottom - 60 * PT) sheet_break(s);
    }
}

static void notes(struct sheets *s, str text, int above, int below)
{
    struct str_pair lines = {.tail = text, .found = text.len > 0};
    if (lines.found) s->y += above;
    while (lines.found) {
        lines = str_cut(lines.tail, '\n');
        if (lines.head.len == 0) continue;
        PangoLayout *set = sheet_text(s, STYLE_BODY, lines.head, BODY_WIDTH, false, 40);
        if (s->y + text_height(set) > s->bottom) sheet_break(s);
        sheet_tag(s, "P", "");
        sheet_put(s, set, 0, s->y, BODY_WIDTH, INK);
        sheet_tag_ends(s, "P");
        s->y += text_height(set) + 4 * PT;
    }
    if (text.len > 0) s->y += below;
}

struct panel_code {
    const struct qr *code;
    PangoLayout *label;
    const char *target;
    str words;
};

static bool panel_code(struct sheets *s, str content, str label, struct panel_code codes[],
                       int *count)
{
    if (content.len == 0) return true;
    struct qr *code = arena_new(s->op->mem, struct qr);
    if (!qr_of(s->op, content, code)) return false;
    codes[(*count)++] = (struct panel_code){
        .code = code,
        .label = sheet_text(s, STYLE_LABEL, label, CODE_SIDE, false, 4),
        .target = link_attribute(s->op->mem, content),
        .words = label,
    };
    return true;
}

static void panel_put(struct sheets *s, const struct panel_code *code, int x, int y)
{
    if (code->target) sheet_tag(s, CAIRO_TAG_LINK, code->target);
    sheet_figure(s, code->words);
    sheet_code(s, code->code, x, y, CODE_SIDE);
    sheet_tag_ends(s, "Figure");
    if (code->target) sheet_tag_ends(s, CAIRO_TAG_LINK);
    sheet_tag(s, "Caption", "");
    sheet_put(s, code->label, x, y + CODE_SIDE + CODE_QUIET, CODE_SIDE, GREY);
    sheet_tag_ends(s, "Caption");
}

/* The bank account at the start, the codes at the end; all on one page. */
static bool how_to_pay(struct sheets *s, const struct paper *p)
{
    struct panel_code codes[2];
    int count = 0;
    if (!panel_code(s, p->payment_code, p->payment_label, codes, &count)) return false;
    if (!panel_code(s, p->link, p->link_label, codes, &count)) return false;
    if (count == 0 && p->from.bank.len == 0) return true;

    int height = 0, left = BODY_WIDTH - count * (CODE_SIDE + PANEL_GAP);
    for (int i = 0; i < count; i++) {
        int code = CODE_SIDE + CODE_QUIET + text_height(codes[i].label);
        if (code > height) height = code;
    }
    if (height < 60 * PT) height = 60 * PT;
    s->y += 14 * PT;
    if (s->y + 12 * PT + height > s->bottom) sheet_break(s);
    sheet_bar(s, 0, s->y, BODY_WIDTH, PT / 2, HAIRLINE);
    s->y += 12 * PT;
    int bottom = s->y;
    if (p->from.bank.len > 0)
        stack(s, "P", STYLE_LABEL, str_of(say(p->lang, "Pay by bank transfer")), 0, left, GREY,
              &bottom);
    stack_lines(s, STYLE_BODY, p->from.bank, 0, left, INK, &bottom);
    for (int i = 0; i < count; i++)
        panel_put(s, &codes[i], left + PANEL_GAP + i * (CODE_SIDE + PANEL_GAP), s->y);
    s->y += height;
    return true;
}

static bool block(struct sheets *s, const struct paper *p, enum block which)
{
    switch (which) {
    case BLOCK_INTRO: notes(s, p->intro, 0, 12 * PT); break;
    case BLOCK_FACTS: facts(s, p); break;
    case BLOCK_LINES:
        for (ptrdiff_t i = 0; i < p->table_count; i++) table_layout(s, &p->tables[i]);
        notes(s, p->notes, 14 * PT, 0);
        break;
    case BLOCK_CLOSING: notes(s, p->closing, 14 * PT, 0); break;
    case BLOCK_PAYMENT: return how_to_pay(s, p);
    }
    return true;
}

bool paper_layout(struct op *op, const struct paper *p, struct sheets *s)
{
    ptrdiff_t rows = 0;
    for (ptrdiff_t i = 0; i < p->table_count; i++) rows += p->tables[i].row_count;
    if (rows > PAPER_ROWS_MAX)
        return op_fail(op, ERR_INVALID, NULL,
                       "This document would have %td lines, and %d is the most. "
                       "Please choose a shorter period.",
                       rows, PAPER_ROWS_MAX);
    if (!sheets_open(op, str_z(op->mem, lang_tag(p->lang)), lang_rtl(p->lang), s)) return false;

    if (p->foot.len > 0) s->bottom -= FOOT_LINES;
    sheet_tag(s, "Document", "");
    parties(s, p);
    opening(s, p);
    struct layout order = p->layout.count > 0 ? p->layout : layout_standard();
    for (int i = 0; i < order.count; i++)
        if (!block(s, p, order.at[i])) return false;
    if (p->swiss && !swiss_layout(s, p)) return false;
    sheet_tag_ends(s, "Document");
    return true;
}
