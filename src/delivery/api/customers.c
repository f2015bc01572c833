/* Customers and their contacts. */
#include "base/arena.h"
#include "delivery/api/api.h"
#include "delivery/customer_form.h"
#include "domain/audit/audit.h"
#include "domain/customers/care.h"
#include "domain/receivables/receivables.h"

#define CUSTOMERS "/api/v1/customers"
#define CONTACTS  "/api/v1/contacts"

/* ---- what is shown ---- */

#define OF(type, field) .offset = offsetof(struct type, field)

struct customer_row {
    int64_t id, open_count, overdue_count;
    str number, name, country;
};
static const struct output row_outputs[] = {
    {"id", OUT_ID, OF(customer_row, id), .kind = "cus"},
    {"number", OUT_TEXT, OF(customer_row, number)},
    {"name", OUT_TEXT, OF(customer_row, name)},
    {"country", OUT_TEXT, OF(customer_row, country)},
    {"open_invoices", OUT_I64, OF(customer_row, open_count)},
    {"overdue_invoices", OUT_I64, OF(customer_row, overdue_count)},
    {0},
};

struct balance_view {
    money open, overdue, credit, processing, disputed;
};
static const struct output balance_outputs[] = {
    {"open", OUT_MONEY, OF(balance_view, open), .about = "Of all invoices."},
    {"overdue", OUT_MONEY, OF(balance_view, overdue)},
    {"credit", OUT_MONEY, OF(balance_view, credit),
     .about = "Credit notes and money on account that are not used yet."},
    {"processing", OUT_MONEY, OF(balance_view, processing), .about = "Being paid."},
    {"disputed", OUT_MONEY, OF(balance_view, disputed)},
    {0},
};

struct customer_view {
    struct customer c;
    str parent;
    struct customer_care care;
    struct input_list balances;
};
static const struct output customer_outputs[] = {
    {"id", OUT_ID, OF(customer_view, c.id), .kind = "cus"},
    {"number", OUT_TEXT, OF(customer_view, c.number)},
    {"name", OUT_TEXT, OF(customer_view, c.name)},
    {"country", OUT_TEXT, OF(customer_view, c.country)},
    {"language", OUT_TEXT, OF(customer_view, c.language)},
    {"address", OUT_TEXT, OF(customer_view, c.address)},
    {"tax_id", OUT_TEXT, OF(customer_view, c.tax_id)},
    {"terms", OUT_TEXT, OF(customer_view, c.terms)},
    {"parent", OUT_TEXT, OF(customer_view, parent), .about = "The parent's number, or empty."},
    {"owner", OUT_TEXT, OF(customer_view, care.owner_name),
     .about = "Who looks after it at the seller: the person's name, or empty."},
    {"on_hold", OUT_BOOL, OF(customer_view, care.hold.on),
     .about = "Neither reminders nor statements are mailed to it now."},
    {"hold_until", OUT_OPT_DATE, OF(customer_view, care.hold.until),
     .about = "The last day on hold; null: it is not, or until it is lifted."},
    {"version", OUT_I64, OF(customer_view, c.version), .about = "Grows with each change."},
    {"balances", OUT_LIST, OF(customer_view, balances), .each = balance_outputs,
     .each_size = sizeof(struct balance_view), .about = "One for each currency."},
    {0},
};

static bool balances_load(struct request *rq, struct customer_view *v)
{
    struct balances all;
    if (!receivables_balances(&rq->op, v->c.id, rq->today, &all)) return false;
    struct balance_view *rows = arena_array(rq->op.mem, struct balance_view, all.count);
    for (ptrdiff_t i = 0; i < all.count; i++)
        rows[i] = (struct balance_view){
            .open = all.at[i].open,
            .overdue = all.at[i].overdue,
            .credit = all.at[i].credit,
            .processing = all.at[i].processing,
            .disputed = all.at[i].disputed,
        };
    v->balances = (struct input_list){.at = rows, .count = all.count};
    return true;
}

