/* The mails in a folder, as the folder mailer put them there: for the demonstration, where a page
 * shows what would have been sent, and for tests. */
#ifndef MAIL_MAILBOX_H
#define MAIL_MAILBOX_H

#include "domain/notices/mailer.h"

#define MAILBOX_LIST_MAX  500        /* the newest */
#define MAILBOX_BYTES_MAX (40 << 20) /* of one mail */
#define MAILBOX_FILES_MAX 20

struct mailbox_entry {
    str name; /* of the file: names a mail in mailbox_read() */
    instant at;
    str from, to, subject; /* as people read them: "Anna Müller <anna@mueller.example>" */
    ptrdiff_t file_count;
};

struct mailbox_mail {
    struct mailbox_entry head;
    str message_id, reply_to, language;
    str text, html; /* empty: it has none */
    str logo;       /* the picture inside of the HTML; empty: none */
    struct mail_file files[MAILBOX_FILES_MAX];
};

struct mailbox_list {
    struct mailbox_entry *at;
    ptrdiff_t count;
    ptrdiff_t unreadable; /* files that are no mails */
};

/* Newest first. A folder that is not there yet is empty. */
bool mailbox_list(struct op *op, str folder, struct mailbox_list *out) MUST_USE;
/* ERR_MISSING: there is no such mail. A name is a name, never a path. */
bool mailbox_read(struct op *op, str folder, str name, struct mailbox_mail *out) MUST_USE;

#endif
