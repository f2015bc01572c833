/* Every notice as its reader gets it, in each language: the whole text and the whole HTML stand in
 * test/golden/mails. After a change that is meant, UPDATE_GOLDEN=1 writes them anew. */
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/app.h"
#include "delivery/jobs/letter_jobs.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/notices/wishes.h"
#include "domain/payments/settle.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "fixture.h"

#include <stdlib.h>

static const currency eur = {"EUR"};
static const date today = {20600}; /* 27 May 2026 */

struct world {
    struct app app;
    int64_t entity, customer, account;
    int64_t invoice, credit, paid, failed, refund, statement, wish;
    struct notice_list mails;
};

static bool seller_make(struct op *op, struct world *w)
{
    struct logo logo = {.svg = S(""), .png = S("\x89PNG\r\n\x1A\n"), .width = 480, .height = 120};
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .legal_name = S("Nordwind Antriebstechnik GmbH"),
                            .address = S("Überseeallee 14\n28217 Bremen"),
                            .facts = S("VAT DE811234567"),
                            .zone = S("Europe/Berlin"),
                            .currency = eur,
                            .contact_name = S("Jonas Brandt"),
                            .contact_phone = S("+49 421 555 0142"),
                            .contact_email = S("ar@nordwind.example")};
    return entity_put(op, &seller, &w->entity) && logo_keep(op, &logo) &&
           brand_put(op, w->entity, 0x7a1f3d, logo.digest);
}

static bool customer_make(struct op *op, struct world *w)
{
    static const char *const languages[] = {"en-GB", "de"};
    struct customer buyer = {.number = S("20417"), .name = S("Hallam & Pryce Ltd")};
    enum put did;
    int64_t id;
    if (!customer_put(op, &buyer, &w->customer, &did)) return false;
    for (ptrdiff_t i = 0; i < COUNT(languages); i++) {
        struct contact contact = {.customer = w->customer,
                                  .name = S("Maya Okafor"),
                                  .role = S("ap"),
                                  .language = str_of(languages[i]),
                                  .notices = true};
        contact.email = str_printf(op->mem, "ap.%s@hallam.example", languages[i]);
        if (!contact_put(op, &contact, &id)) return false;
    }
    return account_for(op, w->customer, w->entity, eur, &w->account);
}

static bool bill(struct op *op, struct world *w, enum document_kind kind, int64_t minor,
                 const char *number, int64_t *out)
{
    struct issued issued;
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = kind,
                         .number = str_of(number),
                         .issued = date_plus(today, -40),
                         .net = money_of(minor, eur),
                         .tax = money_of(0, eur),
                         .total = money_of(minor, eur)};
    if (kind == DOCUMENT_INVOICE) d.due = SOME_DATE(date_plus(today, -10));
    if (!document_issue(op, &d, false, &issued)) return false;
    *out = issued.id;
    return true;
}

static bool announce(struct op *op, struct world *w, int64_t document, int64_t *payment)
{
    struct receivables items;
    struct customer_ids made;
    return receivables_of_document(op, document, today, &items) &&
           checkout_start(op, w->customer, 0, &items.at[0].item, 1, &made) &&
           payment_announce(op, w->customer, made.at[0], today, payment);
}

static bool payments_make(struct op *op, struct world *w)
{
    static const char *const pending[] = {"pending", NULL};
    struct payment p;
    struct received received;
    int64_t first, second;
    bool moved;
    if (!bill(op, w, DOCUMENT_INVOICE, 57218, "10-48702", &first) ||
        !bill(op, w, DOCUMENT_INVOICE, 36044, "10-48817", &second) ||
        !announce(op, w, first, &w->paid) || !announce(op, w, second, &w->failed) ||
        !payment_get(op, 0, w->paid, &p))
        return false;
    struct receipt_in in = {.entity = w->entity,
                            .amount = p.amount,
                            .value_date = today,
                            .reference = p.reference,
                            .payer = S("HALLAM AND PRYCE LTD"),
                            .quiet = true};
    if (!payment_receive(op, &in, &received) ||
        !payment_move(op, w->failed, pending, "failed", S(""), &moved) || !moved)
        return false;
    in.reference = S(""), in.customer = w->customer, in.amount = money_of(1900, eur);
    return payment_receive(op, &in, &received) &&
           payment_refund(op, received.payment, money_of(1900, eur), S("paid twice"), &w->refund);
}

