#include "adapters/documents/qr.h"

#include "domain/documents/document.h"
#include "test.h"

SENTENCE(a_code_has_its_three_corners)
{
    struct op op = {.mem = mem};
    struct qr qr;
    CHECK(qr_of(&op, S("https://pay.example/i/1"), &qr), "refused");
    CHECK(qr.size >= 21 && qr.size % 4 == 1, "%d modules", qr.size);
    int far = qr.size - 7;
    const int corners[][2] = {{0, 0}, {far, 0}, {0, far}};
    for (ptrdiff_t i = 0; i < COUNT(corners); i++) {
        int x = corners[i][0], y = corners[i][1], at = x, len = 0;
        CHECK(qr_run(&qr, y, &at, &len) || x > 0, "row %d", y);
        CHECK(qr.dark[y * qr.size + x] && qr.dark[(y + 6) * qr.size + x + 6], "corner %td", i);
        CHECK(!qr.dark[(y + 1) * qr.size + x + 1], "corner %td has no ring", i);
    }
}

/* Draws the path again, module by module, and compares. */
SENTENCE(the_path_is_the_code)
{
    struct op op = {.mem = mem};
    struct qr qr;
    str path;
    int size, x, y, len, used, dark = 0;
    CHECK(qr_of(&op, S("BCD\n002\n1\nSCT"), &qr), "refused");
    CHECK(qr_svg_path(&op, S("BCD\n002\n1\nSCT"), &path, &size), "refused");
    CHECK(size == qr.size + 8, "%d", size);
    const char *at = str_z(mem, path);
    while (sscanf(at, "M%d %dh%dv1h-%*dz%n", &x, &y, &len, &used) == 3) {
        for (int i = 0; i < len; i++)
            CHECK(qr.dark[(y - QR_QUIET) * qr.size + x - QR_QUIET + i], "%d %d", x, y);
        dark += len;
        at += used;
    }
    CHECK(*at == 0, "%s", at);
    for (int i = 0; i < qr.size * qr.size; i++) dark -= qr.dark[i];
    CHECK(dark == 0, "%d modules more than the code has", dark);
}

SENTENCE(too_much_or_nothing_is_refused_with_a_sentence)
{
    struct op op = {.mem = mem};
    char *much = arena_array(mem, char, 4000);
    memset(much, 'x', 4000);
    str path;
    int size;
    CHECK(qr_svg_path(&op, (str){much, 2331}, &path, &size), "2331");
    CHECK(!qr_svg_path(&op, (str){much, 2332}, &path, &size), "2332");
    CHECK(op.errs->kind == ERR_INVALID, "kind");
    CHECK(!qr_svg_path(&op, S(""), &path, &size), "empty");
    CHECK(qr_svg_path(&op, (str){"\0\xFF\n\"'<>", 7}, &path, &size), "any bytes");
}

TESTS(TEST(a_code_has_its_three_corners), TEST(the_path_is_the_code),
      TEST(too_much_or_nothing_is_refused_with_a_sentence))
