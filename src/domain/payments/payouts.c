#include "domain/payments/payouts.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/audit/audit.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payouts_sql.h"
#include "domain/payments/settle.h"
#include "domain/payments/trouble.h"
#include "store/outbox.h"
#include "store/store.h"

#include <assert.h>

enum { MATCH_DAYS = 7 }; /* then only people look at it */

static const char *const states[] = {
    [PAYOUT_ANNOUNCED] = "announced",
    [PAYOUT_DIFFERS] = "differs",
    [PAYOUT_MATCHED] = "matched",
    [PAYOUT_ARRIVED] = "arrived",
};

/* ---- keeping what the gateway says ---- */

static bool keep(struct op *op, const char *gateway, const struct payout *in)
{
    struct payout_insert_list rows;
    currency cur = in->net.cur;
    struct payout_insert_args args = {
        .gateway = str_of(gateway),
        .their_id = in->their_id,
        .paid_on = in->day,
        .currency = currency_text(&cur),
        .charges = in->charges.minor,
        .refunds = in->refunds.minor,
        .fees = in->fees.minor,
        .net = in->net.minor,
        .now = op->now,
    };
    if (!sql_payout_insert(op, args, &rows)) return false;
    if (rows.count == 0) return true; /* it came before */
    for (ptrdiff_t i = 0; i < in->count; i++) {
        const struct payout_line *l = &in->lines[i];
        struct payout_line_insert_args line = {
            .payout = rows.at[0].id,
            .n = i + 1,
            .kind = l->refund ? S("refund") : S("charge"),
            .their_id = l->their_id,
            .our_id = l->our_id,
            .gross = l->gross.minor,
            .fee = l->fee.minor,
        };
        if (!sql_payout_line_insert(op, line)) return false;
    }
    return payout_match(op, rows.at[0].id);
}

struct reading {
    const char *gateway;
    struct payouts got;
};

static bool keep_all(struct op *op, void *arg)
{
    const struct reading *r = arg;
    for (ptrdiff_t i = 0; i < r->got.count; i++)
        if (!keep(op, r->gateway, &r->got.at[i])) return false;
    return true;
}

bool payouts_read(struct op *op, struct store *store, const struct gateway_access *access, date day,
                  bool *answered)
{
    struct reading r = {.gateway = access->gateway->name};
    assert(!op->tx);
    if (!gateway_payouts(op, access->gateway, access->account, day, &r.got)) return false;
    *answered = r.got.answered;
    return r.got.count == 0 || store_transact(op, store, TX_WRITE, keep_all, &r);
}

/* ---- matching ---- */

struct verdict_of_line {
    int64_t payment;
    const char *fault; /* empty: it agrees */
};

/* What is not booked here may only be late: the gateway is asked about it. */
static bool judge_charge(struct op *op, const struct payout_lines_row *l, currency cur,
                         struct verdict_of_line *out)
{
    struct line_charge_list rows;
    int64_t payment;
    if (!sql_line_charge(op, (struct line_charge_args){.their_id = l->their_id}, &rows))
        return false;
    if (rows.count > 0 && rows.at[0].booked) {
        bool same = money_eq(rows.at[0].charged, money_of(l->gross, cur));
        *out = (struct verdict_of_line){rows.at[0].payment, same ? "" : "amount"};
        return true;
    }
    if (!payment_of_attempt(op, l->our_id, &payment)) return false;
    *out = (struct verdict_of_line){.fault = payment ? "unbooked" : "unknown"};
    return payment == 0 || outbox_add(op, "payment.settle", payment);
}

static bool judge_refund(struct op *op, const struct payout_lines_row *l, currency cur,
                         struct verdict_of_line *out)
{
    struct line_refund_row row;
    bool found;
    if (!sql_line_refund(op, (struct line_refund_args){.our_id = l->our_id}, &row, &found))
        return false;
    *out = (struct verdict_of_line){.fault = "unknown"};
    if (!found) return true;
    out->fault = "unbooked";
    if (!str_eq(row.state, S("succeeded"))) return outbox_add(op, "refund.send", row.refund);
    bool same = money_eq(row.back, money_of(l->gross, cur));
    *out = (struct verdict_of_line){row.payment, same ? "" : "amount"};
    return true;
}

static bool judge(struct op *op, int64_t payout, const struct payout_lines_row *l, currency cur,
                  struct verdict_of_line *out)
{
    struct line_twice_row twice;
    struct line_twice_args args = {.payout = payout, .kind = l->kind, .their_id = l->their_id};
    bool charge = str_eq(l->kind, S("charge"));
    if (charge ? !judge_charge(op, l, cur, out) : !judge_refund(op, l, cur, out)) return false;
    if (!sql_line_twice(op, args, &twice)) return false;
    if (twice.others > 0) out->fault = "twice";
    if (out->fault[0]) out->payment = 0;
    return true;
}

struct match {
    struct payout_seen p;
    struct payout_lines_list lines;
    int64_t charges, refunds, fees; /* of the lines */
    int64_t faults;
    struct text detail;
};

