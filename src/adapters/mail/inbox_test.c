#include "adapters/mail/inbox.h"

#include "adapters/mail/report.h"

#include "test.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "build/tmp/inbox"

struct taken {
    char all[400]; /* the first line of each, one after the other */
    int count, refuse_from;
    ptrdiff_t longest;
};

static bool take(struct op *op, str bytes, void *arg)
{
    struct taken *t = arg;
    if (t->refuse_from && t->count >= t->refuse_from)
        return op_broken(op, ERR_BUSY, "the database is away");
    t->count++;
    if (bytes.len > t->longest) t->longest = bytes.len;
    size_t len = strlen(t->all);
    snprintf(t->all + len, sizeof t->all - len, "%.*s|", STR(str_trim(str_cut(bytes, '\n').head)));
    return true;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

static bool read_all(struct arena *mem, const char *url, struct taken *t, bool *more)
{
    struct op *op = arena_new(mem, struct op);
    const struct inbox *inbox;
    op->mem = mem;
    CHECK(inbox_open(op, str_of(url), &inbox), "%s: %.*s", url, STR(op->errs->message));
    return inbox_read(op, inbox, take, t, more);
}

static int files_in(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;
    CHECK(dir, "%s", path);
    for (const struct dirent *e; (e = readdir(dir));) count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* Made, and without what an earlier test left in it. */
static void folder_make(const char *path)
{
    char file[300];
    mkdir(path, 0700);
    DIR *dir = opendir(path);
    CHECK(dir, "%s", path);
    for (const struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] == '.') continue;
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        unlink(file);
    }
    closedir(dir);
}

static void maildir_make(void)
{
    mkdir("build", 0700), mkdir("build/tmp", 0700);
    folder_make(PLACE), folder_make(PLACE "/new"), folder_make(PLACE "/cur");
}

SENTENCE(a_maildir_is_read_once)
{
    struct taken t = {.all = ""};
    bool more;
    maildir_make();
    write_file(PLACE "/new/1", "A: one\r\n");
    write_file(PLACE "/new/2", "A: two\r\n");
    t.refuse_from = 1; /* the second one is not taken: it stays new */
    CHECK(!read_all(mem, "maildir:" PLACE, &t, &more), "it says so");
    CHECK(files_in(PLACE "/new") == 1 && files_in(PLACE "/cur") == 1, "one stays");
    t.refuse_from = 0;
    CHECK(read_all(mem, "maildir:" PLACE, &t, &more) && t.count == 2 && !more, "%d", t.count);
    CHECK(read_all(mem, "maildir:" PLACE, &t, &more) && t.count == 2, "read again");
    CHECK(files_in(PLACE "/new") == 0, "left over");
}

SENTENCE(a_full_maildir_is_read_in_pieces)
{
    struct taken t = {.all = ""};
    bool more;
    maildir_make();
    for (int i = 0; i < INBOX_BATCH + 3; i++)
        write_file(str_printf(mem, PLACE "/new/%d", i).at, "A: x\n");
    CHECK(symlink("/etc/passwd", PLACE "/new/link") == 0, "link");
    CHECK(read_all(mem, "maildir:" PLACE, &t, &more) && more, "%d", t.count);
    CHECK(read_all(mem, "maildir:" PLACE, &t, &more) && t.count == INBOX_BATCH + 3, "%d", t.count);
}

SENTENCE(a_file_of_mails_is_read_and_emptied)
{
    struct taken t = {.all = ""};
    struct stat is;
    bool more;
    maildir_make();
    write_file(PLACE "/box", "From a Mon Jan  1\nA: one\n\nbody\n\nFrom b Mon Jan  1\nA: two\n\n"
                             ">From here\nFrom there\n\nFrom c x\r\nA: three\r\n\r\nx\r\n");
    t.refuse_from = 2;
    CHECK(!read_all(mem, "mbox:" PLACE "/box", &t, &more), "the third is not taken");
    CHECK(stat(PLACE "/box", &is) == 0 && is.st_size > 0, "so nothing is thrown away");
    t = (struct taken){.all = ""};
    CHECK(read_all(mem, "mbox:" PLACE "/box", &t, &more), "read");
    CHECK(strcmp(t.all, "A: one|A: two|A: three|") == 0, "%s", t.all);
    CHECK(stat(PLACE "/box", &is) == 0 && is.st_size == 0, "emptied");
    CHECK(read_all(mem, "mbox:" PLACE "/none", &t, &more), "what is not there yet is empty");
}

