#include "flow_gateway.h"

#include "test.h"

static struct gateway_account *books(const struct gateway_account *account)
{
    return (struct gateway_account *)(uintptr_t)account;
}

static bool no_answer(struct charge_result *out)
{
    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    return true;
}

static struct flow_charge *find(struct gateway_account *a, str our_id)
{
    for (int i = 0; i < a->count; i++)
        if (str_eq(a->charges[i].our_id, our_id)) return &a->charges[i];
    return NULL;
}

static bool answer(struct op *op, const struct gateway_account *a, const struct flow_charge *c,
                   struct charge_result *out)
{
    if (a->silent || a->deaf) return no_answer(out);
    if (!c) {
        *out = (struct charge_result){.state = CHARGE_ABSENT};
        return true;
    }
    *out = (struct charge_result){
        .state = c->state,
        .their_id = str_printf(op->mem, "ch_%.*s", STR(c->our_id)),
        .amount = c->amount,
        .decline = c->state == CHARGE_DECLINED ? c->decline : DECLINE_NONE,
    };
    if (c->state == CHARGE_OPEN)
        out->page = str_printf(op->mem, "https://gateway.example/card/%.*s", STR(c->our_id));
    if (c->state != CHARGE_PAID) return true;
    out->card = S("Visa ending 4242");
    out->funding = c->debit ? FUNDING_DEBIT : FUNDING_CREDIT;
    if (!c->debit && c->credit_fee.minor > 0) {
        out->fee = c->credit_fee;
        out->amount = money_add(c->amount, c->credit_fee);
    }
    if (!c->kept) return true;
    out->saved = (struct saved_card){.token = str_printf(op->mem, "kept_%.*s", STR(c->our_id)),
                                     .label = out->card,
                                     .funding = out->funding};
    return date_of(2040, 12, 31, &out->saved.expires);
}

static bool charge(struct op *op, const struct gateway_account *account, const struct charge *in,
                   struct charge_result *out)
{
    struct gateway_account *a = books(account);
    struct flow_charge *c = find(a, in->our_id);
    if (!c && !a->deaf) {
        CHECK(a->count < FLOW_CHARGES, "more than %d charges", FLOW_CHARGES);
        c = &a->charges[a->count++];
        *c = (struct flow_charge){
            .our_id = str_copy(a->mem, in->our_id),
            .return_url = str_copy(a->mem, in->return_url),
            .amount = in->amount,
            .credit_fee = in->credit_fee,
            .refunded = money_of(0, in->amount.cur),
            .state = in->token.len > 0 ? CHARGE_PAID : CHARGE_OPEN,
        };
    }
    return answer(op, a, c, out);
}

static bool ask(struct op *op, const struct gateway_account *account, str our_id,
                struct charge_result *out)
{
    return answer(op, account, find(books(account), our_id), out);
}

static bool cancel(struct op *op, const struct gateway_account *account, str our_id,
                   struct charge_result *out)
{
    struct gateway_account *a = books(account);
    struct flow_charge *c = a->deaf ? NULL : find(a, our_id);
    if (c && c->state == CHARGE_OPEN) c->state = CHARGE_CANCELLED;
    return answer(op, a, c, out);
}

static bool refund(struct op *op, const struct gateway_account *account, const struct refund *in,
                   struct charge_result *out)
{
    struct gateway_account *a = books(account);
    if (a->silent || a->deaf) return no_answer(out);
    for (int i = 0; i < a->count; i++) {
        struct flow_charge *c = &a->charges[i];
        str id = str_printf(op->mem, "ch_%.*s", STR(c->our_id));
        if (!str_eq(id, in->their_charge_id)) continue;
        c->refunded = money_add(c->refunded, in->amount);
        *out = (struct charge_result){.state = CHARGE_PAID,
                                      .their_id = str_printf(op->mem, "re_%.*s", STR(in->our_id)),
                                      .amount = in->amount};
        return true;
    }
    *out = (struct charge_result){.state = CHARGE_DECLINED,
                                  .their_id = S("re_none"),
                                  .amount = in->amount,
                                  .decline = DECLINE_REFUSED};
    return true;
}

static bool forget(struct op *op, const struct gateway_account *account, str token, bool *gone)
{
    struct gateway_account *a = books(account);
    (void)op;
    *gone = !a->silent && !a->deaf;
    if (*gone && str_starts(token, S("kept_"))) a->forgotten++;
    return true;
}

/* What it sends is our id; the browser puts a form's token behind it. */
static bool read_event(struct op *op, const struct gateway_account *account,
                       const struct gateway_message *in, struct gateway_event *out)
{
    struct gateway_account *a = books(account);
    out->our_id = str_cut(in->body, '&').head;
    out->event_id = str_printf(op->mem, "ev_%d", ++a->events);
    return true;
}

const struct gateway flow_gateway = {
    .name = "told",
    .charge = charge,
    .ask = ask,
    .cancel = cancel,
    .refund = refund,
    .forget = forget,
    .read_event = read_event,
};
