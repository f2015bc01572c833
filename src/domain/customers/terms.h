/* Payment terms: when an invoice, or each part of it, is due, and what early payment saves.
 *
 * Written as people write them:
 *
 *     net 30 · net30 · n/30 · 30 days · due on receipt
 *     net 30 EOM            30 days after the issue, then to the end of that month
 *     EOM + 30              30 days after the end of the month of the issue
 *     15th prox             on the 15th of the next month; 31st prox: on its last day
 *     2/10 net 30           2 % off within 10 days, all of it after 30
 *     30% net 30, 70% net 60
 *     net 30, following     a due date on which nobody works moves to the next working day;
 *                           "modified following": but never into the next month
 *
 * Days count from the day after the issue: 31 Jan + 30 days is 2 March (domain.md rules 8, 26). A
 * discount runs up to and including its day. */
#ifndef CUSTOMERS_TERMS_H
#define CUSTOMERS_TERMS_H

#include "base/date.h"
#include "base/lang.h"
#include "base/money.h"
#include "base/op.h"

enum {
    TERMS_PARTS_MAX = 36,
    TERMS_DAYS_MAX = 1100, /* no due date is further from its issue */
};

enum terms_rule {
    TERMS_NET = 1, /* days after the issue */
    TERMS_NET_EOM, /* days after the issue, then to the end of that month */
    TERMS_EOM_NET, /* days after the end of the month of the issue */
    TERMS_PROX,    /* a day of the month after the issue's, or its last */
};

struct terms_part {
    enum terms_rule rule;
    int days;          /* PROX: the day of the month */
    int64_t share_ppm; /* of the total */
};

struct terms {
    struct terms_part parts[TERMS_PARTS_MAX];
    int count;
    int64_t discount_ppm; /* 20000 is 2 %; 0: none */
    int discount_days;
    enum date_shift shift;
};

/* Empty text is due on receipt. Refused with a sentence that shows the forms we read. */
bool terms_from(struct op *op, str text, struct terms *out) MUST_USE;
/* "30 days net", "2 % within 10 days, 30 days net": in the reader's language; a text that does not
 * read as terms is shown as it is. */
str terms_words(struct arena *mem, const struct lang *lang, str text);

struct terms_due {
    date due;
    money amount;
    date discount_until; /* when discount_ppm > 0: up to and including this day */
    int64_t discount_ppm;
};
struct terms_dues {
    struct terms_due *at;
    ptrdiff_t count;
};
/* The due dates, earliest first; the amounts add up to the total exactly (largest remainder), and
 * none is zero unless the total is. False when a date would be past the year 9999. */
bool terms_due(struct op *op, const struct terms *terms, date issued, money total,
               struct terms_dues *out) MUST_USE;
/* The same, with the holidays of the seller's calendar, sorted, for terms that shift. */
bool terms_due_in(struct op *op, const struct terms *terms, const struct holidays *holidays,
                  date issued, money total, struct terms_dues *out) MUST_USE;

#endif
