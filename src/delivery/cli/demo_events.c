#include "delivery/cli/demo_events.h"

#include "adapters/net/http_client.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/cli/demo_work.h"
#include "delivery/jobs/import_jobs.h"
#include "domain/access/claims.h"
#include "domain/access/people.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/customers/change_requests.h"
#include "domain/documents/sharing.h"
#include "domain/exchange/export.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"

#include <assert.h>

enum { ITEMS_MAX = 8, CARD_PAGE_MS = 20000 };

struct events {
    const struct app *app;
    struct store *store;
    date today;
    str card_page; /* of the last card payment; empty: there was none */
};

/* ---- people ---- */

/* clang-format off */
static const struct demo_person {
    const char *email, *name, *language, *customer; /* customer NULL: of the seller's staff */
    enum role role;
} people[] = {
    {"jonas.brandt@nordwind.example", "Jonas Brandt", "de", NULL, ROLE_CLERK},
    {"grace.lindqvist@nordwind.example", "Grace Lindqvist", "en-GB", NULL, ROLE_MANAGER},
    {"ruth.adeyemi@audit.example", "Ruth Adeyemi", "en-GB", NULL, ROLE_AUDITOR},
    {"tom.reyes@hallampryce.example", "Tom Reyes", "en-GB", "20417", ROLE_VIEWER},
    {"priya.nair@hallampryce.example", "Priya Nair", "en-GB", "20417", ROLE_PAYER},
    {"anna.mueller@mueller-soehne.example", "Anna Müller", "de", "20102", ROLE_CUSTOMER_ADMIN},
    {"rechnungen@brenner-foerder.example", "Thomas Brenner", "de", "20238", ROLE_PAYER},
    {"kreditoren@kellermaschinen.example", "Ursula Keller", "de", "20203", ROLE_CUSTOMER_ADMIN},
    {"ap@prairieconveyor.example", "Dale Whitfield", "en-GB", "20172", ROLE_PAYER},
    {"keiri@tanakaseiki.example", "Kenji Tanaka", "en-GB", "20151", ROLE_PAYER},
    {"compta@moreau-industrie.example", "Élodie Moreau", "en-GB", "20260", ROLE_PAYER},
    {"laskut@aaltohydrauliikka.example", "Riikka Aalto", "en-GB", "20180", ROLE_PAYER},
    {"accounts@ridgewayquarry.example", "Siobhan Keane", "en-GB", "20225", ROLE_PAYER},
    {0},
};

/* ---- visits of the portal: some items are paid, by card or by an announced transfer ---- */

static const struct visit {
    const char *email, *customer, *currency;
    int items, days_ago;
    const char *card;       /* NULL: a transfer is announced */
    bool keep;              /* the card, for next time */
    int64_t short_minor;    /* left out of the first invoice ... */
    const char *why, *note; /* ... for this reason */
} visits[] = {
    {"anna.mueller@mueller-soehne.example", "20102", "EUR", 2, 6, "4242424242424242", true, 0, "",
     ""},
    {"rechnungen@brenner-foerder.example", "20238", "EUR", 2, 5, "4000000000003220", false, 14280,
     "damaged_goods", "Zwei Kupplungen kamen mit gebrochenem Stern an."},
    {"ap@prairieconveyor.example", "20172", "USD", 1, 4, "5555555555554444", false, 36500,
     "pricing", "Agreed price was 5% lower, see our PO."},
    {"kreditoren@kellermaschinen.example", "20203", "EUR", 1, 3, "4000000000009995", false, 0, "",
     ""},
    {"keiri@tanakaseiki.example", "20151", "JPY", 2, 2, NULL, false, 0, "", ""},
    {"priya.nair@hallampryce.example", "20417", "USD", 1, 2, "4242424242424242", false, 0, "", ""},
    {"priya.nair@hallampryce.example", "20417", "USD", 1, 1, NULL, false, 0, "", ""},
    {0},
};

/* ---- transfers that need somebody's eye ---- */

