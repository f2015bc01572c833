#include "delivery/portal/pay_link.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "browser.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/pay_links.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "fixture.h"

#define EUR ((currency){"EUR"})

struct world {
    struct app *app;
    int64_t entity, customer, mine, other, link, payment;
    const char *token; /* "/pay/TOKEN" */
};

static bool issue(struct op *op, struct world *w, int64_t *id)
{
    struct issued issued;
    money total = money_of(11900, EUR);
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .issued = clock_date(op->now - 27 * DAY_US, S("UTC")),
                         .net = total,
                         .tax = money_of(0, EUR),
                         .total = total};
    if (!document_issue(op, &d, false, &issued)) return false;
    *id = issued.id;
    return true;
}

/* A link to one invoice, and a payment of another that somebody announced in the portal. */
static bool make(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct receivables items;
    struct customer_ids made;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .currency = EUR,
                            .iban = S("DE02120300000000202051"),
                            .bic = S("BYLADEM1001")};
    struct customer customer = {.number = S("C1"), .name = S("Hallam")};
    date today = clock_date(op->now, S("UTC"));
    if (!entity_put(op, &seller, &w->entity) || !customer_put(op, &customer, &w->customer, &did) ||
        !issue(op, w, &w->mine) || !issue(op, w, &w->other))
        return false;
    struct pay_link_new in = {.customer = w->customer,
                              .entity = w->entity,
                              .email = S("ap@hallam.example"),
                              .event = S("document:1"),
                              .days = 30,
                              .documents = &w->mine,
                              .document_count = 1};
    return pay_link_make(op, &in, &w->link) &&
           receivables_of_document(op, w->other, today, &items) &&
           checkout_start(op, w->customer, 0, &items.at[0].item, 1, &made) &&
           payment_announce(op, w->customer, made.at[0], today, &w->payment);
}

static void world_make(struct fixture *f, struct world *w)
{
    w->app = browser_app(f);
    fixture_do(f, make, w);
    str token = pay_link_token(f->mem, w->app->keys, w->link);
    w->token = str_printf(f->mem, "/pay/%.*s", STR(token)).at;
}

static str id(struct fixture *f, const struct world *w, const char *prefix, int64_t n)
{
    return id_text(f->mem, w->app->keys, prefix, n);
}

ENGINES_SENTENCE(a_link_opens_its_own_documents_and_payments_and_no_others)
{
    struct world w = {0};
    world_make(f, &w);
    struct browser b = {.f = f, .app = w.app};
    const struct {
        const char *prefix, *then;
        int64_t id;
        int status;
    } cases[] = {
        {"inv", "/pdf", w.other, 404},    {"inv", "/pdf", w.mine, 200},
        {"inv", "", w.mine, 404},         {"pay", "", w.payment, 404},
        {"pay", "/card", w.payment, 404}, {"pay", "/back", w.payment, 404},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str path = str_printf(f->mem, "%s/%.*s%s", w.token,
                              STR(id(f, &w, cases[i].prefix, cases[i].id)), cases[i].then);
        int status = browser_get(&b, path.at).status;
        CHECK(status == cases[i].status, "case %td: %d", i, status);
    }
}

/* What a mail scanner does: opens it, again and again, and every address in it. */
ENGINES_SENTENCE(opening_a_link_changes_nothing_that_counts)
{
    struct world w = {0};
    world_make(f, &w);
    struct browser b = {.f = f, .app = w.app};
    for (int i = 0; i < 3; i++) {
        struct reply reply = browser_get(&b, w.token);
        CHECK(reply.status == 200 && reply.no_referrer, "%d", reply.status);
        CHECK(str_find(reply.body, S("119.00")) > 0, "the amount");
    }
    fixture_sql(f, "update pay_link set revoked = 1");
    CHECK(browser_get(&b, w.token).status == 410, "taken back");
}

TESTS(ENGINES_TEST(a_link_opens_its_own_documents_and_payments_and_no_others),
      ENGINES_TEST(opening_a_link_changes_nothing_that_counts))
