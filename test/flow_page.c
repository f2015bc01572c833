#include "flow_page.h"

#include "base/arena.h"
#include "base/text.h"
#include "test.h"

/* ---- tags ---- */

struct tag {
    str name, attributes;
    bool closes;
    ptrdiff_t from, to; /* in the page: of "<", and after ">" */
};

static bool tag_next(str html, ptrdiff_t *at, struct tag *out)
{
    ptrdiff_t from = *at;
    while (from < html.len && html.at[from] != '<') from++;
    if (from >= html.len) return false;
    ptrdiff_t to = from;
    bool quoted = false;
    for (; to < html.len && (quoted || html.at[to] != '>'); to++)
        if (html.at[to] == '"') quoted = !quoted;
    str inside = {html.at + from + 1, to - from - 1};
    out->closes = inside.len > 0 && inside.at[0] == '/';
    if (out->closes) inside = str_from(inside, 1);
    ptrdiff_t name = 0;
    while (name < inside.len && !memchr(" \n\t/", inside.at[name], 4)) name++;
    out->name = str_head(inside, name);
    out->attributes = str_from(inside, name);
    out->from = from;
    out->to = *at = to < html.len ? to + 1 : html.len;
    return true;
}

static bool is(const struct tag *t, const char *name)
{
    return str_eq(t->name, str_of(name));
}

static const struct {
    str entity, stands_for;
} entities[] = {
    {{"&amp;", 5}, {"&", 1}},   {{"&lt;", 4}, {"<", 1}},  {{"&gt;", 4}, {">", 1}},
    {{"&quot;", 6}, {"\"", 1}}, {{"&#39;", 5}, {"'", 1}}, {{"&nbsp;", 6}, {" ", 1}},
};
/* Spaces that do not break, and marks of direction, which nobody sees. */
static const str unseen[] = {{"\xC2\xA0", 2}, {"\xE2\x80\xAF", 3}};
static const str marks[] = {{"\xE2\x81\xA6", 3}, {"\xE2\x81\xA9", 3}, {"\xE2\x80\x8E", 3}};

static ptrdiff_t plain_step(struct text *t, str rest)
{
    for (ptrdiff_t i = 0; i < COUNT(entities); i++)
        if (str_starts(rest, entities[i].entity)) {
            text_add(t, entities[i].stands_for);
            return entities[i].entity.len;
        }
    for (ptrdiff_t i = 0; i < COUNT(unseen); i++)
        if (str_starts(rest, unseen[i])) {
            text_char(t, ' ');
            return unseen[i].len;
        }
    for (ptrdiff_t i = 0; i < COUNT(marks); i++)
        if (str_starts(rest, marks[i])) return marks[i].len;
    text_char(t, rest.at[0]);
    return 1;
}

static str plain(struct arena *mem, str s)
{
    struct text t = {.mem = mem};
    while (s.len > 0) s = str_from(s, plain_step(&t, s));
    return text_str(&t);
}

/* An attribute's value; one without a value is there and empty. */
static bool attribute(struct arena *mem, const struct tag *t, const char *name, str *value)
{
    str want = str_of(name);
    for (str rest = str_trim(t->attributes); rest.len > 0; rest = str_trim(rest)) {
        ptrdiff_t end = 0;
        while (end < rest.len && !memchr("= \n", rest.at[end], 3)) end++;
        str key = str_head(rest, end), got = {0};
        rest = str_from(rest, end);
        if (str_starts(rest, S("=\""))) {
            struct str_pair cut = str_cut(str_from(rest, 2), '"');
            got = cut.head;
            rest = cut.tail;
        } else if (end == 0) {
            rest = str_from(rest, 1);
        }
        if (!str_eq(key, want)) continue;
        *value = plain(mem, got);
        return true;
    }
    *value = S("");
    return false;
}

static str value_of(struct arena *mem, const struct tag *t, const char *name)
{
    str value;
    (void)attribute(mem, t, name, &value);
    return value;
}

static bool has(struct arena *mem, const struct tag *t, const char *name)
{
    str unused;
    return attribute(mem, t, name, &unused);
}

/* ---- words ---- */

static str one_blank(struct arena *mem, str s)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < s.len; i++) {
        bool blank = memchr(" \n\t\r", s.at[i], 4) != NULL;
        if (!blank) text_char(&t, s.at[i]);
        if (blank && t.len > 0 && t.at[t.len - 1] != ' ') text_char(&t, ' ');
    }
    return str_trim(text_str(&t));
}

/* Tags within a sentence do not part it. */
static bool within_a_sentence(const struct tag *t)
{
    static const char *const names[] = {"a",  "b",      "bdi",    "span", "time", "small",
                                        "em", "strong", "button", "kbd",  "i"};
    for (ptrdiff_t i = 0; i < COUNT(names); i++)
        if (is(t, names[i])) return true;
    return false;
}

str seen_words(struct arena *mem, str html)
{
    struct text t = {.mem = mem};
    struct tag tag;
    ptrdiff_t body = str_find(html, S("<body")), at = body > 0 ? body : 0;
    for (ptrdiff_t from = at; tag_next(html, &at, &tag); from = at) {
        text_add(&t, plain(mem, (str){html.at + from, tag.from - from}));
        if (!within_a_sentence(&tag)) text_char(&t, ' ');
    }
    return one_blank(mem, text_str(&t));
}

