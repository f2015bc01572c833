#include "delivery/web/form.h"

#include "base/crypto.h"
#include "test.h"

struct line {
    str sku;
    struct money_input amount;
    int64_t count;
};

struct everything {
    str name, state, mail;
    int64_t number, item;
    struct money_input amount;
    struct opt_date due;
    bool agree;
    struct id_list items;
    struct input_list lines;
    struct pair_list map;
    struct upload file;
};

static const char *const states[] = {"open", "paid", NULL};
static const struct input line_inputs[] = {
    {"sku", INPUT_TEXT, .offset = offsetof(struct line, sku), .required = true, .longest = 10},
    {"amount", INPUT_MONEY, .offset = offsetof(struct line, amount)},
    {"count", INPUT_I64, .offset = offsetof(struct line, count)},
    {0},
};
static const struct input inputs[] = {
    {"name", INPUT_TEXT, .offset = offsetof(struct everything, name), .longest = 5},
    {"number", INPUT_I64, .offset = offsetof(struct everything, number)},
    {"amount", INPUT_MONEY, .offset = offsetof(struct everything, amount)},
    {"due", INPUT_DATE, .offset = offsetof(struct everything, due)},
    {"agree", INPUT_BOOL, .offset = offsetof(struct everything, agree)},
    {"id", INPUT_ID, .offset = offsetof(struct everything, item), .kind = "inv"},
    {"item", INPUT_IDS, .offset = offsetof(struct everything, items), .kind = "inv"},
    {"state", INPUT_CHOICE, .offset = offsetof(struct everything, state), .choices = states},
    {"mail", INPUT_EMAIL, .offset = offsetof(struct everything, mail)},
    {"file", INPUT_FILE, .offset = offsetof(struct everything, file), .longest = 1},
    {"line", INPUT_LIST, .offset = offsetof(struct everything, lines), .each = line_inputs,
     .each_size = sizeof(struct line)},
    {"map", INPUT_PAIRS, .offset = offsetof(struct everything, map)},
    {0},
};

static str form_type(struct request *rq, const char *name)
{
    (void)rq;
    bool type = str_eq(str_of(name), S("Content-Type"));
    return type ? S("application/x-www-form-urlencoded; charset=utf-8") : S("");
}

static str json_type(struct request *rq, const char *name)
{
    (void)rq;
    return str_eq(str_of(name), S("Content-Type")) ? S("application/json") : S("");
}

static const struct route form_route = {POST, "/everything", INPUTS(inputs, struct everything)};
static const struct route json_route = {POST, "/api/v1/everything",
                                        INPUTS(inputs, struct everything)};

static const struct app *app_of(struct arena *mem)
{
    struct app *app = arena_new(mem, struct app);
    app->keys = keys_for_tests(mem);
    return app;
}

/* What the struct holds, or NULL with rq->op.errs. */
static const struct everything *check(struct request *rq, struct arena *mem, bool json, str body)
{
    *rq = (struct request){.op = {.mem = mem}, .app = app_of(mem), .method = POST, .body = body};
    rq->route = json ? &json_route : &form_route;
    rq->header = json ? json_type : form_type;
    return form_read(rq) && form_check(rq, rq->route) ? rq->in : NULL;
}

/* The first error as "field: sentence". */
static str first_problem(struct request *rq)
{
    const struct err *err = rq->op.errs;
    while (err && err->next) err = err->next;
    if (!err) return S("");
    return str_printf(rq->op.mem, "%s: %.*s", err->field ? err->field : "-", STR(err->message));
}

SENTENCE(every_kind_of_input_is_read_from_a_form)
{
    struct request rq;
    str inv7 = id_text(mem, keys_for_tests(mem), "inv", 7),
        inv8 = id_text(mem, keys_for_tests(mem), "inv", 8);
    str body = str_printf(
        mem,
        "name=+J%%C3%%B6rg+&number=-12&amount=1%%2C204.50&due=2026-04-30&agree=on&id=%.*s"
        "&item=%.*s&item=%.*s&state=paid&mail=ap%%40example.com&line[4].sku=B&line[1].sku=A"
        "&line[4].count=2&line[1].amount=3&map.number=Invoice+No&form_token=x&form_key=y",
        STR(inv7), STR(inv7), STR(inv8));
    const struct everything *in = check(&rq, mem, false, body);
    CHECK(in, "%.*s", STR(first_problem(&rq)));
    CHECK(str_eq(in->name, S("Jörg")), "%.*s", STR(in->name));
    CHECK(in->number == -12 && in->agree && in->item == 7, "number, agree, id");
    CHECK(str_eq(in->amount.value, S("1,204.50")) && in->amount.currency.len == 0, "amount");
    CHECK(in->due.some && str_eq(date_text(mem, in->due.value), S("2026-04-30")), "due");
    CHECK(in->items.count == 2 && in->items.at[0] == 7 && in->items.at[1] == 8, "items");
    CHECK(str_eq(in->state, S("paid")) && str_eq(in->mail, S("ap@example.com")), "state, mail");
    const struct line *lines = in->lines.at;
    CHECK(in->lines.count == 2 && str_eq(lines[0].sku, S("B")) && lines[0].count == 2, "lines");
    CHECK(str_eq(lines[1].sku, S("A")) && str_eq(lines[1].amount.value, S("3")), "lines");
    CHECK(in->map.count == 1 && str_eq(in->map.at[0].name, S("number")), "map");
    CHECK(str_eq(in->map.at[0].value, S("Invoice No")), "map");
}

