#include "adapters/gateways/test_gateway.h"

#include "adapters/net/http_client.h"
#include "adapters/net/webhook.h"
#include "base/arena.h"
#include "base/json.h"

struct gateway_account {
    str address; /* "http://127.0.0.1:8090" */
    struct credentials credentials;
    int deadline_ms;
};

const struct gateway_account *gateway_test_account(struct arena *mem, str address,
                                                   const struct credentials *credentials,
                                                   int deadline_ms)
{
    struct gateway_account *account = arena_new(mem, struct gateway_account);
    *account = (struct gateway_account){address, *credentials, deadline_ms};
    return account;
}

static bool send_up_to(struct op *op, const struct gateway_account *a, const char *method, str path,
                       str body, int answer_max, struct http_response *out)
{
    const struct http_header headers[] = {
        {"Authorization", str_printf(op->mem, "Bearer %.*s", STR(a->credentials.key))},
        {"Content-Type", S("application/json")},
        {"Accept", S("application/json")},
    };
    const struct http_request request = {
        .method = method,
        .url = str_printf(op->mem, "%.*s%.*s", STR(a->address), STR(path)),
        .headers = headers,
        .header_count = COUNT(headers),
        .body = body,
        .reach = HTTP_TO_OPERATOR,
        .total_ms = a->deadline_ms,
        .body_bytes_max = answer_max,
    };
    return http_send(op, &request, out);
}

static bool send(struct op *op, const struct gateway_account *a, const char *method, str path,
                 str body, struct http_response *out)
{
    return send_up_to(op, a, method, path, body, 0, out);
}

/* ---- reading their answers: whatever cannot be read whole is CHARGE_UNKNOWN ---- */

static bool text_of(const struct json *object, const char *key, str *out)
{
    return json_text(json_get(object, key), out);
}

static bool money_of_json(const struct json *value, money *out)
{
    str digits, code;
    currency cur;
    return value && text_of(value, "value", &digits) && text_of(value, "currency", &code) &&
           currency_from(code, &cur) && money_from(digits, cur, out) && out->minor > 0;
}

static bool fee_of_json(const struct json *charge, money amount, money *out)
{
    const struct json *fee = json_get(charge, "fee");
    *out = money_of(0, amount.cur);
    return !fee || (money_of_json(fee, out) && currency_eq(out->cur, amount.cur) &&
                    out->minor < amount.minor);
}

static bool state_of(const struct json *charge, struct charge_result *out)
{
    static const struct {
        const char *word;
        enum charge_state state;
    } words[] = {
        {"open", CHARGE_OPEN},
        {"paid", CHARGE_PAID},
        {"declined", CHARGE_DECLINED},
        {"cancelled", CHARGE_CANCELLED},
    };
    str word, decline = {0};
    if (!text_of(charge, "state", &word)) return false;
    for (ptrdiff_t i = 0; i < COUNT(words); i++)
        if (str_eq(word, str_of(words[i].word))) out->state = words[i].state;
    if (out->state != CHARGE_DECLINED) return out->state != CHARGE_UNKNOWN;

    /* A class that we do not know yet is the most general one. */
    if (!text_of(charge, "decline", &decline) || !decline_from(decline, &out->decline) ||
        out->decline == DECLINE_NONE)
        out->decline = DECLINE_REFUSED;
    return true;
}

/* "2030-12" */
static bool month_of(struct arena *mem, str text, date *out)
{
    if (!date_from(str_printf(mem, "%.*s-01", STR(text)), out)) return false;
    *out = date_month_end(*out);
    return true;
}

/* A card that they say they keep, and say well; otherwise none: nothing is lost but comfort. */
static void read_saved(struct arena *mem, const struct json *saved, struct saved_card *out)
{
    struct saved_card s = {0};
    str month = {0};
    *out = s;
    if (!saved || !text_of(saved, "token", &s.token) || !gateway_id_plain(s.token)) return;
    if (!text_of(saved, "card", &s.label) || !gateway_card_plain(s.label)) return;
    if (!text_of(saved, "expires", &month) || !month_of(mem, month, &s.expires)) return;
    if (!text_of(saved, "fingerprint", &s.fingerprint)) s.fingerprint = S("");
    *out = s;
}

