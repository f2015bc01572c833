#include "domain/exchange/putting.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/lang.h"
#include "domain/customers/care.h"
#include "domain/customers/customers.h"
#include "domain/notices/settings.h"
#include "domain/payments/payments.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/receivables.h"

/* ---- the seller's entities ---- */

static struct entity entity_kept(struct arena *mem, const struct entity *e)
{
    return (struct entity){.id = e->id, .code = str_copy(mem, e->code), .currency = e->currency};
}

bool putting_begin(struct op *op, struct putting *p)
{
    struct entity first;
    str code = p->reading->options->entity;
    p->entity_count = 0;
    if (code.len > 0 ? !entity_by_code(op, code, &first) : !entity_main(op, &first)) return false;
    p->entities[p->entity_count++] = entity_kept(p->keep, &first);
    return true;
}

static bool entity_of_draft(struct op *op, struct putting *p, str code, const struct entity **out)
{
    struct entity found;
    *out = &p->entities[0];
    if (code.len == 0) return true;
    for (int i = 0; i < p->entity_count; i++) {
        *out = &p->entities[i];
        if (str_eq(p->entities[i].code, code)) return true;
    }
    if (!entity_by_code(op, code, &found)) return false;
    if (p->entity_count == PUTTING_ENTITIES_MAX) p->entity_count--;
    p->entities[p->entity_count] = entity_kept(p->keep, &found);
    *out = &p->entities[p->entity_count++];
    return true;
}

/* ---- why not ---- */

static enum import_field field_of(const struct err *err)
{
    static const struct {
        const char *field;
        enum import_field is;
    } others[] = {
        {"code", FIELD_ENTITY},
        {"lines", FIELD_AMOUNT},
        {"net", FIELD_AMOUNT},
    };
    enum import_field field;
    str name = str_of(err->field);
    if (import_field_from(name, &field)) return field;
    for (ptrdiff_t i = 0; i < COUNT(others); i++)
        if (str_eq(name, str_of(others[i].field))) return others[i].is;
    return FIELD_NUMBER;
}

bool draft_at_fault(const struct op *op)
{
    if (!op->errs) return false;
    switch (op->errs->kind) {
    case ERR_INVALID:
    case ERR_DENIED:
    case ERR_MISSING:
    case ERR_CONFLICT: return true;
    case ERR_BUSY:
    case ERR_FULL:
    case ERR_UPSTREAM:
    case ERR_INTERNAL: break;
    }
    return false;
}

bool draft_refused(struct op *op, struct putting *p, struct draft *draft)
{
    const struct err *err = op->errs;
    if (!draft_at_fault(op)) return false;
    enum import_field field = field_of(err);
    draft->refused = true;
    draft->why = (struct refusal){.line = draft->rows[0].line,
                                  .column = reading_column(p->reading, field),
                                  .value = draft->rows[0].fields[field],
                                  .reason = str_copy(p->keep, err->message)};
    op->errs = NULL;
    return true;
}

static void differs(struct text *t, const struct lang *lang, const char *english, str now,
                    str before)
{
    str nothing = str_of(say(lang, "empty"));
    if (str_eq(now, before)) return;
    if (now.len == 0) now = nothing;
    if (before.len == 0) before = nothing;
    if (t->len > 0) text_add(t, S("; "));
    text_format(t, say(lang, english), STR(now), STR(before));
}

static void say_differences(struct op *op, struct putting *p, const struct document_draft *d,
                            const struct document *before, str customer, struct draft *draft)
{
    struct arena *mem = op->mem;
    const struct lang *lang = p->reading->lang;
    const struct document *now = &d->document;
    struct text t = {.mem = p->keep};
    differs(&t, lang, "customer is %.*s, there it is %.*s", d->customer, customer);
    differs(&t, lang, "date of issue is %.*s, there it is %.*s", lang_date(mem, lang, now->issued),
            lang_date(mem, lang, before->issued));
    differs(&t, lang, "amount is %.*s, there it is %.*s", lang_money(mem, lang, now->total),
            lang_money(mem, lang, before->total));
    differs(&t, lang, "tax is %.*s, there it is %.*s", lang_money(mem, lang, now->tax),
            lang_money(mem, lang, before->tax));
    differs(&t, lang, "currency is %.*s, there it is %.*s", currency_text(&now->total.cur),
            currency_text(&before->total.cur));
    if (now->due.some && before->due.some)
        differs(&t, lang, "due date is %.*s, there it is %.*s",
                lang_date(mem, lang, now->due.value), lang_date(mem, lang, before->due.value));
    differs(&t, lang, "purchase order is %.*s, there it is %.*s", now->po, before->po);
    differs(&t, lang, "order is %.*s, there it is %.*s", now->order_ref, before->order_ref);
    differs(&t, lang, "count of lines is %.*s, there it is %.*s",
            str_printf(mem, "%td", now->line_count), str_printf(mem, "%td", before->line_count));
    str what = t.len > 0 ? text_str(&t) : str_of(say(lang, "its lines or its other fields differ"));
    draft->why.reason = str_printf(
        p->keep,
        say(lang, "This number is there already, with other contents: %.*s. An issued document "
                  "does not change."),
        STR(what));
}

