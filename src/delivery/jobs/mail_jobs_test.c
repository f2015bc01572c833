#include "delivery/jobs/mail_jobs.h"

#include "base/crypto.h"
#include "delivery/app.h"
#include "domain/access/people.h"
#include "domain/access/sign_in.h"
#include "domain/notices/notices.h"
#include "fixture.h"

/* What the mailer was given, and how it shall answer. */
struct post {
    enum err_kind refuses; /* 0: it takes them */
    int sent;
    str to, subject, text, from, message_id;
    ptrdiff_t file_count;
    str file, bytes;
};

static bool take(struct op *op, void *account, const struct mail *mail)
{
    struct post *post = account;
    CHECK(!op->tx, "a mail server waits for nobody's transaction");
    if (post->refuses) return op_broken(op, post->refuses, "421 not now");
    post->sent++;
    post->to = mail->to;
    post->subject = mail->subject;
    post->text = mail->text;
    post->bytes = mail->bytes;
    post->from = mail->from;
    post->message_id = mail->message_id;
    post->file_count = mail->file_count;
    if (mail->file_count) post->file = mail->files[0].bytes;
    return true;
}

static bool make_receipt(struct op *op, const struct job *job, int64_t id, struct mail_file *out)
{
    (void)job;
    CHECK(!op->tx, "what is attached takes its time");
    *out = (struct mail_file){S("receipt.pdf"), S("application/pdf"),
                              str_printf(op->mem, "receipt %lld", (long long)id)};
    return true;
}

static const struct attachment_kind attachments[] = {{"receipt", make_receipt}, {0}};

static void company_make(struct fixture *f)
{
    fixture_sql(f, "insert into entity (code, name, currency, contact_email, created) values "
                   "('n', 'Nordwind', 'EUR', 'ar@nordwind.example', 0)");
}

static bool queue(struct op *op, void *arg)
{
    const struct notice *notice = arg;
    return notices_queue(op, notice);
}

static bool again(struct op *op, void *arg)
{
    (void)arg;
    return notices_again(op, 1);
}

static bool newest(struct op *op, void *arg)
{
    return notices_newest(op, 0, 10, arg);
}

struct world {
    struct post post;
    struct mailer mailer;
    struct app app;
    struct job job;
    struct notice_list mails;
};

/* All in one place that does not move: the parts point to each other. */
static void world_make(struct fixture *f, struct world *w)
{
    w->mailer = (struct mailer){.name = "fake", .account = &w->post, .send = take};
    w->app = (struct app){
        .public_url = S("https://pay.example.com"),
        .keys = keys_for_tests(f->mem),
        .mailer = &w->mailer,
        .attachments = attachments,
    };
    w->job = (struct job){.id = 1, .subject = 1, .store = f->store, .app = &w->app};
    company_make(f);
}

static bool run(struct fixture *f, struct world *w)
{
    struct op op = fixture_op(f);
    bool done = mail_send_job(&op, &w->job);
    fixture_do(f, newest, &w->mails);
    return done;
}

static struct notice receipt = {
    .event = {"receipt:1", 9},
    .to = {"anna@example.com", 16},
    .subject = {"Thank you", 9},
    .text = {"Paid.", 5},
    .html = {"<p>Paid.</p>", 12},
    .document = {"receipt", 7},
    .document_id = 41,
};

ENGINES_SENTENCE(an_event_is_one_mail_however_often_it_is_told)
{
    struct world w = {0};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    fixture_do(f, queue, &receipt);
    CHECK(run(f, &w) && run(f, &w), "sent, and nothing left to send");
    CHECK(w.mails.count == 1 && w.post.sent == 1, "%td mails, sent %d", w.mails.count, w.post.sent);
    CHECK(str_eq(w.post.from, S("ar@nordwind.example")), "%.*s", STR(w.post.from));
    CHECK(str_ends(w.post.message_id, S("@pay.example.com")), "%.*s", STR(w.post.message_id));
    CHECK(w.post.file_count == 1 && str_eq(w.post.file, S("receipt 41")), "the document is made");
    CHECK(!w.mails.at[0].waiting && w.mails.at[0].notice.text.len > 0, "it is kept");
}

ENGINES_SENTENCE(a_mail_server_that_is_away_is_asked_again)
{
    struct world w = {.post = {.refuses = ERR_UPSTREAM}};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    CHECK(!run(f, &w), "the job fails, so that it is put back");
    CHECK(w.mails.at[0].waiting && w.mails.at[0].tries == 1, "the mail waits");
    CHECK(str_find(w.mails.at[0].problem, S("421")) >= 0, "%.*s", STR(w.mails.at[0].problem));
    w.post.refuses = 0;
    CHECK(run(f, &w) && w.post.sent == 1 && !w.mails.at[0].waiting, "then it goes");
}