/* The object they answered with, when it is about `our_id`. */
static bool read_charge(struct arena *mem, const struct json *charge, str our_id,
                        struct charge_result *out)
{
    str id;
    struct charge_result r = {.state = CHARGE_UNKNOWN};
    if (!text_of(charge, "our_id", &id) || !str_eq(id, our_id)) return false;
    if (!text_of(charge, "id", &r.their_id) || r.their_id.len == 0) return false;
    if (!money_of_json(json_get(charge, "amount"), &r.amount)) return false;
    if (!fee_of_json(charge, r.amount, &r.fee) || !state_of(charge, &r)) return false;
    if (!text_of(charge, "funding", &id) || !funding_from(id, &r.funding))
        r.funding = FUNDING_UNKNOWN;
    if (!text_of(charge, "page", &r.page)) r.page = (str){0};
    if (!text_of(charge, "card", &r.card) || !gateway_card_plain(r.card)) r.card = (str){0};
    if (r.state == CHARGE_PAID) read_saved(mem, json_get(charge, "saved"), &r.saved);
    r.saved.funding = r.funding;
    if (r.state == CHARGE_OPEN && http_origin(r.page).len == 0) return false;
    *out = r;
    return true;
}

/* Rubbish from a stranger is no error of this operation: its sentences are dropped. */
static bool read_json(struct op *op, str text, const struct json **out)
{
    struct op reading = *op;
    reading.errs = NULL;
    return json_read(&reading, text, out) && json_kind(*out) == JSON_OBJECT;
}

/* What the status alone decides. */
static bool refused_us(const struct http_response *r)
{
    return r->outcome == HTTP_ANSWERED &&
           (r->status == 400 || r->status == 401 || r->status == 403 || r->status == 409 ||
            r->status == 422);
}

static bool our_mistake(struct op *op, const char *what, const struct http_response *r)
{
    str said = str_head(r->body, 200);
    return op_broken(op, ERR_INTERNAL, "the test gateway refused to %s: %d %.*s", what, r->status,
                     STR(said));
}

static void read_answer(struct op *op, const struct http_response *r, str our_id,
                        struct charge_result *out)
{
    const struct json *charge;
    *out =
        (struct charge_result){.state = CHARGE_UNKNOWN, .never_sent = r->outcome == HTTP_NOT_SENT};
    if (r->outcome != HTTP_ANSWERED || r->status < 200 || r->status > 299) return;
    if (!read_json(op, r->body, &charge) || !read_charge(op->mem, charge, our_id, out))
        *out = (struct charge_result){.state = CHARGE_UNKNOWN};
}

/* A "404" is only their word for it when it is their JSON: a proxy says 404 as well. */
static bool says_absent(struct op *op, const struct http_response *r)
{
    const struct json *said;
    str code;
    return r->outcome == HTTP_ANSWERED && r->status == 404 && read_json(op, r->body, &said) &&
           text_of(said, "error", &code) && str_eq(code, S("no_such_charge"));
}

/* ---- the calls ---- */

static bool test_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    struct text body = {.mem = op->mem};
    struct json_out json = {.to = &body};
    json_open(&json, '{');
    json_key(&json, "our_id");
    json_put_str(&json, in->our_id);
    json_key(&json, "amount");
    json_put_money(&json, in->amount);
    if (in->credit_fee.minor > 0) {
        json_key(&json, "credit_fee");
        json_put_money(&json, in->credit_fee);
    }
    json_key(&json, "description");
    json_put_str(&json, in->description);
    json_key(&json, "return_url");
    json_put_str(&json, in->return_url);
    if (in->customer.len > 0) {
        json_key(&json, "customer");
        json_put_str(&json, in->customer);
    }
    if (in->token.len > 0) {
        json_key(&json, "token");
        json_put_str(&json, in->token);
    }
    json_close(&json, '}');

    struct http_response r;
    if (!send(op, account, "POST", S("/v1/charges"), text_str(&body), &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "charge", &r);
    read_answer(op, &r, in->our_id, out);
    return true;
}