bool draft_conflict(struct op *op, struct putting *p, struct draft *draft)
{
    struct document_draft d;
    struct document before;
    struct customer customer;
    struct refusal why;
    const struct entity *entity;
    int64_t id;
    bool found;
    if (!draft_document(op->mem, p->reading, draft, p->entities[0].currency, &d, &why)) return true;
    const struct document *now = &d.document;
    if (!entity_of_draft(op, p, d.entity, &entity)) return false;
    if (!document_find(op, entity->id, now->kind, now->number, &id, &found)) return false;
    if (!found) return true;
    if (!document_get(op, id, &before)) return false;
    if (!customer_get(op, before.customer, &customer)) return false;

    say_differences(op, p, &d, &before, customer.number, draft);
    return true;
}

/* ---- documents ---- */

static bool add_contact(struct op *op, int64_t customer, str name, str email)
{
    int64_t id;
    struct contact contact = {
        .customer = customer, .name = name, .email = email, .role = S("billing"), .notices = true};
    return email.len == 0 || contact_put(op, &contact, &id);
}

/* Fields that are only kept: {"country": "391"} */
static str custom_of(struct arena *mem, str country, str others)
{
    struct text t = {.mem = mem};
    struct json_out o = {.to = &t};
    if (country.len == 0) return others;
    json_open(&o, '{');
    json_key(&o, "country");
    json_put_str(&o, country);
    if (others.len == 0) {
        json_close(&o, '}');
    } else {
        text_char(&t, ',');
        text_add(&t, str_from(others, 1));
    }
    return text_str(&t);
}

static bool customer_of_document(struct op *op, struct putting *p, const struct document_draft *d,
                                 struct draft *draft, int64_t *out)
{
    struct customer customer;
    enum put did;
    bool found;
    if (!customer_find(op, d->customer, &customer, &found)) return false;
    *out = customer.id;
    if (found) return true;
    if (p->reading->options->known_customers)
        return op_fail(op, ERR_MISSING, "customer", "There is no customer with this number.");
    str country = country_code(op->mem, d->country);
    customer = (struct customer){
        .number = d->customer,
        .name = d->name.len > 0 ? d->name : d->customer,
        .country = country,
        .custom = country.len > 0 ? (str){0} : custom_of(op->mem, d->country, (str){0}),
    };
    draft->new_customer = true;
    return customer_put(op, &customer, out, &did) && add_contact(op, *out, customer.name, d->email);
}

static bool invoice_corrected(struct op *op, const struct document_draft *d, int64_t *out)
{
    const struct document *credit = &d->document;
    struct document invoice;
    bool found;
    *out = 0;
    if (d->corrects.len == 0) return true;
    if (credit->kind == DOCUMENT_INVOICE)
        return op_fail(op, ERR_INVALID, "corrects", "Only a credit note corrects an invoice.");
    if (!document_find(op, credit->entity, DOCUMENT_INVOICE, d->corrects, out, &found))
        return false;
    if (!found)
        return op_fail(op, ERR_MISSING, "corrects",
                       "There is no invoice with this number: import invoices first.");
    if (!document_get(op, *out, &invoice)) return false;
    if (invoice.customer == credit->customer) return true;
    return op_fail(op, ERR_INVALID, "corrects", "This invoice is another customer's.");
}

/* The ERP says it is paid, and our books do not know yet. What we know of a payment stays. */
static bool settle(struct op *op, const struct document_draft *d, const struct issued *issued,
                   struct draft *draft)
{
    struct receivables items;
    if (!d->settled.some || d->document.kind != DOCUMENT_INVOICE || d->document.total.minor == 0)
        return true;
    if (issued->did == PUT_SAME) {
        if (!receivables_of_document(op, issued->id, d->settled.value, &items)) return false;
        for (ptrdiff_t i = 0; i < items.count; i++)
            if (!money_eq(items.at[i].open, items.at[i].amount) || items.at[i].reserved.minor != 0)
                return true;
        draft->did = PUT_CHANGED;
    }
    return payment_import(op, issued->id, d->settled.value);
}

/* A dispute begins and ends in the ERP while the invoice stays as it was issued. */
static bool dispute(struct op *op, const struct document_draft *d, const struct issued *issued,
                    struct draft *draft)
{
    struct opt_bool said = d->document.disputed;
    bool changed, is_new = issued->did != PUT_SAME;
    if (!said.some || d->document.kind != DOCUMENT_INVOICE || (is_new && !said.value)) return true;
    if (!disputes_from_erp(op, issued->id, said.value, &changed)) return false;
    if (changed && draft->did == PUT_SAME) draft->did = PUT_CHANGED;
    return true;
}

