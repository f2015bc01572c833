/* The tables the demonstration is made from: see demo_company.h. */
#ifndef CLI_DEMO_DATA_H
#define CLI_DEMO_DATA_H

#include "base/str.h"

struct demo_customer {
    const char *number, *name, *country, *language, *address, *tax_id, *terms;
    const char *contact, *email;
    const char *currencies[3]; /* of its invoices; NULL at the end */
    const char *parent;        /* a number, or NULL */
    int invoices;              /* per currency, over the last half year */
    int late_percent;          /* how often it pays late */
};
extern const struct demo_customer demo_customers[]; /* number NULL at the end */

struct demo_product {
    const char *sku, *name, *unit;
    int64_t price_cents; /* in euro; other currencies by a round factor */
};
extern const struct demo_product demo_products[]; /* sku NULL at the end */

#endif
