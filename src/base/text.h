/* Text that grows at its end: pages, CSV, JSON, mails and messages are written into one of these.
 *
 * It lives in an arena and is never freed by hand; growing leaves the old block behind, which the
 * arena releases with the operation. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/str.h"

struct text {
    struct arena *mem;
    char *at;
    ptrdiff_t len, cap;
};

void text_add(struct text *t, str s);
void text_char(struct text *t, char c);
void text_i64(struct text *t, int64_t n);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
str text_str(const struct text *t); /* a view of what was written so far */

#endif
