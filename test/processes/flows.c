/* The money flows that faults are let loose on: how each is prepared, the one request that is hit,
 * and what there is exactly one of afterwards. */
#include "processes.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "faults.h"

static str portal(struct client *c, str path)
{
    return str_printf(c->mem, "%.*s%.*s", STR(c->town->url), STR(path));
}

static str item_of(struct client *c, int64_t item)
{
    return id_text(c->mem, c->town->keys, "itm", item);
}

static const char *key_of(struct client *c, const struct subject *s, const char *what)
{
    return str_printf(c->mem, "%s-%td", what, s->number).at;
}

static str location(struct client *c, const struct http_response *got, const char *what)
{
    str to = http_response_header(got, "Location");
    must(got->status == 303, "%s: %d %.*s", what, got->status, STR(got->body));
    if (str_starts(to, c->town->url)) to = str_from(to, c->town->url.len);
    return str_copy(c->mem, to);
}

/* ---- the payer ---- */

static struct http_response begin(struct client *c, struct subject *s)
{
    str fields = str_printf(c->mem, "&item=%.*s", STR(item_of(c, s->plan->invoice)));
    if (s->plan->credit)
        fields =
            str_printf(c->mem, "%.*s&item=%.*s", STR(fields), STR(item_of(c, s->plan->credit)));
    return client_form(c, S("/checkout"), key_of(c, s, "begin"), fields);
}

static void with_checkout(struct client *c, struct subject *s)
{
    struct http_response got = begin(c, s);
    s->path = location(c, &got, "the checkout");
}

static struct http_response by_card(struct client *c, struct subject *s)
{
    return client_form(c, s->path, key_of(c, s, "pay"), S("&way=card&do=card"));
}

static struct http_response by_transfer(struct client *c, struct subject *s)
{
    return client_form(c, s->path, key_of(c, s, "pay"), S("&do=transfer"));
}

static struct http_response by_credit(struct client *c, struct subject *s)
{
    return client_form(c, s->path, key_of(c, s, "pay"), S("&do=apply"));
}

static void with_payment(struct client *c, struct subject *s)
{
    with_checkout(c, s);
    struct http_response got = by_card(c, s);
    str card = location(c, &got, "the button to pay");
    s->path = str_head(card, card.len - 5);
}

static struct http_response see_card(struct client *c, struct subject *s)
{
    str path = str_printf(c->mem, "%.*s/card", STR(s->path));
    return client_insist(c, "GET", portal(c, path), S(""), S(""));
}

static void at_card_page(struct client *c, struct subject *s)
{
    with_payment(c, s);
    struct http_response got = see_card(c, s);
    ptrdiff_t frame = str_find(got.body, S("<iframe"));
    must(frame >= 0, "no card page: %d %.*s", got.status, STR(got.body));
    s->page = str_copy(c->mem, between(str_from(got.body, frame), "src=\"", '"'));
}

/* With a card whose gateway never tells: only the payer's way back does. */
static void card_typed(struct client *c, struct subject *s)
{
    at_card_page(c, s);
    struct http_response got = client_insist(c, "GET", s->page, S(""), S(""));
    str token = between(got.body, "name=\"form_token\" value=\"", '"');
    str key = between(got.body, "name=\"form_key\" value=\"", '"');
    str body = str_printf(c->mem,
                          "form_token=%.*s&form_key=%.*s&number=4000000000000507&expiry=12%%2F40&"
                          "code=123&name=A.+Payer",
                          STR(http_encode(c->mem, token)), STR(http_encode(c->mem, key)));
    got = client_insist(c, "POST", s->page, body, S(""));
    must(got.status == 303, "the card page: %d", got.status);
}

static struct http_response come_back(struct client *c, struct subject *s)
{
    str path = str_printf(c->mem, "%.*s/back", STR(s->path));
    return client_insist(c, "GET", portal(c, path), S(""), S(""));
}

static struct http_response cancel(struct client *c, struct subject *s)
{
    return client_form(c, str_printf(c->mem, "%.*s/cancel", STR(s->path)), key_of(c, s, "cancel"),
                       S(""));
}

/* ---- the seller ---- */

static struct http_response staff_form(struct client *c, str path, const char *key, str fields)
{
    c->staff = true;
    struct http_response got = client_form(c, path, key, fields);
    c->staff = false;
    return got;
}

static struct http_response transfer(struct client *c, struct subject *s, str reference, int share)
{
    int64_t customer = c->town->people[s->plan->client].customer;
    money pays = money_of(s->plan->owed.minor / share, s->plan->owed.cur);
    str body = str_printf(
        c->mem,
        "{\"amount\": {\"value\": \"%.*s\", \"currency\": \"EUR\"}, \"value_date\": \"%.*s\", "
        "\"reference\": \"%.*s\", \"customer\": \"%.*s\", \"bank_reference\": \"B%td\"}",
        STR(money_text(c->mem, pays)), STR(date_text(c->mem, c->town->today)), STR(reference),
        STR(id_text(c->mem, c->town->keys, "cus", customer)), s->number);
    return client_insist(c, "POST", portal(c, S("/api/v1/payments")), body,
                         str_of(key_of(c, s, "transfer")));
}

static struct http_response book(struct client *c, struct subject *s)
{
    return transfer(c, s, s->plan->number, 1);
}

static void booked(struct client *c, struct subject *s)
{
    struct http_response got = book(c, s);
    must(got.status == 201, "the transfer: %d %.*s", got.status, STR(got.body));
    str ask = str_printf(c->mem, "select id from allocation where to_item = %lld",
                         (long long)s->plan->invoice);
    s->id = books_number(c->town, ask.at);
}

