#include "delivery/jobs/letter_jobs.h"

#include "base/crypto.h"
#include "delivery/app.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/customers/care.h"
#include "domain/customers/customers.h"
#include "domain/documents/kept.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/notices/wishes.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

struct world {
    struct mailer mailer;
    struct app app;
    struct job job;
    int64_t entity, customer, account, statement, wish;
    struct notice_list mails;
    struct kept kept;
    int sent;
    bool same, found;
};

static const currency eur = {"EUR"};
static const date today = {20600};

static bool take(struct op *op, void *account, const struct mail *mail)
{
    struct world *w = account;
    (void)op;
    w->sent++;
    w->same = mail->file_count == 1 && str_eq(mail->files[0].bytes, w->kept.bytes) &&
              str_eq(mail->files[0].name, w->kept.name);
    return true;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    int64_t id;
    struct issued issued;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .currency = {"EUR"},
                            .contact_email = S("ar@nordwind.example")};
    struct customer buyer = {.number = S("1"), .name = S("Buyer")};
    if (!entity_put(op, &seller, &w->entity) || !customer_put(op, &buyer, &w->customer, &did))
        return false;
    struct contact contact = {.customer = w->customer,
                              .name = S("Anna"),
                              .email = S("a@b.example"),
                              .role = S("billing"),
                              .notices = true};
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .issued = date_plus(today, -40),
                         .due = {.some = true, .value = date_plus(today, -10)},
                         .net = money_of(100, eur),
                         .tax = money_of(0, eur),
                         .total = money_of(100, eur)};
    return contact_put(op, &contact, &id) && document_issue(op, &d, false, &issued) &&
           account_for(op, w->customer, w->entity, eur, &w->account);
}

static bool ask(struct op *op, void *arg)
{
    struct world *w = arg;
    struct statement_in in = {.customer = w->customer,
                              .entity = w->entity,
                              .currency = eur,
                              .form = STATEMENT_OPEN_ITEMS,
                              .from = today,
                              .to = today};
    struct mail_wish wish = {.kind = NOTICE_REMINDER,
                             .customer = w->customer,
                             .account = w->account,
                             .person = 1,
                             .day = today};
    return statement_issue(op, &in, &w->statement) && mail_wish_add(op, &wish, &w->wish) &&
           reminder_issue(op, w->wish, w->account, today, S(""));
}

static bool write_statement(struct op *op, void *arg)
{
    struct world *w = arg;
    w->job.subject = w->statement;
    return statement_mail_job(op, &w->job) && notices_newest(op, 0, 10, &w->mails) &&
           kept_find(op, KEPT_STATEMENT, w->statement, &w->kept, &w->found);
}

static bool write_reminder(struct op *op, void *arg)
{
    struct world *w = arg;
    w->job.subject = w->wish;
    return mail_wish_job(op, &w->job) && notices_newest(op, 0, 10, &w->mails) &&
           kept_find(op, KEPT_REMINDER, w->wish, &w->kept, &w->found);
}

static void world_make(struct fixture *f, struct world *w)
{
    *w = (struct world){.found = false};
    w->mailer = (struct mailer){.name = "fake", .account = w, .send = take};
    w->app = (struct app){
        .public_url = S("https://pay.example.com"),
        .keys = keys_for_tests(f->mem),
        .mailer = &w->mailer,
        .attachments = letter_attachments,
    };
    w->job = (struct job){.id = 1, .store = f->store, .app = &w->app};
    fixture_do(f, build, w);
    fixture_do(f, ask, w);
}

static void mailed_once(struct fixture *f, struct world *w, bool (*work)(struct op *, void *))
{
    fixture_do(f, work, w);
    fixture_do(f, work, w);
    CHECK(w->mails.count == 1, "one for each contact: %td", w->mails.count);
    struct op op = fixture_op(f);
    w->job.subject = w->mails.at[0].id;
    CHECK(mail_send_job(&op, &w->job) && w->sent == 1, "sent: %s", fixture_why(&op));
    CHECK(w->found && w->same, "what is mailed is what is stored");
}

ENGINES_SENTENCE(a_statement_is_mailed_once_and_is_the_one_that_is_stored)
{
    struct world w;
    world_make(f, &w);
    mailed_once(f, &w, write_statement);
}

ENGINES_SENTENCE(a_reminder_is_mailed_once_and_is_the_one_that_is_stored)
{
    struct world w;
    world_make(f, &w);
    mailed_once(f, &w, write_reminder);
}

static bool ask_again(struct op *op, void *arg)
{
    struct world *w = arg;
    return statement_send(op, w->statement);
}

static bool write_again(struct op *op, void *arg)
{
    struct world *w = arg;
    return statement_again_job(op, &w->job) && notices_newest(op, 0, 10, &w->mails);
}

/* A job that runs twice is still one mail. */
ENGINES_SENTENCE(a_statement_is_mailed_again_once_for_each_asking)
{
    struct world w;
    world_make(f, &w);
    fixture_do(f, write_statement, &w);
    for (w.job.subject = 1; w.job.subject <= 2; w.job.subject++) {
        fixture_do(f, ask_again, &w);
        fixture_do(f, write_again, &w);
        fixture_do(f, write_again, &w);
        CHECK(w.mails.count == 1 + w.job.subject, "%td mails after %lld", w.mails.count,
              (long long)w.job.subject);
    }
}

static bool hold(struct op *op, void *arg)
{
    const struct world *w = arg;
    struct hold_new in = {.customer = w->customer, .reason = S("insolvency is looked into")};
    int64_t id;
    return customer_hold_put(op, &in, today, &id);
}

static bool lift(struct op *op, void *arg)
{
    const struct world *w = arg;
    return customer_hold_lift(op, w->customer, today);
}

static bool held_in_trail(struct op *op, void *arg)
{
    struct audit_list trail;
    const struct world *w = arg;
    int held = 0;
    if (!audit_of_object(op, "customer", w->customer, 0, 20, &trail)) return false;
    for (ptrdiff_t i = 0; i < trail.count; i++) held += str_eq(trail.at[i].action, S("mail.held"));
    CHECK(held == 3, "%d of 3 are written down", held);
    return true;
}

/* What was asked for before the hold was put included. */
ENGINES_SENTENCE(nothing_that_is_on_hold_is_mailed)
{
    struct world w;
    world_make(f, &w);
    fixture_do(f, ask_again, &w);
    fixture_do(f, hold, &w);
    fixture_do(f, write_statement, &w);
    fixture_do(f, write_reminder, &w);
    w.job.subject = 1;
    fixture_do(f, write_again, &w);
    CHECK(w.mails.count == 0, "%td mails", w.mails.count);
    fixture_do(f, held_in_trail, &w);
    fixture_do(f, lift, &w);
    w.job.subject = 1;
    fixture_do(f, write_again, &w);
    fixture_do(f, write_reminder, &w);
    CHECK(w.mails.count == 2, "%td mails", w.mails.count);
}

TESTS(ENGINES_TEST(nothing_that_is_on_hold_is_mailed),
      ENGINES_TEST(a_statement_is_mailed_again_once_for_each_asking),
      ENGINES_TEST(a_statement_is_mailed_once_and_is_the_one_that_is_stored),
      ENGINES_TEST(a_reminder_is_mailed_once_and_is_the_one_that_is_stored))
