#include "cutter.h"

#include "stranger.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CUTS_EVERY = 3, PIECE = 16384 };

struct line {
    struct cutter *cutter;
    int client, server;
    bool writes; /* what is under way is a transaction that writes */
};

/* "host:PORT/": the port's place in a URL. */
static str port_of(str url)
{
    str rest = str_cut(str_from(url, str_find(url, S("@")) + 1), ':').tail;
    return str_cut(rest, '/').head;
}

static int server_socket(const struct cutter *c)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)c->server_port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) return fd;
    close(fd);
    return -1;
}

static bool pass(int to, const char *bytes, ssize_t count)
{
    while (count > 0) {
        ssize_t n = send(to, bytes, (size_t)count, MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes += n, count -= n;
    }
    return true;
}

static bool holds(const char *bytes, ssize_t count, const char *words)
{
    return str_find((str){bytes, count}, str_of(words)) >= 0;
}

/* libpq sends a statement of its own as a message of its own: 'Q', its length, its text. */
static bool is_commit(const char *bytes, ssize_t count)
{
    static const char commit[] = "Q\0\0\0\013commit";
    return count == (ssize_t)sizeof commit && memcmp(bytes, commit, sizeof commit) == 0;
}

/* What the client says goes on, unless this is the commit that is to be cut. */
static bool from_client(struct line *l)
{
    char bytes[PIECE];
    ssize_t count = recv(l->client, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    if (holds(bytes, count, "begin isolation level"))
        l->writes = holds(bytes, count, "serializable");
    if (!l->writes || !is_commit(bytes, count)) return pass(l->server, bytes, count);

    int number = atomic_fetch_add(&l->cutter->commits, 1);
    if (number % CUTS_EVERY != CUTS_EVERY - 1) return pass(l->server, bytes, count);
    if (number / CUTS_EVERY % 2 == 0) {
        atomic_fetch_add(&l->cutter->undone, 1);
        return false;
    }
    struct pollfd answer = {.fd = l->server, .events = POLLIN};
    if (!pass(l->server, bytes, count) || poll(&answer, 1, TEST_PATIENCE_MS) != 1) return false;
    count = recv(l->server, bytes, sizeof bytes, 0);
    if (holds(bytes, count, "COMMIT")) atomic_fetch_add(&l->cutter->lost, 1);
    return false;
}

static bool from_server(struct line *l)
{
    char bytes[PIECE];
    ssize_t count = recv(l->server, bytes, sizeof bytes, 0);
    return count > 0 && pass(l->client, bytes, count);
}

static void *carry(void *arg)
{
    struct line l = *(struct line *)arg;
    bool good = l.server >= 0;
    while (good && !atomic_load(&l.cutter->closed)) {
        struct pollfd fds[] = {{.fd = l.client, .events = POLLIN},
                               {.fd = l.server, .events = POLLIN}};
        if (poll(fds, COUNT(fds), 100) <= 0) continue;
        if (fds[0].revents) good = from_client(&l);
        if (good && fds[1].revents) good = from_server(&l);
    }
    if (l.server >= 0) close(l.server);
    close(l.client);
    atomic_fetch_sub(&l.cutter->open, 1);
    return NULL;
}

static void *serve(void *arg)
{
    struct cutter *c = arg;
    static struct line lines[4096]; /* each thread copies its own at once; never used twice */
    int next = 0;
    for (int fd; (fd = accept(c->listening, NULL, NULL)) >= 0;) {
        pthread_t thread;
        CHECK(next < COUNT(lines), "too many lines");
        lines[next] = (struct line){.cutter = c, .client = fd, .server = server_socket(c)};
        atomic_fetch_add(&c->open, 1);
        CHECK(pthread_create(&thread, NULL, carry, &lines[next++]) == 0, "thread");
        pthread_detach(thread);
    }
    return NULL;
}

struct cutter *cutter_open(struct arena *mem, str url)
{
    struct cutter *c = arena_new(mem, struct cutter);
    int64_t port = 0;
    CHECK(str_to_i64(port_of(url), &port), "no port in %.*s", STR(url));
    c->server_port = (int)port;
    c->listening = stranger_socket(&c->port);
    CHECK(listen(c->listening, 64) == 0, "listen");
    CHECK(pthread_create(&c->thread, NULL, serve, c) == 0, "thread");
    return c;
}

str cutter_url(struct arena *mem, const struct cutter *c, str url)
{
    str port = port_of(url);
    ptrdiff_t at = port.at - url.at;
    str tail = str_from(url, at + port.len);
    return str_printf(mem, "%.*s%d%.*s?sslmode=disable", (int)at, url.at, c->port, STR(tail));
}

int cutter_cut_next(struct cutter *c, bool done)
{
    int number = (done ? 2 : 1) * CUTS_EVERY - 1;
    atomic_store(&c->commits, number);
    return number;
}

void cutter_close(struct cutter *c)
{
    atomic_store(&c->closed, true);
    shutdown(c->listening, SHUT_RDWR);
    pthread_join(c->thread, NULL);
    close(c->listening);
    for (int ms = 0; ms < TEST_PATIENCE_MS && atomic_load(&c->open) > 0; ms += 50)
        poll(NULL, 0, 50);
}
