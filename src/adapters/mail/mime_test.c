#include "adapters/mail/mime.h"

#include "base/clock.h"
#include "base/random.h"
#include "test.h"

#include <stdlib.h>

/* The files outlive the call: they are in the test's arena. */
static struct mail receipt(struct arena *mem)
{
    struct mail_file *files = arena_array(mem, struct mail_file, 2);
    files[0] = (struct mail_file){S("Quittung für Groß.pdf"), S("application/pdf"),
                                  S("%PDF-1.7\n\0\xFF\r\n.\r\n")};
    files[1] = (struct mail_file){S("lines.csv"), S("text/csv"), S("a;b\r\n1;2\r\n")};
    return (struct mail){
        .message_id = S("receipt-417@nordwind.example"),
        .from_name = S("Nordwind, Bremen"),
        .from = S("receivables@nordwind.example"),
        .to_name = S("Jürgen \"J\" Groß"),
        .to = S("juergen@hallam.example"),
        .reply_to = S("jonas@nordwind.example"),
        .subject = S("Quittung über 876,00 € für 東京電機株式会社, die länger als eine Zeile ist"),
        .text = S("Guten Tag,\n\nvielen Dank für 876,00 €.\n.\nFrom hier\n"),
        .html = S("<!DOCTYPE html>\n<p style=\"margin:0\">Vielen Dank für 876,00&nbsp;€.</p>\n"),
        .language = S("de"),
        .at = 1774569600 * SECOND_US,
        .logo = S("\x89PNG\r\n\x1A\n\0\xFF"),
        .files = files,
        .file_count = 2,
    };
}

static str written(struct arena *mem, const struct mail *mail)
{
    struct op op = {.mem = mem};
    str bytes = {0};
    CHECK(mail_compose(&op, mail, &bytes), "%.*s", STR(op.errs->detail));
    return bytes;
}

SENTENCE(what_is_written_is_read_again)
{
    struct op op = {.mem = mem};
    struct mailbox_mail got;
    struct mail mail = receipt(mem);
    str bytes = written(mem, &mail);
    CHECK(str_eq(bytes, written(mem, &mail)), "the same mail is other bytes");
    CHECK(mime_read(&op, bytes, &got), "unreadable");
    CHECK(str_eq(got.head.subject, mail.subject), "%.*s", STR(got.head.subject));
    CHECK(str_eq(got.head.to, S("Jürgen \"J\" Groß <juergen@hallam.example>")), "%.*s",
          STR(got.head.to));
    CHECK(str_eq(got.head.from, S("\"Nordwind, Bremen\" <receivables@nordwind.example>")), "%.*s",
          STR(got.head.from));
    CHECK(str_eq(got.reply_to, mail.reply_to), "%.*s", STR(got.reply_to));
    CHECK(str_eq(got.message_id, mail.message_id), "%.*s", STR(got.message_id));
    CHECK(str_eq(got.language, S("de")), "%.*s", STR(got.language));
    CHECK(got.head.at == mail.at, "date");
    CHECK(str_eq(got.text, mail.text), "%.*s", STR(got.text));
    CHECK(str_eq(got.html, mail.html), "%.*s", STR(got.html));
    CHECK(str_eq(got.logo, mail.logo), "the logo: %td bytes", got.logo.len);
    CHECK(str_find(bytes, S("<logo@quittance>")) > 0, "no id for the logo");
    CHECK(got.head.file_count == 2, "%td files", got.head.file_count);
    for (int i = 0; i < 2; i++) {
        CHECK(str_eq(got.files[i].name, mail.files[i].name), "%.*s", STR(got.files[i].name));
        CHECK(str_eq(got.files[i].type, mail.files[i].type), "%.*s", STR(got.files[i].type));
        CHECK(str_eq(got.files[i].bytes, mail.files[i].bytes), "file %d", i);
    }
}

/* What mail servers on the way may do to a line, they must not need to do. */
SENTENCE(a_mail_is_seven_bits_in_short_lines)
{
    struct mail mail = receipt(mem);
    str left = written(mem, &mail);
    while (left.len > 0) {
        ptrdiff_t end = str_find(left, S("\r\n"));
        CHECK(end >= 0 && end <= 120, "a line of %td", end);
        for (ptrdiff_t i = 0; i < end; i++)
            CHECK(left.at[i] >= ' ' || left.at[i] == '\t', "byte %02x", (unsigned char)left.at[i]);
        left = str_from(left, end + 2);
    }
}

static bool refuse(struct op *op, void *account, const struct mail *mail)
{
    (void)account, (void)mail;
    return op_broken(op, ERR_INTERNAL, "it was sent");
}

SENTENCE(nothing_can_begin_a_second_header)
{
    const str bad[] = {
        S("a\r\nBcc: evil@x.example"), S("a\nb"), S("a\rb"), S("a\0b"), S("\x7F"), S("\xFF")};
    static const size_t fields[] = {
        offsetof(struct mail, message_id), offsetof(struct mail, from_name),
        offsetof(struct mail, from),       offsetof(struct mail, to_name),
        offsetof(struct mail, to),         offsetof(struct mail, reply_to),
        offsetof(struct mail, subject),    offsetof(struct mail, language),
    };
    const struct mailer mailer = {.name = "none", .send = refuse};
    for (ptrdiff_t f = 0; f < COUNT(fields); f++)
        for (ptrdiff_t i = 0; i < COUNT(bad); i++) {
            struct op op = {.mem = mem};
            struct mail mail = receipt(mem);
            *(str *)(void *)((char *)&mail + fields[f]) = bad[i];
            CHECK(!mailer_send(&op, &mailer, &mail), "field %td, text %td", f, i);
            CHECK(op.errs->kind == ERR_INVALID, "field %td, text %td was sent", f, i);
        }
    struct mail_file file = {.name = bad[0], .type = S("text/plain")};
    struct mail mail = receipt(mem);
    struct op op = {.mem = mem};
    mail.files = &file, mail.file_count = 1;
    CHECK(!mailer_send(&op, &mailer, &mail) && op.errs->kind == ERR_INVALID, "file");
}

