/* What an invoice, a credit note, a receipt or a statement says, ready to be set on paper.
 *
 * These are finished words and figures: the modules that own the facts fill them in, in the
 * reader's language; adapters/documents/pdf.c sets them. The same document made again is the same
 * bytes. */
#ifndef DOCUMENTS_DOCUMENT_H
#define DOCUMENTS_DOCUMENT_H

#include "base/lang.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/documents/swiss.h"
#include "domain/texts/blocks.h"

struct paper_party {
    str name;
    str address; /* lines, '\n' between them */
    str facts;   /* VAT number, register entry …, one a line */
    str contact; /* "Jonas Brandt, +49 421 …, receivables@…" */
    str bank;    /* payee, IBAN, BIC, reference, one a line; empty: no transfer is offered */
    str country; /* two letters; may be empty */
};

struct paper_fact {
    str name, value;
};

struct paper_column {
    str title;
    bool amount; /* set right-aligned, with tabular figures */
    int weight;  /* share of the width */
};

struct paper_row {
    const str *cells; /* one per column */
    str under;        /* a second, smaller line below the first cell; may be empty */
    bool total;       /* a rule above; the last total of a table gets a double rule below */
};

struct paper_table {
    str title; /* may be empty */
    const struct paper_column *columns;
    ptrdiff_t column_count;
    const struct paper_row *rows;
    ptrdiff_t row_count;
};

struct paper_picture {
    str png; /* empty: none */
    int width, height;
};

#define PAPER_ROWS_MAX    4000 /* in all tables together */
#define PAPER_COLUMNS_MAX 12

struct paper {
    const struct lang *lang;
    unsigned colour; /* the seller's, 0xRRGGBB, dark enough for text; 0: black */
    struct paper_picture logo;
    struct layout layout; /* which parts, in which order; none: the standard */
    str intro, closing;   /* texts above and below the tables; may be empty */
    str foot;             /* the last lines of each page; may be empty */
    str title;            /* "Invoice 10-48840" */
    str lead;             /* the one sentence that matters: "€876.00 is due on 26 April 2026." */
    struct paper_party from, to;
    const struct paper_fact *facts;
    ptrdiff_t fact_count;
    const struct paper_table *tables;
    ptrdiff_t table_count;
    str notes;            /* below the tables; paragraphs, '\n' between them */
    str link, link_label; /* the pay page: as text and as a QR code; may be empty */
    str payment_code;     /* the content of a payment QR, from epc_code(); may be empty */
    str payment_label;
    const struct swiss_bill *swiss; /* the payment part of a Swiss QR-bill; NULL: none */
    instant made_at;                /* the document's own date, not the clock's */
};

/* An A4 document, tagged for screen readers, with its fonts inside. Any text is set: what is not
 * UTF-8 becomes a replacement character, and a cell longer than a few lines ends in an ellipsis.
 * ERR_INVALID: more than PAPER_ROWS_MAX rows. (adapters/documents/pdf.c) */
bool paper_pdf(struct op *op, const struct paper *paper, str *out) MUST_USE;
/* The first sheets of the same document as pictures, for a page that shows it before it is made:
 * the same words in the same places. `total` is how many sheets it has. (adapters/documents/pdf.c)
 */
enum { PAPER_SHEETS_SHOWN = 2 };
struct paper_sheets {
    struct paper_picture at[PAPER_SHEETS_SHOWN];
    int count, total;
};
bool paper_show(struct op *op, const struct paper *paper, struct paper_sheets *out) MUST_USE;
/* A QR code as the path data of an SVG whose viewBox is "0 0 SIZE SIZE", the quiet zone included
 * (adapters/documents/qr.c). ERR_INVALID: more text than a QR code holds. */
bool qr_svg_path(struct op *op, str content, str *path, int *size) MUST_USE;

#endif
