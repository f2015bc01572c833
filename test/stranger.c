#include "stranger.h"

#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static void say_bytes(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n <= 0) return;
        at += n, len -= (size_t)n;
    }
}

static void answer(int fd, const struct script *s)
{
    if (s->hang_up_first) return;
    say_bytes(fd, s->answer, strlen(s->answer));
    char fill[1024];
    memset(fill, 'x', sizeof fill);
    for (int i = 0; s->then_fill && i < 1024; i++) say_bytes(fd, fill, sizeof fill);
    struct pollfd gone = {.fd = fd, .events = POLLIN};
    if (s->then_silent) poll(&gone, 1, 5000); /* readable: the other side closed */
}

/* The head, and as much of a body as its Content-Length says. */
static void hear(int fd, struct stranger *me)
{
    size_t len = 0, whole = sizeof me->asked - 1;
    memset(me->asked, 0, sizeof me->asked);
    while (len < whole) {
        ssize_t n = recv(fd, me->asked + len, sizeof me->asked - 1 - len, 0);
        if (n <= 0) return;
        len += (size_t)n;
        const char *head_end = strstr(me->asked, "\r\n\r\n");
        if (!head_end) continue;
        int64_t body = 0;
        const char *said = strstr(me->asked, "Content-Length: ");
        if (said) (void)str_to_i64(str_cut(str_of(said + 16), '\r').head, &body);
        whole = (size_t)(head_end + 4 - me->asked) + (size_t)body;
    }
}

static void *serve(void *arg)
{
    struct stranger *me = arg;
    for (int fd; (fd = accept(me->listening, NULL, NULL)) >= 0; close(fd)) {
        hear(fd, me);
        int count = atomic_load(&me->heard_count);
        if (count < HEARD_MAX) memcpy(me->heard[count], me->asked, sizeof me->asked);
        if (count < HEARD_MAX) atomic_store(&me->heard_count, count + 1);
        str path = str_cut(str_cut(str_cut(str_of(me->asked), ' ').tail, ' ').head, '?').head;
        for (const struct script *s = me->scripts; s->path; s++)
            if (str_eq(path, str_of(s->path))) answer(fd, s);
    }
    return NULL;
}

int stranger_socket(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0, "bind");
    CHECK(getsockname(fd, (struct sockaddr *)&at, &size) == 0, "getsockname");
    *port = ntohs(at.sin_port);
    return fd;
}

struct stranger *stranger_open(struct arena *mem, const struct script *scripts)
{
    struct stranger *me = arena_new(mem, struct stranger);
    me->scripts = scripts;
    me->listening = stranger_socket(&me->port);
    CHECK(listen(me->listening, 8) == 0, "listen");
    CHECK(pthread_create(&me->thread, NULL, serve, me) == 0, "thread");
    return me;
}

void stranger_close(struct stranger *me)
{
    shutdown(me->listening, SHUT_RDWR);
    pthread_join(me->thread, NULL);
    close(me->listening);
}
