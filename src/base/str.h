/* Text: a pointer and a length, passed by value. Never owned, never modified, rarely NUL-ended. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

typedef struct str {
    const char *at;
    ptrdiff_t len;
} str;

#define S(literal) ((str){"" literal, (ptrdiff_t)sizeof(literal) - 1})

/* For printf: printf("%.*s", STR(name)). */
#define STR(s) (int)(s).len, (s).at

/* How many elements an array has; a pointer does not compile cleanly. */
#define COUNT(array) ((ptrdiff_t)(sizeof(array) / sizeof *(array)))

/* One value on its way out, on the stack: what shows thousands of them needs no memory for each.
 * The str that is made in it lives as long. What does not fit is cut, never overrun. */
struct short_text {
    ptrdiff_t len;
    char at[184];
};

struct str_pair {
    str head, tail;
    bool found;
};

bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b); /* A-Z and a-z only */
int str_cmp(str a, str b);        /* by bytes */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
ptrdiff_t str_find(str s, str what); /* -1: not in it */
str str_trim(str s);
str str_or_empty(str s);                        /* one that was never set, at NULL, as "" */
str str_from(str s, ptrdiff_t from);            /* the rest of s from there */
str str_head(str s, ptrdiff_t len);             /* at most the first len bytes */
struct str_pair str_cut(str s, char separator); /* not found: head is all of s */
bool str_to_i64(str s, int64_t *out);           /* the whole of s, or false */
bool str_utf8(str s);                           /* well-formed, by RFC 3629 */

str str_copy(struct arena *mem, str s);
str str_lower(struct arena *mem, str s); /* A-Z only */
str str_of(const char *z);               /* a view of a NUL-ended string; NULL is empty */
str str_printf(struct arena *mem, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *str_z(struct arena *mem, str s); /* for C libraries only */

#endif
