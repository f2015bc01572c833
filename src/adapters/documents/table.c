/* Tables: amounts against the far edge, as wide as they need; text shares the rest by weight. A
 * row stays whole, totals stay with the row above them, and heads are repeated on each page. */
#include "adapters/documents/pdf.h"
#include "base/arena.h"

#include <assert.h>

enum {
    GUTTER = 16 * PT,
    ROW_GAP = 7 * PT,
    HEAD_GAP = 5 * PT,
    RULE = PT / 2,
    CELL_LINES = 24,
};

struct column {
    int x, width;
};

struct row_set { /* a row, shaped and measured */
    PangoLayout *cells[PAPER_COLUMNS_MAX];
    PangoLayout *under;
    int baseline, height; /* 0: not yet */
};

struct grid {
    struct sheets *s;
    const struct paper_table *table;
    struct column columns[PAPER_COLUMNS_MAX];
    ptrdiff_t last_total;  /* gets the double rule; -1: none */
    struct row_set *rows;  /* shaping is dear, and some rows are asked for more than once */
    PangoLayout *empty[2]; /* all empty cells, and those of the last total */
};

static str cell(const struct paper_row *row, ptrdiff_t column)
{
    return row->cells[column];
}

static int natural_width(struct grid *g, enum style style, str text)
{
    return text.len == 0 ? 0 : text_width(sheet_text(g->s, style, text, -1, false, 1));
}

/* The width of an amount column: its widest amount, the head included. */
static int amount_width(struct grid *g, ptrdiff_t column)
{
    const struct paper_table *t = g->table;
    int width = natural_width(g, STYLE_LABEL, t->columns[column].title);
    ptrdiff_t longest = 0;
    for (ptrdiff_t i = 0; i < t->row_count; i++) {
        /* Figures are of one width, so the longest texts are the widest, or nearly. */
        str text = cell(&t->rows[i], column);
        if (text.len + 1 < longest && !t->rows[i].total) continue;
        if (text.len > longest) longest = text.len;
        int w = natural_width(g, t->rows[i].total ? STYLE_STRONG : STYLE_BODY, text);
        if (w > width) width = w;
    }
    return width + PT; /* for rounding: an amount never wraps */
}

static void share_width(struct grid *g)
{
    const struct paper_table *t = g->table;
    int left = BODY_WIDTH - GUTTER * (int)(t->column_count - 1), weights = 0;
    int widest = BODY_WIDTH / 2 / (int)t->column_count * 2;
    for (ptrdiff_t i = 0; i < t->column_count; i++) {
        g->columns[i].width = 0;
        if (!t->columns[i].amount) {
            weights += t->columns[i].weight > 0 ? t->columns[i].weight : 1;
            continue;
        }
        int width = amount_width(g, i);
        g->columns[i].width = width < widest ? width : widest;
        left -= g->columns[i].width;
    }
    int x = 0;
    for (ptrdiff_t i = 0; i < t->column_count; i++) {
        int weight = t->columns[i].weight > 0 ? t->columns[i].weight : 1;
        if (!t->columns[i].amount) g->columns[i].width = (int)((int64_t)left * weight / weights);
        g->columns[i].x = x;
        x += g->columns[i].width + GUTTER;
    }
    if (weights == 0) { /* amounts only: against the far edge all the same */
        int shift = BODY_WIDTH - (x - GUTTER);
        for (ptrdiff_t i = 0; i < t->column_count; i++) g->columns[i].x += shift;
    }
}

static void head(struct grid *g, bool again)
{
    struct sheets *s = g->s;
    int height = 0;
    if (!again) sheet_tag(s, "TR", "");
    for (ptrdiff_t i = 0; i < g->table->column_count; i++) {
        const struct paper_column *c = &g->table->columns[i];
        PangoLayout *text = sheet_text(s, STYLE_LABEL, c->title, g->columns[i].width, c->amount, 3);
        if (!again) sheet_tag(s, "TH", "");
        sheet_put(s, text, g->columns[i].x, s->y, g->columns[i].width, GREY);
        if (!again) sheet_tag_ends(s, "TH");
        if (c->title.len > 0 && text_height(text) > height) height = text_height(text);
    }
    if (!again) sheet_tag_ends(s, "TR");
    s->y += height + 3 * PT;
    sheet_bar(s, 0, s->y, BODY_WIDTH, RULE, INK);
    s->y += HEAD_GAP;
}

static PangoLayout *cell_text(struct grid *g, ptrdiff_t i, ptrdiff_t column)
{
    enum style style = i == g->last_total ? STYLE_STRONG : STYLE_BODY;
    str text = cell(&g->table->rows[i], column);
    PangoLayout **empty = &g->empty[style == STYLE_STRONG];
    if (text.len > 0)
        return sheet_text(g->s, style, text, g->columns[column].width,
                          g->table->columns[column].amount, CELL_LINES);
    if (!*empty) *empty = sheet_text(g->s, style, text, -1, false, 1);
    return *empty;
}

