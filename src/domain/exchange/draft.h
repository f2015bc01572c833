/* What rows become: a document or a customer with typed values, not yet in the books. No database
 * is asked here. */
#ifndef EXCHANGE_DRAFT_H
#define EXCHANGE_DRAFT_H

#include "domain/exchange/reading.h"
#include "domain/receivables/documents.h"

/* The rows of one document, or the one row of a customer or of a document without lines. */
struct draft {
    struct source_row *rows;
    ptrdiff_t count, capacity;
    bool refused_early; /* refused while it was gathered: never put */
    bool refused;
    struct refusal why;
    enum put did;
    money total; /* with its sign: a credit note's is below zero */
    bool counts; /* the total is known */
    bool new_customer;
};

/* The document but for the ids of its entity and customer. */
struct document_draft {
    struct document document;
    str customer, name, email, country, entity, corrects, others;
    struct opt_date settled;
};

/* False: refused, and *why says so. `fallback` is the currency where neither the row nor the
 * options say one. */
bool draft_document(struct arena *mem, const struct reading *r, const struct draft *draft,
                    currency fallback, struct document_draft *out, struct refusal *why) MUST_USE;

/* The two letters of a country, or nothing: then it is kept as a custom field. */
str country_code(struct arena *mem, str text);

#endif
