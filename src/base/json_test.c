#include "test.h"

#include "base/json.h"

static str repeated(struct arena *mem, char c, ptrdiff_t count)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < count; i++) text_char(&t, c);
    return text_str(&t);
}

static str nested(struct arena *mem, ptrdiff_t depth)
{
    return str_printf(mem, "%.*s%.*s", STR(repeated(mem, '[', depth)),
                      STR(repeated(mem, ']', depth)));
}

SENTENCE(json_is_read_with_its_kinds_and_order)
{
    struct op op = {.mem = mem};
    const struct json *j;
    str text, key;
    int64_t number;
    bool yes;
    CHECK(json_read(&op,
                    S("{\"b\": \"K\\u00f6ln\", \"a\": -7, \"n\": null, \"l\": [true, false], "
                      "\"o\": {}}"),
                    &j),
          "not read");
    CHECK(json_kind(j) == JSON_OBJECT && json_count(j) == 5, "%d", (int)json_kind(j));
    CHECK(json_text(json_get(j, "b"), &text) && str_eq(text, S("K\xc3\xb6ln")), "b");
    CHECK(json_i64(json_get(j, "a"), &number) && number == -7, "a");
    CHECK(json_kind(json_get(j, "n")) == JSON_NULL, "n");
    CHECK(json_bool(json_at(json_get(j, "l"), 0), &yes) && yes, "first");
    CHECK(json_bool(json_at(json_get(j, "l"), 1), &yes) && !yes, "second");
    CHECK(!json_at(json_get(j, "l"), 2) && !json_at(json_get(j, "l"), -1), "beyond");
    CHECK(json_kind(json_get(j, "o")) == JSON_OBJECT && json_count(json_get(j, "o")) == 0, "o");
    CHECK(json_member(j, 0, &key) && str_eq(key, S("b")), "the first as written");
    CHECK(json_member(j, 4, &key) && str_eq(key, S("o")) && !json_member(j, 5, &key), "the last");
    CHECK(!json_get(j, "missing") && !json_get(NULL, "x") && !json_text(NULL, &text), "missing");
    CHECK(!json_i64(json_get(j, "b"), &number) && !json_text(json_get(j, "a"), &text), "kinds");
}

SENTENCE(a_number_with_decimals_is_its_digits_and_never_a_double)
{
    struct op op = {.mem = mem};
    const struct json *j;
    str text;
    int64_t number;
    CHECK(json_read(&op, S("{\"a\": 0.10, \"b\": [1e3, -2.50], \"c\": \"1.5\", \"d\": 15}"), &j),
          "not read");
    CHECK(json_kind(json_get(j, "a")) == JSON_NUMBER, "a is a number");
    CHECK(json_text(json_get(j, "a"), &text) && str_eq(text, S("0.10")), "%.*s", STR(text));
    CHECK(!json_i64(json_get(j, "a"), &number), "a is whole");
    CHECK(json_text(json_at(json_get(j, "b"), 0), &text) && str_eq(text, S("1e3")), "exponent");
    CHECK(json_text(json_at(json_get(j, "b"), 1), &text) && str_eq(text, S("-2.50")), "negative");
    CHECK(json_kind(json_get(j, "c")) == JSON_TEXT, "text stays text");
    CHECK(json_i64(json_get(j, "d"), &number) && number == 15, "whole numbers stay whole");
}

SENTENCE(what_is_not_json_is_refused_with_its_place)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{\n  \"a\": 1,\n  \"b\": }", "line 3, column "},
        {"", "line 1, column 0"},
        {"17", "line 1"},
        {"{\"a\": 1} x", "line 1"},
        {"{\"a\": 1, \"a\": 2}", "duplicate object key"},
        {"{\"a\": \"\\u0000\"}", "\\u0000"},
        {"[\"\xff\"]", "unable to decode byte 0xff"},
        {"[\"\\ud800\"]", "line 1"},
        {"[99999999999999999999]", "too big integer"},
        {"[NaN]", "line 1"},
        {"[1,]", "line 1"},
        {"['a']", "line 1"},
        {"[1.]", "line 1"},
        {"[\"\\", "line 1"},
        {"[0.5, {\"b\": 1.5, }]", "column 18"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        const struct json *j;
        CHECK(!json_read(&op, str_of(cases[i].text), &j), "%s was read", cases[i].text);
        CHECK(op.errs->kind == ERR_INVALID, "%s", cases[i].text);
        CHECK(str_find(op.errs->message, str_of(cases[i].says)) >= 0, "%s: %.*s", cases[i].text,
              STR(op.errs->message));
    }
}

SENTENCE(json_may_nest_64_deep_and_no_deeper)
{
    struct op op = {.mem = mem};
    const struct json *j;
    CHECK(json_read(&op, nested(mem, 64), &j), "64");
    CHECK(!json_read(&op, nested(mem, 65), &j), "65");
    CHECK(str_eq(op.errs->message, S("The JSON at line 1, column 65 is nested more than 64 deep.")),
          "%.*s", STR(op.errs->message));
    op.errs = NULL;
    CHECK(!json_read(&op, repeated(mem, '[', 1 << 20), &j), "a million open brackets");
    op.errs = NULL;
    CHECK(json_read(&op, S("[\"[[[[ \\\" [[\"]"), &j), "brackets in a text");
    CHECK(!json_read(&op, repeated(mem, ' ', (16 << 20) + 1), &j), "more than 16 MiB");
}

SENTENCE(what_is_written_reads_back)
{
    struct op op = {.mem = mem};
    struct text t = {.mem = mem};
    struct json_out o = {.to = &t};
    const struct json *j;
    currency eur;
    date day = {0};
    str text = {0};
    CHECK(currency_from(S("EUR"), &eur) && date_from(S("2026-04-30"), &day), "set up");
    json_open(&o, '{');
    json_key(&o, "data"), json_open(&o, '['), json_put_i64(&o, INT64_MIN), json_put_bool(&o, true);
    json_put_bool(&o, false), json_put_null(&o), json_open(&o, '['), json_close(&o, ']');
    json_close(&o, ']');
    json_key(&o, "amount"), json_put_money(&o, money_of(11900, eur));
    json_key(&o, "due"), json_put_date(&o, day);
    json_key(&o, "name"), json_put_str(&o, S("</script>\"\\\n\r\t\x01\x7f K\xc3\xb6ln"));
    json_close(&o, '}');

    str want = S("{\"data\":[-9223372036854775808,true,false,null,[]],"
                 "\"amount\":{\"value\":\"119.00\",\"currency\":\"EUR\"},\"due\":\"2026-04-30\","
                 "\"name\":\"\\u003c/script>\\\"\\\\\\n\\r\\t\\u0001\\u007f K\xc3\xb6ln\"}");
    CHECK(str_eq(text_str(&t), want), "%.*s", STR(text_str(&t)));
    CHECK(json_read(&op, text_str(&t), &j) && json_text(json_get(j, "name"), &text), "reads back");
    CHECK(str_eq(text, S("</script>\"\\\n\r\t\x01\x7f K\xc3\xb6ln")), "%.*s", STR(text));
}

TESTS(TEST(json_is_read_with_its_kinds_and_order),
      TEST(a_number_with_decimals_is_its_digits_and_never_a_double),
      TEST(what_is_not_json_is_refused_with_its_place), TEST(json_may_nest_64_deep_and_no_deeper),
      TEST(what_is_written_reads_back))
