#include "domain/customers/change_requests.h"

#include "base/arena.h"
#include "domain/audit/audit.h"
#include "domain/customers/change_requests_sql.h"

#include <assert.h>

static const char *const kinds[] = {
    [CHANGE_COMPANY] = "company",
    [CHANGE_CONTACT] = "contact",
    [CHANGE_CONTACT_GONE] = "contact-gone",
};
static const char *const states[] = {
    [CHANGE_WAITING] = "waiting",
    [CHANGE_ACCEPTED] = "accepted",
    [CHANGE_REFUSED] = "refused",
    [CHANGE_WITHDRAWN] = "withdrawn",
};

static int word_of(const char *const words[], int count, str s)
{
    int i = 1;
    while (i < count && !str_eq(s, str_of(words[i]))) i++;
    assert(i < count);
    return i;
}

/* ---- asking ---- */

static bool company_check(struct op *op, const struct change_wanted *in)
{
    struct customer now;
    if (in->name.len == 0) return op_fail(op, ERR_INVALID, "name", "Give the company's name.");
    if (!customer_get(op, in->customer, &now)) return false;
    if (!str_eq(now.name, in->name) || !str_eq(now.address, str_or_empty(in->address)) ||
        !str_eq(now.tax_id, str_or_empty(in->tax_id)))
        return true;
    return op_fail(op, ERR_INVALID, NULL, "This is how it is already: nothing would change.");
}

/* The contact, if it is the customer's own. */
static bool own_contact(struct op *op, const struct change_wanted *in, struct contact *out)
{
    if (!contact_get(op, in->contact, out)) return false;
    return out->customer == in->customer ||
           op_fail(op, ERR_MISSING, NULL, "There is no such contact.");
}

static bool contact_check(struct op *op, const struct change_wanted *in)
{
    struct contact now;
    if (in->name.len == 0) return op_fail(op, ERR_INVALID, "name", "Give the person's name.");
    if (in->notices && in->email.len == 0)
        return op_fail(op, ERR_INVALID, "email", "Give the address that the mails shall go to.");
    if (in->contact == 0) return true;
    if (!own_contact(op, in, &now)) return false;
    if (!str_eq(now.name, in->name) || !str_eq(now.email, str_or_empty(in->email)) ||
        !str_eq(now.phone, str_or_empty(in->phone)) || !str_eq(now.role, in->role) ||
        now.notices != in->notices)
        return true;
    return op_fail(op, ERR_INVALID, NULL, "This is how it is already: nothing would change.");
}

static bool check(struct op *op, const struct change_wanted *in)
{
    struct contact going;
    switch (in->kind) {
    case CHANGE_COMPANY: return company_check(op, in);
    case CHANGE_CONTACT: return contact_check(op, in);
    case CHANGE_CONTACT_GONE: return own_contact(op, in, &going);
    }
    return op_broken(op, ERR_INTERNAL, "change request of kind %d", in->kind);
}

bool change_request_add(struct op *op, const struct change_wanted *in, int64_t person, int64_t *id)
{
    struct change_request_insert_list made;
    if (!check(op, in)) return false;
    struct change_request_insert_args args = {
        .customer = in->customer,
        .kind = str_of(kinds[in->kind]),
        .contact = {.some = in->contact != 0, .value = in->contact},
        .name = str_or_empty(in->name),
        .address = str_or_empty(in->address),
        .tax_id = str_or_empty(in->tax_id),
        .email = str_or_empty(in->email),
        .phone = str_or_empty(in->phone),
        .role = str_or_empty(in->role),
        .notices = in->notices,
        .person = person,
        .now = op->now,
    };
    if (!sql_change_request_insert(op, args, &made)) return false;
    if (made.count == 0)
        return op_fail(op, ERR_INVALID, NULL,
                       "A change of this waits for an answer already. Withdraw it first.");
    *id = made.at[0].id;
    return audit_add(op, "change_request.add", "change_request", *id, S(""), S(""));
}

/* ---- answering ---- */

static bool end(struct op *op, int64_t id, enum change_state state, int64_t person, str words)
{
    struct change_request_end_list ended;
    struct change_request_end_args args = {
        .id = id,
        .state = str_of(states[state]),
        .person = person,
        .now = op->now,
        .words = str_or_empty(words),
    };
    if (!sql_change_request_end(op, args, &ended)) return false;
    if (ended.count == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "This change has its answer already.");
    return true;
}

bool change_request_withdraw(struct op *op, int64_t customer, int64_t id, int64_t person)
{
    struct change_request r;
    if (!change_request_get(op, id, &r)) return false;
    if (r.wanted.customer != customer)
        return op_fail(op, ERR_MISSING, NULL, "There is no such change.");
    return end(op, id, CHANGE_WITHDRAWN, person, S("")) &&
           audit_add(op, "change_request.withdraw", "change_request", id, S(""), S(""));
}

