/* What happens to the books when money arrives, and the conditional steps of a payment. */
#include "domain/payments/settle.h"

#include "base/arena.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/reference.h"
#include "domain/payments/trouble.h"
#include "domain/receivables/deductions.h"
#include "store/outbox.h"

#include <assert.h>
#include <string.h>

static struct opt_i64 some(int64_t id)
{
    return (struct opt_i64){.some = id != 0, .value = id};
}

/* ---- payments and their steps ---- */

int64_t ask_wait_us(int64_t age_us)
{
    if (age_us < 10 * SECOND_US) return 10 * SECOND_US;
    return age_us > HOUR_US ? HOUR_US : age_us;
}

bool attempt_is_live(str state)
{
    return str_eq(state, S("submitting")) || str_eq(state, S("open")) ||
           str_eq(state, S("unknown"));
}

static bool step(struct op *op, int64_t payment, const char *state, str note)
{
    struct payment_step_add_args args = {
        .payment = payment,
        .state = str_of(state),
        .at = op->now,
        .actor = op_actor_name(op),
        .note = str_or_empty(note),
    };
    return sql_payment_step_add(op, args);
}

bool payment_add(struct op *op, const struct payment_new *in, struct payment *out)
{
    str number;
    /* Payers quote a payment's number without saying whose it is: no two entities share one. */
    const char *prefix = in->entity == 1
                             ? "P-"
                             : str_z(op->mem, str_printf(op->mem, "P%lld-", (long long)in->entity));
    if (!series_next_payment(op, in->entity, prefix, &number)) return false;
    str own = str_printf(op->mem, "%lld%.*s", (long long)in->entity, STR(number));
    struct payment_insert_row row;
    struct payment_insert_args args = {
        .number = number,
        .entity = in->entity,
        .account = some(in->account),
        .customer = some(in->customer),
        .amount = in->amount,
        .method = str_of(in->method),
        .state = str_of(in->state),
        .checkout = some(in->checkout),
        .reference = reference_rf(op->mem, own),
        .bank_ref = str_or_empty(in->bank_ref),
        .payer = str_or_empty(in->payer),
        .value_date = in->value_date,
        .begun_on = in->begun_on,
        .reserved = in->reserved,
        .expires = in->expires,
        .person = some(in->person),
        .fee_asked = in->fee_asked.minor,
        .fee = in->fee.minor,
        .now = op->now,
    };
    if (!sql_payment_insert(op, args, &row)) return false;
    if (!step(op, row.id, in->state, in->note)) return false;
    return payment_get(op, 0, row.id, out);
}

/* Only then can people have been asked what became of it. */
static bool may_be_listed(const char *state)
{
    static const char *const states[] = {"unknown", "failed", "cancelled", "expired"};
    for (ptrdiff_t i = 0; i < COUNT(states); i++)
        if (strcmp(state, states[i]) == 0) return true;
    return false;
}

bool payment_move(struct op *op, int64_t payment, const char *const from[], const char *to,
                  str note, bool *moved)
{
    bool waited = false;
    *moved = false;
    for (; *from && !*moved; from++) {
        struct payment_state_set_list set;
        struct payment_state_set_args args = {
            .id = payment, .from_state = str_of(*from), .to_state = str_of(to), .now = op->now};
        if (!sql_payment_state_set(op, args, &set)) return false;
        *moved = set.count == 1;
        waited = may_be_listed(*from);
    }
    if (*moved && waited && !trouble_clear(op, payment)) return false;
    return !*moved || step(op, payment, to, note);
}

bool payment_free(struct op *op, const struct payment *p)
{
    if (!p->reserved) return true;
    if (!checkout_let_go(op, p->checkout)) return false;
    return sql_payment_hold_set(op, (struct payment_hold_set_args){.id = p->id});
}

/* ---- booking ---- */

bool payment_book(struct op *op, const struct payment *p, const char *gl, date day, int64_t *item)
{
    bool known = p->account != 0;
    struct item_in in = {
        .kind = known ? ITEM_PAYMENT : ITEM_RECEIPT,
        .entity = p->entity,
        .account = p->account,
        .customer = p->customer,
        .payment = p->id,
        .number = p->number,
        .issued = day,
        .due = day,
        .amount = p->amount,
    };
    if (!item_open(op, &in, item)) return false;
    /* Row 7: a surcharge came with the same capture. */
    const struct posting postings[] = {
        {.gl = gl, .amount = money_add(p->amount, p->fee)},
        {item_gl(in.kind), p->account, *item, money_neg(p->amount)},
        {.gl = "4100", .amount = money_neg(p->fee)},
    };
    struct entry entry = {
        .entity = p->entity,
        .kind = known ? "payment" : "receipt",
        .effective = day,
        .idem = str_printf(op->mem, "payment %lld", (long long)p->id),
        .payment = p->id,
        .postings = postings,
        .count = COUNT(postings) - (p->fee.minor == 0 ? 1 : 0),
    };
    int64_t posted;
    if (!ledger_post(op, &entry, &posted)) return false;
    struct payment_money_set_args args = {.id = p->id,
                                          .item = *item,
                                          .amount = p->amount.minor,
                                          .value_date = day,
                                          .bank_ref = str_or_empty(p->bank_ref)};
    return sql_payment_money_set(op, args);
}

