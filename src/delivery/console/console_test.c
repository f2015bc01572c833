/* What people of the seller do in the console, through the edge: money, customers, their mistakes.
 */
#include "base/arena.h"
#include "base/crypto.h"
#include "browser.h"
#include "delivery/console/payments.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/ledger/ledger.h"
#include "domain/notices/notices.h"
#include "domain/receivables/documents.h"

#include <string.h>

#define EUR ((currency){"EUR"})

struct world {
    int64_t person, invoice, item;
    str token;
};

static bool world_make(struct op *op, void *arg)
{
    struct world *w = arg;
    int64_t id;
    enum put did;
    struct issued issued;
    struct receivables items;
    struct entity seller = {.code = S("n"), .name = S("Nordwind"), .currency = EUR};
    struct customer one = {.number = S("C1"), .name = S("Hallam")};
    struct invitation in = {
        .email = S("lena@nordwind.example"), .role = ROLE_ADMINISTRATOR, .quiet = true};
    date day;
    struct document d = {
        .entity = 1,
        .customer = 1,
        .kind = DOCUMENT_INVOICE,
        .number = S("R-1"),
        .net = money_of(11900, EUR),
        .tax = money_of(0, EUR),
        .total = money_of(11900, EUR),
        .terms = S("net 30"),
    };
    if (!date_of(2026, 4, 1, &day)) return false;
    d.issued = day;
    if (!entity_put(op, &seller, &id) || !customer_put(op, &one, &id, &did)) return false;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, day, &items)) return false;
    w->invoice = issued.id;
    w->item = items.at[0].item;
    return person_invite(op, &in, &w->person) &&
           sessions_open(op, w->person, 0, op->now, S(""), &w->token);
}

static struct browser browser_of(struct fixture *f, struct world *w)
{
    struct browser b = {.f = f, .app = browser_app(f), .address = "192.0.2.1"};
    *w = (struct world){0};
    fixture_do(f, world_make, w);
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    b.cookies[1].name = "s", b.cookies[1].value = w->token;
    return b;
}

static bool says(const struct reply *reply, const char *words)
{
    return str_find(reply->body, str_of(words)) >= 0;
}

static void expect(struct reply reply, int status, const char *words)
{
    CHECK(reply.status == status && says(&reply, words), "%d, not %d with %s: %.*s", reply.status,
          status, words, STR(reply.body));
}

/* The path of a reply that leads to a page which says `done`. */
static const char *leads(struct fixture *f, struct reply reply, const char *done)
{
    struct str_pair cut = str_cut(reply.location, '?');
    CHECK(reply.status == 303 && str_ends(cut.tail, str_of(done)), "%d to %.*s, not to %s: %.*s",
          reply.status, STR(reply.location), done, STR(reply.body));
    return str_z(f->mem, cut.head);
}

static const char *path(struct fixture *f, const char *head, const char *tail)
{
    return str_z(f->mem, str_printf(f->mem, "%s%s", head, tail));
}

static const char *fields(struct fixture *f, const struct app *app, const char *name,
                          const char *prefix, int64_t id, const char *more)
{
    return str_z(f->mem, str_printf(f->mem, "%s=%.*s%s", name,
                                    STR(id_text(f->mem, app->keys, prefix, id)), more));
}

/* The page of one thing. */
static const char *place(struct fixture *f, const struct app *app, const char *head,
                         const char *prefix, int64_t id)
{
    return str_z(f->mem,
                 str_printf(f->mem, "%s%.*s", head, STR(id_text(f->mem, app->keys, prefix, id))));
}

static bool verify(struct op *op, void *arg)
{
    struct verdict *v = arg;
    return ledger_verify(op, v);
}

static void books_agree(struct fixture *f)
{
    struct verdict v;
    fixture_do(f, verify, &v);
    CHECK(v.problem_count == 0, "%.*s: %.*s", STR(v.problems[0].what), STR(v.problems[0].where));
}

static const char *transfer(struct fixture *f, struct browser *b, const char *reference,
                            const char *done)
{
    const char *sent =
        fields(f, b->app, "entity", "sel", 1,
               str_z(f->mem, str_printf(f->mem,
                                        "&amount=119.00&currency=EUR&value_date=2026-05-20"
                                        "&reference=%s&payer=HPL",
                                        reference)));
    return leads(f, browser_post(b, "/console/payments", sent), done);
}

