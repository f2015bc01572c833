#include "domain/work/bulk_payments.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/work/application.h"
#include "store/outbox.h"

enum { NAMES_SHOWN = 5 };

static const struct {
    enum payments_act act;
    const char *name;
} acts[] = {{PAYMENTS_APPLIED, "payments_applied"},
            {PAYMENTS_TAKEN_BACK, "payments_taken_back"},
            {PAYMENTS_RECEIPTS, "receipts"}};

const char *payments_act_name(enum payments_act act)
{
    return acts[act - PAYMENTS_APPLIED].name;
}

bool payments_act_from(str name, enum payments_act *out)
{
    for (ptrdiff_t i = 0; i < COUNT(acts); i++) {
        if (!str_eq(name, str_of(acts[i].name))) continue;
        *out = acts[i].act;
        return true;
    }
    return false;
}

/* ---- what one payment would do ---- */

static str tell(struct op *op, const char *words)
{
    return str_of(say(op_lang(op), words));
}

/* "R-1, R-2": the first few, and how many more there are. */
struct names {
    struct text text;
    ptrdiff_t count;
};

static void name_add(struct names *names, str name)
{
    if (names->count++ >= NAMES_SHOWN) return;
    if (names->count > 1) text_add(&names->text, S(", "));
    text_add(&names->text, name);
}

static str names_text(struct names *names)
{
    if (names->count > NAMES_SHOWN) text_format(&names->text, " +%td", names->count - NAMES_SHOWN);
    return text_str(&names->text);
}

/* Money that is not here, or of whom we do not know, neither pays nor is thanked for. */
static str not_here(struct op *op, const struct payment *p)
{
    switch (p->state) {
    case PAYMENT_SUCCEEDED:
    case PAYMENT_SETTLED:
    case PAYMENT_PARTIALLY_REFUNDED:
    case PAYMENT_REFUNDED: break;
    case PAYMENT_RETURNED: return tell(op, "The bank took it back.");
    case PAYMENT_CREATED:
    case PAYMENT_REQUIRES_ACTION:
    case PAYMENT_SUBMITTING:
    case PAYMENT_UNKNOWN:
    case PAYMENT_PENDING:
    case PAYMENT_FAILED:
    case PAYMENT_CANCELLED:
    case PAYMENT_EXPIRED: return tell(op, "This money has not arrived.");
    }
    return p->customer ? S("") : tell(op, "The payer is not known yet.");
}

/* What the payer named, when that comes to exactly what is left of the payment. */
static bool certain(struct op *op, const struct payment *p, struct application *a,
                    struct reading *r, str *problem)
{
    struct item item;
    *problem = not_here(op, p);
    if (problem->len > 0) return true;
    if (!item_get(op, p->item, &item)) return false;
    if (item.open.minor <= item.reserved.minor) {
        *problem = tell(op, "Nothing of it is left to apply.");
        return true;
    }
    if (!application_get(op, p->item, a)) return false;
    if (!application_named(op, a, r))
        *problem = tell(op, "Its text names nothing that is open.");
    else if (!r->exact)
        *problem = tell(op, "What its text names comes to another amount: apply it by hand.");
    return true;
}

static bool see_applied(struct op *op, struct bulk_payment *row, struct application *a,
                        struct reading *r)
{
    struct names names = {.text = {.mem = op->mem}};
    if (!certain(op, &row->payment, a, r, &row->problem)) return false;
    if (row->problem.len > 0) return true;
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (r->amounts[i].minor > 0) name_add(&names, a->lines[i].number);
    row->amount = a->free;
    row->what = names_text(&names);
    return true;
}

/* A payment's item is a credit: in all its allocations it is what pays. */
static bool stands(const struct allocation *a)
{
    return !a->reversed && a->reverses == 0;
}

