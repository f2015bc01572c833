#include "delivery/gateway/api.h"

#include "adapters/net/http_client.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "delivery/gateway/charges.h"
#include "delivery/web/form.h"

#include <poll.h>

enum {
    ID_LONGEST = 64,
    TOKEN_LONGEST = 64,
    DESCRIPTION_LONGEST = 200,
    URL_LONGEST = 1000,
    HOLD_MS_MAX = 60000
};

/* ---- answers ---- */

static struct reply answer(struct request *rq, int status, const struct text *body)
{
    return reply_text(rq, status, S("application/json"), text_str(body));
}

static struct reply refuse(struct request *rq, int status, const char *code, const char *message)
{
    struct text body = {.mem = rq->op.mem};
    struct json_out json = {.to = &body};
    json_open(&json, '{');
    json_key(&json, "error");
    json_put_str(&json, str_of(code));
    json_key(&json, "message");
    json_put_str(&json, str_of(message));
    json_close(&json, '}');
    return answer(rq, status, &body);
}

static struct reply answer_charge(struct request *rq, int status,
                                  const struct charge_find_row *charge)
{
    if (rq->op.now < charge->quiet_until)
        return refuse(rq, 504, "time_out", "No answer from the card's bank yet.");
    struct text body = {.mem = rq->op.mem};
    struct json_out json = {.to = &body};
    charge_write(&json, service_of(rq), charge);
    return answer(rq, status, &body);
}

/* ---- faults ---- */

static const struct fault {
    const char *kind;
    bool done; /* the call is done all the same */
    int status;
    bool holds;
    const char *body; /* NULL: what the call would have said, but for other_amount */
} faults[] = {
    {"timeout_before", false, 504, true, "{\"error\":\"time_out\"}"},
    {"timeout_after", true, 504, true, "{\"error\":\"time_out\"}"},
    {"500", false, 500, false, "{\"error\":\"broken\"}"},
    {"500_after", true, 500, false, "{\"error\":\"broken\"}"},
    {"garbage", true, 200, false, "<!DOCTYPE html><title>It works!</title>"},
    {"absent", false, 404, false, "{\"error\":\"no_such_charge\"}"},
    {"other_amount", true, 200, false, NULL},
    {0},
};

static const struct fault *fault_of(str kind)
{
    const struct fault *f = faults;
    while (f->kind && !str_eq(kind, str_of(f->kind))) f++;
    return f->kind ? f : NULL;
}

struct taken {
    const struct fault *fault; /* NULL: all is well */
    int hold_ms;
};

