#include "delivery/console/unapplied.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/changes.h"
#include "domain/work/application.h"

#define HERE "/console/unapplied"
enum { PAGE_ROWS = 50 };

static const char *const shows[] = {"known", "unknown", NULL};
static const char *const sorts[] = {"came", "-came", "open", "-open", NULL};

struct list_form {
    str show, search, currency, sort;
    int64_t customer, after;
};
static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, show),
     .choices = shows},
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, search),
     .about = "Part of a customer's, payer's or payment's name"},
    {.name = "currency",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, currency),
     .longest = 3},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, customer),
     .kind = "cus"},
    {.name = "sort",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, sort),
     .choices = sorts},
    {.name = "after",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, after),
     .kind = "itm",
     .about = "Rows after this one"},
    {.name = NULL},
};

static struct url list_url(struct request *rq, const struct list_form *f, const char *show,
                           int64_t after)
{
    str customer = f->customer ? place_id(rq, PLACE_CUSTOMER, f->customer) : S("");
    str then = after ? place_id(rq, PLACE_ITEM, after) : S("");
    struct url link =
        url_printf(rq->op.mem, HERE "?show=%s&q=%.*s&currency=%.*s&customer=%.*s&after=%.*s", show,
                   STR(url_encode(rq->op.mem, f->search)), STR(url_encode(rq->op.mem, f->currency)),
                   STR(customer), STR(then));
    return listing_url(rq, link, f->sort, S(""));
}

static str age_words(struct request *rq, int days)
{
    if (days <= 0) return said(rq, "today");
    return counted(rq, "{1} day", "{1} days", days);
}

static void row_add(struct request *rq, const struct unapplied *u, bool works, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(u->number, u->payment ? place_url(rq, PLACE_PAYMENT, u->payment, "")
                                             : place_url(rq, PLACE_ITEM, u->item, ""));
    row[1] = u->customer
                 ? grid_link(u->customer_name, place_url(rq, PLACE_CUSTOMER, u->customer, ""))
                 : grid_text(u->payer.len ? u->payer : said(rq, "no name"));
    row[2] = grid_text(u->text);
    row[3] = grid_date(u->day);
    row[4] = grid_text(age_words(rq, u->days));
    if (u->late) row[4] = grid_status((struct standing_words){S("over"), row[4].text});
    row[5] = grid_money(u->open);
    row[5].strong = true;
    if (!works) return;
    row[6] = u->customer
                 ? grid_link(said(rq, "Apply"), url_printf(rq->op.mem, HERE "/%.*s",
                                                           STR(place_id(rq, PLACE_ITEM, u->item))))
                 : grid_link(said(rq, "Say who paid"),
                             place_url(rq, PLACE_PAYMENT, u->payment, "/identify"));
}

static bool filters_of(struct request *rq, const struct list_form *f, const char *show,
                       struct listing *v)
{
    struct balances sums;
    if (!receivables_balances(&rq->op, f->customer, rq->today, &sums)) return false;
    struct answer *currencies = arena_array(rq->op.mem, struct answer, sums.count + 1);
    currencies[0] = (struct answer){S(""), said(rq, "All")};
    for (ptrdiff_t i = 0; i < sums.count; i++) {
        str code = str_copy(rq->op.mem, currency_text(&sums.at[i].currency));
        currencies[i + 1] = (struct answer){code, code};
    }
    ask(rq, &v->filters, ASK_HIDDEN, "show", NULL, str_of(show));
    if (f->customer)
        ask(rq, &v->filters, ASK_HIDDEN, "customer", NULL,
            place_id(rq, PLACE_CUSTOMER, f->customer));
    struct question *q = ask(rq, &v->filters, ASK_SELECT, "currency", N_("Currency"), f->currency);
    q->answers = currencies;
    q->answer_count = sums.count + 1;
    return true;
}

static void tabs_of(struct request *rq, const struct list_form *f, bool unknown, struct listing *v)
{
    v->tabs[v->tab_count++] = (struct tab){.name = said(rq, "On account"),
                                           .link = list_url(rq, f, "known", 0),
                                           .count = -1,
                                           .current = !unknown};
    v->tabs[v->tab_count++] = (struct tab){.name = said(rq, "Payer unknown"),
                                           .link = list_url(rq, f, "unknown", 0),
                                           .count = -1,
                                           .current = unknown};
}

