#include "delivery/web/said.h"

#include "base/clock.h"
#include "base/lang.h"

str said(const struct request *rq, const char *english)
{
    return str_of(say(op_lang(&rq->op), english));
}

str filled(const struct request *rq, const char *sentence, str one, str two)
{
    return say_filled(rq->op.mem, say(op_lang(&rq->op), sentence), one, two);
}

str counted(const struct request *rq, const char *one, const char *many, int64_t n)
{
    const struct lang *lang = op_lang(&rq->op);
    return say_filled(rq->op.mem, say_n(lang, one, many, n), lang_number(rq->op.mem, lang, n),
                      S(""));
}

str moment(const struct request *rq, instant at)
{
    return lang_instant(rq->op.mem, op_lang(&rq->op), at, rq->app->time_zone);
}

date day_of(const struct request *rq, instant at)
{
    return clock_date(at, rq->app->time_zone);
}