static struct reply show(struct request *rq, int status, int64_t id)
{
    struct customer_view v = {0};
    struct customer parent = {0};
    if (!customer_get(&rq->op, id, &v.c) || !customer_care(&rq->op, id, rq->today, &v.care))
        return reply_errors(rq);
    if (!v.care.hold.on) v.care.hold.until.some = false; /* it has run out */
    if (v.c.parent && !customer_get(&rq->op, v.c.parent, &parent)) return reply_errors(rq);
    v.parent = parent.number.at ? parent.number : S("");
    if (!balances_load(rq, &v)) return reply_errors(rq);
    struct reply reply = reply_object(rq, status, customer_outputs, &v);
    reply.headers[0].name = "ETag";
    reply.headers[0].value = str_printf(rq->op.mem, "\"%lld\"", (long long)v.c.version);
    return reply;
}

/* ---- customers ---- */

struct list_form {
    struct api_page page;
    str search;
};
static const struct input list_inputs[] = {
    API_PAGE_INPUTS(struct list_form, page),
    {.name = "search",
     .type = INPUT_TEXT,
     OF(list_form, search),
     .about = "The start of a number, or any part of a name."},
    {0},
};

static struct reply customers_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct customers list;
    int limit;
    str cursor;
    if (!api_page(&rq->op, &form->page, &limit, &cursor) ||
        !customers_found(&rq->op,
                         &(struct customers_filter){.search = form->search,
                                                    .cursor = cursor,
                                                    .limit = limit,
                                                    .today = rq->today,
                                                    .exact = true},
                         &list))
        return reply_errors(rq);
    struct customer_row *rows = arena_array(rq->op.mem, struct customer_row, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++)
        rows[i] = (struct customer_row){
            .id = list.at[i].id,
            .open_count = list.at[i].open_count,
            .overdue_count = list.at[i].overdue_count,
            .number = list.at[i].number,
            .name = list.at[i].name,
            .country = list.at[i].country,
        };
    return reply_list(rq, row_outputs, rows, list.count, sizeof *rows,
                      api_cursor(rq->op.mem, list.next_cursor));
}

static struct reply customer_show(struct request *rq)
{
    int64_t id;
    return request_id(rq, "cus", &id) ? show(rq, 200, id) : reply_errors(rq);
}

static struct reply customer_add(struct request *rq)
{
    int64_t id;
    return customer_create(&rq->op, rq->in, &id) ? show(rq, 201, id) : reply_errors(rq);
}

/* A change that names the version it looked at is refused when somebody else was first. */
static bool version_check(struct request *rq, struct customer_form *form, const struct customer *c)
{
    str match = str_trim(rq->header(rq, "If-Match"));
    str current = str_printf(rq->op.mem, "\"%lld\"", (long long)c->version);
    bool stale = (match.len > 0 && !str_eq(match, S("*")) && !str_eq(match, current)) ||
                 (form->version != 0 && form->version != c->version);
    form->version = c->version;
    return !stale || op_fail(&rq->op, ERR_CONFLICT, "version",
                             "Somebody else changed this customer meanwhile. Look at what is there "
                             "now, then change it again.");
}

static struct reply customer_save(struct request *rq)
{
    struct customer_form form = *(const struct customer_form *)rq->in;
    struct customer c;
    int64_t id;
    if (!request_id(rq, "cus", &id) || !customer_get(&rq->op, id, &c)) return reply_errors(rq);
    if (form.number.len > 0 && !str_eq(form.number, c.number))
        (void)op_fail(&rq->op, ERR_INVALID, "number", "A customer's number never changes.");
    if (rq->op.errs || !version_check(rq, &form, &c) || !customer_change(&rq->op, id, &form))
        return reply_errors(rq);
    return show(rq, 200, id);
}

/* ---- contacts ---- */

static const struct output contact_outputs[] = {
    {"id", OUT_ID, OF(contact, id), .kind = "ctc"},
    {"customer", OUT_ID, OF(contact, customer), .kind = "cus"},
    {"name", OUT_TEXT, OF(contact, name)},
    {"role", OUT_TEXT, OF(contact, role)},
    {"email", OUT_TEXT, OF(contact, email)},
    {"phone", OUT_TEXT, OF(contact, phone)},
    {"language", OUT_TEXT, OF(contact, language)},
    {"notices", OUT_BOOL, OF(contact, notices)},
    {0},
};

