/* A mail's content: the amount or the news as a heading, a sentence, one button, perhaps a table,
 * and small print. Every mail of the product is one of these, so that all look alike.
 *
 * Written as HTML with inline styles, which is what mail programs understand, and as plain text of
 * equal content. The caller brings finished words in the reader's language. */
#ifndef NOTICES_LETTER_H
#define NOTICES_LETTER_H

#include "base/lang.h"
#include "base/op.h"

struct letter_row {
    str label, amount;
    bool total; /* a rule above; the last total of the table gets a double one below */
};

struct letter {
    const struct lang *lang;
    str subject;                 /* also the HTML's title */
    str brand;                   /* the seller's name */
    int logo_width, logo_height; /* of the seller's logo as it is shown; 0: there is none */
    unsigned colour;  /* the seller's, 0xRRGGBB, dark enough below white text; 0: the product's */
    str preview;      /* what a list of mails shows beside the subject; may be empty */
    str heading;      /* "€1,204.50 sent" */
    str lead;         /* one or two sentences; may be empty */
    str button, link; /* "See payment P-20954", an https address; empty: no button */
    str table_title;
    const struct letter_row *rows;
    ptrdiff_t row_count;
    const str *small; /* paragraphs below; an address in one of them is only text */
    ptrdiff_t small_count;
    str choice, choice_link; /* "Choose your mails", an https address; empty: neither */
    str footer;              /* the seller's legal line; '\n' between lines */
};

/* delivery/mailpage/letter.c */
str letter_html(struct arena *mem, const struct letter *letter);
str letter_text(struct arena *mem, const struct letter *letter);

/* The logo travels inside of the mail as a part with this id (RFC 2392), so that nobody learns from
 * a picture that is fetched when and where a mail is read. */
#define LETTER_LOGO_ID "logo@quittance"
bool letter_shows_logo(str html);
/* The same for a page of ours: with the picture in it. A `png` that is empty: without one. */
str letter_shown(struct arena *mem, str html, str png);

#endif
