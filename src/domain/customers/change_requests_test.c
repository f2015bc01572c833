#include "domain/customers/change_requests.h"

#include "domain/access/people.h"
#include "fixture.h"

struct asking {
    int64_t customer, other, person, staff, contact, request;
    struct change_wanted wanted;
    struct customer now;
    struct contacts contacts;
    struct change_request seen;
    struct change_requests of, waiting;
    int64_t count;
};

static bool person(struct op *op, const char *email, int64_t customer, int64_t *id)
{
    struct invitation in = {.email = str_of(email),
                            .name = str_of(email),
                            .role = customer ? ROLE_CUSTOMER_ADMIN : ROLE_CLERK,
                            .customer = customer,
                            .quiet = true};
    return person_invite(op, &in, id);
}

static bool make(struct op *op, void *arg)
{
    struct asking *a = arg;
    enum put did;
    struct customer one = {.number = S("C1"), .name = S("One"), .address = S("Old Street 1")};
    struct customer two = {.number = S("C2"), .name = S("Two")};
    if (!customer_put(op, &one, &a->customer, &did) || !customer_put(op, &two, &a->other, &did))
        return false;
    struct contact c = {
        .customer = a->customer, .name = S("Maya"), .role = S("ap"), .email = S("m@one.example")};
    return contact_put(op, &c, &a->contact) &&
           person(op, "admin@one.example", a->customer, &a->person) &&
           person(op, "clerk@seller.example", 0, &a->staff);
}

static bool look(struct op *op, void *arg)
{
    struct asking *a = arg;
    if (a->request && !change_request_get(op, a->request, &a->seen)) return false;
    return customer_get(op, a->customer, &a->now) && contacts_of(op, a->customer, &a->contacts) &&
           change_requests_of(op, a->customer, 10, &a->of) &&
           change_requests_waiting(op, 0, 10, &a->waiting) && change_requests_count(op, &a->count);
}

static bool ask_for(struct op *op, void *arg)
{
    struct asking *a = arg;
    return change_request_add(op, &a->wanted, a->person, &a->request);
}
static bool accept(struct op *op, void *arg)
{
    struct asking *a = arg;
    return change_request_accept(op, a->request, a->staff);
}
static bool refuse_it(struct op *op, void *arg)
{
    struct asking *a = arg;
    return change_request_refuse(op, a->request, a->staff, S("Send us the register's extract."));
}
static bool withdraw(struct op *op, void *arg)
{
    struct asking *a = arg;
    return change_request_withdraw(op, a->customer, a->request, a->person);
}
static bool withdraw_as_other(struct op *op, void *arg)
{
    struct asking *a = arg;
    return change_request_withdraw(op, a->other, a->request, a->person);
}

static struct asking begin(struct fixture *f)
{
    struct asking a = {0};
    fixture_do(f, make, &a);
    a.wanted = (struct change_wanted){.kind = CHANGE_COMPANY,
                                      .customer = a.customer,
                                      .name = S("One Ltd"),
                                      .address = S("New Street 2"),
                                      .tax_id = S("DE123")};
    return a;
}

static bool is_done(struct fixture *f, bool (*act)(struct op *, void *), struct asking *a)
{
    struct op op = fixture_op(f);
    return store_transact(&op, f->store, TX_WRITE, act, a);
}

ENGINES_SENTENCE(nothing_changes_until_staff_accept_it)
{
    struct asking a = begin(f);
    fixture_do(f, ask_for, &a);
    fixture_do(f, look, &a);
    CHECK(str_eq(a.now.name, S("One")), "not yet");
    CHECK(a.count == 1 && a.waiting.count == 1 && a.of.count == 1, "waits");
    CHECK(a.seen.state == CHANGE_WAITING && str_eq(a.seen.wanted.address, S("New Street 2")),
          "as asked");

    fixture_do(f, accept, &a);
    fixture_do(f, look, &a);
    CHECK(str_eq(a.now.name, S("One Ltd")) && str_eq(a.now.address, S("New Street 2")) &&
              str_eq(a.now.tax_id, S("DE123")),
          "changed");
    CHECK(a.seen.state == CHANGE_ACCEPTED && a.count == 0 && a.waiting.count == 0, "answered");
    CHECK(!is_done(f, accept, &a) && !is_done(f, refuse_it, &a) && !is_done(f, withdraw, &a),
          "answered once");
}

