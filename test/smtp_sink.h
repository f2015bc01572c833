/* A mail server of our own on loopback: it speaks SMTP (RFC 5321) for one connection at a time,
 * keeps what it is given, and refuses what a test tells it to. */
#ifndef TEST_SMTP_SINK_H
#define TEST_SMTP_SINK_H

#include <stdbool.h>

struct arena;
struct smtp_sink;

enum { SINK_MAIL_MAX = 1 << 20 };

/* What it answers where; NULL: what a good server says. "" hangs up. */
struct smtp_sink_says {
    const char *greeting, *mail, *rcpt, *data, *end;
    const char *address; /* where it listens; NULL: 127.0.0.1 */
};

struct smtp_sink_got {
    int mails;
    char from[300], to[300], user[300]; /* user: the AUTH PLAIN line, as sent */
    char mail[SINK_MAIL_MAX];           /* the last one, dots unstuffed, NUL-ended */
};

struct smtp_sink *smtp_sink_open(struct arena *mem, struct smtp_sink_says says, int *port);
/* Stops it, as every test must. What it got is in the arena. */
const struct smtp_sink_got *smtp_sink_stop(struct smtp_sink *sink);

#endif
