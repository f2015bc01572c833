#include "domain/work/bulk_acts.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/customers/care.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"

static const struct {
    enum act act;
    const char *name;
    enum act_over over;
    enum act_asks asks;
    bool undone; /* it can be */
} acts[] = {
    {ACT_DISPUTES_GIVEN, "disputes_given", OVER_DISPUTES, ASKS_OWNER, true},
    {ACT_DISPUTES_ACCEPTED, "disputes_accepted", OVER_DISPUTES, ASKS_WORDS, false},
    {ACT_DISPUTES_REFUSED, "disputes_refused", OVER_DISPUTES, ASKS_WORDS, false},
    {ACT_DEDUCTIONS_GIVEN, "deductions_given", OVER_DEDUCTIONS, ASKS_OWNER, true},
    {ACT_CUSTOMERS_GIVEN, "customers_given", OVER_CUSTOMERS, ASKS_OWNER, true},
    {ACT_CUSTOMERS_HELD, "customers_held", OVER_CUSTOMERS, ASKS_HOLD, true},
    {ACT_CUSTOMERS_LIFTED, "customers_lifted", OVER_CUSTOMERS, ASKS_NOTHING, true},
};

const char *act_name(enum act act)
{
    return acts[act - ACT_DISPUTES_GIVEN].name;
}

enum act_over act_over(enum act act)
{
    return acts[act - ACT_DISPUTES_GIVEN].over;
}

enum act_asks act_asks(enum act act)
{
    return acts[act - ACT_DISPUTES_GIVEN].asks;
}

bool act_from(str name, enum act *out)
{
    for (ptrdiff_t i = 0; i < COUNT(acts); i++) {
        if (!str_eq(name, str_of(acts[i].name))) continue;
        *out = acts[i].act;
        return true;
    }
    return false;
}

/* ---- what each is about, as it is now ---- */

static str tell(struct op *op, const char *words)
{
    return str_of(say(op_lang(op), words));
}

static bool dispute_row(struct op *op, int64_t id, date today, struct act_row *out)
{
    struct dispute d;
    (void)today;
    if (!dispute_get(op, id, &d)) return false;
    *out = (struct act_row){
        .id = id,
        .item = d.item,
        .customer = d.customer,
        .owner = d.owner,
        .number = d.number,
        .customer_name = d.customer_name,
        .owner_name = d.owner_name,
        .amount = d.amount,
        .problem = d.state == DISPUTE_OPEN ? S("") : tell(op, "It has been answered already."),
    };
    return true;
}

static bool deduction_row(struct op *op, int64_t id, date today, struct act_row *out)
{
    struct deduction_case d;
    (void)today;
    if (!deduction_get(op, id, &d)) return false;
    *out = (struct act_row){
        .id = id,
        .item = id,
        .customer = d.customer,
        .owner = d.owner,
        .number = d.number,
        .customer_name = d.customer_name,
        .owner_name = d.owner_name,
        .amount = d.open.minor > 0 ? d.open : d.amount,
        .problem = d.open.minor > 0 ? S("") : tell(op, "Nothing of it is open any more."),
    };
    return true;
}

static bool customer_row(struct op *op, int64_t id, date today, struct act_row *out)
{
    struct customer_care care;
    struct entity seller; /* a row has an amount: nothing, in the seller's currency */
    if (!customer_care(op, id, today, &care) || !entity_main(op, &seller)) return false;
    *out = (struct act_row){
        .id = id,
        .customer = id,
        .owner = care.owner,
        .hold = care.hold.id,
        .on_hold = care.hold.on,
        .hold_until = care.hold.until,
        .number = care.number,
        .customer_name = care.name,
        .owner_name = care.owner_name,
        .amount = money_of(0, seller.currency),
    };
    return true;
}

static bool row_load(struct op *op, enum act_over over, int64_t id, date today, struct act_row *out)
{
    static bool (*const loads[])(struct op *, int64_t, date, struct act_row *) = {
        [OVER_DISPUTES] = dispute_row,
        [OVER_DEDUCTIONS] = deduction_row,
        [OVER_CUSTOMERS] = customer_row,
    };
    return loads[over](op, id, today, out);
}

/* ---- planning ---- */

/* A hold that somebody put with care is not overruled by one for many. */
static str passed_over(struct op *op, enum act act, const struct act_row *row)
{
    if (row->problem.len > 0) return row->problem;
    if (act == ACT_CUSTOMERS_LIFTED && !row->on_hold) return tell(op, "Nothing is on hold.");
    if (act != ACT_CUSTOMERS_HELD || !row->on_hold) return S("");
    return tell(op, "It is on hold already: change that on the customer's page.");
}

bool act_plan(struct op *op, enum act act, date today, const int64_t ids[], ptrdiff_t count,
              struct act_plan *out)
{
    struct text seen = {.mem = op->mem};
    if (count == 0) return op_fail(op, ERR_INVALID, NULL, "Tick at least one row.");
    if (count > ACT_ROWS_MAX)
        return op_fail(op, ERR_INVALID, NULL, "At most %d rows go together: filter for fewer.",
                       ACT_ROWS_MAX);
    *out = (struct act_plan){
        .act = act, .today = today, .rows = arena_array(op->mem, struct act_row, count)};
    text_add(&seen, str_of(act_name(act)));
    for (ptrdiff_t i = 0; i < count; i++) {
        struct act_row *row = &out->rows[i];
        if (!row_load(op, act_over(act), ids[i], today, row)) return false;
        row->problem = passed_over(op, act, row);
        if (row->problem.len > 0) out->refused++;
        text_format(&seen, " %lld %lld %lld %d", (long long)row->id, (long long)row->owner,
                    (long long)row->hold, row->problem.len > 0);
    }
    out->count = count;
    out->digest = crypto_digest(op->mem, text_str(&seen));
    return true;
}

