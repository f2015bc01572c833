#include "domain/customers/customers.h"

#include "base/arena.h"
#include "base/json.h"
#include "domain/customers/customers_sql.h"

static struct customer customer_of(const struct customer_rows_row *row)
{
    return (struct customer){
        .id = row->id,
        .number = row->number,
        .name = row->name,
        .parent = row->parent.value,
        .country = row->country,
        .language = row->language,
        .address = row->address,
        .tax_id = row->tax_id,
        .terms = row->terms,
        .custom = row->custom,
        .version = row->version,
    };
}

bool customer_get(struct op *op, int64_t id, struct customer *out)
{
    struct customer_rows_list rows;
    if (!sql_customer_rows(op, (struct customer_rows_args){.id = SOME_I64(id)}, &rows))
        return false;
    if (rows.count == 0) return op_fail(op, ERR_MISSING, "customer", "There is no such customer.");
    *out = customer_of(&rows.at[0]);
    return true;
}

bool customer_get_at(struct op *op, int64_t id, instant at, struct customer *out)
{
    struct customer_before_row row;
    bool found;
    if (!customer_get(op, id, out)) return false;
    if (!sql_customer_before(op, (struct customer_before_args){.id = id, .at = at}, &row, &found))
        return false;
    if (found) out->name = row.name, out->address = row.address, out->tax_id = row.tax_id;
    return true;
}

bool customer_find(struct op *op, str number, struct customer *out, bool *found)
{
    struct customer_rows_list rows;
    *found = false;
    if (!number.at) return true;
    if (!sql_customer_rows(op, (struct customer_rows_args){.number = number}, &rows)) return false;
    *found = rows.count > 0;
    if (*found) *out = customer_of(&rows.at[0]);
    return true;
}

bool country_read(struct op *op, str typed, str *out)
{
    char *code = arena_array(op->mem, char, 2);
    *out = S("");
    if (typed.len == 0) return true;
    for (ptrdiff_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (typed.len != 2 || c < 'A' || c > 'Z')
            return op_fail(op, ERR_INVALID, "country",
                           "Give the country as two letters of ISO 3166, such as DE.");
        code[i] = c;
    }
    *out = (str){code, typed.len};
    return true;
}

static bool customer_check(struct op *op, const struct customer *in)
{
    if (in->number.len == 0)
        return op_fail(op, ERR_INVALID, "number", "Give the customer's number.");
    if (in->number.len > 60)
        return op_fail(op, ERR_INVALID, "number", "Use at most 60 characters for the number.");
    if (in->name.len == 0) return op_fail(op, ERR_INVALID, "name", "Give the customer's name.");
    return true;
}

static bool same(const struct customer *a, const struct customer *b)
{
    return str_eq(a->name, b->name) && a->parent == b->parent && str_eq(a->country, b->country) &&
           str_eq(a->language, b->language) && str_eq(a->address, b->address) &&
           str_eq(a->tax_id, b->tax_id) && str_eq(a->terms, b->terms) &&
           str_eq(a->custom, b->custom);
}

/* A parent must not stand below the customer itself: the group would have no top. */
static bool parent_check(struct op *op, int64_t id, int64_t parent)
{
    struct customer_below_list below;
    if (parent == 0) return true;
    if (!sql_customer_below(op, (struct customer_below_args){.id = id}, &below)) return false;
    for (ptrdiff_t i = 0; i < below.count; i++)
        if (below.at[i].id == parent)
            return op_fail(op, ERR_INVALID, "parent",
                           "This parent stands below the customer itself. Choose another.");
    return true;
}

bool customer_put(struct op *op, const struct customer *typed, int64_t *id, enum put *did)
{
    struct customer put = *typed, old;
    const struct customer *in = &put;
    bool found;
    if (!customer_check(op, typed) || !country_read(op, typed->country, &put.country) ||
        !customer_find(op, in->number, &old, &found))
        return false;
    struct opt_i64 parent = {.some = in->parent != 0, .value = in->parent};
    if (!found) {
        struct customer_insert_row row;
        struct customer_insert_args args = {
            .number = in->number,
            .name = in->name,
            .parent = parent,
            .country = str_or_empty(in->country),
            .language = str_or_empty(in->language),
            .address = str_or_empty(in->address),
            .tax_id = str_or_empty(in->tax_id),
            .terms = str_or_empty(in->terms),
            .custom = str_or_empty(in->custom),
            .now = op->now,
        };
        if (!sql_customer_insert(op, args, &row)) return false;
        *id = row.id;
        *did = PUT_CREATED;
        return true;
    }
    *id = old.id;
    *did = same(in, &old) ? PUT_SAME : PUT_CHANGED;
    if (*did == PUT_SAME) return true;
    if (!parent_check(op, old.id, in->parent)) return false;
    return sql_customer_update(op, (struct customer_update_args){
                                       .id = old.id,
                                       .name = in->name,
                                       .parent = parent,
                                       .country = str_or_empty(in->country),
                                       .language = str_or_empty(in->language),
                                       .address = str_or_empty(in->address),
                                       .tax_id = str_or_empty(in->tax_id),
                                       .terms = str_or_empty(in->terms),
                                       .custom = str_or_empty(in->custom),
                                       .now = op->now,
                                   });
}

