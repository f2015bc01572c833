#include "delivery/papers.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/papers.h"
#include "domain/receivables/documents.h"
#include "domain/texts/texts.h"
#include "fixture.h"

struct world {
    struct app app;
    int64_t entity, customer, first, second;
    struct kept kept;
    struct paper paper;
    struct verdict verdict;
};

static const struct entity seller = {
    .code = {"main", 4}, .name = {"Old Name", 8}, .currency = {"EUR"}};

static bool issue(struct op *op, struct world *w, int64_t minor, int64_t *out)
{
    struct issued issued;
    money total = money_of(minor, seller.currency), none = money_of(0, seller.currency);
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .issued = {20600},
                         .net = total,
                         .tax = none,
                         .total = total};
    if (!document_issue(op, &d, false, &issued)) return false;
    *out = issued.id;
    return true;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct customer buyer = {.number = S("1"), .name = S("Old Buyer"), .language = S("de")};
    return entity_put(op, &seller, &w->entity) && customer_put(op, &buyer, &w->customer, &did) &&
           issue(op, w, 100, &w->first) && issue(op, w, 200, &w->second);
}

static bool issue_another(struct op *op, void *arg)
{
    struct world *w = arg;
    return issue(op, w, 300, &w->second);
}

static bool change(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct entity other = seller;
    struct customer buyer = {.number = S("1"), .name = S("New Buyer"), .language = S("en")};
    other.name = S("New Name");
    return entity_put(op, &other, &w->entity) && customer_put(op, &buyer, &w->customer, &did) &&
           brand_put(op, w->entity, 0x112233, S("")) &&
           text_put(op, w->entity, lang_find(S("de")), TEXT_PDF_FOOT, S("New foot"));
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    return paper_of_document(op, w->second, NULL, S(""), &w->paper);
}

static bool verify(struct op *op, void *arg)
{
    struct world *w = arg;
    w->verdict = (struct verdict){.problems = arena_array(op->mem, struct problem, PROBLEMS_MAX)};
    return kept_verify(op, &w->verdict);
}

static void world_make(struct fixture *f, struct world *w)
{
    *w = (struct world){
        .app = {.keys = keys_for_tests(f->mem), .public_url = S("https://pay.example")}};
    fixture_do(f, build, w);
}

ENGINES_SENTENCE(a_document_stays_as_it_was_made_whatever_changes_later)
{
    struct world w;
    world_make(f, &w);
    struct op op = fixture_op(f);
    CHECK(paper_file(&op, f->store, &w.app, KEPT_DOCUMENT, w.first, &w.kept), "made");
    struct kept before = w.kept;
    f->now += 1000000;
    fixture_do(f, change, &w);
    struct op later = fixture_op(f);
    CHECK(paper_file(&later, f->store, &w.app, KEPT_DOCUMENT, w.first, &w.kept), "read");
    CHECK(str_eq(before.bytes, w.kept.bytes) && str_eq(before.name, w.kept.name), "another one");
    CHECK(str_eq(w.kept.sha256, crypto_sha256(f->mem, w.kept.bytes)), "hash");
    CHECK(w.kept.made == before.made, "made once");
}

ENGINES_SENTENCE(a_document_made_late_says_what_was_true_when_it_was_issued)
{
    struct world w;
    world_make(f, &w);
    f->now += 1000000;
    fixture_do(f, change, &w);
    fixture_do(f, look, &w);
    CHECK(str_eq(w.paper.from.name, S("Old Name")), "%.*s", STR(w.paper.from.name));
    CHECK(str_eq(w.paper.to.name, S("Old Buyer")), "%.*s", STR(w.paper.to.name));
    CHECK(w.paper.foot.len == 0 && w.paper.colour == 0, "the look of then");

    f->now += 1000000;
    fixture_do(f, issue_another, &w);
    fixture_do(f, look, &w);
    CHECK(str_eq(w.paper.from.name, S("New Name")), "%.*s", STR(w.paper.from.name));
    CHECK(w.paper.foot.len == 0, "its texts are in English now");
    CHECK(w.paper.colour == 0x112233, "the look of now");
}

static bool make(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    return paper_file(op, store, &w->app, KEPT_DOCUMENT, w->first, &w->kept);
}

static void at_most_one(struct fixture *f, bool done, void *arg)
{
    struct world *w = arg;
    struct op op = fixture_op(f);
    CHECK(store_transact(&op, f->store, TX_READ, verify, w), "verify");
    CHECK(w->verdict.problem_count == 0, "half a document");
    if (done) CHECK(str_starts(w->kept.bytes, S("%PDF-")), "no document");
}

ENGINES_SENTENCE(storing_a_document_survives_every_failure)
{
    struct world w;
    world_make(f, &w);
    CHECK(test_every_failure_outside(f, make, &w, at_most_one) > 5, "too few calls");
}

ENGINES_SENTENCE(what_was_made_and_each_version_cannot_be_changed)
{
    static const char *const forbidden[] = {
        "update paper set bytes = 'x'",
        "update paper set sha256 = lower(sha256)",
        "delete from paper",
        "update text_version set body = 'x'",
        "delete from text_version",
        "update brand_version set colour = 0",
        "delete from brand_version",
        "update entity_was set name = 'x'",
        "delete from entity_was",
        "update customer_was set name = 'x'",
        "delete from customer_was",
        "insert into paper (kind, subject, name, sha256, bytes, made) select kind, subject, name, "
        "sha256, bytes, made from paper",
    };
    struct world w;
    world_make(f, &w);
    fixture_do(f, change, &w);
    struct op op = fixture_op(f);
    CHECK(paper_file(&op, f->store, &w.app, KEPT_DOCUMENT, w.first, &w.kept), "made");
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(forbidden); i++)
        CHECK(!fixture_sql_try(f, forbidden[i]), "taken: %s", forbidden[i]);
    if (f->engine == FIXTURE_SQLITE)
        CHECK(!fixture_sql_try(f,
                               "insert or replace into paper (id, kind, subject, name, sha256, "
                               "bytes, made) select id, kind, subject, name, sha256, x'00', made "
                               "from paper"),
              "replaced");
    CHECK(str_eq(before, fixture_digest(f)), "something was changed");

    bool sqlite = f->engine == FIXTURE_SQLITE;
    fixture_sql(f, sqlite ? "drop trigger paper_keeps" : "alter table paper disable trigger user");
    fixture_sql(f, sqlite ? "update paper set bytes = x'00'" : "update paper set bytes = '\\x00'");
    fixture_do(f, verify, &w);
    CHECK(w.verdict.problem_count == 1, "verify finds %td", w.verdict.problem_count);
}

TESTS(ENGINES_TEST(a_document_stays_as_it_was_made_whatever_changes_later),
      ENGINES_TEST(a_document_made_late_says_what_was_true_when_it_was_issued),
      ENGINES_TEST(storing_a_document_survives_every_failure),
      ENGINES_TEST(what_was_made_and_each_version_cannot_be_changed))
