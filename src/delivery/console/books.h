/* What stands behind every number: journal entries, allocations, deductions; and the journal's own
 * pages. */
#ifndef CONSOLE_BOOKS_H
#define CONSOLE_BOOKS_H

#include "delivery/console/parts.h"
#include "domain/ledger/ledger.h"

extern const struct route console_books_routes[];

/* Date, account, debit, credit, who and when: a row for each posting; what is the same for the
 * whole entry stands in its first row. */
struct grid grid_of_entries(struct request *rq, const struct entry_lines *lines);
/* "1100 Accounts receivable" */
str account_words(struct request *rq, str gl, str english);
/* The allocations that the entries made. `document` not 0: only those of that one. Who may manage
 * can take each of them back. */
bool grid_of_allocations(struct request *rq, const struct entry_lines *lines, int64_t document,
                         struct grid *out) MUST_USE;
struct grid grid_of_deductions(struct request *rq, const struct deductions *list);

struct entry_view {
    str title, note;
    struct facts facts;
    struct grid lines, allocations;
};
void page_entry(struct page *p, const struct entry_view *v);

#endif