ENGINES_SENTENCE(what_is_refused_or_withdrawn_leaves_things_as_they_are)
{
    struct asking a = begin(f);
    fixture_do(f, ask_for, &a);
    fixture_do(f, refuse_it, &a);
    fixture_do(f, look, &a);
    CHECK(str_eq(a.now.name, S("One")) && a.seen.state == CHANGE_REFUSED && a.seen.words.len > 0,
          "refused");
    fixture_do(f, ask_for, &a);
    CHECK(!is_done(f, withdraw_as_other, &a), "not another customer's");
    fixture_do(f, withdraw, &a);
    fixture_do(f, look, &a);
    CHECK(str_eq(a.now.name, S("One")) && a.seen.state == CHANGE_WITHDRAWN, "withdrawn");
}

ENGINES_SENTENCE(one_change_of_a_thing_waits_at_most)
{
    struct asking a = begin(f);
    fixture_do(f, ask_for, &a);
    CHECK(!is_done(f, ask_for, &a), "a second one of the company");
    a.wanted = (struct change_wanted){.kind = CHANGE_CONTACT_GONE,
                                      .customer = a.customer,
                                      .contact = a.contact,
                                      .name = S("Maya")};
    fixture_do(f, ask_for, &a);
    CHECK(!is_done(f, ask_for, &a), "a second one of the contact");
    fixture_do(f, accept, &a);
    fixture_do(f, look, &a);
    CHECK(a.contacts.count == 0, "removed");
}

ENGINES_SENTENCE(a_contact_is_added_and_changed_when_it_is_accepted)
{
    struct asking a = begin(f);
    a.wanted = (struct change_wanted){.kind = CHANGE_CONTACT,
                                      .customer = a.customer,
                                      .name = S("Ben"),
                                      .email = S("ben@one.example"),
                                      .role = S("billing"),
                                      .notices = true};
    fixture_do(f, ask_for, &a);
    fixture_do(f, accept, &a);
    fixture_do(f, look, &a);
    CHECK(a.contacts.count == 2 && str_eq(a.contacts.at[1].email, S("ben@one.example")), "added");
    a.wanted.contact = a.contacts.at[1].id;
    CHECK(!is_done(f, ask_for, &a), "nothing would change");
    a.wanted.email = S("benno@one.example");
    fixture_do(f, ask_for, &a);
    fixture_do(f, accept, &a);
    fixture_do(f, look, &a);
    CHECK(str_eq(a.contacts.at[1].email, S("benno@one.example")), "changed");
    a.wanted.customer = a.other;
    a.wanted.email = S("thief@two.example");
    CHECK(!is_done(f, ask_for, &a), "another customer's contact");
}

ENGINES_SENTENCE(whatever_fails_leaves_nothing_behind)
{
    struct asking a = begin(f);
    CHECK(test_every_failure(f, ask_for, &a, NULL) > 2, "asking makes too few calls");
    CHECK(test_every_failure(f, accept, &a, NULL) > 4, "accepting makes too few calls");
}

ENGINES_SENTENCE(the_database_keeps_what_was_asked_for)
{
    static const char *const forbidden[] = {
        "update change_request set name = 'Other'",
        "update change_request set customer = customer + 1",
        "update change_request set state = 'accepted'",
        "delete from change_request",
    };
    struct asking a = begin(f);
    fixture_do(f, ask_for, &a);
    for (ptrdiff_t i = 0; i < COUNT(forbidden); i++)
        CHECK(!fixture_sql_try(f, forbidden[i]), "taken: %s", forbidden[i]);
    fixture_do(f, accept, &a);
    CHECK(!fixture_sql_try(f, "update change_request set state = 'refused'"), "answered anew");
}

TESTS(ENGINES_TEST(nothing_changes_until_staff_accept_it),
      ENGINES_TEST(what_is_refused_or_withdrawn_leaves_things_as_they_are),
      ENGINES_TEST(one_change_of_a_thing_waits_at_most),
      ENGINES_TEST(a_contact_is_added_and_changed_when_it_is_accepted),
      ENGINES_TEST(whatever_fails_leaves_nothing_behind),
      ENGINES_TEST(the_database_keeps_what_was_asked_for))