static struct reply unapplied_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Payment")}, {GRID_TEXT, N_("From")}, {GRID_TEXT, N_("The payer wrote")},
        {GRID_DATE, N_("Since")},  {GRID_TEXT, N_("Age")},  {GRID_MONEY, N_("To apply")},
        {GRID_ACT, NULL},
    };
    static const struct sort_column columns[] = {{3, "came", false, false},
                                                 {5, "open", true, false}};
    const struct list_form *f = rq->in;
    struct unapplied_list list;
    bool unknown = str_eq(f->show, S("unknown")), works = may(rq, MAY_WORK);
    const char *show = unknown ? "unknown" : "known";
    struct unapplied_filter filter = {
        .unknown = unknown,
        .customer = f->customer,
        .currency = f->currency,
        .search = f->search,
        .by_amount = str_eq(f->sort, S("open")) || str_eq(f->sort, S("-open")),
        .turned = f->sort.len > 0 && f->sort.at[0] == '-',
        .after = f->after,
        .limit = PAGE_ROWS,
        .today = rq->today,
    };
    if (!unapplied_list(&rq->op, &filter, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Money to apply"),
        .under = said(rq, "What came in and pays nothing yet."),
        .here = url_of(S(HERE)),
        .search_label = said(rq, "Customer, payer or payment"),
        .search = f->search,
        .has_filter = f->search.len > 0 || f->customer || f->currency.len > 0,
        .clear = url_printf(rq->op.mem, HERE "?show=%s", show),
        .clear_words = said(rq, "Show all that waits"),
        .grid = grid_of(rq, N_("Money to apply"),
                        unknown ? N_("Every payer is known.")
                                : N_("All money is applied. Nothing waits here."),
                        headings, COUNT(headings) - (works ? 0 : 1), list.count),
    };
    tabs_of(rq, f, unknown, &v);
    if (works)
        v.acts[v.act_count++] = (struct link_words){said(rq, "Record a transfer"),
                                                    url_of(S("/console/payments/new")), true};
    for (ptrdiff_t i = 0; i < list.count; i++) row_add(rq, &list.at[i], works, &v.grid);
    v.grid.has_next = list.more;
    if (list.more) v.grid.next = list_url(rq, f, show, list.at[list.count - 1].item);
    if (!filters_of(rq, f, show, &v)) return reply_errors(rq);
    struct list_form plain = *f;
    plain.sort = S("");
    listing_sorts(rq, &v, columns, COUNT(columns), f->sort.len > 0 ? f->sort : S("came"),
                  list_url(rq, &plain, show, 0));
    return reply_listing(rq, HERE, &v);
}

/* ---- how the team works ---- */

struct rules_form {
    int64_t days;
    str clerk, manager, tax;
};
static const char *const tax_values[] = {"reduced", "untouched", NULL};
static const struct input rules_inputs[] = {
    {.name = "days",
     .type = INPUT_I64,
     .offset = offsetof(struct rules_form, days),
     .required = true},
    {.name = "clerk",
     .type = INPUT_TEXT,
     .offset = offsetof(struct rules_form, clerk),
     .required = true,
     .longest = 30},
    {.name = "manager",
     .type = INPUT_TEXT,
     .offset = offsetof(struct rules_form, manager),
     .required = true,
     .longest = 30},
    {.name = "tax",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct rules_form, tax),
     .choices = tax_values,
     .required = true},
    {.name = NULL},
};

static struct reply rules_ask(struct request *rq)
{
    struct entity seller;
    struct work_rules rules;
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    if (!entity_main(&rq->op, &seller) || !work_rules_get(&rq->op, seller.id, &rules))
        return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, "How the team works"),
        .under = seller.name,
        .crumb = said(rq, "Money to apply"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S("/console/work-rules")),
        .button = said(rq, "Save"),
    };
    struct answer *taxes = arena_array(mem, struct answer, 2);
    taxes[0] = (struct answer){S("reduced"), said(rq, "It reduces the tax as well")};
    taxes[1] = (struct answer){S("untouched"), said(rq, "The tax stays as invoiced")};
    struct question *q = ask(rq, &v.questions, ASK_LINE, "days",
                             N_("Money to apply is marked as late after so many days"),
                             str_printf(mem, "%lld", (long long)rules.unapplied_days));
    q->required = true;
    q = ask(rq, &v.questions, ASK_AMOUNT, "clerk", N_("A clerk writes off, of one item, up to"),
            lang_amount(mem, lang, money_of(rules.clerk_off_minor, seller.currency)));
    q->required = true;
    q = ask(rq, &v.questions, ASK_AMOUNT, "manager", N_("A manager writes off, of one item, up to"),
            lang_amount(mem, lang, money_of(rules.manager_off_minor, seller.currency)));
    q->required = true;
    q = ask(rq, &v.questions, ASK_SELECT, "tax", N_("An early-payment discount"),
            rules.discount_reduces_tax ? S("reduced") : S("untouched"));
    q->answers = taxes;
    q->answer_count = 2;
    ask_problems(rq, &v.questions);
    struct grid *changes = arena_new(mem, struct grid);
    if (!changes_of(rq, "entity", seller.id, changes)) return reply_errors(rq);
    if (changes->row_count > 0) v.changes = changes;
    return reply_form(rq, "/console/work-rules", &v);
}

static struct reply rules_save(struct request *rq)
{
    const struct rules_form *f = rq->in;
    const struct lang *lang = op_lang(&rq->op);
    struct entity seller;
    money clerk, manager;
    if (!entity_main(&rq->op, &seller)) return reply_errors(rq);
    if (!lang_money_from(lang, f->clerk, seller.currency, &clerk))
        (void)op_fail(&rq->op, ERR_INVALID, "clerk", "Please enter an amount.");
    else if (!lang_money_from(lang, f->manager, seller.currency, &manager))
        (void)op_fail(&rq->op, ERR_INVALID, "manager", "Please enter an amount.");
    if (rq->op.errs) return reply_errors(rq);
    struct work_rules rules = {
        .entity = seller.id,
        .unapplied_days = f->days,
        .clerk_off_minor = clerk.minor,
        .manager_off_minor = manager.minor,
        .discount_reduces_tax = str_eq(f->tax, S("reduced")),
    };
    if (!work_rules_set(&rq->op, &rules)) return reply_errors(rq);
    return reply_see(rq, S(HERE));
}

const struct route console_unapplied_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = unapplied_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Money that waits to be applied"},
    {.method = GET,
     .path = "/console/work-rules",
     .handle = rules_ask,
     .may = MAY_ADMINISTER,
     .about = "What waits too long, and who may write off how much"},
    {.method = POST,
     .path = "/console/work-rules",
     .handle = rules_save,
     .may = MAY_ADMINISTER,
     INPUTS(rules_inputs, struct rules_form),
     .redisplay = rules_ask,
     .about = "Changes these rules"},
    {.path = NULL},
};
