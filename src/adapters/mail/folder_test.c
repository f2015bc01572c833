#include "adapters/mail/mailbox.h"
#include "adapters/mail/mailers.h"
#include "base/clock.h"
#include "test.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct mail mail_at(struct arena *mem, int minute)
{
    return (struct mail){
        .message_id = str_printf(mem, "reminder-%d", minute),
        .from = S("receivables@nordwind.example"),
        .to = S("anna@mueller.example"),
        .subject = str_printf(mem, "Reminder %d", minute),
        .text = S("Due today."),
        .html = S("<p>Due today.</p>"),
        .at = INT64_C(1774569600) * SECOND_US + minute * MINUTE_US,
    };
}

static str fresh_folder(struct arena *mem)
{
    char *path = (char *)(uintptr_t)str_z(mem, S("/tmp/quittance-mail-XXXXXX"));
    CHECK(mkdtemp(path), "mkdtemp");
    return str_of(path);
}

static void remove_folder(struct arena *mem, str folder)
{
    DIR *dir = opendir(str_z(mem, folder));
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        unlink(str_z(mem, str_printf(mem, "%.*s/%s", STR(folder), entry->d_name)));
    closedir(dir);
    rmdir(str_z(mem, folder));
}

SENTENCE(a_folder_lists_its_mails_newest_first)
{
    struct op op = {.mem = mem};
    str folder = str_printf(mem, "%.*s/mail", STR(fresh_folder(mem)));
    const struct mailer *mailer;
    struct mailbox_list list;
    struct mailbox_mail got;
    CHECK(mailbox_list(&op, folder, &list) && list.count == 0, "not there yet");
    CHECK(mailer_open(&op, str_printf(mem, "file:%.*s", STR(folder)), &mailer), "open");

    static const int minutes[] = {5, 1, 9, 5}; /* the second 5 is the same mail again */
    for (ptrdiff_t i = 0; i < COUNT(minutes); i++) {
        struct mail mail = mail_at(mem, minutes[i]);
        CHECK(mailer_send(&op, mailer, &mail), "%.*s", STR(op.errs->message));
    }
    CHECK(mailbox_list(&op, folder, &list) && list.count == 3, "%td", list.count);
    CHECK(str_eq(list.at[0].subject, S("Reminder 9")), "%.*s", STR(list.at[0].subject));
    CHECK(str_eq(list.at[2].subject, S("Reminder 1")), "%.*s", STR(list.at[2].subject));
    CHECK(str_starts(list.at[2].name, S("2026-03-27T00-01-00.000000Z-")), "%.*s",
          STR(list.at[2].name));
    CHECK(mailbox_read(&op, folder, list.at[1].name, &got), "read");
    CHECK(str_eq(got.text, S("Due today.")), "\"%.*s\"", STR(got.text));
    CHECK(str_eq(got.head.name, list.at[1].name), "name");
    remove_folder(mem, folder);
    rmdir(str_z(mem, str_head(folder, folder.len - 5)));
}

SENTENCE(a_name_of_a_mail_is_never_a_path)
{
    str folder = fresh_folder(mem);
    const str bad[] = {S(""),      S("../secret.eml"), S("/etc/passwd"), S(".eml"),  S("a/b.eml"),
                       S("a.txt"), S("none.eml"),      {"a\0.eml", 6},   S("..eml"), S("link.eml")};
    CHECK(symlink("/etc/passwd", str_z(mem, str_printf(mem, "%.*s/link.eml", STR(folder)))) == 0,
          "link");
    for (ptrdiff_t i = 0; i < COUNT(bad); i++) {
        struct op op = {.mem = mem};
        struct mailbox_mail got;
        CHECK(!mailbox_read(&op, folder, bad[i], &got), "%.*s", STR(bad[i]));
        CHECK(op.errs->kind == ERR_MISSING, "%.*s", STR(bad[i]));
    }
    remove_folder(mem, folder);
}

SENTENCE(a_folder_that_goes_away_is_trouble_for_later)
{
    struct op op = {.mem = mem};
    str folder = fresh_folder(mem);
    const struct mailer *mailer;
    CHECK(mailer_folder(&op, folder, &mailer), "open");
    remove_folder(mem, folder);
    struct mail mail = mail_at(mem, 1);
    CHECK(!mailer_send(&op, mailer, &mail) && op.errs->kind == ERR_UPSTREAM, "sent");
}

TESTS(TEST(a_folder_lists_its_mails_newest_first), TEST(a_name_of_a_mail_is_never_a_path),
      TEST(a_folder_that_goes_away_is_trouble_for_later))
