/* A reply, as libmicrohttpd takes it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "delivery/web/reply.h"
#include "delivery/web/serve.h"

struct adding {
    struct arena *mem;
    struct MHD_Response *response;
    bool lost; /* a header: half of the walls are none */
};

static void add_header(void *to, const char *name, str value)
{
    struct adding *a = to;
    if (MHD_add_response_header(a->response, name, str_z(a->mem, value)) == MHD_YES) return;
    log_line(NULL, "http.header", {"name", str_of(name)});
    a->lost = true;
}

static struct MHD_Response *of_bytes(str body)
{
    /* It is copied: the worker's memory is gone before the last byte is sent. */
    return MHD_create_response_from_buffer((size_t)body.len, (void *)(uintptr_t)body.at,
                                           MHD_RESPMEM_MUST_COPY);
}

static struct MHD_Response *of_file(const char *path, int64_t *bytes)
{
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    if (fstat(fd, &is) != 0) {
        close(fd);
        return NULL;
    }
    *bytes = is.st_size;
    struct MHD_Response *response = MHD_create_response_from_fd64((uint64_t)is.st_size, fd);
    if (!response) close(fd); /* else it is closed with it */
    return response;
}

bool response_dress(struct request *rq, const struct reply *reply, struct MHD_Response *response)
{
    struct adding a = {.mem = rq->op.mem, .response = response};
    reply_headers(rq, reply, add_header, &a);
    return !a.lost;
}

bool response_make(struct request *rq, const struct reply *reply, bool close, int64_t *bytes,
                   struct MHD_Response **out)
{
    int64_t count = reply->body.len;
    *out = reply->path ? of_file(reply->path, &count) : of_bytes(reply->body);
    if (!*out) return false;
    struct adding a = {.mem = rq->op.mem, .response = *out};
    if (close) add_header(&a, "Connection", S("close"));
    if (response_dress(rq, reply, *out) && !a.lost) {
        if (bytes) *bytes = count;
        return true;
    }
    MHD_destroy_response(*out);
    *out = NULL;
    return false;
}
