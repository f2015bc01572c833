#include "delivery/jobs/letter_jobs.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "delivery/jobs/held.h"
#include "delivery/jobs/kinds.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/customers/care.h"
#include "domain/customers/customers.h"
#include "domain/documents/kept.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/notices/wishes.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "store/outbox.h"

struct world {
    struct mailer mailer;
    struct app app;
    struct job job;
    int64_t entity, customer, account, statement, wish;
    struct notice_list mails;
    struct kept kept;
    int sent;
    bool same, found;
    struct opt_date until; /* of the hold */
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
                         .number = S("R-1"),
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
        .jobs = job_kinds,
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
    struct hold_new in = {
        .customer = w->customer, .until = w->until, .reason = S("insolvency is looked into")};
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

/* ---- what was kept back, when the hold is over ---- */

static bool ask_release(struct op *op, void *arg)
{
    (void)arg;
    return outbox_add(op, "held.release", 0);
}

static bool read_mails(struct op *op, void *arg)
{
    struct world *w = arg;
    return notices_newest(op, 0, 10, &w->mails);
}

/* All that is due now, the hourly run among it. */
static void run_jobs(struct fixture *f, struct world *w)
{
    bool ran = true;
    fixture_do(f, ask_release, w);
    for (int i = 0; ran; i++) {
        struct op op = fixture_op(f);
        op.now = f->now;
        CHECK(i < 100 && jobs_run_next(&op, f->store, &w->app, job_kinds, &ran), "%d: %s", i,
              fixture_why(&op));
    }
    fixture_do(f, read_mails, w);
}

static bool release_once(struct op *op, void *arg)
{
    struct job job = {.id = 1, .app = &((struct world *)arg)->app};
    return held_release_job(op, &job);
}

static bool settle(struct op *op, void *arg)
{
    const struct world *w = arg;
    struct received got;
    struct receipt_in in = {.entity = w->entity,
                            .amount = money_of(100, eur),
                            .value_date = today,
                            .reference = S("R-1"),
                            .customer = w->customer,
                            .quiet = true};
    return payment_receive(op, &in, &got) && got.matched;
}

/* A world whose statement, sending of it and reminder were all kept back, and are asked for no
 * more. */
static void world_hold(struct fixture *f, struct world *w, bool runs_out)
{
    world_make(f, w);
    if (runs_out) w->until = SOME_DATE(date_plus(today, 5));
    fixture_do(f, ask_again, w);
    fixture_do(f, hold, w);
    fixture_do(f, write_statement, w);
    fixture_do(f, write_reminder, w);
    w->job.subject = 1;
    fixture_do(f, write_again, w);
    fixture_sql(f, "delete from job");
    run_jobs(f, w);
    CHECK(w->mails.count == 0, "%td mails on hold", w->mails.count);
}

static int of_kind(const struct world *w, enum notice_kind kind)
{
    int n = 0;
    for (ptrdiff_t i = 0; i < w->mails.count; i++) n += w->mails.at[i].notice.kind == kind;
    return n;
}

ENGINES_SENTENCE(what_was_kept_back_and_is_due_goes_out_once_when_the_hold_is_over)
{
    struct world w;
    world_hold(f, &w, false);
    fixture_do(f, lift, &w);
    fixture_do(f, release_once, &w); /* and once more, before its mails are written */
    for (int i = 0; i < 2; i++) {
        run_jobs(f, &w);
        CHECK(w.mails.count == 2 && of_kind(&w, NOTICE_STATEMENT) == 1 &&
                  of_kind(&w, NOTICE_REMINDER) == 1,
              "%td mails, run %d", w.mails.count, i);
    }
}

ENGINES_SENTENCE(nothing_goes_out_after_a_hold_for_what_was_paid)
{
    struct world w;
    world_hold(f, &w, false);
    fixture_do(f, settle, &w);
    fixture_do(f, lift, &w);
    run_jobs(f, &w);
    CHECK(w.mails.count == 0, "%td mails", w.mails.count);
}

ENGINES_SENTENCE(a_hold_that_runs_out_is_over_on_the_day_after)
{
    struct world w;
    world_hold(f, &w, true);
    f->now += 10 * DAY_US;
    run_jobs(f, &w);
    CHECK(w.mails.count == 2, "%td mails", w.mails.count);
}

/* A reminder that somebody sent between the end of the hold and the next run. */
ENGINES_SENTENCE(what_was_mailed_after_the_hold_is_not_mailed_again)
{
    struct world w;
    world_hold(f, &w, false);
    fixture_do(f, lift, &w);
    fixture_do(f, write_reminder, &w);
    run_jobs(f, &w);
    CHECK(of_kind(&w, NOTICE_REMINDER) == 1 && of_kind(&w, NOTICE_STATEMENT) == 1, "%td mails",
          w.mails.count);
}

static bool hold_again(struct op *op, void *arg)
{
    return lift(op, arg) && release_once(op, arg) && hold(op, arg);
}

ENGINES_SENTENCE(a_hold_that_is_put_back_keeps_back_what_was_released)
{
    struct world w;
    world_hold(f, &w, false);
    fixture_do(f, hold_again, &w);
    run_jobs(f, &w);
    CHECK(w.mails.count == 0, "%td mails on hold", w.mails.count);
    fixture_do(f, lift, &w);
    run_jobs(f, &w);
    CHECK(w.mails.count == 2, "%td mails", w.mails.count);
}

ENGINES_SENTENCE(the_end_of_a_hold_is_all_or_nothing)
{
    struct world w;
    world_hold(f, &w, false);
    fixture_do(f, lift, &w);
    ptrdiff_t calls = test_every_failure(f, release_once, &w, NULL);
    CHECK(calls > 5, "%td calls", calls);
}

TESTS(ENGINES_TEST(what_was_kept_back_and_is_due_goes_out_once_when_the_hold_is_over),
      ENGINES_TEST(a_hold_that_runs_out_is_over_on_the_day_after),
      ENGINES_TEST(nothing_goes_out_after_a_hold_for_what_was_paid),
      ENGINES_TEST(what_was_mailed_after_the_hold_is_not_mailed_again),
      ENGINES_TEST(a_hold_that_is_put_back_keeps_back_what_was_released),
      ENGINES_TEST(the_end_of_a_hold_is_all_or_nothing),
      ENGINES_TEST(nothing_that_is_on_hold_is_mailed),
      ENGINES_TEST(a_statement_is_mailed_again_once_for_each_asking),
      ENGINES_TEST(a_statement_is_mailed_once_and_is_the_one_that_is_stored),
      ENGINES_TEST(a_reminder_is_mailed_once_and_is_the_one_that_is_stored))