/* splitmix64: the same seed makes the same faults, call by call. */
static uint64_t shuffled(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static bool fault_by_chance(struct op *op, struct taken *taken)
{
    struct fault_rate_take_row row;
    bool found;
    if (!sql_fault_rate_take(op, &row, &found)) return false;
    if (!found) return true;
    uint64_t dice = shuffled(shuffled((uint64_t)row.seed) + (uint64_t)row.calls);
    if (dice % 100 >= (uint64_t)row.percent) return true;
    *taken = (struct taken){&faults[(dice >> 32) % (COUNT(faults) - 1)], (int)row.hold_ms};
    return true;
}

static bool fault_next(struct op *op, void *arg)
{
    struct taken *taken = arg;
    struct fault_take_row row;
    bool found;
    *taken = (struct taken){0};
    if (!sql_fault_take(op, &row, &found)) return false;
    if (!found) return fault_by_chance(op, taken);
    *taken = (struct taken){fault_of(row.kind), (int)row.hold_ms};
    return true;
}

/* "119.00" becomes "119.01": the last digit of the first amount is another one. */
static struct reply other_amount(struct request *rq, struct reply reply)
{
    str key = S("\"value\":\"");
    ptrdiff_t at = str_find(reply.body, key);
    if (at < 0) return reply;
    str copy = str_copy(rq->op.mem, reply.body);
    char *digits = arena_array(rq->op.mem, char, copy.len + 1);
    for (ptrdiff_t i = 0; i < copy.len; i++) digits[i] = copy.at[i];
    ptrdiff_t last = at + key.len;
    while (digits[last + 1] != '"') last++;
    digits[last] = digits[last] == '9' ? '8' : (char)(digits[last] + 1);
    reply.body = (str){digits, copy.len};
    return reply;
}

static struct reply spoil(struct request *rq, const struct taken *taken, struct reply reply)
{
    const struct fault *f = taken->fault;
    if (!f->body) return other_amount(rq, reply);
    struct pollfd stop = {.fd = service_of(rq)->stop_fd, .events = POLLIN};
    if (f->holds) poll(&stop, 1, taken->hold_ms);
    return reply_text(rq, f->status, S("application/json"), str_of(f->body));
}

/* ---- one call: the key, the fault, the work in its transaction ---- */

static bool key_fits(struct request *rq)
{
    str sent = rq->header(rq, "Authorization");
    return str_starts(sent, S("Bearer ")) &&
           crypto_equal(str_from(sent, 7), service_of(rq)->credentials.key);
}

struct call {
    struct request *rq;
    struct reply (*work)(struct request *);
    struct reply reply;
};

static bool work_once(struct op *op, void *arg)
{
    struct call *call = arg;
    (void)op;
    call->reply = call->work(call->rq);
    /* A silent bank (504) does not undo what was done. */
    return call->reply.status < 400 || call->reply.status == 504;
}

static struct reply transact(struct request *rq, struct reply (*work)(struct request *))
{
    struct call call = {.rq = rq, .work = work};
    if (store_transact(&rq->op, rq->store, TX_WRITE, work_once, &call)) return call.reply;
    return call.reply.status >= 400 ? call.reply : reply_errors(rq);
}

static struct reply call(struct request *rq, struct reply (*work)(struct request *))
{
    if (!key_fits(rq)) return refuse(rq, 401, "wrong_key", "Send the API key as a bearer token.");
    struct taken taken;
    if (!store_transact(&rq->op, rq->store, TX_WRITE, fault_next, &taken)) return reply_errors(rq);
    if (!taken.fault) return transact(rq, work);
    if (!taken.fault->done) return spoil(rq, &taken, (struct reply){0});
    return spoil(rq, &taken, transact(rq, work));
}

/* ---- reading requests ---- */

static bool body_read(struct request *rq, const struct json **out, struct reply *refused)
{
    if (json_read(&rq->op, rq->body, out) && json_kind(*out) == JSON_OBJECT) return true;
    *refused = refuse(rq, 400, "unreadable", "Send one JSON object.");
    return false;
}

static str text_of(const struct json *object, const char *key)
{
    str text;
    return json_text(json_get(object, key), &text) ? text : S("");
}

static bool amount_of(const struct json *object, const char *key, money *out)
{
    const struct json *amount = json_get(object, key);
    currency cur;
    return amount && currency_from(text_of(amount, "currency"), &cur) &&
           money_from(text_of(amount, "value"), cur, out) && out->minor > 0;
}

static bool id_valid(str id)
{
    return id.len > 0 && id.len <= ID_LONGEST;
}

static str query_value(struct request *rq, const char *name)
{
    struct typed **end = &rq->typed;
    *end = NULL;
    if (!form_urlencoded(rq, rq->query, &end)) return (str){0};
    return request_typed(rq, name);
}

/* By the merchant's id or by ours. */
static bool find(struct request *rq, str key, struct charge_find_row *out, struct reply *refused)
{
    bool found;
    struct charge_find_args args = {.key = key};
    if (!sql_charge_find(&rq->op, args, out, &found)) {
        *refused = reply_errors(rq);
        return false;
    }
    if (!found) *refused = refuse(rq, 404, "no_such_charge", "There is no such charge.");
    return found;
}

/* ---- charges ---- */

struct charge_asked {
    str our_id, description, return_url;
    str customer, token; /* who pays, and with which kept card; empty: not said */
    money amount, credit_fee;
};

static struct reply charge_again(struct request *rq, const struct charge_find_row *charge,
                                 const struct charge_asked *asked)
{
    money amount = asked->amount;
    if (!currency_eq(charge->amount.cur, amount.cur) || charge->amount.minor != amount.minor ||
        charge->asked_fee_minor != asked->credit_fee.minor)
        return refuse(rq, 409, "different_charge", "This id was used for another amount.");
    return answer_charge(rq, 200, charge);
}

/* No card scheme allows more. */
static bool fee_read(const struct json *object, money amount, money *out)
{
    return amount_of(object, "credit_fee", out) && currency_eq(out->cur, amount.cur) &&
           out->minor <= money_scale(amount, 4, 100, ROUND_HALF_UP).minor;
}

static bool charge_read(struct request *rq, struct charge_asked *out, struct reply *refused)
{
    const struct json *in;
    if (!body_read(rq, &in, refused)) return false;
    *out = (struct charge_asked){
        .our_id = text_of(in, "our_id"),
        .description = text_of(in, "description"),
        .return_url = text_of(in, "return_url"),
        .customer = text_of(in, "customer"),
        .token = text_of(in, "token"),
    };
    /* Payers are sent back to the merchant and nowhere else. */
    bool back = out->return_url.len <= URL_LONGEST &&
                str_eq(http_origin(out->return_url), service_of(rq)->merchant_origin);
    if (!id_valid(out->our_id))
        *refused = refuse(rq, 422, "our_id", "our_id: 1 to 64 characters.");
    else if (!amount_of(in, "amount", &out->amount))
        *refused = refuse(rq, 422, "amount", "amount: more than zero.");
    else if (json_get(in, "credit_fee") && !fee_read(in, out->amount, &out->credit_fee))
        *refused = refuse(rq, 422, "credit_fee",
                          "credit_fee: more than zero, and 4 % of the amount at most.");
    else if (out->description.len > DESCRIPTION_LONGEST)
        *refused = refuse(rq, 422, "description", "description: at most 200 bytes.");
    else if (!back)
        *refused = refuse(rq, 422, "return_url", "return_url: an address of the merchant's.");
    else if (out->customer.len > ID_LONGEST)
        *refused = refuse(rq, 422, "customer", "customer: at most 64 characters.");
    else if (out->token.len > TOKEN_LONGEST || (out->token.len > 0 && out->customer.len == 0))
        *refused = refuse(rq, 422, "token", "token: of a card of the customer that you name.");
    else
        return true;
    return false;
}

static bool charge_add(struct op *op, const struct charge_asked *asked)
{
    str id = random_token(op->mem, 16);
    struct charge_add_args add = {
        .our_id = asked->our_id,
        .their_id = str_printf(op->mem, "ch_%.*s", STR(id)),
        .token = random_token(op->mem, 24),
        .amount = asked->amount,
        .description = asked->description,
        .return_url = asked->return_url,
        .now = op->now,
    };
    struct payer_add_args payer = {asked->our_id, asked->customer, asked->token.len > 0};
    struct surcharge_add_args fee = {asked->our_id, asked->credit_fee.minor};
    return sql_charge_add(op, add) &&
           (asked->credit_fee.minor == 0 || sql_surcharge_add(op, fee)) &&
           (asked->customer.len == 0 || sql_payer_add(op, payer));
}

static struct reply charge_make(struct request *rq)
{
    struct charge_asked asked;
    struct reply refused;
    struct charge_find_row charge;
    bool found;
    if (!charge_read(rq, &asked, &refused)) return refused;
    struct charge_find_args by_id = {.key = asked.our_id};
    if (!sql_charge_find(&rq->op, by_id, &charge, &found)) return reply_errors(rq);
    if (found) return charge_again(rq, &charge, &asked);

    if (!charge_add(&rq->op, &asked)) return reply_errors(rq);
    if (!find(rq, asked.our_id, &charge, &refused)) return refused;
    if (asked.token.len == 0) return answer_charge(rq, 201, &charge);
    if (!charge_pay_kept(rq, &charge, asked.token)) return reply_errors(rq);
    if (!find(rq, asked.our_id, &charge, &refused)) return refused;
    return answer_charge(rq, 201, &charge);
}

/* A card that is not there is deleted already. */
static struct reply token_forget(struct request *rq)
{
    struct saved_card_delete_args args = {rq->part};
    if (!sql_saved_card_delete(&rq->op, args)) return reply_errors(rq);
    return reply_text(rq, 204, S("application/json"), S(""));
}

static struct reply charge_tell(struct request *rq)
{
    struct charge_find_row charge;
    struct reply refused;
    if (!find(rq, query_value(rq, "our_id"), &charge, &refused)) return refused;
    return answer_charge(rq, 200, &charge);
}

static struct reply charge_stop(struct request *rq)
{
    struct charge_find_row charge;
    struct reply refused;
    if (!find(rq, rq->id, &charge, &refused)) return refused;
    struct charge_ending ending = {
        .state = "cancelled", .decline = "", .card = S(""), .webhook_copies = 1};
    if (!charge_end(rq, &charge, &ending)) return reply_errors(rq);
    if (!find(rq, rq->id, &charge, &refused)) return refused;
    return answer_charge(rq, 200, &charge);
}

/* ---- refunds ---- */

static struct reply answer_refund(struct request *rq, int status,
                                  const struct refund_find_row *refund, str charge)
{
    struct text body = {.mem = rq->op.mem};
    struct json_out json = {.to = &body};
    bool declined = str_eq(refund->state, S("declined"));
    const struct {
        const char *key;
        str value;
    } texts[] = {
        {"id", refund->their_id},
        {"our_id", refund->our_id},
        {"charge", charge},
        {"state", refund->state},
        {"decline", declined ? S("refused") : (str){0}},
    };
    json_open(&json, '{');
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].value.len == 0) continue;
        json_key(&json, texts[i].key);
        json_put_str(&json, texts[i].value);
    }
    json_key(&json, "amount");
    json_put_money(&json, refund->amount);
    json_close(&json, '}');
    return answer(rq, status, &body);
}

