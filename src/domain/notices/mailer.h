/* What sends mail. The domain writes a mail down in the transaction of its cause; the job
 * `mail.send` hands it to the mailer, which is one of adapters/mail: SMTP, or a folder. */
#ifndef NOTICES_MAILER_H
#define NOTICES_MAILER_H

#include "base/op.h"

struct mail_file {
    str name, type, bytes; /* "receipt.pdf", "application/pdf" */
};

/* All text is UTF-8. The texts that become headers hold no line breaks or other control
 * characters: mailer_send refuses them. */
struct mail {
    str message_id;      /* stable: the same mail sent twice has the same id; no brackets */
    str from_name, from; /* "Nordwind", "receivables@nordwind.example" */
    str to_name, to;
    str reply_to; /* may be empty */
    str subject;
    str text, html; /* equal in content */
    str language;   /* "de": Content-Language */
    instant at;
    str logo; /* a PNG that the HTML shows (letter.h); empty: it shows none */
    const struct mail_file *files;
    ptrdiff_t file_count;
    str unsubscribe; /* an https address that takes one POST (RFC 8058); empty: none */
    str bytes;       /* from mail_compose(): what is handed over; empty: composed then */
};

struct mailer {
    const char *name;
    void *account;
    bool repeats; /* of the same mail sent twice one arrives: a folder, not a server */
    /* ERR_UPSTREAM: try later. ERR_INVALID: it will never be taken. ERR_CONFLICT: all of it was
     * handed over and no answer came, so nobody knows. */
    bool (*send)(struct op *op, void *account, const struct mail *mail);
};

/* The whole mail as it goes over the wire (RFC 5322, MIME); the same mail is the same bytes.
 * ERR_INVALID: a header holds a line break, an address is none. (adapters/mail/mime.c) */
bool mail_compose(struct op *op, const struct mail *mail, str *out) MUST_USE;
/* What mail_compose() and mailer_send() check before anything else. */
bool mail_check(struct op *op, const struct mail *mail) MUST_USE;

/* Checks the mail, then sends it. Never inside a transaction. */
bool mailer_send(struct op *op, const struct mailer *mailer, const struct mail *mail) MUST_USE;

/* "anna@mueller.example": one @, something on both sides, nothing that could end a header or begin
 * another address. Whether somebody reads it, only a mail can tell. */
bool mail_address_ok(str address);

#endif
