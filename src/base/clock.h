/* The only door to the time of day. The program asks once per operation, at its edge, and puts the
 * answer into op.now; tests bring their own. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/date.h"
#include "base/op.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

instant clock_now(void);
/* Microseconds that only grow, for measuring and for deadlines. */
int64_t clock_ticks_us(void);

/* The civil date at `now` in a tzdata zone ("Europe/Berlin"). An unknown zone is UTC. */
date clock_date(instant now, str zone);
/* The same for whoever asks all the time: ICU is asked once a minute, because neither midnight nor
 * a change of the clocks falls between two. `kept` begins as zero and is one thread's, for one
 * zone. */
struct clock_kept {
    int64_t minute;
    date day;
};
date clock_date_kept(struct clock_kept *kept, instant now, str zone);
bool clock_zone_known(str zone); /* "Europe/Berlin", "UTC": a name that tzdata has */
/* Minutes east of UTC in that zone at that moment. */
int clock_offset_minutes(instant at, str zone);

/* RFC 3339 in UTC, "2026-04-21T09:42:07Z". */
str instant_text(struct arena *mem, instant at);
bool instant_from(str text, instant *out);

#endif
