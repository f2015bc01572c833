#include "domain/receivables/disputes.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/audit/audit.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/disputes_sql.h"
#include "store/outbox.h"

#include <assert.h>

static const char *const states[] = {
    [DISPUTE_OPEN] = "open",
    [DISPUTE_RESOLVED] = "resolved",
    [DISPUTE_REJECTED] = "rejected",
    [DISPUTE_WITHDRAWN] = "withdrawn",
};
static const char *const origins[] = {
    [BY_CUSTOMER] = "customer",
    [BY_SELLER] = "seller",
    [BY_ERP] = "erp",
};

const char *dispute_state_name(enum dispute_state state)
{
    assert(state >= DISPUTE_OPEN && state <= DISPUTE_WITHDRAWN);
    return states[state];
}

const char *dispute_origin_name(enum dispute_origin origin)
{
    assert(origin >= BY_CUSTOMER && origin <= BY_ERP);
    return origins[origin];
}

static str actor_of(const struct op *op)
{
    return op->actor && op->actor->name.at ? op->actor->name : S("Quittance");
}

/* ---- reading ---- */

static bool dispute_of(struct op *op, const struct dispute_page_row *row, struct dispute *out)
{
    *out = (struct dispute){
        .id = row->id,
        .item = row->item,
        .document = row->document.value,
        .customer = row->customer,
        .entity = row->entity,
        .owner = row->owner.value,
        .person = row->person.value,
        .credit = row->credit.value,
        .number = row->number,
        .customer_number = row->customer_number,
        .customer_name = row->customer_name,
        .reason = row->reason,
        .reason_words = row->reason_words,
        .words = row->words,
        .raised_by = row->raised_by,
        .owner_name = row->owner_name,
        .answer = row->answer,
        .decided_by = row->decided_by,
        .credit_number = row->credit_number,
        .amount = row->amount,
        .open = row->open,
        .due = row->due,
        .raised = row->raised,
        .decided = row->decided.value,
    };
    for (int s = DISPUTE_OPEN; s < COUNT(states); s++)
        if (str_eq(row->state, str_of(states[s]))) out->state = (enum dispute_state)s;
    for (int o = BY_CUSTOMER; o < COUNT(origins); o++)
        if (str_eq(row->origin, str_of(origins[o]))) out->origin = (enum dispute_origin)o;
    if (out->state && out->origin) return true;
    return op_broken(op, ERR_INTERNAL, "dispute %lld: state or origin", (long long)row->id);
}

static bool page_of(struct op *op, enum dispute_page_set set, struct dispute_page_args args,
                    struct disputes *out)
{
    struct dispute_page_list rows;
    ptrdiff_t limit = args.limit;
    args.limit += args.limit < INT64_MAX; /* one more tells whether there are more */
    args.reason = str_or_empty(args.reason);
    if (!sql_dispute_page(op, set, args, &rows)) return false;
    *out = (struct disputes){.count = rows.count < limit ? rows.count : limit,
                             .more = rows.count > limit};
    out->at = arena_array(op->mem, struct dispute, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++)
        if (!dispute_of(op, &rows.at[i], &out->at[i])) return false;
    return true;
}

