/* The demonstration's mails, on a page: what would have been sent. Only in the demonstration. */
#ifndef PORTAL_DEMO_MAIL_H
#define PORTAL_DEMO_MAIL_H

#include "delivery/portal/portal.h"

extern const struct route demo_mail_routes[];

struct demo_mails_view {
    const struct demo_mail_row {
        struct url link;
        str subject, to, at;
    } * rows;
    ptrdiff_t count;
};
void page_demo_mails(struct page *p, const struct demo_mails_view *v);

struct demo_mail_view {
    str subject, from, to, at, text;
    bool has_link;
    struct url link; /* the mail's button */
    const struct demo_mail_file {
        struct url link;
        str name;
    } * files;
    ptrdiff_t file_count;
};
void page_demo_mail(struct page *p, const struct demo_mail_view *v);

#endif
