/* The frame around every page of the portal and the console: the head with brand, person and
 * navigation, and the foot.
 *
 *     struct frame f = frame_for(rq, …);
 *     page_top(&page, &f);
 *     portal_items(&page, &view);
 *     page_bottom(&page, &f);
 */
#ifndef WEB_FRAME_H
#define WEB_FRAME_H

#include "delivery/web/web.h"

struct frame_link {
    const char *path; /* a path of ours; NULL: `name` is the title of a group of links */
    str name;         /* in the reader's language */
    int64_t waiting;  /* how many things wait there; 0: not said */
};

/* A field of the address that could not be read, and is left out. */
struct frame_problem {
    str typed; /* empty: too long to be said again */
    str words;
};

struct frame {
    str title;           /* of the page: "Invoices" */
    str brand;           /* the seller's name; in the console the program's */
    str brand_sheet;     /* brand_path(); may be empty */
    str logo;            /* a picture's path; empty: the first letter of the name */
    const char *home;    /* where the brand leads */
    const char *current; /* the path of the link that is marked; NULL: none */
    const struct frame_link *links;
    ptrdiff_t link_count; /* 0: no navigation: sign-in, errors */
    bool console;
    bool signed_in;
    bool view_as;        /* staff looking at the portal as the customer does */
    str company, person; /* who is signed in, for whom */
    str contact_name, contact_phone, contact_email; /* of the seller; each may be empty */
    str foot;                                       /* the console's line; may be empty */
    str theme, helpers;
    const struct frame_problem *problems; /* what this page is shown without */
    ptrdiff_t problem_count;
    int refresh_seconds; /* a page that waits for news, where no script runs; 0: it does not */
};

/* Title, brand and the visitor's own: name, company, theme, helpers. The rest is the caller's. */
struct frame frame_for(const struct request *rq, str title, str brand);

void page_top(struct page *p, const struct frame *f);
void page_bottom(struct page *p, const struct frame *f);

/* The first character of the brand: its sign where there is no logo. */
str brand_letter(str brand);
/* "+49 421 555" as tel:+49421555. */
struct url phone_url(const struct page *p, str phone);

#endif