ENGINES_SENTENCE(a_short_transfer_leaves_a_deduction_that_is_undone_or_decided)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    (void)transfer(f, &b, "hello", "done=unidentified");
    const char *apply = leads(
        f,
        browser_post(&b, path(f, place(f, b.app, "/console/payments/", "pay", 1), "/identify"),
                     fields(f, b.app, "customer", "cus", 1, "")),
        "done=known");
    str line = id_text(f->mem, b.app->keys, "itm", w.item);
    const char *form =
        str_z(f->mem, str_printf(f->mem,
                                 "do=apply&amount.%.*s=100.00&rest.%.*s=because-damaged_goods"
                                 "&note.%.*s=two+boxes",
                                 STR(line), STR(line), STR(line)));
    (void)leads(f, browser_post(&b, apply, form), "done=applied");
    expect(browser_get(&b, "/console/deductions"), 200, "two boxes");
    const char *work = place(f, b.app, "/console/work/", "wrk", 1);
    expect(browser_get(&b, work), 200, "R-1");
    expect(browser_get(&b, path(f, work, "/undo")), 200, "Why");
    (void)leads(f, browser_post(&b, path(f, work, "/undo"), "why=wrong"), "done=undone");
    expect(browser_post(&b, path(f, work, "/undo"), "why=wrong"), 409, "undone already");
    books_agree(f);

    (void)leads(f, browser_post(&b, apply, form), "done=applied");
    int64_t deduction = w.item + 4; /* invoice, receipt, money, the first deduction, this one */
    const char *at = place(f, b.app, "/console/deductions/", "itm", deduction);
    expect(browser_get(&b, at), 200, "To be decided");
    expect(browser_post(&b, path(f, at, "/decide"), "do=part&valid=x&note=n"), 422, "amount");
    expect(browser_post(&b, path(f, at, "/decide"), "do=all&note="), 422, "rests on");
    (void)leads(f, browser_post(&b, path(f, at, "/decide"), "do=part&valid=9.00&note=photos"),
                "done=decided");
    expect(browser_get(&b, at), 200, "Partly valid");
    expect(browser_get(&b, at), 200, "photos");
    expect(browser_get(&b, path(f, at, "?done=decided")), 200, "Credit note");
    books_agree(f);
}

ENGINES_SENTENCE(money_of_nobody_is_identified_applied_taken_back_and_returned)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    const char *at = transfer(f, &b, "hello", "done=unidentified");
    expect(browser_get(&b, at), 200, "2055");
    expect(browser_get(&b, at), 200, "hello");
    expect(browser_get(&b, path(f, at, "/identify")), 200, "Hallam");
    const char *apply = leads(
        f, browser_post(&b, path(f, at, "/identify"), fields(f, b.app, "customer", "cus", 1, "")),
        "done=known");
    expect(browser_get(&b, apply), 200, "R-1");
    str line = id_text(f->mem, b.app->keys, "itm", w.item);
    const char *form = str_z(f->mem, str_printf(f->mem, "do=apply&amount.%.*s=19.00", STR(line)));
    expect(browser_post(&b, apply, form), 200, "Less is paid than is open.");
    form = str_z(f->mem, str_printf(f->mem, "%s&rest.%.*s=open", form, STR(line)));
    (void)leads(f, browser_post(&b, apply, form), "done=applied");
    expect(browser_get(&b, at), 200, "Take back");

    const char *undo = place(f, b.app, "/console/allocations/", "alc", 1);
    expect(browser_post(&b, undo, ""), 422, "");
    (void)leads(f, browser_post(&b, undo, "why=wrong"), "done=unallocated");
    expect(browser_post(&b, undo, "why=wrong+again"), 409, "");
    expect(browser_get(&b, at), 200, "taken back");
    books_agree(f);
    (void)leads(f, browser_post(&b, path(f, at, "/return"), "day=2026-05-27&note=recall"),
                "done=returned");
    expect(browser_get(&b, at), 200, "recall");
    books_agree(f);
}

