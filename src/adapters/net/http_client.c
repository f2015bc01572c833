#include "adapters/net/http_client.h"

#include "adapters/net/address.h"
#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CONNECT_MS = 3000,
    TOTAL_MS = 10000,
    BODY_BYTES_MAX = 256 * 1024,
    HEAD_BYTES_MAX = 16 * 1024,
};

/* libcurl's callbacks may not use the arena (it can jump out of them), so they fill these. */
struct bounded {
    char *at;
    ptrdiff_t len, max;
};

struct exchange {
    CURL *curl;
    enum http_reach reach;
    bool connected; /* from here on a byte may have left */
    bool refused;   /* by the address rule */
    struct bounded head, body;
    char error[CURL_ERROR_SIZE];
};

static bool bounded_add(struct bounded *b, const char *data, size_t size)
{
    if ((ptrdiff_t)size > b->max - b->len) return false;
    memcpy(b->at + b->len, data, size);
    b->len += (ptrdiff_t)size;
    return true;
}

/* A short count makes libcurl give up: the answer is larger than we are willing to read. */
static size_t take_body(char *data, size_t one, size_t size, void *arg)
{
    struct exchange *x = arg;
    (void)one;
    return bounded_add(&x->body, data, size) ? size : 0;
}

static size_t take_head(char *data, size_t one, size_t size, void *arg)
{
    struct exchange *x = arg;
    (void)one;
    /* A second status line: what came before was "100 Continue" or the like. */
    if (str_starts((str){data, (ptrdiff_t)size}, S("HTTP/"))) x->head.len = 0;
    return bounded_add(&x->head, data, size) ? size : 0;
}

static bool may_reach(enum http_reach reach, const struct sockaddr *address)
{
    switch (address_kind(address)) {
    case ADDRESS_PUBLIC: return true;
    case ADDRESS_LOOPBACK:
    case ADDRESS_PRIVATE: return reach == HTTP_TO_OPERATOR;
    case ADDRESS_FORBIDDEN: return false;
    }
    return false;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *x = arg;
    (void)purpose;
    if (!may_reach(x->reach, &address->addr)) {
        x->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Called when the connection stands, TLS included, and before the request is written. */
static int before_request(void *arg, char *to, char *from, int to_port, int from_port)
{
    struct exchange *x = arg;
    (void)to, (void)from, (void)to_port, (void)from_port;
    x->connected = true;
    return CURL_PREREQFUNC_OK;
}

static void close_curl(void *curl)
{
    curl_easy_cleanup(curl);
}

static void close_list(void *list)
{
    curl_slist_free_all(list);
}

static bool set_limits(const struct exchange *x, const struct http_request *in)
{
    CURL *c = x->curl;
    const char *protocols = in->reach == HTTP_TO_OPERATOR ? "http,https" : "https";
    long connect_ms = in->connect_ms ? in->connect_ms : CONNECT_MS;
    long total_ms = in->total_ms ? in->total_ms : TOTAL_MS;
    return !curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols) &&
           !curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl_easy_setopt(c, CURLOPT_PROXY, "") &&
           !curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
           !curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
           !curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
           !curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L) &&
           !curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L) &&
           !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
           !curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) &&
           !curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, total_ms);
}

static bool set_callbacks(struct exchange *x)
{
    CURL *c = x->curl;
    return !curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->error) &&
           !curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           !curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x) &&
           !curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, before_request) &&
           !curl_easy_setopt(c, CURLOPT_PREREQDATA, x) &&
           !curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_head) &&
           !curl_easy_setopt(c, CURLOPT_HEADERDATA, x) &&
           !curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) &&
           !curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
}