static void sum_line(struct match *m, const struct payout_lines_row *l)
{
    *(str_eq(l->kind, S("charge")) ? &m->charges : &m->refunds) += l->gross;
    m->fees += l->fee;
}

static void note_fault(struct match *m, const struct payout_lines_row *l, const char *fault)
{
    enum { NOTED_MAX = 20 };
    static const char *const words[][2] = {
        {"unknown", "is not ours"},
        {"unbooked", "is not booked here"},
        {"amount", "is booked with another amount"},
        {"twice", "was paid out before"},
    };
    if (m->faults++ >= NOTED_MAX) return;
    for (ptrdiff_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i][0], fault) == 0)
            text_format(&m->detail, "\n%.*s %.*s of %.*s %s.", STR(l->kind), STR(l->their_id),
                        STR(money_text(m->detail.mem, money_of(l->gross, m->p.net.cur))),
                        words[i][1]);
}

static bool judge_lines(struct op *op, struct match *m)
{
    if (!sql_payout_lines(op, (struct payout_lines_args){.payout = m->p.id}, &m->lines))
        return false;
    for (ptrdiff_t i = 0; i < m->lines.count; i++) {
        struct payout_lines_row *l = &m->lines.at[i];
        struct verdict_of_line v = {.fault = ""};
        if (!judge(op, m->p.id, l, m->p.net.cur, &v)) return false;
        struct payout_line_set_args set = {
            .payout = m->p.id,
            .n = l->n,
            .payment = {.some = v.payment != 0, .value = v.payment},
            .fault = str_of(v.fault),
        };
        if (!sql_payout_line_set(op, set)) return false;
        l->payment = set.payment;
        sum_line(m, l);
        if (v.fault[0]) note_fault(m, l, v.fault);
    }
    return true;
}

/* Components must sum, in the head and from the lines. */
static bool sums_agree(const struct match *m)
{
    const struct payout_seen *p = &m->p;
    return m->charges == p->charges.minor && m->refunds == p->refunds.minor &&
           m->fees == p->fees.minor && m->charges - m->refunds - m->fees == p->net.minor;
}

static str components(struct arena *mem, const struct payout_seen *p)
{
    return str_printf(mem, "Payout %.*s of %.*s: charges %.*s - refunds %.*s - fees %.*s = %.*s %s",
                      STR(p->their_id), STR(date_text(mem, p->day)),
                      STR(money_text(mem, p->charges)), STR(money_text(mem, p->refunds)),
                      STR(money_text(mem, p->fees)), STR(money_text(mem, p->net)), p->net.cur.code);
}

static bool move(struct op *op, struct payout_seen *p, enum payout_state to)
{
    struct payout_state_set_list set;
    struct payout_state_set_args args = {
        .id = p->id,
        .from_state = str_of(states[p->state]),
        .to_state = str_of(states[to]),
        .arrived = p->arrived,
        .bank_ref = p->bank_ref,
    };
    if (!sql_payout_state_set(op, args, &set)) return false;
    assert(set.count == 1); /* it was read in this transaction */
    p->state = to;
    return true;
}

static bool differs(struct op *op, struct match *m)
{
    struct payout_seen *p = &m->p;
    currency cur = p->net.cur;
    str head = components(op->mem, p);
    if (!sums_agree(m))
        head = str_printf(op->mem, "%.*s\nIts lines come to charges %.*s, refunds %.*s, fees %.*s.",
                          STR(head), STR(money_text(op->mem, money_of(m->charges, cur))),
                          STR(money_text(op->mem, money_of(m->refunds, cur))),
                          STR(money_text(op->mem, money_of(m->fees, cur))));
    struct trouble t = {
        .kind = TROUBLE_SETTLEMENT,
        .payout = p->id,
        .said = p->net,
        .detail = str_printf(op->mem, "%.*s%.*s", STR(head), STR(text_str(&m->detail))),
    };
    /* What is only late is booked in a minute: people hear of what is left then. */
    bool first = p->state == PAYOUT_ANNOUNCED && sums_agree(m);
    if (!move(op, p, PAYOUT_DIFFERS)) return false;
    if (!first && !trouble_open(op, &t)) return false;
    bool old = clock_date(op->now, S("")).days - p->day.days > MATCH_DAYS;
    return old || outbox_add_at(op, "payout.match", p->id, op->now + (first ? MINUTE_US : HOUR_US));
}

/* ---- posting ---- */

static bool post(struct op *op, const struct payout_seen *p, int64_t entity, const char *what,
                 date day, const struct posting all[], ptrdiff_t all_count)
{
    struct posting *postings = arena_array(op->mem, struct posting, all_count);
    ptrdiff_t count = 0;
    int64_t posted;
    for (ptrdiff_t i = 0; i < all_count; i++)
        if (all[i].amount.minor != 0) postings[count++] = all[i];
    if (count == 0) return true;
    struct entry entry = {
        .entity = entity,
        .kind = "payout",
        .effective = day,
        .idem = str_printf(op->mem, "payout %lld %s entity %lld", (long long)p->id, what,
                           (long long)entity),
        .note = p->their_id,
        .postings = postings,
        .count = count,
    };
    return ledger_post(op, &entry, &posted);
}

