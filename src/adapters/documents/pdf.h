/* The parts of paper_pdf: laying out, drawing, finishing. */
#ifndef DOCUMENTS_PDF_H
#define DOCUMENTS_PDF_H

#include "adapters/documents/sheet.h"
#include "domain/documents/document.h"

/* A document on its sheets (layout.c, table.c). */
bool paper_layout(struct op *op, const struct paper *paper, struct sheets *s) MUST_USE;
/* The payment part of a Swiss QR-bill, at the foot of the last page (swiss.c). */
bool swiss_layout(struct sheets *s, const struct paper *paper) MUST_USE;
void table_layout(struct sheets *s, const struct paper_table *table);

/* What Cairo cannot say: the language, that the title names the window, which cells are column
 * heads, what a picture shows in words, a stable id (finish.c). `pictures` are the words for the
 * Figure tags, in their order. */
bool pdf_finish(struct op *op, str pdf, str language, const str *pictures, ptrdiff_t picture_count,
                str *out) MUST_USE;

#endif
