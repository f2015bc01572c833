#include "crowd.h"

#include "base/arena.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEAD_BYTES = 4096,
    EVENTS = 512,
    TAKEN_MAX = 1 << 20,
    CONNECTING_MAX = 256,  /* at the same time: a listening socket's queue is short */
    DRIP_US = 300 * 1000,  /* between the bytes of those who are slow */
    AGAIN_US = 100 * 1000, /* until somebody who was cut comes again */
    LONGER_US = 20 * 1000 * 1000,
    GIVE_UP_US = 30 * 1000 * 1000,
    SIP_BYTES = 64,
};

struct guest {
    struct party *party;
    int number, fd; /* fd -1: not connected */
    bool connecting, asked;
    int64_t began_us, act_us;
    str request;
    ptrdiff_t sent;
    char head[HEAD_BYTES + 1];
    ptrdiff_t got, whole; /* whole: of the answer; 0: not known yet */
    int status;
};

struct crowd {
    int epoll, port, connecting;
    int64_t from_us, now_us;
    struct guest *guests;
    ptrdiff_t count;
};

static bool behaves(const struct guest *g)
{
    return g->party->manner == BEHAVES || g->party->manner == KEEPS_ALIVE;
}

static bool counts(const struct crowd *c)
{
    return c->now_us >= c->from_us;
}

static void interest(struct crowd *c, struct guest *g, uint32_t events, int how)
{
    struct epoll_event e = {.events = events, .data.ptr = g};
    must(epoll_ctl(c->epoll, how, g->fd, &e) == 0, "epoll: %s", strerror(errno));
}

static void leave(struct crowd *c, struct guest *g, int64_t again_us)
{
    if (g->connecting) c->connecting--;
    if (g->fd >= 0) close(g->fd);
    g->fd = -1;
    g->connecting = g->asked = false;
    g->sent = g->got = g->whole = 0;
    g->act_us = c->now_us + again_us;
}

/* The server has closed the connection, or never took it. */
static void cut(struct crowd *c, struct guest *g)
{
    bool in_between = g->party->manner == KEEPS_ALIVE && !g->asked && !g->connecting;
    if (counts(c) && !in_between) {
        g->party->cut += !behaves(g);
        g->party->failed += behaves(g);
    }
    leave(c, g, behaves(g) ? 0 : AGAIN_US);
}

