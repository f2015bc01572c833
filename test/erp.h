/* An ERP as somebody else would write it: it knows docs/exporting.md and nothing of our program.
 *
 * It issues invoices, takes our batches and keeps open items of its own. When those equal ours to
 * the cent, the export says enough. */
#ifndef TEST_ERP_H
#define TEST_ERP_H

#include "base/str.h"

enum { ERP_ITEMS_MAX = 100, ERP_BATCHES_MAX = 20 };

/* Amounts are thousandths, debit above zero: enough for every currency it meets. */
struct erp_item {
    str kind, number, customer, currency;
    int64_t open;
};

struct erp {
    struct arena *mem;
    struct erp_item items[ERP_ITEMS_MAX];
    ptrdiff_t count;
    int64_t batches[ERP_BATCHES_MAX];
    ptrdiff_t batch_count;
    int64_t own_accounts; /* all postings to accounts without open items: bank, tolerances … */
    const char *problem;  /* why the last batch was refused */
};

/* Books the invoices it issued: number,customer,kind,issued,due,amount,currency,settled. */
void erp_issue(struct erp *erp, str csv);
/* Takes a batch, once: *fresh is false when it has it already. False: erp->problem says why. */
bool erp_take_csv(struct erp *erp, str bytes, bool *fresh);
bool erp_take_json(struct erp *erp, str bytes, bool *fresh);
/* Invoices and credit notes go by the document, whatever its instalments; others by their number.
 * All that is open under that kind and number; zero when it never heard of it. */
int64_t erp_open(const struct erp *erp, str kind, str number);
/* "689.40" is 689400; INT64_MIN when it is no amount. */
int64_t erp_amount(str decimal);

#endif
