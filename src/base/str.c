#include "base/str.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, (size_t)a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(str a, str b)
{
    if (a.len != b.len) return false;
    for (ptrdiff_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

int str_cmp(str a, str b)
{
    ptrdiff_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.at, b.at, (size_t)len) : 0;
    if (order != 0) return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq((str){s.at, prefix.len}, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}

ptrdiff_t str_find(str s, str what)
{
    for (ptrdiff_t i = 0; i + what.len <= s.len; i++)
        if (str_starts(str_from(s, i), what)) return i;
    return -1;
}

str str_from(str s, ptrdiff_t from)
{
    if (from > s.len) from = s.len;
    return from == 0 ? s : (str){s.at + from, s.len - from}; /* nothing is added to NULL */
}

str str_head(str s, ptrdiff_t len)
{
    return (str){s.at, len < s.len ? len : s.len};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

str str_or_empty(str s)
{
    return s.at ? s : S("");
}

str str_trim(str s)
{
    while (s.len > 0 && is_space(s.at[0])) s.at++, s.len--;
    while (s.len > 0 && is_space(s.at[s.len - 1])) s.len--;
    return s;
}

struct str_pair str_cut(str s, char separator)
{
    struct str_pair pair = {.head = s};
    const char *hit = s.len > 0 ? memchr(s.at, separator, (size_t)s.len) : NULL;
    if (!hit) return pair;

    pair.found = true;
    pair.head.len = hit - s.at;
    pair.tail = (str){hit + 1, s.len - pair.head.len - 1};
    return pair;
}

bool str_to_i64(str s, int64_t *out)
{
    bool negative = s.len > 0 && s.at[0] == '-';
    ptrdiff_t i = negative ? 1 : 0;
    if (i == s.len) return false;

    int64_t value = 0; /* kept negative: INT64_MIN has no positive twin */
    for (; i < s.len; i++) {
        int digit = s.at[i] - '0';
        if (digit < 0 || digit > 9) return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_sub_overflow(value, digit, &value)) return false;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value)) return false;
    *out = value;
    return true;
}

/* The length of the well-formed character at the head of s (RFC 3629, table 3-7 of Unicode);
 * 0 when there is none. */
static ptrdiff_t character(str s)
{
    unsigned char c = (unsigned char)s.at[0];
    unsigned char low = 0x80, high = 0xBF;
    if (c < 0x80) return 1;
    ptrdiff_t len = c >= 0xC2 && c <= 0xDF   ? 2
                    : (c & 0xF0) == 0xE0     ? 3
                    : c >= 0xF0 && c <= 0xF4 ? 4
                                             : 0;
    if (c == 0xE0) low = 0xA0;
    if (c == 0xED) high = 0x9F;
    if (c == 0xF0) low = 0x90;
    if (c == 0xF4) high = 0x8F;
    if (len == 0 || s.len < len) return 0;
    for (ptrdiff_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)s.at[i];
        if (next < low || next > high) return 0;
        low = 0x80, high = 0xBF;
    }
    return len;
}

bool str_utf8(str s)
{
    while (s.len > 0) {
        ptrdiff_t len = character(s);
        if (len == 0) return false;
        s = str_from(s, len);
    }
    return true;
}

str str_lower(struct arena *mem, str s)
{
    char *at = arena_array(mem, char, s.len + 1);
    for (ptrdiff_t i = 0; i < s.len; i++) at[i] = lower(s.at[i]);
    return (str){at, s.len};
}

str str_copy(struct arena *mem, str s)
{
    char *at = arena_bytes(mem, s.len + 1);
    if (s.len > 0) memcpy(at, s.at, (size_t)s.len);
    at[s.len] = 0;
    return (str){at, s.len};
}

str str_of(const char *z)
{
    return z ? (str){z, (ptrdiff_t)strlen(z)} : (str){0};
}

str str_printf(struct arena *mem, const char *format, ...)
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
    return (str){at, len};
}

const char *str_z(struct arena *mem, str s)
{
    return str_copy(mem, s).at;
}
