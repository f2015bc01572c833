#include "domain/work/rules.h"

#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/work/rules_sql.h"

enum { DAYS = 7, DAYS_MAX = 365, MANAGER_OFF = 5000 };

bool work_rules_get(struct op *op, int64_t entity, struct work_rules *out)
{
    struct work_rule_row_row row;
    struct entity seller;
    bool found;
    if (!sql_work_rule_row(op, (struct work_rule_row_args){.entity = entity}, &row, &found))
        return false;
    if (found) {
        *out = (struct work_rules){.entity = entity,
                                   .unapplied_days = row.unapplied_days,
                                   .clerk_off_minor = row.clerk_off,
                                   .manager_off_minor = row.manager_off,
                                   .discount_reduces_tax = row.reduces_tax};
        return true;
    }
    if (!entity_get(op, entity, &seller)) return false;
    int64_t tolerance = seller.tolerance_minor;
    *out =
        (struct work_rules){.entity = entity,
                            .unapplied_days = DAYS,
                            .clerk_off_minor = tolerance,
                            .manager_off_minor = tolerance > MANAGER_OFF ? tolerance : MANAGER_OFF,
                            .discount_reduces_tax = true};
    return true;
}

static str json_of(struct op *op, const struct work_rules *r)
{
    return str_printf(op->mem,
                      "{\"unapplied_days\":%lld,\"clerk_off_minor\":%lld,"
                      "\"manager_off_minor\":%lld,\"discount_reduces_tax\":%s}",
                      (long long)r->unapplied_days, (long long)r->clerk_off_minor,
                      (long long)r->manager_off_minor, r->discount_reduces_tax ? "true" : "false");
}

bool work_rules_set(struct op *op, const struct work_rules *in)
{
    struct work_rules before;
    if (in->unapplied_days < 0 || in->unapplied_days > DAYS_MAX)
        return op_fail(op, ERR_INVALID, "days", "Enter a number of days between 0 and 365.");
    if (in->clerk_off_minor < 0)
        return op_fail(op, ERR_INVALID, "clerk", "Enter an amount that is not below zero.");
    if (in->manager_off_minor < in->clerk_off_minor)
        return op_fail(op, ERR_INVALID, "manager", "A manager may write off no less than a clerk.");
    if (!work_rules_get(op, in->entity, &before)) return false;
    struct work_rule_put_args args = {.entity = in->entity,
                                      .unapplied_days = in->unapplied_days,
                                      .clerk_off = in->clerk_off_minor,
                                      .manager_off = in->manager_off_minor,
                                      .reduces_tax = in->discount_reduces_tax};
    return sql_work_rule_put(op, args) && audit_add(op, "work_rule.change", "entity", in->entity,
                                                    json_of(op, &before), json_of(op, in));
}