ENGINES_SENTENCE(a_transfer_that_names_its_invoice_pays_it)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    const char *at = transfer(f, &b, "R-1", "done=matched");
    expect(browser_get(&b, at), 200, "the reference");
    const char *invoice =
        str_z(f->mem, str_printf(f->mem, "/console/invoices/%.*s",
                                 STR(id_text(f->mem, b.app->keys, "inv", w.invoice))));
    expect(browser_get(&b, invoice), 200, "1100 Accounts receivable");
    expect(browser_get(&b, invoice), 200, ">Paid<");
}

ENGINES_SENTENCE(mistakes_stand_beside_their_field_and_change_nothing)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    static const struct {
        const char *path, *fields, *sentence;
    } cases[] = {
        {"/console/payments", "&amount=twelve&currency=EUR&value_date=2026-05-20",
         "decimals of the currency"},
        {"/console/payments", "&amount=1.00&currency=EXX&value_date=2026-05-20", "no currency"},
        {"/console/payments", "&amount=1.00&currency=JPY&value_date=2026-05-20",
         "decimals of the currency"},
        {"/console/payments", "&amount=1.00&currency=EUR&value_date=2027-01-01",
         "has not come yet"},
        {"/console/payments", "&amount=1.00&currency=EUR&value_date=2026-05-20&number=C9",
         "no customer with this number"},
        {"/console/payments", "&amount=0.00&currency=EUR&value_date=2026-05-20", "above zero"},
    };
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        const char *sent = fields(f, b.app, "entity", "sel", 1, cases[i].fields);
        expect(browser_post(&b, cases[i].path, sent), 422, cases[i].sentence);
    }
    expect(browser_post(&b, "/console/customers", "number=C1&name=Again"), 422, "already: Hallam");
    expect(browser_post(&b, "/console/customers", "number=C2&name=Two&terms=soon"), 422,
           "no payment terms");
    expect(browser_post(&b, "/console/customers", "number=C2&name=Two&parent=C9"), 422,
           "Create the parent first");
    CHECK(str_eq(before, fixture_digest(f)), "a refused form changed something");
}

ENGINES_SENTENCE(a_customer_changed_by_somebody_else_is_not_overwritten)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    const char *at =
        leads(f, browser_post(&b, "/console/customers", "number=C2&name=Pryce&terms=net+30"),
              "done=created");
    const char *edit = path(f, at, "/edit");
    (void)leads(f, browser_post(&b, edit, "name=Pryce+Ltd&terms=net+14&version=1"), "done=changed");
    expect(browser_post(&b, edit, "name=Price&version=1"), 422, "Somebody else");
    expect(browser_get(&b, at), 200, "Pryce Ltd");
    expect(browser_get(&b, "/console/audit"), 200, "Customer changed");
}

ENGINES_SENTENCE(what_is_applied_is_at_most_what_is_there)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    const char *at = transfer(f, &b, "hello", "done=unidentified");
    str line = id_text(f->mem, b.app->keys, "itm", w.item);
    const char *sent = str_z(f->mem, str_printf(f->mem, "do=apply&amount.%.*s=119.01", STR(line)));
    const char *apply = place(f, b.app, "/console/unapplied/", "itm", w.item + 1);
    expect(browser_post(&b, apply, sent), 409, "Say who paid first");
    apply = leads(
        f, browser_post(&b, path(f, at, "/identify"), fields(f, b.app, "customer", "cus", 1, "")),
        "done=known");
    expect(browser_post(&b, apply, sent), 200, "or less");
    expect(browser_get(&b, "/console"), 200, "Money on account");
}

ENGINES_SENTENCE(open_items_of_all_customers_are_listed_by_currency_and_due_date)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    struct reply first, all;
    const char *known = fields(f, b.app, "entity", "sel", 1,
                               "&amount=7.00&currency=EUR&value_date=2026-05-20&number=C1");
    (void)leads(f, browser_post(&b, "/console/payments", known), "done=identified");
    (void)transfer(f, &b, "hello", "done=unidentified"); /* nobody's: no open item of a customer */
    first = browser_get(&b, "/console/invoices");
    all = browser_get(&b, "/console/invoices?show=open&sort=due&currency=EUR");
    expect(first, 200, "Hallam");
    expect(first, 200, "on account");
    ptrdiff_t invoice = str_find(first.body, S(">R-1<")), paid = str_find(first.body, S("7.00"));
    CHECK(invoice > 0 && invoice < paid, "the invoice is due first");
    CHECK(str_find(first.body, S("119.00")) > 0 && str_find(all.body, S(">R-1<")) > 0,
          "the filtered list says something else");
}

