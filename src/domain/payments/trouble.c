#include "domain/payments/trouble.h"

#include "base/arena.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/settle.h"
#include "domain/payments/trouble_sql.h"
#include "store/outbox.h"

#include <assert.h>

static const char *const kinds[] = {
    [TROUBLE_AMOUNT_DIFFERS] = "amount_differs", [TROUBLE_UNANSWERED] = "unanswered",
    [TROUBLE_CHARGED_TWICE] = "charged_twice",   [TROUBLE_REFUND_REFUSED] = "refund_refused",
    [TROUBLE_SETTLEMENT] = "settlement",
};

static struct opt_i64 some(int64_t id)
{
    return (struct opt_i64){.some = id != 0, .value = id};
}

bool trouble_open(struct op *op, const struct trouble *in)
{
    struct trouble_insert_list rows;
    bool said = in->said.cur.code[0] != 0;
    struct trouble_insert_args args = {
        .kind = str_of(kinds[in->kind]),
        .payment = some(in->payment),
        .refund = some(in->refund),
        .payout = some(in->payout),
        .said_minor = {.some = said, .value = in->said.minor},
        .said_currency = said ? currency_text(&in->said.cur) : (str){0},
        .detail = in->detail.at ? in->detail : S(""),
        .now = op->now,
    };
    return sql_trouble_insert(op, args, &rows);
}

bool trouble_clear(struct op *op, int64_t payment)
{
    return sql_trouble_end(op, (struct trouble_end_args){.payment = payment, .now = op->now});
}

bool trouble_clear_refund(struct op *op, int64_t payment, int64_t refund, bool whole)
{
    struct trouble_end_refund_args args = {
        .payment = payment, .refund = refund, .whole = whole, .now = op->now};
    return sql_trouble_end_refund(op, args);
}

bool trouble_clear_payout(struct op *op, int64_t payout)
{
    return sql_trouble_end_payout(
        op, (struct trouble_end_payout_args){.payout = payout, .now = op->now});
}

/* ---- reading ---- */

static bool trouble_from(struct op *op, const struct trouble_rows_row *row, struct trouble *out)
{
    *out = (struct trouble){
        .id = row->id,
        .payment = row->payment.value,
        .refund = row->refund.value,
        .payout = row->payout.value,
        .payment_number = row->number,
        .customer_name = row->customer,
        .detail = row->detail,
        .opened = row->opened,
    };
    for (ptrdiff_t i = TROUBLE_AMOUNT_DIFFERS; i < COUNT(kinds); i++)
        if (str_eq(row->kind, str_of(kinds[i]))) out->kind = (enum trouble_kind)i;
    currency cur;
    if (row->amount_minor.some && currency_from(row->currency, &cur))
        out->amount = money_of(row->amount_minor.value, cur);
    if (row->said_minor.some && currency_from(row->said_currency, &cur))
        out->said = money_of(row->said_minor.value, cur);
    if (out->kind != 0) return true;
    return op_broken(op, ERR_INTERNAL, "trouble %lld: kind", (long long)row->id);
}

bool trouble_count(struct op *op, int64_t *out)
{
    struct trouble_counted_row row;
    if (!sql_trouble_counted(op, &row)) return false;
    *out = row.open;
    return true;
}

bool troubles_list(struct op *op, int limit, struct troubles *out)
{
    struct trouble_rows_list rows;
    if (!sql_trouble_rows(op, (struct trouble_rows_args){.limit = limit}, &rows)) return false;
    *out = (struct troubles){.at = arena_array(op->mem, struct trouble, rows.count),
                             .count = rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!trouble_from(op, &rows.at[i], &out->at[i])) return false;
    return trouble_count(op, &out->open);
}

bool trouble_get(struct op *op, int64_t id, struct trouble *out)
{
    struct trouble_rows_row row;
    bool found;
    if (!sql_trouble_row(op, (struct trouble_row_args){.id = id}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "This has been seen to, or was never there.");
    return trouble_from(op, &row, out);
}

bool trouble_of_payment(struct op *op, int64_t payment, struct trouble *out, bool *found)
{
    struct trouble_rows_list rows;
    if (!sql_trouble_of(op, (struct trouble_of_args){.payment = payment}, &rows)) return false;
    *found = rows.count > 0;
    /* Another amount says more than silence. */
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        if (!trouble_from(op, &rows.at[i], out)) return false;
        if (out->kind == TROUBLE_AMOUNT_DIFFERS) break;
    }
    return true;
}

/* ---- what people decide ---- */

