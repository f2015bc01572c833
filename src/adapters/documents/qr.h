/* QR codes (ISO/IEC 18004) by libqrencode, with medium error correction, as EPC069-12 asks. */
#ifndef DOCUMENTS_QR_H
#define DOCUMENTS_QR_H

#include "base/op.h"

#define QR_QUIET 4 /* the white border a reader needs, in modules */

struct qr {
    int size;                  /* modules in a row, without the border */
    const unsigned char *dark; /* size × size; 1 is dark */
};

bool qr_of(struct op *op, str content, struct qr *out) MUST_USE;

/* The next run of dark modules in a row at or after *x; false: none. */
bool qr_run(const struct qr *qr, int y, int *x, int *len);

#endif
