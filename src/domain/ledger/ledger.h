/* The ledger: balanced entries that are only ever added. The one module that writes them.
 *
 * An entry is opened, given its postings and posted, all in the caller's transaction; the database
 * refuses one that does not balance, a posting that does not fit its open item, and any change to
 * what is posted. Which accounts move for which event stands in docs/ledger.md (domain.md 3). */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

struct posting {
    const char *gl;  /* "1100" */
    int64_t account; /* of the customer; 0: none */
    int64_t item;    /* 0: this account has no open items */
    money amount;    /* debit above zero, credit below */
};

struct entry {
    int64_t entity;
    const char *kind;                    /* "invoice", "payment", "allocation", … */
    date effective;                      /* op->now is when it was recorded */
    str idem;                            /* the command's key: the same one posts once, for ever */
    int64_t document, payment, reverses; /* 0: none */
    str note;
    const struct posting *postings;
    ptrdiff_t count;
};

/* Refuses nothing that the database would take; what it refuses is our mistake or a race, and
 * fails the transaction. A command that was posted before is ERR_CONFLICT. */
bool ledger_post(struct op *op, const struct entry *in, int64_t *out) MUST_USE;

/* Every posting of an entry turned round, in a new entry that names it. An entry is reversed at
 * most once: the database refuses the second time. */
bool ledger_reverse(struct op *op, int64_t entry, const char *kind, str idem, date effective,
                    str note, int64_t *out) MUST_USE;

/* The same for a person who takes back what was done: the new entry's kind is "undone". Refused,
 * with a sentence that names the item, when one of its items does not bear it any more: it was
 * paid, decided or reserved since. */
bool ledger_undo(struct op *op, int64_t entry, str idem, date effective, str why) MUST_USE;

/* An open item: what a posting to 1100, 1105, 1110 or 2055 names. */
enum item_kind { ITEM_INVOICE = 1, ITEM_CREDIT_NOTE, ITEM_PAYMENT, ITEM_DEDUCTION, ITEM_RECEIPT };

struct item_in {
    enum item_kind kind;
    int64_t entity, account, customer; /* account and customer 0: an unidentified receipt */
    int64_t document, payment;
    int n; /* of several instalments */
    str number;
    date issued, due;
    bool has_discount;
    date discount_until;
    int64_t discount_ppm;
    money amount; /* above zero */
};
bool item_open(struct op *op, const struct item_in *in, int64_t *out) MUST_USE;

struct item {
    int64_t id, entity, account, customer, document, payment;
    enum item_kind kind;
    int side; /* 1: owed to us, -1: owed by us */
    str number;
    date issued, due;
    money amount, open, reserved, disputed;
};
bool item_get(struct op *op, int64_t id, struct item *out) MUST_USE;
const char *item_gl(enum item_kind kind);
bool item_kind_from(str name, enum item_kind *out);

/* Money of open items to others of the same account: row 6 (a payment pays an invoice), row 3 (a
 * credit note pays an invoice). One entry, and one allocation per pair. `rule` says why: "payer",
 * "reference", "staff", "import". */
struct allocate_pair {
    int64_t from, to;
    money amount;
};
struct allocate {
    const struct allocate_pair *pairs;
    ptrdiff_t count; /* at least one */
    date effective;
    str idem;
    const char *rule;
    int64_t payment; /* 0: no money moved */
};
bool ledger_allocate(struct op *op, const struct allocate *in, int64_t *entry) MUST_USE;
/* Takes an allocation back by a counter-entry (row 14a). Refused when it was taken back before. */
bool ledger_unallocate(struct op *op, int64_t allocation, date effective, str idem,
                       str note) MUST_USE;

/* Reserved amounts keep two payments from paying the same thing. Refused, with a sentence for the
 * payer, when less than `amount` is open and free. */
bool item_reserve(struct op *op, int64_t item, money amount) MUST_USE;
bool item_release(struct op *op, int64_t item, money amount) MUST_USE;

/* ---- reading ---- */

struct entry_line {
    int64_t entry;
    int n;
    str kind, gl, gl_name, item_number, note, actor;
    date effective;
    instant recorded;
    int64_t item, document, payment, reverses;
    money amount;
};
struct entry_lines {
    struct entry_line *at;
    ptrdiff_t count;
};
/* All postings of the entries that touch one open item, document, payment; oldest first. */
bool ledger_of_item(struct op *op, int64_t item, struct entry_lines *out) MUST_USE;
bool ledger_of_document(struct op *op, int64_t document, struct entry_lines *out) MUST_USE;
bool ledger_of_payment(struct op *op, int64_t payment, struct entry_lines *out) MUST_USE;
bool ledger_of_entry(struct op *op, int64_t entry, struct entry_lines *out) MUST_USE;

struct allocation {
    int64_t id, entry, account, from_item, to_item, reverses, payment;
    bool reversed;
    str from_number, to_number, rule;
    enum item_kind from_kind, to_kind;
    int64_t from_document, to_document;
    money amount;
    date effective;
    instant recorded;
};
struct allocations {
    struct allocation *at;
    ptrdiff_t count;
};
bool allocations_of_item(struct op *op, int64_t item, struct allocations *out) MUST_USE;
bool allocations_of_entry(struct op *op, int64_t entry, struct allocations *out) MUST_USE;
bool allocation_get(struct op *op, int64_t id, struct allocation *out) MUST_USE;

/* ---- checking ---- */

struct problem {
    str what, where;
};
struct verdict {
    int64_t entries, postings, items;
    struct problem *problems; /* in the order found; at most PROBLEMS_MAX */
    ptrdiff_t problem_count;
};
enum { PROBLEMS_MAX = 100 };
/* Derives every balance again from the entries and compares (domain.md section 1, invariants 1 to
 * 6). Reads everything, in constant memory. */
bool ledger_verify(struct op *op, struct verdict *out) MUST_USE;

/* One hash over all entries, postings and allocations, the same on both engines: two books with the
 * same root are the same books. A chain of BLAKE2b-256 in the order of their numbers; in hex. */
enum { ROOT_HASH_LEN = 64 };
struct ledger_root {
    int64_t entries;
    str hash;
};
bool ledger_root(struct op *op, struct ledger_root *out) MUST_USE;

#endif
