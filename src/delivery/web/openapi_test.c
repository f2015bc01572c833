/* One table says what comes in, what goes out, and what the description says of both. */
#include "base/crypto.h"
#include "base/json.h"
#include "delivery/web/web_routes.h"
#include "test.h"

struct line {
    str sku;
    money price;
};
struct bill {
    int64_t id, number, none;
    str name;
    bool paid;
    money total;
    date due;
    struct opt_date settled;
    instant made_at;
    struct input_list lines;
    struct line first;
};

static const struct output line_outputs[] = {
    {"sku", OUT_TEXT, .offset = offsetof(struct line, sku)},
    {"price", OUT_MONEY, .offset = offsetof(struct line, price)},
    {0},
};
static const struct output bill_outputs[] = {
    {"id", OUT_ID, .offset = offsetof(struct bill, id), .kind = "inv"},
    {"none", OUT_ID, .offset = offsetof(struct bill, none), .kind = "inv"},
    {"number", OUT_I64, .offset = offsetof(struct bill, number)},
    {"name", OUT_TEXT, .offset = offsetof(struct bill, name), .about = "As on paper."},
    {"paid", OUT_BOOL, .offset = offsetof(struct bill, paid)},
    {"total", OUT_MONEY, .offset = offsetof(struct bill, total)},
    {"due", OUT_DATE, .offset = offsetof(struct bill, due)},
    {"settled", OUT_OPT_DATE, .offset = offsetof(struct bill, settled)},
    {"made_at", OUT_INSTANT, .offset = offsetof(struct bill, made_at)},
    {"lines", OUT_LIST, .offset = offsetof(struct bill, lines), .each = line_outputs,
     .each_size = sizeof(struct line)},
    {"first", OUT_OBJECT, .offset = offsetof(struct bill, first), .each = line_outputs},
    {0},
};

struct bill_form {
    str name, state;
    struct money_input total;
    struct input_list lines;
    int64_t limit;
};
static const char *const states[] = {"open", "paid", NULL};
static const struct input line_inputs[] = {{"sku", INPUT_TEXT, .required = true}, {0}};
static const struct input bill_inputs[] = {
    {"name", INPUT_TEXT, .offset = offsetof(struct bill_form, name), .required = true,
     .longest = 40, .about = "As on paper."},
    {"total", INPUT_MONEY, .offset = offsetof(struct bill_form, total)},
    {"line", INPUT_LIST, .offset = offsetof(struct bill_form, lines), .each = line_inputs,
     .each_size = sizeof(str)},
    {0},
};
static const struct input list_inputs[] = {
    {"state", INPUT_CHOICE, .offset = offsetof(struct bill_form, state), .choices = states},
    {"limit", INPUT_I64, .offset = offsetof(struct bill_form, limit)},
    {0},
};

