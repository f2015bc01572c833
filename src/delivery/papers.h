/* Documents to take away: the bytes that were stored, or made now and stored, so that whoever asks,
 * and whenever, gets the same. The pages, the shared links and the mails all come through here. */
#ifndef DELIVERY_PAPERS_H
#define DELIVERY_PAPERS_H

#include "delivery/app.h"
#include "delivery/web/web.h"
#include "domain/documents/kept.h"
#include "store/store.h"

/* In the customer's language. Outside of a transaction: it opens short ones. Who may see it is the
 * caller's to know. */
bool paper_file(struct op *op, struct store *store, const struct app *app, enum kept_kind kind,
                int64_t subject, struct kept *out) MUST_USE;
/* The same as a download; on a route that talks. */
struct reply paper_reply(struct request *rq, enum kept_kind kind, int64_t subject);

/* The page in the portal that a document leads to: its link, its code, the mail's button. */
str paper_link(struct arena *mem, const struct app *app, enum kept_kind kind, int64_t subject);

#endif
