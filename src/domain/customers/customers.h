/* Who owes: customers, their groups, their contacts, and their accounts with each seller entity.
 *
 * A parent may see and pay what its children owe; a child sees neither parent nor siblings
 * (domain.md rule 37). */
#ifndef CUSTOMERS_CUSTOMERS_H
#define CUSTOMERS_CUSTOMERS_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "store/store.h"

struct customer {
    int64_t id;
    str number; /* the seller's own: what the ERP and the bank file call it */
    str name;
    int64_t parent; /* 0: none */
    str country, language, address, tax_id;
    str terms;  /* as terms_from() reads them; empty: due on receipt */
    str custom; /* a JSON object of fields that we only keep */
    int64_t version;
};

enum put { PUT_CREATED = 1, PUT_CHANGED, PUT_SAME };

/* "de" as DE, for people type both; empty stays empty. */
bool country_read(struct op *op, str typed, str *out) MUST_USE;

/* Creates the customer, or changes the one with this number. Says which, and the id. */
bool customer_put(struct op *op, const struct customer *in, int64_t *id, enum put *did) MUST_USE;
bool customer_get(struct op *op, int64_t id, struct customer *out) MUST_USE;
/* As it was then: what a document issued at that moment names. */
bool customer_get_at(struct op *op, int64_t id, instant at, struct customer *out) MUST_USE;
/* *found is false, and no error is recorded, when there is none. */
bool customer_find(struct op *op, str number, struct customer *out, bool *found) MUST_USE;

struct customer_summary {
    int64_t id;
    str number, name, country;
    int64_t open_count, overdue_count; /* invoices; see `exact` */
    bool overdue_more;                 /* there are more than `overdue_count` */
    str owner_name, owner_email;       /* empty: nobody looks after it */
    str terms, parent_number;
    bool on_hold; /* its reminders, see care.h */
    struct opt_date hold_until;
};
struct customers {
    struct customer_summary *at;
    ptrdiff_t count;
    str next_cursor; /* empty: the last page */
};
enum customers_order {
    CUSTOMERS_BY_NAME,
    CUSTOMERS_BY_NAME_DOWN,
    CUSTOMERS_BY_NUMBER,
    CUSTOMERS_BY_NUMBER_DOWN
};
enum customers_who { CUSTOMERS_ALL, CUSTOMERS_OF_OWNER, CUSTOMERS_OF_NOBODY, CUSTOMERS_ON_HOLD };
struct customers_filter {
    str search; /* the start of a number, or any part of a name */
    enum customers_who who;
    int64_t owner; /* of CUSTOMERS_OF_OWNER */
    enum customers_order order;
    str cursor;
    int limit;
    date today;
    bool exact; /* all that is overdue is counted; else to CUSTOMER_OVERDUE_MOST */
};
enum { CUSTOMER_OVERDUE_MOST = 99 };
bool customers_found(struct op *op, const struct customers_filter *f,
                     struct customers *out) MUST_USE;
/* By name; `search` matches the start of a number or any part of a name. */
bool customers_list(struct op *op, str search, str cursor, int limit, date today,
                    struct customers *out) MUST_USE;

/* The customer itself and, for a parent, its children, theirs, and so on. */
struct customer_ids {
    int64_t *at;
    ptrdiff_t count;
};
bool customer_has_group(struct op *op, int64_t customer, bool *out) MUST_USE; /* more than itself */
bool customer_group(struct op *op, int64_t customer, struct customer_ids *out) MUST_USE;

struct contact {
    int64_t id, customer;
    str name, email, phone;
    str role; /* "billing", "ap", "approver", "dispute" */
    str language;
    bool notices; /* wants mail about documents and payments */
};
struct contacts {
    struct contact *at;
    ptrdiff_t count;
};
bool contact_put(struct op *op, const struct contact *in, int64_t *id) MUST_USE; /* id 0: new */
bool contact_remove(struct op *op, int64_t customer, int64_t id) MUST_USE;
bool contact_get(struct op *op, int64_t id, struct contact *out) MUST_USE; /* staff only */
bool contacts_of(struct op *op, int64_t customer, struct contacts *out) MUST_USE;

/* The account of a customer with an entity in a currency; made when it is first needed. */
bool account_for(struct op *op, int64_t customer, int64_t entity, currency c,
                 int64_t *out) MUST_USE;

struct account {
    int64_t id, customer, entity;
    currency currency;
};
struct accounts {
    struct account *at;
    ptrdiff_t count;
};
bool account_get(struct op *op, int64_t id, struct account *out) MUST_USE;
bool accounts_of(struct op *op, int64_t customer, struct accounts *out) MUST_USE;

#endif
