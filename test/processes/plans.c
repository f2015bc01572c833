/* One plan, carried out as a person does it: each step again under its key until it is answered. */
#include "processes.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"

#include <poll.h>
#include <pthread.h>

enum { LOOK_MS = 20, LOOKS_MAX = 6000, CLIENT_BYTES = 64 << 20, WORDS = 400 };

const char *const way_names[WAYS] = {
    [BY_CARD] = "by card",
    [BY_CARD_IN_PART] = "by card, in part",
    [BY_CARD_AND_CREDIT] = "by card and credit",
    [BY_CREDIT] = "by credit",
    [BY_TRANSFER] = "by transfer",
};

static str item_of(struct client *c, int64_t item)
{
    return id_text(c->mem, c->town->keys, "itm", item);
}

static str portal(struct client *c, str path)
{
    return str_printf(c->mem, "%.*s%.*s", STR(c->town->url), STR(path));
}

/* Where an answer leads to, without scheme and host. */
static str leads_to(struct client *c, const struct http_response *got, int status, const char *what)
{
    str to = http_response_header(got, "Location");
    must(got->status == status, "%s: %d %.*s", what, got->status,
         STR(str_head(got->body, got->body.len < WORDS ? got->body.len : WORDS)));
    if (str_starts(to, c->town->url)) to = str_from(to, c->town->url.len);
    return str_copy(c->mem, to);
}

static str checkout_of(struct client *c, const struct plan *plan, ptrdiff_t number)
{
    const char *key = str_printf(c->mem, "begin-%td", number).at;
    str fields = str_printf(c->mem, "&item=%.*s", STR(item_of(c, plan->invoice)));
    if (plan->credit)
        fields = str_printf(c->mem, "%.*s&item=%.*s", STR(fields), STR(item_of(c, plan->credit)));
    struct http_response got = client_form(c, S("/checkout"), key, fields);
    return leads_to(c, &got, 303, "the checkout");
}

/* The button at the end of the checkout: where it leads to. */
static str submitted(struct client *c, const struct plan *plan, ptrdiff_t number, str checkout)
{
    const char *key = str_printf(c->mem, "pay-%td", number).at;
    str fields = plan->way == BY_CREDIT ? S("&do=apply") : S("&way=card&do=card");
    if (plan->way == BY_CARD_IN_PART)
        fields = str_printf(c->mem, "%.*s&amount.%.*s=%.*s&reason.%.*s=damaged_goods", STR(fields),
                            STR(item_of(c, plan->invoice)), STR(money_text(c->mem, plan->pays)),
                            STR(item_of(c, plan->invoice)));
    struct http_response got = client_form(c, checkout, key, fields);
    return leads_to(c, &got, 303, "the button to pay");
}

/* The gateway's page inside ours, as soon as there is one; empty: the payment has ended. */
static str card_page(struct client *c, str card)
{
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
        struct arena_mark mark = arena_mark(c->mem);
        struct http_response got = client_insist(c, "GET", portal(c, card), S(""), S(""));
        if (got.status == 303) return S("");
        must(got.status == 200, "%.*s: %d %.*s", STR(card), got.status, STR(got.body));
        ptrdiff_t frame = str_find(got.body, S("<iframe"));
        if (frame >= 0) return str_copy(c->mem, between(str_from(got.body, frame), "src=\"", '"'));
        arena_rewind(c->mem, mark);
        poll(NULL, 0, LOOK_MS);
    }
    must(false, "%.*s: there is no card page", STR(card));
    return S("");
}

/* At the gateway, whose own form has its own key: where it sends the payer. */
static str card_typed(struct client *c, str page, ptrdiff_t number)
{
    /* One in four is told thrice about, or never. */
    static const char *const cards[] = {"4242424242424242", "4242424242424242", "4000000000000424",
                                        "4000000000000507"};
    struct http_response got = client_insist(c, "GET", page, S(""), S(""));
    str token = between(got.body, "name=\"form_token\" value=\"", '"');
    str key = between(got.body, "name=\"form_key\" value=\"", '"');
    if (token.len == 0) return S(""); /* this charge has ended */
    str body = str_printf(c->mem,
                          "form_token=%.*s&form_key=%.*s&number=%s&expiry=12%%2F40&code=123&"
                          "name=A.+Payer",
                          STR(http_encode(c->mem, token)), STR(http_encode(c->mem, key)),
                          cards[number % COUNT(cards)]);
    got = client_insist(c, "POST", page, body, S(""));
    return leads_to(c, &got, 303, "the card page");
}

