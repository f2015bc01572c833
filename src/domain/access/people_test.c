#include "domain/access/people.h"

#include "base/random.h"
#include "domain/access/sessions.h"
#include "fixture.h"

SENTENCE(an_address_is_kept_in_one_form_or_refused)
{
    static const struct {
        const char *typed, *kept; /* NULL: refused */
    } cases[] = {
        {"anna@example.com", "anna@example.com"},
        {" Anna.Berg@Example.COM ", "anna.berg@example.com"},
        {"a+b@sub.example.co", "a+b@sub.example.co"},
        {"o'neil@example.ie", "o'neil@example.ie"},
        {"", NULL},
        {"anna", NULL},
        {"@example.com", NULL},
        {"anna@", NULL},
        {"anna@localhost", NULL},
        {"anna@@example.com", NULL},
        {"anna@exa mple.com", NULL},
        {"anna@example.com, bob@example.com", NULL},
        {"anna@example.com\nBcc: x@y.example", NULL},
        {".anna@example.com", NULL},
        {"anna.@example.com", NULL},
        {"an..na@example.com", NULL},
        {"anna@example..com", NULL},
        {"anna@.example.com", NULL},
        {"anna@-example.com", NULL},
        {"<anna@example.com>", NULL},
        {"\"anna\"@example.com", NULL},
        {"anna@ex\xC3\xA4mple.com", NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str kept = {0};
        bool good = person_email(mem, str_of(cases[i].typed), &kept);
        CHECK(good == (cases[i].kept != NULL), "\"%s\"", cases[i].typed);
        if (good) CHECK(str_eq(kept, str_of(cases[i].kept)), "%.*s", STR(kept));
    }
}

/* --- two customers, with people --------------------------------------------------------------- */

static void customers_make(struct fixture *f)
{
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C1', 'Hallam', 0, 0), ('C2', 'Pryce', 0, 0)");
}

struct inviting {
    struct invitation in;
    int64_t person;
};

static bool invite(struct op *op, void *arg)
{
    struct inviting *i = arg;
    return person_invite(op, &i->in, &i->person);
}

static int64_t invited(struct fixture *f, const char *email, enum role role, int64_t customer)
{
    struct inviting i = {
        .in = {.email = str_of(email), .role = role, .customer = customer, .quiet = true}};
    fixture_do(f, invite, &i);
    return i.person;
}

struct changing {
    int64_t customer, person, member;
    enum role role;
    struct member_list members;
    struct seat_list seats;
    struct person who;
    str token;
    struct session session;
    bool expired;
};

static bool read_all(struct op *op, void *arg)
{
    struct changing *c = arg;
    return members_of(op, c->customer, &c->members) && seats_of(op, c->person, &c->seats) &&
           person_get(op, c->person, &c->who);
}

static bool set_role(struct op *op, void *arg)
{
    struct changing *c = arg;
    return member_set_role(op, c->customer, c->member, c->role);
}

static bool remove_member(struct op *op, void *arg)
{
    struct changing *c = arg;
    return member_remove(op, c->customer, c->member);
}

static bool begin_session(struct op *op, void *arg)
{
    struct changing *c = arg;
    return sessions_open(op, c->person, c->customer, op->now, S(""), &c->token);
}

static bool find_session(struct op *op, void *arg)
{
    struct changing *c = arg;
    return sessions_find(op, c->token, &c->session, &c->expired);
}

static bool block(struct op *op, void *arg)
{
    struct changing *c = arg;
    return person_block(op, c->person, true);
}

/* Tries what must be refused, and says with which words it was. */
static str refused(struct fixture *f, bool (*work)(struct op *, void *), void *arg)
{
    struct op op = fixture_op(f);
    str before = fixture_digest(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, work, arg), "it was not refused");
    CHECK(str_eq(before, fixture_digest(f)), "and something was changed");
    return op.errs->message;
}

/* domain.md rule 37: a parent sees and pays for its children; a child sees neither it nor siblings.
 */
ENGINES_SENTENCE(a_parents_people_may_pay_for_its_children_and_not_the_other_way)
{
    customers_make(f);
    fixture_sql(f, "insert into customer (number, name, parent, created, changed) values "
                   "('C3', 'Hallam North', 1, 0, 0), ('C4', 'Hallam Far North', 3, 0, 0)");
    struct changing above = {.customer = 1,
                             .person = invited(f, "up@a.example", ROLE_CUSTOMER_ADMIN, 1)};
    struct changing below = {.customer = 3,
                             .person = invited(f, "down@a.example", ROLE_CUSTOMER_ADMIN, 3)};
    fixture_do(f, read_all, &above);
    fixture_do(f, read_all, &below);
    CHECK(above.seats.count == 3, "%td seats above", above.seats.count);
    for (ptrdiff_t i = 0; i < above.seats.count; i++) {
        enum role role = above.seats.at[i].customer == 1 ? ROLE_CUSTOMER_ADMIN : ROLE_PAYER;
        CHECK(above.seats.at[i].role == role, "%.*s", STR(above.seats.at[i].name));
    }
    CHECK(below.seats.count == 2, "%td seats below", below.seats.count);

    static const struct {
        bool above;
        int64_t customer;
        enum role role;
    } cases[] = {
        {true, 1, ROLE_CUSTOMER_ADMIN}, {true, 3, ROLE_PAYER},           {true, 4, ROLE_PAYER},
        {true, 2, ROLE_NONE},           {false, 3, ROLE_CUSTOMER_ADMIN}, {false, 1, ROLE_NONE},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct changing *c = cases[i].above ? &above : &below;
        c->customer = cases[i].customer;
        fixture_do(f, begin_session, c);
        fixture_do(f, find_session, c);
        CHECK(c->session.role == cases[i].role, "case %td: %d", i, (int)c->session.role);
    }
}

