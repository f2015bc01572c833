/* Drafts into the books, one by one, inside the run's transaction. */
#ifndef EXCHANGE_PUTTING_H
#define EXCHANGE_PUTTING_H

#include "domain/company/company.h"
#include "domain/exchange/draft.h"

enum { PUTTING_ENTITIES_MAX = 50 };

struct putting {
    const struct reading *reading;
    struct arena *keep; /* what must outlive the document: reasons, entities */
    struct entity entities[PUTTING_ENTITIES_MAX]; /* those met so far; the default is the first */
    int entity_count;
    bool notify; /* as the run's options say */
    int64_t new_customers;
};

/* Reads the default entity. */
bool putting_begin(struct op *op, struct putting *p) MUST_USE;

/* Writes it, and says in the draft what that did. False: refused or broken; tells which by the kind
 * of the newest error, see draft_refused(). */
bool put_document(struct op *op, struct putting *p, struct draft *draft) MUST_USE;
bool put_customer(struct op *op, struct putting *p, struct draft *draft) MUST_USE;

/* Whether what stands in op->errs is a reason that a person could mend in the file. */
bool draft_at_fault(const struct op *op);
/* What stands in op->errs, as the draft's refusal; op->errs is empty again. False: the
 * draft is not at fault, and the errors stay. */
bool draft_refused(struct op *op, struct putting *p, struct draft *draft);
/* The same, for a document that was there before with other contents: says which. */
bool draft_conflict(struct op *op, struct putting *p, struct draft *draft) MUST_USE;

#endif