ENGINES_SENTENCE(work_that_was_given_up_is_shown_and_can_be_tried_again)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    fixture_sql(f, "insert into job (kind, subject, due_at, tries, parked, last_error) values "
                   "('mail.send', 1, 5, 20, true, 'the server is away')");
    expect(browser_get(&b, "/console"), 200, "Work that was given up");
    expect(browser_get(&b, "/console/trouble"), 200, "the server is away");
    const char *sent = fields(f, b.app, "job", "job", 1, "");
    (void)leads(f, browser_post(&b, "/console/trouble/again", sent), "done=again");
    expect(browser_get(&b, "/console/trouble"), 200, "None.");
    expect(browser_post(&b, "/console/trouble/again", sent), 404, "meanwhile");
}

ENGINES_SENTENCE(a_filter_without_a_name_is_asked_for_one_beside_the_field)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    static const char *const typed = "list=invoices&query=show%3Doverdue&shared=1&name=";
    struct reply again = browser_post(&b, "/console/filters", path(f, typed, "%20"));
    expect(again, 422, "id=\"e-name\"");
    expect(again, 422, "name=\"query\" value=\"show=overdue\"");
    expect(again, 422, "name=\"shared\" value=\"1\" checked");
    expect(again, 422, "href=\"/console/invoices?show=overdue\"");
    char name[62] = {0};
    memset(name, 'x', sizeof name - 1);
    expect(browser_post(&b, "/console/filters", path(f, typed, name)), 422, name);
    /* Not typed by a person: nothing to ask for again. */
    struct reply forged = browser_post(&b, "/console/filters", "list=invoices&query=%22%3E&name=");
    CHECK(forged.status == 422 && !says(&forged, "e-name"), "%d", forged.status);
    forged = browser_post(&b, "/console/filters", "list=people&query=show%3Dall&name=");
    CHECK(forged.status == 422 && !says(&forged, "e-name"), "%d", forged.status);
    (void)leads(f, browser_post(&b, "/console/filters", path(f, typed, "Late")), "show=overdue");
}

ENGINES_SENTENCE(every_list_with_saved_filters_saves_what_it_shows_and_says_which_it_shows)
{
    static const struct {
        const char *list, *asked, *said, *sent;
    } cases[] = {
        {"customers", "?show=mine&q=", "show=mine", "show%3Dmine"},
        {"deductions", "?show=all&reason=&sort=amount", "show=all&amp;sort=amount",
         "show%3Dall%26sort%3Damount"},
        {"disputes", "?reason=damaged_goods&show=open", "reason=damaged_goods",
         "reason%3Ddamaged_goods"},
        {"invoices", "?show=overdue&currency=", "show=overdue", "show%3Doverdue"},
        {"mail", "?q=ap%40hallam.example&state=sent", "state=sent&amp;q=ap%40hallam.example",
         "state%3Dsent%26q%3Dap%2540hallam.example"},
        {"payments", "?method=card&show=failed", "show=failed&amp;method=card",
         "show%3Dfailed%26method%3Dcard"},
    };
    struct world w;
    struct browser b = browser_of(f, &w);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        const char *at = path(f, "/console/", cases[i].list);
        const char *value = path(f, "name=\"query\" value=\"", cases[i].said);
        struct reply plain = browser_get(&b, at);
        CHECK(!says(&plain, "Save this filter"), "%s is saved without a filter", at);
        struct reply asked = browser_get(&b, path(f, at, cases[i].asked));
        expect(asked, 200, path(f, value, "\""));
        const char *form = path(f, "name=Ours&shared=1&list=", path(f, cases[i].list, "&query="));
        CHECK(browser_post(&b, "/console/filters", path(f, form, cases[i].sent)).status == 303,
              "%s is not saved", at);
        plain = browser_get(&b, at);
        expect(plain, 200, ">Ours\n<span>team<");
        CHECK(!says(&plain, "Rename or remove"), "%s shows what it does not", at);
        asked = browser_get(&b, path(f, at, cases[i].asked));
        expect(asked, 200, "aria-current=\"page\">Ours\n");
        CHECK(!says(&asked, "Save this filter"), "%s is saved twice", at);
    }
}