static const struct transfer {
    const char *customer, *payer, *reference, *currency;
    int64_t minor;
    int days_ago;
} transfers[] = {
    {"20118", "CALDER MARINE ENG", "ON ACCOUNT, REMITTANCE FOLLOWS", "EUR", 1250000, 9},
    {"20195", "VAN DER LINDEN TRANSM", "Vooruitbetaling levering oktober", "EUR", 480000, 7},
    {"20244", "LAKESHORE CRANE HOIST", "paid twice in error", "USD", 96800, 4},
    {"20166", "GULF PRECISION PUMPS", "advance", "KWD", 1500000, 3},
    {NULL, "B. HANSEN KIEL", "Rechnung", "EUR", 71400, 1},
    {0},
};

/* Six rows as a customer's old books may hold them, two of them with something to mend. */
static const char old_books[] =
    "Customer;Invoice;Date;Due;Currency;Total\n"
    "20118;9-40211;03.02.2026;05.03.2026;EUR;1.204,50\n"
    "20118;9-40212;03.02.2026;05.03.2026;EUR;88,20\n"
    "20140;9-40213;04.02.2026;06.03.2026;EUR;2.310,00\n"
    "20140;9-40214;31.02.2026;06.03.2026;EUR;145,75\n"
    "20219;9-40215;05.02.2026;07.03.2026;EUR;six hundred\n"
    "20219;9-40216;05.02.2026;07.03.2026;EUR;412,00\n";
/* clang-format on */

static bool customer_id(struct op *op, const char *number, int64_t *id)
{
    struct customer customer;
    bool found;
    *id = 0;
    if (!number) return true;
    if (!customer_find(op, str_of(number), &customer, &found)) return false;
    assert(found);
    *id = customer.id;
    return true;
}

/* What follows in this transaction is done by this person. */
static bool done_by(struct op *op, const char *email, struct person *out)
{
    if (!person_find(op, str_of(email), out)) return false;
    struct actor *actor = arena_new(op->mem, struct actor);
    *actor = (struct actor){.kind = ACTOR_PERSON, .id = out->id, .name = out->name};
    op->actor = actor;
    return true;
}

static bool people_invite(struct op *op, void *arg)
{
    (void)arg;
    for (const struct demo_person *p = people; p->email; p++) {
        struct invitation in = {
            .email = str_of(p->email),
            .name = str_of(p->name),
            .language = str_of(p->language),
            .role = p->role,
            .quiet = true,
        };
        int64_t id;
        if (!customer_id(op, p->customer, &in.customer) || !person_invite(op, &in, &id))
            return false;
    }
    return true;
}

static bool transfers_receive(struct op *op, void *arg)
{
    const struct events *e = arg;
    struct entity_list entities_of;
    if (!entities(op, &entities_of)) return false;
    for (const struct transfer *t = transfers; t->payer; t++) {
        currency cur;
        struct received received;
        bool known = currency_from(str_of(t->currency), &cur);
        assert(known && entities_of.count == 2);
        bool dollars = str_eq(str_of(t->currency), S("USD"));
        struct receipt_in in = {
            .amount = money_of(t->minor, cur),
            .value_date = date_plus(e->today, -t->days_ago),
            .reference = str_of(t->reference),
            .payer = str_of(t->payer),
            .bank_ref = str_printf(op->mem, "NW98%04td", t - transfers),
            .quiet = true,
        };
        for (ptrdiff_t i = 0; i < entities_of.count; i++)
            if (str_eq(entities_of.at[i].country, S("US")) == dollars)
                in.entity = entities_of.at[i].id;
        op->now = in.value_date.days * DAY_US + 10 * HOUR_US;
        if (!customer_id(op, t->customer, &in.customer) || !payment_receive(op, &in, &received))
            return false;
    }
    return true;
}

/* A debit that the bank took back: what it had paid is open again. */
static bool transfer_bounce(struct op *op, void *arg)
{
    const struct events *e = arg;
    struct payments_filter filter = {.state = S("succeeded"), .limit = 50};
    struct payments list;
    if (!customer_id(op, "20225", &filter.customer) || !payments_list(op, &filter, &list))
        return false;
    date day = date_plus(e->today, -2);
    op->now = day.days * DAY_US + 11 * HOUR_US;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (str_eq(list.at[i].method, S("transfer")))
            return payment_return(op, list.at[i].id, day, S("Recalled by the payer's bank"));
    return true;
}

/* ---- a visit ---- */

struct visiting {
    const struct events *e;
    const struct visit *visit;
    struct actor actor;
    int64_t payment;
    str page; /* of the gateway */
};

