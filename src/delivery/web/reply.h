/* What leaves: a reply's headers, the same list for every kind of answer. */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "delivery/web/web.h"

/* Calls `add` for each header the answer carries but its length. */
void reply_headers(struct request *rq, const struct reply *reply,
                   void (*add)(void *to, const char *name, str value), void *to);

/* An error without a handler: recorded on the op, and told as a page or as JSON. */
struct reply reply_refusal(struct request *rq, int status, enum err_kind kind,
                           const char *sentence);

/* The page of an error in this frame, and what it is headed. */
str error_title(const struct request *rq, int status);
struct frame;
struct reply error_in(struct request *rq, int status, const struct frame *frame,
                      const struct err *errs);

/* "name=value; Path=/; HttpOnly; …" */
str reply_cookie_text(struct arena *mem, const struct app *app, const struct reply_cookie *cookie);

/* RFC 6266: attachment, with a name for old and one for new readers. */
str reply_disposition(struct arena *mem, str file_name);

#endif
