/* Asking a stranger over HTTP, within limits.
 *
 * One request, one connection, one answer: no redirects, no cookies, no proxy, no netrc, a deadline
 * for the connection and one for everything, and a cap on what may come back. What a redirect says
 * is for the caller to read, never followed.
 *
 * The three outcomes are what matters where money moves: only HTTP_NOT_SENT means that nothing can
 * have happened at the other end. */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include "base/op.h"

enum http_outcome {
    HTTP_ANSWERED = 1, /* a whole answer, whatever its status says */
    HTTP_NOT_SENT,     /* no connection came about: not one byte of the request left */
    HTTP_UNKNOWN,      /* it may have arrived: silence, half an answer, or an unreadable one */
};

/* Which networks the request may reach, judged on the address of the socket. */
enum http_reach {
    HTTP_TO_PUBLIC,   /* https to public addresses: for URLs that anybody else gave us */
    HTTP_TO_OPERATOR, /* also http, loopback and private networks: for URLs of the operator's own
                       * configuration, such as the test gateway. Never link-local. */
};

struct http_header {
    const char *name;
    str value; /* no line breaks: asserted */
};

struct http_request {
    const char *method; /* "GET", "POST" */
    str url;
    const struct http_header *headers;
    ptrdiff_t header_count;
    str body;
    enum http_reach reach;
    int connect_ms, total_ms; /* 0: 3 s and 10 s */
    int body_bytes_max;       /* of the answer; 0: 256 KiB */
};

struct http_response {
    enum http_outcome outcome;
    int status; /* 0 unless answered */
    str head;   /* the header lines as received: http_response_header() reads them */
    str body;
    str why; /* for the log, unless answered */
};

/* False only when no request could be made at all: never about what the stranger did. */
bool http_send(struct op *op, const struct http_request *in, struct http_response *out) MUST_USE;

str http_response_header(const struct http_response *response, const char *name); /* "": absent */

/* "https://pay.example:8443" of "https://pay.example:8443/card/x?y"; empty when s is no such URL.
 * For Content-Security-Policy, which speaks in origins. */
str http_origin(str url);

/* One value in a path or a query. */
str http_encode(struct arena *mem, str s);

#endif