static const struct row_set *row_set(struct grid *g, ptrdiff_t i)
{
    const struct paper_row *row = &g->table->rows[i];
    struct row_set *set = &g->rows[i];
    int below = 0; /* the first line of every cell stands on one baseline */
    if (set->height > 0) return set;
    for (ptrdiff_t c = 0; c < g->table->column_count; c++) {
        set->cells[c] = cell_text(g, i, c);
        int height = text_height(set->cells[c]);
        if (c == 0 && row->under.len > 0) {
            set->under =
                sheet_text(g->s, STYLE_SMALL, row->under, g->columns[0].width, false, CELL_LINES);
            height += text_height(set->under);
        }
        int baseline = pango_layout_get_baseline(set->cells[c]);
        if (baseline > set->baseline) set->baseline = baseline;
        if (height - baseline > below) below = height - baseline;
    }
    set->height = set->baseline + below + ROW_GAP;
    return set;
}

/* The ledger's rules: a single one above a sum, a double one below the last. */
static void rules(struct grid *g, ptrdiff_t i, int y, int height)
{
    const struct paper_row *row = &g->table->rows[i];
    for (ptrdiff_t c = 0; c < g->table->column_count; c++) {
        const struct column *column = &g->columns[c];
        if (!g->table->columns[c].amount || cell(row, c).len == 0) continue;
        sheet_bar(g->s, column->x, y, column->width, RULE, INK);
        if (i != g->last_total) continue;
        int below = y + height - 2 * PT;
        sheet_bar(g->s, column->x, below, column->width, RULE, INK);
        sheet_bar(g->s, column->x, below + 2 * PT, column->width, RULE, INK);
    }
}

static void row_put(struct grid *g, ptrdiff_t i, const struct row_set *set)
{
    struct sheets *s = g->s;
    bool total = g->table->rows[i].total;
    int top = s->y;
    if (total) s->y += 3 * PT;
    sheet_tag(s, "TR", "");
    for (ptrdiff_t c = 0; c < g->table->column_count; c++) {
        const struct column *column = &g->columns[c];
        int y = s->y + set->baseline - pango_layout_get_baseline(set->cells[c]);
        sheet_tag(s, "TD", "");
        sheet_put(s, set->cells[c], column->x, y, column->width, INK);
        if (c == 0 && set->under)
            sheet_put(s, set->under, column->x, y + text_height(set->cells[0]), column->width,
                      GREY);
        sheet_tag_ends(s, "TD");
    }
    sheet_tag_ends(s, "TR");
    if (total) rules(g, i, top, set->height);
    s->y += set->height;
}

/* Totals go to the next page together, with the row before them and the taxes between them. */
static int height_kept_together(struct grid *g, ptrdiff_t i, const struct row_set *set)
{
    int height = set->height;
    bool sums = g->table->rows[i].total;
    for (ptrdiff_t k = i + 1; k < g->table->row_count && k < i + 8; k++) {
        sums = sums || g->table->rows[k].total;
        if (!sums) break;
        height += row_set(g, k)->height + 3 * PT;
    }
    return height;
}

void table_layout(struct sheets *s, const struct paper_table *table)
{
    assert(table->column_count > 0 && table->column_count <= PAPER_COLUMNS_MAX);
    struct grid g = {.s = s, .table = table, .last_total = -1};
    g.rows = arena_array(s->op->mem, struct row_set, table->row_count);
    for (ptrdiff_t i = 0; i < table->row_count; i++)
        if (table->rows[i].total) g.last_total = i;
    share_width(&g);

    s->y += 12 * PT;
    if (s->y > s->bottom - 80 * PT) sheet_break(s);
    if (table->title.len > 0) {
        PangoLayout *title = sheet_text(s, STYLE_HEAD, table->title, BODY_WIDTH, false, 2);
        sheet_tag(s, "H2", "");
        sheet_put(s, title, 0, s->y, BODY_WIDTH, INK);
        sheet_tag_ends(s, "H2");
        s->y += text_height(title) + 6 * PT;
    }
    sheet_tag(s, "Table", "");
    head(&g, false);
    for (ptrdiff_t i = 0; i < table->row_count; i++) {
        const struct row_set *set = row_set(&g, i);
        if (s->y + height_kept_together(&g, i, set) > s->bottom && s->y > BODY_TOP + 60 * PT) {
            sheet_break(s);
            head(&g, true);
        }
        row_put(&g, i, set);
    }
    sheet_tag_ends(s, "Table");
}
