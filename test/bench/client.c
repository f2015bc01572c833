/* A client that costs little: one thread, blocking until one of many connections has an answer. */
#include "bench.h"

#include "base/arena.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES = 512 * 1024 };

struct talk {
    char *answer;
    ptrdiff_t len;
    int64_t began_ns;
    ptrdiff_t asked; /* the number of the request that is under way; -1: none */
};

static int connect_to(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0, "cannot connect: %s",
         strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static void send_all(int fd, str request)
{
    for (ptrdiff_t sent = 0; sent < request.len;) {
        ssize_t n = write(fd, request.at + sent, (size_t)(request.len - sent));
        must(n > 0, "the server closed the connection");
        sent += n;
    }
}

static bool ask(struct load *load, struct talk *t, int fd, int connection, ptrdiff_t *asked)
{
    t->asked = -1;
    if (*asked == load->requests) return false;
    str request = load->next(load->arg, connection, *asked);
    if (request.len == 0) return false;
    t->asked = (*asked)++;
    t->len = 0;
    t->began_ns = ticks_ns();
    send_all(fd, request);
    return true;
}

/* All of an answer is there: its status and its body. */
static bool complete(struct talk *t, int *status, str *body)
{
    t->answer[t->len] = 0;
    char *end = strstr(t->answer, "\r\n\r\n"), *length = strstr(t->answer, "Content-Length: ");
    int64_t bytes = 0;
    if (!end) return false;
    must(length && length < end, "an answer without a length:\n%.*s", (int)(end - t->answer),
         t->answer);
    str digits = str_cut(str_of(length + 16), '\r').head;
    must(str_to_i64(digits, &bytes), "no length");
    *body = (str){end + 4, bytes};
    int64_t code = 0;
    must(str_to_i64((str){t->answer + 9, 3}, &code), "no status");
    *status = (int)code;
    return t->len >= end + 4 - t->answer + bytes;
}

static void answered(struct bench *b, struct load *load, struct talk *t, int status, str body)
{
    int64_t now = ticks_ns();
    must(status == load->want, "status %d, and not %d:\n%.*s", status, load->want,
         (int)(t->len < 3000 ? t->len : 3000), t->answer);
    load->took_ns[t->asked] = now - t->began_ns;
    load->bytes = body.len;
    if (t->asked == load->requests - 1) load->body = str_copy(b->mem, body);
}

void load_run(struct bench *b, struct load *load)
{
    struct arena *mem = arena_open(1 << 30);
    struct talk *talks = arena_array(mem, struct talk, load->connections);
    struct pollfd *fds = arena_array(mem, struct pollfd, load->connections);
    ptrdiff_t asked = 0, open = 0;
    load->took_ns = arena_array(b->mem, int64_t, load->requests);
    for (int i = 0; i < load->connections; i++) {
        talks[i].answer = arena_array(mem, char, ANSWER_BYTES + 1);
        fds[i] = (struct pollfd){.fd = connect_to(load->server->port), .events = POLLIN};
    }
    int64_t began = ticks_ns();
    for (int i = 0; i < load->connections; i++) open += ask(load, &talks[i], fds[i].fd, i, &asked);
    while (open > 0) {
        must(poll(fds, (nfds_t)load->connections, 60000) > 0, "no answer for a minute");
        for (int i = 0; i < load->connections; i++) {
            struct talk *t = &talks[i];
            int status;
            str body;
            if (!fds[i].revents) continue;
            ssize_t n = read(fds[i].fd, t->answer + t->len, (size_t)(ANSWER_BYTES - t->len));
            must(n > 0, "the server closed the connection");
            t->len += n;
            if (!complete(t, &status, &body)) continue;
            answered(b, load, t, status, body);
            if (!ask(load, t, fds[i].fd, i, &asked)) open--;
        }
    }
    load->wall_ns = ticks_ns() - began;
    load->requests = asked;
    for (int i = 0; i < load->connections; i++) close(fds[i].fd);
    arena_close(mem);
}

str load_same(void *arg, int connection, ptrdiff_t number)
{
    (void)connection, (void)number;
    return *(const str *)arg;
}

str get_request(struct bench *b, const char *path, str cookie)
{
    return str_printf(b->mem,
                      "GET %s HTTP/1.1\r\nHost: x\r\nCookie: s=%.*s\r\n"
                      "Accept: text/html\r\nAccept-Language: en\r\n\r\n",
                      path, STR(cookie));
}
