/* What a customer and a contact are made and changed with: one declaration and one deed for the
 * console's forms and for the API. */
#ifndef DELIVERY_CUSTOMER_FORM_H
#define DELIVERY_CUSTOMER_FORM_H

#include "delivery/web/web.h"
#include "domain/customers/customers.h"

struct customer_form {
    str number, name, country, language, address, tax_id, terms;
    str parent;      /* the number of the customer this one belongs to */
    int64_t version; /* that was looked at: a change is refused when it is not the current one */
};
extern const struct input customer_inputs[];

/* Refused when there is one with this number. */
bool customer_create(struct op *op, const struct customer_form *form, int64_t *id) MUST_USE;
/* Everything but the number becomes what the form says. */
bool customer_change(struct op *op, int64_t id, const struct customer_form *form) MUST_USE;

struct contact_form {
    str name, email, phone, role, language;
    bool notices;
    int64_t contact; /* of the console's form that removes one */
};
extern const struct input contact_inputs[];

bool contact_create(struct op *op, int64_t customer, const struct contact_form *form,
                    int64_t *id) MUST_USE;

#endif
