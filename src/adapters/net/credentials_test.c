#include "adapters/net/credentials.h"
#include "base/op.h"
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define KEY    "0123456789abcdef"

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
    CHECK(chmod(path, mode) == 0, "%s", path);
}

SENTENCE(a_key_file_says_all_it_needs_or_is_refused)
{
    char folder[] = "/tmp/quittance-test-XXXXXX";
    CHECK(mkdtemp(folder), "mkdtemp");
    const char *path = str_printf(mem, "%s/keys", folder).at;
    static const struct {
        const char *text;
        mode_t mode;
        const char *says; /* NULL: read */
    } cases[] = {
        {"key = " KEY "\nwebhook_secret = " SECRET "\n", 0600, NULL},
        {"# c\n\n key=" KEY " \r\nwebhook_secret=" SECRET "\nwebhook_secret_old=" SECRET, 0400,
         NULL},
        {"key = " KEY "\nwebhook_secret = " SECRET "\n", 0640, "chmod 600"},
        {"key = " KEY "\nwebhook_secret = " SECRET "\n", 0602, "chmod 600"},
        {"key = short\nwebhook_secret = " SECRET "\n", 0600, "`key`"},
        {"key = 0123456789 abcdef\nwebhook_secret = " SECRET "\n", 0600, "without blanks"},
        {"webhook_secret = " SECRET "\n", 0600, "`key`"},
        {"key = " KEY "\n", 0600, "`webhook_secret`"},
        {"key = " KEY "\nwebhook_secret = whsec_AAAA\n", 0600, "24 bytes"},
        {"key = " KEY "\nwebhook_secret = " SECRET "\nwebhook_secret_old = x\n", 0600, "24 bytes"},
        {"key = " KEY "\nkey = " KEY "\n", 0600, "Line 2"},
        {"key = " KEY "\nsurprise = 1\n", 0600, "Line 2"},
        {"key =\n", 0600, "Line 1"},
        {"", 0600, "`key`"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct credentials got;
        write_file(path, cases[i].text, cases[i].mode);
        bool read = credentials_read(&op, path, &got);
        CHECK(read == !cases[i].says, "case %td: %.*s", i, read ? 0 : (int)op.errs->message.len,
              read ? "" : op.errs->message.at);
        if (read)
            CHECK(str_eq(got.key, S(KEY)) && str_eq(got.webhook_secret, S(SECRET)), "case %td", i);
        else
            CHECK(str_find(op.errs->message, str_of(cases[i].says)) >= 0, "case %td: %.*s", i,
                  STR(op.errs->message));
        unlink(path);
    }
    struct op op = {.mem = mem};
    struct credentials got;
    CHECK(!credentials_read(&op, path, &got), "a file that is not there");
    rmdir(folder);
}

SENTENCE(a_new_key_file_is_private_and_never_replaced)
{
    char folder[] = "/tmp/quittance-test-XXXXXX";
    CHECK(mkdtemp(folder), "mkdtemp");
    const char *path = str_printf(mem, "%s/keys", folder).at;
    struct op op = {.mem = mem};
    struct credentials one, two;
    struct stat about;
    CHECK(credentials_create(&op, path) && credentials_read(&op, path, &one), "create");
    CHECK(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600, "mode");
    CHECK(credentials_create(&op, path) && credentials_read(&op, path, &two), "again");
    CHECK(str_eq(one.key, two.key), "it was replaced");
    unlink(path);
    rmdir(folder);
    CHECK(!credentials_create(&op, path), "the folder is gone");
}

TESTS(TEST(a_key_file_says_all_it_needs_or_is_refused),
      TEST(a_new_key_file_is_private_and_never_replaced))
