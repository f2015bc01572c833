#include "domain/company/company.h"

#include "base/arena.h"
#include "base/clock.h"
#include "domain/company/company_sql.h"

static bool entity_of(struct op *op, const struct entity_rows_row *row, struct entity *out)
{
    *out = (struct entity){
        .id = row->id,
        .code = row->code,
        .name = row->name,
        .legal_name = row->legal_name,
        .address = row->address,
        .country = row->country,
        .facts = row->facts,
        .zone = row->zone,
        .calendar = row->calendar,
        .payee = row->payee,
        .iban = row->iban,
        .bic = row->bic,
        .bank = row->bank,
        .contact_name = row->contact_name,
        .contact_phone = row->contact_phone,
        .contact_email = row->contact_email,
        .tolerance_minor = row->tolerance,
        .card_fee_ppm = row->card_fee,
        .card_fee_text = row->card_fee_text,
    };
    if (currency_from(row->currency, &out->currency)) return true;
    return op_broken(op, ERR_INTERNAL, "entity %lld has no currency", (long long)row->id);
}

/* A NULL text binds as SQL's null; what a caller left out is empty, not null. */
/* A transfer needs a payee's name: the company's own, if the account is in no other. */
static str payee_of(const struct entity *in)
{
    if (in->payee.len > 0 || in->iban.len == 0) return str_or_empty(in->payee);
    return in->legal_name.len > 0 ? in->legal_name : in->name;
}

bool card_fee_from(struct op *op, str percent, int64_t *out)
{
    /* A currency with four decimals reads hundredths as millionths. */
    money read;
    bool lost;
    *out = 0;
    if (money_from_decimal(percent, (currency){"CLF"}, ROUND_EXACT, &read, &lost)) {
        *out = read.minor;
        return true;
    }
    return op_fail(op, ERR_INVALID, "card_fee",
                   "Give the surcharge in percent, such as 2.5; 0 for none.");
}

static bool card_fee_check(struct op *op, const struct entity *in)
{
    if (in->card_fee_ppm < 0 || in->card_fee_ppm > CARD_FEE_PPM_MAX)
        return op_fail(op, ERR_INVALID, "card_fee",
                       "A surcharge for credit cards is 4 percent at most.");
    if (in->card_fee_ppm > 0 && in->card_fee_text.len == 0)
        return op_fail(op, ERR_INVALID, "card_fee_text",
                       "Say in words what credit cards cost, and why: payers read it before they "
                       "pay.");
    return true;
}

bool entity_put(struct op *op, const struct entity *in, int64_t *out)
{
    if (in->code.len == 0)
        return op_fail(op, ERR_INVALID, "code", "Give the entity a short code, such as 'main'.");
    if (in->name.len == 0) return op_fail(op, ERR_INVALID, "name", "Give the entity a name.");
    if (currency_digits(in->currency) < 0)
        return op_fail(op, ERR_INVALID, "currency",
                       "Give the entity a currency of ISO 4217, such as EUR.");
    if (!card_fee_check(op, in)) return false;
    struct entity_insert_row row;
    struct entity_insert_args args = {
        .code = in->code,
        .name = in->name,
        .legal_name = str_or_empty(in->legal_name),
        .address = str_or_empty(in->address),
        .country = str_or_empty(in->country),
        .facts = str_or_empty(in->facts),
        .currency = currency_text(&in->currency),
        .zone = in->zone.len > 0 ? in->zone : S("UTC"),
        .calendar = str_or_empty(in->calendar),
        .payee = payee_of(in),
        .iban = str_or_empty(in->iban),
        .bic = str_or_empty(in->bic),
        .bank = str_or_empty(in->bank),
        .contact_name = str_or_empty(in->contact_name),
        .contact_phone = str_or_empty(in->contact_phone),
        .contact_email = str_or_empty(in->contact_email),
        .tolerance = in->tolerance_minor,
        .card_fee = in->card_fee_ppm,
        .card_fee_text = str_or_empty(in->card_fee_text),
        .now = op->now,
    };
    if (!sql_entity_insert(op, args, &row)) return false;
    *out = row.id;
    return true;
}

