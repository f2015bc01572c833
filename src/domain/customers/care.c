#include "domain/customers/care.h"

#include "base/json.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/audit/audit.h"
#include "domain/customers/care_sql.h"

bool customer_care(struct op *op, int64_t customer, date today, struct customer_care *out)
{
    struct care_row_row row;
    bool found;
    if (!sql_care_row(op, (struct care_row_args){.id = customer}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, "customer", "There is no such customer.");
    bool over = row.until_day.some && date_cmp(row.until_day.value, today) < 0;
    *out = (struct customer_care){
        .id = customer,
        .number = row.number,
        .name = row.name,
        .owner = row.owner.value,
        .owner_name = row.owner_name,
        .hold = {.id = row.hold.value,
                 .on = row.hold.some && !over,
                 .until = row.until_day,
                 .reason = row.reason,
                 .placed_by = row.placed_by,
                 .placed = row.placed.value},
    };
    return true;
}

/* ---- who looks after it ---- */

static str owner_json(struct op *op, int64_t owner)
{
    return str_printf(op->mem, "{\"owner\":%lld}", (long long)owner);
}

bool customer_own(struct op *op, int64_t customer, int64_t owner)
{
    struct customer_care was;
    struct care_owner_set_args args = {.id = customer,
                                       .owner = {.some = owner != 0, .value = owner}};
    if (!customer_care(op, customer, (date){0}, &was)) return false;
    if (was.owner == owner) return true;
    return sql_care_owner_set(op, args) &&
           audit_add(op, "customer.owner", "customer", customer, owner_json(op, was.owner),
                     owner_json(op, owner));
}

bool owner_of_email(struct op *op, str email, int64_t *out)
{
    struct care_staff_row row;
    struct care_staff_args args = {.email = str_lower(op->mem, str_trim(email))};
    bool found;
    if (!sql_care_staff(op, args, &row, &found)) return false;
    *out = found ? row.id : 0;
    return found || op_fail(op, ERR_MISSING, "owner",
                            "No colleague has this e-mail address: invite them first, or leave "
                            "the owner empty.");
}

/* ---- the hold ---- */

/* The reason stands with the hold and nowhere else. */
static str hold_json(struct op *op, const struct customer_hold *h)
{
    struct text t = {.mem = op->mem};
    struct json_out o = {.to = &t};
    str until = h->on && h->until.some ? date_text(op->mem, h->until.value) : S("");
    json_open(&o, '{');
    json_key(&o, "on_hold"), json_put_bool(&o, h->on);
    json_key(&o, "hold_until"), json_put_str(&o, until);
    json_close(&o, '}');
    return text_str(&t);
}

/* Makes `hold` the one that counts, 0 none, and writes down what that changed. */
static bool hold_turn(struct op *op, const struct customer_care *was, int64_t hold, date today)
{
    struct customer_care is;
    struct care_hold_set_args args = {.id = was->id, .hold = {.some = hold != 0, .value = hold}};
    if (!sql_care_hold_set(op, args) || !customer_care(op, was->id, today, &is)) return false;
    return audit_add(op, is.hold.on ? "customer.hold" : "customer.lift", "customer", was->id,
                     hold_json(op, &was->hold), hold_json(op, &is.hold));
}

bool customer_hold_put(struct op *op, const struct hold_new *in, date today, int64_t *hold)
{
    struct customer_care was;
    struct hold_insert_row row;
    struct hold_insert_args args = {.customer = in->customer,
                                    .until_day = in->until,
                                    .reason = str_trim(in->reason),
                                    .now = op->now,
                                    .who = op_actor_name(op)};
    if (args.reason.len == 0)
        (void)op_fail(op, ERR_INVALID, "reason", "Write why: your colleagues will read it.");
    if (in->until.some && date_cmp(in->until.value, today) < 0)
        (void)op_fail(op, ERR_INVALID, "until",
                      "This day is over: give the last day of the hold, or leave it empty.");
    if (op->errs || !customer_care(op, in->customer, today, &was)) return false;
    if (!sql_hold_insert(op, args, &row)) return false;
    *hold = row.id;
    return hold_turn(op, &was, row.id, today);
}

bool customer_hold_lift(struct op *op, int64_t customer, date today)
{
    struct customer_care was;
    if (!customer_care(op, customer, today, &was)) return false;
    if (!was.hold.on)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "The reminders of this customer are not on hold: nothing is to be lifted.");
    return hold_turn(op, &was, 0, today);
}

bool customer_hold_return(struct op *op, int64_t customer, int64_t hold, date today)
{
    struct customer_care was;
    return customer_care(op, customer, today, &was) && hold_turn(op, &was, hold, today);
}

bool customer_hold_check(struct op *op, int64_t customer, date today)
{
    struct customer_care now;
    if (!customer_care(op, customer, today, &now)) return false;
    if (!now.hold.on) return true;
    if (!now.hold.until.some)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Reminders and statements to this customer are on hold. Lift the hold on "
                       "the customer's page first.");
    return op_fail(op, ERR_CONFLICT, NULL,
                   "Reminders and statements to this customer are on hold until %.*s. Lift the "
                   "hold on the customer's page first.",
                   STR(lang_date(op->mem, op_lang(op), now.hold.until.value)));
}
