/* What all pages of the portal have in common: their frame, and how a page becomes a reply. */
#ifndef PORTAL_PORTAL_H
#define PORTAL_PORTAL_H

#include "delivery/web/frame.h"
#include "delivery/web/web.h"

/* The frame with the seller's name and contact and the links that this visitor may follow.
 * `current` is the path of the link that is marked; NULL: none. Inside a transaction. */
bool portal_frame(struct request *rq, str title, const char *current, struct frame *out) MUST_USE;
/* The same for a page about one entity's document or payment: in its name, colour and logo. What is
 * about several of them looks like the one the customer deals with; else like the first
 * (docs/decisions/0011-whose-look.md). */
bool portal_frame_of(struct request *rq, int64_t entity, str title, const char *current,
                     struct frame *out) MUST_USE;

/* A page with its head written, for the content to follow; and the reply when that is in. */
struct page portal_begin(struct request *rq, const struct frame *frame);
struct reply portal_end(struct request *rq, const struct frame *frame, struct page *page);

#endif
