#include "delivery/console/apply.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"

#define HERE "/console/unapplied"
enum { QUEUE_ROWS = 25, SOON_DAYS = 7 };

/* ---- the other money that waits ---- */

static str age_words(struct request *rq, int days)
{
    if (days <= 0) return said(rq, "came today");
    return counted(rq, "waits for {1} day", "waits for {1} days", days);
}

static struct url apply_url(struct request *rq, int64_t item, str then)
{
    return url_printf(rq->op.mem, HERE "/%.*s%.*s", STR(place_id(rq, PLACE_ITEM, item)), STR(then));
}

static bool queue_load(struct request *rq, int64_t current, struct apply_view *v)
{
    struct unapplied_list list;
    struct unapplied_filter filter = {.limit = QUEUE_ROWS, .today = rq->today};
    if (!unapplied_list(&rq->op, &filter, &list)) return false;
    v->queue = arena_array(rq->op.mem, struct apply_waiting, list.count);
    v->queue_count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++)
        v->queue[i] = (struct apply_waiting){
            .name = list.at[i].customer_name,
            .about = age_words(rq, list.at[i].days),
            .link = apply_url(rq, list.at[i].item, S("")),
            .open = list.at[i].open,
            .current = list.at[i].item == current,
        };
    return true;
}

/* The one to go on with: the oldest that waits besides this one; 0: nothing does. */
static bool next_waiting(struct request *rq, int64_t current, int64_t *out)
{
    struct unapplied_list list;
    struct unapplied_filter filter = {.limit = 2, .today = rq->today};
    *out = 0;
    if (!unapplied_list(&rq->op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count && *out == 0; i++)
        if (list.at[i].item != current) *out = list.at[i].item;
    return true;
}

/* ---- a line ---- */

static struct standing_words line_standing(struct request *rq, const struct application_line *line)
{
    struct receivable r = {.kind = line->side > 0 ? ITEM_INVOICE : ITEM_CREDIT_NOTE,
                           .days = line->due.days - rq->today.days};
    r.standing = line->side < 0                        ? STANDING_CREDIT
                 : line->free.minor < line->open.minor ? STANDING_PROCESSING
                 : r.days < 0                          ? STANDING_OVERDUE
                 : r.days <= SOON_DAYS                 ? STANDING_SOON
                                                       : STANDING_OPEN;
    return standing_words(rq, &r);
}

static str rest_text(struct request *rq, const struct application_line *line)
{
    switch (line->rest) {
    case REST_OPEN: return S("open");
    case REST_TOLERANCE: return S("tolerance");
    case REST_DISCOUNT: return S("discount");
    case REST_DEDUCTION: return str_printf(rq->op.mem, "because-%.*s", STR(line->reason));
    }
    return S("open");
}

static struct apply_row row_of(struct request *rq, const struct application_line *line, str typed)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    str symbol = lang_symbol(mem, lang, line->open.cur);
    struct apply_row row = {
        .id = place_id(rq, PLACE_ITEM, line->item),
        .number = line->number,
        .po = line->po,
        .label = line->side > 0 ? filled(rq, N_("Apply to {1}, {2}"), line->number,
                                         lang_currency_name(mem, lang, line->open.cur))
                                : filled(rq, N_("Use of credit {1}, {2}"), line->number,
                                         lang_currency_name(mem, lang, line->open.cur)),
        .symbol = line->side < 0 ? str_printf(mem, "\u2212%.*s", STR(symbol)) : symbol,
        .rest = rest_text(rq, line),
        .note = line->note,
        .error = line->error,
        .wrong = line->error.len > 0,
        .link = place_url(rq, PLACE_ITEM, line->item, ""),
        .standing = line_standing(rq, line),
        .open = money_scale(line->open, line->side, 1, ROUND_DOWN),
        .free_minor = line->free.minor,
        .credit = line->side < 0,
        .named = line->named,
        .shortfall = line->shortfall,
        .discount = application_discount(line, line->amount),
    };
    row.has_discount = row.discount.minor > 0;
    row.asks = line->side > 0 && line->amount.minor > 0 && line->shortfall.minor > 0;
    row.typed =
        typed.len > 0 || line->amount.minor == 0 ? typed : lang_amount(mem, lang, line->amount);
    return row;
}

/* ---- proposals in words ---- */

