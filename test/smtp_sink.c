#include "smtp_sink.h"

#include "base/arena.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct smtp_sink {
    struct smtp_sink_says says;
    int listening, stop[2]; /* a byte in the pipe ends it */
    pthread_t thread;
    struct smtp_sink_got got;
};

struct talk {
    struct smtp_sink *sink;
    int socket;
    char in[4096];
    size_t len;
};

static bool wait_for(const struct smtp_sink *sink, int fd)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = sink->stop[0], .events = POLLIN}};
    return poll(fds, 2, 10000) > 0 && !fds[1].revents;
}

/* The next line without its CR LF; false: the client is gone. */
static bool hear(struct talk *t, char *line, size_t size)
{
    for (;;) {
        char *end = memchr(t->in, '\n', t->len);
        if (end) {
            size_t used = (size_t)(end - t->in) + 1, len = used - 1;
            if (len > 0 && t->in[len - 1] == '\r') len--;
            if (len >= size) len = size - 1;
            memcpy(line, t->in, len);
            line[len] = 0;
            t->len -= used;
            memmove(t->in, t->in + used, t->len);
            return true;
        }
        if (t->len == sizeof t->in || !wait_for(t->sink, t->socket)) return false;
        ssize_t got = recv(t->socket, t->in + t->len, sizeof t->in - t->len, 0);
        if (got <= 0) return false;
        t->len += (size_t)got;
    }
}

/* False: hang up. */
static bool answer(const struct talk *t, const char *own, const char *usual)
{
    const char *line = own ? own : usual;
    char out[512];
    int len = snprintf(out, sizeof out, "%s\r\n", line);
    return line[0] && send(t->socket, out, (size_t)len, MSG_NOSIGNAL) == len;
}

static bool take_mail(struct talk *t)
{
    struct smtp_sink_got *got = &t->sink->got;
    char line[2000];
    size_t len = 0;
    while (hear(t, line, sizeof line)) {
        if (strcmp(line, ".") == 0) {
            got->mails++;
            return answer(t, t->sink->says.end, "250 kept");
        }
        const char *text = line[0] == '.' ? line + 1 : line;
        int more = snprintf(got->mail + len, sizeof got->mail - len, "%s\r\n", text);
        assert(more >= 0 && len + (size_t)more < sizeof got->mail);
        len += (size_t)more;
    }
    return false;
}

static bool obey(struct talk *t, const char *line)
{
    struct smtp_sink_got *got = &t->sink->got;
    const struct smtp_sink_says *says = &t->sink->says;
    if (strncmp(line, "EHLO ", 5) == 0) {
        return answer(t, NULL, "250-sink.test") && answer(t, NULL, "250-AUTH PLAIN") &&
               answer(t, NULL, "250 8BITMIME");
    }
    if (strncmp(line, "AUTH PLAIN", 10) == 0) {
        snprintf(got->user, sizeof got->user, "%.299s", line + 10);
        if (line[10]) return answer(t, NULL, "235 welcome");
        char more[300];
        if (!answer(t, NULL, "334 ") || !hear(t, more, sizeof more)) return false;
        snprintf(got->user, sizeof got->user, "%.299s", more);
        return answer(t, NULL, "235 welcome");
    }
    if (strncmp(line, "MAIL FROM:", 10) == 0) {
        snprintf(got->from, sizeof got->from, "%.299s", line + 10);
        return answer(t, says->mail, "250 ok");
    }
    if (strncmp(line, "RCPT TO:", 8) == 0) {
        snprintf(got->to, sizeof got->to, "%.299s", line + 8);
        return answer(t, says->rcpt, "250 ok");
    }
    if (strcmp(line, "DATA") == 0)
        return answer(t, says->data, "354 go on") && (says->data || take_mail(t));
    if (strcmp(line, "QUIT") == 0) return answer(t, NULL, "221 bye") && false;
    return answer(t, NULL, "502 what?");
}

static void *serve(void *arg)
{
    struct smtp_sink *sink = arg;
    while (wait_for(sink, sink->listening)) {
        struct talk talk = {.sink = sink, .socket = accept(sink->listening, NULL, NULL)};
        char line[1000];
        bool on = talk.socket >= 0 && answer(&talk, sink->says.greeting, "220 sink.test ready");
        while (on && hear(&talk, line, sizeof line)) on = obey(&talk, line);
        if (talk.socket >= 0) close(talk.socket);
    }
    return NULL;
}

struct smtp_sink *smtp_sink_open(struct arena *mem, struct smtp_sink_says says, int *port)
{
    struct smtp_sink *sink = arena_new(mem, struct smtp_sink);
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    sink->says = says;
    sink->listening = socket(AF_INET, SOCK_STREAM, 0);
    int failed = inet_pton(AF_INET, says.address ? says.address : "127.0.0.1", &at.sin_addr) != 1 ||
                 pipe(sink->stop) || bind(sink->listening, (struct sockaddr *)&at, len) ||
                 listen(sink->listening, 8) ||
                 getsockname(sink->listening, (struct sockaddr *)&at, &len) ||
                 pthread_create(&sink->thread, NULL, serve, sink);
    assert(!failed);
    (void)failed;
    *port = ntohs(at.sin_port);
    return sink;
}

const struct smtp_sink_got *smtp_sink_stop(struct smtp_sink *sink)
{
    ssize_t written = write(sink->stop[1], "x", 1);
    assert(written == 1);
    (void)written;
    pthread_join(sink->thread, NULL);
    close(sink->listening);
    close(sink->stop[0]);
    close(sink->stop[1]);
    return &sink->got;
}
