#include "delivery/gateway/charges.h"

#include "base/clock.h"
#include "base/random.h"

#include <assert.h>
#include <stddef.h>

#define GIVE_UP_US (3 * DAY_US)

const struct service *service_of(const struct request *rq)
{
    static_assert(offsetof(struct service, app) == 0, "the app is the head of the service");
    return (const struct service *)rq->app;
}

bool schema_make(struct op *op, void *unused)
{
    (void)unused;
    return sql_make_charges(op) && sql_make_refunds(op) && sql_make_payouts(op) &&
           sql_make_lines(op) && sql_make_deliveries(op) && sql_make_deliveries_index(op) &&
           sql_make_faults(op) && sql_make_fault_rate(op) && sql_make_payers(op) &&
           sql_make_surcharges(op) && sql_make_saved_cards(op);
}

bool charge_get(struct op *op, str token, struct charge_find_row *out)
{
    bool found;
    struct charge_find_args args = {.token = token};
    if (!sql_charge_find(op, args, out, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such payment.");
    return true;
}

str charge_return_url(struct arena *mem, const struct charge_find_row *charge)
{
    char joint = str_find(charge->return_url, S("?")) < 0 ? '?' : '&';
    return str_printf(mem, "%.*s%ccharge=%.*s", STR(charge->return_url), joint,
                      STR(charge->their_id));
}

money charge_total(const struct charge_find_row *charge)
{
    return money_add(charge->amount, money_of(charge->fee_minor, charge->amount.cur));
}

str charge_page(struct arena *mem, const struct charge_find_row *charge)
{
    return str_printf(mem, "/card/%.*s%s", STR(charge->token), charge->by_token ? "/bank" : "");
}

static void saved_write(struct json_out *json, const struct charge_find_row *charge)
{
    const struct card_rule *rule = card_rule_of(json->to->mem, charge->saved_card);
    const struct {
        const char *key;
        str value;
    } texts[] = {
        {"token", charge->saved_token},
        {"card", charge->saved_card},
        {"expires", charge->saved_expires},
        {"fingerprint", str_printf(json->to->mem, "card_%td", rule ? rule - card_rules : -1)},
    };
    json_key(json, "saved");
    json_open(json, '{');
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
        json_key(json, texts[i].key);
        json_put_str(json, texts[i].value);
    }
    json_close(json, '}');
}

void charge_write(struct json_out *json, const struct service *service,
                  const struct charge_find_row *charge)
{
    struct arena *mem = json->to->mem;
    const struct card_rule *rule = card_rule_of(mem, charge->card);
    const struct {
        const char *key;
        str value;
    } texts[] = {
        {"id", charge->their_id},
        {"our_id", charge->our_id},
        {"state", charge->state},
        {"decline", charge->decline},
        {"card", charge->card},
        {"funding", rule ? str_of(rule->funding) : S("")},
        {"created", instant_text(mem, charge->created)},
        {"page",
         str_printf(mem, "%.*s%.*s", STR(service->app.public_url), STR(charge_page(mem, charge)))},
    };
    json_open(json, '{');
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].value.len == 0) continue;
        json_key(json, texts[i].key);
        json_put_str(json, texts[i].value);
    }
    json_key(json, "amount");
    json_put_money(json, charge_total(charge));
    if (charge->fee_minor > 0) {
        json_key(json, "fee");
        json_put_money(json, money_of(charge->fee_minor, charge->amount.cur));
    }
    json_key(json, "refunded");
    json_put_money(json, money_of(charge->refunded_minor, charge->amount.cur));
    if (charge->saved_token.len > 0 && str_eq(charge->state, S("paid"))) saved_write(json, charge);
    json_close(json, '}');
}

/* Writes the message down, to be sent as often as the card says. */
static bool tell(struct request *rq, const struct charge_find_row *charge,
                 const struct charge_ending *ending)
{
    struct op *op = &rq->op;
    const struct service *service = service_of(rq);
    str token = random_token(op->mem, 16);
    str event_id = str_printf(op->mem, "evt_%.*s", STR(token));
    struct text body = {.mem = op->mem};
    struct json_out json = {.to = &body};
    json_open(&json, '{');
    json_key(&json, "type");
    json_put_str(&json, S("charge.changed"));
    json_key(&json, "id");
    json_put_str(&json, event_id);
    json_key(&json, "charge");
    charge_write(&json, service, charge);
    json_close(&json, '}');

    instant due = op->now + ending->webhook_after_seconds * service->second_us;
    struct delivery_add_args args = {event_id, text_str(&body), due, op->now + GIVE_UP_US};
    for (int i = 0; i < ending->webhook_copies; i++)
        if (!sql_delivery_add(op, args)) return false;
    return true;
}