static bool letters_ask(struct op *op, struct world *w)
{
    struct statement_in in = {.customer = w->customer,
                              .entity = w->entity,
                              .currency = eur,
                              .form = STATEMENT_OPEN_ITEMS,
                              .from = today,
                              .to = today};
    struct mail_wish wish = {
        .kind = NOTICE_REMINDER, .customer = w->customer, .account = w->account, .day = today};
    return statement_issue(op, &in, &w->statement) && mail_wish_add(op, &wish, &w->wish) &&
           reminder_issue(op, w->wish, w->account, today, S(""));
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    return seller_make(op, w) && customer_make(op, w) && payments_make(op, w) &&
           bill(op, w, DOCUMENT_INVOICE, 120450, "10-48840", &w->invoice) &&
           bill(op, w, DOCUMENT_CREDIT_NOTE, 21420, "70-3107", &w->credit) && letters_ask(op, w);
}

static bool write_all(struct op *op, void *arg)
{
    struct world *w = arg;
    const struct {
        bool (*run)(struct op *, const struct job *);
        int64_t subject;
    } works[] = {
        {document_notice_job, w->invoice}, {document_notice_job, w->credit},
        {payment_receipt_job, w->paid},    {payment_failed_job, w->failed},
        {payment_refunded_job, w->refund}, {statement_mail_job, w->statement},
        {mail_wish_job, w->wish},
    };
    for (ptrdiff_t i = 0; i < COUNT(works); i++) {
        struct job job = {.id = i + 1, .subject = works[i].subject, .app = &w->app};
        if (!works[i].run(op, &job)) return false;
    }
    return notices_newest(op, 0, 100, &w->mails);
}

static void check_golden(struct arena *mem, str path, str got)
{
    enum { ROOM = 1 << 18 };
    bool update = getenv("UPDATE_GOLDEN") != NULL;
    FILE *f = fopen(str_z(mem, path), update ? "w" : "r");
    CHECK(f, "%.*s is missing", STR(path));
    char *at = arena_array(mem, char, ROOM);
    if (update) fwrite(got.at, 1, (size_t)got.len, f);
    str kept = {at, update ? 0 : (ptrdiff_t)fread(at, 1, ROOM, f)};
    fclose(f);
    CHECK(update || str_eq(kept, got), "%.*s is not:\n%.*s", STR(path), STR(got));
}

/* `pay_…` and the tokens are keyed by the test's key, so all of it is the same each time. */
ENGINES_SENTENCE(each_notice_says_in_each_language_what_it_did)
{
    struct world w = {.app = {.public_url = S("https://pay.example.com")}};
    w.app.keys = keys_for_tests(f->mem);
    fixture_do(f, build, &w);
    fixture_do(f, write_all, &w);
    CHECK(w.mails.count == 14, "seven notices in two languages: %td", w.mails.count);
    for (ptrdiff_t i = 0; i < w.mails.count; i++) {
        const struct notice *n = &w.mails.at[i].notice;
        str name = str_printf(f->mem, "test/golden/mails/%s-%.*s", notice_kind_name(n->kind),
                              STR(str_head(n->language, 2)));
        str text = str_printf(f->mem, "Subject: %.*s\n\n%.*s", STR(n->subject), STR(n->text));
        check_golden(f->mem, str_printf(f->mem, "%.*s.txt", STR(name)), text);
        check_golden(f->mem, str_printf(f->mem, "%.*s.html", STR(name)), n->html);
        CHECK(str_find(n->html, S("src=\"cid:logo@quittance\"")) > 0, "no logo");
        CHECK(str_find(n->html, S("src=\"http")) < 0, "a picture that is fetched");
    }
}

TESTS(ENGINES_TEST(each_notice_says_in_each_language_what_it_did))