/* Of the element that begins at this tag: an element of its own name does not stand in it. */
static str inside(str html, const struct tag *opening)
{
    bool next_too = is(opening, "tr") || is(opening, "option"); /* their ends may be left out */
    struct tag t;
    for (ptrdiff_t at = opening->to; tag_next(html, &at, &t);)
        if ((str_eq(t.name, opening->name) && (t.closes || next_too)) ||
            (next_too && t.closes && (is(&t, "table") || is(&t, "select"))))
            return (str){html.at + opening->to, t.from - opening->to};
    return str_from(html, opening->to);
}

static str words_of(struct arena *mem, str html, const struct tag *opening)
{
    str in = inside(html, opening);
    return seen_words(mem, str_printf(mem, "%.*s<p>", STR(in)));
}

/* The element with just these words; else the first whose words hold them. */
static bool find_by_words(struct arena *mem, str html, const char *name, str words, struct tag *out)
{
    struct tag t;
    bool found = false;
    for (ptrdiff_t at = 0; tag_next(html, &at, &t);) {
        if (t.closes || !is(&t, name)) continue;
        str said = words_of(mem, html, &t);
        if (said.len == 0) said = value_of(mem, &t, "aria-label");
        bool just = str_eq(said, words);
        if (just || (!found && str_find(said, words) >= 0)) *out = t, found = true;
        if (just) return true;
    }
    return found;
}

str seen_link(struct arena *mem, str html, str words)
{
    struct tag t;
    return find_by_words(mem, html, "a", words, &t) ? value_of(mem, &t, "href") : S("");
}

bool seen_next_row(struct arena *mem, str html, ptrdiff_t *at, str *words)
{
    struct tag t;
    while (tag_next(html, at, &t)) {
        if (t.closes || !is(&t, "tr")) continue;
        *words = words_of(mem, html, &t);
        return true;
    }
    return false;
}

/* ---- forms ---- */

static void add(struct seen_form *form, struct seen_field field)
{
    if (field.name.len == 0) return;
    CHECK(form->count < COUNT(form->fields), "more than %td fields", COUNT(form->fields));
    form->fields[form->count++] = field;
}

static void add_input(struct arena *mem, const struct tag *t, struct seen_form *form)
{
    str type = value_of(mem, t, "type");
    bool ticked = str_eq(type, S("checkbox")) || str_eq(type, S("radio"));
    struct seen_field field = {
        .name = value_of(mem, t, "name"),
        .value = value_of(mem, t, "value"),
        .kind = ticked                      ? FIELD_CHOICE
                : str_eq(type, S("hidden")) ? FIELD_HIDDEN
                                            : FIELD_TEXT,
        .on = !ticked || has(mem, t, "checked"),
    };
    if (ticked && field.value.len == 0) field.value = S("on");
    if (str_eq(type, S("file"))) field.on = false; /* see `attach` */
    add(form, field);
}

static void add_select(struct arena *mem, str html, const struct tag *select,
                       struct seen_form *form)
{
    str in = inside(html, select);
    struct tag t;
    int first = form->count;
    bool chosen = false;
    for (ptrdiff_t at = 0; tag_next(in, &at, &t);) {
        if (t.closes || !is(&t, "option")) continue;
        bool on = has(mem, &t, "selected");
        chosen = chosen || on;
        add(form, (struct seen_field){.name = value_of(mem, select, "name"),
                                      .value = value_of(mem, &t, "value"),
                                      .kind = FIELD_CHOICE,
                                      .on = on});
    }
    if (!chosen && first < form->count) form->fields[first].on = true;
}

static void add_field(struct arena *mem, str html, const struct tag *t, struct seen_form *form)
{
    if (t->closes || has(mem, t, "disabled")) return;
    if (is(t, "input")) add_input(mem, t, form);
    if (is(t, "select")) add_select(mem, html, t, form);
    if (is(t, "textarea"))
        add(form, (struct seen_field){.name = value_of(mem, t, "name"),
                                      .value = plain(mem, inside(html, t)),
                                      .kind = FIELD_TEXT,
                                      .on = true});
}

void seen_form(struct arena *mem, str html, str button, struct seen_form *out)
{
    struct tag pressed, t, opening = {0};
    *out = (struct seen_form){0};
    if (!find_by_words(mem, html, "button", button, &pressed)) return;
    for (ptrdiff_t at = 0; tag_next(html, &at, &t) && t.from < pressed.from;)
        if (is(&t, "form")) opening = t;
    if (!opening.name.at || opening.closes) return;
    for (ptrdiff_t at = opening.to; tag_next(html, &at, &t) && !(t.closes && is(&t, "form"));)
        add_field(mem, html, &t, out);
    out->found = true;
    out->method = value_of(mem, &opening, "method");
    out->action = value_of(mem, has(mem, &pressed, "formaction") ? &pressed : &opening,
                           has(mem, &pressed, "formaction") ? "formaction" : "action");
    add(out, (struct seen_field){.name = value_of(mem, &pressed, "name"),
                                 .value = value_of(mem, &pressed, "value"),
                                 .kind = FIELD_HIDDEN,
                                 .on = true});
}

bool seen_has_field(struct arena *mem, str html, str name, str value)
{
    struct seen_form *all = arena_new(mem, struct seen_form);
    struct tag t;
    for (ptrdiff_t at = 0; tag_next(html, &at, &t);) {
        all->count = 0;
        add_field(mem, html, &t, all);
        for (int i = 0; i < all->count; i++)
            if (all->fields[i].on && str_eq(all->fields[i].name, name) &&
                str_eq(all->fields[i].value, value))
                return true;
    }
    return false;
}
