/* Checking the books: each rule is one statement that lists what breaks it. */
#include "base/arena.h"
#include "domain/ledger/ledger.h"
#include "domain/ledger/verify_sql.h"

static void add(struct op *op, struct verdict *v, str what, str where)
{
    if (v->problem_count == PROBLEMS_MAX) return;
    v->problems[v->problem_count++] =
        (struct problem){.what = str_copy(op->mem, what), .where = str_copy(op->mem, where)};
}

static bool entries_balance(struct op *op, struct verdict *v)
{
    struct unbalanced_list off;
    struct unposted_list open;
    if (!sql_unbalanced(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem, "debits exceed credits by %.*s %s",
                       STR(money_text(op->mem, off.at[i].off)), off.at[i].off.cur.code),
            str_printf(op->mem, "entry %lld", (long long)off.at[i].entry));
    if (!sql_unposted(op, &open)) return false;
    for (ptrdiff_t i = 0; i < open.count; i++)
        add(op, v, S("was opened and never posted"),
            str_printf(op->mem, "entry %lld", (long long)open.at[i].entry));
    return true;
}

static bool postings_fit(struct op *op, struct verdict *v)
{
    struct postings_off_list off;
    if (!sql_postings_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("does not fit the open item it names"),
            str_printf(op->mem, "entry %lld, posting %lld", (long long)off.at[i].entry,
                       (long long)off.at[i].n));
    return true;
}

static bool items_agree(struct op *op, struct verdict *v)
{
    struct items_off_list off;
    struct items_po_off_list po;
    if (!sql_items_off(op, &off) || !sql_items_po_off(op, &po)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem,
                       "shows debits of %lld and credits of %lld, its postings come to %lld and "
                       "%lld minor units",
                       (long long)off.at[i].debit, (long long)off.at[i].credit,
                       (long long)off.at[i].posted_debit, (long long)off.at[i].posted_credit),
            str_printf(op->mem, "item %lld, %.*s", (long long)off.at[i].item,
                       STR(off.at[i].number)));
    for (ptrdiff_t i = 0; i < po.count; i++)
        add(op, v,
            str_printf(op->mem, "has the PO \"%.*s\", its document \"%.*s\"", STR(po.at[i].po),
                       STR(po.at[i].document_po)),
            str_printf(op->mem, "item %lld, %.*s", (long long)po.at[i].item, STR(po.at[i].number)));
    return true;
}

static bool allocations_agree(struct op *op, struct verdict *v)
{
    struct allocations_off_list off;
    if (!sql_allocations_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem,
                       "has allocations of %lld and allocated postings of %lld minor units",
                       (long long)off.at[i].allocated, (long long)off.at[i].posted),
            str_printf(op->mem, "item %lld, %.*s", (long long)off.at[i].item,
                       STR(off.at[i].number)));
    return true;
}

static bool documents_agree(struct op *op, struct verdict *v)
{
    struct documents_off_list off;
    if (!sql_documents_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem, "comes to %lld, its due items to %lld minor units",
                       (long long)off.at[i].total, (long long)off.at[i].items),
            str_printf(op->mem, "document %.*s", STR(off.at[i].number)));
    return true;
}

static bool reservations_agree(struct op *op, struct verdict *v)
{
    struct reservations_off_list off;
    if (!sql_reservations_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem, "is reserved for %lld, payments under way hold %lld minor units",
                       (long long)off.at[i].reserved, (long long)off.at[i].held),
            str_printf(op->mem, "item %lld, %.*s", (long long)off.at[i].item,
                       STR(off.at[i].number)));
    return true;
}

static bool payments_agree(struct op *op, struct verdict *v)
{
    struct payments_off_list off;
    struct payment_days_off_list days;
    if (!sql_payments_off(op, &off) || !sql_payment_days_off(op, &days)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("its state and its money in the ledger do not agree"),
            str_printf(op->mem, "payment %.*s", STR(off.at[i].number)));
    for (ptrdiff_t i = 0; i < days.count; i++)
        add(op, v, S("its value date is not the day on which its money was booked"),
            str_printf(op->mem, "payment %.*s", STR(days.at[i].number)));
    return true;
}

/* What was decided is closed, by the credit note that it names or on its invoice; and a deduction
 * is where its last step left it. */
