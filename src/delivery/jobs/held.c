#include "delivery/jobs/held.h"

#include "base/clock.h"
#include "delivery/app.h"
#include "delivery/jobs/held_sql.h"
#include "delivery/papers.h"
#include "domain/company/company.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/ledger/ledger.h"
#include "domain/notices/wishes.h"
#include "store/outbox.h"

enum { RELEASED_AT_ONCE = 20 };

static str kind_of(const struct held *h)
{
    return h->statement ? S("statement") : S("reminder");
}

bool held_add(struct op *op, const struct held *in)
{
    struct held_put_args args = {.customer = in->customer,
                                 .entity = in->entity,
                                 .currency = currency_text(&in->currency),
                                 .kind = kind_of(in),
                                 .now = op->now};
    if (in->statement) args.statement = SOME_I64(in->statement);
    return sql_held_put(op, args);
}

bool held_forget(struct op *op, const struct held *mailed)
{
    struct held_drop_args args = {.customer = mailed->customer,
                                  .entity = mailed->entity,
                                  .currency = currency_text(&mailed->currency),
                                  .kind = kind_of(mailed)};
    return sql_held_drop(op, args);
}

/* As of today, and kept as every reminder is. */
static bool remind(struct op *op, const struct app *app, const struct held *h, date today)
{
    struct reminder now;
    struct mail_wish wish = {.kind = NOTICE_REMINDER, .customer = h->customer, .day = today};
    int64_t id;
    if (!account_for(op, h->customer, h->entity, h->currency, &wish.account) ||
        !reminder_load(op, wish.account, today, &now))
        return false;
    if (now.overdue.minor == 0) return true; /* paid, or disputed: there is nothing to remind of */
    return mail_wish_add(op, &wish, &id) &&
           reminder_issue(op, id, wish.account, today, paper_link(op->mem, app, KEPT_REMINDER, id));
}

static bool owes(struct op *op, const struct held *h, bool family, date today, bool *out)
{
    struct receivables items;
    struct receivables_filter filter = {
        .customer = h->customer,
        .family = family,
        .entity = h->entity,
        .show = SHOW_OPEN,
        .currency = currency_text(&h->currency),
        .today = today,
    };
    *out = false;
    if (!receivables_all(op, &filter, &items)) return false;
    for (ptrdiff_t i = 0; i < items.count; i++) *out = *out || items.at[i].side > 0;
    return true;
}

/* In the form of the one that was kept back. */
static bool state(struct op *op, const struct app *app, const struct held *h, date today)
{
    struct statement was;
    int64_t id;
    bool due;
    if (!statement_get(op, h->statement, &was) || !owes(op, h, was.family, today, &due))
        return false;
    if (!due) return true;
    struct statement_in in = {
        .customer = h->customer,
        .entity = h->entity,
        .currency = h->currency,
        .form = was.form,
        .family = was.family,
        .from = was.form == STATEMENT_ACTIVITY ? was.from : today,
        .to = today,
        .link = paper_link(op->mem, app, KEPT_STATEMENT, 0),
    };
    return statement_issue(op, &in, &id) && statement_mail(op, id);
}

static bool release(struct op *op, const struct app *app, date today, bool *more)
{
    struct held_over_list rows;
    struct held_over_args args = {.today = today, .limit = RELEASED_AT_ONCE};
    if (!sql_held_over(op, args, &rows)) return false;
    *more = rows.count == RELEASED_AT_ONCE;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct held_over_row *row = &rows.at[i];
        struct held h = {row->customer, row->entity, .statement = row->statement.value};
        if (!currency_from(row->currency, &h.currency) || !held_forget(op, &h) ||
            !(h.statement ? state(op, app, &h, today) : remind(op, app, &h, today)))
            return false;
    }
    return true;
}

bool held_release_job(struct op *op, const struct job *job)
{
    struct entity_list sellers;
    bool more = false;
    if (!entities(op, &sellers)) return false;
    if (sellers.count > 0 && !release(op, job->app, entity_today(op, &sellers.at[0]), &more))
        return false;
    return outbox_add_at(op, "held.release", 0, op->now + (more ? 0 : HOUR_US));
}