SENTENCE(an_address_is_one_address)
{
    (void)mem;
    static const char *good[] = {"a@b", "anna.maria+x@mueller.example", "o'neil@x.ie",
                                 "jürgen@müller.example"};
    static const char *bad[] = {"",       "a",     "@b",    "a@",         "a@b@c",
                                "a b@c",  "a@b c", "<a@b>", "a@b,c@d",    "a@b;c",
                                "a..b@c", ".a@b",  "a.@b",  "a@.b",       "\"a\"@b",
                                "a@b\n",  "-oX@b", "a@-b",  "a@[1.2.3.4]"};
    for (ptrdiff_t i = 0; i < COUNT(good); i++)
        CHECK(mail_address_ok(str_of(good[i])), "%s", good[i]);
    for (ptrdiff_t i = 0; i < COUNT(bad); i++)
        CHECK(!mail_address_ok(str_of(bad[i])), "%s", bad[i]);
}

static void send_and_read(struct arena *mem, str s)
{
    struct arena_mark mark = arena_mark(mem);
    struct op op = {.mem = mem};
    struct mail mail = receipt(mem);
    struct mail_file file = {.name = s, .type = S("text/plain"), .bytes = s};
    struct mailbox_mail got;
    str bytes;
    mail.subject = mail.from_name = mail.to_name = s;
    mail.text = mail.html = s;
    mail.files = &file, mail.file_count = 1;
    CHECK(mail_compose(&op, &mail, &bytes) && mime_read(&op, bytes, &got), "\"%.*s\"", STR(s));
    CHECK(str_eq(got.head.subject, str_trim(s)) || str_find(s, S("=?")) >= 0 ||
              str_find(s, S("  ")) >= 0,
          "\"%.*s\" came back as \"%.*s\"", STR(s), STR(got.head.subject));
    CHECK(got.head.file_count == 1 && str_eq(got.files[0].bytes, s), "\"%.*s\"", STR(s));
    arena_rewind(mem, mark);
}

SENTENCE(long_subjects_in_any_script_travel_unharmed)
{
    send_and_read(
        mem, S("請求書 10-48840 のお支払い期限は 2026年4月26日 です。お早めにお願いいたします。"
               "ご不明な点は担当者までお問い合わせください。東京電機株式会社 経理部 御中"));
    send_and_read(mem, S("تذكير بسداد الفاتورة رقم 10-48840 المستحقة في 26 أبريل 2026 بمبلغ 876.00 "
                         "يورو، يرجى الدفع في أقرب وقت ممكن، وشكرا لتعاونكم معنا"));
    send_and_read(mem,
                  S("Straße, Größe, Übermaß: ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß ß"));
}

SENTENCE(naughty_strings_travel_unharmed)
{
    const char *corpus = getenv("QUITTANCE_CORPUS");
    str path = str_printf(mem, "%s/security/minimaxir__big-list-of-naughty-strings/blns.txt",
                          corpus ? corpus : "../shared/corpus");
    FILE *f = fopen(str_z(mem, path), "rb");
    char line[8192];
    if (!f) {
        print_message("skipped: no corpus\n");
        skip();
    }
    while (fgets(line, sizeof line, f)) {
        str s = str_cut(str_of(line), '\n').head;
        bool plain = str_utf8(s) && s.len > 0;
        for (ptrdiff_t i = 0; i < s.len; i++)
            if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f) plain = false;
        if (plain) send_and_read(mem, s); /* the others never get past mailer_send */
    }
    fclose(f);
}

SENTENCE(broken_mails_are_read_as_far_as_they_go)
{
    struct mail mail = receipt(mem);
    str bytes = written(mem, &mail);
    random_seed(7);
    for (ptrdiff_t cut = 0; cut < bytes.len; cut += 13) {
        struct arena_mark mark = arena_mark(mem);
        struct op op = {.mem = mem};
        struct mailbox_mail got;
        str broken = str_copy(mem, str_head(bytes, cut));
        unsigned char noise[4];
        random_bytes(noise, sizeof noise);
        if (cut > 300) ((char *)(uintptr_t)broken.at)[(noise[0] << 8 | noise[1]) % cut] ^= 0x55;
        if (!mime_read(&op, broken, &got)) CHECK(op.errs->kind == ERR_INVALID, "cut %td", cut);
        arena_rewind(mem, mark);
    }
    char *deep = arena_array(mem, char, 400000);
    ptrdiff_t len = 0;
    for (int i = 0; i < 3000; i++)
        len += snprintf(deep + len, 100, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n",
                        i, i);
    struct op op = {.mem = mem};
    struct mailbox_mail got;
    CHECK(mime_read(&op, (str){deep, len}, &got) || op.errs, "deep");
}

TESTS(TEST(what_is_written_is_read_again), TEST(a_mail_is_seven_bits_in_short_lines),
      TEST(nothing_can_begin_a_second_header), TEST(an_address_is_one_address),
      TEST(long_subjects_in_any_script_travel_unharmed), TEST(naughty_strings_travel_unharmed),
      TEST(broken_mails_are_read_as_far_as_they_go))