static struct reply refund_send(struct request *rq)
{
    const struct json *in;
    struct reply refused;
    struct charge_find_row charge;
    struct refund_find_row refund;
    money amount;
    bool found;
    if (!body_read(rq, &in, &refused)) return refused;
    str our_id = text_of(in, "our_id");
    if (!id_valid(our_id)) return refuse(rq, 422, "our_id", "our_id: 1 to 64 characters.");
    if (!amount_of(in, "amount", &amount))
        return refuse(rq, 422, "amount", "amount: more than zero.");
    if (!find(rq, text_of(in, "charge"), &charge, &refused)) return refused;

    struct refund_find_args by_id = {our_id};
    if (!sql_refund_find(&rq->op, by_id, &refund, &found)) return reply_errors(rq);
    if (found && (refund.charge != charge.id || !currency_eq(refund.amount.cur, amount.cur) ||
                  refund.amount.minor != amount.minor))
        return refuse(rq, 409, "different_refund", "This id was used for another refund.");
    if (found) return answer_refund(rq, 200, &refund, charge.their_id);
    if (!refund_make(&rq->op, &charge, our_id, amount, &refund)) return reply_errors(rq);
    return answer_refund(rq, 201, &refund, charge.their_id);
}

static struct reply refund_tell(struct request *rq)
{
    struct refund_find_row refund;
    struct refund_find_args by_id = {query_value(rq, "our_id")};
    bool found;
    if (!sql_refund_find(&rq->op, by_id, &refund, &found)) return reply_errors(rq);
    if (!found) return refuse(rq, 404, "no_such_charge", "There is no such refund.");
    return answer_refund(rq, 200, &refund, refund.their_charge);
}

