#include "base/date.h"

#include <stdio.h>

static date of_parts(int64_t y, int64_t m, int64_t d)
{
    /* Days from civil, with March as the first month so the leap day comes last. */
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return (date){.days = (int32_t)(era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468)};
}

void date_parts(date in, int *year, int *month, int *day)
{
    int64_t z = (int64_t)in.days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp + (mp < 10 ? 3 : -9));
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool date_of(int year, int month, int day, date *out)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    if (day > month_days(year, month)) return false;
    *out = of_parts(year, month, day);
    return true;
}

/* The number that `count` digits are, or -1. */
static int digits(const char *at, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return -1;
        number = number * 10 + (at[i] - '0');
    }
    return number;
}

bool date_from(str iso, date *out)
{
    if (iso.len != 10 || iso.at[4] != '-' || iso.at[7] != '-') return false;
    return date_of(digits(iso.at, 4), digits(iso.at + 5, 2), digits(iso.at + 8, 2), out);
}

/* By hand: a list has hundreds of them. */
str date_text_in(struct short_text *to, date d)
{
    int year, month, day;
    date_parts(d, &year, &month, &day);
    to->len = 10;
    if (year < 0 || year > 9999) {
        to->len = snprintf(to->at, sizeof to->at, "%04d-%02d-%02d", year, month, day);
    } else {
        for (int i = 3; i >= 0; i--, year /= 10) to->at[i] = (char)('0' + year % 10);
        to->at[4] = to->at[7] = '-';
        to->at[5] = (char)('0' + month / 10), to->at[6] = (char)('0' + month % 10);
        to->at[8] = (char)('0' + day / 10), to->at[9] = (char)('0' + day % 10);
    }
    return (str){to->at, to->len};
}

str date_text(struct arena *mem, date d)
{
    struct short_text text;
    return str_copy(mem, date_text_in(&text, d));
}

date date_plus(date d, int days)
{
    return (date){.days = d.days + days};
}

date date_plus_months(date d, int months)
{
    int year, month, day;
    date_parts(d, &year, &month, &day);
    int count = year * 12 + month - 1 + months;
    year = count / 12 - (count % 12 < 0);
    month = count - year * 12 + 1;
    int last = month_days(year, month);
    return of_parts(year, month, day < last ? day : last);
}

date date_month_end(date d)
{
    int year, month, day;
    date_parts(d, &year, &month, &day);
    return of_parts(year, month, month_days(year, month));
}

int date_weekday(date d)
{
    return (int)((((int64_t)d.days + 3) % 7 + 7) % 7) + 1; /* 1970-01-01 was a Thursday */
}

int date_cmp(date a, date b)
{
    return (a.days > b.days) - (a.days < b.days);
}

bool date_works(date d, const struct holidays *holidays)
{
    if (date_weekday(d) > 5) return false;
    ptrdiff_t low = 0, high = holidays ? holidays->count : 0;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        int order = date_cmp(d, holidays->at[middle]);
        if (order == 0) return false;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return true;
}

date date_shift(date d, enum date_shift how, const struct holidays *holidays)
{
    date end = date_month_end(d), shifted = d;
    if (how == SHIFT_NONE) return d;
    while (!date_works(shifted, holidays)) shifted = date_plus(shifted, 1);
    if (how == SHIFT_FOLLOWING || date_cmp(shifted, end) <= 0) return shifted;
    for (shifted = d; !date_works(shifted, holidays);) shifted = date_plus(shifted, -1);
    return shifted;
}