bool charge_end(struct request *rq, const struct charge_find_row *charge,
                const struct charge_ending *ending)
{
    struct op *op = &rq->op;
    struct charge_leave_list left;
    struct charge_leave_args args = {
        .id = charge->id,
        .state = str_of(ending->state),
        .decline = str_of(ending->decline),
        .card = ending->card,
        .quiet_until = op->now + ending->quiet_seconds * service_of(rq)->second_us,
        .now = op->now,
    };
    if (!sql_charge_leave(op, args, &left)) return false;
    if (left.count == 0) return true; /* somebody else was first */

    struct charge_find_row ended = *charge;
    const struct card_rule *rule = card_rule_of(op->mem, ending->card);
    if (str_eq(args.state, S("paid")) && rule && str_eq(str_of(rule->funding), S("credit"))) {
        ended.fee_minor = charge->asked_fee_minor;
        if (!sql_surcharge_take(op, (struct surcharge_take_args){charge->id})) return false;
    }
    ended.state = args.state;
    ended.decline = args.decline;
    ended.card = args.card;
    return tell(rq, &ended, ending);
}

static bool pay(struct request *rq, const struct charge_find_row *charge,
                const struct card_rule *rule, str label)
{
    if (!rule->state) {
        struct charge_to_bank_list asked;
        struct charge_to_bank_args args = {charge->id, label, rq->op.now};
        return sql_charge_to_bank(&rq->op, args, &asked);
    }
    struct charge_ending ending = {
        .state = rule->state,
        .decline = rule->decline,
        .card = label,
        .quiet_seconds = rule->quiet_seconds,
        .webhook_after_seconds = rule->webhook_after_seconds,
        .webhook_copies = rule->webhook_copies,
    };
    return charge_end(rq, charge, &ending);
}

/* Told to the merchant only if the charge comes to be paid. */
static bool keep_card(struct op *op, struct charge_find_row *charge, str label, date last_day)
{
    str token = random_token(op->mem, 24);
    struct saved_card_add_args args = {
        .token = str_printf(op->mem, "tok_%.*s", STR(token)),
        .charge = charge->id,
        .customer = charge->customer,
        .card = label,
        .expires = str_head(date_text(op->mem, last_day), 7),
    };
    if (charge->saved_token.len > 0) args.token = charge->saved_token;
    charge->saved_token = args.token;
    charge->saved_card = args.card;
    charge->saved_expires = args.expires;
    return sql_saved_card_add(op, args);
}

bool charge_pay(struct request *rq, const struct charge_find_row *charge,
                const struct card_rule *rule, const struct card_kept *keep)
{
    struct charge_find_row now = *charge;
    str label = card_label(rq->op.mem, str_of(rule->number));
    struct saved_card_drop_args drop = {charge->id};
    if (keep && charge->customer.len > 0) {
        if (!keep_card(&rq->op, &now, label, keep->last_day)) return false;
    } else {
        now.saved_token = (str){0};
        if (!sql_saved_card_drop(&rq->op, drop)) return false;
    }
    return pay(rq, &now, rule, label);
}

bool charge_pay_kept(struct request *rq, const struct charge_find_row *charge, str token)
{
    struct saved_card_find_row saved;
    struct saved_card_find_args args = {token, charge->customer};
    bool found;
    if (!sql_saved_card_find(&rq->op, args, &saved, &found)) return false;
    const struct card_rule *rule = found ? card_rule_of(rq->op.mem, saved.card) : NULL;
    struct charge_ending refused = {
        .state = "declined", .decline = "card", .card = S(""), .webhook_copies = 1};
    if (!rule) return charge_end(rq, charge, &refused);
    refused.card = saved.card;
    refused.decline = rule->later;
    if (rule->later[0]) return charge_end(rq, charge, &refused);
    return pay(rq, charge, rule, saved.card);
}

bool refund_make(struct op *op, const struct charge_find_row *charge, str our_id, money amount,
                 struct refund_find_row *out)
{
    bool fits = str_eq(charge->state, S("paid")) && currency_eq(charge->amount.cur, amount.cur) &&
                amount.minor <= charge_total(charge).minor - charge->refunded_minor;
    str token = random_token(op->mem, 16);
    *out = (struct refund_find_row){
        .their_id = str_printf(op->mem, "rf_%.*s", STR(token)),
        .our_id = our_id,
        .charge = charge->id,
        .amount = amount,
        .state = fits ? S("paid") : S("declined"),
    };
    struct refund_add_args args = {out->our_id, out->their_id, charge->id,
                                   amount,      out->state,    op->now};
    return sql_refund_add(op, args);
}
