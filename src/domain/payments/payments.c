/* Starting payments, and reading them. The talking is in talk.c, transfers are in receive.c. */
#include "domain/payments/payments.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/random.h"
#include "base/text.h"
#include "domain/audit/audit.h"
#include "domain/payments/fee.h"
#include "domain/payments/methods.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/settle.h"
#include "store/outbox.h"

#include <assert.h>

#define CARD_HOLD_US     HOUR_US /* domain.md section 2: requires_action ends after 1 h */
#define TRANSFER_HOLD_US (14 * DAY_US)
#define FIRST_ASK_US     (10 * SECOND_US)

static const struct {
    enum payment_state state;
    const char *name;
} states[] = {
    {PAYMENT_CREATED, "created"},       {PAYMENT_REQUIRES_ACTION, "requires_action"},
    {PAYMENT_SUBMITTING, "submitting"}, {PAYMENT_UNKNOWN, "unknown"},
    {PAYMENT_PENDING, "pending"},       {PAYMENT_SUCCEEDED, "succeeded"},
    {PAYMENT_SETTLED, "settled"},       {PAYMENT_FAILED, "failed"},
    {PAYMENT_CANCELLED, "cancelled"},   {PAYMENT_EXPIRED, "expired"},
    {PAYMENT_RETURNED, "returned"},     {PAYMENT_PARTIALLY_REFUNDED, "partially_refunded"},
    {PAYMENT_REFUNDED, "refunded"},
};

const char *payment_state_name(enum payment_state state)
{
    return states[state - PAYMENT_CREATED].name;
}

bool payment_state_from(str name, enum payment_state *out)
{
    for (ptrdiff_t i = 0; i < COUNT(states); i++) {
        if (!str_eq(name, str_of(states[i].name))) continue;
        *out = states[i].state;
        return true;
    }
    return false;
}

/* ---- without money: credits cover everything ---- */

bool checkout_apply(struct op *op, int64_t customer, int64_t checkout, date today, int64_t *entry)
{
    struct checkout c;
    struct allocate_pair *pairs;
    ptrdiff_t count;
    str idem = str_printf(op->mem, "checkout %lld", (long long)checkout);
    if (!checkout_open(op, customer, checkout, today, &c)) return false;
    if (c.total.minor != 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "The credits no longer cover everything: choose how to pay the rest.");
    checkout_pairs(op, &c, 0, c.total, &pairs, &count);
    if (count == 0) return op_fail(op, ERR_INVALID, "item", "Nothing is left in this checkout.");
    struct allocate all = {
        .pairs = pairs, .count = count, .effective = today, .idem = idem, .rule = "payer"};
    if (!ledger_allocate(op, &all, entry)) return false;
    if (!checkout_deduct(op, &c, 0, today, idem)) return false;
    if (!audit_add(op, "checkout.apply", "checkout", checkout, S(""), S(""))) return false;
    return checkout_move(op, checkout, "open", "applied", *entry);
}

/* ---- starting ---- */

struct starting {
    int64_t customer, checkout;
    const char *method, *state;
    int64_t hold_us;
    bool credit; /* it may turn out to be a credit card: the surcharge is asked for */
};

static bool start(struct op *op, const struct starting *s, date today, struct payment *out)
{
    struct checkout c;
    struct entity seller;
    int64_t checkout = s->checkout;
    if (!checkout_open(op, s->customer, checkout, today, &c)) return false;
    if (c.total.minor <= 0)
        return op_fail(op, ERR_INVALID, NULL, "There is nothing to pay: the credits cover it all.");
    if (!entity_get(op, c.entity, &seller) || !checkout_hold(op, &c)) return false;
    struct payment_new in = {
        .entity = c.entity,
        .account = c.account,
        .customer = c.customer,
        .checkout = c.id,
        .person = op->actor && op->actor->kind == ACTOR_PERSON ? op->actor->id : 0,
        .amount = c.total,
        .fee_asked = s->credit ? fee_of(&seller, c.total) : money_of(0, c.currency),
        .method = s->method,
        .state = s->state,
        .begun_on = SOME_DATE(entity_today(op, &seller)),
        .expires = SOME_I64(op->now + s->hold_us),
        .reserved = true,
    };
    if (!payment_add(op, &in, out)) return false;
    if (!audit_add(op, "payment.start", "payment", out->id, S(""), S(""))) return false;
    return checkout_move(op, checkout, "open", "submitted", 0);
}