static bool see_taken_back(struct op *op, struct bulk_payment *row, struct allocations *uses)
{
    struct names names = {.text = {.mem = op->mem}};
    row->problem = not_here(op, &row->payment);
    if (row->problem.len > 0) return true;
    if (!allocations_of_item(op, row->payment.item, uses)) return false;
    for (ptrdiff_t i = 0; i < uses->count; i++) {
        if (!stands(&uses->at[i])) continue;
        row->amount = money_add(row->amount, uses->at[i].amount);
        name_add(&names, uses->at[i].to_number);
    }
    row->what = names_text(&names);
    if (names.count == 0) row->problem = tell(op, "Nothing of it is applied.");
    return true;
}

static bool see_receipt(struct op *op, struct bulk_payment *row, const struct bulk_readers *readers)
{
    row->problem = not_here(op, &row->payment);
    if (row->problem.len == 0 && str_eq(row->payment.method, S("imported")))
        row->problem = tell(op, "It was settled before, and had no receipt.");
    if (row->problem.len > 0) return true;
    if (!readers->of(op, readers->arg, &row->payment, &row->what)) return false;
    if (row->what.len == 0) row->problem = tell(op, "Nobody there gets receipts by mail.");
    row->amount = row->payment.amount;
    return true;
}

static bool row_of(struct op *op, int64_t payment, struct bulk_payment *out)
{
    *out = (struct bulk_payment){.what = S(""), .problem = S("")};
    if (!payment_get(op, 0, payment, &out->payment)) return false;
    out->amount = money_of(0, out->payment.amount.cur);
    return true;
}

/* ---- planning ---- */

/* Items that a row above pays already. */
struct claims {
    int64_t *items;
    ptrdiff_t count;
};

static bool is_claimed(const struct claims *claims, int64_t item)
{
    for (ptrdiff_t i = 0; i < claims->count; i++)
        if (claims->items[i] == item) return true;
    return false;
}

/* Two payments that name the same: which of them is meant is for people to say. */
static bool plan_applied(struct op *op, struct bulk_payment *row, struct claims *claims)
{
    struct application a;
    struct reading r;
    if (!see_applied(op, row, &a, &r)) return false;
    if (row->problem.len > 0) return true;
    int64_t *more = arena_array(op->mem, int64_t, claims->count + a.count);
    for (ptrdiff_t i = 0; i < claims->count; i++) more[i] = claims->items[i];
    ptrdiff_t count = claims->count;
    for (ptrdiff_t i = 0; i < a.count; i++) {
        if (r.amounts[i].minor == 0) continue;
        if (is_claimed(claims, a.lines[i].item))
            row->problem = tell(op, "A payment above it names the same: apply it by hand.");
        more[count++] = a.lines[i].item;
    }
    if (row->problem.len == 0) *claims = (struct claims){more, count};
    return true;
}

static bool plan_row(struct op *op, enum payments_act act, struct bulk_payment *row,
                     const struct bulk_readers *readers, struct claims *claims)
{
    struct allocations uses;
    switch (act) {
    case PAYMENTS_APPLIED: return plan_applied(op, row, claims);
    case PAYMENTS_TAKEN_BACK: return see_taken_back(op, row, &uses);
    case PAYMENTS_RECEIPTS: return see_receipt(op, row, readers);
    }
    return op_broken(op, ERR_INTERNAL, "act %d", (int)act);
}

bool bulk_payments_plan(struct op *op, enum payments_act act, const int64_t payments[],
                        ptrdiff_t count, const struct bulk_readers *readers,
                        struct bulk_payments *out)
{
    struct text seen = {.mem = op->mem};
    struct claims claims = {0};
    *out = (struct bulk_payments){.act = act, .count = count};
    if (count == 0) return op_fail(op, ERR_INVALID, NULL, "Tick at least one row.");
    if (count > BULK_PAYMENTS_MAX)
        return op_fail(op, ERR_INVALID, NULL, "At most %d rows go together: filter for fewer.",
                       BULK_PAYMENTS_MAX);
    out->rows = arena_array(op->mem, struct bulk_payment, count);
    text_add(&seen, str_of(payments_act_name(act)));
    for (ptrdiff_t i = 0; i < count; i++) {
        struct bulk_payment *row = &out->rows[i];
        if (!row_of(op, payments[i], row) || !plan_row(op, act, row, readers, &claims))
            return false;
        text_format(&seen, " %lld %lld %.*s %d", (long long)payments[i],
                    (long long)row->amount.minor, STR(row->what), row->problem.len > 0);
        if (row->problem.len > 0)
            out->refused++;
        else
            bulk_sum_add(out->sums, &out->sum_count, row->amount);
    }
    out->digest = crypto_digest(op->mem, text_str(&seen));
    return true;
}