ENGINES_SENTENCE(an_invitation_adds_a_person_and_a_seat_once)
{
    customers_make(f);
    struct changing c = {.customer = 1, .person = invited(f, "Anna@Example.com", ROLE_PAYER, 1)};
    CHECK(invited(f, "anna@example.com", ROLE_VIEWER, 2) == c.person, "the same person");
    fixture_do(f, read_all, &c);
    CHECK(c.members.count == 1 && c.seats.count == 2, "%td members", c.members.count);
    CHECK(c.members.at[0].role == ROLE_PAYER, "the role at the first");
    CHECK(str_eq(c.members.at[0].name, S("anna")), "named after the address");
    CHECK(str_eq(c.seats.at[1].name, S("Pryce")) && c.seats.at[1].role == ROLE_VIEWER, "seats");

    struct inviting again = {
        .in = {.email = S("ANNA@example.com"), .role = ROLE_VIEWER, .customer = 1}};
    str why = refused(f, invite, &again);
    CHECK(str_eq(why, S("This person is already in the list.")), "%.*s", STR(why));
}

ENGINES_SENTENCE(an_invitation_that_makes_no_sense_is_refused)
{
    static const struct {
        const char *email;
        enum role role;
        int64_t customer;
        const char *why;
    } cases[] = {
        {"nobody", ROLE_VIEWER, 1, "Please enter an e-mail address, like name@company.example."},
        {"x@example.com", ROLE_NONE, 1, "Please choose what this person may do."},
        {"x@example.com", ROLE_CLERK, 1, "Please choose what this person may do."},
        {"x@example.com", ROLE_VIEWER, 0, "Please choose what this person may do."},
        {"staff@example.com", ROLE_VIEWER, 1, "This address is in use already."},
        {"anna@example.com", ROLE_CLERK, 0, "This address is in use already."},
    };
    customers_make(f);
    invited(f, "anna@example.com", ROLE_PAYER, 1);
    invited(f, "staff@example.com", ROLE_CLERK, 0);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct inviting in = {.in = {.email = str_of(cases[i].email),
                                     .role = cases[i].role,
                                     .customer = cases[i].customer}};
        str why = refused(f, invite, &in);
        CHECK(str_eq(why, str_of(cases[i].why)), "case %td: %.*s", i, STR(why));
    }
}

ENGINES_SENTENCE(a_customer_keeps_an_administrator)
{
    customers_make(f);
    struct changing c = {.customer = 1, .role = ROLE_VIEWER};
    c.person = invited(f, "anna@example.com", ROLE_CUSTOMER_ADMIN, 1);
    fixture_do(f, read_all, &c);
    c.member = c.members.at[0].id;

    str only = S("This is your only administrator. Make somebody else administrator first.");
    CHECK(str_eq(refused(f, set_role, &c), only), "the role");
    CHECK(str_eq(refused(f, remove_member, &c), only), "the seat");

    struct changing other = c;
    other.customer = 2;
    CHECK(str_eq(refused(f, remove_member, &other), S("There is no such person.")),
          "from the other customer she is not there");

    invited(f, "bert@example.com", ROLE_CUSTOMER_ADMIN, 1);
    fixture_do(f, set_role, &c);
    fixture_do(f, read_all, &c);
    CHECK(c.seats.at[0].role == ROLE_VIEWER, "now it may change");
    fixture_do(f, remove_member, &c);
    fixture_do(f, read_all, &c);
    CHECK(c.seats.count == 0 && c.members.count == 1, "and end");
}

ENGINES_SENTENCE(a_change_of_what_a_person_may_ends_the_sessions_it_concerns)
{
    customers_make(f);
    struct changing here = {.customer = 1, .role = ROLE_PAYER}, there = {.customer = 2};
    here.person = there.person = invited(f, "anna@example.com", ROLE_VIEWER, 1);
    invited(f, "anna@example.com", ROLE_VIEWER, 2);
    fixture_do(f, read_all, &here);
    here.member = here.members.at[0].id;

    fixture_do(f, begin_session, &here);
    fixture_do(f, begin_session, &there);
    fixture_do(f, set_role, &here);
    fixture_do(f, find_session, &here);
    fixture_do(f, find_session, &there);
    CHECK(here.session.id == 0 && here.expired, "signed out there");
    CHECK(there.session.role == ROLE_VIEWER, "and not elsewhere");

    fixture_do(f, begin_session, &here);
    fixture_do(f, find_session, &here);
    CHECK(here.session.role == ROLE_PAYER, "with the new role");
    fixture_do(f, block, &here);
    fixture_do(f, find_session, &here);
    fixture_do(f, find_session, &there);
    CHECK(here.session.id == 0 && there.session.id == 0, "a blocked person is out everywhere");
}

ENGINES_SENTENCE(an_invitation_that_fails_halfway_leaves_nothing)
{
    customers_make(f);
    struct inviting in = {
        .in = {.email = S("anna@example.com"), .role = ROLE_PAYER, .customer = 1}};
    ptrdiff_t calls = test_every_failure(f, invite, &in, NULL);
    CHECK(calls >= 6, "%td calls", calls);
}

TESTS(ENGINES_TEST(a_parents_people_may_pay_for_its_children_and_not_the_other_way),
      TEST(an_address_is_kept_in_one_form_or_refused),
      ENGINES_TEST(an_invitation_adds_a_person_and_a_seat_once),
      ENGINES_TEST(an_invitation_that_makes_no_sense_is_refused),
      ENGINES_TEST(a_customer_keeps_an_administrator),
      ENGINES_TEST(a_change_of_what_a_person_may_ends_the_sessions_it_concerns),
      ENGINES_TEST(an_invitation_that_fails_halfway_leaves_nothing))
