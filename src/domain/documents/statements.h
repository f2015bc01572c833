/* Statements of account as they are issued: numbered, stored with what they said, never changed.
 *
 * What is recorded after a statement for a day before its end stands in the next one, marked as
 * recorded late, so that each statement begins with the balance the last one ended with (domain.md
 * rule 30). The rows come from the same statements as the portal's page. */
#ifndef DOCUMENTS_STATEMENTS_H
#define DOCUMENTS_STATEMENTS_H

#include "base/date.h"
#include "base/money.h"
#include "domain/documents/document.h"
#include "domain/ledger/ledger.h"

enum statement_form { STATEMENT_OPEN_ITEMS = 1, STATEMENT_ACTIVITY };

struct statement_in {
    int64_t customer, entity;
    currency currency;
    enum statement_form form;
    bool family;   /* with those below it: a table for each */
    date from, to; /* of open items only `to` counts: what was open at the end of that day, as it
                    * is known now */
    str link;      /* where it leads */
};
/* Numbers it, writes down what it says, and stores the document (KEPT_STATEMENT). ERR_CONFLICT:
 * there is no account to state. */
bool statement_issue(struct op *op, const struct statement_in *in, int64_t *out) MUST_USE;
/* Asks the job `statement.mail` to send it to the contacts who want statements; each gets it once.
 */
bool statement_mail(struct op *op, int64_t id) MUST_USE;

/* Staff ask for it to be mailed once more: written down, and the job `statement.again` sends it to
 * all who want statements, each asking for itself. */
bool statement_send(struct op *op, int64_t id) MUST_USE;
bool statement_sending(struct op *op, int64_t sending, int64_t *statement) MUST_USE;

struct statement {
    int64_t id, entity, customer;
    str number, who;
    enum statement_form form;
    bool family;
    date from, to;
    money balance;
    instant recorded;
};
struct statements {
    struct statement *at;
    ptrdiff_t count;
};
/* Newest first. */
bool statements_of(struct op *op, int64_t customer, struct statements *out) MUST_USE;
bool statement_get(struct op *op, int64_t id, struct statement *out) MUST_USE;
/* Finds statements whose rows are no longer those of their hash. */
bool statements_verify(struct op *op, struct verdict *out) MUST_USE;

/* Who gets one each month. */
struct statement_wish {
    int64_t customer;
    enum statement_form form;
    bool family, active;
};
bool statement_wish_get(struct op *op, int64_t customer, struct statement_wish *out) MUST_USE;
bool statement_wish_put(struct op *op, const struct statement_wish *in) MUST_USE;
/* Issues and mails those of the month before `today`, at most `most`; *more: there are others. */
bool statements_monthly(struct op *op, date today, str link, int most, bool *more) MUST_USE;

#endif
