/* Statements of account and deductions: what happened, told from the ledger. */
#include "base/arena.h"
#include "domain/customers/customers.h"
#include "domain/receivables/receivables.h"
#include "domain/receivables/receivables_sql.h"

bool receivables_activity(struct op *op, int64_t account, date from, date to, struct activity *out)
{
    struct account of;
    struct activity_before_row before;
    struct activity_rows_list rows;
    if (!account_get(op, account, &of)) return false;
    if (!sql_activity_before(
            op, (struct activity_before_args){.account = account, .from_day = from}, &before))
        return false;
    struct activity_rows_args args = {.account = account, .from_day = from, .to_day = to};
    if (!sql_activity_rows(op, args, &rows)) return false;

    money balance = money_of(before.balance, of.currency);
    *out = (struct activity){.before = balance,
                             .at = arena_array(op->mem, struct activity_row, rows.count),
                             .count = rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct activity_rows_row *row = &rows.at[i];
        money amount = money_of(row->amount, of.currency);
        balance = money_add(balance, amount);
        out->at[i] = (struct activity_row){
            .effective = row->effective,
            .kind = row->kind,
            .number = row->number,
            .note = row->note,
            .document = row->document.value,
            .payment = row->payment.value,
            .amount = amount,
            .balance = balance,
        };
    }
    out->after = balance;
    return true;
}

bool receivables_activity_since(struct op *op, int64_t account, date from, date to, instant since,
                                struct activity *out, ptrdiff_t *late)
{
    struct activity act;
    struct activity_late_list rows;
    struct activity_late_args args = {.account = account, .from_day = from, .since = since};
    *late = 0;
    if (!receivables_activity(op, account, from, to, out) || since == 0) return op->errs == NULL;
    if (!sql_activity_late(op, args, &rows)) return false;
    act = *out;
    out->at = arena_array(op->mem, struct activity_row, rows.count + act.count);
    out->count = rows.count + act.count;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->before = money_sub(out->before, money_of(rows.at[i].amount, act.before.cur));
    money balance = out->before;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        money amount = money_of(rows.at[i].amount, act.before.cur);
        balance = money_add(balance, amount);
        out->at[i] = (struct activity_row){
            .effective = rows.at[i].effective,
            .kind = rows.at[i].kind,
            .number = rows.at[i].number,
            .note = rows.at[i].note,
            .document = rows.at[i].document.value,
            .payment = rows.at[i].payment.value,
            .amount = amount,
            .balance = balance,
        };
    }
    for (ptrdiff_t i = 0; i < act.count; i++) out->at[rows.count + i] = act.at[i];
    *late = rows.count;
    return true;
}

bool receivables_open_then(struct op *op, int64_t account, date day, instant known,
                           struct open_items *out)
{
    struct open_then_list rows;
    struct open_then_args args = {.account = account, .day = day, .known = known};
    if (!sql_open_then(op, args, &rows)) return false;
    *out = (struct open_items){arena_array(op->mem, struct open_item, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct open_then_row *row = &rows.at[i];
        out->at[i] = (struct open_item){
            .item = row->item,
            .document = row->document.value,
            .side = (int)row->side,
            .number = row->number,
            .po = row->po,
            .issued = row->issued,
            .due = row->due,
            .open = row->open,
        };
    }
    return true;
}

static bool deductions_where(struct op *op, struct deduction_rows_args args, struct deductions *out)
{
    struct deduction_rows_list rows;
    if (!sql_deduction_rows(op, args, &rows)) return false;
    *out = (struct deductions){arena_array(op->mem, struct deduction, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct deduction_rows_row *row = &rows.at[i];
        out->at[i] = (struct deduction){
            .item = row->item,
            .of_item = row->of_item,
            .document = row->document.value,
            .payment = row->payment.value,
            .customer = row->customer.value,
            .number = row->number,
            .of_number = row->of_number,
            .customer_name = row->customer_name,
            .reason = row->reason,
            .reason_words = row->reason_words,
            .note = row->note,
            .state = row->state,
            .amount = row->amount,
            .open = row->open,
            .issued = row->issued,
        };
    }
    return true;
}

bool deductions_list(struct op *op, int64_t customer, struct deductions *out)
{
    struct opt_i64 whose = {.some = customer != 0, .value = customer};
    return deductions_where(op, (struct deduction_rows_args){.customer = whose}, out);
}

bool deductions_of_document(struct op *op, int64_t document, struct deductions *out)
{
    return deductions_where(op, (struct deduction_rows_args){.document = SOME_I64(document)}, out);
}

bool deductions_of_payment(struct op *op, int64_t payment, struct deductions *out)
{
    return deductions_where(op, (struct deduction_rows_args){.payment = SOME_I64(payment)}, out);
}
