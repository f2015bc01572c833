/* A civil date: days since 1970-01-01. Due dates have no time and no time zone. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/str.h"

typedef struct date {
    int32_t days;
} date;

/* The first and the last day there is, 0001-01-01 and 9999-12-31: for spans without an end. */
#define DATE_FIRST ((date){-719162})
#define DATE_LAST  ((date){2932896})

bool date_of(int year, int month, int day, date *out); /* false: there is no such day */
bool date_from(str iso, date *out);                    /* "2026-02-28", and only days that exist */
str date_text(struct arena *mem, date d);
str date_text_in(struct short_text *to, date d);
void date_parts(date in, int *year, int *month, int *day);

date date_plus(date d, int days);
/* The same day of a later month, or its last day: 31 Jan + 1 month is 28 or 29 Feb. A series is
 * counted from its first date, so the next one is 31 March again. */
date date_plus_months(date d, int months);
date date_month_end(date d);
int date_weekday(date d); /* 1 Monday ... 7 Sunday */
int date_cmp(date a, date b);

/* Working days are Monday to Friday, without the holidays of a place (sorted; NULL: none). */
struct holidays {
    const date *at;
    ptrdiff_t count;
};
bool date_works(date d, const struct holidays *holidays);

/* What becomes of a day on which nobody works. FOLLOWING: the next working day. MODIFIED: the same,
 * unless that is in the next month; then the last working day before. */
enum date_shift { SHIFT_NONE, SHIFT_FOLLOWING, SHIFT_MODIFIED };
date date_shift(date d, enum date_shift how, const struct holidays *holidays);

#endif
