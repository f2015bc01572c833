#include "delivery/web/html.h"

#include <stdlib.h>

#include "base/crypto.h"
#include "test.h"

static str printed(const struct page *p)
{
    return text_str(&p->text);
}

SENTENCE(text_is_escaped_so_that_no_markup_survives)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"Hallam & Pryce", "Hallam &amp; Pryce"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\"><img src=x onerror='a'>", "&quot;&gt;&lt;img src=x onerror=&#39;a&#39;&gt;"},
        {"&amp;", "&amp;amp;"},
        {"Müller €", "Müller €"},
        {"a\x01\x7Fz", "a\xEF\xBF\xBD\xEF\xBF\xBDz"},
        {"line\nline\ttab", "line\nline\ttab"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct page p = {.text = {.mem = mem}};
        html_put(&p, str_of(cases[i].in));
        CHECK(str_eq(printed(&p), str_of(cases[i].out)), "%s: %.*s", cases[i].in, STR(printed(&p)));
    }
    struct page p = {.text = {.mem = mem}};
    html_put(&p, ((str){"a\0b", 3}));
    CHECK(str_eq(printed(&p), S("a\xEF\xBF\xBD"
                                "b")),
          "a NUL");
}

SENTENCE(every_character_is_escaped_wherever_it_stands)
{
    for (int c = 0; c < 256; c++) {
        char one = (char)c;
        struct page alone = {.text = {.mem = mem}};
        html_put(&alone, ((str){&one, 1}));
        for (ptrdiff_t at = 0; at < 20; at++) {
            char text[20] = "abcdefghijklmnopqrs\xFF";
            text[at] = one;
            struct page p = {.text = {.mem = mem}}, want = {.text = {.mem = mem}};
            html_put(&p, ((str){text, 20}));
            html_raw(&want, (str){text, at});
            html_raw(&want, printed(&alone));
            html_raw(&want, (str){text + at + 1, 19 - at});
            CHECK(str_eq(printed(&p), printed(&want)), "character %d at %td", c, at);

            char path[21] = "/bcdefghijklmnopqrst";
            if (at > 0) path[at] = one;
            bool harmless = at == 0 || ((unsigned char)c > ' ' && c != 0x7F && c != '\\');
            if (at == 1 && c == '/') harmless = false; /* another host's */
            struct url url = url_of((str){path, 20});
            CHECK(str_eq(url.checked, S("#")) == !harmless, "address: %d at %td", c, at);
            struct page put = {.text = {.mem = mem}}, escaped = {.text = {.mem = mem}};
            url_put(&put, url);
            html_put(&escaped, url.checked);
            CHECK(str_eq(printed(&put), printed(&escaped)), "escaped: %d at %td", c, at);
        }
    }
}

SENTENCE(only_addresses_that_lead_somewhere_harmless_pass)
{
    static const struct {
        const char *in;
        bool passes;
    } cases[] = {
        {"/", true},
        {"/invoices/inv_1?x=1#y", true},
        {"?page=2", true},
        {"#main", true},
        {"https://example.com/a", true},
        {"mailto:a@example.com", true},
        {"tel:+494215550142", true},
        {"http://127.0.0.1:8081/card", true},
        {"http://localhost/card", true},
        {"", false},
        {"invoices", false},
        {"//evil.example", false},
        {"/\\evil.example", false},
        {"/\t/evil.example", false},
        {"\t//evil.example", false},
        {"javascript:alert(1)", false},
        {"JaVaScRiPt:alert(1)", false},
        {"java\nscript:alert(1)", false},
        {"data:text/html,x", false},
        {"vbscript:x", false},
        {"http://evil.example", false},
        {"http://127.0.0.1.evil.example", false},
        {"http://localhost:1@evil.example", false},
        {"http://localhost@evil.example", false},
        {"https://a b", false},
    };
    (void)mem;
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = url_of(str_of(cases[i].in)).checked;
        CHECK(str_eq(got, cases[i].passes ? str_of(cases[i].in) : S("#")), "%s", cases[i].in);
    }
}