static const struct route routes[] = {
    {GET, "/bills", NULL, .may = MAY_WORK},
    {GET, "/api/v1/bills", NULL, .may = MAY_WORK, INPUTS(list_inputs, struct bill_form),
     .outputs = bill_outputs, .lists = true, .about = "Bills, newest first."},
    {GET, "/api/v1/bills/:id", NULL, .may = MAY_WORK, .outputs = bill_outputs},
    {POST, "/api/v1/bills", NULL, .may = MAY_WORK, INPUTS(bill_inputs, struct bill_form),
     .outputs = bill_outputs},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

static const struct json *at(const struct json *from, const char *const *path)
{
    for (; *path && from; path++) from = json_get(from, *path);
    return from;
}
#define AT(from, ...) at((from), (const char *const[]){__VA_ARGS__, NULL})

static bool says(const struct json *value, const char *want)
{
    str text;
    return value && json_text(value, &text) && str_eq(text, str_of(want));
}

static struct request request(struct arena *mem)
{
    struct app *app = arena_new(mem, struct app);
    *app = (struct app){
        .routes = tables, .keys = keys_for_tests(mem), .public_url = S("https://pay.example")};
    return (struct request){.op = {.mem = mem}, .app = app};
}

SENTENCE(the_description_says_what_the_tables_say)
{
    struct request rq = request(mem);
    struct reply reply = openapi_show(&rq);
    const struct json *doc;
    CHECK(json_read(&rq.op, reply.body, &doc), "%.*s", STR(reply.body));
    CHECK(says(AT(doc, "openapi"), "3.1.0"), "version");
    const struct json *paths = AT(doc, "paths");
    CHECK(json_count(paths) == 2, "%td paths", json_count(paths));
    const struct json *list = AT(paths, "/api/v1/bills", "get"),
                      *post = AT(paths, "/api/v1/bills", "post"),
                      *one = AT(paths, "/api/v1/bills/{id}", "get");
    CHECK(list && post && one, "%.*s", STR(reply.body));
    CHECK(says(AT(list, "summary"), "Bills, newest first."), "summary");
    CHECK(json_count(AT(list, "parameters")) == 2, "a list's parameters");
    CHECK(says(AT(json_at(AT(list, "parameters"), 0), "in"), "query"), "query");
    CHECK(AT(list, "responses", "200", "content", "application/json", "schema", "properties",
             "data", "items", "properties", "total"),
          "a list's answer");
    CHECK(says(AT(json_at(AT(one, "parameters"), 0), "in"), "path"), "path");
    const struct json *body = AT(post, "requestBody", "content", "application/json", "schema");
    CHECK(says(json_at(AT(body, "required"), 0), "name"), "required");
    CHECK(says(AT(body, "properties", "total", "$ref"), "#/components/schemas/Money"), "money");
    CHECK(AT(body, "properties", "line", "items", "properties", "sku"), "lines");
    int64_t longest;
    CHECK(json_i64(AT(body, "properties", "name", "maxLength"), &longest) && longest == 40, "40");
    CHECK(AT(post, "responses", "201") && AT(post, "responses", "default"), "responses");
    CHECK(says(AT(post, "operationId"), "post_bills"), "operationId");
    CHECK(says(AT(one, "operationId"), "get_bills_id"), "operationId");
    CHECK(AT(doc, "components", "schemas", "Money"), "components");
}

SENTENCE(an_answer_is_written_by_its_table)
{
    struct request rq = request(mem);
    currency eur = {0};
    struct bill bill = {.id = 7, .number = -3, .name = S("Müller <b>"), .paid = true};
    CHECK(currency_from(S("EUR"), &eur) && date_of(2026, 4, 30, &bill.due), "set up");
    struct line lines[] = {{S("A"), money_of(100, eur)}, {S("B"), money_of(-5, eur)}};
    bill.total = money_of(11900, eur);
    bill.lines = (struct input_list){.at = lines, .count = 2};
    bill.first = lines[1];

    struct reply reply = reply_object(&rq, 201, bill_outputs, &bill);
    const struct json *got;
    CHECK(reply.status == 201 && json_read(&rq.op, reply.body, &got), "%.*s", STR(reply.body));
    str inv = id_text(mem, rq.app->keys, "inv", 7);
    CHECK(says(AT(got, "id"), str_z(mem, inv)) && json_kind(AT(got, "none")) == JSON_NULL, "ids");
    CHECK(says(AT(got, "name"), "Müller <b>") && says(AT(got, "due"), "2026-04-30"), "texts");
    CHECK(says(AT(got, "total", "value"), "119.00"), "money");
    CHECK(json_kind(AT(got, "settled")) == JSON_NULL, "settled");
    CHECK(says(AT(got, "made_at"), "1970-01-01T00:00:00Z"), "%.*s", STR(reply.body));
    CHECK(json_count(AT(got, "lines")) == 2 && says(AT(got, "first", "sku"), "B"), "lines");

    reply = reply_list(&rq, line_outputs, lines, 2, sizeof lines[0], S("next"));
    CHECK(json_read(&rq.op, reply.body, &got) && says(AT(got, "next_cursor"), "next"), "list");
    CHECK(says(AT(json_at(AT(got, "data"), 1), "price", "value"), "-0.05"), "%.*s",
          STR(reply.body));
    reply = reply_list(&rq, line_outputs, NULL, 0, sizeof lines[0], S(""));
    CHECK(str_eq(reply.body, S("{\"data\":[],\"next_cursor\":null}")), "%.*s", STR(reply.body));
}

TESTS(TEST(the_description_says_what_the_tables_say), TEST(an_answer_is_written_by_its_table))
