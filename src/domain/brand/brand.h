/* How each of the seller's entities looks: its colour and its logo. Used by the portal, by mails
 * and by documents.
 *
 * A change is a further version, so that a document issued before it keeps the look it was issued
 * with. A logo is a PNG, or an SVG rewritten until nothing in it can do anything but be seen
 * (adapters/images); its name is the hash of its bytes, so that browsers may keep it for ever. */
#ifndef BRAND_BRAND_H
#define BRAND_BRAND_H

#include "base/op.h"

enum { BRAND_STANDARD = 0x0d5a66 }; /* the product's own */

/* The contrast of two colours by WCAG 2.2, in hundredths: 450 is 4.5:1. */
int colour_contrast(unsigned one, unsigned other);
/* The nearest colour of the same hue that white text can be read on and that can be read on white:
 * 4.5:1; itself when it is dark enough. */
unsigned colour_for_white(unsigned colour);
bool colour_from(str text, unsigned *out);           /* "#0d5a66", "0D5A66" */
str colour_text(struct arena *mem, unsigned colour); /* "0d5a66" */

struct logo {
    str digest;        /* empty: there is none */
    str svg, png;      /* svg: empty when a PNG was given */
    int width, height; /* of the PNG */
};

struct brand {
    unsigned colour; /* dark enough for white text */
    str logo;        /* its digest; empty: none */
    bool svg;        /* the logo is to be had as SVG */
    str who;         /* empty: never changed */
    instant recorded;
};
/* The look of an entity as of a moment; 0: now. */
bool brand_load(struct op *op, int64_t entity, instant at, struct brand *out) MUST_USE;
/* A new version; the logo's digest is one of logo_keep's, or empty. ERR_INVALID: the colour is too
 * light, and the sentence names one that is not. */
bool brand_put(struct op *op, int64_t entity, unsigned colour, str logo) MUST_USE;

bool logo_keep(struct op *op, struct logo *logo) MUST_USE; /* fills in the digest */
bool logo_get(struct op *op, str digest, struct logo *out, bool *found) MUST_USE;

/* Of the bytes of a file: a picture that is safe to show. Outside of transactions; ERR_INVALID says
 * what is wrong with the file, under the field "logo". (adapters/images/logo.c) */
bool logo_make(struct op *op, str file, struct logo *out) MUST_USE;

#endif