/* History is nobody's news: what is settled, or was issued long ago, is mailed to nobody. */
static bool is_news(struct op *op, const struct putting *p, const struct document_draft *d,
                    const struct entity *entity, bool *out)
{
    struct mail_setting setting;
    *out = false;
    if (!p->notify || d->settled.some) return true;
    if (!mail_setting_get(op, entity->id, &setting)) return false;
    date first = date_plus(entity_today(op, entity), -(int)setting.quiet_days);
    *out = date_cmp(d->document.issued, first) >= 0;
    return true;
}

bool put_document(struct op *op, struct putting *p, struct draft *draft)
{
    struct document_draft d;
    struct issued issued;
    const struct entity *entity;
    bool news;
    draft->new_customer = false;
    if (!draft_document(op->mem, p->reading, draft, p->entities[0].currency, &d, &draft->why)) {
        draft->refused = true;
        draft->why.reason = str_copy(p->keep, draft->why.reason);
        return true;
    }
    if (!entity_of_draft(op, p, d.entity, &entity)) return false;
    d.document.entity = entity->id;
    if (!customer_of_document(op, p, &d, draft, &d.document.customer)) return false;
    if (!invoice_corrected(op, &d, &d.document.corrects)) return false;
    if (!is_news(op, p, &d, entity, &news)) return false;
    if (!document_issue(op, &d.document, news, &issued)) return false;
    draft->did = issued.did;
    draft->counts = true;
    draft->total =
        d.document.kind == DOCUMENT_CREDIT_NOTE ? money_neg(d.document.total) : d.document.total;
    return settle(op, &d, &issued, draft) && dispute(op, &d, &issued, draft);
}

/* ---- customers ---- */

static bool parent_of(struct op *op, str number, int64_t *out)
{
    struct customer parent;
    bool found;
    *out = 0;
    if (number.len == 0) return true;
    if (!customer_find(op, number, &parent, &found)) return false;
    if (!found)
        return op_fail(op, ERR_MISSING, "parent",
                       "There is no customer with this number: import parents first.");
    *out = parent.id;
    return true;
}

/* Only what the file says changes; what it does not mention stays. */
static bool overlay(struct op *op, const struct source_row *row, struct customer *c)
{
    const str *f = row->fields;
    str country = country_code(op->mem, f[FIELD_COUNTRY]);
    c->number = f[FIELD_CUSTOMER];
    if (f[FIELD_NAME].len > 0) c->name = f[FIELD_NAME];
    if (c->name.len == 0) c->name = c->number;
    if (country.len > 0) c->country = country;
    if (f[FIELD_TERMS].len > 0) c->terms = f[FIELD_TERMS];
    str unknown = country.len > 0 ? (str){0} : f[FIELD_COUNTRY];
    if (row->others.len > 0 || unknown.len > 0)
        c->custom = custom_of(op->mem, unknown, row->others);
    return f[FIELD_PARENT].len == 0 || parent_of(op, f[FIELD_PARENT], &c->parent);
}

static bool has_contact(struct op *op, int64_t customer, str email, bool *out)
{
    struct contacts contacts;
    if (!contacts_of(op, customer, &contacts)) return false;
    for (ptrdiff_t i = 0; i < contacts.count; i++)
        if (str_eq_nocase(contacts.at[i].email, email)) *out = true;
    return true;
}

/* Who looks after it, when the file says so. */
static bool own(struct op *op, int64_t customer, str email, struct draft *draft)
{
    struct customer_care care;
    int64_t owner;
    if (email.len == 0) return true;
    if (!owner_of_email(op, email, &owner) || !customer_care(op, customer, (date){0}, &care))
        return false;
    if (care.owner == owner) return true;
    if (draft->did == PUT_SAME) draft->did = PUT_CHANGED;
    return customer_own(op, customer, owner);
}

bool put_customer(struct op *op, struct putting *p, struct draft *draft)
{
    struct customer customer = {0};
    const struct source_row *row = &draft->rows[0];
    int64_t id;
    bool found, known = false;
    str number = row->fields[FIELD_CUSTOMER], email = row->fields[FIELD_EMAIL];
    if (row->problem.len > 0 || number.len == 0) {
        draft->refused = true;
        draft->why = (struct refusal){
            .line = row->line,
            .column = row->problem.len > 0 ? row->problem_column
                                           : reading_column(p->reading, FIELD_CUSTOMER),
            .reason = row->problem.len > 0
                          ? row->problem
                          : str_of(say(p->reading->lang, "There is no customer number."))};
        return true;
    }
    if (!customer_find(op, number, &customer, &found)) return false;
    if (!overlay(op, row, &customer)) return false;
    if (!customer_put(op, &customer, &id, &draft->did)) return false;
    if (!own(op, id, row->fields[FIELD_OWNER], draft)) return false;
    if (email.len == 0) return true;
    if (!has_contact(op, id, email, &known)) return false;
    if (known) return true;
    if (draft->did == PUT_SAME) draft->did = PUT_CHANGED;
    return add_contact(op, id, customer.name, email);
}
