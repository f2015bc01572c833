/* Prints good.page. The functions below stand in for html.c and lang.c: they mark what they were
 * given, so that the output shows which of them pagegen chose. */
#include "print.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

void html_str(struct page *p, str s)
{
    text_format(&p->text, "str(%.*s)", STR(s));
}
void html_i64(struct page *p, int64_t n)
{
    text_i64(&p->text, n);
}
void html_money(struct page *p, money m)
{
    text_format(&p->text, "money(%lld)", (long long)m.minor);
}
void attr_money(struct page *p, money m)
{
    text_format(&p->text, "attr_money(%lld)", (long long)m.minor);
}
void html_date(struct page *p, date d)
{
    text_format(&p->text, "date(%d)", d.days);
}
void attr_date(struct page *p, date d)
{
    text_format(&p->text, "attr_date(%d)", d.days);
}
void said_money(struct page *p, money m)
{
    text_format(&p->text, "said_money(%lld)", (long long)m.minor);
}
void said_date(struct page *p, date d)
{
    text_format(&p->text, "said_date(%d)", d.days);
}
void html_trusted(struct page *p, struct html h)
{
    text_add(&p->text, h.trusted);
}
void html_url(struct page *p, struct url u)
{
    text_format(&p->text, "url(%.*s)", STR(u.checked));
}
void html_form_fields(struct page *p)
{
    text_format(&p->text, "<fields>");
}
const char *say(const struct lang *lang, const char *english)
{
    (void)lang;
    return english;
}
const char *say_n(const struct lang *lang, const char *one, const char *many, int64_t n)
{
    (void)lang;
    return n == 1 ? one : many;
}
int say_step(struct text *t, const char **rest)
{
    const char *hole = strchr(*rest, '{');
    str head = hole ? (str){*rest, hole - *rest} : str_of(*rest);
    text_add(t, head);
    *rest = hole ? hole + 3 : head.at + head.len;
    return hole ? hole[1] - '0' : 0;
}

int main(void)
{
    static const struct good_line lines[] = {
        {.number = {"R-1", 3}, .link = {.checked = {"/1", 2}}, .open = {.minor = 5}, .late = true},
        {.number = {"R-2", 3}, .link = {.checked = {"/2", 2}}, .open = {.minor = 7}},
    };
    struct good_view v = {.customer = S("Kunde"),
                          .currency = S("euro"),
                          .link = {.checked = S("/all")},
                          .total = {.minor = 12},
                          .lines = lines};
    struct page p = {.text.mem = arena_open(1 << 20)};
    for (v.count = 0; v.count <= COUNT(lines); v.count++) {
        good(&p, &v);
        v.all = !v.all;
        v.error = S("e-amount");
    }
    rows_of_a_mail(&p, S("Kunde"));
    fwrite(p.text.at, 1, (size_t)p.text.len, stdout);
    arena_close(p.text.mem);
    return 0;
}
