#include "base/str.h"

#include "base/text.h"

#include "test.h"

static const str nothing = {0};

SENTENCE(text_is_cut_trimmed_and_found)
{
    struct str_pair cut = str_cut(S("a=b=c"), '=');
    CHECK(cut.found && str_eq(cut.head, S("a")) && str_eq(cut.tail, S("b=c")), "the first one");
    cut = str_cut(S("abc"), '=');
    CHECK(!cut.found && str_eq(cut.head, S("abc")) && cut.tail.len == 0, "not there");
    cut = str_cut(S("abc="), '=');
    CHECK(cut.found && str_eq(cut.head, S("abc")) && cut.tail.len == 0, "at the end");
    CHECK(str_eq(str_trim(S(" \t a b \r\n")), S("a b")), "both ends");
    CHECK(str_trim(S(" \n ")).len == 0, "nothing but blanks");
    CHECK(str_find(S("abcabc"), S("ca")) == 2 && str_find(S("abc"), S("abcd")) == -1, "find");
    CHECK(str_find(S("abc"), S("")) == 0, "the empty text is everywhere");
    CHECK(str_starts(S("abc"), S("ab")) && !str_starts(S("a"), S("ab")), "starts");
    CHECK(str_ends(S("abc"), S("bc")) && !str_ends(S("c"), S("bc")), "ends");
    CHECK(str_eq(str_from(S("abc"), 2), S("c")) && str_from(S("abc"), 9).len == 0, "from");
    CHECK(str_eq(str_head(S("abc"), 2), S("ab")) && str_eq(str_head(S("ab"), 9), S("ab")), "head");
    CHECK(str_eq_nocase(S("Ab-1"), S("aB-1")) && !str_eq_nocase(S("a"), S("b")), "nocase");
    CHECK(str_cmp(S("a"), S("ab")) == -1 && str_cmp(S("b"), S("ab")) == 1, "cmp");
    CHECK(str_cmp(S("\xff"), S("a")) == 1 && str_cmp(S("a"), S("a")) == 0, "by bytes");
    CHECK(str_eq(str_lower(mem, S("AbZ\xC3\x84")), S("abz\xC3\x84")), "A-Z only");
}

SENTENCE(the_empty_text_is_a_text)
{
    CHECK(str_eq(nothing, S("")) && str_eq(str_of(NULL), nothing), "equal");
    CHECK(str_trim(nothing).len == 0 && str_from(nothing, 3).len == 0, "trim, from");
    CHECK(str_find(nothing, S("a")) == -1 && str_find(nothing, nothing) == 0, "find");
    CHECK(str_starts(nothing, nothing) && str_ends(nothing, nothing), "starts, ends");
    CHECK(!str_cut(nothing, 'a').found && str_cmp(nothing, S("a")) == -1, "cut, cmp");
    CHECK(str_utf8(nothing) && strcmp(str_z(mem, nothing), "") == 0, "utf8, z");
}

SENTENCE(numbers_are_read_whole_or_not_at_all)
{
    static const struct {
        const char *text;
        bool good;
        int64_t want;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"007", true, 7},
        {"-12", true, -12},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1x", false, 0},
        {"1.0", false, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        int64_t got = 0;
        CHECK(str_to_i64(str_of(cases[i].text), &got) == cases[i].good, "%s", cases[i].text);
        CHECK(got == cases[i].want, "%s: %lld", cases[i].text, (long long)got);
    }
    (void)mem;
}

/* Unicode 15, table 3-7. */
SENTENCE(only_well_formed_utf8_passes)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"plain", true},
        {"\xC3\xA4", true},
        {"\xE2\x82\xAC", true},
        {"\xF0\x9F\x98\x80", true},
        {"\xED\x9F\xBF", true},
        {"\xEE\x80\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\x80", false}, /* a tail without a head */
        {"\xC3", false}, /* cut */
        {"\xE2\x82", false},
        {"\xC0\xAF", false}, /* too long a form */
        {"\xC1\xBF", false},
        {"\xE0\x80\xAF", false},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xED\xA0\x80", false},     /* a surrogate */
        {"\xF4\x90\x80\x80", false}, /* past the last */
        {"\xF5\x80\x80\x80", false},
        {"\xFF", false},
        {"a\xC3(", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(str_utf8(str_of(cases[i].text)) == cases[i].good, "%td", i);
    (void)mem;
}

SENTENCE(text_grows_and_keeps_what_it_has)
{
    struct text t = {.mem = mem};
    CHECK(text_str(&t).len == 0, "nothing yet");
    for (int i = 0; i < 3000; i++) {
        text_i64(&t, i % 10);
        if (i % 1000 == 0) text_add(&t, text_str(&t)); /* its own words */
    }
    CHECK(t.len == 7007, "%td",
          t.len); /* 2, then 2 * (2 + 1000), then 2 * (2004 + 1000), 999 more */
    struct text u = {.mem = mem};
    text_i64(&u, INT64_MIN);
    text_char(&u, ' ');
    text_i64(&u, INT64_MAX);
    text_format(&u, " %s", "end");
    CHECK(str_eq(text_str(&u), S("-9223372036854775808 9223372036854775807 end")), "%.*s",
          STR(text_str(&u)));
}

TESTS(TEST(text_is_cut_trimmed_and_found), TEST(the_empty_text_is_a_text),
      TEST(numbers_are_read_whole_or_not_at_all), TEST(only_well_formed_utf8_passes),
      TEST(text_grows_and_keeps_what_it_has))
