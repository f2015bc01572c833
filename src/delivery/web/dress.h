/* An error in the look of the pages around it: the seller's name and colour, the visitor's menu,
 * and whom to ask. An error's page is first made bare, because the transaction it happened in may
 * be broken; then it is dressed in one of its own. Where that fails too, the bare one is the
 * answer. */
#ifndef WEB_DRESS_H
#define WEB_DRESS_H

#include "delivery/web/web.h"

/* `bare` as it is, unless it is the page of an error below 500 and the app dresses such. Outside of
 * any transaction, with the visitor known. */
struct reply reply_dressed(struct request *rq, struct reply bare);

#endif
