/* A page as a person sees it: its words, its links, its rows, and its forms with what stands in
 * them. It reads the HTML that our templates write, not everybody's. */
#ifndef TEST_FLOW_PAGE_H
#define TEST_FLOW_PAGE_H

#include "base/str.h"

struct arena;

/* The words between the tags, one blank between them; without-break spaces are plain ones. */
str seen_words(struct arena *mem, str html);
/* The address of the link with these words, or with words that hold them; empty: there is none. */
str seen_link(struct arena *mem, str html, str words);

struct seen_field {
    str name, value;
    enum { FIELD_TEXT = 1, FIELD_HIDDEN, FIELD_CHOICE } kind; /* CHOICE: one of several values */
    bool on;                                                  /* is sent as the page stands */
};
struct seen_form {
    bool found;
    str method, action;
    struct seen_field fields[4096];
    int count;
};
/* The form of the button with these words, as it stands, the button's own value included. */
void seen_form(struct arena *mem, str html, str button, struct seen_form *out);
/* Whether a field of this name stands there with this value. */
bool seen_has_field(struct arena *mem, str html, str name, str value);

/* The words of each table row, in turn: `*at` begins at 0. */
bool seen_next_row(struct arena *mem, str html, ptrdiff_t *at, str *words);

#endif