ENGINES_SENTENCE(a_list_stands_without_a_filter_that_is_wrong_and_shows_it_as_typed)
{
    static const struct {
        const char *path, *says[4];
    } cases[] = {
        {"/console/payments?from=2026-02-31&method=transfer",
         {"type=\"text\" autocomplete=\"off\" value=\"2026-02-31\" aria-invalid=\"true\"",
          "id=\"e-from\">This is not a date.", "“2026-02-31”: This is not a date.",
          "value=\"transfer\" selected"}},
        {"/console/ageing?as_of=xx&bounds=30",
         {"value=\"xx\" aria-invalid", "id=\"e-as_of\"", "Hallam", "Over 30 days"}},
        {"/console/ageing?bounds=90,x", {"value=\"90,x\"", "id=\"e-bounds\"", "Hallam"}},
        {"/console/invoices?due_from=nn&show=bogus",
         {"There is no field", "Hallam", "must be one of"}},
        {"/console/invoices?cursor=zz", {"no cursor of ours", "Hallam"}},
        {"/console/customers?owner=usr_zz", {"“usr_zz”: There is nothing with this id.", "Hallam"}},
        {"/console/journal?from=x", {"id=\"e-from\"", "value=\"x\""}},
    };
    struct world w;
    struct browser b = browser_of(f, &w);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = browser_get(&b, cases[i].path);
        for (ptrdiff_t k = 0; k < COUNT(cases[i].says) && cases[i].says[k]; k++)
            expect(reply, 422, cases[i].says[k]);
        CHECK(!says(&reply, "Preview for all that match"), "%s: acts on more than was asked",
              cases[i].path);
    }
    expect(browser_get(&b, "/console/journal.csv?from=x"), 422, "This is not a date.");
    expect(browser_get(&b, "/console/ageing?as=csv&as_of=x"), 422, "Go to the first page");
}

ENGINES_SENTENCE(a_person_is_found_by_name_last_name_and_address)
{
    static const struct {
        const char *query, *says;
    } cases[] = {
        {"anna", "Signs in to the portal"},
        {"Schm", "Anna María Schmidt"},
        {"ap%40hallam", "Contact"},
        {"lena%40nord", "Colleague"},
        {"ole", "Ole"},
    };
    struct world w;
    struct browser b = browser_of(f, &w);
    fixture_sql(f, "insert into person (email, name, created_at) values "
                   "('as@hallam.example', 'Anna María Schmidt', 1)");
    fixture_sql(f, "insert into membership (person, customer, role, created_at) "
                   "select id, 1, 'payer', 1 from person where email = 'as@hallam.example'");
    fixture_sql(f,
                "insert into contact (customer, name, email, role, created) values "
                "(1, 'Ole', 'AP@hallam.example', 'ap', 1), (1, 'Gone', 'gone@x.example', 'ap', 1)");
    fixture_sql(f, "update contact set gone = true where name = 'Gone'");
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        expect(browser_get(&b, path(f, "/console/search?q=", cases[i].query)), 200, cases[i].says);
    expect(browser_get(&b, "/console/search?q=gone"), 200, "Nothing matches");
    expect(browser_get(&b, "/console/search?q=mar"), 200, "Nothing matches"); /* the middle */
}

ENGINES_SENTENCE(the_menu_counts_all_money_that_waits)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    const char *known = fields(f, b.app, "entity", "sel", 1,
                               "&amount=7.00&currency=EUR&value_date=2026-05-20&number=C1");
    (void)leads(f, browser_post(&b, "/console/payments", known), "done=identified");
    (void)transfer(f, &b, "hello", "done=unidentified");
    struct reply reply = browser_get(&b, "/console");
    ptrdiff_t at = str_find(reply.body, S("href=\"/console/unapplied\""));
    CHECK(at > 0 && str_find(str_head(str_from(reply.body, at), 120), S("<span>2<")) > 0, "%.*s",
          STR(str_head(str_from(reply.body, at), 120)));
}

