#include "delivery/customer_form.h"

#include "base/json.h"
#include "domain/audit/audit.h"
#include "domain/customers/terms.h"

/* ---- customers ---- */

#define AT(field) .offset = offsetof(struct customer_form, field)
const struct input customer_inputs[] = {
    {.name = "number",
     .type = INPUT_TEXT,
     AT(number),
     .longest = 60,
     .about = "Your own number of the customer. It is given once and never changes."},
    {.name = "name", .type = INPUT_TEXT, AT(name), .required = true},
    {.name = "country",
     .type = INPUT_TEXT,
     AT(country),
     .longest = 2,
     .about = "Two letters of ISO 3166, such as DE."},
    {.name = "language",
     .type = INPUT_TEXT,
     AT(language),
     .longest = 5,
     .about = "Of mails and documents: de."},
    {.name = "address", .type = INPUT_TEXT, AT(address), .longest = 500},
    {.name = "tax_id", .type = INPUT_TEXT, AT(tax_id)},
    {.name = "terms",
     .type = INPUT_TEXT,
     AT(terms),
     .about = "Such as: net 30; 2/10 net 30; net 30 EOM; 15th prox. Empty: due on receipt."},
    {.name = "parent",
     .type = INPUT_TEXT,
     AT(parent),
     .longest = 60,
     .about = "The number of the customer this one belongs to"},
    {.name = "version",
     .type = INPUT_I64,
     AT(version),
     .about = "The version that was read: the change is refused if it is not the current one."},
    {.name = NULL},
};
#undef AT

static bool parent_find(struct op *op, str number, int64_t *out)
{
    struct customer parent;
    bool found;
    *out = 0;
    if (number.len == 0) return true;
    if (!customer_find(op, number, &parent, &found)) return false;
    if (!found)
        return op_fail(op, ERR_INVALID, "parent",
                       "There is no customer with this number. Create the parent first.");
    *out = parent.id;
    return true;
}

/* What was said, over what is there. */
static bool take(struct op *op, const struct customer_form *form, struct customer *c)
{
    struct terms terms;
    c->name = form->name;
    c->language = form->language;
    c->address = form->address;
    c->tax_id = form->tax_id;
    c->terms = form->terms;
    return country_read(op, form->country, &c->country) && terms_from(op, form->terms, &terms) &&
           parent_find(op, form->parent, &c->parent);
}

static str customer_json(struct arena *mem, const struct customer *c)
{
    struct text t = {.mem = mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    json_key(&o, "country"), json_put_str(&o, c->country);
    json_key(&o, "language"), json_put_str(&o, c->language);
    json_key(&o, "terms"), json_put_str(&o, c->terms);
    json_key(&o, "parent"), json_put_i64(&o, c->parent);
    json_close(&o, '}');
    return text_str(&t);
}

bool customer_create(struct op *op, const struct customer_form *form, int64_t *id)
{
    struct customer c = {.number = form->number};
    struct customer old;
    enum put did;
    bool found;
    if (!take(op, form, &c) || !customer_find(op, form->number, &old, &found)) return false;
    if (found)
        return op_fail(op, ERR_INVALID, "number",
                       "There is a customer with this number already: %.*s.", STR(old.name));
    return customer_put(op, &c, id, &did) &&
           audit_add(op, "customer.add", "customer", *id, S(""), customer_json(op->mem, &c));
}

bool customer_change(struct op *op, int64_t id, const struct customer_form *form)
{
    struct customer c, old;
    enum put did;
    if (!customer_get(op, id, &c)) return false;
    if (form->version != c.version)
        return op_fail(op, ERR_INVALID, NULL,
                       "Somebody else changed this customer meanwhile. Look at what is there now, "
                       "then change it again.");
    old = c;
    if (!take(op, form, &c) || !customer_put(op, &c, &id, &did)) return false;
    return did == PUT_SAME || audit_add(op, "customer.change", "customer", id,
                                        customer_json(op->mem, &old), customer_json(op->mem, &c));
}

/* ---- contacts ---- */

#define AT(field) .offset = offsetof(struct contact_form, field)
const struct input contact_inputs[] = {
    {.name = "name", .type = INPUT_TEXT, AT(name), .required = true},
    {.name = "role",
     .type = INPUT_TEXT,
     AT(role),
     .about = "What the contact does: billing, ap, approver or dispute."},
    {.name = "email", .type = INPUT_EMAIL, AT(email)},
    {.name = "phone", .type = INPUT_TEXT, AT(phone)},
    {.name = "language", .type = INPUT_TEXT, AT(language), .longest = 5},
    {.name = "notices",
     .type = INPUT_BOOL,
     AT(notices),
     .about = "Gets mails about documents and payments."},
    {.name = NULL},
};
#undef AT

bool contact_create(struct op *op, int64_t customer, const struct contact_form *form, int64_t *id)
{
    struct customer c;
    if (!customer_get(op, customer, &c)) return false;
    struct contact contact = {
        .customer = customer,
        .name = form->name,
        .email = form->email,
        .phone = form->phone,
        .role = form->role,
        .language = form->language,
        .notices = form->notices,
    };
    return contact_put(op, &contact, id) &&
           audit_add(op, "contact.add", "contact", *id, S(""), S(""));
}
