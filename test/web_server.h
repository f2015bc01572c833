/* The server in a thread of the test, on a port of its own, and clients that send what they are
 * told, and nothing that a library thinks better. */
#ifndef TEST_WEB_SERVER_H
#define TEST_WEB_SERVER_H

#include "delivery/web/web.h"

#include <pthread.h>

struct web_server {
    pthread_t thread;
    struct app app;
    struct serve_options options;
    struct arena *mem;
    int port, stop[2], ready[2];
    bool fine;
};

/* `app` without keys, address and clock: the test's own. `options`: two workers unless it says
 * more. It has begun to listen; the test fails if it cannot. */
struct web_server *web_server_start(struct arena *mem, struct app app,
                                    struct serve_options options);
void web_server_stop(struct web_server *s); /* in order; returns when all has ended */

int web_server_dial(const struct web_server *s);
void socket_tell(int fd, str words);
/* Everything until the server closes; it is waited for no longer than it is for anything. */
str socket_hear(struct arena *mem, int fd);
/* Both, on a connection of its own. */
str web_server_ask(struct arena *mem, const struct web_server *s, str request);

int answer_status(str answer);
str answer_body(str answer);
str answer_header(struct arena *mem, str answer, const char *name); /* "" when there is none */

#define HEAD "Host: pay.example\r\nConnection: close\r\n"

#endif