static void come(struct crowd *c, struct guest *g, int number)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)c->port)};
    struct sockaddr_in from = {.sin_family = AF_INET};
    int yes = 1, little = 2048;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    from.sin_addr.s_addr =
        htonl(UINT32_C(0x7F000001) + (((uint32_t)number / 250 + 1) << 8) + (uint32_t)number % 250);
    g->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(g->fd >= 0, "a socket: %s", strerror(errno));
    setsockopt(g->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    setsockopt(g->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (g->party->manner == SLOW_READER)
        setsockopt(g->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    must(bind(g->fd, (struct sockaddr *)&from, sizeof from) == 0, "bind: %s", strerror(errno));
    g->began_us = c->now_us;
    g->connecting = true;
    c->connecting++;
    bool begun = connect(g->fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS;
    if (begun)
        interest(c, g, EPOLLOUT, EPOLL_CTL_ADD);
    else
        cut(c, g);
}

static void connected(struct crowd *c, struct guest *g)
{
    int why = 0;
    socklen_t len = sizeof why;
    getsockopt(g->fd, SOL_SOCKET, SO_ERROR, &why, &len);
    if (why) {
        cut(c, g);
        return;
    }
    g->connecting = false;
    c->connecting--;
    g->act_us = c->now_us;
    interest(c, g, g->party->manner == SLOW_READER ? 0 : EPOLLIN, EPOLL_CTL_MOD);
}

/* False: the connection is gone. */
static bool say(struct crowd *c, struct guest *g, ptrdiff_t most)
{
    ptrdiff_t rest = g->request.len - g->sent;
    ssize_t n =
        send(g->fd, g->request.at + g->sent, (size_t)(rest < most ? rest : most), MSG_NOSIGNAL);
    if (n >= 0) g->sent += n;
    if (n >= 0 || errno == EAGAIN) return true;
    cut(c, g);
    return false;
}

static void drip(struct crowd *c, struct guest *g)
{
    ssize_t n = send(g->fd, "a", 1, MSG_NOSIGNAL);
    g->act_us = c->now_us + DRIP_US;
    if (n < 0 && errno != EAGAIN) cut(c, g);
}

static void sip(struct crowd *c, struct guest *g)
{
    char some[SIP_BYTES];
    ssize_t n = recv(g->fd, some, sizeof some, 0);
    g->act_us = c->now_us + DRIP_US;
    if (n == 0 || (n < 0 && errno != EAGAIN)) cut(c, g);
}

static void ask(struct crowd *c, struct guest *g)
{
    g->request = g->party->request(g->party->arg, g->number);
    if (g->party->manner != BEHAVES || g->sent > 0) g->began_us = c->now_us;
    g->asked = true;
    g->got = g->whole = g->sent = 0;
    g->act_us = INT64_MAX;
    if (!say(c, g, g->request.len)) return;
    if (g->sent < g->request.len) interest(c, g, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void act(struct crowd *c, struct guest *g)
{
    if (g->fd < 0) {
        if (c->connecting < CONNECTING_MAX) come(c, g, (int)(g - c->guests));
        return;
    }
    if (g->connecting) return;
    bool whole = g->asked && g->sent == g->request.len;
    switch (g->party->manner) {
    case IS_IDLE: g->act_us = INT64_MAX; return;
    case BEHAVES:
    case KEEPS_ALIVE:
        if (!g->asked) ask(c, g);
        return;
    case SLOW_HEAD:
        if (!g->asked) ask(c, g);
        if (g->fd >= 0) drip(c, g);
        return;
    case SLOW_BODY:
        if (!g->asked) ask(c, g);
        if (g->fd >= 0) drip(c, g);
        return;
    case SLOW_READER:
        if (!g->asked) ask(c, g);
        if (g->fd >= 0 && whole) sip(c, g);
        if (g->fd >= 0) g->act_us = c->now_us + DRIP_US;
        return;
    }
}

/* The head of the answer is there: how long it is. */
static void head_read(struct guest *g)
{
    ptrdiff_t kept = g->got < HEAD_BYTES ? g->got : HEAD_BYTES;
    g->head[kept] = 0;
    char *end = strstr(g->head, "\r\n\r\n"), *length = strstr(g->head, "Content-Length: ");
    int64_t bytes = 0, code = 0;
    if (!end) return;
    if (length && length < end)
        (void)str_to_i64(str_cut(str_of(length + strlen("Content-Length: ")), '\r').head, &bytes);
    (void)str_to_i64((str){g->head + 9, 3}, &code);
    g->status = (int)code;
    g->whole = end + 4 - g->head + bytes;
}

static void answered(struct crowd *c, struct guest *g)
{
    struct party *p = g->party;
    if (counts(c) && behaves(g)) {
        p->answered++;
        if (g->status > 0 && g->status < STATUSES) p->by_status[g->status]++;
        if (p->took_count < TAKEN_MAX) p->took_us[p->took_count++] = c->now_us - g->began_us;
    }
    bool closes = p->manner == BEHAVES || strstr(g->head, "lose\r\n") != NULL;
    g->asked = false;
    g->act_us = c->now_us + p->pause_ms * INT64_C(1000);
    if (closes) leave(c, g, p->pause_ms * INT64_C(1000));
}

static void hear(struct crowd *c, struct guest *g)
{
    char bytes[16384];
    ssize_t n = recv(g->fd, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        cut(c, g);
        return;
    }
    if (!behaves(g)) return; /* it is told what it is; it goes on all the same */
    ptrdiff_t room = HEAD_BYTES - g->got;
    if (room > 0) memcpy(g->head + g->got, bytes, (size_t)(n < room ? n : room));
    g->got += n;
    if (!g->whole) head_read(g);
    if (g->whole && g->got >= g->whole) answered(c, g);
}

static void happened(struct crowd *c, struct guest *g, uint32_t events)
{
    if (g->connecting) {
        connected(c, g);
    } else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        hear(c, g);
    } else if (events & EPOLLOUT) {
        if (say(c, g, g->request.len) && g->sent == g->request.len)
            interest(c, g, EPOLLIN, EPOLL_CTL_MOD);
    }
}

static void gather(struct crowd *c, struct arena *mem, struct party *parties, int party_count)
{
    for (int p = 0; p < party_count; p++) c->count += parties[p].count;
    c->guests = arena_array(mem, struct guest, c->count);
    struct guest *g = c->guests;
    for (int p = 0; p < party_count; p++) {
        parties[p].took_us = arena_array(mem, int64_t, TAKEN_MAX);
        for (int i = 0; i < parties[p].count; i++, g++)
            *g = (struct guest){.party = &parties[p], .number = i, .fd = -1};
    }
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void look_after_all(struct crowd *c)
{
    for (ptrdiff_t i = 0; i < c->count; i++) {
        struct guest *g = &c->guests[i];
        if (g->fd >= 0 && behaves(g) && (g->asked || g->connecting) &&
            c->now_us - g->began_us > GIVE_UP_US)
            cut(c, g);
        else if (c->now_us >= g->act_us)
            act(c, g);
    }
}

/* On a slow machine: not everybody who behaves has been answered twice, or not as is awaited. */
static bool lacks(const struct party *parties, int count)
{
    for (int i = 0; i < count; i++) {
        const struct party *p = &parties[i];
        if (p->manner <= KEEPS_ALIVE && p->answered + p->failed < 2 * p->count) return true;
        if (p->awaited && p->by_status[p->awaited] == 0) return true;
    }
    return false;
}

void crowd_run(struct arena *mem, int port, struct party *parties, int party_count, int settle_ms,
               int run_ms)
{
    struct crowd c = {.port = port, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct epoll_event events[EVENTS];
    c.now_us = clock_ticks_us();
    c.from_us = c.now_us + settle_ms * INT64_C(1000);
    int64_t end_us = c.now_us + run_ms * INT64_C(1000), looked_us = 0;
    gather(&c, mem, parties, party_count);
    while (c.now_us < end_us || (c.now_us < end_us + LONGER_US && lacks(parties, party_count))) {
        int n = epoll_wait(c.epoll, events, EVENTS, 2);
        c.now_us = clock_ticks_us();
        for (int i = 0; i < n; i++) {
            struct guest *g = events[i].data.ptr;
            if (g->fd >= 0) happened(&c, g, events[i].events);
        }
        if (c.now_us - looked_us < 5000) continue;
        looked_us = c.now_us;
        look_after_all(&c);
    }
    for (ptrdiff_t i = 0; i < c.count; i++) {
        struct guest *g = &c.guests[i];
        g->party->connected += g->fd >= 0 && !g->connecting;
        leave(&c, g, 0);
    }
    close(c.epoll);
    for (int p = 0; p < party_count; p++)
        qsort(parties[p].took_us, (size_t)parties[p].took_count, sizeof(int64_t), by_time);
}

int64_t party_took_us(const struct party *p, int percent)
{
    if (p->took_count == 0) return -1;
    return p->took_us[(p->took_count - 1) * percent / 100];
}
