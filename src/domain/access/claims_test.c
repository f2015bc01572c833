#include "domain/access/claims.h"

#include "domain/access/people.h"
#include "domain/audit/audit.h"
#include "domain/notices/notices.h"
#include "fixture.h"

SENTENCE(an_address_fits_by_its_domain_unless_a_provider_gives_it_to_anybody)
{
    static const str known[] = {{"ap@hallam.example", 17},
                                {"books.hallam@gmail.com", 22},
                                {"kasse@gmx.de", 12},
                                {"office@t-online.de", 18}};
    static const struct {
        const char *email;
        bool fits;
    } cases[] = {
        {"new@hallam.example", true},
        {"ap@hallam.example", true},
        {"books.hallam@gmail.com", true},
        {"other@gmail.com", false},
        {"other@gmx.de", false},
        {"other@t-online.de", false},
        {"x@nothallam.example", false},
        {"x@sub.hallam.example", false},
        {"hallam.example@evil.test", false},
    };
    (void)mem;
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(claim_address_fits(str_of(cases[i].email), known, COUNT(known)) == cases[i].fits,
              "%s", cases[i].email);
}

/* --- two customers, an invoice each ----------------------------------------------------------- */

enum { HALLAM = 1, PRYCE };

static bool anna_make(struct op *op, void *arg)
{
    int64_t *id = arg;
    struct invitation anna = {.email = S("anna@hallam.example"),
                              .name = S("Anna Berg"),
                              .role = ROLE_CUSTOMER_ADMIN,
                              .customer = HALLAM,
                              .quiet = true};
    struct invitation lena = {.email = S("lena@nordwind.example"),
                              .name = S("Lena Voss"),
                              .role = ROLE_ADMINISTRATOR,
                              .quiet = true};
    return person_invite(op, &lena, id) && person_invite(op, &anna, id);
}

static void books_make(struct fixture *f)
{
    int64_t id;
    fixture_sql(f, "insert into entity (code, name, currency, zone, created, changed) values "
                   "('main', 'Nordwind', 'EUR', 'Europe/Berlin', 0, 0)");
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C1', 'Hallam & Pryce', 0, 0), ('C2', 'Pryce', 0, 0)");
    fixture_sql(f, "insert into account (customer, entity, currency) values "
                   "(1, 1, 'EUR'), (2, 1, 'EUR'), (2, 1, 'JPY')");
    fixture_sql(f, "insert into document (entity, customer, account, kind, number, issued, "
                   "currency, net_minor, tax_minor, total_minor, recorded) values "
                   "(1, 1, 1, 'invoice', 'RE-1001', '2026-01-02', 'EUR', 100000, 19000, 119000, 0),"
                   "(1, 2, 2, 'invoice', 'RE-1002', '2026-01-02', 'EUR', 5000, 0, 5000, 0),"
                   "(1, 2, 3, 'invoice', 'RE-1003', '2026-01-02', 'JPY', 84000, 0, 84000, 0)");
    fixture_sql(f,
                "insert into item (entity, account, customer, currency, gl, kind, side, document, "
                "number, issued, due, amount_minor) "
                "select entity, account, customer, currency, '1100', 'invoice', 1, id, number, "
                "issued, issued, total_minor from document");
    fixture_sql(f, "insert into contact (customer, name, email, role, created) values "
                   "(2, 'Accounts', 'Accounts@Pryce.Example', 'ap', 0)");
    fixture_do(f, anna_make, &id);
}

struct asking {
    struct claim_ask in;
    struct attempt attempt;
    int64_t ask, claim, person, customer;
    struct claim_list list;
    struct claim got;
    struct notice_list mails;
    struct audit_list deeds;
    enum role role;
    str token, words;
    bool open;
};

static const struct site site = {.url = {"https://pay.example", 19}, .seller = {"Nordwind", 8}};

static bool ask(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_ask(op, &a->in, &a->attempt);
}

/* The jobs' work: all that was asked, then all that is to be told. */
static bool work(struct op *op, void *arg)
{
    struct asking *a = arg;
    for (int64_t id = a->ask; id < a->ask + 3; id++)
        if (!claim_look(op, id)) return false;
    return claims_newest(op, 1, &a->list) && notices_newest(op, 0, 100, &a->mails) &&
           audit_newest(op, 0, 1, &a->deeds);
}

static bool tell(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_mail(op, a->claim, &site);
}

static bool mails(struct op *op, void *arg)
{
    struct asking *a = arg;
    return notices_newest(op, 0, 100, &a->mails);
}

static bool grant(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_grant(op, a->customer, a->claim, a->role);
}

static bool refuse(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_refuse(op, a->customer, a->claim, a->words);
}

static bool find(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_find(op, a->token, &a->got);
}

