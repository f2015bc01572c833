/* What the seller knows about the customer: who it is, and who gets its mails. Its administrators
 * ask for changes here, and see what became of them. */
#ifndef PORTAL_COMPANY_H
#define PORTAL_COMPANY_H

#include "delivery/portal/portal.h"

extern const struct route company_routes[];

struct company_answer {
    str value, name;
    bool chosen;
};

struct own_company_view {
    str number, name, address, tax_id;
    str wanted_name, wanted_address, wanted_tax_id, wrong_name, wrong;
    bool may_ask, fresh, waits; /* waits: a change of the company is not answered yet */
    struct company_contact {
        struct url link;
        str name, role, email, phone;
        bool notices;
    } * contacts;
    ptrdiff_t contact_count;
    struct company_request {
        str what, wanted, who, standing, shape, words;
        struct url withdraw;
        bool waits;
    } * requests;
    ptrdiff_t request_count;
    str done;
};
void page_own_company(struct page *p, const struct own_company_view *v);

struct contact_view {
    str title;
    str name, email, phone;
    bool notices, exists, fresh;
    struct company_answer roles[4];
    str wrong_name, wrong_email, wrong;
    struct url save, remove;
};
void page_contact(struct page *p, const struct contact_view *v);

#endif
