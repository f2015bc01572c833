/* One search over everything: documents and payments by the beginning of their numbers, by the
 * customer's order number, by a payment's reference, and by amount in whatever currency it stands;
 * people by the beginning of their name, of its last word, or of their address.
 * Customers are found by customers_list. Each is looked up in an index, so that books of any size
 * answer as one types. */
#ifndef REPORTS_SEARCH_H
#define REPORTS_SEARCH_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

struct found_item {
    int64_t item, customer;
    str number, customer_name, kind; /* the item's kind: "invoice" */
    date due;
    int side;
    money amount, open;
};
struct found_payment {
    int64_t payment, customer; /* 0: the payer is not known */
    str number, customer_name, payer, state;
    date day;
    money amount;
};
struct found_person {
    str what;             /* "colleague", "access" (to a customer's portal), "contact" */
    int64_t id, customer; /* the person's, or the contact's; customer 0: a colleague */
    str name, email, customer_name;
};
struct findings {
    struct found_item *items;
    ptrdiff_t item_count;
    struct found_payment *payments;
    ptrdiff_t payment_count;
    struct found_person *people;
    ptrdiff_t person_count;
};
/* At most `limit` of each; nothing for an empty text. */
bool search_all(struct op *op, str text, int limit, struct findings *out) MUST_USE;

#endif
