/* Getting data in: customers, invoices and credit notes from a table of a stranger.
 *
 * A file is looked at first (import_preview): what it is written in, which column means what, what
 * its first rows become. Then it is run. Good rows are kept and bad ones refused, each with its
 * line, column, value and reason, so that just those can be mended and imported again; or, with
 * `all_or_nothing`, none are kept. The same file again changes nothing; a document that comes
 * again with other contents is refused by name, for an issued document does not change.
 *
 * A run commits every few hundred documents together with its position. One that was cut short
 * goes on from there when the same file is imported in the same way again. Memory is constant but
 * for twelve bytes or so for each document of a file that has a row for every line. */
#ifndef EXCHANGE_IMPORT_H
#define EXCHANGE_IMPORT_H

#include "base/money.h"
#include "base/op.h"
#include "domain/exchange/table.h"
#include "domain/exchange/values.h"

struct store;

enum import_kind { IMPORT_CUSTOMERS = 1, IMPORT_INVOICES, IMPORT_CREDIT_NOTES };
const char *import_kind_name(enum import_kind kind); /* "customers", "invoices", "credit-notes" */
bool import_kind_from(str name, enum import_kind *out);

/* ---- the mapping: which column means what ---- */

enum import_field {
    FIELD_CUSTOMER, /* the customer's number */
    FIELD_NAME,
    FIELD_EMAIL,
    FIELD_COUNTRY, /* two letters, or the name in English; anything else is kept as custom */
    FIELD_PARENT,  /* the number of a customer that is there already */
    FIELD_OWNER,   /* the e-mail address of the colleague who looks after the customer */
    FIELD_NUMBER,  /* of the document; rows with the same one are its lines */
    FIELD_ISSUED,
    FIELD_DUE,
    FIELD_TERMS,
    FIELD_AMOUNT, /* the total with tax; where there are lines: the line's net */
    FIELD_TAX,    /* contained in the total; where there are lines: on top of the line's net */
    FIELD_CURRENCY,
    FIELD_PO,
    FIELD_ORDER,
    FIELD_KIND,     /* "invoice", "credit note", and other words for them */
    FIELD_CORRECTS, /* of a credit note: the number of the invoice, which is there already */
    FIELD_SETTLED,  /* the day it was paid; empty: it is open */
    FIELD_DISPUTED,
    FIELD_SKU,
    FIELD_DESCRIPTION,
    FIELD_QUANTITY,
    FIELD_UNIT_PRICE,
    FIELD_DISCOUNT, /* of the line: 0.05 or 5% */
    FIELD_REFERENCE,
    FIELD_ENTITY,
    IMPORT_FIELDS
};
const char *import_field_name(enum import_field field);  /* "unit_price" */
const char *import_field_label(enum import_field field); /* N_("Price") */
/* "Preis (unit_price)": as its reader says it, and as a command and a file of settings do. */
str import_field_words(struct arena *mem, const struct lang *lang, enum import_field field);
bool import_field_from(str name, enum import_field *out);

struct field_mapping {
    str column;  /* its name in the header; empty: none */
    str value;   /* for all rows */
    str missing; /* for rows in which the column is empty */
};
struct import_mapping {
    struct field_mapping of[IMPORT_FIELDS];
    bool keep_others; /* columns without a meaning are kept as custom fields; else dropped */
};

/* A mapping by the names of the columns, in English, German and as usual exports have them. */
void mapping_propose(const struct table_info *info, enum import_kind kind,
                     struct import_mapping *out);
bool mapping_save(struct op *op, str name, enum import_kind kind,
                  const struct import_mapping *mapping) MUST_USE; /* in a transaction */
bool mapping_load(struct op *op, str name, struct import_mapping *out) MUST_USE;
/* Reads one and changes it by what the caller said on top: "field=Column". */
bool mapping_set(struct op *op, str assignment, struct import_mapping *mapping) MUST_USE;
bool mapping_set_value(struct op *op, str assignment, struct import_mapping *mapping) MUST_USE;
bool mapping_set_missing(struct op *op, str assignment, struct import_mapping *mapping) MUST_USE;

