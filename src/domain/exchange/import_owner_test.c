/* A file of customers that says who looks after each. */
#include "base/arena.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/exchange/import.h"
#include "fixture.h"

static bool make_seller(struct op *op, void *unused)
{
    int64_t id;
    struct entity seller = {
        .code = S("main"), .name = S("Nordwind"), .zone = S("UTC"), .currency = {"EUR"}};
    (void)unused;
    return entity_put(op, &seller, &id);
}

static struct import_result import_it(struct fixture *f, const char *content)
{
    struct import_result r;
    struct op op = fixture_op(f);
    struct import_options options = {.kind = IMPORT_CUSTOMERS,
                                     .path = test_file(f->mem, str_of(content))};
    CHECK(import_run(&op, f->store, &options, NULL, NULL, &r), "%s", fixture_why(&op));
    return r;
}

static void counts(struct import_result r, int64_t created, int64_t updated, int64_t unchanged,
                   int64_t refused)
{
    CHECK(r.created == created && r.updated == updated && r.unchanged == unchanged &&
              r.refused == refused,
          "created %lld, updated %lld, unchanged %lld, refused %lld", (long long)r.created,
          (long long)r.updated, (long long)r.unchanged, (long long)r.refused);
}

/* Rita has C1, and nobody the others. */
static bool owned_as_said(struct op *op, void *unused)
{
    struct customers list;
    (void)unused;
    if (!customers_list(op, S(""), S(""), 10, (date){0}, &list)) return false;
    CHECK(list.count == 2, "%td customers", list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        str want = str_eq(list.at[i].number, S("C1")) ? S("Rita") : S("");
        CHECK(str_eq(list.at[i].owner_name, want), "%.*s: %.*s", STR(list.at[i].number),
              STR(list.at[i].owner_name));
    }
    return true;
}

static bool refused_as_said(struct op *op, void *run)
{
    struct import_refusals list;
    if (!import_refusals(op, *(int64_t *)run, 0, 10, &list)) return false;
    CHECK(list.count == 3, "%td", list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct import_refusal *r = &list.at[i];
        CHECK(r->line == 3 + i && str_eq(r->column, S("owner")) &&
                  str_starts(r->reason, S("No colleague has this e-mail address")),
              "line %lld, %.*s: %.*s", (long long)r->line, STR(r->column), STR(r->reason));
    }
    return true;
}

#define FILE_OF_FIVE                                                                               \
    "customer,name,owner\n"                                                                        \
    "C1,Acme,Rita@Nordwind.example\n"                                                              \
    "C2,Bolt,nobody@else.example\n"                                                                \
    "C3,Cord,gone@nordwind.example\n"                                                              \
    "C4,Dune,payer@acme.example\n"                                                                 \
    "C5,Elm,\n"

ENGINES_SENTENCE(a_file_of_customers_says_who_looks_after_each)
{
    fixture_do(f, make_seller, NULL);
    fixture_sql(f, "insert into person (email, name, staff_role, created_at) values "
                   "('rita@nordwind.example', 'Rita', 'clerk', 1)");
    fixture_sql(f, "insert into person (email, name, staff_role, created_at, blocked_at) values "
                   "('gone@nordwind.example', 'Gone', 'clerk', 1, 2)");
    fixture_sql(f, "insert into person (email, name, created_at) values "
                   "('payer@acme.example', 'Payer', 1)");
    struct import_result r = import_it(f, FILE_OF_FIVE);
    counts(r, 2, 0, 0, 3);
    fixture_do(f, refused_as_said, &r.run);
    fixture_do(f, owned_as_said, NULL);
    counts(import_it(f, FILE_OF_FIVE), 0, 0, 2, 3);
    fixture_do(f, owned_as_said, NULL);
}

ENGINES_SENTENCE(an_owner_that_a_file_does_not_say_stays)
{
    fixture_do(f, make_seller, NULL);
    fixture_sql(f, "insert into person (email, name, staff_role, created_at) values "
                   "('rita@nordwind.example', 'Rita', 'clerk', 1)");
    counts(import_it(f, "customer,name\nC1,Acme\nC2,Bolt\n"), 2, 0, 0, 0);
    counts(import_it(f, "customer,owner\nC1,rita@nordwind.example\n"), 0, 1, 0, 0);
    fixture_do(f, owned_as_said, NULL);
    counts(import_it(f, "customer,name,owner\nC1,Acme,\n"), 0, 0, 1, 0);
    fixture_do(f, owned_as_said, NULL);
}

TESTS(ENGINES_TEST(a_file_of_customers_says_who_looks_after_each),
      ENGINES_TEST(an_owner_that_a_file_does_not_say_stays))
