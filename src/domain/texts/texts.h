/* The words that staff may change: what documents, mails and the portal say, per entity and
 * language, with the names of facts in braces: "Dear {customer.name},".
 *
 * Names only: no conditions, no loops, nothing to compute, so that a text can always be filled in
 * and never fails when a document is made. `{{` is one brace. A text is checked when it is saved;
 * each change is a version of its own, and what is made as of an earlier moment reads the version
 * of then.
 *
 *     struct texts texts;
 *     struct text_facts facts = {0};
 *     if (!texts_load(op, entity, lang, 0, &texts)) return false;
 *     text_fact(&facts, "customer.name", customer.name);
 *     str subject = texts_say(op->mem, &texts, TEXT_MAIL_INVOICE_SUBJECT, &facts);
 */
#ifndef TEXTS_TEXTS_H
#define TEXTS_TEXTS_H

#include "base/lang.h"
#include "base/op.h"

enum text_key {
    TEXT_PORTAL_HOME, /* above the portal's first page */
    TEXT_PDF_FOOT,    /* the last lines of each document */
    TEXT_PDF_INVOICE_INTRO,
    TEXT_PDF_INVOICE_CLOSING,
    TEXT_PDF_CREDIT_INTRO,
    TEXT_PDF_CREDIT_CLOSING,
    TEXT_PDF_RECEIPT_INTRO,
    TEXT_PDF_STATEMENT_INTRO,
    TEXT_PDF_REMINDER_INTRO,
    TEXT_PDF_REMINDER_CLOSING,
    TEXT_MAIL_FOOT, /* small print of each mail */
    TEXT_MAIL_INVOICE_SUBJECT,
    TEXT_MAIL_INVOICE_LEAD,
    TEXT_MAIL_CREDIT_SUBJECT,
    TEXT_MAIL_CREDIT_LEAD,
    TEXT_MAIL_RECEIPT_SUBJECT,
    TEXT_MAIL_RECEIPT_LEAD,
    TEXT_MAIL_FAILED_SUBJECT,
    TEXT_MAIL_FAILED_LEAD,
    TEXT_MAIL_REFUND_SUBJECT,
    TEXT_MAIL_REFUND_LEAD,
    TEXT_MAIL_STATEMENT_SUBJECT,
    TEXT_MAIL_STATEMENT_LEAD,
    TEXT_COUNT,
};
enum text_place { TEXT_OF_PORTAL, TEXT_OF_PDF, TEXT_OF_MAIL };

struct text_about {
    const char *code;  /* "mail.invoice.subject" */
    const char *label; /* N_: "Subject of the mail with an invoice" */
    enum text_place place;
    int longest;          /* characters */
    bool line;            /* one line: a subject */
    const char *standard; /* N_: what it says until somebody changes it; "": nothing */
    unsigned groups;      /* whose names it may hold */
};
const struct text_about *text_about(enum text_key key);
bool text_key_from(str code, enum text_key *out);

/* The names a text may hold, in the order they are offered: "customer.name" and what it is. */
struct text_name {
    const char *name, *about; /* about: N_ */
};
struct text_names {
    struct text_name at[24];
    int count;
};
struct text_names text_names(enum text_key key);

/* One sentence that names the first thing wrong, where, and the nearest name that exists. */
bool text_check(struct op *op, enum text_key key, str body) MUST_USE;

/* ---- filling in ---- */

enum { TEXT_FACTS_MAX = 24 };
struct text_facts {
    struct text_name_value {
        const char *name;
        str value;
    } at[TEXT_FACTS_MAX];
    int count;
};
void text_fact(struct text_facts *facts, const char *name, str value);

struct texts {
    const struct lang *lang;
    str body[TEXT_COUNT]; /* at == NULL: the default */
};
/* Those of an entity in a language, as of a moment; 0: now. */
bool texts_load(struct op *op, int64_t entity, const struct lang *lang, instant at,
                struct texts *out) MUST_USE;
/* The default, or what staff made of it. */
str texts_body(const struct texts *texts, enum text_key key);
/* The same, filled in; a name without a fact leaves nothing behind. */
str texts_say(struct arena *mem, const struct texts *texts, enum text_key key,
              const struct text_facts *facts);
str text_filled(struct arena *mem, str body, const struct text_facts *facts);

/* ---- changing them ---- */

/* A new version; no body (at == NULL): the default again. What is so already changes nothing.
 * ERR_INVALID: text_check's sentence. */
bool text_put(struct op *op, int64_t entity, const struct lang *lang, enum text_key key,
              str body) MUST_USE;
struct text_version {
    str body; /* at == NULL: the default */
    str who;
    instant recorded;
};
struct text_versions {
    struct text_version *at;
    ptrdiff_t count;
};
/* Newest first. */
bool text_versions(struct op *op, int64_t entity, const struct lang *lang, enum text_key key,
                   struct text_versions *out) MUST_USE;

#endif