static bool shorten(struct op *op, const struct visit *v, int64_t customer, int64_t checkout,
                    date today)
{
    struct checkout c;
    if (v->short_minor == 0) return true;
    if (!checkout_get(op, customer, checkout, today, &c)) return false;
    for (ptrdiff_t i = 0; i < c.count; i++) {
        money less = money_of(v->short_minor, c.currency);
        if (money_cmp(c.lines[i].amount, less) <= 0) continue;
        struct checkout_edit edit = {
            .item = c.lines[i].item.item,
            .amount = money_text(op->mem, money_sub(c.lines[i].amount, less)),
            .reason = str_of(v->why),
            .note = str_of(v->note),
        };
        return checkout_edit(op, customer, checkout, &edit, 1);
    }
    return true;
}

/* The oldest items first, as a clerk would. */
static bool visit_begin(struct op *op, void *arg)
{
    struct visiting *me = arg;
    const struct visit *v = me->visit;
    struct person person;
    struct receivables list;
    struct customer_ids checkouts;
    struct receivables_filter filter = {
        .show = SHOW_OPEN,
        .order = ORDER_DUE,
        .currency = str_of(v->currency),
        .limit = v->items,
        .today = me->e->today,
    };
    int64_t items[ITEMS_MAX];
    assert(v->items <= ITEMS_MAX);
    if (!person_find(op, str_of(v->email), &person)) return false;
    me->actor = (struct actor){.kind = ACTOR_PERSON, .id = person.id, .name = person.name};
    op->actor = &me->actor;
    op->now = (me->e->today.days - v->days_ago) * DAY_US + 12 * HOUR_US;
    if (!customer_id(op, v->customer, &filter.customer) || !receivables_list(op, &filter, &list))
        return false;
    if (list.count == 0) return true;
    for (ptrdiff_t i = 0; i < list.count; i++) items[i] = list.at[i].item;
    if (!checkout_start(op, filter.customer, person.id, items, list.count, &checkouts))
        return false;
    int64_t checkout = checkouts.at[0];
    if (!shorten(op, v, filter.customer, checkout, me->e->today)) return false;
    return v->card ? payment_begin(op, filter.customer, checkout, me->e->app->gateway->name, 0,
                                   me->e->today, &me->payment)
                   : payment_announce(op, filter.customer, checkout, me->e->today, &me->payment);
}

static bool visit_page(struct op *op, void *arg)
{
    struct visiting *me = arg;
    struct payment_attempt *attempts;
    ptrdiff_t count;
    if (!payment_attempts(op, me->payment, &attempts, &count)) return false;
    me->page = count > 0 ? attempts[count - 1].page : S("");
    return true;
}

static bool ask(struct op *op, const char *method, str url, str body, struct http_response *said)
{
    static const struct http_header kind = {"Content-Type",
                                            {.at = "application/x-www-form-urlencoded", .len = 33}};
    struct http_request rq = {
        .method = method,
        .url = url,
        .headers = &kind,
        .header_count = body.len > 0,
        .body = body,
        .reach = HTTP_TO_OPERATOR,
        .total_ms = CARD_PAGE_MS,
    };
    if (!http_send(op, &rq, said)) return false;
    if (said->outcome == HTTP_ANSWERED && (said->status == 200 || said->status == 303)) return true;
    return op_broken(op, ERR_UPSTREAM, "the card page answered %d", said->status);
}

/* Opens the page, fills in its form and sends it, as a browser does. */
static bool type_from(struct op *op, str url, str to, str fields)
{
    static const char hidden[] = "name=\"form_token\" value=\"";
    struct http_response page, said;
    if (!ask(op, "GET", url, S(""), &page)) return false;
    ptrdiff_t at = str_find(page.body, str_of(hidden));
    if (at < 0) return op_broken(op, ERR_UPSTREAM, "the card page has no form");
    str token = str_cut(str_from(page.body, at + (ptrdiff_t)sizeof hidden - 1), '"').head;
    str form =
        str_printf(op->mem, "form_token=%.*s&%.*s", STR(http_encode(op->mem, token)), STR(fields));
    return ask(op, "POST", to, form, &said);
}

static bool type_at(struct op *op, str url, str fields)
{
    return type_from(op, url, url, fields);
}

