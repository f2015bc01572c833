#include "domain/work/name.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

enum { DIGITS_MIN = 4 };

static bool is_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "/2" stands here: what was before it belongs to the number of an instalment. */
static bool part_follows(str text, ptrdiff_t at)
{
    return at + 1 < text.len && text.at[at] == '/' && is_digit(text.at[at + 1]);
}

static bool as_a_word(str text, str word, bool whole)
{
    for (ptrdiff_t at = 0; at + word.len <= text.len; at++) {
        ptrdiff_t end = at + word.len;
        if (!str_eq_nocase((str){text.at + at, word.len}, word)) continue;
        bool before = at == 0 || !is_letter(text.at[at - 1]);
        bool after = end == text.len || !is_letter(text.at[end]);
        if (before && after && !(whole && part_follows(text, end))) return true;
    }
    return false;
}

static bool stands(str text, str number, bool whole)
{
    ptrdiff_t digits = 0;
    if (number.len == 0 || text.len == 0) return false;
    if (as_a_word(text, number, whole)) return true;
    while (digits < number.len && is_digit(number.at[number.len - 1 - digits])) digits++;
    return digits >= DIGITS_MIN && as_a_word(text, str_from(number, number.len - digits), whole);
}

bool name_stands_in(str text, str number)
{
    return stands(text, number, false);
}

bool name_of_whole_stands_in(str text, str document, str number)
{
    return !str_eq(document, number) && stands(text, document, true);
}

str name_pattern(struct arena *mem, str search)
{
    struct text t = {.mem = mem};
    if (search.len == 0) return S("");
    text_char(&t, '%');
    for (ptrdiff_t i = 0; i < search.len; i++)
        if (!memchr("%_\\", search.at[i], 3)) text_char(&t, search.at[i]);
    text_char(&t, '%');
    return str_lower(mem, text_str(&t));
}
