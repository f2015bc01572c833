#include "base/text.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_BYTES = 128, FORMAT_BYTES = 512 };

void text_grow(struct text *t, ptrdiff_t more)
{
    if (more <= t->cap - t->len) return;
    ptrdiff_t was = t->cap;
    t->cap = (t->cap + more) * 2 + FIRST_BYTES;
    if (was > 0 && arena_extend(t->mem, t->at, was, t->cap)) return;
    char *at = arena_array(t->mem, char, t->cap);
    if (t->len > 0) memcpy(at, t->at, (size_t)t->len);
    t->at = at;
}

void text_i64(struct text *t, int64_t n)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (n < 0) *--at = '-';
    text_add(t, (str){at, digits + sizeof digits - at});
}

void text_format(struct text *t, const char *format, ...)
{
    char shorts[FORMAT_BYTES]; /* most are short: one pass will do */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(shorts, sizeof shorts, format, args);
    va_end(args);
    text_grow(t, len + 1);
    if (len < FORMAT_BYTES)
        memcpy(t->at + t->len, shorts, (size_t)len + 1);
    else
        vsnprintf(t->at + t->len, (size_t)len + 1, format, again);
    va_end(again);
    t->len += len;
}

str text_str(const struct text *t)
{
    return (str){t->at, t->len};
}