/* ---- doing ---- */

bool bulk_payments_start(struct op *op, const struct bulk_payments *plan, str why, int64_t *batch)
{
    bool more;
    struct work_batch_new new = {
        .kind = payments_act_name(plan->act), .waiting = true, .note = why};
    if (plan->refused == plan->count)
        return op_fail(op, ERR_INVALID, NULL, "Nothing of it can be done: see the reasons.");
    if (plan->act == PAYMENTS_TAKEN_BACK && why.len == 0)
        return op_fail(op, ERR_INVALID, "why", "Please write why.");
    if (!work_batch_open(op, &new, batch)) return false;
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct bulk_payment *from = &plan->rows[i];
        bool refused = from->problem.len > 0;
        struct work_batch_row row = {
            .item = from->payment.item,
            .payment = from->payment.id,
            .customer = from->payment.customer,
            .number = from->payment.number,
            .amount = from->amount,
            .what = from->what,
            .state = refused ? S("refused") : S("waiting"),
            .problem = from->problem,
        };
        if (!work_batch_row_add(op, *batch, &row)) return false;
    }
    if (plan->act == PAYMENTS_RECEIPTS || plan->count > BULK_AT_ONCE)
        return outbox_add(op, "work.run", *batch);
    return bulk_payments_run(op, *batch, BULK_AT_ONCE, &more);
}

/* What is done is what was seen. */
static bool same(struct op *op, const struct bulk_payment *now, const struct work_batch_row *row)
{
    if (now->problem.len == 0 && money_eq(now->amount, row->amount) && str_eq(now->what, row->what))
        return true;
    return op_fail(op, ERR_CONFLICT, NULL, "%.*s has changed since.", STR(row->number));
}

static bool apply(struct op *op, const struct work_batch *b, const struct work_batch_row *row)
{
    struct bulk_payment now;
    struct application a;
    struct reading r;
    str idem = str_printf(op->mem, "batch %lld row %lld", (long long)b->id, (long long)row->n);
    if (!row_of(op, row->payment, &now) || !see_applied(op, &now, &a, &r) || !same(op, &now, row))
        return false;
    application_take(&a, &r);
    return application_post_in(op, &a, b->id, idem);
}

static bool today_of(struct op *op, int64_t entity, date *out)
{
    struct entity seller;
    if (!entity_get(op, entity, &seller)) return false;
    *out = entity_today(op, &seller);
    return true;
}

static bool take_back(struct op *op, const struct work_batch *b, const struct work_batch_row *row)
{
    struct bulk_payment now;
    struct allocations uses;
    date day;
    if (!row_of(op, row->payment, &now) || !see_taken_back(op, &now, &uses) ||
        !same(op, &now, row) || !today_of(op, now.payment.entity, &day))
        return false;
    for (ptrdiff_t i = 0; i < uses.count; i++) {
        int64_t id = uses.at[i].id;
        str idem = str_printf(op->mem, "batch %lld back %lld", (long long)b->id, (long long)id);
        if (!stands(&uses.at[i])) continue;
        if (!ledger_unallocate(op, id, day, idem, b->note)) return false;
    }
    struct allocations after; /* the counter-entries stand behind all that was there */
    if (!allocations_of_item(op, row->item, &after)) return false;
    for (ptrdiff_t i = 0; i < after.count; i++)
        for (ptrdiff_t k = 0; k < uses.count; k++)
            if (after.at[i].reverses == uses.at[k].id && stands(&uses.at[k]) &&
                !work_batch_posted(op, b->id, after.at[i].entry))
                return false;
    return true;
}

