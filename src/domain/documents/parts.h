/* Inside the documents: what all of them have in common. */
#ifndef DOCUMENTS_PARTS_H
#define DOCUMENTS_PARTS_H

#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/document.h"

struct parts {
    struct arena *mem;
    const struct lang *lang;
};

/* A sentence of the catalogue with {1} and {2} filled in. */
str part_fill(const struct parts *p, const char *english, str one, str two);
struct paper_fact part_fact(const struct parts *p, const char *name, str value);
struct paper_party part_seller(const struct parts *p, const struct entity *seller);
struct paper_party part_customer(const struct parts *p, const struct customer *customer);

str *part_cells(const struct parts *p, ptrdiff_t count);
/* A line under a rule: words in the first column, the sum in the last. */
struct paper_row part_total(const struct parts *p, ptrdiff_t columns, const char *words, str sum);
/* Makes it the paper's one table. */
void part_table(const struct parts *p, const struct paper_column *columns, ptrdiff_t column_count,
                const struct paper_row *rows, ptrdiff_t row_count, struct paper *out);

/* How to pay it by transfer: the bank lines, and a payment QR or the payment part of a Swiss
 * QR-bill where the account and the currency allow one. A seller without an account: nothing. */
struct transfer {
    const struct entity *seller;
    money amount;   /* above zero */
    str number;     /* of the one document that is paid; empty: there are several */
    str remittance; /* of several: what the payer writes; at most 140 characters */
};
bool part_transfer(struct op *op, const struct parts *p, const struct transfer *in,
                   struct paper *out) MUST_USE;

#endif
