/* The last days of the demonstration: what its people did, each thing through the same door as in
 * real business. Cards are typed at the gateway's own page, so that its books agree with ours. */
#ifndef CLI_DEMO_EVENTS_H
#define CLI_DEMO_EVENTS_H

#include "base/date.h"
#include "delivery/app.h"
#include "store/store.h"

/* Outside a transaction, once, behind demo_company_make(). Without a gateway in `app` nobody pays
 * by card. */
bool demo_events_make(struct op *op, const struct app *app, struct store *store,
                      date today) MUST_USE;

#endif
