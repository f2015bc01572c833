/* Is this a text that can be filled in? If not, one sentence: what, where, and what was meant. */
#include "base/arena.h"
#include "base/text.h"
#include "domain/texts/merge.h"
#include "domain/texts/texts.h"

#include <string.h>

enum { NAME_MAX_BYTES = 40 };

struct spot {
    int line, column; /* from 1, in characters */
};

static struct spot spot_of(str body, ptrdiff_t at)
{
    struct spot s = {1, 1};
    for (ptrdiff_t i = 0; i < at; i++) {
        if (body.at[i] == '\n') {
            s.line++;
            s.column = 1;
        } else if (((unsigned char)body.at[i] & 0xC0) != 0x80) {
            s.column++;
        }
    }
    return s;
}

/* How many letters must be changed, added or left out to make one name of the other. */
static int distance(str a, str b)
{
    int row[NAME_MAX_BYTES + 1];
    for (ptrdiff_t k = 0; k <= b.len; k++) row[k] = (int)k;
    for (ptrdiff_t i = 1; i <= a.len; i++) {
        int corner = row[0];
        row[0] = (int)i;
        for (ptrdiff_t k = 1; k <= b.len; k++) {
            int above = row[k], best = corner + (a.at[i - 1] != b.at[k - 1]);
            if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
            if (above + 1 < best) best = above + 1;
            corner = above;
            row[k] = best;
        }
    }
    return row[b.len];
}

static const char *nearest(const struct text_names *names, str wrong)
{
    const char *best = NULL;
    int least = 0;
    wrong = str_head(wrong, NAME_MAX_BYTES);
    for (int i = 0; i < names->count; i++) {
        int d = distance(wrong, str_of(names->at[i].name));
        if (!best || d < least) best = names->at[i].name, least = d;
    }
    return best;
}

static bool knows(const struct text_names *names, str name)
{
    for (int i = 0; i < names->count; i++)
        if (str_eq(name, str_of(names->at[i].name))) return true;
    return false;
}

static bool check_names(struct op *op, enum text_key key, str body)
{
    struct text_names names = text_names(key);
    struct merge m = {.rest = body};
    for (enum merge_piece piece; (piece = merge_next(&m)) != MERGE_END;) {
        struct spot at = spot_of(body, m.piece.at - body.at);
        switch (piece) {
        case MERGE_TEXT:
        case MERGE_END: break;
        case MERGE_OPEN:
            return op_fail(op, ERR_INVALID, "body",
                           "Line %d, column %d: this brace is not closed. Write {{ for a brace.",
                           at.line, at.column);
        case MERGE_NAME:
            if (knows(&names, m.piece)) break;
            return op_fail(op, ERR_INVALID, "body",
                           "Line %d, column %d: there is no {%.*s} here. The nearest is {%s}.",
                           at.line, at.column > 1 ? at.column - 1 : 1,
                           STR(str_head(m.piece, NAME_MAX_BYTES)), nearest(&names, m.piece));
        }
    }
    return true;
}

static ptrdiff_t characters(str s)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) count += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return count;
}

bool text_check(struct op *op, enum text_key key, str body)
{
    const struct text_about *about = text_about(key);
    ptrdiff_t has = characters(body);
    if (!str_utf8(body)) return op_fail(op, ERR_INVALID, "body", "This text is not UTF-8.");
    if (has > about->longest)
        return op_fail(op, ERR_INVALID, "body",
                       "This text has %td characters, and %d is the most here.", has,
                       about->longest);
    if (about->line && str_find(body, S("\n")) >= 0)
        return op_fail(op, ERR_INVALID, "body", "A subject is one line.");
    if (about->line && str_trim(body).len == 0)
        return op_fail(op, ERR_INVALID, "body", "A mail needs a subject.");
    return check_names(op, key, body);
}