struct source {
    int64_t item;
    money left;
};

static void pay_line(struct source *sources, ptrdiff_t source_count,
                     const struct checkout_line *line, struct allocate_pair *pairs,
                     ptrdiff_t *count)
{
    money open = money_add(money_sub(line->item.open, line->item.reserved), line->held);
    money due = money_min(line->amount, open);
    for (struct source *s = sources; s < sources + source_count && due.minor > 0; s++) {
        money part = money_min(due, s->left);
        if (part.minor <= 0) continue;
        pairs[(*count)++] =
            (struct allocate_pair){.from = s->item, .to = line->item.item, .amount = part};
        s->left = money_sub(s->left, part);
        due = money_sub(due, part);
    }
}

void checkout_pairs(struct op *op, const struct checkout *c, int64_t payment_item, money received,
                    struct allocate_pair **out, ptrdiff_t *count)
{
    struct source *sources = arena_array(op->mem, struct source, c->count + 1);
    ptrdiff_t source_count = 0;
    for (ptrdiff_t i = 0; i < c->count; i++) {
        const struct checkout_line *line = &c->lines[i];
        money open = money_add(money_sub(line->item.open, line->item.reserved), line->held);
        if (line->item.side < 0)
            sources[source_count++] =
                (struct source){line->item.item, money_min(line->amount, open)};
    }
    if (payment_item) sources[source_count++] = (struct source){payment_item, received};

    /* Each pair uses up a source or pays a debt: there are never more than both together. */
    *out = arena_array(op->mem, struct allocate_pair, c->count + source_count);
    *count = 0;
    for (ptrdiff_t i = 0; i < c->count; i++)
        if (c->lines[i].item.side > 0) pay_line(sources, source_count, &c->lines[i], *out, count);
}

/* Row 21: what the payer will not pay, and why, is an item of its own; the invoice is closed. */
static bool deduct_line(struct op *op, const struct checkout *c, const struct checkout_line *line,
                        money amount, int64_t payment, date day, str idem)
{
    int64_t entry;
    struct deduction_new in = {
        .entity = c->entity,
        .account = c->account,
        .customer = c->customer,
        .of_item = line->item.item,
        .document = line->item.document,
        .payment = payment,
        .due = line->item.due,
        .day = day,
        .amount = amount,
        .reason = line->reason,
        .note = line->note,
        .idem = str_printf(op->mem, "%.*s deduction %lld", STR(idem), (long long)line->item.item),
    };
    return deduction_open(op, &in, &entry);
}

bool checkout_deduct(struct op *op, const struct checkout *c, int64_t payment, date day, str idem)
{
    for (ptrdiff_t i = 0; i < c->count; i++) {
        const struct checkout_line *line = &c->lines[i];
        if (line->item.side < 0 || !line->deducts) continue;
        /* Late money deducts no more than the payer said when he paid. */
        money amount = line->shortfall, most = money_sub(line->agreed, line->amount);
        if (line->agreed.minor > 0) amount = line->held.minor > 0 ? most : money_min(amount, most);
        if (amount.minor <= 0) continue;
        if (!deduct_line(op, c, line, amount, payment, day, idem)) return false;
    }
    return true;
}

/* Rows 5 and 6, and 21: money in, then to what the payer chose. What is over stays on account. */
bool payment_arrived(struct op *op, const struct payment *p, const char *gl, date day)
{
    struct checkout c = {0};
    int64_t item, entry;
    struct allocate_pair *pairs;
    ptrdiff_t count = 0;
    str idem = str_printf(op->mem, "payment %lld uses", (long long)p->id);
    if (p->checkout && !checkout_get(op, 0, p->checkout, day, &c)) return false;
    if (!payment_free(op, p)) return false;
    if (!payment_book(op, p, gl, day, &item)) return false;
    if (p->checkout) {
        checkout_pairs(op, &c, item, p->amount, &pairs, &count);
        struct allocate all = {.pairs = pairs,
                               .count = count,
                               .effective = day,
                               .idem = idem,
                               .rule = "payer",
                               .payment = p->id};
        if (count > 0 && !ledger_allocate(op, &all, &entry)) return false;
        if (!checkout_deduct(op, &c, p->id, day, idem)) return false;
    }
    if (!audit_add(op, "payment.arrived", "payment", p->id, S(""), S(""))) return false;
    return outbox_add(op, "payment.receipt", p->id);
}
