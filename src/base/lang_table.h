/* What tools/langgen makes of a .po file: the sentences of one language, for lang.c alone. */
#ifndef BASE_LANG_TABLE_H
#define BASE_LANG_TABLE_H

#include "base/str.h"

struct lang_sentence {
    const char *english;
    const char *forms[6]; /* one, or one for each plural form of the language */
};

struct lang_table {
    const struct lang_sentence *sentences; /* sorted by `english` */
    ptrdiff_t count;
    int form_count;
    int (*form_for)(int64_t n);
};

extern const struct lang_table lang_table_de;

#endif