static void pay_by_card(struct client *c, struct plan *plan, ptrdiff_t number)
{
    str card = submitted(c, plan, number, checkout_of(c, plan, number));
    must(str_ends(card, S("/card")), "plan %td leads to %.*s", number, STR(card));
    str path = str_head(card, card.len - 5), page = card_page(c, card);
    str back = page.len > 0 ? card_typed(c, page, number) : S("");
    while (back.len > 0) { /* to one address for all payers, from there to their own */
        struct http_response got = client_insist(c, "GET", portal(c, back), S(""), S(""));
        bool further = got.status == 303 && str_find(back, S("/back")) >= 0;
        back = further ? leads_to(c, &got, 303, "the way back") : S("");
    }
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
        struct arena_mark mark = arena_mark(c->mem);
        struct http_response got = client_insist(c, "GET", portal(c, path), S(""), S(""));
        must(got.status == 200, "%.*s: %d", STR(path), got.status);
        if (str_find(got.body, S("is paid.")) >= 0) {
            str id = str_from(path, S("/payments/").len);
            must(id_from(c->town->keys, "pay", id, &plan->payment), "no payment: %.*s", STR(path));
            plan->acknowledged = true;
            return;
        }
        arena_rewind(c->mem, mark);
        poll(NULL, 0, LOOK_MS);
    }
    must(false, "plan %td was never paid: %.*s", number, STR(path));
}

static void pay_by_credit(struct client *c, struct plan *plan, ptrdiff_t number)
{
    str done = submitted(c, plan, number, checkout_of(c, plan, number));
    must(str_starts(done, S("/applications/")), "plan %td leads to %.*s", number, STR(done));
    plan->acknowledged = true;
}

static void pay_by_transfer(struct client *c, struct plan *plan, ptrdiff_t number)
{
    str body = str_printf(
        c->mem,
        "{\"amount\": {\"value\": \"%.*s\", \"currency\": \"EUR\"}, \"value_date\": \"%.*s\", "
        "\"reference\": \"%.*s\", \"bank_reference\": \"B%td\"}",
        STR(money_text(c->mem, plan->pays)), STR(date_text(c->mem, c->town->today)),
        STR(plan->number), number);
    str key = str_printf(c->mem, "transfer-%td", number);
    struct http_response got =
        client_insist(c, "POST", portal(c, S("/api/v1/payments")), body, key);
    must(got.status == 201, "the transfer: %d %.*s", got.status, STR(got.body));
    str id = between(str_from(got.body, str_find(got.body, S("\"id\""))), ":\"", '"');
    if (id.len == 0) id = between(got.body, "\"id\": \"", '"');
    must(id_from(c->town->keys, "pay", id, &plan->payment), "no payment: %.*s", STR(got.body));
    plan->acknowledged = true;
}

void plan_carry_out(struct client *c, struct plan *plan, ptrdiff_t number)
{
    switch (plan->way) {
    case BY_CARD:
    case BY_CARD_IN_PART:
    case BY_CARD_AND_CREDIT: pay_by_card(c, plan, number); return;
    case BY_CREDIT: pay_by_credit(c, plan, number); return;
    case BY_TRANSFER: pay_by_transfer(c, plan, number); return;
    case WAYS: return;
    }
}

/* ---- all of them at once ---- */

struct clients {
    struct one {
        struct client client;
        pthread_t thread;
    } at[CLIENTS_MAX];
    int count;
};

/* The plans of one person, one after the other. */
static void *live(void *arg)
{
    struct one *one = arg;
    struct client *c = &one->client;
    struct town *t = c->town;
    client_begin(c);
    for (ptrdiff_t i = c->number; i < t->plan_count; i += t->clients) {
        struct arena_mark mark = arena_mark(c->mem);
        while (i >= atomic_load(&t->may)) poll(NULL, 0, 2);
        plan_carry_out(c, &t->plans[i], i);
        atomic_fetch_add(&t->done, 1);
        arena_rewind(c->mem, mark);
    }
    return NULL;
}

struct clients *clients_start(struct town *t)
{
    struct clients *all = arena_new(t->mem, struct clients);
    all->count = t->clients;
    for (int i = 0; i < all->count; i++) {
        all->at[i].client = client_of(t, arena_open(CLIENT_BYTES), i);
        must(pthread_create(&all->at[i].thread, NULL, live, &all->at[i]) == 0, "no thread");
    }
    return all;
}

void clients_join(struct clients *all)
{
    for (int i = 0; i < all->count; i++) {
        pthread_join(all->at[i].thread, NULL);
        arena_close(all->at[i].client.mem);
    }
}

ptrdiff_t clients_sent_again(const struct clients *all)
{
    ptrdiff_t again = 0;
    for (int i = 0; i < all->count; i++) again += all->at[i].client.again;
    return again;
}