SENTENCE(a_value_in_an_address_is_percent_encoded)
{
    CHECK(str_eq(url_encode(mem, S("a b/ü?&=%~-._")), S("a%20b%2F%C3%BC%3F%26%3D%25~-._")), "it");
    struct url u = url_printf(mem, "/pay/%.*s", STR(url_encode(mem, S("../x"))));
    CHECK(str_eq(u.checked, S("/pay/..%2Fx")), "%.*s", STR(u.checked));
}

SENTENCE(an_id_makes_an_address_that_needs_no_second_look)
{
    const struct keys *keys = keys_for_tests(mem);
    for (int64_t id = 1; id < 500; id++) {
        struct url got = url_below(mem, S("/invoices/"), id_text(mem, keys, "inv", id));
        struct url want = url_of(got.checked);
        CHECK(got.plain && want.plain && str_eq(got.checked, want.checked), "%.*s",
              STR(got.checked));
    }
}

SENTENCE(amounts_and_dates_are_printed_for_where_they_stand)
{
    date day;
    currency eur = {0};
    CHECK(date_of(2026, 4, 21, &day) && currency_from(S("EUR"), &eur), "set up");
    money m = money_of(120450, eur);
    struct page p = {.text = {.mem = mem}};
    html_put(&p, m);
    html_put(&p, day);
    str want = S("<bdi>€1,204.50</bdi><time datetime=\"2026-04-21\">21 Apr 2026</time>");
    CHECK(str_eq(printed(&p), want), "%.*s", STR(printed(&p)));
    struct page a = {.text = {.mem = mem}};
    attr_put(&a, m);
    attr_put(&a, day);
    CHECK(str_eq(printed(&a), S("1,204.502026-04-21")), "%.*s", STR(printed(&a)));
}

SENTENCE(a_form_carries_its_token_and_its_key)
{
    struct page p = {.text = {.mem = mem}, .form_token = S("t\"t"), .form_key = S("k")};
    html_form_fields(&p);
    CHECK(str_eq(printed(&p), S("<input type=\"hidden\" name=\"form_token\" value=\"t&quot;t\">"
                                "<input type=\"hidden\" name=\"form_key\" value=\"k\">")),
          "%.*s", STR(printed(&p)));
}

/* Strings that have broken pages before, from the corpus where it is present. */
SENTENCE(no_naughty_string_breaks_out_of_its_place)
{
    const char *corpus = getenv("QUITTANCE_CORPUS");
    str path = str_printf(mem, "%s/security/minimaxir__big-list-of-naughty-strings/blns.txt",
                          corpus ? corpus : "../shared/corpus");
    FILE *in = fopen(path.at, "r");
    if (!in) {
        print_message("skipped: %s is not here\n", path.at);
        skip();
    }
    char line[8192];
    int count = 0;
    while (fgets(line, sizeof line, in)) {
        struct page p = {.text = {.mem = mem}};
        html_put(&p, str_of(line));
        for (ptrdiff_t i = 0; i < p.text.len; i++)
            CHECK(!strchr("<>\"'", p.text.at[i]), "line %d: %s", count, line);
        str url = url_of(str_of(line)).checked;
        CHECK(!str_starts(str_lower(mem, url), S("javascript")), "line %d: %s", count, line);
        count++;
    }
    fclose(in);
    CHECK(count > 500, "%d lines", count);
}

TESTS(TEST(text_is_escaped_so_that_no_markup_survives),
      TEST(every_character_is_escaped_wherever_it_stands),
      TEST(only_addresses_that_lead_somewhere_harmless_pass),
      TEST(a_value_in_an_address_is_percent_encoded),
      TEST(an_id_makes_an_address_that_needs_no_second_look),
      TEST(amounts_and_dates_are_printed_for_where_they_stand),
      TEST(a_form_carries_its_token_and_its_key), TEST(no_naughty_string_breaks_out_of_its_place))
