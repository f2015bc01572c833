/* One letter to everybody at a customer who wants it: who they are, what each may follow, and the
 * notice that is written down. The letters themselves stand in letter_jobs.c. */
#ifndef JOBS_MAILING_H
#define JOBS_MAILING_H

#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/notices/letter.h"
#include "domain/notices/notices.h"
#include "domain/notices/settings.h"
#include "domain/texts/texts.h"

struct app;

struct reader {
    str email, name;
    const struct lang *lang;
    struct texts texts;      /* the seller's, in the reader's language */
    int64_t person, contact; /* 0: none */
};

struct mailing {
    const struct app *app;
    enum notice_kind kind;
    struct entity seller;
    struct letter dress; /* the seller's colour and logo, and nothing else */
    struct mail_setting setting;
    struct customer customer;
    struct reader *readers;
    ptrdiff_t count;
};

/* The contacts who want mails of this kind, and the person who caused it (0: nobody in particular),
 * each address once. */
bool mailing_load(struct op *op, const struct app *app, int64_t entity, int64_t customer,
                  int64_t person, enum notice_kind kind, struct mailing *m) MUST_USE;

/* A sentence in the reader's language with texts at {1} and {2}. */
str letter_fill(struct arena *mem, const struct lang *lang, const char *english, str one, str two);

/* "https://pay.example.com/invoices/inv_…" */
str letter_link(struct arena *mem, const struct app *app, const char *path, const char *kind,
                int64_t id);
/* A link of this mail alone, that opens these documents; see documents/pay_links.h. `event` is what
 * is told: with the reader it names the mail. */
bool reader_link(struct op *op, const struct mailing *m, const struct reader *to, str event,
                 const int64_t documents[], ptrdiff_t count, str *out) MUST_USE;

/* What every letter has: the seller's name, colour, foot and legal line, and the facts that all
 * texts may name. */
struct letter letter_begin(struct arena *mem, const struct mailing *m, const struct reader *to,
                           struct text_facts *facts);
/* Small print: each line a paragraph, LETTER_SMALL_MAX at most in all. */
enum { LETTER_SMALL_MAX = 24 };
void letter_small(struct letter *letter, str text);

/* One mail to one reader; `event` names what happened, so that it is told once. */
struct telling {
    str event;
    const char *document; /* an attachment's kind; NULL: none */
    int64_t document_id;
};
bool tell_reader(struct op *op, const struct mailing *m, const struct reader *to,
                 struct letter *letter, const struct telling *t) MUST_USE;

#endif
