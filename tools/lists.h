/* Lists as comparisons: `kind in ('a', 'b', 'c')` as `(kind = 'a' or kind = 'b' or kind = 'c')`.
 *
 * SQLite makes a table in memory of a list of three or more, each time it is asked: 5 us for every
 * row that a CHECK, a trigger or a partial index looks at. Comparisons cost nothing that can be
 * measured, and it finds the same indexes by them. All of a condition must be written in one way,
 * or it does not see that a statement asks what a partial index holds: so both generators do. */
#ifndef TOOLS_LISTS_H
#define TOOLS_LISTS_H

#include "words.h"

enum { FEW = 2, LIST_MAX = 32 };

struct list {
    const char *at[LIST_MAX]; /* each with its quotes */
    int len[LIST_MAX], count;
};

/* `p`: after "in". The end of the list, or NULL: it is a query, or not all of it is quoted. */
static const char *list_read(const char *p, struct list *list)
{
    list->count = 0;
    p = spaces(p);
    if (*p != '(') return NULL;
    do {
        p = spaces(p + 1);
        if (strncmp(p, "--", 2) == 0)
            fail("take the comment out of the list: `%.*s`", (int)strcspn(p, "\n"), p);
        const char *end = *p == '\'' ? strchr(p + 1, '\'') : NULL;
        if (!end || end[1] == '\'' || list->count == LIST_MAX) return NULL;
        list->at[list->count] = p;
        list->len[list->count++] = (int)(end + 1 - p);
        p = spaces(end + 1);
    } while (*p == ',');
    return *p == ')' ? p + 1 : NULL;
}

static bool name_char(char c)
{
    return word_char(c) || c == '.' || c == ':';
}

/* Where the last word of text[0 .. len) begins; `len` when it does not end in one. */
static size_t last_word(const char *text, size_t len)
{
    while (len > 0 && name_char(text[len - 1])) len--;
    return len;
}

static size_t cut_spaces(const char *text, size_t len)
{
    while (len > 0 && isspace((unsigned char)text[len - 1])) len--;
    return len;
}

/* Is the word at `from` the whole of what is looked for, and not the end of `a || b`? */
static bool stands_alone(const char *text, size_t from)
{
    size_t len = cut_spaces(text, from);
    return len == 0 || !strchr("|+-*/%.", text[len - 1]);
}

/* And a name at all: not behind a comment, not the end of a `case`, all of its letters small. */
static bool plain(const char *text, size_t from, size_t len)
{
    for (size_t i = len; i > 1 && text[i - 1] != '\n'; i--)
        if (text[i - 1] == '-' && text[i - 2] == '-') return false;
    if (len - from == 3 && strncmp(text + from, "end", 3) == 0) return false;
    unsigned char before = from > 0 ? (unsigned char)text[from - 1] : ' ';
    return !isalnum(before) && before != '"';
}

static void compare(char *to, size_t len, const struct list *list, bool not_in)
{
    char name[LINE_MAX_];
    size_t from = last_word(to, len);
    snprintf(name, sizeof name, "%.*s", (int)(len - from), to + from);
    to[from] = 0;
    append(to, "(");
    for (int i = 0; i < list->count; i++) {
        char one[2 * LINE_MAX_];
        snprintf(one, sizeof one, "%s%s %s %.*s", i == 0 ? "" : not_in ? " and " : " or ", name,
                 not_in ? "<>" : "=", list->len[i], list->at[i]);
        append(to, one);
    }
    append(to, ")");
}

/* The rest of `to` is "NAME" or "NAME not", and `p` follows "in". What follows the list, or NULL:
 * this one stays as it is. */
static const char *list_compare(char *to, const char *p)
{
    struct list list;
    const char *end = list_read(p, &list);
    if (!end || list.count <= FEW) return NULL;
    size_t len = cut_spaces(to, strlen(to)), word = last_word(to, len);
    bool not_in = len - word == 3 && strncmp(to + word, "not", 3) == 0;
    if (not_in) len = cut_spaces(to, word), word = last_word(to, len);
    if (word == len || !stands_alone(to, word)) return NULL;
    if (!plain(to, word, len))
        fail("write a list behind a plain name: `in%.*s`", (int)strcspn(p, "\n"), p);
    compare(to, len, &list, not_in);
    return end;
}

/* What stands in quotes, or behind `--`, is copied. `to` has room for TEXT_MAX. */
static void lists_compare(const char *from, char *to)
{
    size_t len = 0;
    *to = 0;
    while (*from) {
        const char *end = *from == '\'' ? strchr(from + 1, '\'') : NULL;
        if (strncmp(from, "--", 2) == 0) end = strchr(from, '\n');
        bool in = len > 0 && isspace((unsigned char)to[len - 1]) && strncmp(from, "in", 2) == 0 &&
                  !name_char(from[2]);
        const char *after = in ? list_compare(to, from + 2) : NULL;
        if (after) {
            from = after;
            len = strlen(to);
            continue;
        }
        size_t n = end ? (size_t)(end + 1 - from) : 1;
        if (len + n >= TEXT_MAX) fail("this is too long");
        memcpy(to + len, from, n);
        to[len += n] = 0;
        from += n;
    }
}

#endif