static str reading_name(struct request *rq, enum reading_kind kind)
{
    switch (kind) {
    case READING_NAMED: return said(rq, "What the payer names");
    case READING_AMOUNT: return said(rq, "The invoice with this amount");
    case READING_DISCOUNT: return said(rq, "An invoice less its discount");
    case READING_SUM: return said(rq, "Invoices that come to this amount");
    case READING_OLDEST: return said(rq, "The oldest first");
    case READING_NOTHING: return said(rq, "Keep it on account");
    }
    return S("");
}

static str reading_about(struct request *rq, const struct application *a, const struct reading *r)
{
    struct text t = {.mem = rq->op.mem};
    if (r->kind == READING_NOTHING) return said(rq, "Decide later.");
    for (ptrdiff_t i = 0; i < a->count; i++) {
        if (r->amounts[i].minor == 0) continue;
        if (t.len > 0) text_add(&t, S(", "));
        text_add(&t, a->lines[i].number);
    }
    return text_str(&t);
}

static void why(struct apply_view *v, const char *shape, str words)
{
    if (v->why_count < (int)COUNT(v->why))
        v->why[v->why_count++] = (struct standing_words){str_of(shape), words};
}

static bool has_rest(const struct application *a, const struct reading *r, enum rest rest)
{
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (r->rests[i] == rest) return true;
    return false;
}

static void why_of(struct request *rq, const struct application *a, const struct reading *r,
                   struct apply_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    switch (r->kind) {
    case READING_NAMED:
        why(v, "paid",
            counted(rq, "{1} document of this account stands in the payer's text.",
                    "{1} documents of this account stand in the payer's text.", r->named));
        if (r->exact) why(v, "paid", said(rq, "Together they are open with exactly what came."));
        break;
    case READING_AMOUNT:
        why(v, "paid", said(rq, "This invoice is open with exactly what came."));
        break;
    case READING_DISCOUNT:
        why(v, "paid", said(rq, "Less its early-payment discount it is exactly what came."));
        break;
    case READING_SUM:
        why(v, "paid", said(rq, "Together these are open with exactly what came."));
        break;
    case READING_OLDEST:
        why(v, "soon", said(rq, "Nothing says what is paid, so the oldest debts come first."));
        break;
    case READING_NOTHING: why(v, "", said(rq, "It stays on account until you know more.")); break;
    }
    if (r->others > 0)
        why(v, "soon",
            counted(rq, "{1} other choice would fit as well: look at the dates.",
                    "{1} other choices would fit as well: look at the dates.", r->others));
    if (r->missing.minor > 0)
        why(v, "soon",
            filled(rq, N_("{1} less came than is open."), lang_money(mem, lang, r->missing),
                   S("")));
    if (has_rest(a, r, REST_DISCOUNT))
        why(v, "paid", said(rq, "The difference is the discount, and the money came in time."));
    if (has_rest(a, r, REST_TOLERANCE))
        why(v, "paid",
            filled(rq, N_("The difference is within the tolerance of {1}."),
                   lang_money(mem, lang, money_of(a->seller.tolerance_minor, a->free.cur)), S("")));
    if (r->left.minor > 0 && r->kind != READING_NOTHING)
        why(v, "soon",
            filled(rq, N_("{1} is left over and stays on account."), lang_money(mem, lang, r->left),
                   S("")));
}

static bool readings_load(struct request *rq, struct application *a, int64_t choice, bool take,
                          struct apply_view *v)
{
    struct reading *list;
    ptrdiff_t count;
    if (!application_readings(&rq->op, a, &list, &count)) return false;
    if (choice < 0 || choice >= count) choice = 0;
    for (ptrdiff_t i = 0; i < count; i++)
        v->readings[v->reading_count++] = (struct apply_reading){
            .name = reading_name(rq, list[i].kind),
            .about = reading_about(rq, a, &list[i]),
            .link = apply_url(rq, a->item, str_printf(rq->op.mem, "?reading=%td", i)),
            .current = take && i == choice,
        };
    if (!take) {
        why(v, "", said(rq, "These are your own amounts."));
        return true;
    }
    application_take(a, &list[choice]);
    application_check(&rq->op, a);
    why_of(rq, a, &list[choice], v);
    return true;
}

/* ---- the page ---- */

