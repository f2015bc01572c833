/* A request as it comes in: head, then body, then off to the queue. All of this runs in
 * libmicrohttpd's one thread and waits for nobody. */
#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "delivery/web/form.h"
#include "delivery/web/reply.h"
#include "delivery/web/serve.h"

static const int64_t NEVER = INT64_MAX;

void connection_deadline(struct connection *c, int64_t in_us)
{
    pthread_mutex_lock(&c->server->lock);
    c->deadline_us = in_us == NEVER ? NEVER : clock_ticks_us() + in_us;
    pthread_mutex_unlock(&c->server->lock);
}

static void request_forget(struct connection *c)
{
    if (c->response) MHD_destroy_response(c->response);
    if (c->spool_fd >= 0) close(c->spool_fd);
    atomic_fetch_sub(&c->server->body_bytes, c->buffer_cap);
    if (c->mem) arena_close(c->mem);
    pthread_mutex_lock(&c->server->lock);
    *c = (struct connection){.server = c->server,
                             .mhd = c->mhd,
                             .fd = c->fd,
                             .deadline_us = c->deadline_us,
                             .spool_fd = -1};
    pthread_mutex_unlock(&c->server->lock);
}

/* libmicrohttpd counts with us: one is free. The others are not even looked at until so many come,
 * neither here nor when deadlines are. */
static struct connection *place_take(struct server *s)
{
    struct connection *c = s->free;
    assert(c || s->reached < s->options.connections_max);
    if (!c) return &s->connections[s->reached++];
    s->free = c->next_free;
    return c;
}

void connection_notify(void *arg, struct MHD_Connection *mhd, void **context,
                       enum MHD_ConnectionNotificationCode how)
{
    struct server *s = arg;
    struct connection *c = *context;
    if (how == MHD_CONNECTION_NOTIFY_STARTED) {
        pthread_mutex_lock(&s->lock);
        c = *context = place_take(s);
        *c = (struct connection){.server = s, .mhd = mhd, .spool_fd = -1};
        c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        c->deadline_us = clock_ticks_us() + s->options.head_ms * INT64_C(1000);
        pthread_mutex_unlock(&s->lock);
        atomic_fetch_add(&s->metrics.connections, 1);
    } else if (c) {
        atomic_fetch_sub(&s->metrics.connections, 1);
        request_forget(c);
        pthread_mutex_lock(&s->lock);
        c->fd = -1;
        c->next_free = s->free;
        s->free = c;
        pthread_mutex_unlock(&s->lock);
    }
}

static struct connection *connection_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

struct beginning {
    struct connection *c;
    const char *url;
};

static void begin(void *arg)
{
    struct beginning *b = arg;
    b->c->url = str_copy(b->c->mem, str_of(b->url));
}

void *receive_url(void *server, const char *url, struct MHD_Connection *mhd)
{
    (void)server;
    struct connection *c = connection_of(mhd);
    struct beginning b = {.c = c, .url = url};
    char *query = strchr(url, '?');
    c->came_us = clock_ticks_us();
    c->mem = arena_open_if(RECEIVE_BYTES);
    if (c->mem && !arena_try(c->mem, begin, &b)) {
        arena_close(c->mem);
        c->mem = NULL; /* receive() closes the connection */
    }
    /* We read the query ourselves. libmicrohttpd, about to, has no room for more than some hundred
     * fields in the memory of a connection, and then leaves it hanging without an answer. */
    if (query && query[1]) query[1] = 0;
    return NULL;
}

/* ---- the head ------------------------------------------------------------------------------ */

static str header_of(struct request *rq, const char *name)
{
    (void)rq;
    (void)name;
    return (str){0};
}

