/* The merge language, piece by piece: text, and names in braces. `{{` is a brace. */
#ifndef TEXTS_MERGE_H
#define TEXTS_MERGE_H

#include "base/str.h"

enum merge_piece {
    MERGE_END,
    MERGE_TEXT, /* piece: as it is */
    MERGE_NAME, /* piece: what stands between the braces, trimmed */
    MERGE_OPEN, /* piece: the rest from a brace that is not closed on its line */
};
struct merge {
    str rest, piece;
};

enum merge_piece merge_next(struct merge *m);

#endif
