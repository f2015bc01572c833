/* Sends the test gateway's webhooks from a thread of its own, again and again until they arrive or
 * are three days old. */
#ifndef GATEWAY_SENDER_H
#define GATEWAY_SENDER_H

#include "delivery/gateway/charges.h"

struct sender;

/* Started with the service; stopped and waited for with the arena. */
bool sender_start(struct op *op, const struct service *service) MUST_USE;

#endif