/* An answer in words without a worker: for what is refused before it is understood. */
static enum MHD_Result refuse(struct connection *c, int status, const char *words)
{
    struct request rq = {.op = {.mem = c->mem}, .app = c->server->app, .header = header_of};
    struct reply reply =
        reply_text(&rq, status, S("text/plain; charset=utf-8"), str_printf(c->mem, "%s\n", words));
    if (status == 503) {
        reply.headers[0].name = "Retry-After";
        reply.headers[0].value = S("2");
    }
    if (!response_make(&rq, &reply, true, NULL, &c->response)) return MHD_NO;
    enum MHD_Result queued = MHD_queue_response(c->mhd, (unsigned)status, c->response);
    c->state = ANSWERED;
    atomic_fetch_add(&c->server->metrics.refused, 1);
    metrics_count(c->server, NULL, status, clock_ticks_us() - c->came_us);
    connection_deadline(c, c->server->options.reply_ms * INT64_C(1000));
    return queued;
}

static bool method_of(const char *name, enum method *out)
{
    *out = GET;
    if (strcmp(name, "HEAD") == 0) return true; /* libmicrohttpd leaves the body out */
    for (int m = GET; m <= DELETE; m++) {
        *out = (enum method)m;
        if (strcmp(name, method_name(*out)) == 0) return true;
    }
    return false;
}

static int64_t files_bytes(const struct route *route)
{
    int64_t bytes = 0;
    for (const struct input *in = route->inputs; in && in->name; in++)
        if (in->type == INPUT_FILE) bytes += (int64_t)(in->longest ? in->longest : 1) << 20;
    return bytes;
}

static void answer_instead(struct connection *c, int status, const char *words)
{
    c->refuse_status = status;
    c->refuse_words = words;
}

static void route_the_request(struct connection *c, bool known_method)
{
    route_find(c->server->tables, c->method, c->path, &c->match);
    bool known_path = false;
    for (int m = GET; m <= DELETE; m++) known_path = known_path || c->match.allows[m];
    if (!known_method) c->match.route = NULL;
    if (c->match.route) return;
    if (known_path)
        answer_instead(c, 405, "This address does not take that method.");
    else
        answer_instead(c, 404, "This page does not exist, or not any more.");
}

/* How much may come, and where it is put. */
static bool body_prepare(struct connection *c)
{
    const char *type = MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, "Content-Type");
    const char *length = MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, "Content-Length");
    int64_t files = c->match.route ? files_bytes(c->match.route) : 0, declared = 0;
    str kind = str_trim(str_cut(str_of(type), ';').head);
    c->multipart = files > 0 && str_eq_nocase(kind, S("multipart/form-data"));
    c->body_max = BODY_BYTES_MAX + (c->multipart ? files : 0);
    if (length) (void)str_to_i64(str_of(length), &declared);

    int64_t seconds = (declared > 0 ? declared : c->body_max) / BYTES_PER_SECOND_MIN;
    connection_deadline(c, c->server->options.body_ms * INT64_C(1000) + seconds * SECOND_US);
    if (c->multipart && (c->spool_fd = upload_temporary(NULL, 0)) < 0) return false;
    return declared <= PATIENCE_BYTES;
}

static enum MHD_Result head_take(struct connection *c, const char *method, const char *version)
{
    const char *words;
    bool known = method_of(method, &c->method);
    int status = door_check(c->mhd, version, c->url, !known || c->method != GET, &words);
    if (status) return refuse(c, status, words);

    struct str_pair cut = str_cut(c->url, '?');
    c->query = cut.tail;
    if (!url_decode(c->mem, cut.head, false, &c->path) ||
        memchr(c->path.at, 0, (size_t)c->path.len))
        return refuse(c, 400, N_("The address is malformed."));

    c->state = RECEIVING;
    route_the_request(c, known);
    if (!body_prepare(c)) return refuse(c, 413, N_("This is too large."));
    return MHD_YES;
}

/* ---- the body ------------------------------------------------------------------------------ */

static bool buffer_grow(struct connection *c, int64_t need)
{
    if (need <= c->buffer_cap) return true;
    int64_t cap = c->buffer_cap * 2 > need ? c->buffer_cap * 2 : need + 4096;
    if (cap > BODY_BYTES_MAX) cap = BODY_BYTES_MAX;
    int64_t held = atomic_fetch_add(&c->server->body_bytes, cap - c->buffer_cap);
    char *more =
        held + cap > BODIES_BYTES_MAX ? NULL : arena_alloc_if(c->mem, 1, 1, (ptrdiff_t)cap);
    if (!more) {
        atomic_fetch_sub(&c->server->body_bytes, cap - c->buffer_cap);
        return false;
    }
    if (c->body_len > 0) memcpy(more, c->buffer, (size_t)c->body_len);
    c->buffer = more;
    c->buffer_cap = cap;
    return true;
}