static struct http_response take_back(struct client *c, struct subject *s)
{
    str id = id_text(c->mem, c->town->keys, "alc", s->id);
    return staff_form(c, str_printf(c->mem, "/console/allocations/%.*s", STR(id)),
                      key_of(c, s, "back"), S("&why=a+mistake"));
}

/* Money that says nothing about what it is for. */
static void on_account(struct client *c, struct subject *s, int share)
{
    struct http_response got = transfer(c, s, S("thank you"), share);
    must(got.status == 201, "the transfer: %d %.*s", got.status, STR(got.body));
    str ask = str_printf(c->mem, "select id from payment where bank_ref = 'B%td'", s->number);
    s->id = books_number(c->town, ask.at);
}

static void all_on_account(struct client *c, struct subject *s)
{
    on_account(c, s, 1);
}

static void half_on_account(struct client *c, struct subject *s)
{
    on_account(c, s, 2);
}

static struct http_response refund(struct client *c, struct subject *s)
{
    str id = id_text(c->mem, c->town->keys, "pay", s->id);
    str fields =
        str_printf(c->mem, "&amount=%.*s&note=sent+twice", STR(money_text(c->mem, s->plan->owed)));
    return staff_form(c, str_printf(c->mem, "/console/payments/%.*s/refund", STR(id)),
                      key_of(c, s, "refund"), fields);
}

static struct http_response apply(struct client *c, struct subject *s)
{
    str ask = str_printf(c->mem, "select item from payment where id = %lld", (long long)s->id);
    str from = item_of(c, books_number(c->town, ask.at)), to = item_of(c, s->plan->invoice);
    bool half = s->flow->prepare == half_on_account;
    money pays = money_of(s->plan->owed.minor / (half ? 2 : 1), s->plan->owed.cur);
    str fields =
        str_printf(c->mem, "&do=apply&amount.%.*s=%.*s", STR(to), STR(money_text(c->mem, pays)));
    if (half)
        fields = str_printf(c->mem, "%.*s&rest.%.*s=because-damaged_goods", STR(fields), STR(to));
    return staff_form(c, str_printf(c->mem, "/console/unapplied/%.*s", STR(from)),
                      key_of(c, s, "apply"), fields);
}

static void something_new(struct client *c, struct subject *s)
{
    booked(c, s);
    s->id = books_number(c->town, "select coalesce(max(id), 0) from export_batch");
}

static struct http_response export(struct client *c, struct subject *s)
{
    return client_insist(c, "POST", portal(c, S("/api/v1/exports")), S("{}"),
                         str_of(key_of(c, s, "export")));
}

static struct http_response issue(struct client *c, struct subject *s)
{
    int64_t customer = c->town->people[s->plan->client].customer;
    str body = str_printf(c->mem,
                          "{\"customer\": \"%.*s\", \"number\": \"X%td\", \"total\": {\"value\": "
                          "\"119.00\", \"currency\": \"EUR\"}}",
                          STR(id_text(c->mem, c->town->keys, "cus", customer)), s->number);
    return client_insist(c, "POST", portal(c, S("/api/v1/invoices")), body,
                         str_of(key_of(c, s, "invoice")));
}

#define OF_PAYMENT                                                                                 \
    "from payment p join checkout_line l on l.checkout = p.checkout and l.item = :invoice "

const struct flow flows[] = {
    {"a checkout is begun", BY_CARD, NULL, begin, 303,
     "select count(*) from checkout_line where item = :invoice"},
    {"a card payment is begun", BY_CARD, with_checkout, by_card, 303,
     "select count(*) " OF_PAYMENT "and p.reserved"},
    {"the gateway is asked for its card page", BY_CARD, with_payment, see_card, 200,
     "select count(*) " OF_PAYMENT "join attempt a on a.payment = p.id and a.state = 'open'"},
    {"a payer comes back from the card page", BY_CARD, card_typed, come_back, 303,
     "select count(*) " OF_PAYMENT "join entry e on e.payment = p.id and e.kind = 'payment'"},
    {"a card payment is cancelled", BY_CARD, at_card_page, cancel, 303,
     "select count(*) " OF_PAYMENT "and p.state = 'cancelled' and not p.reserved"},
    {"a transfer is announced", BY_CARD, with_checkout, by_transfer, 303,
     "select count(*) " OF_PAYMENT "and p.state = 'pending'"},
    {"a credit pays an invoice", BY_CREDIT, with_checkout, by_credit, 303,
     "select count(*) from allocation where to_item = :invoice"},
    {"a transfer is booked and applied", BY_CARD, NULL, book, 201,
     "select count(*) from payment where bank_ref = 'B:number'"},
    {"an allocation is taken back", BY_CARD, booked, take_back, 303,
     "select count(*) from allocation where reverses = :id"},
    {"money on account is refunded", BY_CARD, all_on_account, refund, 303,
     "select count(*) from refund where payment = :id"},
    {"money on account is applied", BY_CARD, all_on_account, apply, 303,
     "select count(*) from allocation where to_item = :invoice"},
    {"half is paid, the rest is deducted", BY_CARD, half_on_account, apply, 303,
     "select count(*) from deduction where of_item = :invoice"},
    {"a batch is exported", BY_CARD, something_new, export, 201,
     "select count(*) from export_batch where id > :id"},
    {"an invoice is issued", BY_CARD, NULL, issue, 201,
     "select count(*) from document where number = 'X:number'"},
    {0},
};