/* ---- a run ---- */

struct import_options {
    enum import_kind kind;
    const char *path;
    str file_name; /* as people know it */
    struct table_options table;
    struct import_mapping mapping;
    enum decimal_sign decimal;   /* 0: found out */
    enum date_order date_order;  /* 0: found out; refused where days could be months */
    int round;                   /* ROUND_EXACT refuses decimals that the currency does not have */
    str currency, terms, entity; /* for documents that do not say; empty: the entity's, none, the
                                    first */
    str credit_prefix;           /* a number that begins so is a credit note's */
    bool known_customers; /* refuse documents of customers that are not there; else they are made */
    bool dry_run, all_or_nothing;
    bool notify; /* mail the new documents to contacts: those that are open, and not older than the
                    entity's setting says (notices/settings.h) */
};

struct import_total {
    money amount; /* of the documents taken or known; credit notes count against it */
};
struct import_result {
    int64_t run;                                  /* 0: a dry run */
    int64_t rows;                                 /* of data */
    int64_t created, updated, unchanged, refused; /* documents, or customers */
    int64_t customers;                            /* that invoices brought with them */
    struct import_total totals[20];
    ptrdiff_t total_count;
    bool resumed;     /* an earlier run of the same file went on */
    bool rolled_back; /* all or nothing, and a row was refused */
};

struct import_progress {
    int64_t bytes, bytes_total, rows, refused;
};

/* Outside of a transaction: it opens its own. False when it could not run, or not to its end; what
 * was committed before stays and is counted in `out`. Refused rows are no failure. */
bool import_run(struct op *op, struct store *store, const struct import_options *options,
                void (*progress)(const struct import_progress *at, void *arg), void *arg,
                struct import_result *out) MUST_USE;

/* What was refused, in the order of the file. `raw` is the row as it stands in the file. */
struct import_refusal {
    int64_t n, line;
    str number, column, value, reason, raw;
};
struct import_refusals {
    struct import_refusal *at;
    ptrdiff_t count;
};
/* A page of at most `limit` after refusal number `after` (0: the first). In a transaction. */
bool import_refusals(struct op *op, int64_t run, int64_t after, int limit,
                     struct import_refusals *out) MUST_USE;
/* The refused rows under their header, ready to be mended: written by piece after piece. All rows
 * of a refused document are there, each once. In a transaction; `write` takes no memory of the
 * operation, which is given back between two pieces. */
bool import_refused_file(struct op *op, int64_t run, bool (*write)(str piece, void *arg), void *arg,
                         int64_t *rows) MUST_USE;

struct import_summary {
    int64_t id;
    str kind, file_name, state, who; /* "running", "done", "failed", "dry" */
    str problem;                     /* why it failed, if the file could not be read on */
    int64_t rows, created, updated, unchanged, refused, customers;
    instant started, finished;
};
struct import_summaries {
    struct import_summary *at;
    ptrdiff_t count;
};
/* Newest first; `before` is the id of the last one of the page before, 0: the first page. */
bool import_list(struct op *op, int64_t before, int limit, struct import_summaries *out) MUST_USE;
/* One run, with what its documents add up to in each currency. */
bool import_get(struct op *op, int64_t run, struct import_summary *out, money **totals,
                ptrdiff_t *total_count) MUST_USE;

/* ---- the look before ---- */

struct import_sample {
    int64_t line;
    const str *cells; /* one per column of the file */
    str problem;      /* why this row would be refused; empty: it would not */
};
struct import_preview {
    const struct table_info *info;
    struct formats formats;
    struct import_mapping mapping; /* as given, or proposed */
    bool proposed;
    bool has_lines;
    struct import_sample rows[10];
    ptrdiff_t row_count;
    const struct err *problems; /* what stands in the way of the whole file: newest first */
};
/* Needs no database. `options->mapping` with no column at all: one is proposed. False only when the
 * file cannot be read as a table. */
bool import_preview(struct op *op, const struct import_options *options,
                    struct import_preview *out) MUST_USE;

#endif
