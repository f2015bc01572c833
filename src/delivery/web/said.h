/* What a page says, in the words of who reads it: sentences, counts, moments. */
#ifndef WEB_SAID_H
#define WEB_SAID_H

#include "delivery/web/web.h"

/* A sentence in the reader's language; the second with texts at {1} and {2}. */
str said(const struct request *rq, const char *english);
str filled(const struct request *rq, const char *sentence, str one, str two);
/* "3 invoices": the form for the number, which stands at {1}. */
str counted(const struct request *rq, const char *one, const char *many, int64_t n);
/* A moment, and a day, as the reader writes them; both in the seller's zone. */
str moment(const struct request *rq, instant at);
date day_of(const struct request *rq, instant at);

#endif