bool change_request_refuse(struct op *op, int64_t id, int64_t person, str words)
{
    struct change_request r;
    if (!change_request_get(op, id, &r)) return false;
    if (words.len == 0) return op_fail(op, ERR_INVALID, "words", "Say why: the customer reads it.");
    return end(op, id, CHANGE_REFUSED, person, words) &&
           audit_add(op, "change_request.refuse", "change_request", id, S(""), S(""));
}

static bool company_make(struct op *op, const struct change_wanted *w)
{
    struct customer c;
    enum put did;
    int64_t id;
    if (!customer_get(op, w->customer, &c)) return false;
    c.name = w->name;
    c.address = w->address;
    c.tax_id = w->tax_id;
    return customer_put(op, &c, &id, &did) &&
           audit_add(op, "customer.change", "customer", id, S(""), S(""));
}

static bool contact_make(struct op *op, const struct change_wanted *w)
{
    struct contact c = {.customer = w->customer};
    int64_t id;
    if (w->contact && !own_contact(op, w, &c)) return false;
    c.name = w->name;
    c.email = w->email;
    c.phone = w->phone;
    c.role = w->role;
    c.notices = w->notices;
    return contact_put(op, &c, &id) && audit_add(op, w->contact ? "contact.change" : "contact.add",
                                                 "contact", id, S(""), S(""));
}

static bool make(struct op *op, const struct change_wanted *w)
{
    switch (w->kind) {
    case CHANGE_COMPANY: return company_make(op, w);
    case CHANGE_CONTACT: return contact_make(op, w);
    case CHANGE_CONTACT_GONE:
        return contact_remove(op, w->customer, w->contact) &&
               audit_add(op, "contact.remove", "contact", w->contact, S(""), S(""));
    }
    return op_broken(op, ERR_INTERNAL, "change request of kind %d", w->kind);
}

bool change_request_accept(struct op *op, int64_t id, int64_t person)
{
    struct change_request r;
    return change_request_get(op, id, &r) && end(op, id, CHANGE_ACCEPTED, person, S("")) &&
           audit_add(op, "change_request.accept", "change_request", id, S(""), S("")) &&
           make(op, &r.wanted);
}

/* ---- reading ---- */

static struct change_request request_of(const struct change_request_row_row *row)
{
    return (struct change_request){
        .id = row->id,
        .asked_by = row->asked_by,
        .wanted =
            {
                .kind = (enum change_kind)word_of(kinds, COUNT(kinds), row->kind),
                .customer = row->customer,
                .contact = row->contact.value,
                .name = row->name,
                .address = row->address,
                .tax_id = row->tax_id,
                .email = row->email,
                .phone = row->phone,
                .role = row->role,
                .notices = row->notices,
            },
        .state = (enum change_state)word_of(states, COUNT(states), row->state),
        .customer_name = row->customer_name,
        .asked_by_name = row->asked_by_name,
        .ended_by_name = row->ended_by_name,
        .asked_at = row->asked,
        .ended_at = row->ended.value,
        .words = row->words,
    };
}

bool change_request_get(struct op *op, int64_t id, struct change_request *out)
{
    struct change_request_row_list rows;
    if (!sql_change_request_row(op, (struct change_request_row_args){.id = id}, &rows))
        return false;
    if (rows.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such change.");
    *out = request_of(&rows.at[0]);
    return true;
}

/* One after the other: a page of them is short. */
static bool each(struct op *op, const int64_t ids[], ptrdiff_t count, int limit,
                 struct change_requests *out)
{
    *out = (struct change_requests){.count = count < limit ? count : limit, .more = count > limit};
    out->at = arena_array(op->mem, struct change_request, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++)
        if (!change_request_get(op, ids[i], &out->at[i])) return false;
    return true;
}

bool change_requests_of(struct op *op, int64_t customer, int limit, struct change_requests *out)
{
    struct change_request_ids_list rows;
    struct change_request_ids_args args = {.customer = customer, .limit = limit + 1};
    if (!sql_change_request_ids(op, args, &rows)) return false;
    int64_t *ids = arena_array(op->mem, int64_t, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) ids[i] = rows.at[i].id;
    return each(op, ids, rows.count, limit, out);
}

bool change_requests_waiting(struct op *op, int64_t after, int limit, struct change_requests *out)
{
    struct change_request_queue_list rows;
    struct change_request_queue_args args = {.after = after, .limit = limit + 1};
    if (!sql_change_request_queue(op, args, &rows)) return false;
    int64_t *ids = arena_array(op->mem, int64_t, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) ids[i] = rows.at[i].id;
    return each(op, ids, rows.count, limit, out);
}

bool change_requests_count(struct op *op, int64_t *out)
{
    struct change_request_count_row row;
    if (!sql_change_request_count(op, &row)) return false;
    *out = row.count;
    return true;
}
