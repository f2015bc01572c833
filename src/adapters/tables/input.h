/* A file's bytes as UTF-8 text, in pieces that end with a line, in constant memory. */
#ifndef TABLES_INPUT_H
#define TABLES_INPUT_H

#include "domain/exchange/table.h"

#include <iconv.h>

enum { INPUT_BYTES = 64 << 10 };

struct input {
    const char *path;
    int fd;
    iconv_t decoder; /* (iconv_t)-1: the file is UTF-8 */
    int64_t size, bytes_read, bom_bytes;
    bool ended;
    char raw[INPUT_BYTES]; /* as read, when it must be decoded */
    ptrdiff_t raw_len;
    char text[4 * INPUT_BYTES];
    ptrdiff_t from, to; /* what of `text` was not handed out yet */
    enum table_encoding encoding;
    bool bom;
    struct finding found;
};

/* `encoding` 0: found out, by reading the whole file once. */
bool input_open(struct op *op, const char *path, enum table_encoding encoding,
                struct input **out) MUST_USE;
/* The next piece: to the end of a line if one is in the buffer, else all there is. Empty: the end.
 * A carriage return alone ends a line too. */
bool input_next(struct op *op, struct input *in, str *out) MUST_USE;
bool input_rewind(struct op *op, struct input *in) MUST_USE;
/* A hash over the bytes of the file; where it is read does not change. */
bool input_fingerprint(struct op *op, const struct input *in, str *out) MUST_USE;
/* Then what could not be decoded stands as U+FFFD in the text. */
bool input_decodes(const struct input *in);

#endif