/* ---- payouts ---- */

static void put_money(struct json_out *json, const char *key, int64_t minor, currency cur)
{
    json_key(json, key);
    json_put_money(json, money_of(minor, cur));
}

static void put_text(struct json_out *json, const char *key, str value)
{
    json_key(json, key);
    json_put_str(json, value);
}

static struct reply payouts_tell(struct request *rq)
{
    struct payouts_list list;
    if (!sql_payouts(&rq->op, &list)) return reply_errors(rq);
    struct text body = {.mem = rq->op.mem};
    struct json_out json = {.to = &body};
    json_open(&json, '{');
    json_key(&json, "data");
    json_open(&json, '[');
    for (const struct payouts_row *p = list.at; p < list.at + list.count; p++) {
        json_open(&json, '{');
        put_text(&json, "id", p->their_id);
        put_text(&json, "date", p->paid_on);
        put_money(&json, "charges", p->charges.minor, p->charges.cur);
        put_money(&json, "refunds", p->refunds_minor, p->charges.cur);
        put_money(&json, "fees", p->fees_minor, p->charges.cur);
        put_money(&json, "net", p->net_minor, p->charges.cur);
        json_key(&json, "lines");
        json_put_i64(&json, p->lines);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    return answer(rq, 200, &body);
}

static struct reply payouts_pay(struct request *rq)
{
    return payouts_make(&rq->op) ? payouts_tell(rq) : reply_errors(rq);
}

static struct reply settlement_tell(struct request *rq)
{
    struct settlement_list list;
    struct settlement_args args = {query_value(rq, "date")};
    date day;
    if (!date_from(args.paid_on, &day))
        return refuse(rq, 422, "date", "date: a day such as 2026-04-30.");
    if (!sql_settlement(&rq->op, args, &list)) return reply_errors(rq);
    struct text body = {.mem = rq->op.mem};
    struct json_out json = {.to = &body};
    json_open(&json, '{');
    json_key(&json, "data");
    json_open(&json, '[');
    for (const struct settlement_row *l = list.at; l < list.at + list.count; l++) {
        json_open(&json, '{');
        put_text(&json, "payout", l->payout);
        put_text(&json, "kind", l->kind);
        put_text(&json, "id", l->their_id);
        put_text(&json, "our_id", l->our_id);
        put_money(&json, "gross", l->gross.minor, l->gross.cur);
        put_money(&json, "fee", l->fee_minor, l->gross.cur);
        put_money(&json, "net", l->gross.minor - l->fee_minor, l->gross.cur);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    return answer(rq, 200, &body);
}

/* ---- faults, on demand ---- */

/* {"percent": 30, "seed": 7}: from now on so many of a hundred calls go wrong; 0 ends it. */
static struct reply fault_rate(struct request *rq, const struct json *in)
{
    struct fault_rate_set_args args = {.hold_ms = 30000};
    const struct json *hold = json_get(in, "hold_ms"), *seed = json_get(in, "seed");
    if (!json_i64(json_get(in, "percent"), &args.percent) || args.percent < 0 || args.percent > 100)
        return refuse(rq, 422, "percent", "percent: 0 to 100.");
    if ((hold && !json_i64(hold, &args.hold_ms)) || args.hold_ms < 0 || args.hold_ms > HOLD_MS_MAX)
        return refuse(rq, 422, "hold_ms", "hold_ms: 0 to 60000.");
    if (seed && !json_i64(seed, &args.seed)) return refuse(rq, 422, "seed", "seed: a number.");
    if (!sql_fault_rate_set(&rq->op, args)) return reply_errors(rq);
    return reply_text(rq, 200, S("application/json"), S("{}"));
}

static struct reply fault_order(struct request *rq)
{
    const struct json *in;
    struct reply refused;
    struct fault_add_args args = {.hold_ms = 30000, .left = 1};
    if (!body_read(rq, &in, &refused)) return refused;
    if (json_get(in, "percent")) return fault_rate(rq, in);
    args.kind = text_of(in, "next");
    if (!fault_of(args.kind)) return refuse(rq, 422, "next", "next: no such fault.");
    const struct json *hold = json_get(in, "hold_ms"), *count = json_get(in, "count");
    if ((hold && !json_i64(hold, &args.hold_ms)) || args.hold_ms < 0 || args.hold_ms > HOLD_MS_MAX)
        return refuse(rq, 422, "hold_ms", "hold_ms: 0 to 60000.");
    if ((count && !json_i64(count, &args.left)) || args.left < 1 || args.left > 1000)
        return refuse(rq, 422, "count", "count: 1 to 1000.");
    if (!sql_fault_add(&rq->op, args)) return reply_errors(rq);
    return reply_text(rq, 200, S("application/json"), S("{}"));
}

/* ---- the table ---- */

static struct reply charge_post(struct request *rq)
{
    return call(rq, charge_make);
}
static struct reply charge_query(struct request *rq)
{
    return call(rq, charge_tell);
}
static struct reply charge_cancel(struct request *rq)
{
    return call(rq, charge_stop);
}
static struct reply refund_post(struct request *rq)
{
    return call(rq, refund_send);
}
static struct reply refund_query(struct request *rq)
{
    return call(rq, refund_tell);
}
static struct reply token_delete(struct request *rq)
{
    return call(rq, token_forget);
}
static struct reply payout_query(struct request *rq)
{
    return call(rq, payouts_tell);
}
static struct reply payout_post(struct request *rq)
{
    return call(rq, payouts_pay);
}
static struct reply settlement_query(struct request *rq)
{
    return call(rq, settlement_tell);
}
/* Asking for a fault cannot itself go wrong. */
static struct reply fault_post(struct request *rq)
{
    if (!key_fits(rq)) return refuse(rq, 401, "wrong_key", "Send the API key as a bearer token.");
    return transact(rq, fault_order);
}

const struct route gateway_api_routes[] = {
    {POST, "/v1/charges", charge_post, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {GET, "/v1/charges", charge_query, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {POST, "/v1/charges/:id/cancel", charge_cancel, .may = MAY_ANYONE, .talks = true,
     .foreign = true},
    {GET, "/v1/refunds", refund_query, .talks = true, .may = MAY_ANYONE, .foreign = true},
    {POST, "/v1/refunds", refund_post, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {DELETE, "/v1/tokens/:part", token_delete, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {GET, "/v1/payouts", payout_query, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {POST, "/v1/payouts", payout_post, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {GET, "/v1/settlement", settlement_query, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {POST, "/v1/faults", fault_post, .may = MAY_ANYONE, .talks = true, .foreign = true},
    {0},
};
