#include "domain/notices/letter.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/mailpage/letter_view.h"

enum {
    PRODUCT_COLOUR = 0x0d5a66,
    TEXT_WIDTH = 72, /* characters: what every mail program shows without wrapping */
    LINES_MAX = 30,
};

static ptrdiff_t last_total(const struct letter *l)
{
    for (ptrdiff_t i = l->row_count; i > 0; i--)
        if (l->rows[i - 1].total) return i - 1;
    return -1;
}

static str *lines_of(struct arena *mem, str text, ptrdiff_t *count)
{
    str *lines = arena_array(mem, str, LINES_MAX);
    struct str_pair rest = {.tail = text, .found = text.len > 0};
    for (*count = 0; rest.found && *count < LINES_MAX; ++*count) {
        rest = str_cut(rest.tail, '\n');
        lines[*count] = rest.head;
    }
    return lines;
}

str letter_html(struct arena *mem, const struct letter *l)
{
    struct page page = {.text.mem = mem, .lang = l->lang};
    struct letter_view view = {
        .letter = l,
        .language = lang_tag(l->lang),
        .direction = lang_rtl(l->lang) ? S("rtl") : S("ltr"),
        .colour = str_printf(mem, "#%06x", (l->colour ? l->colour : PRODUCT_COLOUR) & 0xffffff),
        .link = url_of(l->link),
        .choice_link = url_of(l->choice_link),
        .last_total = last_total(l),
    };
    view.footer = lines_of(mem, l->footer, &view.footer_count);
    view.lead = lines_of(mem, l->lead, &view.lead_count);
    letter_page(&page, &view);
    return text_str(&page.text);
}

#define LOGO_SOURCE "src=\"cid:" LETTER_LOGO_ID "\""

bool letter_shows_logo(str html)
{
    return str_find(html, S(LOGO_SOURCE)) >= 0;
}

str letter_shown(struct arena *mem, str html, str png)
{
    ptrdiff_t at = str_find(html, S(LOGO_SOURCE));
    if (at < 0) return html;
    struct text t = {.mem = mem};
    text_add(&t, str_head(html, at));
    text_add(&t, S("src=\"data:image/png;base64,"));
    text_add(&t, crypto_base64(mem, png));
    text_char(&t, '"');
    text_add(&t, str_from(html, at + S(LOGO_SOURCE).len));
    return text_str(&t);
}

static ptrdiff_t characters(str s)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (((unsigned char)s.at[i] & 0xc0) != 0x80) count++;
    return count;
}

static void repeat(struct text *t, char c, ptrdiff_t times)
{
    while (times-- > 0) text_char(t, c);
}

/* The label at the start, the amount at the end of a line; on two lines when both are long. */
static void add_row(struct text *t, const struct letter_row *row, bool last)
{
    ptrdiff_t label = characters(row->label), amount = characters(row->amount);
    if (row->total) {
        repeat(t, ' ', TEXT_WIDTH - amount);
        repeat(t, '-', amount);
        text_char(t, '\n');
    }
    text_add(t, row->label);
    if (label + 2 + amount > TEXT_WIDTH) {
        text_char(t, '\n');
        label = 0;
    }
    repeat(t, ' ', TEXT_WIDTH - label - amount);
    text_add(t, row->amount);
    text_char(t, '\n');
    if (!last) return;
    repeat(t, ' ', TEXT_WIDTH - amount);
    repeat(t, '=', amount);
    text_char(t, '\n');
}

static void add_paragraph(struct text *t, str s)
{
    if (s.len == 0) return;
    text_add(t, s);
    text_add(t, S("\n\n"));
}

str letter_text(struct arena *mem, const struct letter *l)
{
    struct text t = {.mem = mem};
    add_paragraph(&t, l->brand);
    add_paragraph(&t, l->heading);
    add_paragraph(&t, l->lead);
    if (l->link.len > 0) {
        text_format(&t, "%.*s:\n", STR(l->button));
        add_paragraph(&t, l->link);
    }
    if (l->row_count > 0) {
        ptrdiff_t last = last_total(l);
        add_paragraph(&t, l->table_title);
        for (ptrdiff_t i = 0; i < l->row_count; i++) add_row(&t, &l->rows[i], i == last);
        text_char(&t, '\n');
    }
    for (ptrdiff_t i = 0; i < l->small_count; i++) add_paragraph(&t, l->small[i]);
    if (l->choice.len > 0) {
        text_format(&t, "%.*s:\n", STR(l->choice));
        add_paragraph(&t, l->choice_link);
    }
    if (l->footer.len > 0) {
        text_add(&t, S("-- \n")); /* what follows is the signature */
        add_paragraph(&t, l->footer);
    }
    return text_str(&t);
}
