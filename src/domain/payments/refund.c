/* Money that goes back to the payer: asked for, sent, and booked once it is known to have gone. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/random.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/payments/fee.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/settle.h"
#include "domain/payments/trouble.h"
#include "store/outbox.h"
#include "store/store.h"

#include <assert.h>

struct refund_turn {
    int64_t refund;
    struct refund_row_row row;
    struct payment p;
    bool found;
    struct charge_result answer;
};

static bool refund_load(struct op *op, void *arg)
{
    struct refund_turn *t = arg;
    if (!sql_refund_row(op, (struct refund_row_args){.id = t->refund}, &t->row, &t->found))
        return false;
    if (!t->found) return op_fail(op, ERR_MISSING, NULL, "There is no such refund.");
    return payment_get(op, 0, t->row.payment, &t->p);
}

static bool is_done(const struct refund_turn *t)
{
    return str_eq(t->row.state, S("succeeded"));
}

static bool has_failed(const struct refund_turn *t)
{
    return str_eq(t->row.state, S("failed"));
}

static bool refund_move(struct op *op, struct refund_turn *t, const char *to, int64_t entry,
                        int64_t absent, bool *moved)
{
    struct refund_set_list set;
    struct refund_set_args args = {
        .id = t->refund,
        .from_state = t->row.state,
        .to_state = str_of(to),
        .their_id = t->answer.their_id.at ? t->answer.their_id : S(""),
        .entry = {.some = entry != 0, .value = entry},
        .absent = absent,
        .now = op->now,
    };
    if (!sql_refund_set(op, args, &set)) return false;
    *moved = set.count == 1;
    return true;
}

/* A refund that had failed went out after all: what the money was used for meanwhile gives way, the
 * latest first, as far as it must. */
static bool make_room(struct op *op, struct refund_turn *t, money amount, date day)
{
    struct item own;
    struct allocations uses;
    if (!item_get(op, t->p.item, &own) || !allocations_of_item(op, own.id, &uses)) return false;
    money missing = money_sub(amount, money_sub(own.open, own.reserved));
    for (ptrdiff_t i = uses.count; missing.minor > 0 && i-- > 0;) {
        const struct allocation *use = &uses.at[i];
        if (use->reversed || use->reverses) continue;
        str idem =
            str_printf(op->mem, "refund %lld room %lld", (long long)t->refund, (long long)use->id);
        if (!ledger_unallocate(op, use->id, day, idem, S("a refund went out after all")))
            return false;
        money over = money_sub(use->amount, missing);
        if (over.minor > 0) { /* less was needed: the rest stays where it was */
            struct allocate_pair pair = {use->from_item, use->to_item, over};
            struct allocate again = {
                .pairs = &pair,
                .count = 1,
                .effective = day,
                .idem = str_printf(op->mem, "%.*s rest", STR(idem)),
                .rule = "refund",
                .payment = t->p.id,
            };
            int64_t entry;
            if (!ledger_allocate(op, &again, &entry)) return false;
        }
        if (!item_get(op, t->p.item, &own)) return false;
        missing = money_sub(amount, money_sub(own.open, own.reserved));
    }
    if (missing.minor <= 0) return true;
    return op_broken(op, ERR_INTERNAL, "refund %lld went out after all, and so did its money",
                     (long long)t->refund);
}

