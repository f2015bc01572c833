#include "domain/notices/letter.h"

#include "test.h"

#include <stdlib.h>

static struct letter receipt(struct arena *mem)
{
    struct letter_row *rows = arena_array(mem, struct letter_row, 4);
    str *small = arena_array(mem, str, 2);
    rows[0] = (struct letter_row){S("Invoice 10-48702, €117.22 stays open"), S("€572.18"), false};
    rows[1] = (struct letter_row){S("Invoice 10-48817"), S("€360.44"), false};
    rows[2] = (struct letter_row){S("Credit note 70-3107"), S("−€214.20"), false};
    rows[3] = (struct letter_row){S("Paid"), S("€718.42"), true};
    small[0] = S("From: Commerzbank, account ending 3000.");
    small[1] = S("Not you, or a wrong amount? Call Jonas Brandt, +49 421 555 0142.");
    return (struct letter){
        .subject = S("Payment of €718.42 sent, receipt P-20954"),
        .brand = S("Nordwind Antriebstechnik"),
        .colour = 0x7a1f3d,
        .preview = S("Two invoices and one credit note."),
        .heading = S("€718.42 sent"),
        .lead = S("By bank debit on 21 April 2026. Settles about Friday, 24 April."),
        .button = S("See payment P-20954"),
        .link = S("https://pay.nordwind.example/p/20954?a=1&b=2"),
        .table_title = S("What it pays"),
        .rows = rows,
        .row_count = 4,
        .small = small,
        .small_count = 2,
        .choice = S("Choose your mails"),
        .choice_link = S("https://pay.nordwind.example/preferences"),
        .footer = S("Nordwind Antriebstechnik GmbH, Überseeallee 14, 28217 Bremen\n"
                    "VAT DE811234567"),
    };
}

/* `UPDATE_GOLDEN=1` writes them down; the review reads the difference. */
static void check_golden(struct arena *mem, const char *path, str got)
{
    FILE *f = fopen(path, getenv("UPDATE_GOLDEN") ? "w" : "r");
    char *at = arena_array(mem, char, 1 << 18);
    CHECK(f, "%s", path);
    if (getenv("UPDATE_GOLDEN"))
        fwrite(got.at, 1, (size_t)got.len, f);
    else
        CHECK(str_eq((str){at, (ptrdiff_t)fread(at, 1, 1 << 18, f)}, got), "%s is not:\n%.*s", path,
              STR(got));
    fclose(f);
}

SENTENCE(a_letter_looks_like_the_others)
{
    struct letter letter = receipt(mem);
    check_golden(mem, "test/golden/mails/letter.html", letter_html(mem, &letter));
    check_golden(mem, "test/golden/mails/letter.txt", letter_text(mem, &letter));
}

SENTENCE(both_forms_say_the_same)
{
    struct letter l = receipt(mem);
    str html = letter_html(mem, &l), text = letter_text(mem, &l);
    const str said[] = {l.brand,
                        l.heading,
                        l.lead,
                        l.button,
                        l.table_title,
                        l.rows[0].label,
                        l.rows[2].label,
                        l.rows[2].amount,
                        l.rows[3].label,
                        l.rows[3].amount,
                        l.small[0],
                        l.small[1],
                        S("VAT DE811234567")};
    for (ptrdiff_t i = 0; i < COUNT(said); i++) {
        CHECK(str_find(html, said[i]) >= 0, "HTML: %.*s", STR(said[i]));
        CHECK(str_find(text, said[i]) >= 0, "text: %.*s", STR(said[i]));
    }
    CHECK(str_find(html, S("href=\"https://pay.nordwind.example/p/20954?a=1&amp;b=2\"")) > 0,
          "%.*s", STR(html));
    CHECK(str_find(text, S("\nhttps://pay.nordwind.example/p/20954?a=1&b=2\n")) > 0, "%.*s",
          STR(text));
}

SENTENCE(what_is_not_there_leaves_no_trace)
{
    struct letter letter = {.subject = S("Hello"), .brand = S("Nordwind"), .heading = S("Hello")};
    str html = letter_html(mem, &letter), text = letter_text(mem, &letter);
    CHECK(str_find(html, S("<a ")) < 0 && str_find(html, S("<h2")) < 0, "%.*s", STR(html));
    CHECK(str_eq(text, S("Nordwind\n\nHello\n\n")), "%.*s", STR(text));
}

SENTENCE(strange_text_stays_text)
{
    const str hard[] = {S("<script>alert(1)</script>"),
                        S("\"><img src=x>"),
                        S("\xFF"),
                        {"\0", 1},
                        S("javascript:alert(1)")};
    for (ptrdiff_t i = 0; i < COUNT(hard); i++) {
        struct letter_row row = {hard[i], hard[i], true};
        struct letter l = {.subject = hard[i],
                           .brand = hard[i],
                           .preview = hard[i],
                           .heading = hard[i],
                           .lead = hard[i],
                           .button = hard[i],
                           .link = hard[i],
                           .table_title = hard[i],
                           .rows = &row,
                           .row_count = 1,
                           .small = hard,
                           .small_count = COUNT(hard),
                           .footer = hard[i]};
        str html = letter_html(mem, &l);
        CHECK(str_find(html, S("<script")) < 0 && str_find(html, S("<img")) < 0, "case %td", i);
        CHECK(str_find(html, S("href=\"#\"")) > 0, "case %td", i);
        CHECK(letter_text(mem, &l).len > 0, "case %td", i);
    }
}

TESTS(TEST(a_letter_looks_like_the_others), TEST(both_forms_say_the_same),
      TEST(what_is_not_there_leaves_no_trace), TEST(strange_text_stays_text))
