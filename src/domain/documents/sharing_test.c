#include "domain/documents/sharing.h"

#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

struct sharing {
    const struct keys *keys;
    int64_t customer, other, document, link;
    str token;
    struct share share;
    struct shares list;
    bool found;
};

static bool make(struct op *op, void *arg)
{
    struct sharing *s = arg;
    int64_t entity;
    enum put did;
    struct issued issued;
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = {"EUR"}};
    struct customer one = {.number = S("C1"), .name = S("One")};
    struct customer two = {.number = S("C2"), .name = S("Two")};
    if (!entity_put(op, &seller, &entity) || !customer_put(op, &one, &s->customer, &did) ||
        !customer_put(op, &two, &s->other, &did))
        return false;
    money total = money_of(100, (currency){"EUR"}), none = money_of(0, (currency){"EUR"});
    struct document d = {.entity = entity,
                         .customer = s->customer,
                         .kind = DOCUMENT_INVOICE,
                         .net = total,
                         .tax = none,
                         .total = total};
    if (!document_issue(op, &d, false, &issued)) return false;
    s->document = issued.id;
    if (!share_add(op, s->customer, s->document, 0, &s->link)) return false;
    s->token = share_token(op->mem, s->keys, s->link);
    return true;
}

static bool look(struct op *op, void *arg)
{
    struct sharing *s = arg;
    return share_find(op, s->keys, s->token, &s->share, &s->found) &&
           shares_of(op, s->document, &s->list);
}

static bool revoke(struct op *op, void *arg)
{
    struct sharing *s = arg;
    return share_revoke(op, s->customer, s->link);
}

static bool revoke_as_other(struct op *op, void *arg)
{
    struct sharing *s = arg;
    return share_revoke(op, s->other, s->link);
}

ENGINES_SENTENCE(a_link_works_until_it_is_taken_back)
{
    struct sharing s = {.keys = keys_for_tests(f->mem)};
    fixture_do(f, make, &s);
    fixture_do(f, look, &s);
    CHECK(s.found && !s.share.over && s.list.count == 1, "works");

    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, revoke_as_other, &s), "not another's to revoke");
    fixture_do(f, look, &s);
    CHECK(!s.share.over, "still works");
    fixture_do(f, revoke, &s);
    fixture_do(f, look, &s);
    CHECK(s.found && s.share.over && s.list.count == 0, "taken back");
}

ENGINES_SENTENCE(a_link_runs_out)
{
    struct sharing s = {.keys = keys_for_tests(f->mem)};
    fixture_do(f, make, &s);
    f->now += (SHARE_DAYS + 1) * DAY_US;
    fixture_do(f, look, &s);
    CHECK(s.found && s.share.over, "over");
}

ENGINES_SENTENCE(a_link_that_was_never_given_out_finds_nothing)
{
    struct sharing s = {.keys = keys_for_tests(f->mem)};
    fixture_do(f, make, &s);
    str good = s.token;
    s.token = str_head(good, good.len - 1);
    fixture_do(f, look, &s);
    CHECK(!s.found, "a letter less");
    s.token = share_token(f->mem, s.keys, s.link + 1);
    fixture_do(f, look, &s);
    CHECK(!s.found, "the next number");
    s.token = str_cut(good, '.').head;
    fixture_do(f, look, &s);
    CHECK(!s.found, "without its tag");
}

TESTS(ENGINES_TEST(a_link_works_until_it_is_taken_back), ENGINES_TEST(a_link_runs_out),
      ENGINES_TEST(a_link_that_was_never_given_out_finds_nothing))
