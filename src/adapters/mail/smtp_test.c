#include "adapters/mail/mailers.h"

#include "base/clock.h"
#include "smtp_sink.h"
#include "test.h"

#include <sys/stat.h>

static struct mail receipt(void)
{
    return (struct mail){
        .message_id = S("receipt-417"),
        .from_name = S("Nordwind"),
        .from = S("receivables@nordwind.example"),
        .to_name = S("Jürgen Groß"),
        .to = S("juergen@hallam.example"),
        .subject = S("Quittung über 876,00 €"),
        .text = S("Guten Tag\n.\n..\n.hidden\nEnde"),
        .html = S("<p>Guten Tag</p>"),
        .language = S("de"),
        .at = 1774569600 * SECOND_US,
    };
}

static const struct mailer *smtp_to(struct arena *mem, const char *user, int port)
{
    struct op op = {.mem = mem};
    const struct mailer *mailer = NULL;
    CHECK(mailer_open(&op, str_printf(mem, "smtp://%s127.0.0.1:%d", user, port), &mailer), "%.*s",
          STR(op.errs->message));
    return mailer;
}

SENTENCE(a_mail_arrives_as_it_was_written)
{
    struct op op = {.mem = mem};
    struct mail mail = receipt();
    int port;
    struct smtp_sink *sink = smtp_sink_open(mem, (struct smtp_sink_says){0}, &port);
    bool sent = mailer_send(&op, smtp_to(mem, "anna:p%40ss@", port), &mail);
    const struct smtp_sink_got *got = smtp_sink_stop(sink);
    str text = str_copy(mem, str_of(got->mail));
    CHECK(sent && got->mails == 1, "%d mails: %.*s", got->mails,
          STR(op.errs ? op.errs->detail : S("")));
    CHECK(strcmp(got->from, "<receivables@nordwind.example>") == 0, "%s", got->from);
    CHECK(strcmp(got->to, "<juergen@hallam.example>") == 0, "%s", got->to);
    CHECK(strstr(got->user, "AGFubmEAcEBzcw=="), "%s", got->user); /* \0anna\0p@ss */
    CHECK(str_find(text, S("\r\n.\r\n..\r\n.hidden\r\nEnde")) > 0, "%.*s", STR(text));
    CHECK(str_find(text, S("Message-Id: <receipt-417@nordwind.example>\r\n")) >= 0, "%.*s",
          STR(text));
}

SENTENCE(what_a_server_refuses_is_final_for_a_recipient_or_a_mail)
{
    static const struct {
        struct smtp_sink_says says;
        enum err_kind kind;
    } cases[] = {
        {{.rcpt = "550 5.1.1 no such user"}, ERR_INVALID},
        {{.rcpt = "450 4.2.0 greylisted"}, ERR_UPSTREAM},
        {{.greeting = "421 too busy"}, ERR_UPSTREAM},
        {{.greeting = ""}, ERR_UPSTREAM},
        {{.mail = "550 5.7.1 not from you"}, ERR_UPSTREAM},
        {{.data = "554 no"}, ERR_UPSTREAM},
        {{.end = "552 too large"}, ERR_INVALID},
        {{.end = "451 try later"}, ERR_UPSTREAM},
        {{.end = ""}, ERR_CONFLICT},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct mail mail = receipt();
        int port;
        struct smtp_sink *sink = smtp_sink_open(mem, cases[i].says, &port);
        bool sent = mailer_send(&op, smtp_to(mem, "", port), &mail);
        smtp_sink_stop(sink);
        CHECK(!sent, "case %td was sent", i);
        CHECK(op.errs->kind == cases[i].kind, "case %td: %d, %.*s", i, (int)op.errs->kind,
              STR(op.errs->detail));
    }
}

SENTENCE(a_server_that_is_not_there_is_tried_later)
{
    struct op op = {.mem = mem};
    struct mail mail = receipt();
    int port;
    struct smtp_sink *sink = smtp_sink_open(mem, (struct smtp_sink_says){0}, &port);
    smtp_sink_stop(sink);
    CHECK(!mailer_send(&op, smtp_to(mem, "", port), &mail), "sent");
    CHECK(op.errs->kind == ERR_UPSTREAM, "%d", (int)op.errs->kind);
}

/* The sink offers no TLS: a mailer that insists on it says nothing of the mail. */
SENTENCE(without_tls_nothing_leaves_this_machine)
{
    struct op op = {.mem = mem};
    struct mail mail = receipt();
    int port;
    struct smtp_sink *sink =
        smtp_sink_open(mem, (struct smtp_sink_says){.address = "127.0.0.2"}, &port);
    const struct mailer *mailer = NULL;
    str url = str_printf(mem, "smtp://anna:secret@127.0.0.2:%d", port);
    CHECK(mailer_open(&op, url, &mailer), "refused");
    bool sent = mailer_send(&op, mailer, &mail);
    const struct smtp_sink_got *got = smtp_sink_stop(sink);
    bool told = got->user[0] || got->from[0] || got->mails > 0;
    CHECK(!sent && !told, "sent %d, told %d", sent, told);
    CHECK(op.errs->kind == ERR_UPSTREAM, "%d", (int)op.errs->kind);
}

SENTENCE(a_mail_url_is_checked_when_it_is_set)
{
    static const char *bad[] = {
        "",
        "mail.example",
        "https://mail.example",
        "file:",
        "smtp://",
        "smtp://mail.example:99999",
        "smtp://anna@mail.example",
        "smtp://mail.example?password_file=/nowhere/at/all",
        "smtp://anna@mail.example?tls=no",
        "smtp://anna@mail.example?password_file=",
        "file:/proc/nowhere",
        "file:/dev/null",
    };
    for (ptrdiff_t i = 0; i < COUNT(bad); i++) {
        struct op op = {.mem = mem};
        const struct mailer *mailer;
        CHECK(!mailer_open(&op, str_of(bad[i]), &mailer), "%s", bad[i]);
        CHECK(op.errs->kind == ERR_INVALID && op.errs->message.len > 20, "%s", bad[i]);
        CHECK(str_find(op.errs->message, S("secret")) < 0, "%s", bad[i]);
    }
}

SENTENCE(a_password_may_stand_in_a_file)
{
    struct op op = {.mem = mem};
    struct mail mail = receipt();
    int port;
    mkdir("build", 0777);
    FILE *f = fopen("build/smtp-password", "w");
    CHECK(f && fputs("p@ss\n", f) >= 0 && fclose(f) == 0, "file");
    struct smtp_sink *sink = smtp_sink_open(mem, (struct smtp_sink_says){0}, &port);
    const struct mailer *mailer;
    str url = str_printf(mem, "smtp://anna@127.0.0.1:%d?password_file=build/smtp-password", port);
    CHECK(mailer_open(&op, url, &mailer), "%.*s", STR(op.errs->message));
    bool sent = mailer_send(&op, mailer, &mail);
    const struct smtp_sink_got *got = smtp_sink_stop(sink);
    CHECK(sent && strstr(got->user, "AGFubmEAcEBzcw=="), "%s", got->user);
    remove("build/smtp-password");
}

TESTS(TEST(a_mail_arrives_as_it_was_written),
      TEST(what_a_server_refuses_is_final_for_a_recipient_or_a_mail),
      TEST(a_server_that_is_not_there_is_tried_later),
      TEST(without_tls_nothing_leaves_this_machine), TEST(a_mail_url_is_checked_when_it_is_set),
      TEST(a_password_may_stand_in_a_file))
