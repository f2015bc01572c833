#include "delivery/web/frame.h"

#include "delivery/web/asset.h"
#include "test.h"

static bool has(const struct page *p, const char *what)
{
    return str_find(text_str(&p->text), str_of(what)) >= 0;
}

SENTENCE(a_page_says_who_is_there_and_where_one_is)
{
    static const struct frame_link links[] = {
        {"/", {"Home", 4}, 0}, {"/invoices", {"Invoices", 8}, 3}, {NULL, {"Work", 4}, 0}};
    struct request rq = {.op = {.mem = mem}};
    rq.who = (struct visitor){.role = ROLE_PAYER,
                              .name = S("Maya <Okafor>"),
                              .customer_name = S("Hallam & Pryce"),
                              .theme = S("dark"),
                              .helpers = S("no-keys")};
    struct frame f = frame_for(&rq, S("Invoices"), S("Übersee \"Hansa\""));
    f.links = links;
    f.link_count = COUNT(links);
    f.current = "/invoices";
    f.brand_sheet = brand_path(mem, S("0d5a66"));
    f.contact_email = S("ar@nordwind.example");
    f.contact_phone = S("+49 421 555 0142");
    struct page p = {.text = {.mem = mem}, .form_token = S("tok"), .form_key = S("key")};
    page_top(&p, &f);
    page_bottom(&p, &f);
    static const char *const wants[] = {
        "<html lang=\"en-GB\" data-theme=\"dark\" data-help=\"no-keys\">",
        "<title>Invoices · Übersee &quot;Hansa&quot;</title>",
        "href=\"/assets/brand/0d5a66.css\"",
        ">Ü</text>",
        "<b>Hallam &amp; Pryce</b> <span>Maya &lt;Okafor&gt;</span>",
        "<a href=\"/invoices\" aria-current=\"page\">Invoices",
        "<a href=\"/\">Home",
        "<li class=\"group\">Work</li>",
        "action=\"/sign-out\"><input type=\"hidden\" name=\"form_token\" value=\"tok\">",
        "href=\"tel:+494215550142\"",
        "href=\"mailto:ar@nordwind.example\"",
        "<main id=\"main\">",
        "</main>",
    };
    for (ptrdiff_t i = 0; i < COUNT(wants); i++)
        CHECK(has(&p, wants[i]), "no %s in %.*s", wants[i], STR(text_str(&p.text)));
}

SENTENCE(nobody_sees_no_navigation)
{
    struct request rq = {.op = {.mem = mem}};
    struct frame f = frame_for(&rq, S("Sign in"), S("Quittance"));
    struct page p = {.text = {.mem = mem}};
    page_top(&p, &f);
    page_bottom(&p, &f);
    CHECK(!has(&p, "<nav") && !has(&p, "sign-out") && !has(&p, "data-theme"), "%.*s",
          STR(text_str(&p.text)));
    CHECK(!has(&p, "mailto:"), "an empty contact");
}

SENTENCE(assets_have_names_that_change_with_them)
{
    static const char *const names[] = {"quittance.css", "quittance.js", "icon.svg"};
    for (ptrdiff_t i = 0; i < COUNT(names); i++) {
        str path = asset_path(str_of(names[i]));
        CHECK(str_starts(path, S("/assets/")) && path.len > 8 + 16, "%.*s", STR(path));
    }
    CHECK(brand_path(mem, S("0d5a6")).len == 0 && brand_path(mem, S("red;}x")).len == 0, "colour");
}

TESTS(TEST(a_page_says_who_is_there_and_where_one_is), TEST(nobody_sees_no_navigation),
      TEST(assets_have_names_that_change_with_them))
