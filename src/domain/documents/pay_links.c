#include "domain/documents/pay_links.h"

#include "base/arena.h"
#include "base/clock.h"
#include "domain/audit/audit.h"
#include "domain/documents/pay_links_sql.h"

#include <assert.h>

enum { TAG_CHARS = 32 }; /* 128 bits: nobody guesses that */

bool pay_link_make(struct op *op, const struct pay_link_new *in, int64_t *id)
{
    struct pay_link_insert_row row;
    bool fresh = false;
    assert(in->document_count > 0 && in->event.len > 0);
    struct pay_link_insert_args args = {
        .customer = in->customer,
        .entity = in->entity,
        .email = in->email,
        .event = in->event,
        .now = op->now,
        .expires = op->now + in->days * DAY_US,
    };
    if (!sql_pay_link_insert(op, args, &row, &fresh)) return false;
    *id = row.id;
    if (!fresh) {
        struct pay_link_of_event_row known;
        if (!sql_pay_link_of_event(op, (struct pay_link_of_event_args){.event = in->event}, &known))
            return false;
        *id = known.id;
        return true;
    }
    for (ptrdiff_t i = 0; i < in->document_count; i++) {
        struct pay_link_document_add_args add = {.link = row.id, .document = in->documents[i]};
        if (!sql_pay_link_document_add(op, add)) return false;
    }
    return true;
}

str pay_link_token(struct arena *mem, const struct keys *keys, int64_t id)
{
    str name = id_text(mem, keys, "lnk", id);
    str what = str_printf(mem, "pay %.*s", STR(name));
    return str_printf(mem, "%.*s.%.*s", STR(name),
                      STR(str_head(crypto_tag(mem, keys, KEY_LINKS, what), TAG_CHARS)));
}

static bool load(struct op *op, int64_t id, struct pay_link *out, bool *found)
{
    struct pay_link_row_row row;
    if (!sql_pay_link_row(op, (struct pay_link_row_args){.id = id}, &row, found)) return false;
    if (!*found) return true;
    *out = (struct pay_link){
        .id = id,
        .customer = row.customer,
        .entity = row.entity,
        .email = row.email,
        .created = row.created,
        .expires = row.expires,
        .opened = row.opened,
        .opens = row.opens,
        .revoked = row.revoked.some,
        .revoked_by = row.revoked_by,
        .over = row.revoked.some || row.expires <= op->now,
    };
    return true;
}

bool pay_link_find(struct op *op, const struct keys *keys, str token, struct pay_link *out,
                   bool *found)
{
    int64_t id;
    struct str_pair parts = str_cut(token, '.');
    *found = false;
    *out = (struct pay_link){0};
    if (!parts.found || !id_from(keys, "lnk", parts.head, &id)) return true;
    if (!crypto_equal(pay_link_token(op->mem, keys, id), token)) return true;
    return load(op, id, out, found);
}

bool pay_link_get(struct op *op, int64_t id, struct pay_link *out)
{
    bool found;
    if (!load(op, id, out, &found)) return false;
    return found || op_fail(op, ERR_MISSING, NULL, "There is no such link, or not any more.");
}

bool pay_link_documents(struct op *op, int64_t link, struct pay_link_documents *out)
{
    struct pay_link_document_rows_list rows;
    struct pay_link_document_rows_args args = {.link = link};
    if (!sql_pay_link_document_rows(op, args, &rows)) return false;
    *out = (struct pay_link_documents){arena_array(op->mem, int64_t, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = rows.at[i].document;
    return true;
}

bool pay_link_paid_by(struct op *op, int64_t link, int64_t payment)
{
    struct pay_link_payment_add_args args = {.link = link, .payment = payment};
    return sql_pay_link_payment_add(op, args);
}

bool pay_link_payments(struct op *op, int64_t link, struct pay_link_documents *out)
{
    struct pay_link_payment_rows_list rows;
    struct pay_link_payment_rows_args args = {.link = link};
    if (!sql_pay_link_payment_rows(op, args, &rows)) return false;
    *out = (struct pay_link_documents){arena_array(op->mem, int64_t, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = rows.at[i].payment;
    return true;
}

bool pay_link_opened(struct op *op, int64_t id)
{
    return sql_pay_link_use(op, (struct pay_link_use_args){.id = id, .now = op->now});
}

static bool take(struct op *op, int64_t id, struct pay_links *out)
{
    bool found;
    return load(op, id, &out->at[out->count], &found) && (out->count += found, true);
}

bool pay_links_of_customer(struct op *op, int64_t customer, int limit, struct pay_links *out)
{
    struct pay_link_rows_list rows;
    struct pay_link_rows_args args = {.customer = customer, .limit = limit};
    if (!sql_pay_link_rows(op, args, &rows)) return false;
    *out = (struct pay_links){.at = arena_array(op->mem, struct pay_link, rows.count)};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!take(op, rows.at[i].id, out)) return false;
    return true;
}

bool pay_links_of_document(struct op *op, int64_t document, int limit, struct pay_links *out)
{
    struct pay_link_document_links_list rows;
    struct pay_link_document_links_args args = {.document = document, .limit = limit};
    if (!sql_pay_link_document_links(op, args, &rows)) return false;
    *out = (struct pay_links){.at = arena_array(op->mem, struct pay_link, rows.count)};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!take(op, rows.at[i].link, out)) return false;
    return true;
}

bool pay_link_revoke(struct op *op, int64_t customer, int64_t id)
{
    struct pay_link_end_list ended;
    struct pay_link_end_args args = {
        .id = id,
        .customer = customer,
        .now = op->now,
        .who = op->actor && op->actor->name.at ? op->actor->name : S(""),
    };
    if (!sql_pay_link_end(op, args, &ended)) return false;
    if (ended.count == 0)
        return op_fail(op, ERR_MISSING, NULL, "There is no such link, or not any more.");
    return audit_add(op, "pay_link.revoke", "pay_link", id, S(""), S(""));
}
