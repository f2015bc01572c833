#include "domain/texts/texts.h"

#include "base/arena.h"
#include "domain/company/company.h"
#include "fixture.h"

SENTENCE(names_in_braces_are_filled_in_and_nothing_else_is)
{
    static const struct {
        const char *body, *filled;
    } cases[] = {
        {"", ""},
        {"Dear {customer.name},", "Dear M\xC3\xBCller & Sons,"},
        {"{ customer.name }{customer.name}", "M\xC3\xBCller & SonsM\xC3\xBCller & Sons"},
        {"{{customer.name}", "{customer.name}"},
        {"{unknown}!", "!"},
        {"open {", "open {"},
        {"{{{{", "{{"},
        {"{customer.number}", "{customer.name}"}, /* a fact is not read again */
    };
    struct text_facts facts = {0};
    text_fact(&facts, "customer.name", S("M\xC3\xBCller & Sons"));
    text_fact(&facts, "customer.number", S("{customer.name}"));
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = text_filled(mem, str_of(cases[i].body), &facts);
        CHECK(str_eq(got, str_of(cases[i].filled)), "%s: %.*s", cases[i].body, STR(got));
    }
}

SENTENCE(a_text_with_a_wrong_name_is_refused_by_line_column_and_nearest_name)
{
    static const struct {
        enum text_key key;
        const char *body, *sentence; /* NULL: it is fine */
    } cases[] = {
        {TEXT_MAIL_INVOICE_LEAD, "Hello {customer.name}: {document.due}", NULL},
        {TEXT_MAIL_INVOICE_LEAD, "Hello\n\xC3\xBC {customer.nmae}",
         "Line 2, column 3: there is no {customer.nmae} here. The nearest is {customer.name}."},
        {TEXT_PORTAL_HOME, "{document.number}",
         "Line 1, column 1: there is no {document.number} here. The nearest is "
         "{customer.number}."},
        {TEXT_PDF_FOOT, "a {{ brace", NULL},
        {TEXT_PDF_FOOT, "never {closed",
         "Line 1, column 7: this brace is not closed. Write {{ for a brace."},
        {TEXT_PDF_FOOT, "{}",
         "Line 1, column 1: there is no {} here. The nearest is {seller.name}."},
        {TEXT_MAIL_INVOICE_SUBJECT, "two\nlines", "A subject is one line."},
        {TEXT_MAIL_INVOICE_SUBJECT, " ", "A mail needs a subject."},
        {TEXT_PDF_FOOT, "\xFF", "This text is not UTF-8."},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        bool fine = text_check(&op, cases[i].key, str_of(cases[i].body));
        CHECK(fine == (cases[i].sentence == NULL), "%s", cases[i].body);
        if (!fine)
            CHECK(str_eq(op.errs->message, str_of(cases[i].sentence)), "%.*s",
                  STR(op.errs->message));
    }
}

SENTENCE(every_default_holds_only_names_that_its_text_may_hold)
{
    for (int key = 0; key < TEXT_COUNT; key++) {
        const struct text_about *about = text_about((enum text_key)key);
        enum text_key found;
        CHECK(text_key_from(str_of(about->code), &found) && (int)found == key, "%s", about->code);
        for (const struct lang *const *lang = lang_all(); *lang; lang++) {
            struct op op = {.mem = mem};
            struct texts none = {.lang = *lang};
            str body = texts_body(&none, (enum text_key)key);
            if (body.len == 0) continue;
            CHECK(text_check(&op, (enum text_key)key, body), "%s: %.*s", about->code,
                  STR(op.errs->message));
        }
    }
}

struct world {
    int64_t entity;
    const struct lang *lang;
    str body;
    instant at;
    struct texts texts;
    struct text_versions versions;
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
    return text_put(op, w->entity, w->lang, TEXT_PDF_FOOT, w->body);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    return texts_load(op, w->entity, w->lang, w->at, &w->texts) &&
           text_versions(op, w->entity, w->lang, TEXT_PDF_FOOT, &w->versions);
}

ENGINES_SENTENCE(each_change_is_a_version_and_what_was_made_before_keeps_its_own)
{
    struct world w = {.lang = lang_find(S("de")), .body = S("one\r\n")};
    fixture_do(f, found, &w);
    fixture_do(f, change, &w);
    fixture_do(f, change, &w); /* the same again is no version */
    instant first = f->now;
    f->now += 1000000;
    w.body = S("two");
    fixture_do(f, change, &w);
    fixture_do(f, look, &w);
    CHECK(str_eq(texts_body(&w.texts, TEXT_PDF_FOOT), S("two")), "the newest");
    CHECK(w.versions.count == 2, "%td versions", w.versions.count);
    w.at = first;
    fixture_do(f, look, &w);
    CHECK(str_eq(texts_body(&w.texts, TEXT_PDF_FOOT), S("one")), "as of then");
    f->now += 1000000;
    w.body = (str){0}, w.at = 0;
    fixture_do(f, change, &w);
    fixture_do(f, look, &w);
    CHECK(texts_body(&w.texts, TEXT_PDF_FOOT).len == 0, "the default again");
    CHECK(w.versions.count == 3 && !w.versions.at[0].body.at, "kept");
    w.lang = lang_find(S("en"));
    fixture_do(f, look, &w);
    CHECK(w.versions.count == 0, "another language");
}

ENGINES_SENTENCE(a_text_is_changed_whole_or_not_at_all)
{
    struct world w = {.lang = lang_find(S("en")), .body = S("one")};
    fixture_do(f, found, &w);
    CHECK(test_every_failure(f, change, &w, NULL) > 2, "too few calls");
}

TESTS(TEST(names_in_braces_are_filled_in_and_nothing_else_is),
      TEST(a_text_with_a_wrong_name_is_refused_by_line_column_and_nearest_name),
      TEST(every_default_holds_only_names_that_its_text_may_hold),
      ENGINES_TEST(each_change_is_a_version_and_what_was_made_before_keeps_its_own),
      ENGINES_TEST(a_text_is_changed_whole_or_not_at_all))
