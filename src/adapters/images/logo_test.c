#include "adapters/images/svg.h"
#include "base/arena.h"
#include "base/text.h"
#include "domain/brand/brand.h"
#include "test.h"

#include <cairo.h>
#include <string.h>

#define HEAD          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 10\""
#define CLEAN(inside) HEAD ">" inside "</svg>"

SENTENCE(a_plain_svg_stays_and_what_an_editor_left_is_dropped)
{
    static const struct {
        const char *file, *clean;
    } cases[] = {
        {CLEAN("<path d=\"M0 0h4v4z\" fill=\"#c00\"></path>"),
         CLEAN("<path d=\"M0 0h4v4z\" fill=\"#c00\"></path>")},
        {"<?xml version=\"1.0\"?><!-- made by hand -->" CLEAN("<!-- x --><g id=\"a\"/>"),
         CLEAN("<g id=\"a\"></g>")},
        {HEAD " xmlns:i=\"http://www.inkscape.org/\" i:v=\"1\"><i:namedview i:x=\"1\"/><metadata>"
              "<x/></metadata><rect i:y=\"1\" width=\"4\" height=\"4\"/></svg>",
         CLEAN("<rect width=\"4\" height=\"4\"></rect>")},
        {CLEAN("<rect style=\"fill:#112233; stroke : none;-inkscape-x:1\"/>"),
         CLEAN("<rect fill=\"#112233\" stroke=\"none\"></rect>")},
        /* One attribute each, whatever stands first: two of a name are no XML. */
        {CLEAN("<rect fill=\"#fff\" style=\"fill:#000;fill-opacity:1;fill:#112233\"/>"),
         CLEAN("<rect fill=\"#112233\" fill-opacity=\"1\"></rect>")},
        {CLEAN("<g onclick=\"alert(1)\" onload=\"alert(1)\" data-x=\"y\" tabindex=\"1\"/>"),
         CLEAN("<g></g>")},
        {CLEAN("<rect fill=\"url(#a)\" clip-path=\"url(#b)\"/>"),
         CLEAN("<rect fill=\"url(#a)\" clip-path=\"url(#b)\"></rect>")},
        {HEAD " xmlns:xlink=\"http://www.w3.org/1999/xlink\"><linearGradient "
              "xlink:href=\"https://evil.example/x\" id=\"a\"/></svg>",
         CLEAN("<linearGradient id=\"a\"></linearGradient>")},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct svg svg;
        bool fine = svg_clean(&op, str_of(cases[i].file), &svg);
        CHECK(fine, "case %td: %.*s", i, STR(op.errs->message));
        CHECK(str_eq(svg.text, str_of(cases[i].clean)), "case %td: %.*s", i, STR(svg.text));
        CHECK(svg.width == 40000 && svg.height == 10000, "case %td", i);
    }
}

SENTENCE(an_svg_that_could_do_something_is_refused_in_one_sentence)
{
    static const char *const files[] = {
        CLEAN("<script>alert(1)</script>"),
        CLEAN("<g><g><script href=\"x\"/></g></g>"),
        CLEAN("<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject>"),
        CLEAN("<image href=\"https://evil.example/pixel.png\"/>"),
        CLEAN("<a href=\"javascript:alert(1)\"><path d=\"M0 0\"/></a>"),
        CLEAN("<use href=\"#a\"/>"),
        CLEAN("<style>@import url(https://evil.example/x.css)</style>"),
        CLEAN("<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>"),
        CLEAN("<set attributeName=\"onclick\" to=\"alert(1)\"/>"),
        CLEAN("<text>hello</text>"),
        CLEAN("<rect fill=\"url(https://evil.example/x.svg#a)\"/>"),
        CLEAN("<rect fill=\"url(#a) url(https://evil.example)\"/>"),
        CLEAN("<rect style=\"fill:url(data:image/svg+xml;base64,AAAA)\"/>"),
        CLEAN("<rect fill=\"&#34; onload=&#34;alert(1)\"/>"),
        CLEAN("<rect class=\"cls-1\"/>"),
        CLEAN("<path d=\"M0 0 url(x)\"/>"),
        "<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" CLEAN("<g>&b;</g>"),
        "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" CLEAN("<title>&x;</title>"),
        "<svg viewBox=\"0 0 4 4\"/>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4000 1\"/>",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 4\">",
        "",
        "GIF89a",
    };
    for (ptrdiff_t i = 0; i < COUNT(files); i++) {
        struct op op = {.mem = mem};
        struct logo logo;
        CHECK(!logo_make(&op, str_of(files[i]), &logo), "taken: %s", files[i]);
        CHECK(strcmp(op.errs->field, "logo") == 0 && op.errs->kind == ERR_INVALID, "%s", files[i]);
    }
}