static bool set_headers(struct op *op, const struct exchange *x, const struct http_request *in)
{
    /* libcurl would wait for "100 Continue" before a large body. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    if (!list) return false;
    arena_defer(op->mem, close_list, list);
    for (ptrdiff_t i = 0; i < in->header_count; i++) {
        const struct http_header *h = &in->headers[i];
        assert(str_find(h->value, S("\r")) < 0 && str_find(h->value, S("\n")) < 0);
        str line = str_printf(op->mem, "%s: %.*s", h->name, STR(h->value));
        if (!curl_slist_append(list, str_z(op->mem, line))) return false;
    }
    return !curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, list);
}

static bool set_request(struct op *op, const struct exchange *x, const struct http_request *in)
{
    CURL *c = x->curl;
    if (curl_easy_setopt(c, CURLOPT_URL, str_z(op->mem, in->url))) return false;
    if (strcmp(in->method, "GET") != 0) {
        if (curl_easy_setopt(c, CURLOPT_POST, 1L)) return false;
        if (curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, in->method)) return false;
        if (curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)in->body.len))
            return false;
        if (curl_easy_setopt(c, CURLOPT_POSTFIELDS, in->body.len ? in->body.at : "")) return false;
    }
    return set_headers(op, x, in);
}

/* Once a byte may have left, nothing but a whole answer is an answer: libcurl's codes are not
 * read for it (garbage, for one, is reported as an unsupported protocol). */
static void conclude(struct op *op, const struct exchange *x, CURLcode code,
                     struct http_response *out)
{
    long status = 0;
    *out = (struct http_response){.head = {x->head.at, x->head.len},
                                  .body = {x->body.at, x->body.len}};
    if (code == CURLE_OK && !curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status) &&
        status >= 200) {
        out->outcome = HTTP_ANSWERED;
        out->status = (int)status;
        return;
    }
    out->outcome = x->connected ? HTTP_UNKNOWN : HTTP_NOT_SENT;
    const char *why = x->error[0] ? x->error : curl_easy_strerror(code);
    if (x->refused) why = "the address is not one this request may reach";
    out->why = str_copy(op->mem, str_of(why));
}

bool http_send(struct op *op, const struct http_request *in, struct http_response *out)
{
    assert(!op->tx); /* nobody holds a lock while a stranger answers */
    assert(in->url.len > 0);

    int body_max = in->body_bytes_max ? in->body_bytes_max : BODY_BYTES_MAX;
    struct exchange *x = arena_new(op->mem, struct exchange);
    x->reach = in->reach;
    /* Not zeroed: room for megabytes costs nothing until they come. */
    x->head = (struct bounded){arena_bytes(op->mem, HEAD_BYTES_MAX), 0, HEAD_BYTES_MAX};
    x->body = (struct bounded){arena_bytes(op->mem, body_max), 0, body_max};
    x->curl = curl_easy_init();
    if (!x->curl) return op_broken(op, ERR_INTERNAL, "libcurl gives no handle");
    arena_defer(op->mem, close_curl, x->curl);

    if (!set_limits(x, in) || !set_callbacks(x) || !set_request(op, x, in))
        return op_broken(op, ERR_INTERNAL, "libcurl refuses an option for %.*s", STR(in->url));
    conclude(op, x, curl_easy_perform(x->curl), out);
    return true;
}

str http_response_header(const struct http_response *response, const char *name)
{
    str rest = response->head;
    while (rest.len > 0) {
        struct str_pair line = str_cut(rest, '\n');
        struct str_pair field = str_cut(line.head, ':');
        if (field.found && str_eq_nocase(field.head, str_of(name))) return str_trim(field.tail);
        rest = line.tail;
    }
    return (str){0};
}

str http_origin(str url)
{
    ptrdiff_t host = 0;
    if (str_starts(url, S("https://"))) host = 8;
    if (str_starts(url, S("http://"))) host = 7;
    ptrdiff_t end = host;
    while (end < url.len && !memchr("/?#\\ @;,'\"", url.at[end], 10)) end++;
    if (host == 0 || end == host) return (str){0};
    if (end < url.len && !memchr("/?#", url.at[end], 3)) return (str){0};
    return str_head(url, end);
}

static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

str http_encode(struct arena *mem, str s)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (plain(s.at[i]))
            text_char(&t, s.at[i]);
        else
            text_format(&t, "%%%02X", (unsigned)(unsigned char)s.at[i]);
    }
    return text_str(&t);
}
