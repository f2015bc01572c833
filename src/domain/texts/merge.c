#include "domain/texts/merge.h"

enum merge_piece merge_next(struct merge *m)
{
    str s = m->rest;
    if (s.len == 0) return MERGE_END;
    if (str_starts(s, S("{{"))) {
        m->piece = str_head(s, 1);
        m->rest = str_from(s, 2);
        return MERGE_TEXT;
    }
    if (s.at[0] != '{') {
        ptrdiff_t end = str_find(s, S("{"));
        m->piece = end < 0 ? s : str_head(s, end);
        m->rest = str_from(s, m->piece.len);
        return MERGE_TEXT;
    }
    ptrdiff_t end = 1;
    while (end < s.len && s.at[end] != '}' && s.at[end] != '{' && s.at[end] != '\n') end++;
    if (end == s.len || s.at[end] != '}') {
        m->piece = s;
        m->rest = str_from(s, s.len);
        return MERGE_OPEN;
    }
    m->piece = str_trim((str){s.at + 1, end - 1});
    m->rest = str_from(s, end + 1);
    return MERGE_NAME;
}
