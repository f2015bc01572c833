/* The journal: what was posted in a range of days, the newest first, found by account, customer,
 * kind or amount; and what each account moved in these days. */
#ifndef REPORTS_JOURNAL_H
#define REPORTS_JOURNAL_H

#include "domain/ledger/ledger.h"
#include "store/store.h"

struct journal_filter {
    date from, to; /* of effect */
    str gl, kind;  /* empty: all */
    str customer;  /* its number; empty: all */
    str amount;    /* as typed, in any currency; empty: all */
    int64_t below; /* entries with ids below it; 0: from the newest */
    int limit;
};
/* All lines of at most `limit` entries of which a line matches. The lines of an entry stand
 * together, in their order; *last is the last entry's id, 0 when no more entries follow. */
bool journal_find(struct op *op, const struct journal_filter *filter, struct entry_lines *out,
                  int64_t *last) MUST_USE;

/* What the accounts moved in these days, of one account or customer or all. */
struct journal_sum {
    str gl, gl_name;
    int64_t count;
    money debit, credit; /* both at least zero */
};
struct journal_sums {
    struct journal_sum *at;
    ptrdiff_t count;
};
bool journal_sums(struct op *op, const struct journal_filter *filter,
                  struct journal_sums *out) MUST_USE;

struct gl_account {
    str code, name;
};
struct gl_accounts {
    struct gl_account *at;
    ptrdiff_t count;
};
bool gl_accounts(struct op *op, struct gl_accounts *out) MUST_USE;

#endif