static bool reasons_load(struct request *rq, struct apply_view *v)
{
    struct reason_list list;
    if (!reasons(&rq->op, &list)) return false;
    struct answer *answers = arena_array(rq->op.mem, struct answer, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (list.at[i].deducts)
            answers[v->reason_count++] =
                (struct answer){str_printf(rq->op.mem, "because-%.*s", STR(list.at[i].code)),
                                reason_words(rq, list.at[i].code, list.at[i].words)};
    v->reasons = answers;
    return true;
}

static struct apply_view view_of(struct request *rq, const struct application *a)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    str who = a->payer.len ? a->payer : a->customer_name;
    struct apply_view v = {
        .title = a->customer_name,
        .under = a->payment
                     ? filled(rq, N_("From {1}, {2}."), who, lang_date(mem, lang, a->day))
                     : filled(rq, N_("Credit {1}, {2}."), a->number, lang_date(mem, lang, a->day)),
        .text = a->text,
        .action = apply_url(rq, a->item, S("")),
        .customer = place_url(rq, PLACE_CUSTOMER, a->customer, ""),
        .payment = a->payment ? place_url(rq, PLACE_PAYMENT, a->payment, "")
                              : place_url(rq, PLACE_ITEM, a->item, ""),
        .free = a->free,
    };
    return v;
}

static struct reply show(struct request *rq, const struct application *a, const str typed[],
                         struct apply_view *v)
{
    struct frame frame;
    const struct lang *lang = op_lang(&rq->op);
    v->rows = arena_array(rq->op.mem, struct apply_row, a->count);
    v->count = a->count;
    v->debts = a->debts;
    for (ptrdiff_t i = 0; i < a->count; i++)
        v->rows[i] = row_of(rq, &a->lines[i], typed ? typed[i] : S(""));
    v->credits = a->credits;
    v->paid = a->paid;
    v->left = a->left;
    v->discounts = a->discounts;
    v->differences = a->differences;
    v->deducted = a->deducted;
    v->paid_count = a->paid_count;
    v->credit_count = a->credit_count;
    v->go = filled(rq, N_("Apply {1}"), lang_money(rq->op.mem, lang, a->paid), S(""));
    v->go_words = filled(rq, N_("Apply {1}"), S("#"), S(""));
    if (!reasons_load(rq, v) || !queue_load(rq, a->item, v) ||
        !console_frame(rq, v->title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_apply(&page, v);
    return console_end(rq, &frame, &page);
}

struct ask_form {
    int64_t reading;
    str done;
};
static const char *const done_values[] = {"applied", "known", NULL};
static const struct input ask_inputs[] = {
    {.name = "reading", .type = INPUT_I64, .offset = offsetof(struct ask_form, reading)},
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct ask_form, done),
     .choices = done_values},
    {.name = NULL},
};

static struct reply apply_ask(struct request *rq)
{
    const struct ask_form *form = rq->in;
    struct application a;
    int64_t item;
    if (!place_of(rq, PLACE_ITEM, &item) || !application_get(&rq->op, item, &a))
        return reply_errors(rq);
    struct apply_view v = view_of(rq, &a);
    if (str_eq(form->done, S("applied")))
        v.done = said(rq, "The money is applied. This is the next that waits.");
    if (str_eq(form->done, S("known")))
        v.done = said(rq, "The payer is known now. Apply the money to what it pays.");
    if (!readings_load(rq, &a, form->reading, true, &v)) return reply_errors(rq);
    return show(rq, &a, NULL, &v);
}

/* ---- what was typed ---- */

struct do_form {
    str what;
    struct pair_list amounts, rests, notes;
};
static const char *const whats[] = {"update", "apply", NULL};
static const struct input do_inputs[] = {
    {.name = "do",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct do_form, what),
     .choices = whats},
    {.name = "amount", .type = INPUT_PAIRS, .offset = offsetof(struct do_form, amounts)},
    {.name = "rest", .type = INPUT_PAIRS, .offset = offsetof(struct do_form, rests)},
    {.name = "note", .type = INPUT_PAIRS, .offset = offsetof(struct do_form, notes)},
    {.name = NULL},
};

static bool pair_of(const struct pair_list *pairs, str name, str *out)
{
    for (ptrdiff_t i = 0; i < pairs->count; i++) {
        if (!str_eq(pairs->at[i].name, name)) continue;
        *out = pairs->at[i].value;
        return true;
    }
    return false;
}

