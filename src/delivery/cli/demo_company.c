#include "delivery/cli/demo_company.h"

#include "base/arena.h"
#include "base/clock.h"
#include "delivery/cli/demo_data.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/payments/payments.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"

#include <assert.h>

#define CLERK_EMAIL "maya.okafor@hallampryce.example"
#define STAFF_EMAIL "lena.voss@nordwind.example"
#define STAFF_NAME  "Lena Voss"

enum { HISTORY_DAYS = 180, TRIED_DAYS = 60, LINES_MAX = 5 };

/* A small generator of its own (Steele, Lea and Flood's splitmix64): the demonstration must come
 * out the same everywhere, and has no secrets. */
struct seed {
    uint64_t state;
};

static int64_t below(struct seed *seed, int64_t limit)
{
    uint64_t z = (seed->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)limit);
}

struct making {
    struct seed seed;
    date today;
    int64_t europe, america;
    int64_t staff; /* who works with the books */
    int invoice_count;
};

/* ---- who ---- */

static bool make_entities(struct op *op, struct making *m)
{
    struct entity europe = {
        .code = S("nordwind-de"),
        .name = S("Nordwind Antriebstechnik"),
        .legal_name = S("Nordwind Antriebstechnik GmbH"),
        .address = S("Überseeallee 14\n28217 Bremen\nGermany"),
        .country = S("DE"),
        .facts = S("VAT DE811234567\nHRB 28114 HB, Amtsgericht Bremen"),
        .zone = S("Europe/Berlin"),
        .payee = S("Nordwind Antriebstechnik GmbH"),
        .iban = S("DE89370400440532013000"),
        .bic = S("COBADEFFXXX"),
        .bank = S("Commerzbank"),
        .contact_name = S("Jonas Brandt"),
        .contact_phone = S("+49 421 555 0142"),
        .contact_email = S("receivables@nordwind.example"),
        .tolerance_minor = 100,
    };
    struct entity america = {
        .code = S("nordwind-us"),
        .name = S("Nordwind Drives"),
        .legal_name = S("Nordwind Drives Inc."),
        .address = S("410 Rubber Way\nAkron OH 44308\nUSA"),
        .country = S("US"),
        .facts = S("EIN 99-0001234"),
        .zone = S("America/New_York"),
        .payee = S("Nordwind Drives Inc."),
        .bank = S("Cuyahoga Commerce Bank, routing 041299998, account 4417 0020 55"),
        .contact_name = S("Grace Lindqvist"),
        .contact_phone = S("+1 330 555 0119"),
        .contact_email = S("receivables@nordwind.example"),
        .tolerance_minor = 100,
    };
    bool eur = currency_from(S("EUR"), &europe.currency);
    bool usd = currency_from(S("USD"), &america.currency);
    assert(eur && usd);
    if (!entity_put(op, &europe, &m->europe) || !entity_put(op, &america, &m->america))
        return false;
    return series_set(op, m->europe, "invoice", "10-", 5, 48201) &&
           series_set(op, m->europe, "credit_note", "70-", 4, 3081) &&
           series_set(op, m->europe, "payment", "P-", 5, 20601) &&
           series_set(op, m->europe, "deduction", "D-", 4, 1121) &&
           series_set(op, m->america, "invoice", "US-", 5, 10411) &&
           series_set(op, m->america, "credit_note", "UC-", 4, 211) &&
           series_set(op, m->america, "payment", "UP-", 5, 5201) &&
           series_set(op, m->america, "deduction", "UD-", 4, 101);
}

static bool make_customer(struct op *op, const struct demo_customer *d, int64_t *id)
{
    struct customer in = {
        .number = str_of(d->number),
        .name = str_of(d->name),
        .country = str_of(d->country),
        .language = str_of(d->language),
        .address = str_of(d->address),
        .tax_id = str_of(d->tax_id),
        .terms = str_of(d->terms),
    };
    enum put did;
    if (d->parent) {
        struct customer parent;
        bool found;
        if (!customer_find(op, str_of(d->parent), &parent, &found)) return false;
        in.parent = parent.id;
    }
    if (!customer_put(op, &in, id, &did)) return false;
    struct contact contact = {
        .customer = *id,
        .name = str_of(d->contact),
        .email = str_of(d->email),
        .role = S("ap"),
        .language = in.language,
        .notices = true,
    };
    int64_t contact_id;
    return contact_put(op, &contact, &contact_id);
}

