/* Answers that stay open: who listens is told as soon as what they wait for has changed.
 *
 * A listener costs a connection and a row of the table below, no worker. While anybody listens one
 * thread asks the database five times a second for the number of each row that is listened to, by
 * its key: so it does not matter which process, job or person changed it. Its answer is one event
 * and the end of the stream; the browser then asks for the page anew. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "delivery/web/reply.h"
#include "delivery/web/serve.h"

enum {
    LISTENERS_MAX = 256,
    LISTENERS_EACH = 6, /* of one session, or of all guests at one row: tabs */
    ASK_MS = 200,
    LIVE_BYTES = 8 << 20,
    SAY_BYTES = 64,
};
#define BEAT_US  (15 * SECOND_US) /* a sign of life, which finds out who is gone */
#define STAYS_US (2 * MINUTE_US)  /* then the browser asks again, and is checked again */

struct listener {
    struct live *live;
    struct MHD_Connection *mhd; /* NULL: this place is free */
    int fd;
    int64_t owner, turn; /* the turn says who sits here, when places change hands */
    struct watch watch;
    int64_t began_us, spoke_us;
    bool asleep; /* suspended, until there is something to say */
    bool over;   /* after what is to be said */
    char say[SAY_BYTES];
    size_t say_len;
};

struct question {
    struct listener *of;
    int64_t turn, version;
    struct watch watch;
};

struct live {
    struct server *server;
    struct store *store;
    struct arena *mem;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below; the questions are the thread's own */
    pthread_cond_t wake;
    bool closing, closed; /* nobody comes any more; the thread goes home */
    int count;
    int64_t turns;
    struct listener listeners[LISTENERS_MAX];
    struct question questions[LISTENERS_MAX];
    int question_count;
};

/* ---- one listener; the lock is held -------------------------------------------------------- */

static void speak(struct listener *l, str words, bool over)
{
    if (l->say_len + (size_t)words.len <= sizeof l->say) {
        memcpy(l->say + l->say_len, words.at, (size_t)words.len);
        l->say_len += (size_t)words.len;
    }
    l->spoke_us = clock_ticks_us();
    l->over = l->over || over;
    if (!l->asleep) return;
    l->asleep = false;
    MHD_resume_connection(l->mhd);
}

/* libmicrohttpd asks for more: in its own thread, which nobody may keep waiting. */
static ssize_t more(void *arg, uint64_t at, char *to, size_t room)
{
    struct listener *l = arg;
    (void)at;
    pthread_mutex_lock(&l->live->lock);
    size_t len = l->say_len < room ? l->say_len : room;
    ssize_t given = (ssize_t)len;
    memcpy(to, l->say, len);
    memmove(l->say, l->say + len, l->say_len - len);
    l->say_len -= len;
    if (len == 0 && l->over) {
        given = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (len == 0) {
        l->asleep = true;
        MHD_suspend_connection(l->mhd);
    }
    pthread_mutex_unlock(&l->live->lock);
    return given;
}

static void gone(void *arg)
{
    struct listener *l = arg;
    struct live *live = l->live;
    pthread_mutex_lock(&live->lock);
    l->mhd = NULL;
    live->count--;
    pthread_mutex_unlock(&live->lock);
}

/* Whoever opens a seventh window looks at that one: the oldest waits half a minute, and asks again.
 */
static struct listener *place_for(struct live *live, int64_t owner)
{
    struct listener *place = NULL, *oldest = NULL;
    int own = 0;
    if (live->closing) return NULL;
    for (int i = 0; i < LISTENERS_MAX; i++) {
        struct listener *l = &live->listeners[i];
        if (!l->mhd) place = l;
        if (!l->mhd || l->over || l->owner != owner) continue;
        own++;
        if (!oldest || l->turn < oldest->turn) oldest = l;
    }
    if (own >= LISTENERS_EACH) speak(oldest, S("retry: 30000\n\n"), true);
    return place;
}

/* Whose place it is. Guests have no session: those of one payment share what one person has, so
 * that they take nobody else's. */
static int64_t owner_of(const struct request *rq, const struct watch *watch)
{
    return rq->who.session ? rq->who.session : -watch->subject;
}

bool live_response(struct live *live, struct connection *c, struct request *rq,
                   const struct reply *reply)
{
    int64_t owner = owner_of(rq, &reply->watch);
    pthread_mutex_lock(&live->lock);
    struct listener *l = place_for(live, owner);
    if (l) {
        int64_t now = clock_ticks_us();
        *l = (struct listener){.live = live,
                               .mhd = c->mhd,
                               .fd = c->fd,
                               .owner = owner,
                               .turn = ++live->turns,
                               .watch = reply->watch,
                               .began_us = now};
        live->count++;
        speak(l, S("retry: 1000\n\n"), false);
        pthread_cond_signal(&live->wake);
    }
    pthread_mutex_unlock(&live->lock);
    if (!l) return false;
    c->response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SAY_BYTES, more, l, gone);
    if (!c->response) {
        gone(l);
        return false;
    }
    c->stays_us = STAYS_US + BEAT_US;
    if (response_dress(rq, reply, c->response)) return true;
    MHD_destroy_response(c->response); /* and the listener is gone() */
    c->response = NULL;
    return false;
}

