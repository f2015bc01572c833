#include "delivery/web/route.h"

#include "test.h"

static struct reply handler(struct request *rq)
{
    (void)rq;
    return (struct reply){0};
}

static const struct route pages[] = {
    {GET, "/", handler, .may = MAY_ANYONE, .about = "home"},
    {GET, "/invoices", handler, .may = MAY_SEE_ACCOUNT, .about = "list"},
    {POST, "/invoices", handler, .may = MAY_SEE_ACCOUNT, .about = "add"},
    {GET, "/invoices/:id", handler, .may = MAY_SEE_ACCOUNT, .about = "one"},
    {GET, "/invoices/new", handler, .may = MAY_SEE_ACCOUNT, .about = "new"},
    {GET, "/invoices/:id/files/:part", handler, .may = MAY_SEE_ACCOUNT, .about = "file"},
    {0},
};
static const struct route api[] = {
    {POST, "/api/v1/invoices:batch", handler, .may = MAY_WORK, .about = "batch"},
    {0},
};
static const struct route *const tables[] = {pages, api, NULL};

SENTENCE(a_path_finds_its_route_and_what_its_holes_stand_for)
{
    (void)mem;
    static const struct {
        enum method method;
        const char *path, *about, *id, *part;
    } cases[] = {
        {GET, "/", "home", "", ""},
        {GET, "/invoices", "list", "", ""},
        {POST, "/invoices", "add", "", ""},
        {GET, "/invoices/inv_1", "one", "inv_1", ""},
        {GET, "/invoices/new", "new", "", ""},
        {GET, "/invoices/a b/files/c.pdf", "file", "a b", "c.pdf"},
        {POST, "/api/v1/invoices:batch", "batch", "", ""},
        {GET, "/invoices/", NULL, "", ""},
        {GET, "//", NULL, "", ""},
        {GET, "", NULL, "", ""},
        {GET, "/invoices/x/files", NULL, "", ""},
        {GET, "/invoices/x/files/", NULL, "", ""},
        {GET, "/Invoices", NULL, "", ""},
        {PUT, "/invoices", NULL, "", ""},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct route_match match;
        route_find(tables, cases[i].method, str_of(cases[i].path), &match);
        str about = str_of(match.route ? match.route->about : NULL);
        CHECK(str_eq(about, str_of(cases[i].about)), "%s: \"%.*s\"", cases[i].path, STR(about));
        CHECK(str_eq(match.id, str_of(cases[i].id)), "%s: id %.*s", cases[i].path, STR(match.id));
        CHECK(str_eq(match.part, str_of(cases[i].part)), "%s", cases[i].path);
    }
}

SENTENCE(a_path_knows_its_methods_even_when_the_one_asked_for_is_missing)
{
    (void)mem;
    struct route_match match;
    route_find(tables, DELETE, S("/invoices"), &match);
    CHECK(!match.route && match.allows[GET] && match.allows[POST] && !match.allows[PUT], "methods");
    route_find(tables, DELETE, S("/nowhere"), &match);
    for (int m = GET; m <= DELETE; m++) CHECK(!match.allows[m], "method %d", m);
}

SENTENCE(a_table_with_a_fault_does_not_start)
{
    static const struct {
        struct route routes[3];
        const char *says;
    } cases[] = {
        {{{GET, "/a", handler, .may = MAY_ANYONE}}, NULL},
        {{{GET, "/a", handler, .may = MAY_NOT_SAID}}, "route GET /a: it does not say who may"},
        {{{GET, "/a", .may = MAY_ANYONE}}, "no handler"},
        {{{GET, "a", handler, .may = MAY_ANYONE}}, "slash"},
        {{{GET, "/a/:key", handler, .may = MAY_ANYONE}}, "only :id and :part"},
        {{{GET, "/:id/:id", handler, .may = MAY_ANYONE}}, "only :id and :part"},
        {{{GET, "/a", handler, .may = MAY_ANYONE}, {POST, "/a", handler, .may = MAY_ANYONE}}, NULL},
        {{{GET, "/a", handler, .may = MAY_ANYONE}, {GET, "/a", handler, .may = MAY_ANYONE}},
         "another"},
        {{{GET, "/:id", handler, .may = MAY_ANYONE}, {GET, "/:part", handler, .may = MAY_ANYONE}},
         "another"},
        {{{GET, "/:id", handler, .may = MAY_ANYONE}, {GET, "/new", handler, .may = MAY_ANYONE}},
         NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        const struct route *one[] = {cases[i].routes, NULL};
        bool fine = routes_check(&op, one);
        CHECK(fine == !cases[i].says, "case %td", i);
        if (!fine)
            CHECK(str_find(op.errs->detail, str_of(cases[i].says)) >= 0, "case %td: %.*s", i,
                  STR(op.errs->detail));
    }
}

TESTS(TEST(a_path_finds_its_route_and_what_its_holes_stand_for),
      TEST(a_path_knows_its_methods_even_when_the_one_asked_for_is_missing),
      TEST(a_table_with_a_fault_does_not_start))
