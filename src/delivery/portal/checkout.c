/* From a selection to a payment: review, change amounts, choose the way. */
#include "delivery/portal/checkout.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/portal/payment.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/fee.h"
#include "domain/payments/methods.h"
#include "domain/payments/reference.h"

/* ---- from the list ---- */

struct start_form {
    struct id_list items;
    str all;
};
static const char *const alls[] = {"overdue", "due", NULL};
static const struct input start_inputs[] = {
    {.name = "item",
     .type = INPUT_IDS,
     .offset = offsetof(struct start_form, items),
     .kind = "itm"},
    {.name = "all",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct start_form, all),
     .choices = alls},
    {.name = NULL},
};

/* "Pay all that is overdue": the items are looked up now, not when the page was made. */
static bool find_all(struct request *rq, bool overdue_only, struct id_list *out)
{
    struct receivables list;
    struct receivables_filter filter = {.customer = rq->who.customer,
                                        .show = overdue_only ? SHOW_OVERDUE : SHOW_OPEN,
                                        .today = rq->today};
    if (!receivables_all(&rq->op, &filter, &list)) return false;
    *out = (struct id_list){.at = arena_array(rq->op.mem, int64_t, list.count)};
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (list.at[i].side > 0) out->at[out->count++] = list.at[i].item;
    return true;
}

/* Items in several currencies are several checkouts: each page knows the others. */
static str checkout_path(struct request *rq, int64_t id, struct id_list others)
{
    struct text t = {.mem = rq->op.mem};
    text_format(&t, "/checkout/%.*s", STR(id_text(t.mem, rq->app->keys, "chk", id)));
    for (ptrdiff_t i = 0; i < others.count; i++)
        text_format(&t, "%calso=%.*s", i == 0 ? '?' : '&',
                    STR(id_text(t.mem, rq->app->keys, "chk", others.at[i])));
    return text_str(&t);
}

/* The next of them, from whose page the circle goes on: this one is its last. */
static str next_path(struct request *rq, int64_t id, struct id_list others)
{
    struct id_list rest = {arena_array(rq->op.mem, int64_t, others.count), 0};
    for (ptrdiff_t i = 1; i < others.count; i++) rest.at[rest.count++] = others.at[i];
    rest.at[rest.count++] = id;
    return checkout_path(rq, others.at[0], rest);
}

static struct reply checkout_begin(struct request *rq)
{
    const struct start_form *form = rq->in;
    struct id_list items = form->items;
    struct customer_ids made;
    if (form->all.len > 0 && !find_all(rq, str_eq(form->all, S("overdue")), &items))
        return reply_errors(rq);
    if (!checkout_start(&rq->op, rq->who.customer, rq->who.person, items.at, items.count, &made))
        return reply_errors(rq);
    struct id_list others = {made.at + 1, made.count - 1};
    return reply_see(rq, checkout_path(rq, made.at[0], others));
}

/* ---- the page ---- */

struct show_form {
    struct id_list also;
};
static const struct input show_inputs[] = {
    {.name = "also", .type = INPUT_IDS, .offset = offsetof(struct show_form, also), .kind = "chk"},
    {.name = NULL},
};

static str label_of(struct request *rq, const struct receivable *r)
{
    const char *sentence = say(op_lang(&rq->op), r->side < 0 ? N_("Use now of {1}, in {2}")
                                                             : N_("Pay now on {1}, in {2}"));
    struct text t = {.mem = rq->op.mem};
    for (int hole; (hole = say_step(&t, &sentence)) > 0;)
        text_add(&t, hole == 1 ? r->number
                               : lang_currency_name(rq->op.mem, op_lang(&rq->op), r->open.cur));
    return text_str(&t);
}

static struct checkout_row row_of(struct request *rq, const struct checkout_line *line)
{
    const struct lang *lang = op_lang(&rq->op);
    const struct receivable *r = &line->item;
    str symbol = lang_symbol(rq->op.mem, lang, r->open.cur);
    bool wrong = line->error.len > 0, shorter = r->side > 0 && line->shortfall.minor > 0;
    bool reason_missing = wrong && shorter && line->reason.len == 0;
    return (struct checkout_row){
        .id = id_text(rq->op.mem, rq->app->keys, "itm", r->item),
        .number = r->number,
        .label = label_of(rq, r),
        .symbol = r->side < 0 ? str_printf(rq->op.mem, "\u2212%.*s", STR(symbol)) : symbol,
        .link = item_url(rq, r),
        .credit = r->side<0, .standing = standing_words(rq, r),
                          .open = money_scale(r->open, r->side, 1, ROUND_DOWN),
                          .amount = line->amount, .typed = line->typed.len> 0
                      ? line->typed
                      : lang_amount(rq->op.mem, lang, line->amount),
        .error = line->error,
        .wrong = wrong,
        .reason_missing = reason_missing,
        .amount_wrong = wrong && !reason_missing,
        .shorter = shorter,
        .shortfall = line->shortfall,
        .reason = line->reason,
        .note = line->note,
    };
}

