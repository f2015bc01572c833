/* What a mail server says about a mail that did not arrive: delivery reports (RFC 3464) and, as far
 * as their words can be read, the older kinds.
 *
 * The bytes come from anybody who knows the mailbox. So they are few (REPORT_BYTES_MAX), nested no
 * deeper than reports are, and what is found is a claim: only a Message-ID of ours counts. */
#ifndef MAIL_REPORT_H
#define MAIL_REPORT_H

#include "base/op.h"

enum { REPORT_BYTES_MAX = 1 << 20 };

struct mail_report {
    bool found;     /* it is a report about a mail that failed, or is late */
    bool delayed;   /* the server keeps trying */
    str message_id; /* of the mail it is about, without brackets; empty: it does not say */
    str recipient;  /* as the report says; may be empty */
    str status;     /* "5.1.1" (RFC 3463); may be empty */
    str words;      /* the server's own, in one line */
};

/* True for everything that can be read, report or not: `found` says which. Only what is not there
 * to be read (too large, too deep) is ERR_INVALID. */
bool report_read(struct op *op, str bytes, struct mail_report *out) MUST_USE;

#endif
