/* HTML output. What goes into a page is escaped by where it stands and by what type it has; there
 * is no way to print a plain char pointer, and only `struct html` goes out as it is.
 *
 * .page files (see tools/pagegen.c and docs/pages.md) become functions that take a `struct page`
 * first. A form with method="post" gets its hidden fields from the page: there is no form without
 * a token, because nobody writes one. */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include "base/date.h"
#include "base/lang.h"
#include "base/money.h"
#include "base/text.h"

struct page {
    struct text text;        /* what was written so far */
    const struct lang *lang; /* the reader's */
    str form_token;          /* proves that a form came from a page of ours, in this session */
    str form_key;            /* makes sending a form twice one command */
};

struct html { /* made by our own code only: a widget, a rendered table */
    str trusted;
};
struct url { /* made by url_of() or url_below(): a path of ours, or https, mailto and tel */
    str checked;
    bool plain; /* nothing in it needs escaping */
};

struct url url_of(str s); /* anything with another scheme becomes "#" */
struct url url_printf(struct arena *mem, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* for paths of ours */
/* A folder of ours and an id of ours ("/invoices/", "inv_…"), whose letters go out as they are. */
struct url url_below(struct arena *mem, str folder, str id);
str url_encode(struct arena *mem, str s); /* one value in a query or a path */

static inline void html_raw(struct page *p, str s)
{
    text_add(&p->text, s);
}
void html_str(struct page *p, str s);
void html_i64(struct page *p, int64_t n);
void html_money(struct page *p, money m); /* in the reader's form, with symbol, wrapped in bdi */
void html_date(struct page *p, date d);   /* a <time> with the reader's form in it */
void html_trusted(struct page *p, struct html h);
void html_url(struct page *p, struct url u);
void attr_money(struct page *p, money m); /* in the reader's form, no symbol: for input values */
void attr_date(struct page *p, date d);   /* 2026-04-21 */
void html_form_fields(struct page *p);    /* the hidden inputs; pagegen calls it */

/* In a sentence in an attribute: as a person reads it, and without tags. */
void said_money(struct page *p, money m);
void said_date(struct page *p, date d);

/* In text, in a quoted attribute, and in a sentence in one. Other types do not compile. */
/* clang-format off */
#define html_put(p, x) _Generic((x),                                                               \
    str: html_str, int: html_i64, int64_t: html_i64, money: html_money, date: html_date,           \
    struct html: html_trusted)((p), (x))
#define attr_put(p, x) _Generic((x),                                                               \
    str: html_str, int: html_i64, int64_t: html_i64, money: attr_money, date: attr_date)((p), (x))
#define said_put(p, x) _Generic((x),                                                               \
    str: html_str, int: html_i64, int64_t: html_i64, money: said_money, date: said_date)((p), (x))
#define url_put(p, x) _Generic((x), struct url: html_url)((p), (x))
/* clang-format on */

#endif