/* The provider of the card page pays out what was charged so far. */
static bool pay_out(struct op *op, str page)
{
    ptrdiff_t path = str_find(page, S("/card/"));
    if (path < 0) return true;
    str home = {page.at, path};
    return type_from(op, str_printf(op->mem, "%.*s/", STR(home)),
                     str_printf(op->mem, "%.*s/payouts", STR(home)), S(""));
}

static bool visit_make(struct op *op, struct events *e, const struct visit *v)
{
    struct visiting me = {.e = e, .visit = v};
    const struct app *app = e->app;
    struct gateway_access access = {app->gateway, app->gateway_account, app->keys};
    enum payment_state state;
    if (v->card && !app->gateway) return true;
    if (!store_transact(op, e->store, TX_WRITE, visit_begin, &me)) return false;
    if (!v->card || !me.payment) return true;
    str back = str_printf(op->mem, "%.*s/back/%.*s", STR(app->public_url),
                          STR(id_text(op->mem, app->keys, "pay", me.payment)));
    if (!payment_talk(op, e->store, &access, me.payment, true, back, &state)) return false;
    if (!store_transact(op, e->store, TX_READ, visit_page, &me)) return false;
    str form = str_printf(op->mem, "number=%s&expiry=12%%2F34&code=123&name=%.*s%s", v->card,
                          STR(http_encode(op->mem, me.actor.name)), v->keep ? "&keep=1" : "");
    e->card_page = me.page;
    if (!type_at(op, me.page, form)) return false;
    bool asks_bank = str_eq(str_of(v->card), S("4000000000003220"));
    if (asks_bank &&
        !type_at(op, str_printf(op->mem, "%.*s/bank", STR(me.page)), S("answer=confirm")))
        return false;
    return payment_talk(op, e->store, &access, me.payment, false, back, &state);
}

/* ---- how its companies look ---- */

/* clang-format off */
static const struct look {
    const char *entity;
    unsigned colour;
    const char *svg; /* drawn for the demonstration */
} looks[] = {
    {"nordwind-de", 0x0d5a66,
     "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'>"
     "<circle cx='24' cy='24' r='22' fill='#0d5a66'/>"
     "<path d='M10 20h18a5 5 0 1 0-5-5M10 26h24a5 5 0 1 1-5 5M10 32h11' fill='none' "
     "stroke='#ffffff' stroke-width='3' stroke-linecap='round'/></svg>"},
    {"nordwind-us", 0x7a1f3d,
     "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'>"
     "<rect x='2' y='2' width='44' height='44' rx='8' fill='#7a1f3d'/>"
     "<path d='M10 20h18a5 5 0 1 0-5-5M10 26h24a5 5 0 1 1-5 5M10 32h11' fill='none' "
     "stroke='#ffffff' stroke-width='3' stroke-linecap='round'/></svg>"},
    {0},
};
/* clang-format on */

struct looking {
    const struct look *look;
    struct logo logo;
};

static bool look_put(struct op *op, void *arg)
{
    struct looking *l = arg;
    struct entity seller;
    return entity_by_code(op, str_of(l->look->entity), &seller) && logo_keep(op, &l->logo) &&
           brand_put(op, seller.id, l->look->colour, l->logo.digest);
}

static bool looks_make(struct op *op, struct store *store)
{
    for (const struct look *look = looks; look->entity; look++) {
        struct looking l = {.look = look};
        if (!logo_make(op, str_of(look->svg), &l.logo) ||
            !store_transact(op, store, TX_WRITE, look_put, &l))
            return false;
    }
    return true;
}

/* ---- files in and out ---- */

static bool book_upload(struct op *op, void *arg)
{
    int64_t *id = arg;
    struct import_file file = {
        .kind = IMPORT_INVOICES,
        .name = S("open-items-february.csv"),
        .size = sizeof old_books - 1,
        .settings = S("{\"map.customer\":\"Customer\",\"map.number\":\"Invoice\","
                      "\"map.issued\":\"Date\",\"map.due\":\"Due\",\"map.currency\":\"Currency\","
                      "\"map.amount\":\"Total\",\"date_order\":\"dmy\",\"decimal\":\"comma\"}"),
        .state = S("waiting"),
        .who = S("Jonas Brandt"),
    };
    return import_file_add(op, &file, id) && import_file_piece(op, *id, 0, str_of(old_books)) &&
           import_file_settle(op, *id, file.settings) &&
           import_file_move(op, *id, "waiting", "running", 0, S(""));
}