static bool use(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_use(op, a->token, &a->got, &a->person);
}

static bool seats(struct op *op, void *arg)
{
    struct asking *a = arg;
    struct seat_list list;
    if (!seats_of(op, a->person, &list)) return false;
    a->role = list.count ? list.at[0].role : ROLE_NONE;
    return claims_to_decide(op, a->customer, &a->list);
}

static void token_read(struct asking *a)
{
    str text = a->mails.at[0].notice.text, start = S("https://pay.example/join/");
    ptrdiff_t at = str_find(text, start);
    CHECK(at >= 0, "no link in: %.*s", STR(text));
    a->token = str_cut(str_from(text, at + start.len), '\n').head;
}

/* Asks, lets the job look, and says how it stands: "" nothing came of it. */
static str asked(struct fixture *f, struct asking *a, const char *email, const char *invoice,
                 const char *total)
{
    int64_t newest = a->list.count ? a->list.at[0].id : 0;
    a->in = (struct claim_ask){.name = S("Ina Roth"),
                               .email = str_of(email),
                               .invoice = str_of(invoice),
                               .total = str_of(total)};
    fixture_do(f, ask, a);
    /* SQLite gives the id of a row that was removed to the next one. */
    a->ask = f->engine == FIXTURE_SQLITE ? 1 : a->ask + 1;
    fixture_do(f, work, a);
    if (a->list.count == 0 || a->list.at[0].id == newest) return S("");
    a->claim = a->list.at[0].id;
    return a->list.at[0].state == CLAIM_GRANTED ? S("granted") : S("waiting");
}

ENGINES_SENTENCE(the_number_and_the_total_of_an_invoice_prove_and_nothing_less_does)
{
    static const struct {
        const char *email, *invoice, *total, *becomes;
    } cases[] = {
        {"ina@hallam.example", "RE-1001", "1,190.00", "granted"},
        {"ine@hallam.example", " re-1001 ", "1.190,00 \xE2\x82\xAC", "granted"},
        {"ini@hallam.example", "RE-1001", "1190", "granted"},
        {"ino@hallam.example", "RE-1001", "1190.01", ""},
        {"inu@hallam.example", "RE-1001", "1000", ""},
        {"iny@hallam.example", "RE-1002", "1,190.00", ""},
        {"inz@hallam.example", "RE-9999", "1,190.00", ""},
        {"x@pryce.example", "RE-1003", "JPY 84,000", "granted"},
        {"y@pryce.example", "RE-1003", "840.00", ""},
        {"x@elsewhere.example", "RE-1002", "50", "waiting"},
        {"y@hallam.example", "RE-1002", "50.00", "waiting"},
        {"anna@hallam.example", "RE-1001", "1190", ""},
        {"lena@nordwind.example", "RE-1001", "1190", ""},
    };
    struct asking a = {0};
    books_make(f);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        f->now += HOUR_US;
        str got = asked(f, &a, cases[i].email, cases[i].invoice, cases[i].total);
        CHECK(str_eq(got, str_of(cases[i].becomes)), "%s with %s of %s: \"%.*s\"", cases[i].email,
              cases[i].total, cases[i].invoice, STR(got));
    }
}

ENGINES_SENTENCE(an_address_of_the_company_lets_in_with_a_click_once_and_with_the_least_role)
{
    struct asking a = {0};
    books_make(f);
    CHECK(str_eq(asked(f, &a, "Ina@Hallam.example", "RE-1001", "1190"), S("granted")), "granted");
    fixture_do(f, tell, &a);
    fixture_do(f, mails, &a);
    CHECK(a.mails.count == 1 && a.mails.at[0].notice.secret, "%td mails", a.mails.count);
    CHECK(str_eq(a.mails.at[0].notice.to, S("ina@hallam.example")), "to whom");
    token_read(&a);
    for (int i = 0; i < 3; i++) {
        fixture_do(f, find, &a);
        CHECK(a.got.id == a.claim, "a scanner opens it and uses nothing up");
    }
    fixture_do(f, use, &a);
    CHECK(a.got.id && a.person, "the click");
    fixture_do(f, seats, &a);
    CHECK(a.role == ROLE_VIEWER, "the least role: %d", (int)a.role);
    int64_t first = a.person;
    fixture_do(f, use, &a);
    CHECK(!a.got.id && !a.person, "once");
    a.person = first;

    fixture_do(f, tell, &a);
    fixture_do(f, tell, &a);
    fixture_do(f, mails, &a);
    CHECK(a.mails.count == 2, "the administrator is told, once: %td", a.mails.count);
    CHECK(str_eq(a.mails.at[0].notice.to, S("anna@hallam.example")), "Anna");
    CHECK(str_find(a.mails.at[0].notice.text, S("https://pay.example/people")) > 0, "where to");
    CHECK(!a.mails.at[0].notice.secret, "and it is kept");
}