bool payment_announce(struct op *op, int64_t customer, int64_t checkout, date today,
                      int64_t *payment)
{
    struct payment p;
    struct starting s = {customer, checkout, "transfer", "pending", TRANSFER_HOLD_US, false};
    if (!start(op, &s, today, &p)) return false;
    *payment = p.id;
    return outbox_add_at(op, "payment.expire", p.id, p.expires.value);
}

/* Our id is what makes a charge one charge, however often it is sent: it is made here, and kept
 * before the first byte leaves. It begins with the payment's number, as far as that is plain. */
static str our_id_of(struct arena *mem, str number)
{
    enum { NUMBER_LONGEST = 40 };
    str head = str_head(number, NUMBER_LONGEST);
    char *at = arena_array(mem, char, head.len + 1);
    for (ptrdiff_t i = 0; i < head.len; i++) {
        bool plain = gateway_id_plain((str){head.at + i, 1});
        at[i] = plain ? head.at[i] : '-';
    }
    return str_printf(mem, "%s-%.*s", at, STR(random_token(mem, 16)));
}

static bool attempt_add(struct op *op, int64_t payment, str number, const char *gateway,
                        int64_t method)
{
    struct attempt_insert_row row;
    str our_id = our_id_of(op->mem, number);
    struct attempt_insert_args args = {
        .payment = payment,
        .our_id = our_id,
        .gateway = str_of(gateway),
        .method = {.some = method != 0, .value = method},
        .now = op->now,
    };
    if (!sql_attempt_insert(op, args, &row)) return false;
    return outbox_add_at(op, "payment.settle", payment, op->now + FIRST_ASK_US);
}

bool payment_begin(struct op *op, int64_t customer, int64_t checkout, const char *gateway,
                   int64_t method, date today, int64_t *payment)
{
    struct payment p;
    enum card_funding funding = FUNDING_UNKNOWN;
    if (method && !method_usable(op, customer, method, gateway, today, &funding)) return false;
    bool credit = method == 0 || funding == FUNDING_CREDIT;
    struct starting s = {customer, checkout, "card", "submitting", CARD_HOLD_US, credit};
    if (!start(op, &s, today, &p)) return false;
    *payment = p.id;
    return attempt_add(op, p.id, p.number, gateway, method);
}

/* More may be open now than the payer saw: that is nothing he gave a reason for. */
static bool deducts_as_agreed(const struct checkout *c)
{
    for (ptrdiff_t i = 0; i < c->count; i++) {
        const struct checkout_line *line = &c->lines[i];
        if (line->deducts && !money_eq(money_add(line->amount, line->shortfall), line->agreed))
            return false;
    }
    return true;
}

bool payment_again(struct op *op, int64_t customer, int64_t payment, const char *gateway,
                   date today)
{
    static const char *const from[] = {"failed", "cancelled", "expired", NULL};
    struct payment p;
    struct checkout c;
    bool moved;
    if (!payment_get(op, customer, payment, &p)) return false;
    if (!payment_move(op, payment, from, "submitting", S(""), &moved)) return false;
    if (!moved || !str_eq(p.method, S("card")))
        return op_fail(op, ERR_CONFLICT, NULL,
                       "This payment cannot be tried again: look at where it stands.");
    if (!checkout_get(op, customer, p.checkout, today, &c)) return false;
    if (!money_eq(c.total, p.amount) || !deducts_as_agreed(&c))
        return op_fail(op, ERR_CONFLICT, NULL,
                       "The amounts have changed since: please select the items again.");
    if (!checkout_hold(op, &c)) return false;
    struct payment_hold_set_args hold = {
        .id = payment, .reserved = true, .expires = SOME_I64(op->now + CARD_HOLD_US)};
    if (!sql_payment_hold_set(op, hold)) return false;
    return attempt_add(op, payment, p.number, gateway, 0);
}

/* ---- reading ---- */

static bool payment_of(struct op *op, const struct payment_rows_row *row, struct payment *out)
{
    *out = (struct payment){
        .id = row->id,
        .entity = row->entity,
        .account = row->account.value,
        .customer = row->customer.value,
        .checkout = row->checkout.value,
        .item = row->item.value,
        .person = row->person.value,
        .number = row->number,
        .method = row->method,
        .reference = row->reference,
        .bank_ref = row->bank_ref,
        .card = row->card,
        .payer = row->payer,
        .customer_name = row->customer_name,
        .customer_number = row->customer_number,
        .amount = row->amount,
        .fee_asked = money_of(row->fee_asked, row->amount.cur),
        .fee = money_of(row->fee, row->amount.cur),
        .day = row->day,
        .value_date = row->value_date,
        .created = row->created,
        .changed = row->changed,
        .expires = row->expires,
        .version = row->version,
        .reserved = row->reserved,
    };
    if (payment_state_from(row->state, &out->state)) return true;
    return op_broken(op, ERR_INTERNAL, "payment %lld: state", (long long)row->id);
}