static bool export_first(struct op *op, void *arg)
{
    (void)arg;
    struct export_options options = {.most = 40};
    struct export_batch batch;
    struct person clerk;
    return done_by(op, "jonas.brandt@nordwind.example", &clerk) &&
           export_make(op, &options, &batch) &&
           (batch.number == 0 || export_acknowledge(op, batch.number, S("ERP-7731"), &batch));
}

/* An accountant outside, with an invoice in hand: the customer's administrator decides. */
static bool access_ask(struct op *op, void *arg)
{
    const struct events *e = arg;
    struct receivables list;
    struct document paper;
    struct attempt attempt;
    struct receivables_filter filter = {.show = SHOW_OPEN, .limit = 1, .today = e->today};
    if (!customer_id(op, "20417", &filter.customer) || !receivables_list(op, &filter, &list))
        return false;
    if (list.count == 0) return true;
    if (!document_get(op, list.at[0].document, &paper)) return false;
    struct claim_ask ask = {
        .name = S("Tom Becker"),
        .email = S("tom.becker@becker-bookkeeping.example"),
        .language = S("en-GB"),
        .invoice = paper.number,
        .total = money_text(op->mem, paper.total),
    };
    return claim_ask(op, &ask, &attempt);
}

static bool share_one(struct op *op, void *arg)
{
    const struct events *e = arg;
    struct receivables list;
    struct person clerk;
    struct receivables_filter filter = {.show = SHOW_OPEN, .limit = 1, .today = e->today};
    int64_t id;
    if (!done_by(op, "priya.nair@hallampryce.example", &clerk)) return false;
    if (!customer_id(op, "20417", &filter.customer) || !receivables_list(op, &filter, &list))
        return false;
    return list.count == 0 || share_add(op, filter.customer, list.at[0].document, clerk.id, &id);
}

/* One is answered, one waits. */
static bool changes_ask(struct op *op, void *arg)
{
    struct person admin, staff;
    struct customer now;
    int64_t customer, id;
    struct change_wanted contact = {.kind = CHANGE_CONTACT,
                                    .name = S("Accounts inbox"),
                                    .email = S("ap@hallampryce.example"),
                                    .role = S("ap"),
                                    .notices = true};
    (void)arg;
    if (!done_by(op, "maya.okafor@hallampryce.example", &admin) ||
        !customer_id(op, "20417", &customer) || !customer_get(op, customer, &now))
        return false;
    struct change_wanted company = {.kind = CHANGE_COMPANY,
                                    .customer = customer,
                                    .name = now.name,
                                    .address = S("14 Foundry Lane\nSheffield S3 8GT\nUK"),
                                    .tax_id = now.tax_id};
    contact.customer = customer;
    return change_request_add(op, &company, admin.id, &id) &&
           done_by(op, "jonas.brandt@nordwind.example", &staff) &&
           change_request_refuse(op, id, staff.id,
                                 S("The register still names the old address. Please send us the "
                                   "confirmation of the move.")) &&
           done_by(op, "maya.okafor@hallampryce.example", &admin) &&
           change_request_add(op, &contact, admin.id, &id);
}

static bool team_works(struct op *op, void *arg)
{
    const struct events *e = arg;
    return demo_work_make(op, e->app, e->today);
}

bool demo_events_make(struct op *op, const struct app *app, struct store *store, date today)
{
    static bool (*const quiet[])(struct op *, void *) = {
        people_invite, transfers_receive, transfer_bounce, export_first,
        access_ask,    share_one,         changes_ask,     team_works};
    struct events e = {.app = app, .store = store, .today = today};
    const struct actor *actor = op->actor;
    instant now = op->now;
    int64_t upload;
    if (!looks_make(op, store)) return false;
    for (ptrdiff_t i = 0; i < COUNT(quiet); i++) {
        if (!store_transact(op, store, TX_WRITE, quiet[i], &e)) return false;
        op->actor = actor, op->now = now;
    }
    for (const struct visit *v = visits; v->email; v++) {
        bool made = visit_make(op, &e, v);
        op->actor = actor, op->now = now;
        if (!made) return false;
    }
    return pay_out(op, e.card_page) && store_transact(op, store, TX_WRITE, book_upload, &upload) &&
           import_file_run(op, store, upload);
}
