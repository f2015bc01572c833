#include "web_server.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void listening(void *arg, int port)
{
    struct web_server *s = arg;
    s->port = port;
    if (write(s->ready[1], "", 1) != 1) abort();
}

static void *serve(void *arg)
{
    struct web_server *s = arg;
    struct op op = {.mem = s->mem};
    s->fine = web_serve(&op, &s->app, &s->options);
    if (!s->fine && write(s->ready[1], "", 1) != 1) abort();
    return NULL;
}

struct web_server *web_server_start(struct arena *mem, struct app app, struct serve_options options)
{
    struct web_server *s = arena_new(mem, struct web_server);
    char byte;
    CHECK(pipe(s->stop) == 0 && pipe(s->ready) == 0, "pipes");
    s->mem = arena_open(256 << 20);
    s->app = app;
    s->app.keys = keys_for_tests(mem);
    s->app.public_url = S("https://pay.example");
    s->app.now = clock_now;
    s->options = options;
    s->options.listen = S("127.0.0.1:0");
    if (!s->options.workers) s->options.workers = 2;
    s->options.stop_fd = s->stop[0];
    s->options.listening = listening;
    s->options.listening_arg = s;
    CHECK(pthread_create(&s->thread, NULL, serve, s) == 0, "thread");
    CHECK(read(s->ready[0], &byte, 1) == 1 && s->port > 0, "the server did not start");
    return s;
}

void web_server_stop(struct web_server *s)
{
    CHECK(write(s->stop[1], "", 1) == 1, "stop");
    pthread_join(s->thread, NULL);
    CHECK(s->fine, "web_serve failed");
    arena_close(s->mem);
    for (int i = 0; i < 2; i++) close(s->stop[i]), close(s->ready[i]);
}

int web_server_dial(const struct web_server *s)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    return fd;
}

void socket_tell(int fd, str words)
{
    while (words.len > 0) {
        ssize_t sent = send(fd, words.at, (size_t)words.len, MSG_NOSIGNAL);
        if (sent <= 0) return; /* the server closed: what it said is still to be read */
        words = str_from(words, sent);
    }
}

str socket_hear(struct arena *mem, int fd)
{
    struct text t = {.mem = mem};
    char chunk[4096];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    ssize_t got;
    while (poll(&ready, 1, TEST_PATIENCE_MS) == 1 && (got = recv(fd, chunk, sizeof chunk, 0)) > 0)
        text_add(&t, (str){chunk, got});
    close(fd);
    return text_str(&t);
}

str web_server_ask(struct arena *mem, const struct web_server *s, str request)
{
    int fd = web_server_dial(s);
    socket_tell(fd, request);
    return socket_hear(mem, fd); /* our half stays open: libmicrohttpd may take that for our end */
}

int answer_status(str answer)
{
    int64_t status = 0;
    (void)str_to_i64(str_head(str_from(answer, S("HTTP/1.1 ").len), 3), &status);
    return (int)status;
}

str answer_body(str answer)
{
    ptrdiff_t at = str_find(answer, S("\r\n\r\n"));
    return at < 0 ? S("") : str_from(answer, at + 4);
}

str answer_header(struct arena *mem, str answer, const char *name)
{
    str mark = str_printf(mem, "\r\n%s: ", name);
    ptrdiff_t at = str_find(answer, mark);
    return at < 0 ? S("") : str_cut(str_from(answer, at + mark.len), '\r').head;
}