ENGINES_SENTENCE(an_address_that_never_works_is_given_up)
{
    struct world w = {.post = {.refuses = ERR_INVALID}};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    CHECK(run(f, &w), "the job is done with it");
    CHECK(!w.mails.at[0].waiting && w.mails.at[0].sent_at == 0, "but nothing was sent");
    CHECK(w.mails.at[0].problem.len > 0, "and the reason is kept");
}

/* A program died while the server was answering: its try was begun and has no end. */
static void die_while_sending(struct fixture *f)
{
    fixture_sql(f, "insert into mail_try (mail, at, outcome) values (1, 0, 'begun')");
}

ENGINES_SENTENCE(a_mail_of_which_nobody_knows_whether_it_left_is_not_sent_again)
{
    struct world w = {0};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    die_while_sending(f);
    CHECK(run(f, &w) && w.post.sent == 0, "sent %d", w.post.sent);
    CHECK(!w.mails.at[0].waiting && w.mails.at[0].sent_at == 0, "it is for a person to decide");
    CHECK(str_eq(w.mails.at[0].problem, str_of(notice_cut_short)), "%.*s",
          STR(w.mails.at[0].problem));
}

ENGINES_SENTENCE(a_folder_makes_one_of_two_so_it_is_given_the_mail_again)
{
    struct world w = {0};
    world_make(f, &w);
    w.mailer.repeats = true;
    fixture_do(f, queue, &receipt);
    die_while_sending(f);
    CHECK(run(f, &w) && w.post.sent == 1 && w.mails.at[0].sent_at > 0, "sent %d", w.post.sent);
}

ENGINES_SENTENCE(two_workers_do_not_hand_over_one_mail)
{
    struct world w = {0};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    fixture_sql(f, "insert into mail_try (mail, at, outcome) values (1, 1780000000000000, "
                   "'begun')");
    CHECK(!run(f, &w) && w.post.sent == 0 && w.mails.at[0].waiting, "the second one comes later");
}

static bool content(struct op *op, void *arg)
{
    str *two = arg;
    return notices_bytes(op, 1, &two[0], &two[1]);
}

static bool tries(struct op *op, void *arg)
{
    return notices_tries(op, 1, arg);
}

ENGINES_SENTENCE(the_very_bytes_are_kept_and_sent_again)
{
    struct world w = {.post = {.refuses = ERR_UPSTREAM}};
    str before[2], after[2];
    struct notice_tries list;
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    (void)run(f, &w);
    fixture_do(f, content, before);
    fixture_sql(f, "update entity set name = 'Another'");
    w.post.refuses = 0;
    CHECK(run(f, &w) && w.post.sent == 1, "sent");
    fixture_do(f, content, after);
    CHECK(before[0].len > 0 && str_eq(before[0], after[0]), "the first bytes stay");
    CHECK(str_eq(w.post.bytes, after[0]), "and are what is sent");
    CHECK(str_eq(after[1], crypto_sha256(f->mem, after[0])), "under their hash");
    fixture_do(f, tries, &list);
    CHECK(list.count == 2 && str_eq(list.at[0].outcome, S("later")) &&
              str_eq(list.at[1].outcome, S("sent")),
          "%td tries", list.count);
}

ENGINES_SENTENCE(after_the_last_try_a_mail_is_given_up)
{
    struct world w = {.post = {.refuses = ERR_UPSTREAM}};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    w.job.tries = MAIL_TRIES_MAX;
    CHECK(run(f, &w) && !w.mails.at[0].waiting, "given up");
    w.post.refuses = 0;
    CHECK(run(f, &w) && w.post.sent == 0, "and left alone");
    fixture_do(f, again, NULL);
    CHECK(run(f, &w) && w.post.sent == 1, "until a person says so");
}

static bool send_anyhow(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    struct job job = w->job;
    job.store = store;
    return mail_send_job(op, &job);
}

static void never_twice(struct fixture *f, bool done, void *arg)
{
    struct world *w = arg;
    (void)done;
    CHECK(w->post.sent <= 1, "sent %d times", w->post.sent);
    f->now += NOTICE_TRY_US + 1; /* whoever had it is gone */
}