static struct reply contacts_show(struct request *rq)
{
    struct customer c;
    struct contacts list;
    int64_t id;
    if (!request_id(rq, "cus", &id) || !customer_get(&rq->op, id, &c) ||
        !contacts_of(&rq->op, id, &list))
        return reply_errors(rq);
    return reply_list(rq, contact_outputs, list.at, list.count, sizeof *list.at, S(""));
}

static struct reply contact_reply(struct request *rq, int status, int64_t id)
{
    struct contact c;
    if (!contact_get(&rq->op, id, &c)) return reply_errors(rq);
    return reply_object(rq, status, contact_outputs, &c);
}

static struct reply contact_add(struct request *rq)
{
    int64_t customer, id;
    if (!request_id(rq, "cus", &customer) || !contact_create(&rq->op, customer, rq->in, &id))
        return reply_errors(rq);
    return contact_reply(rq, 201, id);
}

static struct reply contact_show(struct request *rq)
{
    int64_t id;
    return request_id(rq, "ctc", &id) ? contact_reply(rq, 200, id) : reply_errors(rq);
}

static struct reply contact_save(struct request *rq)
{
    const struct contact_form *form = rq->in;
    struct contact c;
    int64_t id;
    if (!request_id(rq, "ctc", &id) || !contact_get(&rq->op, id, &c)) return reply_errors(rq);
    c.name = form->name;
    c.role = form->role;
    c.email = form->email;
    c.phone = form->phone;
    c.language = form->language;
    c.notices = form->notices;
    if (!contact_put(&rq->op, &c, &id) ||
        !audit_add(&rq->op, "contact.change", "contact", id, S(""), S("")))
        return reply_errors(rq);
    return contact_reply(rq, 200, id);
}

static struct reply contact_delete(struct request *rq)
{
    struct contact c;
    int64_t id;
    if (!request_id(rq, "ctc", &id) || !contact_get(&rq->op, id, &c) ||
        !contact_remove(&rq->op, c.customer, id) ||
        !audit_add(&rq->op, "contact.remove", "contact", id, S(""), S("")))
        return reply_errors(rq);
    return reply_object(rq, 200, contact_outputs, &c);
}

const struct route api_customers_routes[] = {
    {GET, CUSTOMERS, customers_show, .may = MAY_SEE_CONSOLE, INPUTS(list_inputs, struct list_form),
     .outputs = row_outputs, .lists = true, .about = "Customers, by name."},
    {POST, CUSTOMERS, customer_add, .may = MAY_WORK, INPUTS(customer_inputs, struct customer_form),
     .outputs = customer_outputs, .about = "Creates a customer."},
    {GET, CUSTOMERS "/:id", customer_show, .may = MAY_SEE_CONSOLE, .outputs = customer_outputs,
     .about = "A customer, and what is open. The ETag is its version."},
    {PUT, CUSTOMERS "/:id", customer_save, .may = MAY_WORK,
     INPUTS(customer_inputs, struct customer_form), .outputs = customer_outputs,
     .about = "Changes a customer: what is left out becomes empty. With If-Match or version it is "
              "refused when somebody else was first."},
    {GET, CUSTOMERS "/:id/contacts", contacts_show, .may = MAY_SEE_CONSOLE,
     .outputs = contact_outputs, .lists = true, .about = "The contacts of a customer."},
    {POST, CUSTOMERS "/:id/contacts", contact_add, .may = MAY_WORK,
     INPUTS(contact_inputs, struct contact_form), .outputs = contact_outputs,
     .about = "Adds a contact to a customer."},
    {GET, CONTACTS "/:id", contact_show, .may = MAY_SEE_CONSOLE, .outputs = contact_outputs,
     .about = "A contact."},
    {PUT, CONTACTS "/:id", contact_save, .may = MAY_WORK,
     INPUTS(contact_inputs, struct contact_form), .outputs = contact_outputs,
     .about = "Changes a contact: what is left out becomes empty."},
    {DELETE, CONTACTS "/:id", contact_delete, .may = MAY_WORK, .outputs = contact_outputs,
     .about = "Removes a contact; its address and phone number are forgotten."},
    {0},
};