/* ---- the thread that asks ------------------------------------------------------------------ */

/* Who has closed the window is found out here, because nobody reads from a suspended connection:
 * what comes from a listener is the end, or nothing that we asked for. The lock is held. */
static void let_go(struct live *live)
{
    struct pollfd fds[LISTENERS_MAX];
    struct listener *of[LISTENERS_MAX];
    nfds_t count = 0;
    for (int i = 0; i < LISTENERS_MAX; i++) {
        struct listener *l = &live->listeners[i];
        if (!l->mhd || l->over) continue;
        of[count] = l;
        fds[count++] = (struct pollfd){.fd = l->fd, .events = POLLIN};
    }
    if (count == 0 || poll(fds, count, 0) <= 0) return;
    for (nfds_t i = 0; i < count; i++)
        if (fds[i].revents) speak(of[i], S(""), true);
}

/* Waits until somebody listens. False: go home. */
static bool somebody(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    while (live->count == 0 && !live->closed) pthread_cond_wait(&live->wake, &live->lock);
    bool stay = !live->closed;
    let_go(live);
    live->question_count = 0;
    for (int i = 0; i < LISTENERS_MAX; i++) {
        struct listener *l = &live->listeners[i];
        if (!l->mhd || l->over) continue;
        live->questions[live->question_count++] =
            (struct question){.of = l, .turn = l->turn, .watch = l->watch};
    }
    pthread_mutex_unlock(&live->lock);
    return stay;
}

static bool same_row(const struct watch *a, const struct watch *b)
{
    return a->version == b->version && a->subject == b->subject;
}

/* A row that several listen to is read once. */
static bool look(struct op *op, void *arg)
{
    struct live *live = arg;
    for (int i = 0; i < live->question_count; i++) {
        struct question *q = &live->questions[i];
        int known = 0;
        while (!same_row(&live->questions[known].watch, &q->watch)) known++;
        q->version = live->questions[known].version;
        if (known == i && !q->watch.version(op, q->watch.subject, &q->version)) return false;
    }
    return true;
}

static void answer(struct live *live, bool known)
{
    char words[SAY_BYTES];
    int64_t now = clock_ticks_us();
    pthread_mutex_lock(&live->lock);
    for (int i = 0; i < live->question_count; i++) {
        const struct question *q = &live->questions[i];
        struct listener *l = q->of;
        if (!l->mhd || l->turn != q->turn || l->over) continue;
        if (known && q->version != q->watch.seen) {
            int len =
                snprintf(words, sizeof words, "event: news\ndata: %lld\n\n", (long long)q->version);
            speak(l, (str){words, len}, true);
        } else if (now - l->began_us > STAYS_US) {
            speak(l, S(""), true);
        } else if (now - l->spoke_us > BEAT_US) {
            speak(l, S(":\n\n"), false);
        }
    }
    pthread_mutex_unlock(&live->lock);
}

static void *ask(void *arg)
{
    struct live *live = arg;
    const struct timespec pause = {.tv_nsec = ASK_MS * 1000000L};
    while (somebody(live)) {
        struct arena_mark start = arena_mark(live->mem);
        struct op op = {.mem = live->mem, .now = live->server->app->now()};
        bool known =
            live->question_count > 0 && store_transact(&op, live->store, TX_READ, look, live);
        if (op.errs) log_errors(&op, "live");
        answer(live, known);
        arena_rewind(live->mem, start);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* ---- the beginning and the end ------------------------------------------------------------- */

bool live_start(struct op *op, struct server *s, struct live **out)
{
    struct live *live = arena_new(op->mem, struct live);
    live->server = s;
    live->mem = arena_open(LIVE_BYTES);
    pthread_mutex_init(&live->lock, NULL);
    pthread_cond_init(&live->wake, NULL);
    *out = live;
    if (store_open(op, s->app->db, &live->store)) {
        if (pthread_create(&live->thread, NULL, ask, live) == 0) return true;
        store_close(live->store);
    }
    arena_close(live->mem);
    return op_broken(op, ERR_INTERNAL, "nobody can listen");
}

void live_close(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    live->closing = true;
    for (int i = 0; i < LISTENERS_MAX; i++)
        if (live->listeners[i].mhd) speak(&live->listeners[i], S(""), true);
    pthread_mutex_unlock(&live->lock);
}

void live_stop(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    live->closed = true;
    pthread_cond_signal(&live->wake);
    pthread_mutex_unlock(&live->lock);
    pthread_join(live->thread, NULL);
    store_close(live->store);
    arena_close(live->mem);
}