static bool reasons_load(struct request *rq, struct checkout_view *v)
{
    struct reason_list list;
    if (!reasons(&rq->op, &list)) return false;
    v->reasons = arena_array(rq->op.mem, struct checkout_reason, list.count);
    v->reason_count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++)
        v->reasons[i] = (struct checkout_reason){
            list.at[i].code, reason_words(rq, list.at[i].code, list.at[i].words)};
    return true;
}

static void payee_add(struct request *rq, struct checkout_view *v, const char *name, str value)
{
    if (value.len == 0) return;
    v->payee[v->payee_count++] =
        (struct checkout_fact){.name = str_of(say(op_lang(&rq->op), name)), .value = value};
}

static bool seller_load(struct request *rq, const struct checkout *c, struct checkout_view *v)
{
    struct entity seller;
    if (!entity_get(&rq->op, c->entity, &seller)) return false;
    v->seller = seller.name;
    v->transfers = seller.payee.len > 0;
    v->cards = rq->app->gateway != NULL;
    v->fee = fee_of(&seller, c->total);
    v->with_fee = money_add(c->total, v->fee);
    v->has_fee = v->cards && v->fee.minor > 0;
    v->fee_rate = lang_percent(rq->op.mem, op_lang(&rq->op), seller.card_fee_ppm);
    v->fee_text = seller.card_fee_text;
    payee_add(rq, v, N_("Pay to"), seller.payee);
    payee_add(rq, v, N_("IBAN"), reference_groups(rq->op.mem, seller.iban));
    payee_add(rq, v, N_("BIC"), seller.bic);
    payee_add(rq, v, N_("Bank"), seller.bank);
    return true;
}

/* Saved cards that can pay now. */
static bool cards_load(struct request *rq, struct checkout_view *v)
{
    struct payment_methods all;
    if (!v->cards) return true;
    if (!methods_of(&rq->op, rq->who.customer, rq->today, &all)) return false;
    v->saved = arena_array(rq->op.mem, struct checkout_card, all.count);
    for (ptrdiff_t i = 0; i < all.count; i++) {
        const struct payment_method *m = &all.at[i];
        if (m->expired || !str_eq(m->gateway, str_of(rq->app->gateway->name))) continue;
        v->saved[v->saved_count] = (struct checkout_card){
            .id = id_text(rq->op.mem, rq->app->keys, "mth", m->id),
            .label = card_words(rq, m->card),
            .expires = lang_date(rq->op.mem, op_lang(&rq->op), m->expires),
            .first = v->saved_count == 0,
            .credit = m->funding == FUNDING_CREDIT,
        };
        v->saved_count++;
    }
    return true;
}

static bool view_load(struct request *rq, const struct checkout *c, struct checkout_view *v)
{
    v->rows = arena_array(rq->op.mem, struct checkout_row, c->count);
    v->count = c->count;
    for (ptrdiff_t i = 0; i < c->count; i++) {
        v->rows[i] = row_of(rq, &c->lines[i]);
        if (!v->rows[i].credit) v->invoice_count++;
        if (v->rows[i].wrong) v->wrong_count++;
    }
    v->invoices = c->invoices, v->credits = c->credits, v->deducted = c->deducted;
    v->left_open = c->left_open, v->total = c->total;
    v->has_credits = c->credits.minor > 0;
    v->has_deducted = c->deducted.minor > 0;
    v->has_left = c->left_open.minor > 0;
    v->ready = c->ready;
    v->nothing = c->count == 0;
    v->free = c->count > 0 && c->total.minor == 0 && c->credits.minor > 0;
    return reasons_load(rq, v) && seller_load(rq, c, v) && cards_load(rq, v);
}

/* Where a submitted checkout has gone to. */
static struct reply gone_to(struct request *rq, const struct checkout *c)
{
    if (c->payment) return reply_see(rq, payment_url(rq, c->payment).checked);
    str id = id_text(rq->op.mem, rq->app->keys, "ent", c->entry);
    return reply_see(rq, str_printf(rq->op.mem, "/applications/%.*s", STR(id)));
}

static struct reply checkout_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    struct checkout c;
    struct frame frame;
    struct checkout_view v = {0};
    int64_t id;
    if (!request_id(rq, "chk", &id) || !checkout_get(&rq->op, rq->who.customer, id, rq->today, &c))
        return reply_errors(rq);
    if (!str_eq(c.state, S("open"))) return gone_to(rq, &c);
    v.id = rq->id;
    v.action = url_of(checkout_path(rq, id, form->also));
    v.has_other = form->also.count > 0;
    if (v.has_other) v.other = url_of(next_path(rq, id, form->also));
    str title = str_of(say(op_lang(&rq->op), "Review and pay"));
    if (!view_load(rq, &c, &v) || !portal_frame_of(rq, c.entity, title, "/invoices", &frame))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_checkout(&page, &v);
    return portal_end(rq, &frame, &page);
}

/* ---- the form ---- */

