#include "adapters/images/svg.h"

#include "base/arena.h"
#include "base/text.h"

#include <libxml/parser.h>
#include <string.h>

#define SVG_NS "http://www.w3.org/2000/svg"

enum { DEPTH_MAX = 32, ELEMENTS_MAX = 4000, VALUE_MAX = 64 << 10 };

static const char *const elements[] = {
    "svg",     "g",        "defs",     "path",    "rect",           "circle",
    "ellipse", "line",     "polyline", "polygon", "linearGradient", "radialGradient",
    "stop",    "clipPath", "title",    NULL,
};

/* Left out without a word: what editors write for themselves. Anything else is refused. */
static const char *const silent[] = {"metadata", "desc", "namedview", "title", NULL};

enum holds { HOLDS_PLAIN, HOLDS_PATH, HOLDS_ID, HOLDS_LOCAL };
static const struct {
    const char *name;
    enum holds holds;
} attributes[] = {
    {"d", HOLDS_PATH},
    {"points", HOLDS_PATH},
    {"viewBox", HOLDS_PATH},
    {"x", HOLDS_PLAIN},
    {"y", HOLDS_PLAIN},
    {"x1", HOLDS_PLAIN},
    {"x2", HOLDS_PLAIN},
    {"y1", HOLDS_PLAIN},
    {"y2", HOLDS_PLAIN},
    {"cx", HOLDS_PLAIN},
    {"cy", HOLDS_PLAIN},
    {"r", HOLDS_PLAIN},
    {"rx", HOLDS_PLAIN},
    {"ry", HOLDS_PLAIN},
    {"fx", HOLDS_PLAIN},
    {"fy", HOLDS_PLAIN},
    {"width", HOLDS_PLAIN},
    {"height", HOLDS_PLAIN},
    {"transform", HOLDS_PLAIN},
    {"gradientTransform", HOLDS_PLAIN},
    {"gradientUnits", HOLDS_PLAIN},
    {"clipPathUnits", HOLDS_PLAIN},
    {"offset", HOLDS_PLAIN},
    {"stop-color", HOLDS_PLAIN},
    {"stop-opacity", HOLDS_PLAIN},
    {"fill", HOLDS_LOCAL},
    {"fill-rule", HOLDS_PLAIN},
    {"fill-opacity", HOLDS_PLAIN},
    {"clip-rule", HOLDS_PLAIN},
    {"clip-path", HOLDS_LOCAL},
    {"stroke", HOLDS_LOCAL},
    {"stroke-width", HOLDS_PLAIN},
    {"stroke-linecap", HOLDS_PLAIN},
    {"stroke-linejoin", HOLDS_PLAIN},
    {"stroke-miterlimit", HOLDS_PLAIN},
    {"stroke-dasharray", HOLDS_PLAIN},
    {"stroke-opacity", HOLDS_PLAIN},
    {"opacity", HOLDS_PLAIN},
    {"id", HOLDS_ID},
};

struct cleaning {
    struct op *op;
    struct text out;
    int count;
};

static bool listed(const char *const list[], const xmlChar *name)
{
    for (ptrdiff_t i = 0; list[i]; i++)
        if (strcmp(list[i], (const char *)name) == 0) return true;
    return false;
}

static bool all_of(str s, const char *also)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == 0 || !strchr(also, c))) return false;
    }
    return s.len > 0 && s.len <= VALUE_MAX;
}

/* "url(#a)" and nothing else that is called url. */
static bool is_local(str s)
{
    if (!str_starts(s, S("url("))) return false;
    str name = str_from(s, 4);
    return str_starts(name, S("#")) && str_ends(name, S(")")) &&
           all_of((str){name.at + 1, name.len - 2}, "_-.");
}

static bool fits(enum holds holds, str value)
{
    switch (holds) {
    case HOLDS_PATH: return all_of(value, " \t\r\n,.+-");
    case HOLDS_ID: return all_of(value, "_-.");
    case HOLDS_LOCAL:
        if (is_local(value)) return true;
        break;
    case HOLDS_PLAIN: break;
    }
    return all_of(value, " \t\r\n,.+-#%()") && str_find(value, S("url")) < 0;
}