/* Row 27: money on account goes back where it came from. */
static bool refund_post(struct op *op, struct refund_turn *t)
{
    static const char *const from[] = {"succeeded", "settled", "partially_refunded", NULL};
    money amount = money_of(t->row.amount, t->p.amount.cur);
    money fee = money_of(t->row.fee, t->p.amount.cur);
    struct entity entity;
    struct refund_sum_row sum;
    int64_t entry;
    bool moved, card = str_eq(t->p.method, S("card"));
    if (!entity_get(op, t->p.entity, &entity)) return false;
    date day = entity_today(op, &entity);
    /* A failed one has let go of what it held. */
    if (has_failed(t) ? !make_room(op, t, amount, day) : !item_release(op, t->p.item, amount))
        return false;
    const struct posting postings[] = {
        {item_gl(ITEM_PAYMENT), t->p.account, t->p.item, amount},
        {.gl = card ? "1050" : "1010", .amount = money_neg(money_add(amount, fee))},
        {.gl = "4100", .amount = fee},
    };
    struct entry post = {
        .entity = t->p.entity,
        .kind = "refund",
        .effective = day,
        .idem = str_printf(op->mem, "refund %lld", (long long)t->refund),
        .payment = t->p.id,
        .note = t->row.reason,
        .postings = postings,
        .count = COUNT(postings) - (fee.minor == 0 ? 1 : 0),
    };
    if (!ledger_post(op, &post, &entry)) return false;
    if (!refund_move(op, t, "succeeded", entry, 0, &moved)) return false;
    if (!sql_refund_sum(op, (struct refund_sum_args){.payment = t->p.id}, &sum)) return false;
    bool whole = sum.done >= t->p.amount.minor;
    const char *to = whole ? "refunded" : "partially_refunded";
    if (!trouble_clear_refund(op, t->p.id, t->refund, whole)) return false;
    if (!payment_move(op, t->p.id, from, to, t->row.reason, &moved)) return false;
    return outbox_add(op, "payment.refunded", t->refund);
}

/* The money is on account again, and somebody has to find another way. Once more it is asked about,
 * a day later: what was refused has been known to go out all the same. */
static bool refund_refused(struct op *op, struct refund_turn *t)
{
    struct trouble refused = {
        .kind = TROUBLE_REFUND_REFUSED,
        .payment = t->p.id,
        .refund = t->refund,
        .said = money_of(t->row.amount, t->p.amount.cur),
    };
    bool moved;
    return refund_move(op, t, "failed", 0, t->row.absent, &moved) &&
           item_release(op, t->p.item, refused.said) && trouble_open(op, &refused) &&
           outbox_add_at(op, "refund.send", t->refund, op->now + DAY_US);
}

static bool ask_refund_later(struct op *op, struct refund_turn *t)
{
    instant due = op->now + ask_wait_us(op->now - t->row.created);
    return outbox_add_at(op, "refund.send", t->refund, due);
}

/* "Never heard of it" counts when nothing can be under way, and when it is said twice; until then
 * the same refund is simply sent again. */
static bool refund_absent(struct op *op, struct refund_turn *t)
{
    bool moved, old = op->now - t->row.created > RESEND_US + QUARANTINE_US;
    bool again = t->row.absent == 0 || op->now - t->row.changed >= MINUTE_US;
    int64_t absent = t->row.absent + (old && again ? 1 : 0);
    if (absent >= ABSENT_ANSWERS) return refund_refused(op, t);
    return refund_move(op, t, "unknown", 0, absent, &moved) && ask_refund_later(op, t);
}

static bool refund_record(struct op *op, void *arg)
{
    struct refund_turn *t = arg;
    struct charge_result answer = t->answer;
    money whole;
    bool moved;
    if (!refund_load(op, t)) return false;
    t->answer = answer;
    if (is_done(t)) return true;
    whole = money_of(t->row.amount + t->row.fee, t->p.amount.cur);
    /* Their word is checked: of another amount it is asked about again. */
    if (answer.state == CHARGE_PAID && money_eq(answer.amount, whole)) return refund_post(op, t);
    if (has_failed(t)) return true;
    if (answer.state == CHARGE_DECLINED) return refund_refused(op, t);
    if (answer.state == CHARGE_ABSENT) return refund_absent(op, t);
    return refund_move(op, t, "unknown", 0, t->row.absent, &moved) && ask_refund_later(op, t);
}

/* Sent under its id for as long as the gateway remembers it; afterwards, and when it has failed, it
 * is only asked about. */