static bool shares(struct op *op, const struct payout_seen *p, struct payout_shares_list *out)
{
    return sql_payout_shares(op, (struct payout_shares_args){.payout = p->id}, out);
}

/* Row 8, in the books of each entity. */
static bool post_announced(struct op *op, const struct payout_seen *p)
{
    struct payout_shares_list list;
    if (!shares(op, p, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        money gross = money_of(list.at[i].gross, p->net.cur);
        money fees = money_of(list.at[i].fees, p->net.cur);
        const struct posting all[] = {
            {.gl = "1015", .amount = money_sub(gross, fees)},
            {.gl = "6200", .amount = fees},
            {.gl = "1050", .amount = money_neg(gross)},
        };
        if (!post(op, p, list.at[i].entity, "announced", p->day, all, COUNT(all))) return false;
    }
    return true;
}

static bool settle_payments(struct op *op, const struct match *m)
{
    static const char *const from[] = {"succeeded", NULL};
    for (ptrdiff_t i = 0; i < m->lines.count; i++) {
        const struct payout_lines_row *l = &m->lines.at[i];
        bool moved;
        if (!str_eq(l->kind, S("charge"))) continue;
        if (!payment_move(op, l->payment.value, from, "settled", m->p.their_id, &moved))
            return false;
    }
    return true;
}

bool payout_match(struct op *op, int64_t payout)
{
    struct match m = {.detail.mem = op->mem};
    if (!payout_get(op, payout, &m.p)) return false;
    if (m.p.state == PAYOUT_MATCHED || m.p.state == PAYOUT_ARRIVED) return true;
    if (!judge_lines(op, &m)) return false;
    if (m.faults > 0 || !sums_agree(&m)) return differs(op, &m);
    return move(op, &m.p, PAYOUT_MATCHED) && post_announced(op, &m.p) && settle_payments(op, &m) &&
           trouble_clear_payout(op, payout) &&
           audit_add(op, "payout.match", "payout", payout, S(""), S(""));
}

bool payout_arrived(struct op *op, int64_t payout, money amount, date day, str bank_ref)
{
    struct payout_seen p;
    struct payout_shares_list list;
    if (!payout_get(op, payout, &p)) return false;
    if (p.state == PAYOUT_ARRIVED)
        return op_fail(op, ERR_CONFLICT, NULL, "This payout has arrived already.");
    if (p.state != PAYOUT_MATCHED)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "This payout does not agree with the books yet: see to that first.");
    if (!money_eq(amount, p.net))
        return op_fail(op, ERR_INVALID, "amount", "This is another amount. %.*s.",
                       STR(components(op->mem, &p)));
    p.arrived = SOME_DATE(day);
    p.bank_ref = bank_ref.at ? bank_ref : S("");
    if (!move(op, &p, PAYOUT_ARRIVED) || !shares(op, &p, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        money net = money_of(list.at[i].gross - list.at[i].fees, p.net.cur);
        const struct posting all[] = {
            {.gl = "1010", .amount = net},
            {.gl = "1015", .amount = money_neg(net)},
        };
        if (!post(op, &p, list.at[i].entity, "arrived", day, all, COUNT(all))) return false;
    }
    return audit_add(op, "payout.arrive", "payout", payout, S(""), S(""));
}

/* ---- reading ---- */

static bool seen_of(struct op *op, const struct payout_row_row *row, struct payout_seen *out)
{
    currency cur = row->charges.cur;
    *out = (struct payout_seen){
        .id = row->id,
        .gateway = row->gateway,
        .their_id = row->their_id,
        .day = row->paid_on,
        .charges = row->charges,
        .refunds = money_of(row->refunds, cur),
        .fees = money_of(row->fees, cur),
        .net = money_of(row->net, cur),
        .arrived = row->arrived,
        .bank_ref = row->bank_ref,
        .lines = row->lines,
        .faults = row->faults,
    };
    for (ptrdiff_t i = PAYOUT_ANNOUNCED; i < COUNT(states); i++)
        if (str_eq(row->state, str_of(states[i]))) out->state = (enum payout_state)i;
    if (out->state != 0) return true;
    return op_broken(op, ERR_INTERNAL, "payout %lld: state", (long long)row->id);
}

bool payouts_list(struct op *op, int limit, struct payouts_seen *out)
{
    struct payout_rows_list rows;
    if (!sql_payout_rows(op, (struct payout_rows_args){.limit = limit}, &rows)) return false;
    *out = (struct payouts_seen){arena_array(op->mem, struct payout_seen, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!seen_of(op, &rows.at[i], &out->at[i])) return false;
    return true;
}

bool payout_get(struct op *op, int64_t id, struct payout_seen *out)
{
    struct payout_row_row row;
    bool found;
    if (!sql_payout_row(op, (struct payout_row_args){.id = id}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such payout.");
    return seen_of(op, &row, out);
}