SENTENCE(the_same_struct_comes_from_json)
{
    struct request rq;
    str inv7 = id_text(mem, keys_for_tests(mem), "inv", 7);
    str body = str_printf(
        mem,
        "{\"name\":\"J\\u00f6rg\",\"number\":-12,\"amount\":{\"value\":\"1204.50\",\"currency\":"
        "\"EUR\"},\"due\":\"2026-04-30\",\"agree\":true,\"id\":\"%.*s\",\"item\":[\"%.*s\"],"
        "\"state\":null,\"line\":[{\"sku\":\"A\",\"amount\":{\"value\":\"3.00\",\"currency\":"
        "\"EUR\"}},{\"sku\":\"B\",\"count\":2}],\"map\":{\"number\":\"Invoice No\"}}",
        STR(inv7), STR(inv7));
    const struct everything *in = check(&rq, mem, true, body);
    CHECK(in, "%.*s", STR(first_problem(&rq)));
    CHECK(str_eq(in->name, S("Jörg")) && in->number == -12 && in->agree && in->item == 7, "plain");
    CHECK(str_eq(in->amount.value, S("1204.50")) && str_eq(in->amount.currency, S("EUR")), "money");
    CHECK(in->items.count == 1 && in->items.at[0] == 7 && in->state.len == 0, "items");
    const struct line *lines = in->lines.at;
    CHECK(in->lines.count == 2 && str_eq(lines[0].amount.currency, S("EUR")), "lines");
    CHECK(lines[1].count == 2 && in->map.count == 1, "lines");
}

SENTENCE(what_is_wrong_is_said_beside_its_field)
{
    static const struct {
        bool json;
        const char *body, *problem;
    } cases[] = {
        {false, "", ""},
        {false, "name=abcde", ""},
        {false, "name=%C3%A4%C3%B6%C3%BC%C3%9F%E2%82%AC", ""}, /* characters, not bytes */
        {false, "name=abcdef", "name: This is longer than 5 characters. Please shorten it."},
        {false, "name=a%00b", "name: This holds characters that cannot be shown."},
        {false, "name=a%1Bb", "name: This holds characters that cannot be shown."},
        {false, "name=%C2%85", "name: This holds characters that cannot be shown."},
        {false, "name=a%0D%0Ab", ""},
        {false, "name=%FF",
         "-: A field is not readable: its percent signs or its UTF-8 are broken."},
        {false, "name=%2",
         "-: A field is not readable: its percent signs or its UTF-8 are broken."},
        {false, "name=a&name=b", "name: This was sent more than once."},
        {false, "colour=red", "colour: There is no field “colour” here."},
        {false, "number=12x", "number: This must be a whole number."},
        {false, "number=99999999999999999999", "number: This must be a whole number."},
        {false, "due=2026-02-29", "due: This is not a date. Write it like 2026-04-30."},
        {false, "agree=maybe", "agree: This must be true or false."},
        {false, "id=inv_7", "id: There is nothing with this id."},
        {false, "id=7", "id: There is nothing with this id."},
        {false, "item=inv_1&item=x", "item: There is nothing with this id."},
        {false, "state=gone", "state: “state” must be one of these: open, paid."},
        {false, "mail=a%40b",
         "mail: This is not an e-mail address. Write it like name@example.com."},
        {false, "mail=a@b@c.de",
         "mail: This is not an e-mail address. Write it like name@example.com."},
        {false, "mail=a%0ab@c.de",
         "mail: This is not an e-mail address. Write it like name@example.com."},
        {false, "mail=x@a..de",
         "mail: This is not an e-mail address. Write it like name@example.com."},
        {false, "line[0].count=1", "line[0].sku: Please fill this in."},
        {false, "line[0].sku=a&line[0].size=1",
         "line[0].size: There is no field “line[0].size” here."},
        {false, "line[x].sku=a", "line[x].sku: There is no field “line[x].sku” here."},
        {false, "line[1].sku=a&line[1].sku=b", "line[1].sku: This was sent more than once."},
        {false, "amount.value=1", "amount: Write an amount as one field."},
        {false, "file=x", "file: This must be a file."},
        {false, "map.a=1&map.a=2", "map.a: This was sent more than once."},
        {true, "{}", ""},
        {true, "[]", "-: The body must be one JSON object."},
        {true, "{\"number\":\"12\"}", "number: This must be a whole number."},
        {true, "{\"number\":1.5}", "number: This must be a whole number."},
        {true, "{\"name\":12}", "name: This must be text."},
        {true, "{\"agree\":\"on\"}", "agree: This must be true or false."},
        {true, "{\"amount\":\"1.00\"}",
         "amount: Write an amount like {\"value\": \"119.00\", \"currency\": \"EUR\"}."},
        {true, "{\"amount\":{\"value\":1.00,\"currency\":\"EUR\"}}",
         "amount: Write an amount like {\"value\": \"119.00\", \"currency\": \"EUR\"}."},
        {true, "{\"due\":\"30.4.2026\"}", "due: This is not a date. Write it like 2026-04-30."},
        {true, "{\"form_token\":\"x\"}", "form_token: There is no field “form_token” here."},
        {true, "{\"name\":{\"a\":1}}", "name.a: There is no field “name.a” here."},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct request rq;
        bool fine = check(&rq, mem, cases[i].json, str_of(cases[i].body));
        str problem = first_problem(&rq);
        CHECK(fine == (problem.len == 0), "%s", cases[i].body);
        CHECK(str_eq(problem, str_of(cases[i].problem)), "%s: %.*s", cases[i].body, STR(problem));
    }
}