SENTENCE(an_svg_without_end_is_refused)
{
    struct op op = {.mem = mem};
    struct svg svg;
    struct text deep = {.mem = mem}, wide = {.mem = mem};
    text_add(&deep, S(HEAD ">"));
    for (int i = 0; i < 200; i++) text_add(&deep, S("<g>"));
    for (int i = 0; i < 200; i++) text_add(&deep, S("</g>"));
    text_add(&deep, S("</svg>"));
    CHECK(!svg_clean(&op, text_str(&deep), &svg), "deep");
    text_add(&wide, S(HEAD ">"));
    for (int i = 0; i < 5000; i++) text_add(&wide, S("<g/>"));
    text_add(&wide, S("</svg>"));
    op.errs = NULL;
    CHECK(!svg_clean(&op, text_str(&wide), &svg), "wide");
}

static cairo_status_t keep(void *to, const unsigned char *data, unsigned count)
{
    text_add(to, (str){(const char *)data, (ptrdiff_t)count});
    return CAIRO_STATUS_SUCCESS;
}

static str png_of(struct arena *mem, int width, int height)
{
    struct text t = {.mem = mem};
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    CHECK(cairo_surface_write_to_png_stream(s, keep, &t) == CAIRO_STATUS_SUCCESS, "png");
    cairo_surface_destroy(s);
    return text_str(&t);
}

SENTENCE(a_png_is_drawn_anew_within_bounds)
{
    static const struct {
        int width, height, kept_width, kept_height;
    } cases[] = {{100, 40, 100, 40}, {2000, 500, 640, 160}, {300, 1000, 76, 256}};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct logo logo, again;
        str file = png_of(mem, cases[i].width, cases[i].height);
        CHECK(logo_make(&op, file, &logo) && logo_make(&op, file, &again), "case %td", i);
        CHECK(logo.width == cases[i].kept_width && logo.height == cases[i].kept_height,
              "case %td: %d x %d", i, logo.width, logo.height);
        CHECK(str_eq(logo.png, again.png) && logo.svg.len == 0, "case %td: the same again", i);
    }
    struct op op = {.mem = mem};
    struct logo logo;
    str file = png_of(mem, 50, 50);
    CHECK(!logo_make(&op, str_head(file, file.len / 2), &logo), "cut short");
    op.errs = NULL;
    CHECK(!logo_make(&op, png_of(mem, 4097, 300), &logo), "too wide");
}

SENTENCE(an_svg_is_drawn_as_a_png_too)
{
    struct op op = {.mem = mem};
    struct logo logo;
    CHECK(logo_make(&op, S(CLEAN("<rect width=\"40\" height=\"10\" fill=\"#c00\"/>")), &logo),
          "no");
    CHECK(logo.width == 640 && logo.height == 160, "%d x %d", logo.width, logo.height);
    CHECK(str_starts(logo.png, S("\x89PNG")) && str_starts(logo.svg, S("<svg")), "both");
}

TESTS(TEST(a_plain_svg_stays_and_what_an_editor_left_is_dropped),
      TEST(an_svg_that_could_do_something_is_refused_in_one_sentence),
      TEST(an_svg_without_end_is_refused), TEST(a_png_is_drawn_anew_within_bounds),
      TEST(an_svg_is_drawn_as_a_png_too))
