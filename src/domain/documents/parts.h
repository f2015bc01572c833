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

#endif
