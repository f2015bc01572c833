/* Which fonts documents are set in, whatever the machine's own settings say: Noto for all scripts,
 * DejaVu where Noto is missing, and a fallback font for Chinese, Japanese and Korean. The same
 * document then looks the same, and is the same bytes, on every machine with these packages. */
#ifndef DOCUMENTS_FONTS_H
#define DOCUMENTS_FONTS_H

#include "base/op.h"

#include <pango/pangocairo.h>

/* The families to ask Pango for, best first. */
#define FONT_FAMILIES                                                                              \
    "Noto Sans, DejaVu Sans, Noto Sans CJK JP, Droid Sans Fallback, Liberation Sans"

/* What text is measured and set with, for this operation. Pango keeps the fonts themselves, once
 * for each thread, so that only a thread's first document loads them. */
bool fonts_context(struct op *op, const char *language, bool rtl, PangoContext **out) MUST_USE;

#endif
