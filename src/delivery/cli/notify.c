#include "delivery/cli/notify.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ALIVE_EVERY_US INT64_C(5000000)

void notifier_open(struct notifier *n)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    str name = str_of(getenv("NOTIFY_SOCKET"));
    *n = (struct notifier){.fd = -1};
    if (name.len < 2 || name.len >= (ptrdiff_t)sizeof to.sun_path) return;
    if (name.at[0] != '/' && name.at[0] != '@') return;
    memcpy(to.sun_path, name.at, (size_t)name.len);
    if (name.at[0] == '@') to.sun_path[0] = 0; /* Linux' abstract names */
    n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)name.len);
    if (n->fd < 0 || connect(n->fd, (const struct sockaddr *)&to, len) == 0) return;
    close(n->fd);
    n->fd = -1;
}

void notifier_close(struct notifier *n)
{
    if (n->fd >= 0) close(n->fd);
    n->fd = -1;
}

static void say(const struct notifier *n, str words)
{
    if (n->fd < 0) return;
    if (send(n->fd, words.at, (size_t)words.len, MSG_NOSIGNAL) < 0) return; /* it went away */
}

void notify_ready(struct notifier *n)
{
    n->told_us = clock_ticks_us();
    say(n, S("READY=1\nSTATUS=Takes requests.\n"));
}

void notify_alive(struct notifier *n)
{
    int64_t now = clock_ticks_us();
    if (now - n->told_us < ALIVE_EVERY_US) return;
    n->told_us = now;
    say(n, S("WATCHDOG=1\n"));
}