/* An element's attributes as they will be written: each once, in the table's order. */
struct chosen {
    str value[COUNT(attributes)];
};

/* Every value that fits holds none of the characters that would have to be escaped. */
static bool choose(struct cleaning *c, struct chosen *chosen, str name, str value)
{
    for (ptrdiff_t i = 0; i < COUNT(attributes); i++) {
        if (!str_eq(name, str_of(attributes[i].name))) continue;
        if (!fits(attributes[i].holds, value))
            return op_fail(c->op, ERR_INVALID, "logo",
                           "The logo's %.*s is \"%.*s\", which a safe picture does not need.",
                           STR(name), STR(str_head(value, 40)));
        chosen->value[i] = value;
        return true;
    }
    return true; /* not known: dropped */
}

/* style="fill:#123456;stroke:none" says what attributes say as well, and is stronger. */
static bool choose_style(struct cleaning *c, struct chosen *chosen, str style)
{
    for (struct str_pair rule = {.tail = style, .found = true}; rule.found;) {
        rule = str_cut(rule.tail, ';');
        struct str_pair pair = str_cut(rule.head, ':');
        str name = str_trim(pair.head);
        if (pair.found && !str_eq(name, S("id")) && !choose(c, chosen, name, str_trim(pair.tail)))
            return false;
    }
    return true;
}

static str attribute_value(const xmlAttr *a)
{
    /* Entities were refused with the document type: a value is one text. */
    if (!a->children || a->children->next || a->children->type != XML_TEXT_NODE) return S("");
    return str_of((const char *)a->children->content);
}

static bool put_attributes(struct cleaning *c, const xmlNode *node)
{
    struct chosen chosen = {0};
    str style = S("");
    bool outer = node->parent && node->parent->type == XML_DOCUMENT_NODE;
    for (const xmlAttr *a = node->properties; a; a = a->next) {
        str name = str_of((const char *)a->name), value = str_trim(attribute_value(a));
        if (a->ns || value.len == 0) continue; /* xlink:href, sodipodi:… */
        if (str_eq(name, S("style"))) style = value;
        if (outer && (str_eq(name, S("x")) || str_eq(name, S("y")))) continue;
        if (str_eq(name, S("class")))
            return op_fail(c->op, ERR_INVALID, "logo",
                           "The logo keeps its colours in a style sheet. Export it with "
                           "presentation attributes, or as PNG.");
        if (!choose(c, &chosen, name, value)) return false;
    }
    if (!choose_style(c, &chosen, style)) return false;
    for (ptrdiff_t i = 0; i < COUNT(attributes); i++)
        if (chosen.value[i].len > 0)
            text_format(&c->out, " %s=\"%.*s\"", attributes[i].name, STR(chosen.value[i]));
    return true;
}

static bool put_element(struct cleaning *c, const xmlNode *node, int depth)
{
    const char *name = (const char *)node->name;
    bool ours = node->ns && strcmp((const char *)node->ns->href, SVG_NS) == 0;
    if (!ours || listed(silent, node->name)) return true;
    if (!listed(elements, node->name))
        return op_fail(c->op, ERR_INVALID, "logo",
                       "The logo has a <%s>, which is not shown here. Turn text into outlines and "
                       "leave out pictures and scripts, or send a PNG.",
                       str_of(name).len < 40 ? name : "?");
    if (depth == DEPTH_MAX || ++c->count > ELEMENTS_MAX)
        return op_fail(c->op, ERR_INVALID, "logo",
                       "The logo has too many parts. Please simplify it, or send a PNG.");
    text_format(&c->out, "<%s", name);
    if (depth == 0) text_add(&c->out, S(" xmlns=\"" SVG_NS "\""));
    if (!put_attributes(c, node)) return false;
    text_char(&c->out, '>');
    for (const xmlNode *kid = node->children; kid; kid = kid->next)
        if (kid->type == XML_ELEMENT_NODE && !put_element(c, kid, depth + 1)) return false;
    text_format(&c->out, "</%s>", name);
    return true;
}

