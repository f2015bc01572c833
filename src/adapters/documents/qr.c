#include "adapters/documents/qr.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/documents/document.h"

#include <qrencode.h>

#define CONTENT_MAX 2331 /* bytes in the largest code with medium error correction */

static void close_code(void *code)
{
    QRcode_free(code);
}

bool qr_of(struct op *op, str content, struct qr *out)
{
    if (content.len == 0 || content.len > CONTENT_MAX)
        return op_fail(op, ERR_INVALID, NULL, "A QR code holds 1 to %d characters, not %td.",
                       CONTENT_MAX, content.len);
    QRcode *code =
        QRcode_encodeData((int)content.len, (const unsigned char *)content.at, 0, QR_ECLEVEL_M);
    if (!code) return op_broken(op, ERR_INTERNAL, "libqrencode gave no code");
    arena_defer(op->mem, close_code, code);

    unsigned char *dark = arena_array(op->mem, unsigned char, (ptrdiff_t)code->width * code->width);
    for (int i = 0; i < code->width * code->width; i++) dark[i] = code->data[i] & 1;
    *out = (struct qr){.size = code->width, .dark = dark};
    return true;
}

bool qr_run(const struct qr *qr, int y, int *x, int *len)
{
    const unsigned char *row = qr->dark + (ptrdiff_t)y * qr->size;
    while (*x < qr->size && !row[*x]) (*x)++;
    int end = *x;
    while (end < qr->size && row[end]) end++;
    *len = end - *x;
    return *len > 0;
}

bool qr_svg_path(struct op *op, str content, str *path, int *size)
{
    struct qr qr;
    if (!qr_of(op, content, &qr)) return false;
    struct text t = {.mem = op->mem};
    for (int y = 0; y < qr.size; y++)
        for (int x = 0, len; qr_run(&qr, y, &x, &len); x += len)
            text_format(&t, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, len, len);
    *path = text_str(&t);
    *size = qr.size + 2 * QR_QUIET;
    return true;
}
