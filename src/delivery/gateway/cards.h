/* The test cards: which number does what. Card data is read, judged and forgotten here: what is
 * kept of a card is its brand and its last four digits. */
#ifndef GATEWAY_CARDS_H
#define GATEWAY_CARDS_H

#include "base/date.h"
#include "base/op.h"

struct card_typed {
    str number, expiry, code, name;
};

struct card_rule {
    const char *number;
    const char *state;   /* what becomes of the charge; NULL: the bank asks first */
    const char *decline; /* of declined ones */
    int quiet_seconds;   /* nobody is told anything before */
    int webhook_after_seconds, webhook_copies;
    const char *later;   /* how it is declined once it was kept; empty: as the first time */
    const char *funding; /* "credit", "debit" or "prepaid"; empty: nobody knows */
    const char *about;   /* one sentence, in English: a key of the translations */
};

extern const struct card_rule card_rules[]; /* ends with an empty one */

/* What this card does. False: an error stands beside "number", "expiry", "code" or "name". */
bool card_read(struct op *op, const struct card_typed *typed, date today,
               const struct card_rule **rule) MUST_USE;

/* The last day of the month of "12/30", "12/2030" or "1230". */
bool card_expiry(struct arena *mem, str typed, date *out) MUST_USE;
/* The rule of the card that was kept under this label; NULL: there is none. */
const struct card_rule *card_rule_of(struct arena *mem, str label);

str card_label(struct arena *mem, str number); /* "Visa ending 4242": what is kept */
/* What is shown of it. Payments have the same (gateway_card_words): this is the other party, which
 * shares nothing with them. */
str card_shown(struct arena *mem, const struct lang *lang, str label);
str card_spaced(struct arena *mem, const char *number); /* "4242 4242 4242 4242" */

#endif