bool entities(struct op *op, struct entity_list *out)
{
    struct entity_rows_list rows;
    if (!sql_entity_rows(op, (struct entity_rows_args){0}, &rows)) return false;
    *out = (struct entity_list){arena_array(op->mem, struct entity, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!entity_of(op, &rows.at[i], &out->at[i])) return false;
    return true;
}

bool entity_names(struct op *op, struct seller_names *out)
{
    struct entity_named_list rows;
    if (!sql_entity_named(op, &rows)) return false;
    *out = (struct seller_names){arena_array(op->mem, struct seller_name, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct seller_name){rows.at[i].id, rows.at[i].name};
    return true;
}

static bool only(struct op *op, struct entity_rows_args args, struct entity *out)
{
    struct entity_rows_list rows;
    if (!sql_entity_rows(op, args, &rows)) return false;
    if (rows.count == 0)
        return op_fail(op, ERR_MISSING, "entity", "There is no such seller entity.");
    return entity_of(op, &rows.at[0], out);
}

bool entity_get(struct op *op, int64_t id, struct entity *out)
{
    return only(op, (struct entity_rows_args){.id = SOME_I64(id)}, out);
}

bool entity_get_at(struct op *op, int64_t id, instant at, struct entity *out)
{
    struct entity_before_row row;
    bool found;
    if (!entity_get(op, id, out)) return false;
    if (!sql_entity_before(op, (struct entity_before_args){.id = id, .at = at}, &row, &found))
        return false;
    if (!found) return true;
    out->name = row.name, out->legal_name = row.legal_name;
    out->address = row.address, out->facts = row.facts;
    out->payee = row.payee, out->iban = row.iban, out->bic = row.bic;
    out->contact_name = row.contact_name, out->contact_phone = row.contact_phone;
    out->contact_email = row.contact_email;
    return true;
}

bool entity_by_code(struct op *op, str code, struct entity *out)
{
    return only(op, (struct entity_rows_args){.code = str_or_empty(code)}, out);
}

bool entity_main(struct op *op, struct entity *out)
{
    return only(op, (struct entity_rows_args){0}, out);
}

date entity_today(const struct op *op, const struct entity *entity)
{
    return clock_date(op->now, entity->zone);
}

static str numbered(struct op *op, str prefix, int64_t width, int64_t number)
{
    return str_printf(op->mem, "%.*s%0*lld", STR(prefix), (int)width, (long long)number);
}

bool series_next(struct op *op, int64_t entity, const char *kind, const char *prefix, str *out)
{
    struct series_take_row row;
    struct series_take_args args = {
        .entity = entity, .kind = str_of(kind), .prefix = str_of(prefix)};
    if (!sql_series_take(op, args, &row)) return false;
    *out = numbered(op, row.prefix, row.width, row.number);
    return true;
}

bool series_next_payment(struct op *op, int64_t entity, const char *prefix, str *out)
{
    struct series_draw_row row;
    struct series_draw_args args = {.entity = entity, .kind = S("payment")};
    bool found;
    if (!sql_series_draw(op, args, &row, &found)) return false;
    if (!found) return series_next(op, entity, "payment", prefix, out); /* the very first */
    *out = numbered(op, row.prefix, row.width, row.number);
    return true;
}

bool series_peek(struct op *op, int64_t entity, const char *kind, str *out)
{
    struct series_row_row row;
    struct series_row_args args = {.entity = entity, .kind = str_of(kind)};
    bool found;
    *out = S("");
    if (!sql_series_row(op, args, &row, &found)) return false;
    if (found) *out = numbered(op, row.prefix, row.width, row.number);
    return true;
}

bool series_set(struct op *op, int64_t entity, const char *kind, const char *prefix, int width,
                int64_t next)
{
    return sql_series_put(op, (struct series_put_args){.entity = entity,
                                                       .kind = str_of(kind),
                                                       .prefix = str_of(prefix),
                                                       .width = width,
                                                       .next = next});
}

bool holiday_put(struct op *op, str calendar, date day)
{
    return sql_holiday_insert(op, (struct holiday_insert_args){.calendar = calendar, .day = day});
}

bool holidays_between(struct op *op, str calendar, date first, date last, struct holidays *out)
{
    struct holiday_rows_list rows;
    struct holiday_rows_args args = {.calendar = calendar, .first = first, .last = last};
    if (!sql_holiday_rows(op, args, &rows)) return false;
    date *days = arena_array(op->mem, date, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) days[i] = rows.at[i].day;
    *out = (struct holidays){days, rows.count};
    return true;
}

bool reasons(struct op *op, struct reason_list *out)
{
    struct reason_rows_list rows;
    if (!sql_reason_rows(op, &rows)) return false;
    *out = (struct reason_list){arena_array(op->mem, struct reason, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct reason){rows.at[i].code, rows.at[i].words, rows.at[i].deducts};
    return true;
}

bool reasons_that_deduct(struct op *op, struct reason_list *out)
{
    struct reason_list all;
    if (!reasons(op, &all)) return false;
    *out = (struct reason_list){.at = arena_array(op->mem, struct reason, all.count)};
    for (ptrdiff_t i = 0; i < all.count; i++)
        if (all.at[i].deducts) out->at[out->count++] = all.at[i];
    return true;
}