static bool refund_exchange(struct op *op, const struct gateway_access *access,
                            struct refund_turn *t)
{
    struct refund in = {
        .our_id = t->row.our_id,
        .their_charge_id = t->p.bank_ref,
        .amount = money_of(t->row.amount + t->row.fee, t->p.amount.cur),
    };
    if (!access->gateway || t->p.bank_ref.len == 0)
        return op_broken(op, ERR_UPSTREAM, "no gateway, or no charge, to refund the card from");
    if (!has_failed(t) && op->now - t->row.created < RESEND_US)
        return gateway_refund(op, access->gateway, access->account, &in, &t->answer);
    return gateway_ask_refund(op, access->gateway, access->account, in.our_id, &t->answer);
}

bool refund_talk(struct op *op, struct store *store, const struct gateway_access *access,
                 int64_t refund)
{
    assert(!op->tx);
    struct refund_turn t = {.refund = refund};
    if (!store_transact(op, store, TX_READ, refund_load, &t)) return false;
    if (is_done(&t)) return true;
    if (str_eq(t.p.method, S("card"))) {
        if (!refund_exchange(op, access, &t)) return false;
    } else { /* staff send it from the bank; the books say so */
        t.answer.state = CHARGE_PAID;
        t.answer.amount = money_of(t.row.amount, t.p.amount.cur);
    }
    return store_transact(op, store, TX_WRITE, refund_record, &t);
}

bool refund_get(struct op *op, int64_t refund, struct refunded *out)
{
    struct refund_turn t = {.refund = refund};
    if (!refund_load(op, &t)) return false;
    *out = (struct refunded){
        .payment = t.row.payment,
        .customer = t.p.customer,
        .amount = money_of(t.row.amount, t.p.amount.cur),
        .fee = money_of(t.row.fee, t.p.amount.cur),
        .our_id = t.row.our_id,
        .state = t.row.state,
        .reason = t.row.reason,
    };
    return true;
}

bool refunds_sent(struct op *op, const struct payment *payment, struct refunds_sent *out)
{
    struct refund_rows_list rows;
    if (!sql_refund_rows(op, (struct refund_rows_args){.payment = payment->id}, &rows))
        return false;
    *out = (struct refunds_sent){.at = arena_array(op->mem, struct refund_sent, rows.count)};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct refund_rows_row *row = &rows.at[i];
        if (!str_eq(row->state, S("succeeded"))) continue;
        money amount = money_of(row->amount, payment->amount.cur);
        money fee = money_of(row->fee, payment->amount.cur);
        out->at[out->count++] = (struct refund_sent){row->id, money_add(amount, fee), row->created};
    }
    return true;
}

bool payment_refund(struct op *op, int64_t payment, money amount, str reason, int64_t *refund)
{
    struct payment p;
    struct refund_insert_row row;
    if (!payment_get(op, 0, payment, &p)) return false;
    if (p.item == 0 || p.account == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "No money of this payment is on account.");
    if (amount.minor <= 0 || !currency_eq(amount.cur, p.amount.cur))
        return op_fail(op, ERR_INVALID, "amount", "Please enter an amount above zero.");
    struct item own;
    if (!item_get(op, p.item, &own)) return false;
    money most = money_sub(own.open, own.reserved);
    if (money_cmp(amount, most) > 0)
        return op_fail(op, ERR_CONFLICT, "amount",
                       "%.*s of this payment is on account: no more can go back.",
                       STR(lang_money(op->mem, op_lang(op), most)));
    if (!item_reserve(op, p.item, amount)) return false;
    struct refund_sum_row sum;
    if (!sql_refund_sum(op, (struct refund_sum_args){.payment = payment}, &sum)) return false;
    str key = random_token(op->mem, 16);
    struct refund_insert_args args = {
        .payment = payment,
        .our_id = str_printf(op->mem, "R-%lld-%.*s", (long long)payment, STR(key)),
        .amount = amount.minor,
        .fee = fee_share(&p, sum.asked, sum.asked_fee, amount).minor,
        .reason = reason.at ? reason : S(""),
        .now = op->now,
    };
    if (!sql_refund_insert(op, args, &row)) return false;
    *refund = row.id;
    if (!audit_add(op, "payment.refund", "payment", payment, S(""), S(""))) return false;
    return outbox_add(op, "refund.send", row.id);
}