bool payment_get(struct op *op, int64_t customer, int64_t id, struct payment *out)
{
    struct payment_rows_list rows;
    struct payment_rows_args args = {.id = SOME_I64(id),
                                     .customer = {.some = customer != 0, .value = customer}};
    if (!sql_payment_rows(op, args, &rows)) return false;
    if (rows.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such payment.");
    return payment_of(op, &rows.at[0], out);
}

bool payment_version(struct op *op, int64_t id, int64_t *out)
{
    struct payment_version_row row;
    if (!sql_payment_version(op, (struct payment_version_args){.id = id}, &row)) return false;
    *out = row.version;
    return true;
}

bool payment_find(struct op *op, str reference, struct payment *out, bool *found)
{
    struct payment_rows_list rows;
    if (!sql_payment_rows(op, (struct payment_rows_args){.reference = reference}, &rows))
        return false;
    *found = rows.count > 0;
    return !*found || payment_of(op, &rows.at[0], out);
}

/* "2026-11-22-417": its day and its id; by amount "EUR-11900-417". */
static bool cursor_read(struct op *op, const struct payments_filter *f,
                        struct payment_page_args *to)
{
    enum { DAY_LEN = 10 };
    bool read = false;
    if (f->by_amount) {
        struct str_pair code = str_cut(f->cursor, '-'), number = str_cut(code.tail, '-');
        to->after_currency = code.head;
        read = str_to_i64(number.head, &to->after_amount) && str_to_i64(number.tail, &to->after_id);
    } else if (f->cursor.len > DAY_LEN && f->cursor.at[DAY_LEN] == '-') {
        read = date_from(str_head(f->cursor, DAY_LEN), &to->after_day) &&
               str_to_i64(str_from(f->cursor, DAY_LEN + 1), &to->after_id);
    }
    if (read) return true;
    return op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

/* Where a page begins: behind the last row of the one before it, and within the days asked for. */
static bool begin_at(struct op *op, const struct payments_filter *f, struct payment_page_args *args)
{
    args->from_day = f->from.some ? f->from.value : DATE_FIRST;
    args->to_day = f->to.some ? f->to.value : DATE_LAST;
    args->after_day = f->rising ? args->from_day : args->to_day;
    args->after_currency = f->rising ? S("") : S("ZZZZ"); /* before and behind all codes */
    args->after_amount = f->rising ? 0 : INT64_MAX;
    args->after_id = f->rising ? 0 : INT64_MAX;
    if (f->cursor.len == 0) return true;
    struct payment_page_args at = *args;
    if (!cursor_read(op, f, &at)) return false;
    int outside =
        f->rising ? date_cmp(args->from_day, at.after_day) : date_cmp(at.after_day, args->to_day);
    if (outside <= 0) *args = at; /* a cursor of other days than are asked for now */
    return true;
}

static str cursor_of(struct op *op, const struct payments_filter *f, const struct payment *last)
{
    if (f->by_amount)
        return str_printf(op->mem, "%s-%lld-%lld", last->amount.cur.code,
                          (long long)last->amount.minor, (long long)last->id);
    return str_printf(op->mem, "%.*s-%lld", STR(date_text(op->mem, last->day)),
                      (long long)last->id);
}

static str pattern(struct arena *mem, str search)
{
    struct text t = {.mem = mem};
    if (search.len == 0) return S("");
    for (ptrdiff_t i = 0; i < search.len; i++)
        if (!memchr("%_\\", search.at[i], 3)) text_char(&t, search.at[i]);
    text_char(&t, '%');
    return str_lower(mem, text_str(&t));
}

bool payments_list(struct op *op, const struct payments_filter *f, struct payments *out)
{
    struct amount_sought sought = lang_amount_sought(op_lang(op), f->search);
    bool nobody = str_eq(f->state, S("unidentified"));
    enum payment_page_who who = nobody             ? PAYMENT_PAGE_NOBODY
                                : f->customer != 0 ? PAYMENT_PAGE_ONE
                                                   : PAYMENT_PAGE_ANY;
    static const enum payment_page_past orders[2][2] = {
        {PAYMENT_PAGE_NEWEST, PAYMENT_PAGE_OLDEST}, {PAYMENT_PAGE_LARGEST, PAYMENT_PAGE_SMALLEST}};
    struct payment_page_args args = {
        .customer = f->customer,
        .search = pattern(op->mem, f->search),
        .amount = {.some = sought.one != 0, .value = sought.one},
        .other = {.some = sought.other != 0, .value = sought.other},
        .state = f->state.at && !nobody ? f->state : S(""),
        .method = f->method.at ? f->method : S(""),
        .limit = f->limit + 1,
    };
    if (!begin_at(op, f, &args)) return false;

    struct payment_rows_list rows;
    if (!sql_payment_page(op, who, orders[f->by_amount][f->rising], args, &rows)) return false;
    *out = (struct payments){.count = rows.count < f->limit ? rows.count : f->limit};
    out->at = arena_array(op->mem, struct payment, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++)
        if (!payment_of(op, &rows.at[i], &out->at[i])) return false;
    if (rows.count > f->limit) out->next_cursor = cursor_of(op, f, &out->at[out->count - 1]);
    return true;
}

bool payment_steps(struct op *op, int64_t payment, struct payment_step **out, ptrdiff_t *count)
{
    struct payment_step_rows_list rows;
    if (!sql_payment_step_rows(op, (struct payment_step_rows_args){.payment = payment}, &rows))
        return false;
    *out = arena_array(op->mem, struct payment_step, rows.count);
    *count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        (*out)[i] = (struct payment_step){rows.at[i].state, rows.at[i].actor, rows.at[i].note,
                                          rows.at[i].at};
    return true;
}

/* ---- what it pays ---- */

static bool uses_planned(struct op *op, const struct payment *p, date today,
                         struct payment_uses *out)
{
    struct checkout c;
    if (!checkout_get(op, 0, p->checkout, today, &c)) return false;
    out->at = arena_array(op->mem, struct payment_use, c.count);
    out->count = c.count;
    for (ptrdiff_t i = 0; i < c.count; i++) {
        const struct checkout_line *line = &c.lines[i];
        money deducted = line->deducts ? line->shortfall : money_of(0, c.currency);
        out->at[i] = (struct payment_use){
            .document = line->item.document,
            .item = line->item.item,
            .number = line->item.number,
            .kind = line->item.kind,
            .credit = line->item.side < 0,
            .open_before = line->item.open,
            .applied = line->amount,
            .deducted = deducted,
            .open_after = money_sub(money_sub(line->item.open, line->amount), deducted),
        };
    }
    return true;
}

bool payment_uses(struct op *op, int64_t payment, date today, struct payment_uses *out)
{
    struct payment p;
    if (!payment_get(op, 0, payment, &p)) return false;
    *out = (struct payment_uses){.unapplied = money_of(0, p.amount.cur)};
    if (p.item == 0) return uses_planned(op, &p, today, out);

    struct use_rows_list rows;
    struct item own;
    struct deductions cut;
    struct use_rows_args args = {.payment = payment, .payment_item = p.item};
    if (!item_get(op, p.item, &own) || !sql_use_rows(op, args, &rows)) return false;
    if (!deductions_of_payment(op, payment, &cut)) return false;
    out->unapplied = own.open;
    out->at = arena_array(op->mem, struct payment_use, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct use_rows_row *row = &rows.at[i];
        struct item item;
        if (!item_get(op, row->item, &item)) return false;
        money deducted = money_of(0, p.amount.cur);
        for (ptrdiff_t d = 0; d < cut.count; d++)
            if (cut.at[d].of_item == row->item) deducted = money_add(deducted, cut.at[d].amount);
        out->at[out->count++] = (struct payment_use){
            .document = row->document.value,
            .item = row->item,
            .number = row->number,
            .kind = (int)item.kind,
            .credit = row->side < 0,
            .open_before = money_add(money_add(item.open, row->applied), deducted),
            .applied = row->applied,
            .deducted = deducted,
            .open_after = item.open,
        };
    }
    return true;
}

bool payments_measure(struct op *op, struct payments_measure *out)
{
    struct payments_measured_list list;
    if (!sql_payments_measured(op, &list)) return false;
    *out = (struct payments_measure){
        .at = arena_array(op->mem, struct payments_in_state, list.count),
        .count = list.count,
    };
    for (ptrdiff_t i = 0; i < list.count; i++) {
        out->at[i] = (struct payments_in_state){list.at[i].state, list.at[i].count};
        if (str_eq(list.at[i].state, S("unknown"))) out->unknown_since = list.at[i].since;
    }
    return true;
}
