/* Numbers of payment cards, where they must not be: nothing here takes one, keeps one or logs one.
 *
 * The log masks whatever could be one. A form refuses what surely is: a number of a scheme that
 * passes the check (Luhn); of the sixteen-digit numbers of other things, about one in thirty. */
#ifndef BASE_CARD_H
#define BASE_CARD_H

#include "base/str.h"

/* The bytes at the head of s, digits in groups, that could be a card number, with all groups that
 * follow, for the first ones may have passed by chance. 0: none. */
ptrdiff_t card_number(str s);
/* Whether a number may begin at s[i]: not amid one. */
bool card_starts(str s, ptrdiff_t i);
/* Whether there is surely a card number in the text, alone or among words. */
bool card_in(str s);

#endif
