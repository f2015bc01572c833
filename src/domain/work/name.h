/* Names of documents in the texts that payers write. */
#ifndef WORK_NAME_H
#define WORK_NAME_H

#include "base/str.h"

/* Whether the text has this number as a word of its own: as it is, or only its last digits, as
 * payers write "48591" for "10-48591". At least four digits, or a short number whole. */
bool name_stands_in(str text, str number);
/* Of an instalment, "10-48327/1" of "10-48327": whether the text has the invoice's number, which
 * means all of its instalments, and not only that of another one. */
bool name_of_whole_stands_in(str text, str document, str number);

/* What a search finds: the words anywhere, in small letters; empty stays empty. */
str name_pattern(struct arena *mem, str search);

#endif
