#include "domain/work/bulk_cases.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"

static const struct {
    enum cases_act act;
    const char *name;
    bool gives, disputes;
} acts[] = {
    {CASES_DISPUTES_GIVEN, "disputes_given", true, true},
    {CASES_DISPUTES_ACCEPTED, "disputes_accepted", false, true},
    {CASES_DISPUTES_REFUSED, "disputes_refused", false, true},
    {CASES_DEDUCTIONS_GIVEN, "deductions_given", true, false},
};

const char *cases_act_name(enum cases_act act)
{
    return acts[act - CASES_DISPUTES_GIVEN].name;
}

bool cases_act_gives(enum cases_act act)
{
    return acts[act - CASES_DISPUTES_GIVEN].gives;
}

static bool is_of_disputes(enum cases_act act)
{
    return acts[act - CASES_DISPUTES_GIVEN].disputes;
}

bool cases_act_from(str name, enum cases_act *out)
{
    for (ptrdiff_t i = 0; i < COUNT(acts); i++) {
        if (!str_eq(name, str_of(acts[i].name))) continue;
        *out = acts[i].act;
        return true;
    }
    return false;
}

/* ---- planning ---- */

static str tell(struct op *op, const char *words)
{
    return str_of(say(op_lang(op), words));
}

static bool dispute_row(struct op *op, int64_t id, struct cases_row *out)
{
    struct dispute d;
    if (!dispute_get(op, id, &d)) return false;
    *out = (struct cases_row){
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

static bool deduction_row(struct op *op, int64_t id, struct cases_row *out)
{
    struct deduction_case d;
    if (!deduction_get(op, id, &d)) return false;
    *out = (struct cases_row){
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

bool cases_plan(struct op *op, enum cases_act act, const int64_t ids[], ptrdiff_t count,
                struct cases_plan *out)
{
    struct text seen = {.mem = op->mem};
    if (count == 0) return op_fail(op, ERR_INVALID, NULL, "Tick at least one row.");
    if (count > CASES_MAX)
        return op_fail(op, ERR_INVALID, NULL, "At most %d rows go together: filter for fewer.",
                       CASES_MAX);
    *out = (struct cases_plan){.act = act, .rows = arena_array(op->mem, struct cases_row, count)};
    text_add(&seen, str_of(cases_act_name(act)));
    for (ptrdiff_t i = 0; i < count; i++) {
        struct cases_row *row = &out->rows[i];
        if (!(is_of_disputes(act) ? dispute_row : deduction_row)(op, ids[i], row)) return false;
        if (row->problem.len > 0) out->refused++;
        text_format(&seen, " %lld %lld %d", (long long)row->id, (long long)row->owner,
                    row->problem.len > 0);
    }
    out->count = count;
    out->digest = crypto_digest(op->mem, text_str(&seen));
    return true;
}

/* ---- doing ---- */

static bool act_on(struct op *op, enum cases_act act, const struct cases_row *row,
                   const struct cases_choice *choice)
{
    struct dispute_answer answer = {
        .dispute = row->id, .accepted = act == CASES_DISPUTES_ACCEPTED, .words = choice->words};
    if (!cases_act_gives(act)) return dispute_answer(op, &answer);
    return (is_of_disputes(act) ? dispute_own : deduction_own)(op, row->id, choice->owner,
                                                               choice->owner_name);
}

bool cases_do(struct op *op, const struct cases_plan *plan, const struct cases_choice *choice,
              int64_t *batch)
{
    bool gives = cases_act_gives(plan->act);
    struct work_batch_new new = {.kind = cases_act_name(plan->act)};
    if (plan->refused == plan->count)
        return op_fail(op, ERR_INVALID, NULL, "Nothing of it can be done: see the reasons.");
    new.note = gives ? choice->owner_name : choice->words;
    if (gives) new.detail = str_printf(op->mem, "{\"owner\":%lld}", (long long)choice->owner);
    if (!work_batch_open(op, &new, batch)) return false;
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct cases_row *from = &plan->rows[i];
        bool refused = from->problem.len > 0;
        struct work_batch_row row = {
            .item = from->item,
            .customer = from->customer,
            .dispute = is_of_disputes(plan->act) ? from->id : 0,
            .was = from->owner,
            .number = from->number,
            .amount = from->amount,
            .state = refused ? S("refused") : S("done"),
            .problem = from->problem,
        };
        if (!refused && !act_on(op, plan->act, from, choice)) return false;
        if (!work_batch_row_add(op, *batch, &row)) return false;
    }
    return true;
}

/* ---- undoing ---- */

bool cases_can_undo(const struct work_batch *b)
{
    enum cases_act act;
    return cases_act_from(b->kind, &act) && cases_act_gives(act) && str_eq(b->state, S("done"));
}

struct giving {
    enum cases_act act;
    int64_t given;
};

/* Whether it is still with whom this batch gave it to. */
static bool give_back(struct op *op, const struct giving *g, const struct work_batch_row *r,
                      int *turned)
{
    struct cases_row now = {0};
    bool disputes = is_of_disputes(g->act);
    int64_t id = disputes ? r->dispute : r->item;
    if (!str_eq(r->state, S("done"))) return true;
    if (!(disputes ? dispute_row : deduction_row)(op, id, &now)) return false;
    if (now.problem.len > 0 || now.owner != g->given) return true;
    ++*turned;
    return (disputes ? dispute_own : deduction_own)(op, id, r->was, r->was_name);
}

bool cases_undo(struct op *op, int64_t batch, str why)
{
    struct work_batch b;
    struct work_batch_rows rows;
    const struct json *detail;
    struct giving g;
    int turned = 0;
    if (!work_batch_get(op, batch, &b)) return false;
    if (!cases_can_undo(&b) || !cases_act_from(b.kind, &g.act))
        return op_fail(op, ERR_CONFLICT, NULL, "This cannot be undone, or was undone already.");
    if (!json_read(op, b.detail, &detail) || !json_i64(json_get(detail, "owner"), &g.given))
        return op_broken(op, ERR_INTERNAL, "batch %lld: no owner", (long long)batch);
    if (!work_batch_rows(op, batch, 0, false, CASES_MAX, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!give_back(op, &g, &rows.at[i], &turned)) return false;
    if (turned == 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Nothing of it stands any more: all were answered or given on since.");
    return work_batch_undone(op, batch, why);
}