static bool reason_given(struct op *op, str reason)
{
    if (str_trim(reason).len > 0) return true;
    return op_fail(op, ERR_INVALID, "reason",
                   "Please say how you know: whoever looks at this later needs it.");
}

static bool decide(struct op *op, const struct trouble *t, str reason)
{
    struct trouble_decide_list rows;
    struct trouble_decide_args args = {
        .id = t->id,
        .closer = op_actor_name(op),
        .reason = reason,
        .now = op->now,
    };
    if (!sql_trouble_decide(op, args, &rows)) return false;
    assert(rows.count == 1); /* it was read in this transaction */
    return audit_add(op, "trouble.close", "trouble", t->id, S(""), S(""));
}

bool trouble_close(struct op *op, int64_t id, str reason)
{
    struct trouble t;
    if (!reason_given(op, reason) || !trouble_get(op, id, &t)) return false;
    if (t.kind == TROUBLE_AMOUNT_DIFFERS || t.kind == TROUBLE_UNANSWERED)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Say on the payment's page whether the card was charged.");
    return decide(op, &t, reason);
}

/* The attempt that nobody knows the end of, else the last one. */
static bool the_attempt(struct op *op, int64_t payment, struct attempt_rows_row *out)
{
    struct attempt_rows_list rows;
    struct attempt_rows_args args = {.payment = SOME_I64(payment)};
    if (!sql_attempt_rows(op, args, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        *out = rows.at[i];
        if (attempt_is_live(rows.at[i].state)) return true;
    }
    assert(rows.count > 0); /* else nobody would be in doubt */
    return true;
}

static bool attempt_end(struct op *op, const struct attempt_rows_row *a, const char *to)
{
    struct attempt_set_list set;
    struct attempt_set_args args = {
        .id = a->id,
        .from_state = a->state,
        .to_state = str_of(to),
        .their_id = S(""),
        .page = S(""),
        .decline = S(""),
        .card = S(""),
        .absent = a->absent,
        .now = op->now,
    };
    return sql_attempt_set(op, args, &set);
}

/* What the gateway took is the customer's money, whatever was agreed: booked as it came. */
static bool was_charged(struct op *op, struct payment *p, const struct attempt_rows_row *a,
                        money amount)
{
    struct entity entity;
    struct payment_card_set_args card = {.id = p->id, .card = a->card, .their_id = a->their_id};
    if (!currency_eq(amount.cur, p->amount.cur))
        return op_fail(op, ERR_CONFLICT, NULL,
                       "The gateway speaks of another currency. Have it give that money back, then "
                       "say here that the card was not charged.");
    if (!entity_get(op, p->entity, &entity) || !attempt_end(op, a, "paid")) return false;
    if (!sql_payment_card_set(op, card) || !payment_get(op, 0, p->id, p)) return false;
    p->amount = amount;
    return payment_arrived(op, p, "1050", entity_today(op, &entity));
}

static bool was_not(struct op *op, const struct payment *p, const struct attempt_rows_row *a)
{
    return attempt_end(op, a, "cancelled") && outbox_add(op, "payment.failed", p->id) &&
           payment_free(op, p);
}

bool payment_resolve(struct op *op, int64_t payment, enum resolution what, str reason)
{
    static const char *const from[] = {"unknown", "failed", "cancelled", "expired", NULL};
    bool charged = what == RESOLVED_CHARGED, moved, listed;
    struct payment p;
    struct trouble t = {0};
    struct attempt_rows_row attempt;
    if (!reason_given(op, reason) || !payment_get(op, 0, payment, &p)) return false;
    if (!trouble_of_payment(op, payment, &t, &listed)) return false;
    money amount = listed && t.said.cur.code[0] ? t.said : p.amount;
    if (!listed && p.state != PAYMENT_UNKNOWN)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "What became of this payment is known already: look at where it stands.");
    if (listed && !decide(op, &t, reason)) return false;
    if (!charged && p.state != PAYMENT_UNKNOWN) return true; /* it had failed, and has */
    if (!payment_move(op, payment, from, charged ? "succeeded" : "failed", reason, &moved))
        return false;
    if (!moved) /* its money came by another attempt, and this one speaks of other money */
        return op_fail(op, ERR_CONFLICT, NULL,
                       "What became of this payment is known already: look at where it stands.");
    if (!the_attempt(op, payment, &attempt)) return false;
    if (charged ? !was_charged(op, &p, &attempt, amount) : !was_not(op, &p, &attempt)) return false;
    return audit_add(op, "payment.resolve", "payment", payment, S(""),
                     charged ? S("{\"outcome\":\"charged\"}") : S("{\"outcome\":\"not_charged\"}"));
}
