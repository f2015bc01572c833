/* What a request brings: a query, an HTML form or a JSON body, brought to one list of named
 * fields, and checked by the route's table into the route's struct.
 *
 * JSON is flattened: {"line": [{"amount": {"value": "1"}}]} is the field line[0].amount.value, so
 * that forms and bodies are checked by the same lines. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "delivery/web/web.h"

enum { FORM_FIELDS_MAX = 10000, FORM_GROUPS_MAX = 2000 };

/* Fills rq->typed from the query and the body; a multipart body's fields are there already. */
bool form_read(struct request *rq) MUST_USE;

/* Fills rq->in, as far as it goes. Every problem is recorded, not only the first. Once more, with
 * rq->problems: without the fields that were refused; false where one of them is required. */
bool form_check(struct request *rq, const struct route *route) MUST_USE;

/* rq->problems names this field. */
bool request_refused(const struct request *rq, str field);

/* "a=1&b=%C3%A4" in the order it was written. */
bool form_urlencoded(struct request *rq, str text, struct typed ***end) MUST_USE;

/* A percent-encoded path or value; false: it is not well-formed, or not UTF-8. */
bool url_decode(struct arena *mem, str s, bool plus_is_space, str *out) MUST_USE;

/* The value of one cookie of a Cookie header; empty: not there. */
str cookie_value(str header, str name);

#endif
