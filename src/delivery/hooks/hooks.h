/* Messages from gateways: POST /hooks/NAME.
 *
 * A message is believed in nothing but that something happened. Its signature is checked over the
 * bytes as they came, its id is kept so that it counts once, and the payment it names is asked
 * about at the gateway by the job `payment.settle`. The answer is 200 as soon as that is durable:
 * a gateway that waits for more sends it again. */
#ifndef HOOKS_HOOKS_H
#define HOOKS_HOOKS_H

#include "delivery/web/web.h"

extern const struct route hook_routes[];

#endif
