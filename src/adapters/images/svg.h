/* A logo as SVG, rewritten until it can do nothing but be seen.
 *
 * It is read by libxml2 and written anew from the elements and attributes on two short lists: no
 * scripts, no events, no addresses, no foreign content, no text to be set in somebody's font, no
 * element that repeats another. What would change how the logo looks is refused by name, so that
 * nobody is surprised later; what only an editor left behind is dropped. */
#ifndef IMAGES_SVG_H
#define IMAGES_SVG_H

#include "base/op.h"

struct svg {
    str text;
    int64_t width, height; /* of its view box, in thousandths */
};

enum { SVG_BYTES_MAX = 256 << 10 };

/* ERR_INVALID, field "logo". */
bool svg_clean(struct op *op, str file, struct svg *out) MUST_USE;

#endif
