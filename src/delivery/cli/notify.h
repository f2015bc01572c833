/* Words for the service manager, by the protocol of sd_notify(3): a datagram to the socket that
 * $NOTIFY_SOCKET names. Without one nothing is said, so callers need not ask. */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

#include <stdint.h>

struct notifier {
    int fd; /* -1: nobody listens */
    int64_t told_us;
};

void notifier_open(struct notifier *n);
void notifier_close(struct notifier *n);
void notify_ready(struct notifier *n);
/* Feeds the watchdog; at most every few seconds, however often it is called. */
void notify_alive(struct notifier *n);

#endif
