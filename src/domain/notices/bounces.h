/* What mail servers say about mails of ours that did not arrive.
 *
 * A report is believed when it names a Message-ID of ours: those are keyed tags that only readers
 * of the mail know. An address that is gone for good is stopped: nothing more is sent to it until
 * somebody clears it. Each open stop is a task for the receivables team. */
#ifndef NOTICES_BOUNCES_H
#define NOTICES_BOUNCES_H

#include "base/op.h"

enum bounce_kind {
    BOUNCE_HARD = 1, /* the address does not exist: stopped */
    BOUNCE_SOFT,     /* this mail was refused or ran out of time: the address may be good */
    BOUNCE_DELAYED,  /* the server keeps trying */
};
const char *bounce_kind_name(enum bounce_kind kind); /* "hard": the database's word */
/* RFC 3463: 5.x.x ends it, but for mailboxes that are full, mails that are too large and policies,
 * which say nothing of the address. `delayed` is the report's own word. */
enum bounce_kind bounce_kind_of(str status, bool delayed);

struct bounce_in {
    str message_id; /* of our mail, without brackets */
    enum bounce_kind kind;
    str status; /* "5.1.1" */
    str words;  /* the server's own, one line */
    str report; /* hash of the report: the same again is nothing new */
};
/* *known is false for a mail that is not ours; nothing is kept of it. In a transaction. */
bool bounce_record(struct op *op, const struct bounce_in *in, bool *known) MUST_USE;

struct bounce {
    instant at;
    enum bounce_kind kind;
    str address, status, words;
};
struct bounces {
    struct bounce *at;
    ptrdiff_t count;
};
bool bounces_of_mail(struct op *op, int64_t mail, struct bounces *out) MUST_USE;

/* ---- addresses that are stopped ---- */

struct mail_stop {
    int64_t id;
    str address, words;
    instant since;
    int64_t mail, customer; /* 0: none */
    str customer_name, subject;
};
struct mail_stops {
    struct mail_stop *at;
    ptrdiff_t count;
};
/* The open ones, the newest first: what the work list shows. */
bool mail_stops_open(struct op *op, int limit, struct mail_stops *out) MUST_USE;
/* *found is false, and *out empty, for an address that may be written to. */
bool mail_stop_of(struct op *op, str address, struct mail_stop *out, bool *found) MUST_USE;
/* The address is written to again. ERR_MISSING: there is no such open stop. */
bool mail_stop_clear(struct op *op, int64_t id) MUST_USE;

#endif