bool bulk_payments_run(struct op *op, int64_t batch, int limit, bool *more)
{
    struct work_batch b;
    enum payments_act act;
    *more = false;
    if (!work_batch_get(op, batch, &b)) return false;
    if (!str_eq(b.state, S("waiting"))) return true;
    if (!payments_act_from(b.kind, &act) || act == PAYMENTS_RECEIPTS)
        return op_broken(op, ERR_INTERNAL, "batch %lld is of no kind to run", (long long)batch);
    return work_batch_run(op, &b, limit, act == PAYMENTS_APPLIED ? apply : take_back, more);
}

/* ---- applying again ---- */

bool bulk_payments_reapplies(const struct work_batch *b)
{
    enum payments_act act;
    return payments_act_from(b->kind, &act) && act == PAYMENTS_TAKEN_BACK &&
           str_eq(b->state, S("done"));
}

struct again {
    int64_t batch;
    date day;
    const struct allocation *back; /* the counter-entry that took it back */
};

static bool apply_again(struct op *op, void *arg)
{
    const struct again *g = arg;
    const struct allocation *a = g->back;
    const struct allocate_pair pair = {a->from_item, a->to_item, a->amount};
    struct allocate all = {
        .pairs = &pair,
        .count = 1,
        .effective = g->day,
        .idem = str_printf(op->mem, "batch %lld again %lld", (long long)g->batch, (long long)a->id),
        .rule = str_z(op->mem, a->rule),
        .payment = a->payment,
    };
    int64_t entry;
    return ledger_allocate(op, &all, &entry) && work_batch_posted(op, g->batch, entry);
}

/* Says on the payment's row why a part of it could not be applied again. */
static bool could_not(struct op *op, const struct work_batch_rows *rows, const struct again *g)
{
    const struct err *err = op->errs;
    if (err->kind != ERR_CONFLICT) return false;
    op->errs = NULL;
    for (ptrdiff_t i = 0; i < rows->count; i++)
        if (rows->at[i].item == g->back->from_item)
            return work_batch_row_end(op, g->batch, rows->at[i].n, "done", err->message);
    return op_broken(op, ERR_INTERNAL, "batch %lld has no row of item %lld", (long long)g->batch,
                     (long long)g->back->from_item);
}

bool bulk_payments_reapply(struct op *op, int64_t batch, date day, str why)
{
    struct work_batch b;
    struct work_batch_rows rows;
    struct entry_lines lines;
    struct again g = {.batch = batch, .day = day};
    int64_t last = 0;
    int done = 0;
    if (!work_batch_get(op, batch, &b)) return false;
    if (!bulk_payments_reapplies(&b))
        return op_fail(op, ERR_CONFLICT, NULL, "This cannot be undone, or was undone already.");
    if (!work_batch_rows(op, batch, 0, false, BULK_PAYMENTS_MAX, &rows) ||
        !work_batch_lines(op, batch, &lines))
        return false;
    for (ptrdiff_t i = 0; i < lines.count; i++) {
        struct allocations backs;
        if (lines.at[i].entry == last) continue; /* an entry's postings stand together */
        last = lines.at[i].entry;
        if (!allocations_of_entry(op, last, &backs)) return false;
        for (ptrdiff_t k = 0; k < backs.count; k++) {
            g.back = &backs.at[k];
            if (store_attempt(op, apply_again, &g))
                done++;
            else if (!could_not(op, &rows, &g))
                return false;
        }
    }
    if (done == 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Nothing of it can be applied again: the money or what it paid is used "
                       "for something else since.");
    return work_batch_undone(op, batch, why);
}
