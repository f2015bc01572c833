#include "domain/brand/brand.h"

#include "base/arena.h"
#include "domain/company/company.h"
#include "fixture.h"

SENTENCE(contrast_is_as_the_guidelines_reckon_it)
{
    (void)mem;
    static const struct {
        unsigned one, other;
        int contrast;
    } cases[] = {
        {0x000000, 0xffffff, 2100}, {0xffffff, 0xffffff, 100}, {0x767676, 0xffffff, 454},
        {0x777777, 0xffffff, 447},  {0xff0000, 0xffffff, 399}, {0x0000ff, 0xffffff, 859},
        {0xffcc00, 0x000000, 1388},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        int got = colour_contrast(cases[i].one, cases[i].other);
        CHECK(got == cases[i].contrast, "%06x on %06x: %d", cases[i].one, cases[i].other, got);
        CHECK(got == colour_contrast(cases[i].other, cases[i].one), "either way round");
    }
}

SENTENCE(every_suggested_colour_can_be_read_and_one_that_can_be_read_stays)
{
    (void)mem;
    for (unsigned red = 0; red < 256; red += 15)
        for (unsigned green = 0; green < 256; green += 15)
            for (unsigned blue = 0; blue < 256; blue += 15) {
                unsigned colour = red << 16 | green << 8 | blue, better = colour_for_white(colour);
                CHECK(colour_contrast(better, 0xffffff) >= 450, "%06x gives %06x", colour, better);
                if (colour_contrast(colour, 0xffffff) >= 450) CHECK(better == colour, "changed");
            }
}

struct world {
    int64_t entity;
    unsigned colour;
    instant at;
    struct brand brand;
    struct logo logo;
    bool found;
};

static bool found(struct op *op, void *arg)
{
    struct world *w = arg;
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = {"EUR"}};
    return entity_put(op, &seller, &w->entity);
}

static bool change(struct op *op, void *arg)
{
    struct world *w = arg;
    return logo_keep(op, &w->logo) && brand_put(op, w->entity, w->colour, w->logo.digest);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    return brand_load(op, w->entity, w->at, &w->brand) &&
           logo_get(op, w->brand.logo, &w->logo, &w->found);
}

ENGINES_SENTENCE(a_look_has_versions_and_a_light_colour_is_refused_with_a_better_one)
{
    struct world w = {.colour = 0x112233, .logo = {.png = S("\x89PNG"), .width = 3, .height = 2}};
    fixture_do(f, found, &w);
    fixture_do(f, look, &w);
    CHECK(w.brand.colour == BRAND_STANDARD && !w.found, "the product's own");
    w.logo = (struct logo){.png = S("\x89PNG"), .width = 3, .height = 2};
    CHECK(test_every_failure(f, change, &w, NULL) > 2, "too few calls");
    instant first = f->now;
    f->now += 1000000;
    w.colour = 0x445566;
    w.logo.svg = S("<svg/>");
    fixture_do(f, change, &w);
    fixture_do(f, look, &w);
    CHECK(w.brand.colour == 0x445566 && w.brand.svg && w.found, "the newest");
    CHECK(str_eq(w.logo.svg, S("<svg/>")) && w.logo.width == 3, "the logo");
    w.at = first;
    fixture_do(f, look, &w);
    CHECK(w.brand.colour == 0x112233 && !w.brand.svg, "as of then");

    w.colour = 0xffcc00;
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, change, &w), "too light");
    CHECK(str_find(op.errs->message, S("1.51 to 1")) > 0, "%.*s", STR(op.errs->message));
    CHECK(str_find(op.errs->message, S("#907300")) > 0, "%.*s", STR(op.errs->message));
}

TESTS(TEST(contrast_is_as_the_guidelines_reckon_it),
      TEST(every_suggested_colour_can_be_read_and_one_that_can_be_read_stays),
      ENGINES_TEST(a_look_has_versions_and_a_light_colour_is_refused_with_a_better_one))