static bool deductions_agree(struct op *op, struct verdict *v)
{
    struct deductions_off_list off;
    struct deductions_unkept_list unkept;
    if (!sql_deductions_off(op, &off) || !sql_deductions_unkept(op, &unkept)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("its decision and what is open of it do not agree"),
            str_printf(op->mem, "deduction %.*s", STR(off.at[i].number)));
    for (ptrdiff_t i = 0; i < unkept.count; i++)
        add(op, v, S("its state and its steps do not agree"),
            str_printf(op->mem, "deduction %.*s", STR(unkept.at[i].number)));
    return true;
}

/* What is disputed is what open disputes say, and a dispute is where its last step left it. */
static bool disputes_agree(struct op *op, struct verdict *v)
{
    struct disputes_off_list off;
    struct disputes_unkept_list unkept;
    if (!sql_disputes_off(op, &off) || !sql_disputes_unkept(op, &unkept)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem, "is marked as disputed for %lld, its disputes say %lld minor units",
                       (long long)off.at[i].marked, (long long)off.at[i].disputed),
            str_printf(op->mem, "item %lld, %.*s", (long long)off.at[i].item,
                       STR(off.at[i].number)));
    for (ptrdiff_t i = 0; i < unkept.count; i++)
        add(op, v, S("its state and its steps do not agree"),
            str_printf(op->mem, "dispute %lld of %.*s", (long long)unkept.at[i].dispute,
                       STR(unkept.at[i].number)));
    return true;
}

static bool batches_agree(struct op *op, struct verdict *v)
{
    struct batches_off_list off;
    if (!sql_batches_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("applied money and has no entry"),
            str_printf(op->mem, "batch %lld", (long long)off.at[i].batch));
    return true;
}

static bool fees_agree(struct op *op, struct verdict *v)
{
    struct fees_off_list off;
    if (!sql_fees_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem, "kept a surcharge of %lld, the ledger has %lld minor units",
                       (long long)off.at[i].kept, (long long)off.at[i].posted),
            str_printf(op->mem, "payment %.*s", STR(off.at[i].number)));
    return true;
}

/* What pages show of all customers is kept with each posting; it must be what the items say. */
static bool open_sums_agree(struct op *op, struct verdict *v)
{
    struct open_sums_off_list off;
    if (!sql_open_sums_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v,
            str_printf(op->mem, "is off by %lld minor units and %lld items from what is open",
                       (long long)off.at[i].minor, (long long)off.at[i].items),
            str_printf(op->mem, "sum of %.*s, %.*s, due %.*s", STR(off.at[i].currency),
                       STR(off.at[i].kind), STR(date_text(op->mem, off.at[i].due))));
    return true;
}

/* So are the numbers on the tabs of a customer's list. */
static bool tallies_agree(struct op *op, struct verdict *v)
{
    struct tallies_off_list off;
    if (!sql_tallies_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("is not what the items come to"),
            str_printf(op->mem, "tally of customer %lld", (long long)off.at[i].customer));
    return true;
}

/* So are the items of which something is reserved. */
static bool held_agree(struct op *op, struct verdict *v)
{
    struct held_off_list off;
    if (!sql_held_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("is not held as it is reserved"),
            str_printf(op->mem, "item %lld", (long long)off.at[i].item));
    return true;
}

/* What was taken out of clearing is what the gateway paid out, once, and only when it agreed. */
static bool payouts_agree(struct op *op, struct verdict *v)
{
    struct payouts_off_list off;
    if (!sql_payouts_off(op, &off)) return false;
    for (ptrdiff_t i = 0; i < off.count; i++)
        add(op, v, S("is not in the ledger as its state says"),
            str_printf(op->mem, "payout %.*s", STR(off.at[i].their_id)));
    return true;
}

bool ledger_verify(struct op *op, struct verdict *out)
{
    static bool (*const rules[])(struct op *, struct verdict *) = {
        entries_balance,    postings_fit,    items_agree,      allocations_agree, documents_agree,
        reservations_agree, payments_agree,  deductions_agree, disputes_agree,    batches_agree,
        fees_agree,         open_sums_agree, tallies_agree,    held_agree,        payouts_agree,
    };
    struct verify_counts_row counts;
    if (!sql_verify_counts(op, &counts)) return false;
    *out = (struct verdict){.entries = counts.entries,
                            .postings = counts.postings,
                            .items = counts.items,
                            .problems = arena_array(op->mem, struct problem, PROBLEMS_MAX)};
    for (ptrdiff_t i = 0; i < COUNT(rules); i++)
        if (!rules[i](op, out)) return false;
    return true;
}