ENGINES_SENTENCE(another_address_waits_for_a_decision_that_is_made_once)
{
    struct asking a = {.role = ROLE_PAYER};
    books_make(f);
    asked(f, &a, "ina@gmail.com", "RE-1001", "1190");
    fixture_do(f, tell, &a);
    fixture_do(f, tell, &a);
    fixture_do(f, mails, &a);
    CHECK(a.mails.count == 2, "the customer's and the seller's administrator: %td", a.mails.count);
    for (int i = 0; i < 2; i++)
        CHECK(!str_eq(a.mails.at[i].notice.to, S("ina@gmail.com")), "nothing to a guesser");

    a.customer = PRYCE;
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, grant, &a) && op.errs->kind == ERR_MISSING,
          "another customer's is not there");
    a.customer = HALLAM;
    fixture_do(f, grant, &a);
    op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, refuse, &a) && op.errs->kind == ERR_CONFLICT,
          "decided once");
    fixture_do(f, tell, &a);
    fixture_do(f, mails, &a);
    CHECK(str_eq(a.mails.at[0].notice.to, S("ina@gmail.com")), "now the person gets the link");
    token_read(&a);
    fixture_do(f, use, &a);
    fixture_do(f, seats, &a);
    CHECK(a.role == ROLE_PAYER && a.list.count == 0, "the role that was chosen");
}

ENGINES_SENTENCE(a_refusal_says_why_and_holds_for_a_while)
{
    struct asking a = {.words = S("Please ask Anna for an invitation.")};
    books_make(f);
    asked(f, &a, "ina@gmail.com", "RE-1001", "1190");
    fixture_do(f, refuse, &a);
    fixture_do(f, tell, &a);
    fixture_do(f, mails, &a);
    CHECK(str_find(a.mails.at[0].notice.text, a.words) > 0, "%.*s", STR(a.mails.at[0].notice.text));
    CHECK(str_eq(asked(f, &a, "ina@gmail.com", "RE-1001", "1190"), S("")), "not again at once");
    f->now += CLAIM_REFUSED * DAY_US;
    CHECK(str_eq(asked(f, &a, "ina@gmail.com", "RE-1001", "1190"), S("waiting")), "later");
}

ENGINES_SENTENCE(asking_twice_is_one_request_and_all_of_it_runs_out)
{
    struct asking a = {.role = ROLE_VIEWER};
    books_make(f);
    CHECK(str_eq(asked(f, &a, "ina@gmail.com", "RE-1001", "1190"), S("waiting")), "once");
    CHECK(str_eq(asked(f, &a, "ina@gmail.com", "RE-1001", "1190"), S("")), "and no more");
    f->now += CLAIM_WAITS * DAY_US;
    fixture_do(f, seats, &a);
    CHECK(a.list.count == 0, "it has run out");
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, grant, &a), "and nobody can grant it");

    asked(f, &a, "ine@hallam.example", "RE-1001", "1190");
    fixture_do(f, tell, &a);
    fixture_do(f, mails, &a);
    token_read(&a);
    f->now += CLAIM_LINK_AT_ONCE * DAY_US - 1;
    fixture_do(f, find, &a);
    CHECK(a.got.id, "the link's last moment");
    f->now += 1;
    fixture_do(f, use, &a);
    CHECK(!a.got.id, "and after");
}

ENGINES_SENTENCE(whoever_was_removed_waits_and_whoever_is_blocked_gets_nothing)
{
    struct asking a = {0};
    books_make(f);
    fixture_sql(f, "insert into person (email, name, created_at, blocked_at) values "
                   "('old@hallam.example', 'Old', 0, null), ('bad@hallam.example', 'Bad', 0, 1)");
    CHECK(str_eq(asked(f, &a, "old@hallam.example", "RE-1001", "1190"), S("waiting")),
          "an administrator removed them: an administrator lets them in again");
    CHECK(str_eq(asked(f, &a, "bad@hallam.example", "RE-1001", "1190"), S("")), "blocked");
}

ENGINES_SENTENCE(guessing_is_counted_by_what_was_typed_and_seen_in_the_trail)
{
    struct asking a = {0};
    books_make(f);
    for (int i = 0; i < CLAIMS_AN_INVOICE; i++) {
        asked(f, &a, "ina@hallam.example", i % 2 ? "RE-1001" : "re-1001", "17");
        CHECK(!a.attempt.refused, "try %d", i);
    }
    CHECK(str_eq(a.deeds.at[0].action, S("claim.wrong")), "%.*s", STR(a.deeds.at[0].action));
    a.in.total = S("1190");
    fixture_do(f, ask, &a);
    a.ask++;
    fixture_do(f, work, &a);
    CHECK(a.attempt.refused && a.list.count == 0, "the next is not looked at, right or wrong");

    f->now += HOUR_US;
    for (int i = 0; i < CLAIMS_AN_INVOICE; i++) asked(f, &a, "i@hallam.example", "NONE-7", "17");
    fixture_do(f, ask, &a);
    CHECK(a.attempt.refused, "an invoice that is not there counts alike");
}