/* ---- what was sold ---- */

/* Cents of euro in the minor units of another currency, by a round price list factor. */
static int64_t price_in(int64_t cents, const char *code)
{
    str c = str_of(code);
    if (str_eq(c, S("JPY"))) return cents * 16 / 10;
    if (str_eq(c, S("KWD"))) return cents * 10 / 3;
    if (str_eq(c, S("USD"))) return cents * 11 / 10;
    return cents;
}

static void make_lines(struct op *op, struct making *m, currency cur, struct document *d,
                       int64_t tax_ppm)
{
    ptrdiff_t count = 1 + below(&m->seed, LINES_MAX), kinds = 0;
    while (demo_products[kinds].sku) kinds++;
    struct document_line *lines = arena_array(op->mem, struct document_line, count);
    d->net = money_of(0, cur);
    for (ptrdiff_t i = 0; i < count; i++) {
        const struct demo_product *product = &demo_products[below(&m->seed, kinds)];
        int64_t quantity = 1 + below(&m->seed, 6);
        money price = money_of(price_in(product->price_cents, cur.code), cur);
        lines[i] = (struct document_line){
            .sku = str_of(product->sku),
            .description = str_of(product->name),
            .quantity = str_printf(op->mem, "%lld", (long long)quantity),
            .unit = str_of(product->unit),
            .unit_price = money_text(op->mem, price),
            .net = money_scale(price, quantity, 1, ROUND_DOWN),
            .tax_rate_ppm = SOME_I64(tax_ppm),
        };
        d->net = money_add(d->net, lines[i].net);
    }
    d->lines = lines, d->line_count = count;
    d->tax = money_scale(d->net, tax_ppm, 1000000, ROUND_HALF_UP);
    struct document_tax *tax = arena_new(op->mem, struct document_tax);
    *tax = (struct document_tax){.name = tax_ppm > 0 ? S("VAT") : S("Export, no VAT"),
                                 .rate_ppm = tax_ppm,
                                 .base = d->net,
                                 .tax = d->tax};
    d->taxes = tax, d->tax_count = 1;
    d->total = money_add(d->net, d->tax);
}

/* Every third is known to the ERP only; the others were told on the telephone, in words. */
static bool dispute(struct op *op, const struct making *m, int64_t document)
{
    static const struct {
        const char *reason, *words;
    } known[] = {
        {"quantity", "Two pallets were ordered, one came."},
        {"pricing", "The framework contract says 4% less from ten pieces on."},
        {"missing_items", "The flange set was not in the crate."},
        {"freight", "Delivery was agreed free of charge."},
        {"damaged_goods", "The housing has a crack; pictures are with the driver's report."},
        {"returned_goods", "Sent back on the day of delivery, no credit note yet."},
        {"duplicate", "The same delivery note stands on the invoice before."},
    };
    struct receivables items;
    int64_t id;
    bool changed;
    ptrdiff_t which = m->invoice_count % COUNT(known);
    if (m->invoice_count % 3 == 0) return disputes_from_erp(op, document, true, &changed);
    if (!receivables_of_document(op, document, m->today, &items)) return false;
    const struct dispute_new in = {
        .item = items.at[0].item,
        .amount = items.at[0].open,
        .reason = str_of(known[which].reason),
        .words = str_of(known[which].words),
        .origin = BY_SELLER,
    };
    const struct actor *actor = op->actor;
    const struct actor staff = {.kind = ACTOR_PERSON, .id = m->staff, .name = S(STAFF_NAME)};
    op->actor = &staff;
    bool raised = dispute_raise(op, &in, &id);
    op->actor = actor;
    return raised;
}

