#include "delivery/web/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* What does not go out as it is, and what no address holds. A control character has no place in a
 * page: it is shown as the sign for an unreadable one. In an address browsers drop tabs and line
 * feeds and read a backslash as a slash. A table, because a page asks it about each of its letters.
 */
enum { ESCAPED = 1, NO_ADDRESS = 2, NOWHERE = ESCAPED | NO_ADDRESS };
static const unsigned char marks[256] = {
    [0 ... 8] = NOWHERE,   ['\t' ... '\n'] = NO_ADDRESS,
    [11 ... 12] = NOWHERE, ['\r'] = NO_ADDRESS,
    [14 ... 31] = NOWHERE, [' '] = NO_ADDRESS,
    ['"'] = ESCAPED,       ['&'] = ESCAPED,
    ['\''] = ESCAPED,      ['<'] = ESCAPED,
    ['>'] = ESCAPED,       ['\\'] = NO_ADDRESS,
    [0x7F] = NOWHERE,
};

static unsigned char mark(char c)
{
    return marks[(unsigned char)c];
}

/* Where the first letter to escape stands, or the end. Most texts have none: four at a time. */
static const char *first_escaped(const char *at, const char *end)
{
    while (end - at >= 4 && !((mark(at[0]) | mark(at[1]) | mark(at[2]) | mark(at[3])) & ESCAPED))
        at += 4;
    while (at < end && !(mark(*at) & ESCAPED)) at++;
    return at;
}

/* All the marks that its letters have. */
static int marks_of(str s)
{
    int all = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) all |= mark(s.at[i]);
    return all;
}

static str escape_of(char c)
{
    switch (c) {
    case '&': return S("&amp;");
    case '<': return S("&lt;");
    case '>': return S("&gt;");
    case '"': return S("&quot;");
    case '\'': return S("&#39;");
    default: return S("\xEF\xBF\xBD");
    }
}

void html_str(struct page *p, str s)
{
    if (s.len == 0) return; /* `at` may be NULL, to which nothing may be added, not even 0 */
    const char *end = s.at + s.len;
    for (const char *from = s.at;;) {
        const char *at = first_escaped(from, end);
        html_raw(p, (str){from, at - from});
        if (at == end) return;
        html_raw(p, escape_of(*at));
        from = at + 1;
    }
}

void html_i64(struct page *p, int64_t n)
{
    text_i64(&p->text, n);
}

void html_money(struct page *p, money m)
{
    html_raw(p, S("<bdi>"));
    said_money(p, m);
    html_raw(p, S("</bdi>"));
}

void html_date(struct page *p, date d)
{
    html_raw(p, S("<time datetime=\""));
    attr_date(p, d);
    html_raw(p, S("\">"));
    said_date(p, d);
    html_raw(p, S("</time>"));
}

void html_trusted(struct page *p, struct html h)
{
    html_raw(p, h.trusted);
}

void html_url(struct page *p, struct url u)
{
    if (u.plain)
        html_raw(p, u.checked);
    else
        html_str(p, u.checked);
}

void attr_money(struct page *p, money m)
{
    html_str(p, lang_amount(p->text.mem, p->lang, m));
}

void attr_date(struct page *p, date d)
{
    struct short_text day;
    html_raw(p, date_text_in(&day, d));
}

void said_money(struct page *p, money m)
{
    struct short_text amount;
    html_str(p, lang_money_in(&amount, p->lang, m));
}

void said_date(struct page *p, date d)
{
    struct short_text day;
    html_str(p, lang_date_in(&day, p->lang, d));
}

static void hidden(struct page *p, str name, str value)
{
    html_raw(p, S("<input type=\"hidden\" name=\""));
    html_raw(p, name);
    html_raw(p, S("\" value=\""));
    html_str(p, value);
    html_raw(p, S("\">"));
}

void html_form_fields(struct page *p)
{
    hidden(p, S("form_token"), p->form_token);
    hidden(p, S("form_key"), p->form_key);
}

/* The test gateway, and a server tried out at home, have no certificate. */
static bool url_of_this_machine(str s)
{
    str host = S("http://127.0.0.1");
    if (!str_starts(s, host)) host = S("http://localhost");
    if (!str_starts(s, host)) return false;

    str rest = str_cut(str_from(s, host.len), '/').head; /* ":8081", and no "@elsewhere" */
    int64_t port;
    return rest.len == 0 || (rest.at[0] == ':' && str_to_i64(str_from(rest, 1), &port));
}

struct url url_of(str s)
{
    char first = s.len > 0 ? s.at[0] : 0;
    bool own = first == '/' && !str_starts(s, S("//")), here = first == '?' || first == '#';
    bool safe = own || here || str_starts(s, S("https://")) || str_starts(s, S("mailto:")) ||
                str_starts(s, S("tel:")) || url_of_this_machine(s);
    int all = marks_of(s);
    if (!safe || all & NO_ADDRESS) return (struct url){S("#"), true};
    return (struct url){s, !(all & ESCAPED)};
}

struct url url_printf(struct arena *mem, const char *format, ...)
{
    enum { SHORT_BYTES = 512 };
    char shorts[SHORT_BYTES]; /* most are short: one pass will do */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(shorts, sizeof shorts, format, args);
    va_end(args);
    char *at = arena_array(mem, char, len + 1);
    if (len < SHORT_BYTES)
        memcpy(at, shorts, (size_t)len);
    else
        vsnprintf(at, (size_t)len + 1, format, again);
    va_end(again);
    return url_of((str){at, len});
}

/* Without a format, and without a look at each letter: a list has one of these in each row. */
struct url url_below(struct arena *mem, str folder, str id)
{
    char *at = arena_bytes(mem, folder.len + id.len);
    memcpy(at, folder.at, (size_t)folder.len);
    memcpy(at + folder.len, id.at, (size_t)id.len);
    return (struct url){{at, folder.len + id.len}, true};
}

/* RFC 3986, 2.3: what is unreserved stays, everything else is percent-encoded. */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

str url_encode(struct arena *mem, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *at = arena_array(mem, char, s.len * 3 + 1);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (is_unreserved(s.at[i])) {
            at[len++] = s.at[i];
        } else {
            at[len++] = '%';
            at[len++] = digits[c >> 4];
            at[len++] = digits[c & 15];
        }
    }
    return (str){at, len};
}
