#include "domain/work/bulk.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/work/bulk_sql.h"
#include "domain/work/work_batch.h"
#include "store/outbox.h"

static const struct {
    enum bulk_kind kind;
    const char *name;
} kinds[] = {{BULK_WRITE_OFF, "write_off"}, {BULK_CREDITS, "credits"}, {BULK_COPIES, "copies"}};

const char *bulk_name(enum bulk_kind kind)
{
    return kinds[kind - BULK_WRITE_OFF].name;
}

bool bulk_from(str name, enum bulk_kind *out)
{
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
        if (!str_eq(name, str_of(kinds[i].name))) continue;
        *out = kinds[i].kind;
        return true;
    }
    return false;
}

/* ---- planning ---- */

static money free_of(const struct receivable *r)
{
    return money_sub(r->open, r->reserved);
}

static str sentence(struct op *op, const char *words, money m)
{
    str amount = lang_money(op->mem, op_lang(op), m);
    struct text t = {.mem = op->mem};
    const char *rest = say(op_lang(op), words);
    while (say_step(&t, &rest) > 0) text_add(&t, amount);
    return text_str(&t);
}

static str tell(struct op *op, const char *words)
{
    return str_of(say(op_lang(op), words));
}

/* What is wrong with any item for an act that moves money. */
static str money_problem(struct op *op, const struct receivable *r)
{
    if (r->kind != ITEM_INVOICE) return tell(op, "This is no invoice.");
    if (r->open.minor == 0) return tell(op, "Nothing is open.");
    if (r->reserved.minor > 0) return tell(op, "A payment of it is under way.");
    return S("");
}

static void plan_write_off(struct op *op, struct bulk_row *row, int64_t off_minor)
{
    row->amount = row->item.open;
    row->problem = money_problem(op, &row->item);
    if (row->problem.len == 0 && row->amount.minor > off_minor)
        row->problem = sentence(op, N_("You may write off up to {1} of one invoice."),
                                money_of(off_minor, row->amount.cur));
}

struct purse { /* the credits of one account */
    int64_t account;
    money left;
};

static bool purse_of(struct op *op, const struct receivable *r, struct purse purses[],
                     ptrdiff_t *count, struct purse **out)
{
    struct bulk_credit_rows_list rows;
    for (ptrdiff_t i = 0; i < *count; i++) {
        *out = &purses[i];
        if (purses[i].account == r->account) return true;
    }
    currency cur = r->open.cur;
    struct bulk_credit_rows_args args = {
        .customer = r->customer, .currency = currency_text(&cur), .account = r->account};
    if (!sql_bulk_credit_rows(op, args, &rows)) return false;
    *out = &purses[(*count)++];
    **out = (struct purse){r->account, money_of(0, cur)};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        (*out)->left = money_add((*out)->left, rows.at[i].free);
    return true;
}

static bool plan_credits(struct op *op, struct bulk_row *row, struct purse purses[],
                         ptrdiff_t *count)
{
    struct purse *purse;
    row->amount = money_of(0, row->item.open.cur);
    row->problem = money_problem(op, &row->item);
    if (row->problem.len > 0) return true;
    if (!purse_of(op, &row->item, purses, count, &purse)) return false;
    row->amount = money_min(purse->left, free_of(&row->item));
    purse->left = money_sub(purse->left, row->amount);
    if (row->amount.minor == 0) row->problem = tell(op, "No credit is left on this account.");
    return true;
}

void bulk_sum_add(struct bulk_sum sums[], int *count, money amount)
{
    for (int i = 0; i < *count; i++) {
        if (!currency_eq(sums[i].amount.cur, amount.cur)) continue;
        sums[i].amount = money_add(sums[i].amount, amount);
        sums[i].count++;
        return;
    }
    if (*count < BULK_SUMS_MAX) sums[(*count)++] = (struct bulk_sum){1, amount};
}

static void plan_close(struct op *op, struct bulk_plan *plan)
{
    struct text t = {.mem = op->mem};
    text_format(&t, "%d", (int)plan->kind);
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct bulk_row *row = &plan->rows[i];
        text_format(&t, " %lld %lld %d", (long long)row->item.item, (long long)row->amount.minor,
                    row->problem.len > 0);
        if (row->problem.len > 0)
            plan->refused++;
        else
            bulk_sum_add(plan->sums, &plan->sum_count, row->amount);
    }
    plan->digest = crypto_digest(op->mem, text_str(&t));
}

bool bulk_plan(struct op *op, enum bulk_kind kind, const struct receivables *items,
               int64_t off_minor, struct bulk_plan *out)
{
    struct purse *purses = arena_array(op->mem, struct purse, items->count);
    ptrdiff_t purse_count = 0;
    *out = (struct bulk_plan){.kind = kind, .count = items->count};
    if (items->count == 0) return op_fail(op, ERR_INVALID, NULL, "Tick at least one row.");
    if (items->count > BULK_ROWS_MAX)
        return op_fail(op, ERR_INVALID, NULL, "At most %d rows go together: filter for fewer.",
                       BULK_ROWS_MAX);
    out->rows = arena_array(op->mem, struct bulk_row, items->count);
    for (ptrdiff_t i = 0; i < items->count; i++) {
        struct bulk_row *row = &out->rows[i];
        *row = (struct bulk_row){.item = items->at[i], .problem = S("")};
        switch (kind) {
        case BULK_WRITE_OFF: plan_write_off(op, row, off_minor); break;
        case BULK_CREDITS:
            if (!plan_credits(op, row, purses, &purse_count)) return false;
            break;
        case BULK_COPIES:
            row->amount = row->item.amount;
            if (!row->item.document) row->problem = tell(op, "There is no document to send.");
            break;
        }
    }
    plan_close(op, out);
    return true;
}

