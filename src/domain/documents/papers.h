/* What each document says: from the books to words and figures, in a reader's language.
 *
 * A document says what was true when it was issued and nothing that changes later, so that the
 * same one is the same bytes whenever it is made again. `link` is the page it points to: the
 * caller knows the portal's addresses. */
#ifndef DOCUMENTS_PAPERS_H
#define DOCUMENTS_PAPERS_H

#include "domain/documents/document.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"

/* An invoice or a credit note, with everybody's address as it was issued. A NULL `lang` is its
 * customer's, here and below. */
bool paper_of_document(struct op *op, int64_t document, const struct lang *lang, str link,
                       struct paper *out) MUST_USE;
/* A receipt for a payment that has arrived; ERR_CONFLICT for one that has not. */
bool paper_of_payment(struct op *op, int64_t payment, const struct lang *lang, str link,
                      struct paper *out) MUST_USE;
/* For a refund that has been sent. */
bool paper_of_refund(struct op *op, int64_t refund, const struct lang *lang, str link,
                     struct paper *out) MUST_USE;

/* What is open on an account on a day, and what happened on it between two days. */
bool paper_of_open_items(struct op *op, int64_t account, const struct lang *lang, date today,
                         struct paper *out) MUST_USE;
bool paper_of_activity(struct op *op, int64_t account, const struct lang *lang, date from, date to,
                       struct paper *out) MUST_USE;

/* A statement as it is issued: a table for each account, with what was recorded late. */
struct statement_words {
    str number, link;
    const struct lang *lang; /* NULL: the customer's */
    int64_t customer;        /* to whom it goes */
    bool activity;
    date from, to;
    instant late_since; /* the last one before; 0: there is none */
};
bool paper_of_statement(struct op *op, const struct statement_words *words,
                        const struct accounts *accounts, struct paper *out,
                        money *balance) MUST_USE;

/* The language documents for this customer are written in: the customer's, else English. */
bool paper_language(struct op *op, int64_t customer, const struct lang **out) MUST_USE;

/* "Invoice 10-48840.pdf", for the file on the reader's disk. */
str paper_file_name(struct arena *mem, const struct paper *paper);

#endif
