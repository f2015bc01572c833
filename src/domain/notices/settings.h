/* How each of the seller's entities writes mails, and which mails a contact wants. */
#ifndef NOTICES_SETTINGS_H
#define NOTICES_SETTINGS_H

#include "domain/notices/notices.h"

enum link_policy {
    LINKS_SIGN_IN = 1, /* a mail's link asks for a sign-in before it shows anything */
    LINKS_SEE,         /* it shows the document; paying needs a sign-in */
    LINKS_PAY,         /* it shows the document and takes a payment for it */
};
const char *link_policy_name(enum link_policy policy); /* "sign-in", "see", "pay" */

struct mail_setting {
    str sender, reply_to; /* empty: the program's sender; the entity's contact */
    bool import_notices;  /* what the tick box of an import begins with */
    int64_t quiet_days;   /* an imported document issued longer ago is mailed to nobody */
    int64_t keep_days;    /* how long contents of mails are kept */
    enum link_policy link_policy;
    int64_t link_days; /* how long a mail's link works */
};

/* The defaults where nobody changed them. */
bool mail_setting_get(struct op *op, int64_t entity, struct mail_setting *out) MUST_USE;
/* ERR_INVALID, by field. */
bool mail_setting_put(struct op *op, int64_t entity, const struct mail_setting *in) MUST_USE;

/* ---- what a contact wants ---- */

struct contact;
struct contact_wishes {
    bool wants[NOTICE_KINDS]; /* of the kinds that contacts choose */
};
/* What the contact chose, else what `contact.notices` says. */
bool contact_wishes(struct op *op, const struct contact *contact,
                    struct contact_wishes *out) MUST_USE;
bool contact_wish(struct op *op, int64_t contact, enum notice_kind kind, bool wanted) MUST_USE;

#endif
