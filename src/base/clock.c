#include "base/clock.h"

#include "base/arena.h"

#include <string.h>
#include <time.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

instant clock_now(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t clock_ticks_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

/* Rounded down, for moments before 1970 as well. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int clock_offset_minutes(instant at, str zone)
{
    UChar id[64];
    UErrorCode status = U_ZERO_ERROR;
    if (zone.len == 0 || zone.len >= COUNT(id)) return 0;
    u_charsToUChars(zone.at, id, (int32_t)zone.len);
    UCalendar *calendar = ucal_open(id, (int32_t)zone.len, "en", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status)) return 0;
    ucal_setMillis(calendar, (UDate)floor_div(at, 1000), &status);
    int ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) +
             ucal_get(calendar, UCAL_DST_OFFSET, &status);
    ucal_close(calendar);
    return U_FAILURE(status) ? 0 : ms / 60000;
}

bool clock_zone_known(str zone)
{
    UChar id[64], canonical[64];
    UErrorCode status = U_ZERO_ERROR;
    if (zone.len == 0 || zone.len >= COUNT(id)) return false;
    u_charsToUChars(zone.at, id, (int32_t)zone.len);
    (void)ucal_getCanonicalTimeZoneID(id, (int32_t)zone.len, canonical, COUNT(canonical), NULL,
                                      &status);
    return U_SUCCESS(status);
}

date clock_date(instant now, str zone)
{
    instant there = now + clock_offset_minutes(now, zone) * MINUTE_US;
    return (date){(int32_t)floor_div(there, DAY_US)};
}

date clock_date_kept(struct clock_kept *kept, instant now, str zone)
{
    int64_t minute = floor_div(now, MINUTE_US);
    if (kept->minute != minute)
        *kept = (struct clock_kept){.minute = minute, .day = clock_date(now, zone)};
    return kept->day;
}

str instant_text(struct arena *mem, instant at)
{
    int64_t days = floor_div(at, DAY_US), seconds = (at - days * DAY_US) / SECOND_US;
    return str_printf(mem, "%.*sT%02d:%02d:%02dZ", STR(date_text(mem, (date){(int32_t)days})),
                      (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

static bool two_digits(str s, ptrdiff_t at, int max, int64_t *out)
{
    return s.at[at] != '-' && str_to_i64(str_head(str_from(s, at), 2), out) && *out <= max;
}

/* Reads "Z", "+02:00" or "-05:30" as minutes. */
static bool offset_from(str s, int64_t *out)
{
    int64_t hours, minutes;
    *out = 0;
    if (str_eq(s, S("Z"))) return true;
    if (s.len != 6 || (s.at[0] != '+' && s.at[0] != '-') || s.at[3] != ':') return false;
    if (!two_digits(s, 1, 23, &hours) || !two_digits(s, 4, 59, &minutes)) return false;
    *out = (hours * 60 + minutes) * (s.at[0] == '-' ? -1 : 1);
    return true;
}

bool instant_from(str text, instant *out)
{
    date day;
    int64_t hour, minute, second, fraction = 0, offset;
    if (text.len < 20 || text.at[10] != 'T' || text.at[13] != ':' || text.at[16] != ':')
        return false;
    if (!date_from(str_head(text, 10), &day) || !two_digits(text, 11, 23, &hour) ||
        !two_digits(text, 14, 59, &minute) || !two_digits(text, 17, 59, &second))
        return false;
    str rest = str_from(text, 19);
    if (rest.at[0] == '.') {
        int64_t unit = SECOND_US / 10;
        if (rest.len < 2 || rest.at[1] < '0' || rest.at[1] > '9') return false;
        for (rest = str_from(rest, 1); rest.len > 0 && rest.at[0] >= '0' && rest.at[0] <= '9';
             rest = str_from(rest, 1), unit /= 10)
            fraction += unit * (rest.at[0] - '0');
    }
    if (!offset_from(rest, &offset)) return false;
    *out = day.days * DAY_US + hour * HOUR_US + (minute - offset) * MINUTE_US + second * SECOND_US +
           fraction;
    return true;
}
