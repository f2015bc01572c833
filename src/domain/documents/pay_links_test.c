#include "domain/documents/pay_links.h"

#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

struct world {
    const struct keys *keys;
    int64_t entity, customer, other, document, link, again;
    str token;
    struct pay_link found_link;
    struct pay_link_documents documents;
    struct pay_links of_customer, of_document;
    bool found;
};

static bool issue(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct issued issued;
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = {"EUR"}};
    struct customer one = {.number = S("C1"), .name = S("One")};
    struct customer two = {.number = S("C2"), .name = S("Two")};
    if (!entity_put(op, &seller, &w->entity) || !customer_put(op, &one, &w->customer, &did) ||
        !customer_put(op, &two, &w->other, &did))
        return false;
    money total = money_of(100, (currency){"EUR"}), none = money_of(0, (currency){"EUR"});
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .net = total,
                         .tax = none,
                         .total = total};
    if (!document_issue(op, &d, false, &issued)) return false;
    w->document = issued.id;
    return true;
}

static bool make_link(struct op *op, void *arg)
{
    struct world *w = arg;
    struct pay_link_new in = {
        .customer = w->customer,
        .entity = w->entity,
        .email = S("anna@one.example"),
        .event = S("document:1:anna@one.example"),
        .days = 90,
        .documents = &w->document,
        .document_count = 1,
    };
    return pay_link_make(op, &in, &w->link) && pay_link_make(op, &in, &w->again);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    return pay_link_find(op, w->keys, w->token, &w->found_link, &w->found) &&
           pay_links_of_customer(op, w->customer, 10, &w->of_customer) &&
           pay_links_of_document(op, w->document, 10, &w->of_document) &&
           pay_link_documents(op, w->link, &w->documents);
}

static bool open_it(struct op *op, void *arg)
{
    struct world *w = arg;
    return pay_link_opened(op, w->link);
}

static bool revoke(struct op *op, void *arg)
{
    struct world *w = arg;
    return pay_link_revoke(op, w->customer, w->link);
}

static bool revoke_as_other(struct op *op, void *arg)
{
    struct world *w = arg;
    return pay_link_revoke(op, w->other, w->link);
}

static void begin(struct fixture *f, struct world *w)
{
    *w = (struct world){.keys = keys_for_tests(f->mem)};
    fixture_do(f, issue, w);
    CHECK(test_every_failure(f, make_link, w, NULL) > 3, "too few calls");
    fixture_do(f, make_link, w);
    CHECK(w->link == w->again, "one mail, one link");
    w->token = pay_link_token(f->mem, w->keys, w->link);
    fixture_do(f, look, w);
}

ENGINES_SENTENCE(a_mails_link_opens_its_documents_until_it_is_taken_back)
{
    struct world w;
    struct op op = fixture_op(f);
    begin(f, &w);
    CHECK(w.found && !w.found_link.over && w.documents.count == 1, "it works");
    CHECK(w.documents.at[0] == w.document && w.of_customer.count == 1 && w.of_document.count == 1,
          "for its document");
    for (int i = 0; i < 5; i++) fixture_do(f, open_it, &w); /* a scanner, and then a person */
    fixture_do(f, look, &w);
    CHECK(!w.found_link.over && w.found_link.opens == 5 && w.found_link.opened == f->now,
          "opening it uses nothing up");
    CHECK(!store_transact(&op, f->store, TX_WRITE, revoke_as_other, &w), "not another's");
    fixture_do(f, revoke, &w);
    fixture_do(f, look, &w);
    CHECK(w.found && w.found_link.over && w.found_link.revoked, "taken back");
}

ENGINES_SENTENCE(a_mails_link_runs_out)
{
    struct world w;
    begin(f, &w);
    f->now += 90 * DAY_US - 1;
    fixture_do(f, look, &w);
    CHECK(!w.found_link.over, "on its last day");
    f->now += 1;
    fixture_do(f, look, &w);
    CHECK(w.found && w.found_link.over && !w.found_link.revoked, "over");
}

ENGINES_SENTENCE(a_link_that_no_mail_held_finds_nothing)
{
    struct world w;
    begin(f, &w);
    str good = w.token;
    str bad[] = {str_head(good, good.len - 1),
                 str_cut(good, '.').head,
                 S(""),
                 S("."),
                 pay_link_token(f->mem, w.keys, w.link + 1),
                 str_printf(f->mem, "%.*s.%032d", STR(str_cut(good, '.').head), 0)};
    for (ptrdiff_t i = 0; i < COUNT(bad); i++) {
        w.token = bad[i];
        fixture_do(f, look, &w);
        CHECK(!w.found, "%.*s", STR(bad[i]));
    }
}

TESTS(ENGINES_TEST(a_mails_link_opens_its_documents_until_it_is_taken_back),
      ENGINES_TEST(a_mails_link_runs_out), ENGINES_TEST(a_link_that_no_mail_held_finds_nothing))
