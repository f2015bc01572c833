/* What was sealed comes back whole, or not at all. */
#include "base/sealed.h"
#include "test.h"

#include <unistd.h>

static FILE *sealed_file(struct arena *mem, const struct keys *keys, str head, ptrdiff_t size)
{
    struct op op = {.mem = mem};
    struct sealed_out *out;
    FILE *file = tmpfile();
    CHECK(file, "no file");
    CHECK(sealed_create(&op, fileno(file), keys, head, &out), "create");
    for (ptrdiff_t i = 0; i < size;) {
        char piece[1000];
        ptrdiff_t part = size - i < 1000 ? size - i : 1000;
        for (ptrdiff_t k = 0; k < part; k++) piece[k] = (char)((i + k) * 7 % 251);
        CHECK(sealed_write(&op, out, piece, part), "write");
        i += part;
    }
    CHECK(sealed_end(&op, out), "end");
    return file;
}

/* Reads all; *size is how much came out before the end or the refusal. */
static bool opened(struct arena *mem, FILE *file, const struct keys *keys, ptrdiff_t *size)
{
    struct op op = {.mem = mem};
    struct sealed_in *in;
    str head, piece;
    *size = 0;
    (void)lseek(fileno(file), 0, SEEK_SET);
    if (!sealed_open(&op, fileno(file), &in, &head)) return false;
    do {
        if (!sealed_read(&op, in, keys, &piece)) return false;
        for (ptrdiff_t i = 0; i < piece.len; i++, ++*size)
            CHECK(piece.at[i] == (char)(*size * 7 % 251), "byte %td is another one", *size);
    } while (piece.len > 0);
    return true;
}

SENTENCE(content_of_any_size_comes_back)
{
    static const ptrdiff_t sizes[] = {0, 1, 65499, 65500, 65501, 65536, 131000, 131001, 300000};
    const struct keys *keys = keys_for_tests(mem);
    for (ptrdiff_t i = 0; i < COUNT(sizes); i++) {
        ptrdiff_t got;
        struct arena_mark mark = arena_mark(mem);
        FILE *file = sealed_file(mem, keys, S("head"), sizes[i]);
        CHECK(opened(mem, file, keys, &got) && got == sizes[i], "%td: %td", sizes[i], got);
        fclose(file);
        arena_rewind(mem, mark);
    }
}

SENTENCE(a_byte_flipped_anywhere_is_refused)
{
    const struct keys *keys = keys_for_tests(mem);
    FILE *file = sealed_file(mem, keys, S("what=books\n"), 70000);
    off_t size = lseek(fileno(file), 0, SEEK_END);
    for (off_t at = 0; at < size; at += at < 120 || at > size - 40 ? 1 : 997) {
        struct arena_mark mark = arena_mark(mem);
        unsigned char byte;
        ptrdiff_t got;
        CHECK(pread(fileno(file), &byte, 1, at) == 1, "read");
        byte ^= 1;
        CHECK(pwrite(fileno(file), &byte, 1, at) == 1, "write");
        CHECK(!opened(mem, file, keys, &got), "byte %lld", (long long)at);
        byte ^= 1;
        CHECK(pwrite(fileno(file), &byte, 1, at) == 1, "write");
        arena_rewind(mem, mark);
    }
    fclose(file);
}

SENTENCE(a_file_cut_off_or_made_longer_is_refused)
{
    const struct keys *keys = keys_for_tests(mem);
    FILE *file = sealed_file(mem, keys, S("what=books\n"), 140000);
    off_t size = lseek(fileno(file), 0, SEEK_END);
    ptrdiff_t got;
    CHECK(pwrite(fileno(file), "x", 1, size) == 1, "write");
    CHECK(!opened(mem, file, keys, &got), "a byte more");
    static const off_t cuts[] = {1, 2, 17, 40, 65552, 65553, 65554, 131106, 200000};
    for (ptrdiff_t i = 0; i < COUNT(cuts); i++) {
        struct arena_mark mark = arena_mark(mem);
        if (cuts[i] >= size) continue;
        CHECK(ftruncate(fileno(file), size - cuts[i]) == 0, "truncate");
        CHECK(!opened(mem, file, keys, &got), "cut by %lld", (long long)cuts[i]);
        arena_rewind(mem, mark);
    }
    fclose(file);
}

SENTENCE(chunks_in_another_order_are_refused)
{
    enum { FRONT = 19 + 4 + 4 + 24, CHUNK = SEALED_CHUNK + 17 };
    const struct keys *keys = keys_for_tests(mem);
    FILE *file = sealed_file(mem, keys, S("head"), 190000);
    char *one = arena_array(mem, char, CHUNK), *two = arena_array(mem, char, CHUNK);
    ptrdiff_t got;
    CHECK(pread(fileno(file), one, CHUNK, FRONT) == CHUNK, "read");
    CHECK(pread(fileno(file), two, CHUNK, FRONT + CHUNK) == CHUNK, "read");
    CHECK(pwrite(fileno(file), two, CHUNK, FRONT) == CHUNK, "write");
    CHECK(pwrite(fileno(file), one, CHUNK, FRONT + CHUNK) == CHUNK, "write");
    CHECK(!opened(mem, file, keys, &got), "swapped");
    fclose(file);
}

TESTS(TEST(content_of_any_size_comes_back), TEST(a_byte_flipped_anywhere_is_refused),
      TEST(a_file_cut_off_or_made_longer_is_refused), TEST(chunks_in_another_order_are_refused))