static bool issue(struct op *op, struct making *m, const struct demo_customer *c, int64_t customer,
                  currency cur, enum document_kind kind, int days_ago, struct issued *out)
{
    bool dollars = str_eq(currency_text(&cur), S("USD"));
    bool german = str_eq(str_of(c->country), S("DE"));
    struct document d = {
        .entity = dollars ? m->america : m->europe,
        .customer = customer,
        .kind = kind,
        .issued = date_plus(m->today, -days_ago),
        .po = str_printf(op->mem, "4500-%lld", (long long)(71000 + below(&m->seed, 2000))),
        .order_ref = str_printf(op->mem, "SO-%lld", (long long)(77000 + m->invoice_count)),
        .delivery = str_printf(op->mem, "L-%lld", (long long)(55000 + m->invoice_count)),
        .source = S("demo"),
    };
    bool disputed = kind == DOCUMENT_INVOICE && below(&m->seed, 9) == 0 && days_ago < 60;
    m->invoice_count++;
    make_lines(op, m, cur, &d, german ? 190000 : 0);
    if (kind == DOCUMENT_CREDIT_NOTE) {
        d.lines = NULL, d.line_count = 0;
        d.net = money_scale(d.net, 1, 8, ROUND_DOWN);
        d.tax = money_of(0, cur);
        d.tax_count = 0;
        d.total = d.net;
        d.note = S("Returned goods, thank you for sending them back.");
        d.order_ref = d.delivery = S("");
    }
    return document_issue(op, &d, false, out) && (!disputed || dispute(op, m, out->id));
}

/* ---- what was paid ---- */

static bool receive(struct op *op, struct making *m, int64_t document, const char *payer, date when,
                    int64_t part_percent)
{
    struct document d;
    struct received received;
    if (!document_get(op, document, &d)) return false;
    struct receipt_in in = {
        .entity = d.entity,
        .amount = money_scale(d.total, part_percent, 100, ROUND_DOWN),
        .value_date = when,
        .reference = d.number,
        .payer = str_of(payer),
        .quiet = true,
        .bank_ref = str_printf(op->mem, "NW%06d", m->invoice_count * 37 % 999983),
    };
    if (in.amount.minor <= 0) return true;
    return payment_receive(op, &in, &received);
}

/* ---- half a year, day by day ---- */

/* An invoice or credit note to be issued on its day. */
struct planned {
    const struct demo_customer *c;
    int64_t customer;
    currency cur;
    enum document_kind kind;
    int days_ago;
};

/* A transfer on its way. */
struct coming {
    const struct demo_customer *c;
    int64_t document;
    date when;
    int64_t percent;
};

struct half_year {
    struct planned *plans;
    ptrdiff_t plan_count;
    struct coming *transfers;
    ptrdiff_t transfer_count;
};

static void plan_customer(struct making *m, const struct demo_customer *c, int64_t customer,
                          struct half_year *h)
{
    for (int k = 0; k < 3 && c->currencies[k]; k++) {
        struct planned plan = {.c = c, .customer = customer, .kind = DOCUMENT_INVOICE};
        bool known = currency_from(str_of(c->currencies[k]), &plan.cur);
        assert(known);
        for (int i = 0; i < c->invoices; i++) {
            plan.days_ago = HISTORY_DAYS - HISTORY_DAYS * i / c->invoices - (int)below(&m->seed, 5);
            if (plan.days_ago < 1) plan.days_ago = 1;
            h->plans[h->plan_count++] = plan;
        }
        if (below(&m->seed, 2) == 0 || c == demo_customers) {
            plan.kind = DOCUMENT_CREDIT_NOTE;
            plan.days_ago = 5 + (int)below(&m->seed, 20);
            h->plans[h->plan_count++] = plan;
        }
    }
}

/* Most pay on time, some late, a few in part, and what is young is still open. */
static bool expect_payment(struct op *op, struct making *m, const struct planned *plan,
                           int64_t document, struct half_year *h)
{
    struct document d;
    if (!document_get(op, document, &d)) return false;
    /* The clerk who tries the portal finds something to pay. */
    if (plan->c == demo_customers && m->today.days - d.issued.days < TRIED_DAYS) return true;
    date due = d.due.some ? d.due.value : d.issued;
    bool late = below(&m->seed, 100) < plan->c->late_percent;
    date when = date_plus(due, (int)(late ? 3 + below(&m->seed, 45) : -below(&m->seed, 6)));
    if (date_cmp(when, d.issued) <= 0) when = date_plus(d.issued, 1);
    h->transfers[h->transfer_count++] = (struct coming){
        .c = plan->c,
        .document = document,
        .when = when,
        .percent = below(&m->seed, 12) == 0 ? 40 : 100,
    };
    return true;
}