static bool test_ask(struct op *op, const struct gateway_account *account, str our_id,
                     struct charge_result *out)
{
    str path = str_printf(op->mem, "/v1/charges?our_id=%.*s", STR(http_encode(op->mem, our_id)));
    struct http_response r;
    if (!send(op, account, "GET", path, (str){0}, &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "tell about a charge", &r);
    read_answer(op, &r, our_id, out);
    if (says_absent(op, &r)) out->state = CHARGE_ABSENT;
    return true;
}

static bool test_cancel(struct op *op, const struct gateway_account *account, str our_id,
                        struct charge_result *out)
{
    str id = http_encode(op->mem, our_id);
    str path = str_printf(op->mem, "/v1/charges/%.*s/cancel", STR(id));
    struct http_response r;
    if (!send(op, account, "POST", path, S("{}"), &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "cancel", &r);
    read_answer(op, &r, our_id, out);
    if (says_absent(op, &r)) out->state = CHARGE_ABSENT;
    /* Whoever says it is still open did not do what we asked. */
    if (out->state == CHARGE_OPEN) *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    return true;
}

static bool test_refund(struct op *op, const struct gateway_account *account,
                        const struct refund *in, struct charge_result *out)
{
    struct text body = {.mem = op->mem};
    struct json_out json = {.to = &body};
    json_open(&json, '{');
    json_key(&json, "our_id");
    json_put_str(&json, in->our_id);
    json_key(&json, "charge");
    json_put_str(&json, in->their_charge_id);
    json_key(&json, "amount");
    json_put_money(&json, in->amount);
    json_close(&json, '}');

    struct http_response r;
    if (!send(op, account, "POST", S("/v1/refunds"), text_str(&body), &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "refund", &r);
    read_answer(op, &r, in->our_id, out);
    if (out->state != CHARGE_PAID && out->state != CHARGE_DECLINED)
        *out = (struct charge_result){.state = CHARGE_UNKNOWN, .never_sent = out->never_sent};
    return true;
}

static bool test_ask_refund(struct op *op, const struct gateway_account *account, str our_id,
                            struct charge_result *out)
{
    str path = str_printf(op->mem, "/v1/refunds?our_id=%.*s", STR(http_encode(op->mem, our_id)));
    struct http_response r;
    if (!send(op, account, "GET", path, (str){0}, &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "tell about a refund", &r);
    read_answer(op, &r, our_id, out);
    if (out->state != CHARGE_PAID && out->state != CHARGE_DECLINED)
        *out = (struct charge_result){.state = CHARGE_UNKNOWN, .never_sent = out->never_sent};
    if (says_absent(op, &r)) out->state = CHARGE_ABSENT;
    return true;
}

static bool test_forget(struct op *op, const struct gateway_account *account, str token, bool *gone)
{
    str path = str_printf(op->mem, "/v1/tokens/%.*s", STR(http_encode(op->mem, token)));
    struct http_response r;
    if (!send(op, account, "DELETE", path, (str){0}, &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "forget a card", &r);
    *gone = r.outcome == HTTP_ANSWERED && r.status == 204;
    return true;
}

/* ---- their settlement report ---- */

enum { REPORT_BYTES_MAX = 16 << 20 };

static bool get_list(struct op *op, const struct gateway_account *account, str path,
                     const struct json **out, bool *answered)
{
    struct http_response r;
    const struct json *said;
    *answered = false;
    if (!send_up_to(op, account, "GET", path, (str){0}, REPORT_BYTES_MAX, &r)) return false;
    if (refused_us(&r)) return our_mistake(op, "tell about payouts", &r);
    if (r.outcome != HTTP_ANSWERED || r.status != 200) return true;
    if (!read_json(op, r.body, &said)) return true;
    *out = json_get(said, "data");
    *answered = *out && json_kind(*out) == JSON_ARRAY;
    return true;
}

/* A sum of theirs: in the payout's currency, and it may be zero or below. */
static bool sum_of(const struct json *object, const char *key, currency cur, money *out)
{
    const struct json *value = json_get(object, key);
    str digits, code;
    bool lost;
    return value && text_of(value, "value", &digits) && text_of(value, "currency", &code) &&
           str_eq(code, currency_text(&cur)) &&
           money_from_decimal(digits, cur, ROUND_EXACT, out, &lost);
}

static bool currency_of(const struct json *object, const char *key, currency *out)
{
    const struct json *value = json_get(object, key);
    str code;
    return value && text_of(value, "currency", &code) && currency_from(code, out);
}

static bool read_payout(const struct json *in, struct payout *out)
{
    currency cur;
    return text_of(in, "id", &out->their_id) && out->their_id.len > 0 &&
           currency_of(in, "net", &cur) && sum_of(in, "charges", cur, &out->charges) &&
           sum_of(in, "refunds", cur, &out->refunds) && sum_of(in, "fees", cur, &out->fees) &&
           sum_of(in, "net", cur, &out->net);
}

static bool read_line(const struct json *in, currency cur, struct payout_line *out)
{
    str kind;
    if (!text_of(in, "kind", &kind) || !text_of(in, "id", &out->their_id) ||
        !text_of(in, "our_id", &out->our_id) || !sum_of(in, "gross", cur, &out->gross) ||
        !sum_of(in, "fee", cur, &out->fee))
        return false;
    out->refund = str_eq(kind, S("refund"));
    if (out->refund) out->gross = money_neg(out->gross);
    return (out->refund || str_eq(kind, S("charge"))) && out->gross.minor > 0 &&
           out->fee.minor >= 0 && out->their_id.len > 0;
}

/* The lines of one payout; false: one of them cannot be read. */
static bool read_lines(struct op *op, const struct json *lines, struct payout *p)
{
    p->lines = arena_array(op->mem, struct payout_line, json_count(lines));
    for (ptrdiff_t i = 0; i < json_count(lines); i++) {
        const struct json *line = json_at(lines, i);
        str payout;
        if (!text_of(line, "payout", &payout)) return false;
        if (!str_eq(payout, p->their_id)) continue;
        if (!read_line(line, p->net.cur, &p->lines[p->count++])) return false;
    }
    return p->count > 0;
}

static bool test_payouts(struct op *op, const struct gateway_account *account, date day,
                         struct payouts *out)
{
    const struct json *heads, *lines;
    bool answered;
    str wanted = date_text(op->mem, day);
    str path = str_printf(op->mem, "/v1/settlement?date=%.*s", STR(wanted));
    if (!get_list(op, account, S("/v1/payouts"), &heads, &answered)) return false;
    if (!answered) return true;
    if (!get_list(op, account, path, &lines, &answered)) return false;
    if (!answered) return true;
    out->at = arena_array(op->mem, struct payout, json_count(heads));
    for (ptrdiff_t i = 0; i < json_count(heads); i++) {
        const struct json *head = json_at(heads, i);
        struct payout p = {.day = day};
        str paid_on;
        if (!text_of(head, "date", &paid_on)) break;
        if (!str_eq(paid_on, wanted)) continue;
        if (!read_payout(head, &p) || !read_lines(op, lines, &p)) {
            *out = (struct payouts){0};
            return true;
        }
        out->at[out->count++] = p;
    }
    out->answered = true;
    return true;
}

/* ---- their messages ---- */

static bool test_read_event(struct op *op, const struct gateway_account *account,
                            const struct gateway_message *in, struct gateway_event *out)
{
    const struct credentials *c = &account->credentials;
    const str secrets[] = {c->webhook_secret, c->webhook_secret_old};
    const struct webhook_head head = {in->id, in->timestamp, in->signature};
    if (!webhook_genuine(op->mem, secrets, COUNT(secrets), op->now, &head, in->body))
        return op_broken(op, ERR_DENIED, "a message that is not the test gateway's: id %.*s",
                         STR(str_head(in->id, 64)));

    const struct json *event;
    out->event_id = in->id;
    if (!read_json(op, in->body, &event)) return true; /* theirs, and of nothing of ours */
    const struct json *charge = json_get(event, "charge");
    if (charge) (void)text_of(charge, "our_id", &out->our_id);
    if (!gateway_id_plain(out->our_id)) out->our_id = (str){0};
    return true;
}

const struct gateway gateway_test = {
    .name = "test",
    .charge = test_charge,
    .ask = test_ask,
    .cancel = test_cancel,
    .refund = test_refund,
    .ask_refund = test_ask_refund,
    .forget = test_forget,
    .payouts = test_payouts,
    .read_event = test_read_event,
};
