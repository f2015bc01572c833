/* The server's inside, shared by the files that make it up:
 *
 *     listen.c   the socket, the libmicrohttpd daemon, deadlines, and the orderly end
 *     receive.c  a request's head and body, as they come in, in libmicrohttpd's one thread
 *     door.c     which heads are refused
 *     queue.c    whose turn it is
 *     worker.c   the threads that run requests from start to finish
 *     upload.c   multipart bodies
 *     live.c     answers that stay open
 *     metrics.c  what is counted
 *
 * A connection moves IDLE → RECEIVING → WAITING → ANSWERED → IDLE. While it is WAITING it is
 * suspended and belongs to a worker; at all other times it belongs to libmicrohttpd's thread. */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "delivery/web/queue.h"
#include "delivery/web/route.h"

enum {
    URL_BYTES_MAX = 8 * 1024,
    HEAD_BYTES_MAX = 16 * 1024,
    HEADERS_MAX = 100,
    CONNECTION_BYTES = 32 * 1024,        /* of libmicrohttpd's own memory: head in, head out */
    BODY_BYTES_MAX = 1024 * 1024,        /* but for files */
    BODIES_BYTES_MAX = 64 * 1024 * 1024, /* of all requests together */
    RECEIVE_BYTES = 16 * 1024 * 1024, /* a request's own memory: its head, its body, its fields */
    WORKER_BYTES = 64 * 1024 * 1024,
    PATIENCE_BYTES = 256 * 1024 * 1024, /* of a body too large: read, to answer in words */
    BYTES_PER_SECOND_MIN = 32 * 1024,
};

enum { DURATIONS = 13, CLASSES = 6 };
struct route_count {
    _Atomic int64_t by_class[CLASSES]; /* [2]: 200 to 299 */
};
struct metrics {
    struct route_count *by_route; /* [0]: of no route; then as the tables stand */
    instant started;
    _Atomic int64_t by_duration[DURATIONS + 1];
    _Atomic int64_t duration_us, refused, cut, connections;
};

struct connection {
    struct server *server;
    struct connection *next_free;
    struct MHD_Connection *mhd;
    int fd;              /* -1: this place is free */
    int64_t deadline_us; /* by clock_ticks_us(); when it is passed the socket is shut */
    enum { IDLE, RECEIVING, WAITING, ANSWERED } state;

    /* The request that is under way. */
    struct arena *mem; /* for what comes in */
    str url;           /* as sent */
    str path, query, body;
    enum method method;
    struct route_match match;
    bool multipart;
    int refuse_status; /* 0, or: a worker tells this instead of running the route */
    const char *refuse_words;
    char *buffer;
    int64_t body_len, body_max, buffer_cap;
    int spool_fd; /* -1; a body with files goes into a file */
    int64_t came_us;
    struct MHD_Response *response;
    int status;
    int64_t reply_bytes;
    int64_t stays_us; /* how long a reply may stay open; 0: as long as it takes to send */
};

struct server {
    const struct app *app;
    struct serve_options options;
    const struct route *const *tables; /* the app's and ours */
    struct MHD_Daemon *daemon;
    struct connection *connections, *free;
    int reached; /* how many of the places were ever taken */
    struct metrics metrics;
    struct live *live;
    _Atomic int64_t body_bytes; /* in memory, of all requests */
    _Atomic bool draining;
    struct queue queue;

    pthread_mutex_t lock; /* of all below, and of `free`, `reached`, fd and deadline_us above */
    int under_way;        /* requests from their head to their last byte */
};

/* receive.c */
void *receive_url(void *server, const char *url, struct MHD_Connection *mhd);
enum MHD_Result receive(void *server, struct MHD_Connection *mhd, const char *url,
                        const char *method, const char *version, const char *data, size_t *size,
                        void **state);
void receive_done(void *server, struct MHD_Connection *mhd, void **state,
                  enum MHD_RequestTerminationCode how);
void connection_notify(void *server, struct MHD_Connection *mhd, void **context,
                       enum MHD_ConnectionNotificationCode how);
void connection_deadline(struct connection *c, int64_t in_us);

/* door.c: 0, or the status with which this head is refused; *words says why. */
int door_check(struct MHD_Connection *mhd, const char *version, str url, bool may_have_body,
               const char **words);

/* worker.c */
struct worker;
bool workers_start(struct op *op, struct server *server, struct worker **out) MUST_USE;
void workers_stop(struct worker *workers, int count);
/* The reply as libmicrohttpd takes it; *bytes may be NULL. *out is set as soon as there is one, so
 * that the caller can let it go when the arena gets full meanwhile. */
bool response_make(struct request *rq, const struct reply *reply, bool close, int64_t *bytes,
                   struct MHD_Response **out) MUST_USE;

/* The headers of the reply, put into the response. False: there is no memory for all of them. */
bool response_dress(struct request *rq, const struct reply *reply,
                    struct MHD_Response *response) MUST_USE;

/* live.c: a reply with a watch, as c->response. False: no room for another listener. */
bool live_start(struct op *op, struct server *server, struct live **out) MUST_USE;
bool live_response(struct live *live, struct connection *c, struct request *rq,
                   const struct reply *reply) MUST_USE;
void live_close(struct live *live); /* ends all streams, and begins no more */
void live_stop(struct live *live);

/* upload.c: fills rq->typed from the connection's multipart body. */
bool upload_read(struct request *rq, struct connection *c) MUST_USE;
int upload_temporary(char *path, ptrdiff_t room); /* an open file, 0600; its name; -1: none */

/* metrics.c */
void metrics_open(struct arena *mem, const struct route *const *tables, struct metrics *m);
/* `route` NULL: the request had none. */
void metrics_count(struct server *s, const struct route *route, int status, int64_t took_us);

#endif