/* A cursor is the id and the name of the last row, "17 Acme": what comes after it is the next page
 * whatever was added meanwhile. */
static bool cursor_read(struct op *op, str cursor, int64_t *id, str *name)
{
    *id = 0;
    *name = S("");
    if (cursor.len == 0) return true;
    struct str_pair parts = str_cut(cursor, ' ');
    *name = parts.tail;
    if (parts.found && str_to_i64(parts.head, id)) return true;
    return op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

static str like(struct arena *mem, const char *before, str s, const char *after)
{
    struct text t = {.mem = mem};
    text_add(&t, str_of(before));
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (s.at[i] != '%' && s.at[i] != '_' && s.at[i] != '\\') text_char(&t, s.at[i]);
    text_add(&t, str_of(after));
    return text_str(&t);
}

bool customers_list(struct op *op, str search, str cursor, int limit, date today,
                    struct customers *out)
{
    struct customers_filter f = {
        .search = search, .cursor = cursor, .limit = limit, .today = today};
    return customers_found(op, &f, out);
}

static bool page_of(struct op *op, const struct customers_filter *f, struct customer_page_args args,
                    struct customer_page_list *out)
{
    static const enum customer_page_who whos[] = {
        [CUSTOMERS_ALL] = CUSTOMER_PAGE_ALL,
        [CUSTOMERS_OF_OWNER] = CUSTOMER_PAGE_OWNED,
        [CUSTOMERS_OF_NOBODY] = CUSTOMER_PAGE_UNOWNED,
        [CUSTOMERS_ON_HOLD] = CUSTOMER_PAGE_HELD,
    };
    bool number = f->order == CUSTOMERS_BY_NUMBER || f->order == CUSTOMERS_BY_NUMBER_DOWN;
    bool down = f->order == CUSTOMERS_BY_NAME_DOWN || f->order == CUSTOMERS_BY_NUMBER_DOWN;
    bool next = f->cursor.len > 0;
    enum customer_page_turn turn = down ? next ? CUSTOMER_PAGE_DOWN_NEXT : CUSTOMER_PAGE_DOWN_FIRST
                                   : next ? CUSTOMER_PAGE_UP_NEXT
                                          : CUSTOMER_PAGE_UP_FIRST;
    return sql_customer_page(op, number ? CUSTOMER_PAGE_NUMBER : CUSTOMER_PAGE_NAME, whos[f->who],
                             turn, args, out);
}

bool customers_found(struct op *op, const struct customers_filter *f, struct customers *out)
{
    int64_t after_id;
    str after;
    if (!cursor_read(op, f->cursor, &after_id, &after)) return false;
    struct customer_page_args args = {
        .search = f->search.len > 0 ? like(op->mem, "", f->search, "%") : S(""),
        .anywhere = like(op->mem, "%", str_lower(op->mem, f->search), "%"),
        .owner = f->owner,
        .after = after,
        .after_id = after_id,
        .limit = f->limit + 1,
        .today = f->today,
        .most = f->exact ? INT64_MAX : CUSTOMER_OVERDUE_MOST + 1,
    };
    struct customer_page_list rows;
    if (!page_of(op, f, args, &rows)) return false;

    *out = (struct customers){.count = rows.count < f->limit ? rows.count : f->limit};
    out->at = arena_array(op->mem, struct customer_summary, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++) {
        const struct customer_page_row *row = &rows.at[i];
        bool more = row->overdue_count == args.most;
        out->at[i] = (struct customer_summary){
            .id = row->id,
            .number = row->number,
            .name = row->name,
            .country = row->country,
            .open_count = row->open_count,
            .overdue_count = more ? CUSTOMER_OVERDUE_MOST : row->overdue_count,
            .overdue_more = more,
            .owner_name = row->owner_name,
            .owner_email = row->owner_email,
            .terms = row->terms,
            .parent_number = row->parent_number,
            .on_hold = row->on_hold,
            .hold_until = row->hold_until,
        };
    }
    if (rows.count > f->limit) {
        bool number = f->order == CUSTOMERS_BY_NUMBER || f->order == CUSTOMERS_BY_NUMBER_DOWN;
        const struct customer_summary *last = &out->at[out->count - 1];
        out->next_cursor = str_printf(op->mem, "%lld %.*s", (long long)last->id,
                                      STR(number ? last->number : last->name));
    }
    return true;
}

bool customer_group(struct op *op, int64_t customer, struct customer_ids *out)
{
    struct customer_below_list rows;
    if (!sql_customer_below(op, (struct customer_below_args){.id = customer}, &rows)) return false;
    *out = (struct customer_ids){arena_array(op->mem, int64_t, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = rows.at[i].id;
    return true;
}

bool customer_has_group(struct op *op, int64_t customer, bool *out)
{
    struct customer_parent_of_some_row row;
    struct customer_parent_of_some_args args = {.id = customer};
    if (!sql_customer_parent_of_some(op, args, &row)) return false;
    *out = row.yes;
    return true;
}

static bool contact_role(str role)
{
    static const char *const roles[] = {"billing", "ap", "approver", "dispute"};
    for (ptrdiff_t i = 0; i < COUNT(roles); i++)
        if (str_eq(role, str_of(roles[i]))) return true;
    return false;
}

bool contact_put(struct op *op, const struct contact *in, int64_t *id)
{
    if (in->name.len == 0) return op_fail(op, ERR_INVALID, "name", "Give the person's name.");
    if (!contact_role(in->role))
        return op_fail(op, ERR_INVALID, "role",
                       "Choose what the contact does: billing, ap, approver or dispute.");
    if (in->id == 0) {
        struct contact_insert_row row;
        struct contact_insert_args args = {
            .customer = in->customer,
            .name = in->name,
            .email = str_or_empty(in->email),
            .phone = str_or_empty(in->phone),
            .role = in->role,
            .language = str_or_empty(in->language),
            .notices = in->notices,
            .now = op->now,
        };
        if (!sql_contact_insert(op, args, &row)) return false;
        *id = row.id;
        return true;
    }
    struct contact_update_row row;
    struct contact_update_args args = {
        .customer = in->customer,
        .id = in->id,
        .name = in->name,
        .email = str_or_empty(in->email),
        .phone = str_or_empty(in->phone),
        .role = in->role,
        .language = str_or_empty(in->language),
        .notices = in->notices,
    };
    if (!sql_contact_update(op, args, &row)) return false;
    *id = row.id;
    return true;
}

bool contact_remove(struct op *op, int64_t customer, int64_t id)
{
    struct contact_go_list gone;
    if (!sql_contact_go(op, (struct contact_go_args){.customer = customer, .id = id}, &gone))
        return false;
    if (gone.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such contact.");
    return true;
}

bool contact_get(struct op *op, int64_t id, struct contact *out)
{
    struct contact_row_row row;
    bool found;
    if (!sql_contact_row(op, (struct contact_row_args){.id = id}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such contact.");
    *out = (struct contact){
        .id = id,
        .customer = row.customer,
        .name = row.name,
        .email = row.email,
        .phone = row.phone,
        .role = row.role,
        .language = row.language,
        .notices = row.notices,
    };
    return true;
}

bool contacts_of(struct op *op, int64_t customer, struct contacts *out)
{
    struct contact_rows_list rows;
    if (!sql_contact_rows(op, (struct contact_rows_args){.customer = customer}, &rows))
        return false;
    *out = (struct contacts){arena_array(op->mem, struct contact, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct contact_rows_row *row = &rows.at[i];
        out->at[i] = (struct contact){.id = row->id,
                                      .customer = customer,
                                      .name = row->name,
                                      .email = row->email,
                                      .phone = row->phone,
                                      .role = row->role,
                                      .language = row->language,
                                      .notices = row->notices};
    }
    return true;
}

bool account_for(struct op *op, int64_t customer, int64_t entity, currency c, int64_t *out)
{
    struct account_find_row found;
    bool any;
    struct account_find_args args = {
        .customer = customer, .entity = entity, .currency = currency_text(&c)};
    if (!sql_account_find(op, args, &found, &any)) return false;
    *out = found.id;
    if (any) return true;
    struct account_insert_row made;
    struct account_insert_args make = {
        .customer = customer, .entity = entity, .currency = currency_text(&c)};
    if (!sql_account_insert(op, make, &made)) return false;
    *out = made.id;
    return true;
}

static bool accounts_where(struct op *op, struct account_rows_args args, struct accounts *out)
{
    struct account_rows_list rows;
    if (!sql_account_rows(op, args, &rows)) return false;
    *out = (struct accounts){arena_array(op->mem, struct account, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        struct account *account = &out->at[i];
        *account = (struct account){
            .id = rows.at[i].id, .customer = rows.at[i].customer, .entity = rows.at[i].entity};
        if (!currency_from(rows.at[i].currency, &account->currency))
            return op_broken(op, ERR_INTERNAL, "account %lld: currency", (long long)account->id);
    }
    return true;
}

bool account_get(struct op *op, int64_t id, struct account *out)
{
    struct accounts found;
    if (!accounts_where(op, (struct account_rows_args){.id = SOME_I64(id)}, &found)) return false;
    if (found.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such account.");
    *out = found.at[0];
    return true;
}

bool accounts_of(struct op *op, int64_t customer, struct accounts *out)
{
    return accounts_where(op, (struct account_rows_args){.customer = SOME_I64(customer)}, out);
}
