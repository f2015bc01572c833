/* The log of mails: what was sent to whom, when and why, each try, what came back, and the mail
 * itself as it went out. Its settings and what is sent by hand are in mail_acts.c. */
#ifndef CONSOLE_MAIL_H
#define CONSOLE_MAIL_H

#include "delivery/console/parts.h"
#include "domain/notices/notices.h"

extern const struct route console_mail_routes[];
extern const struct route console_mail_acts_routes[];

/* Where a mail stands. */
struct standing_words mail_words(struct request *rq, const struct notice_state *mail);

struct mail_part {
    str name;
    struct url link;
};
struct mail_view {
    str subject, under, done, problem, what_to_do;
    struct facts facts;
    struct grid tries, bounces;
    bool has_bounces, has_html, wiped, may_again, stopped;
    struct url html, source, again, clear;
    str text, stop_id, stop_words;
    bool has_source, may_clear;
    struct mail_part *files;
    ptrdiff_t file_count;
};
void page_mail(struct page *p, const struct mail_view *v);

#endif
