#include "delivery/jobs/mail_jobs.h"

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
    str file;
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
    post->from = mail->from;
    post->message_id = mail->message_id;
    post->file_count = mail->file_count;
    if (mail->file_count) post->file = mail->files[0].bytes;
    return true;
}

static bool make_receipt(struct op *op, const struct app *app, int64_t id, const struct lang *lang,
                         struct mail_file *out)
{
    (void)app, (void)lang;
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
      ENGINES_TEST(who_asks_for_a_link_gets_one_and_no_copy_of_it_stays))