ENGINES_SENTENCE(whatever_fails_a_mail_is_never_sent_twice)
{
    struct world w = {0};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    CHECK(test_every_failure_outside(f, send_anyhow, &w, never_twice) > 5, "too few calls");
    CHECK(w.post.sent == 1, "sent %d times", w.post.sent);
}

ENGINES_SENTENCE(to_an_address_that_came_back_nothing_is_sent)
{
    struct world w = {0};
    world_make(f, &w);
    fixture_do(f, queue, &receipt);
    fixture_sql(f, "insert into mail_stop (address, words, since) values "
                   "('anna@example.com', '550', 1)");
    CHECK(run(f, &w) && w.post.sent == 0 && !w.mails.at[0].waiting, "not sent");
    CHECK(str_eq(w.mails.at[0].problem, str_of(notice_stopped)), "%.*s",
          STR(w.mails.at[0].problem));
}

/* What becomes a header comes from people: a second header, a second recipient, a body. */
ENGINES_SENTENCE(no_text_of_a_person_becomes_a_header)
{
    static const char *const attacks[] = {"a\r\nBcc: eve@evil.example", "a\nBcc: eve@evil.example",
                                          "a\r\n\r\nhello", "a\x01"};
    for (ptrdiff_t i = 0; i < COUNT(attacks) * 3; i++) {
        struct world w = {0};
        struct notice n = receipt;
        str evil = str_of(attacks[i / 3]);
        n.event = str_printf(f->mem, "attack:%td", i);
        if (i % 3 == 0) n.subject = evil;
        if (i % 3 == 1) n.to_name = evil;
        if (i % 3 == 2) n.to = str_printf(f->mem, "%.*s@example.com", STR(evil));
        if (i == 0) world_make(f, &w);
        w.mailer = (struct mailer){.name = "fake", .account = &w.post, .send = take};
        w.app = (struct app){.public_url = S("https://pay.example.com"),
                             .keys = keys_for_tests(f->mem),
                             .mailer = &w.mailer,
                             .attachments = attachments};
        w.job = (struct job){.id = 1, .subject = i + 1, .store = f->store, .app = &w.app};
        fixture_do(f, queue, &n);
        CHECK(run(f, &w) && w.post.sent == 0, "attack %td was sent", i);
        CHECK(!w.mails.at[0].waiting && w.mails.at[0].problem.len > 0, "attack %td: given up", i);
    }
}

static bool ask(struct op *op, void *arg)
{
    (void)arg;
    int64_t person;
    struct invitation in = {
        .email = S("jonas@nordwind.example"), .role = ROLE_CLERK, .quiet = true};
    struct sign_in_ask asked = {.kind = ASK_SIGN_IN, .email = S("jonas@nordwind.example")};
    return person_invite(op, &in, &person) && sign_in_ask(op, &asked);
}

static bool answer(struct op *op, void *arg)
{
    return sign_in_mail_job(op, arg);
}

ENGINES_SENTENCE(who_asks_for_a_link_gets_one_and_no_copy_of_it_stays)
{
    struct world w = {0};
    world_make(f, &w);
    fixture_do(f, ask, NULL);
    fixture_do(f, answer, &w.job);
    CHECK(run(f, &w) && w.post.sent == 1, "sent");
    CHECK(str_eq(w.post.subject, S("Your sign-in link for Nordwind")), "%.*s", STR(w.post.subject));
    CHECK(str_find(w.post.text, S("https://pay.example.com/sign-in/")) > 0, "%.*s",
          STR(w.post.text));
    CHECK(w.mails.at[0].notice.text.len == 0 && w.mails.at[0].notice.html.len == 0, "wiped");
}

TESTS(ENGINES_TEST(an_event_is_one_mail_however_often_it_is_told),
      ENGINES_TEST(a_mail_server_that_is_away_is_asked_again),
      ENGINES_TEST(an_address_that_never_works_is_given_up),
      ENGINES_TEST(a_mail_of_which_nobody_knows_whether_it_left_is_not_sent_again),
      ENGINES_TEST(a_folder_makes_one_of_two_so_it_is_given_the_mail_again),
      ENGINES_TEST(two_workers_do_not_hand_over_one_mail),
      ENGINES_TEST(the_very_bytes_are_kept_and_sent_again),
      ENGINES_TEST(after_the_last_try_a_mail_is_given_up),
      ENGINES_TEST(whatever_fails_a_mail_is_never_sent_twice),
      ENGINES_TEST(to_an_address_that_came_back_nothing_is_sent),
      ENGINES_TEST(no_text_of_a_person_becomes_a_header),
      ENGINES_TEST(who_asks_for_a_link_gets_one_and_no_copy_of_it_stays))