SENTENCE(every_problem_is_told_and_what_was_typed_stays)
{
    struct request rq;
    CHECK(!check(&rq, mem, false, S("name=much+too+long&number=x&due=never")), "it passed");
    static const char *const fields[] = {"name", "number", "due"};
    for (ptrdiff_t i = 0; i < COUNT(fields); i++)
        CHECK(request_problem(&rq, fields[i]).len > 0, "%s", fields[i]);
    CHECK(request_problem(&rq, "mail").len == 0, "mail");
    CHECK(str_eq(request_typed(&rq, "name"), S("much too long")), "name");
    CHECK(str_eq(request_typed(&rq, "due"), S("never")) && request_typed(&rq, "mail").len == 0,
          "due");
}

SENTENCE(a_body_of_the_wrong_type_is_not_read)
{
    struct request rq;
    CHECK(!check(&rq, mem, false, S("name=a")) || true, "set up");
    rq = (struct request){.op = {.mem = mem}, .route = &form_route, .body = S("{}")};
    rq.header = json_type;
    CHECK(!form_read(&rq), "JSON for a form");
    rq = (struct request){.op = {.mem = mem}, .route = &json_route, .body = S("name=a")};
    rq.header = form_type;
    CHECK(!form_read(&rq), "a form for the API");
}

SENTENCE(too_many_fields_or_lines_are_refused)
{
    struct request rq;
    struct text many = {.mem = mem}, lines = {.mem = mem};
    for (int i = 0; i <= FORM_FIELDS_MAX; i++) text_add(&many, S("a=&"));
    for (int i = 0; i <= FORM_GROUPS_MAX; i++) text_format(&lines, "line[%d].sku=a&", i);
    CHECK(!check(&rq, mem, false, text_str(&many)), "fields");
    CHECK(!check(&rq, mem, false, text_str(&lines)), "lines");
    CHECK(str_find(first_problem(&rq), S("2000 lines")) >= 0, "%.*s", STR(first_problem(&rq)));
}

SENTENCE(a_cookie_is_found_by_its_whole_name)
{
    (void)mem;
    CHECK(str_eq(cookie_value(S("a=1; __Host-s=abc; b=2"), S("__Host-s")), S("abc")), "found");
    CHECK(cookie_value(S("xs=1; s2=3"), S("s")).len == 0, "not found");
    CHECK(str_eq(cookie_value(S("s=a=b"), S("s")), S("a=b")), "an equals sign");
}

TESTS(TEST(every_kind_of_input_is_read_from_a_form), TEST(the_same_struct_comes_from_json),
      TEST(what_is_wrong_is_said_beside_its_field),
      TEST(every_problem_is_told_and_what_was_typed_stays),
      TEST(a_body_of_the_wrong_type_is_not_read), TEST(too_many_fields_or_lines_are_refused),
      TEST(a_cookie_is_found_by_its_whole_name))