/* ---- doing ---- */

bool bulk_start(struct op *op, const struct bulk_plan *plan, int64_t *batch)
{
    bool more;
    struct work_batch_new new = {.kind = bulk_name(plan->kind), .waiting = true};
    if (plan->refused == plan->count)
        return op_fail(op, ERR_INVALID, NULL, "Nothing of it can be done: see the reasons.");
    if (!work_batch_open(op, &new, batch)) return false;
    for (ptrdiff_t i = 0; i < plan->count; i++) {
        const struct bulk_row *from = &plan->rows[i];
        struct work_batch_row row = {
            .item = from->item.item,
            .document = from->item.document,
            .customer = from->item.customer,
            .number = from->item.number,
            .amount = from->amount,
            .state = from->problem.len > 0 ? S("refused") : S("waiting"),
            .problem = from->problem,
        };
        if (!work_batch_row_add(op, *batch, &row)) return false;
    }
    if (plan->kind == BULK_COPIES || plan->count > BULK_AT_ONCE)
        return outbox_add(op, "work.run", *batch);
    return bulk_run(op, *batch, BULK_AT_ONCE, &more);
}

/* Rows 20 and 35: within the tolerance a rounding, beyond it a bad debt. */
static bool write_off(struct op *op, int64_t batch, const struct work_batch_row *row,
                      const struct item *item)
{
    struct entity seller;
    int64_t entry;
    if (!entity_get(op, item->entity, &seller)) return false;
    bool small = row->amount.minor <= seller.tolerance_minor;
    const struct posting postings[] = {
        {.gl = small ? "7190" : "6100", .amount = row->amount},
        {item_gl(item->kind), item->account, item->id, money_neg(row->amount)},
    };
    struct entry post = {
        .entity = item->entity,
        .kind = "write_off",
        .effective = entity_today(op, &seller),
        .idem = str_printf(op->mem, "batch %lld row %lld", (long long)batch, (long long)row->n),
        .postings = postings,
        .count = COUNT(postings),
    };
    return ledger_post(op, &post, &entry) && work_batch_posted(op, batch, entry);
}

static bool use_credits(struct op *op, int64_t batch, const struct work_batch_row *row,
                        const struct item *item)
{
    struct entity seller;
    struct bulk_credit_rows_list rows;
    int64_t entry;
    currency cur = item->open.cur;
    struct bulk_credit_rows_args args = {
        .customer = item->customer, .currency = currency_text(&cur), .account = item->account};
    if (!entity_get(op, item->entity, &seller) || !sql_bulk_credit_rows(op, args, &rows))
        return false;
    struct allocate_pair *pairs = arena_array(op->mem, struct allocate_pair, rows.count);
    money left = row->amount;
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < rows.count && left.minor > 0; i++) {
        money part = money_min(left, rows.at[i].free);
        pairs[count++] = (struct allocate_pair){rows.at[i].item, item->id, part};
        left = money_sub(left, part);
    }
    if (left.minor > 0)
        return op_fail(op, ERR_CONFLICT, NULL, "The credit was used for something else since.");
    struct allocate all = {
        .pairs = pairs,
        .count = count,
        .effective = entity_today(op, &seller),
        .idem = str_printf(op->mem, "batch %lld row %lld", (long long)batch, (long long)row->n),
        .rule = "oldest",
    };
    return ledger_allocate(op, &all, &entry) && work_batch_posted(op, batch, entry);
}

static bool do_row(struct op *op, const struct work_batch *b, const struct work_batch_row *row)
{
    struct item item;
    bool off = str_eq(b->kind, str_of(bulk_name(BULK_WRITE_OFF)));
    if (!item_get(op, row->item, &item)) return false;
    money free = money_sub(item.open, item.reserved);
    bool same = off ? money_eq(free, row->amount) : money_cmp(row->amount, free) <= 0;
    if (!same) return op_fail(op, ERR_CONFLICT, NULL, "%.*s has changed since.", STR(item.number));
    return off ? write_off(op, b->id, row, &item) : use_credits(op, b->id, row, &item);
}

bool bulk_run(struct op *op, int64_t batch, int limit, bool *more)
{
    struct work_batch b;
    enum bulk_kind kind;
    *more = false;
    if (!work_batch_get(op, batch, &b)) return false;
    if (!str_eq(b.state, S("waiting"))) return true;
    if (!bulk_from(b.kind, &kind) || kind == BULK_COPIES)
        return op_broken(op, ERR_INTERNAL, "batch %lld is of no kind to run", (long long)batch);
    return work_batch_run(op, &b, limit, do_row, more);
}
