/* Text that grows at its end: pages, CSV, JSON, mails and messages are written into one of these.
 *
 * It lives in an arena and is never freed by hand; growing leaves the old block behind, which the
 * arena releases with the operation. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <string.h>

#include "base/str.h"

struct text {
    struct arena *mem;
    char *at;
    ptrdiff_t len, cap;
};

void text_grow(struct text *t, ptrdiff_t more); /* makes room for so many bytes */

/* Here, and not in text.c, because pages are made of thousands of these, most of a length that the
 * compiler knows. */
static inline void text_add(struct text *t, str s)
{
    if (s.len == 0) return;
    if (s.len > t->cap - t->len) text_grow(t, s.len);
    memcpy(t->at + t->len, s.at, (size_t)s.len);
    t->len += s.len;
}

static inline void text_char(struct text *t, char c)
{
    text_add(t, (str){&c, 1});
}

void text_i64(struct text *t, int64_t n);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
str text_str(const struct text *t); /* a view of what was written so far */

#endif