/* What happens on one day is recorded on that day: in the morning documents, then transfers. */
static bool live_day(struct op *op, struct making *m, int days_ago, struct half_year *h)
{
    date day = date_plus(m->today, -days_ago);
    op->now = day.days * DAY_US + 9 * HOUR_US;
    for (ptrdiff_t i = 0; i < h->plan_count; i++) {
        const struct planned *plan = &h->plans[i];
        struct issued made;
        if (plan->days_ago != days_ago) continue;
        if (!issue(op, m, plan->c, plan->customer, plan->cur, plan->kind, days_ago, &made))
            return false;
        if (plan->kind == DOCUMENT_INVOICE && !expect_payment(op, m, plan, made.id, h))
            return false;
        op->now += MINUTE_US;
    }
    for (ptrdiff_t i = 0; i < h->transfer_count; i++) {
        const struct coming *t = &h->transfers[i];
        if (date_cmp(t->when, day) != 0) continue;
        if (!receive(op, m, t->document, t->c->name, day, t->percent)) return false;
        op->now += MINUTE_US;
    }
    return true;
}

/* A transfer nobody can place yet, and one that is more than its payer owed. */
static bool make_loose_ends(struct op *op, struct making *m)
{
    struct received received;
    currency eur;
    bool known = currency_from(S("EUR"), &eur);
    assert(known);
    struct receipt_in unknown = {
        .entity = m->europe,
        .amount = money_of(184250, eur),
        .value_date = date_plus(m->today, -2),
        .reference = S("Invoice of March, thank you"),
        .payer = S("HPL HOLDINGS"),
        .bank_ref = S("NW990001"),
    };
    return payment_receive(op, &unknown, &received);
}

/* ---- all of it ---- */

static bool make_people(struct op *op, struct demo_company *out)
{
    struct invitation clerk = {
        .email = S(CLERK_EMAIL),
        .name = S("Maya Okafor"),
        .language = S("en-GB"),
        .role = ROLE_CUSTOMER_ADMIN,
        .customer = out->clerk_customer,
        .quiet = true,
    };
    struct invitation staff = {
        .email = S(STAFF_EMAIL),
        .name = S(STAFF_NAME),
        .language = S("en-GB"),
        .role = ROLE_ADMINISTRATOR,
        .quiet = true,
    };
    return person_invite(op, &clerk, &out->clerk) && person_invite(op, &staff, &out->staff);
}

enum { CUSTOMERS_MAX = 64, PLANS_PER_CUSTOMER = 80 };

bool demo_company_make(struct op *op, date today, struct demo_company *out)
{
    struct making m = {.seed = {20417}, .today = today};
    instant now = op->now;
    *out = (struct demo_company){0};
    if (!make_entities(op, &m)) return false;
    struct half_year h = {
        .plans = arena_array(op->mem, struct planned, CUSTOMERS_MAX * PLANS_PER_CUSTOMER),
        .transfers = arena_array(op->mem, struct coming, CUSTOMERS_MAX * PLANS_PER_CUSTOMER),
    };
    for (const struct demo_customer *c = demo_customers; c->number; c++) {
        int64_t id;
        assert(c - demo_customers < CUSTOMERS_MAX && c->invoices < PLANS_PER_CUSTOMER / 4);
        if (!make_customer(op, c, &id)) return false;
        if (out->clerk_customer == 0) out->clerk_customer = id;
        plan_customer(&m, c, id, &h);
    }
    if (!make_people(op, out)) return false;
    m.staff = out->staff;
    for (int days_ago = HISTORY_DAYS + 5; days_ago > 0; days_ago--)
        if (!live_day(op, &m, days_ago, &h)) return false;
    op->now = now;
    return make_loose_ends(op, &m);
}

bool demo_company_find(struct op *op, struct demo_company *out, bool *found)
{
    struct person clerk, staff;
    struct customer customer;
    *out = (struct demo_company){0};
    if (!customer_find(op, str_of(demo_customers[0].number), &customer, found)) return false;
    if (!*found) return true;
    if (!person_find(op, S(CLERK_EMAIL), &clerk) || !person_find(op, S(STAFF_EMAIL), &staff))
        return false;
    *out =
        (struct demo_company){.clerk_customer = customer.id, .clerk = clerk.id, .staff = staff.id};
    *found = clerk.id != 0 && staff.id != 0;
    return true;
}