ENGINES_SENTENCE(open_cases_and_mails_are_filtered_by_colleague_and_by_kind)
{
    struct world w;
    struct browser b = browser_of(f, &w);
    fixture_sql(f, "insert into person (email, name, staff_role, created_at) values "
                   "('ben@nordwind.example', 'Ben', 'clerk', 1)");
    str me = id_text(f->mem, b.app->keys, "usr", w.person);
    str ben = id_text(f->mem, b.app->keys, "usr", w.person + 1);
    fixture_sql(f,
                str_z(f->mem, str_printf(f->mem,
                                         "insert into dispute (item, customer, owner, reason, "
                                         "words, origin, raised_by, amount_minor, currency, "
                                         "raised) values (%lld, 1, %lld, 'damaged_goods', 'wet', "
                                         "'seller', 'Lena', 100, 'EUR', 1)",
                                         (long long)w.item, (long long)w.person)));
    static const char *const lists[] = {"/console/disputes", "/console/deductions"};
    for (ptrdiff_t i = 0; i < COUNT(lists); i++) {
        struct reply mine = browser_get(
            &b, path(f, lists[i], str_z(f->mem, str_printf(f->mem, "?owner=%.*s", STR(me)))));
        struct reply his = browser_get(
            &b,
            path(f, lists[i], str_z(f->mem, str_printf(f->mem, "?owner=%.*s&show=all", STR(ben)))));
        expect(mine, 200, str_z(f->mem, str_printf(f->mem, "value=\"%.*s\" selected", STR(me))));
        expect(his, 200, str_z(f->mem, str_printf(f->mem, "value=\"%.*s\" selected", STR(ben))));
        CHECK(i > 0 || (says(&mine, ">R-1<") && !says(&his, ">R-1<")), "not by the owner");
        CHECK(i > 0 || says(&mine, "name=\"of\""), "an act over all would take more");
    }
    for (int k = 0; k < NOTICE_KINDS; k++) {
        const char *kind = notice_kind_name((enum notice_kind)k);
        fixture_sql(
            f, str_z(f->mem,
                     str_printf(f->mem,
                                "insert into mail (event, recipient, to_name, reply_to, sender, "
                                "sender_name, kind, "
                                "subject, body_text, body_html, language, secret, created_at) "
                                "values ('e%d', 'a@b.example', '', "
                                "'', '', '', '%s', 'About %s.', '', '', 'en', false, 1)",
                                k, kind, kind)));
        struct reply one = browser_get(&b, path(f, "/console/mail?state=waiting&kind=", kind));
        expect(one, 200, str_z(f->mem, str_printf(f->mem, "About %s.", kind)));
        expect(one, 200, str_z(f->mem, str_printf(f->mem, "?state=sent&amp;kind=%s", kind)));
        CHECK(k == 0 || !says(&one, "About other."), "another kind as well");
    }
}

TESTS(ENGINES_TEST(a_person_is_found_by_name_last_name_and_address),
      ENGINES_TEST(the_menu_counts_all_money_that_waits),
      ENGINES_TEST(open_cases_and_mails_are_filtered_by_colleague_and_by_kind),
      ENGINES_TEST(a_list_stands_without_a_filter_that_is_wrong_and_shows_it_as_typed),
      ENGINES_TEST(open_items_of_all_customers_are_listed_by_currency_and_due_date),
      ENGINES_TEST(work_that_was_given_up_is_shown_and_can_be_tried_again),
      ENGINES_TEST(a_short_transfer_leaves_a_deduction_that_is_undone_or_decided),
      ENGINES_TEST(money_of_nobody_is_identified_applied_taken_back_and_returned),
      ENGINES_TEST(a_transfer_that_names_its_invoice_pays_it),
      ENGINES_TEST(every_list_with_saved_filters_saves_what_it_shows_and_says_which_it_shows),
      ENGINES_TEST(a_filter_without_a_name_is_asked_for_one_beside_the_field),
      ENGINES_TEST(mistakes_stand_beside_their_field_and_change_nothing),
      ENGINES_TEST(a_customer_changed_by_somebody_else_is_not_overwritten),
      ENGINES_TEST(what_is_applied_is_at_most_what_is_there))
