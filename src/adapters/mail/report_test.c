#include "adapters/mail/report.h"

#include "base/text.h"
#include "domain/notices/bounces.h"
#include "test.h"

#define ID "0d1f2e3c4b5a69788796a5b4c3d2e1f001122334@pay.nordwind.example"

static str file_bytes(struct arena *mem, const char *name)
{
    char *at = arena_array(mem, char, 1 << 16);
    const char *path = str_printf(mem, "test/golden/reports/%s", name).at;
    FILE *f = fopen(path, "r");
    CHECK(f, "%s", path);
    str bytes = {at, (ptrdiff_t)fread(at, 1, 1 << 16, f)};
    fclose(f);
    return bytes;
}

static const struct {
    const char *file;
    enum bounce_kind kind; /* 0: no report of trouble */
    const char *id, *recipient, *status, *words;
} cases[] = {
    {"postfix-unknown-user.eml", BOUNCE_HARD, ID, "anna@hallam.example", "5.1.1",
     "550 5.1.1 <anna@hallam.example>: Recipient address rejected: User unknown in virtual "
     "mailbox table"},
    {"exim-headers-only.eml", BOUNCE_HARD, ID, "anna@hallam.example", "5.0.0",
     "550 no mailbox here by that name"},
    {"exchange-ndr.eml", BOUNCE_SOFT, ID, "anna@hallam.example", "5.2.2",
     "554 5.2.2 mailbox full; STOREDRV.Deliver; quota exceeded"},
    {"delayed.eml", BOUNCE_DELAYED, ID, "anna@hallam.example", "4.4.1",
     "The recipient server did not accept our requests to connect."},
    {"several-recipients.eml", BOUNCE_HARD, ID, "anna@hallam.example", "5.1.1",
     "unknown user: \"anna\""},
    {"qmail-words.eml", BOUNCE_HARD, ID, "", "5.1.1",
     "Sorry, no mailbox here by that name. (#5.1.1)"},
    {"delivered.eml", 0, NULL, NULL, NULL, NULL},
    {"out-of-office.eml", 0, NULL, NULL, NULL, NULL},
    {"truncated.eml", BOUNCE_HARD, "", "anna@hallam.example", "5.1.1", ""},
    {"no-boundary.eml", 0, NULL, NULL, NULL, NULL},
    {"rubbish.eml", 0, NULL, NULL, NULL, NULL},
    {"status-without-id.eml", BOUNCE_SOFT, "", "anna@hallam.example", "", ""},
};

static void check_text(const char *file, const char *what, str got, const char *want)
{
    CHECK(str_eq(got, str_of(want)), "%s: %s is \"%.*s\"", file, what, STR(got));
}

SENTENCE(reports_are_read_as_mail_servers_write_them)
{
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct mail_report r;
        const char *file = cases[i].file;
        CHECK(report_read(&op, file_bytes(mem, file), &r), "%s", file);
        CHECK(r.found == (cases[i].kind != 0), "%s: found %d", file, r.found);
        if (!r.found) continue;
        CHECK(bounce_kind_of(r.status, r.delayed) == cases[i].kind, "%s: %.*s %d", file,
              STR(r.status), r.delayed);
        check_text(file, "the id", r.message_id, cases[i].id);
        check_text(file, "the recipient", r.recipient, cases[i].recipient);
        check_text(file, "the status", r.status, cases[i].status);
        check_text(file, "the reason", r.words, cases[i].words);
    }
}

static void read_any(struct arena *mem, str bytes)
{
    struct arena_mark mark = arena_mark(mem);
    struct op op = {.mem = mem};
    struct mail_report r;
    bool read = report_read(&op, bytes, &r);
    CHECK(read || op.errs->kind == ERR_INVALID, "neither read nor refused");
    CHECK(!read || (str_utf8(r.words) && str_utf8(r.message_id) && r.words.len <= 300), "limits");
    arena_rewind(mem, mark);
}

/* Each cut off anywhere, and with any byte another one: nothing may break, whatever is read. */
SENTENCE(a_broken_report_breaks_nothing)
{
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str whole = file_bytes(mem, cases[i].file);
        for (ptrdiff_t len = 0; len < whole.len; len += 13) read_any(mem, str_head(whole, len));
        for (ptrdiff_t at = 0; at < whole.len; at += 29) {
            char *other = arena_array(mem, char, whole.len);
            memcpy(other, whole.at, (size_t)whole.len);
            other[at] = (char)(other[at] ^ (at % 2 ? 0x80 : 0x0d));
            read_any(mem, (str){other, whole.len});
        }
    }
}

SENTENCE(what_is_nested_or_large_beyond_measure_is_refused)
{
    struct text deep = {.mem = mem}, large = {.mem = mem}, many = {.mem = mem};
    for (int i = 0; i < 5000; i++)
        text_format(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    while (large.len <= REPORT_BYTES_MAX) text_add(&large, S("a line of a mail that has no end\n"));
    text_add(&many, S("Content-Type: multipart/report; boundary=b\n\n"));
    for (int i = 0; i < 2000; i++) text_add(&many, S("--b\n\npart\n"));
    struct op op = {.mem = mem};
    struct mail_report r;
    CHECK(!report_read(&op, text_str(&deep), &r) && op.errs->kind == ERR_INVALID, "deep");
    op.errs = NULL;
    CHECK(!report_read(&op, text_str(&large), &r) && op.errs->kind == ERR_INVALID, "large");
    op.errs = NULL;
    CHECK(report_read(&op, text_str(&many), &r) && !r.found, "many parts: the first are looked at");
}

TESTS(TEST(reports_are_read_as_mail_servers_write_them), TEST(a_broken_report_breaks_nothing),
      TEST(what_is_nested_or_large_beyond_measure_is_refused))
