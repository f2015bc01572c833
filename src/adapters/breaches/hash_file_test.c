#include "adapters/breaches/hash_file.h"

#include "base/arena.h"
#include "test.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 3000, LINE = 64 };

static const char path[] = "build/tmp/breaches.txt";

static FILE *file_begin(void)
{
    mkdir("build/tmp", 0777); /* it may be there */
    return fopen(path, "w");
}

static void write_file(const char *text)
{
    FILE *file = file_begin();
    CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static str password_of(struct arena *mem, int n)
{
    return str_printf(mem, "stolen password %d", n);
}

/* Every second password of many; lines of different lengths, ended as the file's makers do. */
static void write_list(struct arena *mem, const char *end)
{
    char(*lines)[LINE] = arena_alloc(mem, LINE, 1, MANY);
    for (int i = 0; i < MANY; i++) {
        unsigned char digest[SHA_DIGEST_LENGTH];
        str password = password_of(mem, 2 * i);
        SHA1((const unsigned char *)password.at, (size_t)password.len, digest);
        for (int k = 0; k < SHA_DIGEST_LENGTH; k++)
            snprintf(lines[i] + 2 * k, 3, "%02X", digest[k]);
        int64_t seen = i % 3 ? 1 : i * INT64_C(100000);
        snprintf(lines[i] + 40, LINE - 40, ":%lld%s", (long long)seen, end);
    }
    qsort(lines, MANY, LINE, by_text);
    FILE *file = file_begin();
    CHECK(file, "%s", path);
    for (int i = 0; i < MANY; i++) fputs(lines[i], file);
    fclose(file);
}

SENTENCE(each_password_of_the_list_is_found_and_no_other)
{
    static const char *const ends[] = {"\n", "\r\n"};
    for (ptrdiff_t e = 0; e < COUNT(ends); e++) {
        const struct breach_list *list;
        struct op op = {.mem = mem};
        write_list(mem, ends[e]);
        CHECK(hash_file_open(&op, path, &list), "it is not opened");
        for (int i = 0; i < 2 * MANY; i++) {
            bool found;
            CHECK(list->knows(&op, list, password_of(mem, i), &found), "number %d: broken", i);
            CHECK(found == (i % 2 == 0), "number %d", i);
        }
    }
}

SENTENCE(a_list_of_one_line_and_one_without_a_last_line_end)
{
    static const char *const texts[] = {
        "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365",
        "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365\n",
        "0000000000000000000000000000000000000000:1\r\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:1",
        "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:1\nFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\n",
    };
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
        const struct breach_list *list;
        struct op op = {.mem = mem};
        bool found;
        write_file(texts[i]);
        CHECK(hash_file_open(&op, path, &list), "case %td", i);
        CHECK(list->knows(&op, list, S("password"), &found) && found, "case %td: lost", i);
        CHECK(list->knows(&op, list, S("passwords"), &found) && !found, "case %td: made up", i);
        op.errs = NULL;
        CHECK(!password_unknown(&op, list, S("password")) && op.errs->kind == ERR_INVALID &&
                  str_eq(str_of(op.errs->field), S("password")),
              "case %td: not refused", i);
        op.errs = NULL;
        CHECK(password_unknown(&op, list, S("passwords")), "case %td: refused", i);
        CHECK(password_unknown(&op, NULL, S("password")), "refused without a list");
    }
}

SENTENCE(what_is_no_such_list_is_refused_at_the_start)
{
    static const char *const texts[] = {
        "",
        "\n",
        "password\n123456\n",
        "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\n",
        "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8:1\n",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\n0000000000000000000000000000000000000000:1\n"
        "1111111111111111111111111111111111111111:1\n2222222222222222222222222222222222222222:1\n",
    };
    const struct breach_list *list;
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
        struct op op = {.mem = mem};
        write_file(texts[i]);
        CHECK(!hash_file_open(&op, path, &list) && op.errs->kind == ERR_INVALID, "case %td", i);
    }
    struct op op = {.mem = mem};
    CHECK(!hash_file_open(&op, "build/tmp/there is none", &list), "a file that is not there");
    unlink(path);
}

TESTS(TEST(each_password_of_the_list_is_found_and_no_other),
      TEST(a_list_of_one_line_and_one_without_a_last_line_end),
      TEST(what_is_no_such_list_is_refused_at_the_start))