SENTENCE(what_cannot_be_read_is_said_beside_its_field)
{
    static const struct {
        const char *name, *email, *invoice, *total, *field;
    } cases[] = {
        {"", "a@b.example", "R-1", "1", "name"},
        {"See http://evil.example", "a@b.example", "R-1", "1", "name"},
        {"Ina", "nobody", "R-1", "1", "email"},
        {"Ina", "a@b.example", " ", "1", "invoice"},
        {"Ina", "a@b.example", "R-1", "much", "total"},
        {"Ina", "a@b.example", "R-1", "0", "total"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem, .now = 1};
        struct attempt attempt;
        struct claim_ask in = {.name = str_of(cases[i].name),
                               .email = str_of(cases[i].email),
                               .invoice = str_of(cases[i].invoice),
                               .total = str_of(cases[i].total)};
        CHECK(!claim_ask(&op, &in, &attempt), "case %td", i);
        CHECK(strcmp(op.errs->field, cases[i].field) == 0 && !op.errs->next, "case %td: %s", i,
              op.errs->field);
    }
}

/* --- every failure ---------------------------------------------------------------------------- */

static bool set_open(struct op *op, void *arg)
{
    (void)arg;
    return claims_open_set(op, false);
}

static bool is_open(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claims_open(op, true, &a->open);
}

static bool look_once(struct op *op, void *arg)
{
    struct asking *a = arg;
    return claim_look(op, a->ask);
}

static bool sweep(struct op *op, void *arg)
{
    (void)arg;
    struct op later = *op;
    later.now += 200 * DAY_US;
    bool done = claims_sweep(&later);
    op->errs = later.errs;
    return done;
}

ENGINES_SENTENCE(whatever_fails_halfway_was_never_begun)
{
    static const struct {
        const char *name;
        bool (*work)(struct op *op, void *arg);
        int calls; /* at least: begin, the statements, commit */
    } steps[] = {
        {"ask", ask, 7},     {"look", look_once, 10},    {"tell the deciders", tell, 6},
        {"grant", grant, 6}, {"mail the link", tell, 5}, {"use it", use, 10},
        {"tell", tell, 4},   {"turn off", set_open, 4},  {"sweep", sweep, 4},
    };
    struct asking a = {.role = ROLE_PAYER};
    books_make(f);
    a.in = (struct claim_ask){
        .name = S("Ina"), .email = S("ina@gmail.com"), .invoice = S("RE-1001"), .total = S("1190")};
    for (ptrdiff_t i = 0; i < COUNT(steps); i++) {
        if (steps[i].work == look_once) /* failed inserts have used up ids on one engine */
            fixture_sql(f, "update claim_ask set id = 1000"), a.ask = 1000;
        if (steps[i].work == tell) fixture_sql(f, "update claim set id = 1000"), a.claim = 1000;
        if (steps[i].work == use) {
            static char kept[100]; /* each try's memory is given back */
            fixture_do(f, mails, &a);
            token_read(&a);
            memcpy(kept, a.token.at, (size_t)a.token.len);
            a.token.at = kept;
        }
        ptrdiff_t calls = test_every_failure(f, steps[i].work, &a, NULL);
        CHECK(calls >= steps[i].calls, "%s: %td calls", steps[i].name, calls);
    }
    fixture_do(f, is_open, &a);
    CHECK(!a.open, "it was turned off");
}

TESTS(TEST(an_address_fits_by_its_domain_unless_a_provider_gives_it_to_anybody),
      ENGINES_TEST(the_number_and_the_total_of_an_invoice_prove_and_nothing_less_does),
      ENGINES_TEST(an_address_of_the_company_lets_in_with_a_click_once_and_with_the_least_role),
      ENGINES_TEST(another_address_waits_for_a_decision_that_is_made_once),
      ENGINES_TEST(a_refusal_says_why_and_holds_for_a_while),
      ENGINES_TEST(asking_twice_is_one_request_and_all_of_it_runs_out),
      ENGINES_TEST(whoever_was_removed_waits_and_whoever_is_blocked_gets_nothing),
      ENGINES_TEST(guessing_is_counted_by_what_was_typed_and_seen_in_the_trail),
      TEST(what_cannot_be_read_is_said_beside_its_field),
      ENGINES_TEST(whatever_fails_halfway_was_never_begun))