/* ---- how large it is ---- */

/* A number with up to three decimals, in thousandths: "12.5" is 12500. What follows, "px", is not
 * looked at. */
static bool thousandths(str *rest, int64_t *out)
{
    str s = str_trim(*rest);
    int64_t value = 0;
    ptrdiff_t i = 0, digits = 0;
    for (int decimals = -1; i < s.len && decimals < 3; i++) {
        if (s.at[i] == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (s.at[i] < '0' || s.at[i] > '9' || ++digits > 9) break;
        value = value * 10 + (s.at[i] - '0');
        if (decimals >= 0) decimals++;
    }
    ptrdiff_t point = str_find(str_head(s, i), S("."));
    for (ptrdiff_t have = point < 0 ? 0 : i - point - 1; have < 3; have++) value *= 10;
    while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9') i++;
    *rest = str_from(s, i);
    *out = value;
    return digits > 0;
}

static str attribute_of(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a; a = a->next)
        if (!a->ns && strcmp((const char *)a->name, name) == 0) return attribute_value(a);
    return S("");
}

static bool size_of(struct op *op, const xmlNode *root, struct svg *out)
{
    str box = attribute_of(root, "viewBox"), w = attribute_of(root, "width");
    str h = attribute_of(root, "height");
    int skip = 0;
    if (box.len > 0) {
        /* The first two numbers say where it begins; signs and commas stand between. */
        int64_t unused;
        while (skip < 2) {
            while (box.len > 0 && strchr(" ,-+\t\r\n", box.at[0])) box = str_from(box, 1);
            if (!thousandths(&box, &unused)) break;
            skip++;
        }
        while (box.len > 0 && strchr(" ,\t\r\n", box.at[0])) box = str_from(box, 1);
        w = box;
    }
    bool read = thousandths(&w, &out->width);
    while (box.len > 0 && w.len > 0 && strchr(" ,\t\r\n", w.at[0])) w = str_from(w, 1);
    if (box.len > 0) h = w;
    read = read && thousandths(&h, &out->height);
    if (read && out->width > 0 && out->height > 0 && out->width / 20 <= out->height &&
        out->height / 20 <= out->width)
        return true;
    return op_fail(op, ERR_INVALID, "logo",
                   "The logo does not say how large it is: an SVG needs a viewBox of at most 20 "
                   "times as wide as high.");
}

static void close_document(void *document)
{
    xmlFreeDoc(document);
}

bool svg_clean(struct op *op, str file, struct svg *out)
{
    int how = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    if (file.len > SVG_BYTES_MAX)
        return op_fail(op, ERR_INVALID, "logo", "An SVG of at most 256 KB, please.");
    /* Nothing that declares entities is even read, in whatever encoding it hides them. */
    if (!str_utf8(file) || memchr(file.at, 0, (size_t)file.len) ||
        str_find(file, S("<!ENTITY")) >= 0)
        return op_fail(op, ERR_INVALID, "logo",
                       "The logo defines entities or is not UTF-8. Export it as plain SVG.");
    xmlDoc *document = xmlReadMemory(file.at, (int)file.len, "logo.svg", NULL, how);
    if (!document) return op_fail(op, ERR_INVALID, "logo", "The logo is no well-formed SVG.");
    arena_defer(op->mem, close_document, document);
    const xmlNode *root = xmlDocGetRootElement(document);
    bool is_svg = root && strcmp((const char *)root->name, "svg") == 0 && root->ns &&
                  strcmp((const char *)root->ns->href, SVG_NS) == 0;
    if (!is_svg) return op_fail(op, ERR_INVALID, "logo", "The file is XML, and no SVG.");
    struct cleaning c = {.op = op, .out = {.mem = op->mem}};
    if (!size_of(op, root, out) || !put_element(&c, root, 0)) return false;
    out->text = text_str(&c.out);
    return true;
}