/* A report with the whole of a large mail in it: what the server says stands in its head. */
SENTENCE(a_large_one_is_read_as_far_as_a_report_goes_and_kept)
{
    struct taken t = {.all = ""};
    struct stat is;
    bool more;
    maildir_make();
    char *large = arena_array(mem, char, REPORT_BYTES_MAX + 100);
    memset(large, 'x', REPORT_BYTES_MAX + 99);
    str file = str_printf(mem, "From a x\nA: one\n\n%s\n\nFrom b x\nA: two\n\nx\n", large);
    write_file(PLACE "/box", file.at);
    CHECK(read_all(mem, "mbox:" PLACE "/box", &t, &more), "read");
    CHECK(strcmp(t.all, "A: one|A: two|") == 0, "%s", t.all);
    CHECK(t.longest == REPORT_BYTES_MAX, "%td", t.longest);
    CHECK(stat(PLACE "/box", &is) == 0 && is.st_size == 0, "emptied");
    CHECK(stat(PLACE "/box.large", &is) == 0 && is.st_size > REPORT_BYTES_MAX, "kept");
    write_file(PLACE "/new/1", str_printf(mem, "A: big\n\n%s\n", large).at);
    CHECK(read_all(mem, "maildir:" PLACE, &t, &more) && t.count == 3, "%d", t.count);
    CHECK(files_in(PLACE "/cur") == 1, "kept");
}

SENTENCE(what_is_no_mailbox_is_refused_when_it_is_set)
{
    static const char *const bad[] = {"",
                                      "maildir:/nowhere",
                                      "mbox:",
                                      "mbox:/tmp",
                                      "imaps://anna@mail.example/INBOX",
                                      "https://mail.example",
                                      "pop3://mail.example",
                                      "imap://",
                                      "imap://a:b@mail.example/INBOX?tls=no"};
    for (ptrdiff_t i = 0; i < COUNT(bad); i++) {
        struct op op = {.mem = mem};
        const struct inbox *inbox;
        CHECK(!inbox_open(&op, str_of(bad[i]), &inbox), "%s", bad[i]);
        CHECK(op.errs->kind == ERR_INVALID && op.errs->message.len > 20, "%s", bad[i]);
    }
}

/* test/imap/run starts a real server and says where; without it this is for another time. */
SENTENCE(a_mailbox_on_a_server_is_read_once)
{
    struct taken t = {.all = ""};
    const char *url = getenv("QUITTANCE_TEST_IMAP");
    bool more;
    if (!url) skip();
    t.refuse_from = 1;
    CHECK(!read_all(mem, url, &t, &more), "the second is not taken");
    t.refuse_from = 0;
    CHECK(read_all(mem, url, &t, &more), "read");
    CHECK(strcmp(t.all, "Subject: one|Subject: two|Subject: three|Subject: large|") == 0, "%s",
          t.all);
    CHECK(t.longest == REPORT_BYTES_MAX, "only the head of a large one: %td", t.longest);
    CHECK(read_all(mem, url, &t, &more) && t.count == 4 && !more, "and no more: %d", t.count);
}

TESTS(TEST(a_maildir_is_read_once), TEST(a_full_maildir_is_read_in_pieces),
      TEST(a_file_of_mails_is_read_and_emptied),
      TEST(a_large_one_is_read_as_far_as_a_report_goes_and_kept),
      TEST(what_is_no_mailbox_is_refused_when_it_is_set), TEST(a_mailbox_on_a_server_is_read_once))
