/* Invoices and credit notes as issued: numbered, frozen, posted.
 *
 * An issued document never changes; it is corrected by a credit note (domain.md rule 29). */
#ifndef RECEIVABLES_DOCUMENTS_H
#define RECEIVABLES_DOCUMENTS_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/customers/customers.h"
#include "store/store.h"

enum document_kind { DOCUMENT_INVOICE = 1, DOCUMENT_CREDIT_NOTE };

struct document_line {
    str sku, description;
    str quantity, unit, unit_price; /* decimals, as the document says them; may be empty */
    money net;
    struct opt_i64 tax_rate_ppm; /* 190000 is 19 % */
};

struct document_tax {
    str name;
    int64_t rate_ppm;
    money base, tax;
};

struct document {
    int64_t id, entity, customer, account;
    enum document_kind kind;
    str number; /* empty when issuing: the next of the entity's series */
    date issued;
    struct opt_date due;   /* given by the ERP; otherwise the terms say it */
    money net, tax, total; /* of a credit note too: above zero; zero leaves nothing open */
    str terms, po, order_ref, delivery, note;
    str custom;       /* JSON */
    int64_t corrects; /* a credit note's invoice; 0: on account */
    str source;       /* "import", "api", "console", "demo" */
    instant recorded;
    const struct document_line *lines;
    ptrdiff_t line_count;
    const struct document_tax *taxes;
    ptrdiff_t tax_count;
    struct opt_bool disputed; /* what the ERP says: see disputes_from_erp */
};

struct issued {
    int64_t id;
    str number;
    enum put did; /* PUT_CREATED or PUT_SAME */
};
/* Issues it: numbers and freezes it, opens its items by its terms (the document's, else the
 * customer's), posts it (rows 1 and 2), and with `notify` asks for the notice to the customer.
 * The same document again is PUT_SAME and does nothing, whatever it says of a dispute; another one
 * under the same number is ERR_CONFLICT, and the sentence says so. */
bool document_issue(struct op *op, const struct document *in, bool notify,
                    struct issued *out) MUST_USE;
/* Another number each time after something moved its items: paid, reserved, disputed, credited. */
bool document_version(struct op *op, int64_t id, int64_t *out) MUST_USE;
bool document_get(struct op *op, int64_t id, struct document *out) MUST_USE; /* with lines, taxes */

/* Documents of one kind, the last recorded first: stable while others are added. */
struct documents_filter {
    enum document_kind kind;
    int64_t customer, entity; /* 0: all */
    str number;               /* empty: all */
    struct opt_bool open;     /* with something open, or with nothing */
    struct opt_date from, to; /* of issue */
    int64_t below;            /* the id after which the last page ended; 0: the first page */
    int limit;
};
struct document_summary {
    int64_t id, entity, customer;
    str entity_code, customer_number, customer_name, number, po, order_ref;
    date issued;
    struct opt_date due; /* the last one; none: a total of zero */
    money net, tax, total, open;
    instant recorded;
};
struct documents {
    struct document_summary *at;
    ptrdiff_t count;
    bool more;
};
bool documents_list(struct op *op, const struct documents_filter *filter,
                    struct documents *out) MUST_USE;
bool document_find(struct op *op, int64_t entity, enum document_kind kind, str number, int64_t *id,
                   bool *found) MUST_USE;

#endif