static bool spool(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, data, size);
        if (wrote <= 0) return false;
        data += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

/* A body that is too large is read to its end and dropped: who is still sending hears nothing. */
static enum MHD_Result body_take(struct connection *c, const char *data, size_t size)
{
    int64_t len = c->body_len + (int64_t)size;
    if (len > PATIENCE_BYTES) return MHD_NO;
    if (len > c->body_max && !c->refuse_status)
        answer_instead(c, 413, "This is too large. Please send less, or in parts.");
    if (!c->refuse_status) {
        if (c->spool_fd >= 0) {
            if (!spool(c->spool_fd, data, size))
                answer_instead(c, 503, "We have no room for this now. Please try again later.");
        } else if (!buffer_grow(c, len)) {
            answer_instead(c, 503, "We are busy. Please try again in a moment.");
        } else {
            memcpy(c->buffer + c->body_len, data, size);
        }
    }
    c->body_len = len;
    return MHD_YES;
}

static enum MHD_Result body_done(struct connection *c)
{
    if (c->spool_fd < 0 && !c->refuse_status) c->body = (str){c->buffer, (ptrdiff_t)c->body_len};
    connection_deadline(c, NEVER);
    if (queue_put(&c->server->queue, c)) return MHD_YES;
    return refuse(c, 503, N_("We are busy. Please try again in a moment."));
}

/* ---- the calls of libmicrohttpd ------------------------------------------------------------- */

static enum MHD_Result answer(struct connection *c)
{
    int64_t seconds = c->reply_bytes / BYTES_PER_SECOND_MIN;
    if (!c->response) return MHD_NO;
    connection_deadline(c, c->server->options.reply_ms * INT64_C(1000) + seconds * SECOND_US +
                               c->stays_us);
    return MHD_queue_response(c->mhd, (unsigned)c->status, c->response);
}

struct received {
    struct connection *c;
    const char *method, *version, *data;
    size_t *size;
    enum MHD_Result result;
};

static enum MHD_Result take(const struct received *r)
{
    size_t got = *r->size;
    switch (r->c->state) {
    case IDLE: return head_take(r->c, r->method, r->version);
    case RECEIVING:
        if (got == 0) return body_done(r->c);
        *r->size = 0;
        return body_take(r->c, r->data, got);
    case WAITING: return answer(r->c);
    case ANSWERED: break;
    }
    *r->size = 0; /* refused: what still comes is dropped */
    return MHD_YES;
}

static void take_it(void *arg)
{
    struct received *r = arg;
    r->result = take(r);
}

/* Without memory the connection is closed: nothing is under way for it yet. */
enum MHD_Result receive(void *server, struct MHD_Connection *mhd, const char *url,
                        const char *method, const char *version, const char *data, size_t *size,
                        void **state)
{
    (void)url;
    struct server *s = server;
    struct received r = {connection_of(mhd), method, version, data, size, MHD_NO};
    *state = r.c; /* not NULL: receive_done() hears of it */
    if (r.c->state == IDLE) {
        pthread_mutex_lock(&s->lock);
        s->under_way++;
        pthread_mutex_unlock(&s->lock);
    }
    return r.c->mem && arena_try(r.c->mem, take_it, &r) ? r.result : MHD_NO;
}

void receive_done(void *server, struct MHD_Connection *mhd, void **state,
                  enum MHD_RequestTerminationCode how)
{
    (void)how;
    struct server *s = server;
    struct connection *c = connection_of(mhd);
    *state = NULL;
    request_forget(c);
    pthread_mutex_lock(&s->lock);
    s->under_way--;
    c->deadline_us = clock_ticks_us() + s->options.head_ms * INT64_C(1000);
    pthread_mutex_unlock(&s->lock);
}
