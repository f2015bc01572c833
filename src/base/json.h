/* JSON in through jansson, within limits; JSON out through a small writer.
 *
 * Money is never a JSON number: it is {"value": "119.00", "currency": "EUR"}. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "base/text.h"

struct json; /* a parsed value, owned by the arena it was read into */

/* One object or array: UTF-8, no duplicate keys, at most 64 deep and 16 MiB. The sentence of the
 * error says line and column. */
bool json_read(struct op *op, str text, const struct json **out) MUST_USE;
/* About how many values there are, without reading them: those are dear, and what a stranger sends
 * may be refused by their number. */
ptrdiff_t json_values(str text);

const struct json *json_get(const struct json *object, const char *key); /* NULL: not there */
ptrdiff_t json_count(const struct json *array);
const struct json *json_at(const struct json *array, ptrdiff_t i);
/* The key and value of the i-th member of an object, in the order they were written. */
const struct json *json_member(const struct json *object, ptrdiff_t i, str *key);
enum json_kind { JSON_NULL = 1, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };
enum json_kind json_kind(const struct json *value); /* NULL is JSON_NULL */
/* Each is false for a value of another kind, and for NULL. There are no doubles: a number with
 * decimals or an exponent has its digits as text, and is no i64. */
bool json_text(const struct json *value, str *out);
bool json_i64(const struct json *value, int64_t *out);
bool json_bool(const struct json *value, bool *out);

/* The writer puts the commas. Keys are literals; values are valid UTF-8 and are escaped, so that
 * the result may also stand inside a page. */
struct json_out {
    struct text *to;
    bool started; /* a value was written at this depth: the next one needs a comma */
};
void json_open(struct json_out *o, char bracket);  /* '{' or '[' */
void json_close(struct json_out *o, char bracket); /* '}' or ']' */
void json_key(struct json_out *o, const char *key);
void json_put_str(struct json_out *o, str s);
void json_put_i64(struct json_out *o, int64_t n);
void json_put_bool(struct json_out *o, bool b);
void json_put_null(struct json_out *o);
void json_put_money(struct json_out *o, money m);
void json_put_date(struct json_out *o, date d);
void json_put_instant(struct json_out *o, instant at);

#endif
