#include "test.h"

#include "base/log.h"

static str one(struct arena *mem, str value)
{
    const struct log_field field = {"v", value};
    return log_text(mem, NULL, "e", &field, 1);
}

SENTENCE(a_value_cannot_forge_a_line_or_a_field)
{
    static const struct {
        const char *value, *line;
    } cases[] = {
        {"plain", "event=e v=plain"},
        {"", "event=e v=\"\""},
        {"two words", "event=e v=\"two words\""},
        {"a=b", "event=e v=\"a=b\""},
        {"x\nevent=fake", "event=e v=\"x\\nevent=fake\""},
        {"\"\\\x01\r\x7f", "event=e v=\"\\\"\\\\\\x01\\x0d\\x7f\""},
        {"K\xc3\xb6ln", "event=e v=K\xc3\xb6ln"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str line = one(mem, str_of(cases[i].value));
        CHECK(str_eq(line, str_of(cases[i].line)), "%.*s", STR(line));
    }
}

SENTENCE(what_looks_like_a_card_number_is_masked)
{
    static const struct {
        const char *value, *line;
    } cases[] = {
        {"4111111111111111", "event=e v=[card]"},
        {"4111 1111 1111 1111", "event=e v=\"[card]\""},
        {"3782-822463-10005", "event=e v=[card]"},
        {"4222222222222", "event=e v=[card]"},
        {"6304000000000000000", "event=e v=[card]"},
        {"pan:5555555555554444;", "event=e v=pan:[card];"},
        {"2026-04-30 4111 1111 1111 1111", "event=e v=\"2026-04-[card]\""},
        {"on 30/04 4111 1111 1111 1111", "event=e v=\"on 30/04 [card]\""},
        {"4111111111111111 and 5555 5555 5555 4444", "event=e v=\"[card] and [card]\""},
        {"4111111111111112", "event=e v=4111111111111112"},
        {"411111111111", "event=e v=411111111111"},
        {"41111111111111111111", "event=e v=41111111111111111111"},
        {"2026-04-30 17.50", "event=e v=\"2026-04-30 17.50\""},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str line = one(mem, str_of(cases[i].value));
        CHECK(str_eq(line, str_of(cases[i].line)), "%.*s", STR(line));
    }
}

SENTENCE(a_line_names_the_request_and_stays_within_its_length)
{
    char long_value[8000];
    memset(long_value, 'x', sizeof long_value);
    const struct actor actor = {.request = S("k3v9")};
    struct op op = {.mem = mem, .actor = &actor};
    struct log_field fields[9] = {{"rows", S("17")}};
    for (int i = 1; i < 9; i++)
        fields[i] = (struct log_field){"long", {long_value, sizeof long_value}};
    str line = log_text(mem, &op, "import.done", fields, COUNT(fields));
    CHECK(str_starts(line, S("event=import.done request=k3v9 rows=17 long=xxx")), "%.*s",
          STR(str_head(line, 80)));
    CHECK(line.len <= 4096, "%td", line.len);
    log_line(&op, "log.test", {"one", S("1")}, {"two", S("2")});
    log_line(NULL, "log.test");
}

TESTS(TEST(a_value_cannot_forge_a_line_or_a_field), TEST(what_looks_like_a_card_number_is_masked),
      TEST(a_line_names_the_request_and_stays_within_its_length))