/* ---- doing ---- */

static bool own(struct op *op, enum act_over over, int64_t id, int64_t owner, str name)
{
    if (over == OVER_CUSTOMERS) return customer_own(op, id, owner);
    return (over == OVER_DISPUTES ? dispute_own : deduction_own)(op, id, owner, name);
}

/* `hold`: of a customer, the one that counts from then on. */
static bool act_on(struct op *op, const struct act_plan *plan, const struct act_row *row,
                   const struct act_choice *choice, int64_t *hold)
{
    enum act act = plan->act;
    struct dispute_answer answer = {
        .dispute = row->id, .accepted = act == ACT_DISPUTES_ACCEPTED, .words = choice->words};
    struct hold_new new = {.customer = row->id, .until = choice->until, .reason = choice->words};
    switch (act_asks(act)) {
    case ASKS_OWNER: return own(op, act_over(act), row->id, choice->owner, choice->owner_name);
    case ASKS_WORDS: return dispute_answer(op, &answer);
    case ASKS_HOLD: return customer_hold_put(op, &new, plan->today, hold);
    case ASKS_NOTHING: *hold = 0; return customer_hold_lift(op, row->id, plan->today);
    }
    return op_broken(op, ERR_INTERNAL, "act %d", (int)act);
}

static str detail_of(struct op *op, enum act_asks asks, const struct act_choice *choice)
{
    if (asks == ASKS_OWNER)
        return str_printf(op->mem, "{\"owner\":%lld}", (long long)choice->owner);
    if (asks == ASKS_HOLD && choice->until.some)
        return str_printf(op->mem, "{\"hold_until\":\"%.*s\"}",
                          STR(date_text(op->mem, choice->until.value)));
    return S("");
}

bool act_do(struct op *op, const struct act_plan *plan, const struct act_choice *choice,
            int64_t *batch)
{
    enum act_over over = act_over(plan->act);
    enum act_asks asks = act_asks(plan->act);
    struct work_batch_new new = {.kind = act_name(plan->act)};
    if (plan->refused == plan->count)
        return op_fail(op, ERR_INVALID, NULL, "Nothing of it can be done: see the reasons.");
    new.note = asks == ASKS_OWNER ? choice->owner_name : choice->words;
    new.detail = detail_of(op, asks, choice);
    if (!work_batch_open(op, &new, batch)) return false;
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct act_row *from = &plan->rows[i];
        bool refused = from->problem.len > 0;
        struct work_batch_row row = {
            .item = from->item,
            .customer = from->customer,
            .dispute = over == OVER_DISPUTES ? from->id : 0,
            .was = from->owner,
            .hold = from->hold,
            .was_hold = from->hold,
            .number = from->number,
            .amount = from->amount,
            .state = refused ? S("refused") : S("done"),
            .problem = from->problem,
        };
        if (!refused && !act_on(op, plan, from, choice, &row.hold)) return false;
        if (!work_batch_row_add(op, *batch, &row)) return false;
    }
    return true;
}

/* ---- undoing ---- */

bool act_can_undo(const struct work_batch *b)
{
    enum act act;
    return act_from(b->kind, &act) && acts[act - ACT_DISPUTES_GIVEN].undone &&
           str_eq(b->state, S("done"));
}

struct undoing {
    enum act act;
    date today;
    int64_t given; /* to whom, of those that give */
    int turned;
};

/* Back to what it was, if it still is what this batch made of it. */
static bool turn_back(struct op *op, struct undoing *u, const struct work_batch_row *r)
{
    enum act_over over = act_over(u->act);
    bool gives = act_asks(u->act) == ASKS_OWNER;
    struct act_row now = {0};
    int64_t id = over == OVER_DISPUTES    ? r->dispute
                 : over == OVER_CUSTOMERS ? r->customer
                                          : r->item;
    if (!str_eq(r->state, S("done"))) return true;
    if (!row_load(op, over, id, u->today, &now)) return false;
    if (now.problem.len > 0 || (gives ? now.owner != u->given : now.hold != r->hold)) return true;
    u->turned++;
    return gives ? own(op, over, id, r->was, r->was_name)
                 : customer_hold_return(op, id, r->was_hold, u->today);
}

bool act_undo(struct op *op, int64_t batch, date today, str why)
{
    struct work_batch b;
    struct work_batch_rows rows;
    const struct json *detail;
    struct undoing u = {.today = today};
    if (!work_batch_get(op, batch, &b)) return false;
    if (!act_can_undo(&b) || !act_from(b.kind, &u.act))
        return op_fail(op, ERR_CONFLICT, NULL, "This cannot be undone, or was undone already.");
    if (act_asks(u.act) == ASKS_OWNER &&
        (!json_read(op, b.detail, &detail) || !json_i64(json_get(detail, "owner"), &u.given)))
        return op_broken(op, ERR_INTERNAL, "batch %lld: no owner", (long long)batch);
    if (!work_batch_rows(op, batch, 0, false, ACT_ROWS_MAX, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!turn_back(op, &u, &rows.at[i])) return false;
    if (u.turned == 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Nothing of it stands any more: all were answered, given on or changed "
                       "since.");
    return work_batch_undone(op, batch, why);
}