struct submit_form {
    struct pair_list amounts, reasons, notes;
    str way; /* "card", "transfer", or the id of a saved card */
    str what;
    struct id_list also;
};
static const char *const whats[] = {"update", "card", "transfer", "apply", NULL};
static const struct input submit_inputs[] = {
    {.name = "amount", .type = INPUT_PAIRS, .offset = offsetof(struct submit_form, amounts)},
    {.name = "reason", .type = INPUT_PAIRS, .offset = offsetof(struct submit_form, reasons)},
    {.name = "note", .type = INPUT_PAIRS, .offset = offsetof(struct submit_form, notes)},
    {.name = "way", .type = INPUT_TEXT, .offset = offsetof(struct submit_form, way)},
    {.name = "do",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct submit_form, what),
     .choices = whats},
    {.name = "also",
     .type = INPUT_IDS,
     .offset = offsetof(struct submit_form, also),
     .kind = "chk"},
    {.name = NULL},
};

static str pair_value(const struct pair_list *pairs, str name)
{
    for (ptrdiff_t i = 0; i < pairs->count; i++)
        if (str_eq(pairs->at[i].name, name)) return pairs->at[i].value;
    return S("");
}

static bool edits_of(struct request *rq, const struct submit_form *form, struct checkout_edit **out,
                     ptrdiff_t *count)
{
    *out = arena_array(rq->op.mem, struct checkout_edit, form->amounts.count);
    *count = 0;
    for (ptrdiff_t i = 0; i < form->amounts.count; i++) {
        str id = form->amounts.at[i].name;
        struct checkout_edit *edit = &(*out)[(*count)++];
        if (!id_from(rq->app->keys, "itm", id, &edit->item))
            return op_fail(&rq->op, ERR_INVALID, NULL, "There is no such item in this checkout.");
        edit->amount = form->amounts.at[i].value;
        edit->reason = pair_value(&form->reasons, id);
        edit->note = pair_value(&form->notes, id);
    }
    return true;
}

/* With the saved card that was chosen, or with one that is typed on the next page. */
static struct reply pay_by_card(struct request *rq, int64_t checkout, str way)
{
    int64_t method = 0, made;
    if (!rq->app->gateway) {
        (void)op_fail(&rq->op, ERR_INVALID, "way", "Cards are not offered here: pay by transfer.");
        return reply_errors(rq);
    }
    if (str_starts(way, S("mth_")) && !id_from(rq->app->keys, "mth", way, &method)) {
        (void)op_fail(&rq->op, ERR_MISSING, NULL, "There is no such saved card.");
        return reply_errors(rq);
    }
    if (!payment_begin(&rq->op, rq->who.customer, checkout, rq->app->gateway->name, method,
                       rq->today, &made))
        return reply_errors(rq);
    return reply_see(rq, str_printf(rq->op.mem, "%.*s/card", STR(payment_url(rq, made).checked)));
}

/* What was typed is kept first, right or wrong. Only a checkout that is ready goes further. */
static struct reply checkout_submit(struct request *rq)
{
    const struct submit_form *form = rq->in;
    struct checkout_edit *edits;
    ptrdiff_t count;
    struct checkout c;
    int64_t id, made;
    if (!request_id(rq, "chk", &id) || !edits_of(rq, form, &edits, &count)) return reply_errors(rq);
    if (!checkout_get(&rq->op, rq->who.customer, id, rq->today, &c)) return reply_errors(rq);
    if (!str_eq(c.state, S("open"))) return gone_to(rq, &c); /* a second click */
    if (!checkout_edit(&rq->op, rq->who.customer, id, edits, count)) return reply_errors(rq);
    if (!checkout_get(&rq->op, rq->who.customer, id, rq->today, &c)) return reply_errors(rq);
    if (!c.ready || form->what.len == 0 || str_eq(form->what, S("update")))
        return reply_see(rq, checkout_path(rq, id, form->also));

    if (c.total.minor == 0) {
        if (!checkout_apply(&rq->op, rq->who.customer, id, rq->today, &made))
            return reply_errors(rq);
        c.entry = made;
        return gone_to(rq, &c);
    }
    if (str_eq(form->what, S("transfer"))) {
        if (!payment_announce(&rq->op, rq->who.customer, id, rq->today, &made))
            return reply_errors(rq);
        return reply_see(rq, payment_url(rq, made).checked);
    }
    return pay_by_card(rq, id, form->way);
}

const struct route checkout_routes[] = {
    {.method = POST,
     .path = "/checkout",
     .handle = checkout_begin,
     .may = MAY_PAY,
     INPUTS(start_inputs, struct start_form),
     .about = "Begins a checkout of the selected items"},
    {.method = GET,
     .path = "/checkout/:id",
     .handle = checkout_show,
     .may = MAY_PAY,
     INPUTS(show_inputs, struct show_form),
     .about = "Review and pay"},
    {.method = POST,
     .path = "/checkout/:id",
     .handle = checkout_submit,
     .may = MAY_PAY,
     INPUTS(submit_inputs, struct submit_form),
     .about = "Keeps the amounts, and pays or applies"},
    {.path = NULL},
};