bool dispute_get(struct op *op, int64_t id, struct dispute *out)
{
    struct disputes found;
    struct dispute_page_args args = {.of = id, .limit = 1};
    if (!page_of(op, DISPUTE_PAGE_ONE, args, &found)) return false;
    if (found.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such dispute.");
    *out = found.at[0];
    return true;
}

bool disputes_of_document(struct op *op, int64_t document, struct disputes *out)
{
    struct dispute_page_args args = {.of = document, .limit = INT64_MAX};
    return page_of(op, DISPUTE_PAGE_OF_DOCUMENT, args, out);
}

bool disputes_of_customer(struct op *op, int64_t customer, int limit, struct disputes *out)
{
    struct dispute_page_args args = {.of = customer, .limit = limit};
    return page_of(op, DISPUTE_PAGE_OF_CUSTOMER, args, out);
}

bool disputes_list(struct op *op, const struct dispute_filter *f, struct disputes *out)
{
    struct dispute_page_args args = {
        .reason = f->reason,
        .customer = {.some = f->customer != 0, .value = f->customer},
        .owner = {.some = f->owner != 0, .value = f->owner},
        .unowned = f->unowned,
        .after = f->all && f->after == 0 ? INT64_MAX : f->after,
        .limit = f->limit,
    };
    enum dispute_page_set set = f->all         ? DISPUTE_PAGE_ALL
                                : f->to_credit ? DISPUTE_PAGE_TO_CREDIT
                                               : DISPUTE_PAGE_OPEN;
    return page_of(op, set, args, out);
}

bool dispute_sums(struct op *op, struct dispute_sums *out)
{
    struct dispute_sum_rows_list rows;
    if (!sql_dispute_sum_rows(op, &rows)) return false;
    *out = (struct dispute_sums){arena_array(op->mem, struct dispute_sum, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct dispute_sum){.reason = rows.at[i].reason,
                                          .words = rows.at[i].words,
                                          .count = rows.at[i].disputes,
                                          .amount = rows.at[i].amount};
    return true;
}

bool dispute_steps(struct op *op, int64_t id, struct dispute_steps *out)
{
    struct dispute_step_rows_list rows;
    if (!sql_dispute_step_rows(op, (struct dispute_step_rows_args){.dispute = id}, &rows))
        return false;
    *out =
        (struct dispute_steps){arena_array(op->mem, struct dispute_step, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct dispute_step){.what = rows.at[i].what,
                                           .actor = rows.at[i].actor,
                                           .note = rows.at[i].note,
                                           .at = rows.at[i].at};
    return true;
}

/* ---- raising ---- */

static bool step(struct op *op, int64_t id, const char *what, str note)
{
    struct dispute_step_add_args args = {.dispute = id,
                                         .what = str_of(what),
                                         .at = op->now,
                                         .actor = actor_of(op),
                                         .note = str_or_empty(note)};
    if (!sql_dispute_step_add(op, args)) return false;
    const char *action = str_z(op->mem, str_printf(op->mem, "dispute.%s", what));
    return audit_add(op, action, "dispute", id, S(""), S(""));
}

static bool reason_check(struct op *op, str reason)
{
    struct reason_list list;
    if (!reasons_that_deduct(op, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (str_eq(list.at[i].code, str_or_empty(reason))) return true;
    return op_fail(op, ERR_INVALID, "reason", "Choose what is wrong.");
}

static bool words_check(struct op *op, str words)
{
    if (str_trim(str_or_empty(words)).len == 0)
        return op_fail(op, ERR_INVALID, "words",
                       "Write what is wrong, so that it can be answered.");
    if (words.len <= DISPUTE_WORDS_MAX) return true;
    return op_fail(op, ERR_INVALID, "words", "Please say it in at most 2,000 characters.");
}

/* The rest was looked at: somebody may still have been first. */
static bool put(struct op *op, const struct dispute_new *in, int64_t customer, str number,
                int64_t *out)
{
    struct dispute_add_list added;
    struct dispute_add_args args = {
        .item = in->item,
        .customer = customer,
        .amount = in->amount.minor,
        .currency = currency_text(&in->amount.cur),
        .reason = in->reason,
        .words = str_trim(str_or_empty(in->words)),
        .origin = str_of(origins[in->origin]),
        .at = op->now,
        .actor = in->origin == BY_ERP ? S("ERP") : actor_of(op),
    };
    const struct actor *by = in->origin == BY_CUSTOMER ? op->actor : NULL;
    if (by && by->kind == ACTOR_PERSON && by->id) args.person = SOME_I64(by->id);
    if (!sql_dispute_add(op, args, &added)) return false;
    if (added.count == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "%.*s is in dispute already.", STR(number));
    *out = added.at[0].id;
    return step(op, *out, "open", args.words);
}

bool dispute_raise(struct op *op, const struct dispute_new *in, int64_t *out)
{
    struct item item;
    assert(in->origin != BY_ERP);
    if (!item_get(op, in->item, &item)) return false;
    if (item.kind != ITEM_INVOICE)
        return op_fail(op, ERR_INVALID, "item", "Only an invoice can be disputed.");
    if (item.disputed.minor > 0)
        return op_fail(op, ERR_CONFLICT, NULL, "%.*s is in dispute already.", STR(item.number));
    if (item.open.minor == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "Nothing of %.*s is open any more.",
                       STR(item.number));
    if (!currency_eq(in->amount.cur, item.open.cur) || in->amount.minor <= 0 ||
        money_cmp(in->amount, item.open) > 0)
        return op_fail(op, ERR_INVALID, "amount",
                       "Enter an amount above zero, at most what is open: %.*s.",
                       STR(lang_money(op->mem, op_lang(op), item.open)));
    return reason_check(op, in->reason) && words_check(op, in->words) &&
           put(op, in, item.customer, item.number, out);
}

static const char *problem_of(const struct receivable *r)
{
    if (r->kind != ITEM_INVOICE) return N_("Not an invoice");
    if (r->disputed.minor > 0) return N_("In dispute already");
    if (r->open.minor == 0) return N_("Nothing of it is open");
    return NULL;
}

bool disputes_plan(struct op *op, int64_t customer, const int64_t items[], ptrdiff_t count,
                   date today, struct dispute_plan *out)
{
    struct receivables list;
    if (count > DISPUTES_AT_ONCE)
        return op_fail(op, ERR_INVALID, "item", "Select at most 1,000 invoices at once.");
    if (!receivables_by_ids(op, customer, items, count, today, &list)) return false;
    *out = (struct dispute_plan){arena_array(op->mem, struct dispute_candidate, list.count),
                                 list.count, 0};
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (!problem_of(&list.at[i]))
            out->at[out->possible++] = (struct dispute_candidate){.item = list.at[i]};
    for (ptrdiff_t i = 0, at = out->possible; i < list.count; i++)
        if (problem_of(&list.at[i]))
            out->at[at++] = (struct dispute_candidate){list.at[i], problem_of(&list.at[i])};
    return true;
}

bool disputes_raise(struct op *op, const struct dispute_plan *plan, str reason, str words,
                    enum dispute_origin origin)
{
    if (plan->possible == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "None of these can be disputed.");
    if (!reason_check(op, reason) || !words_check(op, words)) return false;
    for (ptrdiff_t i = 0; i < plan->possible; i++) {
        const struct receivable *r = &plan->at[i].item;
        struct dispute_new in = {r->item, r->open, reason, words, origin};
        int64_t id;
        if (!put(op, &in, r->customer, r->number, &id)) return false;
    }
    return true;
}

/* ---- ending ---- */

static bool end(struct op *op, const struct dispute *d, enum dispute_state state, str answer)
{
    struct dispute_end_list ended;
    struct dispute_end_args args = {.id = d->id,
                                    .state = str_of(states[state]),
                                    .at = op->now,
                                    .actor = actor_of(op),
                                    .answer = str_trim(str_or_empty(answer))};
    if (!sql_dispute_end(op, args, &ended)) return false;
    if (ended.count == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "The dispute of %.*s has ended already.",
                       STR(d->number));
    return step(op, d->id, states[state], args.answer);
}

bool dispute_answer(struct op *op, const struct dispute_answer *in)
{
    struct dispute d;
    if (!dispute_get(op, in->dispute, &d)) return false;
    if (str_trim(str_or_empty(in->words)).len == 0)
        return op_fail(op, ERR_INVALID, "words", "Write the answer: the customer will read it.");
    if (in->words.len > DISPUTE_WORDS_MAX)
        return op_fail(op, ERR_INVALID, "words", "Please say it in at most 2,000 characters.");
    return end(op, &d, in->accepted ? DISPUTE_RESOLVED : DISPUTE_REJECTED, in->words) &&
           outbox_add(op, "dispute.notice", d.id);
}

bool dispute_withdraw(struct op *op, int64_t customer, int64_t id)
{
    struct dispute d;
    if (!dispute_get(op, id, &d)) return false;
    if (d.customer != customer) return op_fail(op, ERR_MISSING, NULL, "There is no such dispute.");
    if (d.origin == BY_ERP)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "This dispute was not raised here: please write to us to end it.");
    return end(op, &d, DISPUTE_WITHDRAWN, S(""));
}

bool dispute_own(struct op *op, int64_t id, int64_t person, str name)
{
    struct dispute_owner_set_list set;
    struct dispute d;
    struct dispute_owner_set_args args = {.id = id,
                                          .owner = {.some = person != 0, .value = person}};
    if (!dispute_get(op, id, &d)) return false;
    if (!sql_dispute_owner_set(op, args, &set)) return false;
    if (set.count == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "The dispute of %.*s has ended already.",
                       STR(d.number));
    return step(op, id, "owner", name);
}

/* ---- the ERP ---- */

static bool erp_says(struct op *op, const struct dispute_said_row *r, bool disputed, bool *changed)
{
    struct dispute d;
    int64_t id;
    bool raised = str_eq(r->said, S("open"));
    bool may = r->open_id == 0 && (r->said.len == 0 || str_eq(r->said, S("withdrawn")));
    disputed = disputed && r->open.minor > 0; /* what is settled there is not argued about */
    if (disputed && may) {
        struct dispute_new in = {
            .item = r->item, .amount = r->open, .reason = S("other"), .origin = BY_ERP};
        *changed = true;
        return put(op, &in, r->customer, r->number, &id);
    }
    if (disputed || !raised) return true;
    *changed = true;
    return dispute_get(op, r->said_id, &d) && end(op, &d, DISPUTE_WITHDRAWN, S(""));
}

bool disputes_from_erp(struct op *op, int64_t document, bool disputed, bool *changed)
{
    struct dispute_said_list items;
    *changed = false;
    if (!sql_dispute_said(op, (struct dispute_said_args){.document = document}, &items))
        return false;
    for (ptrdiff_t i = 0; i < items.count; i++)
        if (!erp_says(op, &items.at[i], disputed, changed)) return false;
    return true;
}