static void take_rest(struct application_line *line, str rest)
{
    static const str because = {"because-", 8};
    line->rest = REST_OPEN;
    if (str_eq(rest, S("tolerance"))) line->rest = REST_TOLERANCE;
    if (str_eq(rest, S("discount"))) line->rest = REST_DISCOUNT;
    if (!str_starts(rest, because)) return;
    line->rest = REST_DEDUCTION;
    line->reason = str_from(rest, because.len);
}

static int filled_count(const struct pair_list *pairs)
{
    int count = 0;
    for (ptrdiff_t i = 0; i < pairs->count; i++) count += pairs->at[i].value.len > 0;
    return count;
}

/* *unseen: lines whose rest nobody was asked about yet. *gone: amounts for what is not among the
 * lines, because somebody paid it since the page was made. */
static void take_typed(struct request *rq, struct application *a, str typed[], int *unseen,
                       int *gone)
{
    const struct do_form *form = rq->in;
    bool asked[APPLICATION_LINES_MAX] = {0};
    *unseen = 0;
    *gone = filled_count(&form->amounts);
    for (ptrdiff_t i = 0; i < a->count; i++) {
        struct application_line *line = &a->lines[i];
        str id = place_id(rq, PLACE_ITEM, line->item), rest = S("");
        typed[i] = S("");
        (void)pair_of(&form->amounts, id, &typed[i]);
        *gone -= typed[i].len > 0;
        (void)pair_of(&form->notes, id, &line->note);
        asked[i] = pair_of(&form->rests, id, &rest);
        take_rest(line, rest);
        if (typed[i].len > 0 &&
            !lang_money_from(op_lang(&rq->op), typed[i], line->free.cur, &line->amount))
            line->error = filled(rq, N_("Enter an amount such as {1}."),
                                 lang_amount(rq->op.mem, op_lang(&rq->op), line->free), S(""));
    }
    application_check(&rq->op, a);
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (a->lines[i].shortfall.minor > 0 && a->lines[i].side > 0 && !asked[i]) ++*unseen;
}

static struct reply go_on(struct request *rq, int64_t item, int64_t payment)
{
    int64_t next;
    if (!next_waiting(rq, item, &next)) return reply_errors(rq);
    if (next) return reply_see(rq, apply_url(rq, next, S("?done=applied")).checked);
    if (payment) return see_place(rq, PLACE_PAYMENT, payment, "?done=applied");
    return reply_see(rq, S(HERE));
}

static struct reply apply_do(struct request *rq)
{
    const struct do_form *form = rq->in;
    struct application a;
    int64_t item, batch;
    int unseen, gone;
    if (!place_of(rq, PLACE_ITEM, &item) || !application_get(&rq->op, item, &a))
        return reply_errors(rq);
    str *typed = arena_array(rq->op.mem, str, a.count);
    take_typed(rq, &a, typed, &unseen, &gone);
    bool wanted = str_eq(form->what, S("apply"));
    if (wanted && a.ready && unseen == 0 && gone == 0) {
        if (!application_post(&rq->op, &a, &batch)) return reply_errors(rq);
        return go_on(rq, item, a.payment);
    }
    struct apply_view v = view_of(rq, &a);
    v.problem = a.error;
    if (wanted && a.error.len == 0 && gone > 0)
        v.problem = said(rq, "Something you entered an amount for is no longer open. Please look "
                             "at the amounts again.");
    else if (wanted && a.error.len == 0 && a.paid_count == 0)
        v.problem = said(rq, "Enter an amount beside what it pays.");
    else if (wanted && a.error.len == 0 && unseen > 0)
        v.problem = said(rq, "Less is paid than is open. Say what happens with the rest.");
    else if (wanted && a.error.len == 0 && !a.ready)
        v.problem = said(rq, "Please look at the lines that are marked.");
    if (!readings_load(rq, &a, 0, false, &v)) return reply_errors(rq);
    return show(rq, &a, typed, &v);
}

const struct route console_apply_routes[] = {
    {.method = GET,
     .path = HERE "/:id",
     .handle = apply_ask,
     .may = MAY_WORK,
     INPUTS(ask_inputs, struct ask_form),
     .about = "What this money could pay, with a proposal"},
    {.method = POST,
     .path = HERE "/:id",
     .handle = apply_do,
     .may = MAY_WORK,
     INPUTS(do_inputs, struct do_form),
     .about = "Adds up what was chosen, and applies it"},
    {.path = NULL},
};
