/* The API from the outside: what is refused and in which words, what is done once, what a list
 * promises, and what a program sees of the same books that the pages show. */
#include "access_samples.h"
#include "base/crypto.h"
#include "base/json.h"
#include "browser.h"
#include "domain/access/api_keys.h"
#include "domain/customers/care.h"

struct world {
    struct fixture *f;
    struct app *app;
    str keys[ROLE_ADMINISTRATOR + 1];
};

static bool make_keys(struct op *op, void *arg)
{
    struct world *w = arg;
    for (int role = ROLE_AUDITOR; role <= ROLE_ADMINISTRATOR; role++)
        if (!api_key_add(op, S("ERP"), (enum role)role, 0, &w->keys[role])) return false;
    return true;
}

static struct world world_of(struct fixture *f)
{
    struct world w = {.f = f, .app = browser_app(f)};
    fixture_do(f, samples_begin, NULL);
    fixture_do(f, make_keys, &w);
    return w;
}

static struct browser program_of(struct world *w, enum role role)
{
    return (struct browser){.f = w->f, .app = w->app, .bearer = str_z(w->f->mem, w->keys[role])};
}

static struct reply send(struct browser *b, enum method method, const char *path, const char *body)
{
    return browser_send(b, method, str_of(path), str_of(body));
}

static const struct json *parsed(struct fixture *f, struct reply reply)
{
    struct op op = fixture_op(f);
    const struct json *json;
    CHECK(json_read(&op, reply.body, &json), "%d %.*s", reply.status, STR(reply.body));
    return json;
}

static str text_at(const struct json *json, const char *a, const char *b)
{
    str text = S("");
    const struct json *at = json_get(json, a);
    (void)json_text(b ? json_get(at, b) : at, &text);
    return text;
}

static const char *path_of(struct world *w, const char *format, const char *prefix, int64_t id)
{
    str text = id_text(w->f->mem, w->app->keys, prefix, id);
    return str_z(w->f->mem, str_printf(w->f->mem, "%s/%.*s", format, STR(text)));
}

/* CUS stands for the first customer's id. */
static const char *body_with_id(struct world *w, const char *body)
{
    struct str_pair cut = {str_of(body), S(""), false};
    ptrdiff_t at = str_find(cut.head, S("CUS"));
    if (at < 0) return body;
    str id = id_text(w->f->mem, w->app->keys, "cus", 1);
    return str_z(w->f->mem,
                 str_printf(w->f->mem, "%.*s%.*s%s", (int)at, body, STR(id), body + at + 3));
}

#define INVOICE(rest) "{\"customer\": \"CUS\", " rest "}"
#define EUR_119       "{\"value\": \"119.00\", \"currency\": \"EUR\"}"

static const struct refusal {
    enum method method;
    const char *path, *body;
    int status;
    const char *field, *message; /* field NULL: the whole request; message: how it begins */
} refusals[] = {
    {POST, "customers", "{", 422, NULL, "This is not valid JSON at line 1, column 1"},
    {POST, "customers", "[1]", 422, NULL, "The body must be one JSON object."},
    {POST, "customers", "{\"number\": \"7\"}", 422, "name", "Please fill this in."},
    {POST, "customers", "{\"number\": \"7\", \"name\": 7}", 422, "name", "This must be text."},
    {POST, "customers", "{\"name\": \"A\"}", 422, "number", "Give the customer's number."},
    {POST, "customers", "{\"number\": \"7\", \"name\": \"A\", \"colour\": \"red\"}", 422, "colour",
     "There is no field “colour” here."},
    {POST, "customers", "{\"number\": \"7\", \"name\": \"A\", \"parent\": \"none\"}", 422, "parent",
     "There is no customer with this number."},
    {POST, "customers", "{\"number\": \"7\", \"name\": \"A\", \"terms\": \"soon\"}", 422, "terms",
     ""},
    {POST, "customers", "{\"number\": \"C1\", \"name\": \"A\"}", 422, "number",
     "There is a customer with this number already: Hallam."},
    {GET, "customers?limit=1000", "", 422, "limit", "Ask for 1 to 200 rows at a time."},
    {GET, "customers?limit=x", "", 422, "limit", "This must be a whole number."},
    {GET, "customers?cursor=zz", "", 422, "cursor", "This is no cursor of ours"},
    {GET, "invoices?cursor=2d31", "", 422, "cursor", "This is no cursor of ours"},
    {GET, "customers?colour=red", "", 422, "colour", "There is no field “colour” here."},
    {GET, "customers/cus_000", "", 404, NULL, ""},
    {POST, "invoices", INVOICE("\"po\": \"1\""), 422, "lines",
     "Give the lines of the document, or its total."},
    {POST, "invoices", INVOICE("\"total\": 119"), 422, "total",
     "Write an amount like {\"value\": \"119.00\", \"currency\": \"EUR\"}."},
    {POST, "invoices", INVOICE("\"total\": {\"value\": \"119\", \"currency\": \"EUR\"}"), 422,
     "total", "“119” is not an amount in EUR. Write digits, a point and exactly 2 decimals."},
    {POST, "invoices", INVOICE("\"total\": {\"value\": \"119.001\", \"currency\": \"EUR\"}"), 422,
     "total", "“119.001” is not an amount in EUR. Write digits, a point and exactly 2 decimals."},
    {POST, "invoices", INVOICE("\"total\": {\"value\": \"1.00\", \"currency\": \"EURO\"}"), 422,
     "total", "“EURO” is not a currency."},
    {POST, "invoices", INVOICE("\"total\": {\"value\": \"-1.00\", \"currency\": \"EUR\"}"), 422,
     "total", "“-1.00” is not an amount in EUR."},
    {POST, "invoices",
     INVOICE("\"total\": " EUR_119 ", \"tax\": {\"value\": \"1.00\", \"currency\": \"USD\"}"), 422,
     "tax", "Use one currency in a document."},
    {POST, "invoices",
     INVOICE("\"lines\": [{\"net\": " EUR_119 ", \"tax_rate\": \"19\"}], \"total\": " EUR_119), 422,
     "total", "The lines and their taxes come to 141.61 EUR."},
    {POST, "invoices", INVOICE("\"lines\": [{\"net\": " EUR_119 ", \"tax_rate\": \"19 %\"}]"), 422,
     "lines[0].tax_rate", "“19 %” is not a tax rate."},
    {POST, "invoices", INVOICE("\"lines\": [{\"sku\": \"A\"}]"), 422, "lines[0].net",
     "Please fill this in."},
    {POST, "invoices", INVOICE("\"total\": " EUR_119 ", \"issued\": \"30.04.2026\""), 422, "issued",
     "This is not a date. Write it like 2026-04-30."},
    {POST, "invoices",
     INVOICE("\"total\": " EUR_119 ", \"issued\": \"2026-04-30\", \"due\": \"2026-04-01\""), 422,
     "due", "The due date lies before the date of issue."},
    {POST, "invoices", INVOICE("\"total\": " EUR_119 ", \"entity\": \"moon\""), 422, "entity",
     "There is no entity with the code moon."},
    {POST, "invoices", "{\"customer\": \"1\", \"total\": " EUR_119 "}", 422, "customer",
     "There is nothing with this id."},
    {POST, "payments", "{\"amount\": " EUR_119 "}", 422, "value_date", "Please fill this in."},
    {POST, "payments",
     "{\"amount\": {\"value\": \"0.00\", \"currency\": \"EUR\"}, \"value_date\": \"2026-05-01\"}",
     422, "amount", "Please enter an amount above zero."},
    {POST, "exports", "{}", 409, NULL, "Nothing waits to be exported."},
    {GET, "payments?state=paid", "", 422, "state",
     "“state” must be one of these: created, requires_action, submitting, unknown, pending, "
     "succeeded, "
     "settled, failed, cancelled, expired, returned, partially_refunded, refunded."},
};

static void check_refusal(struct world *w, const struct refusal *r)
{
    struct browser b = program_of(w, ROLE_CLERK);
    const char *path = str_z(w->f->mem, str_printf(w->f->mem, "/api/v1/%s", r->path));
    struct reply reply = send(&b, r->method, path, body_with_id(w, r->body));
    CHECK(reply.status == r->status, "%s %s: %d %.*s", r->path, r->body, reply.status,
          STR(reply.body));
    CHECK(str_eq(reply.type, S("application/problem+json")), "%s: %.*s", r->path, STR(reply.type));
    const struct json *error = json_at(json_get(parsed(w->f, reply), "errors"), 0);
    str field = text_at(error, "field", NULL), message = text_at(error, "message", NULL);
    CHECK(r->message[0] == 0 || str_eq(field, str_of(r->field)), "%s %s: field %.*s", r->path,
          r->body, STR(field));
    CHECK(message.len > 0 && str_starts(message, str_of(r->message)), "%s %s: %.*s", r->path,
          r->body, STR(message));
}

ENGINES_SENTENCE(what_is_wrong_is_named_and_nothing_is_done)
{
    struct world w = world_of(f);
    for (ptrdiff_t i = 0; i < COUNT(refusals); i++) check_refusal(&w, &refusals[i]);
    struct browser b = program_of(&w, ROLE_CLERK);
    const struct json *all = parsed(f, send(&b, GET, "/api/v1/customers", ""));
    CHECK(json_count(json_get(all, "data")) == 2, "no customer was made");
}

ENGINES_SENTENCE(a_command_sent_twice_is_done_once)
{
    static const char body[] = "{\"amount\": " EUR_119 ", \"value_date\": \"2026-05-01\"}";
    static const char other[] = "{\"amount\": " EUR_119 ", \"value_date\": \"2026-05-02\"}";
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_CLERK);
    b.idempotency_key = "transfer 4711";
    struct reply first = send(&b, POST, "/api/v1/payments", body);
    struct reply again = send(&b, POST, "/api/v1/payments", body);
    CHECK(first.status == 201 && again.status == 201 && str_eq(first.body, again.body), "%.*s",
          STR(again.body));
    CHECK(str_eq(again.headers[0].value, S("true")), "Idempotency-Replayed");
    struct reply changed = send(&b, POST, "/api/v1/payments", other);
    CHECK(changed.status == 422, "%d %.*s", changed.status, STR(changed.body));
    const struct json *list = parsed(f, send(&b, GET, "/api/v1/payments", ""));
    CHECK(json_count(json_get(list, "data")) == 1, "one payment");
}

ENGINES_SENTENCE(a_list_is_stable_while_rows_are_added)
{
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_CLERK);
    str cursor = S(""), seen = S("");
    for (int i = 0; i < 5; i++) {
        const char *body = body_with_id(&w, INVOICE("\"total\": " EUR_119));
        CHECK(send(&b, POST, "/api/v1/invoices", body).status == 201, "invoice %d", i);
    }
    for (int page = 0; page < 3; page++) {
        const char *path =
            str_z(f->mem, str_printf(f->mem, "/api/v1/invoices?limit=2&cursor=%.*s", STR(cursor)));
        const struct json *list = parsed(f, send(&b, GET, path, "")), *data;
        data = json_get(list, "data");
        CHECK(json_count(data) == (page < 2 ? 2 : 1), "page %d: %td rows", page, json_count(data));
        for (ptrdiff_t i = 0; i < json_count(data); i++) {
            str id = text_at(json_at(data, i), "id", NULL);
            CHECK(str_find(seen, id) < 0, "seen before: %.*s", STR(id));
            seen = str_printf(f->mem, "%.*s %.*s", STR(seen), STR(id));
        }
        cursor = text_at(list, "next_cursor", NULL);
        const char *body = body_with_id(&w, INVOICE("\"total\": " EUR_119));
        CHECK(send(&b, POST, "/api/v1/invoices", body).status == 201, "one more");
    }
    CHECK(cursor.len == 0, "the last page says so");
}

ENGINES_SENTENCE(payments_are_listed_by_the_day_they_say)
{
    static const char *const days[] = {"2026-05-20", "2026-05-01", "2026-05-24", "2026-05-20"};
    static const struct {
        const char *query, *seen;
    } cases[] = {
        {"", "2026-05-24 2026-05-20 2026-05-20 2026-05-01 "},
        {"?day_from=2026-05-20&day_to=2026-05-20", "2026-05-20 2026-05-20 "},
        {"?day_to=2026-05-01", "2026-05-01 "},
        {"?day_from=2026-05-25", ""},
    };
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_CLERK);
    for (ptrdiff_t i = 0; i < COUNT(days); i++) {
        str body = str_printf(f->mem, "{\"amount\": " EUR_119 ", \"value_date\": \"%s\"}", days[i]);
        CHECK(send(&b, POST, "/api/v1/payments", body.at).status == 201, "payment %td", i);
    }
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str seen = S(""), path = str_printf(f->mem, "/api/v1/payments%s", cases[i].query);
        const struct json *data = json_get(parsed(f, send(&b, GET, path.at, "")), "data");
        for (ptrdiff_t k = 0; k < json_count(data); k++)
            seen = str_printf(f->mem, "%.*s%.*s ", STR(seen),
                              STR(text_at(json_at(data, k), "day", NULL)));
        CHECK(str_eq(seen, str_of(cases[i].seen)), "%s: %.*s", cases[i].query, STR(seen));
    }
}

ENGINES_SENTENCE(an_invoice_is_what_its_lines_say)
{
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_CLERK);
    const char *body = body_with_id(
        &w, INVOICE("\"number\": \"R-1\", \"issued\": \"2026-04-01\", \"terms\": \"net 30\", "
                    "\"lines\": [{\"sku\": \"A\", \"quantity\": \"3\", \"net\": {\"value\": "
                    "\"10.01\", \"currency\": \"EUR\"}, \"tax_rate\": \"19\"}, {\"net\": "
                    "{\"value\": \"-5.00\", \"currency\": \"EUR\"}, \"tax_rate\": \"7.7\"}]"));
    struct reply reply = send(&b, POST, "/api/v1/invoices", body);
    const struct json *made = parsed(f, reply);
    CHECK(reply.status == 201, "%.*s", STR(reply.body));
    CHECK(str_eq(text_at(made, "net", "value"), S("5.01")), "%.*s", STR(reply.body));
    CHECK(str_eq(text_at(made, "tax", "value"), S("1.51")), "1.90 and -0.39: %.*s",
          STR(reply.body));
    CHECK(str_eq(text_at(made, "open", "value"), S("6.52")), "%.*s", STR(reply.body));
    CHECK(str_eq(text_at(made, "due", NULL), S("2026-05-01")), "%.*s", STR(reply.body));
    const struct json *line = json_at(json_get(made, "lines"), 1);
    CHECK(str_eq(text_at(line, "tax_rate", NULL), S("7.7")), "%.*s", STR(reply.body));
    struct reply same = send(&b, POST, "/api/v1/invoices", body);
    CHECK(same.status == 201 && str_eq(same.body, reply.body), "%.*s", STR(same.body));
    const char *other = body_with_id(&w, INVOICE("\"number\": \"R-1\", \"total\": " EUR_119));
    CHECK(send(&b, POST, "/api/v1/invoices", other).status == 409, "an invoice does not change");
}

ENGINES_SENTENCE(a_customer_is_changed_by_who_saw_it_last)
{
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_CLERK);
    const char *path = path_of(&w, "/api/v1/customers", "cus", 1);
    struct reply reply = send(&b, GET, path, "");
    CHECK(str_eq(reply.headers[0].value, S("\"1\"")), "ETag %.*s", STR(reply.headers[0].value));
    b.if_match = "\"1\"";
    CHECK(send(&b, PUT, path, "{\"name\": \"Hallam Ltd\"}").status == 200, "changed");
    reply = send(&b, PUT, path, "{\"name\": \"Hallam plc\"}");
    CHECK(reply.status == 409, "%d %.*s", reply.status, STR(reply.body));
    b.if_match = NULL;
    CHECK(send(&b, PUT, path, "{\"name\": \"A\", \"version\": 1}").status == 409, "by version");
    CHECK(send(&b, PUT, path, "{\"name\": \"A\", \"number\": \"C9\"}").status == 422, "number");
    CHECK(str_eq(text_at(parsed(f, send(&b, GET, path, "")), "name", NULL), S("Hallam Ltd")), "A");
}

static bool rest(struct op *op, void *until)
{
    int64_t hold;
    date day = *(date *)until;
    struct hold_new in = {.customer = 1, .until = SOME_DATE(day), .reason = S("a flood")};
    return customer_hold_put(op, &in, (date){0}, &hold);
}

ENGINES_SENTENCE(a_customer_says_whether_its_reminders_rest_and_no_longer_than_they_do)
{
    static const struct {
        int year;
        const char *until;
    } cases[] = {{2999, "2999-06-30"}, {2001, ""}};
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_AUDITOR);
    const char *path = path_of(&w, "/api/v1/customers", "cus", 1);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        date until;
        bool held;
        CHECK(date_of(cases[i].year, 6, 30, &until), "a day");
        fixture_do(f, rest, &until);
        const struct json *shown = parsed(f, send(&b, GET, path, ""));
        CHECK(json_bool(json_get(shown, "on_hold"), &held), "no on_hold");
        CHECK(held == (cases[i].year == 2999), "until %d it is %d", cases[i].year, held);
        CHECK(str_eq(text_at(shown, "hold_until", NULL), str_of(cases[i].until)), "another day");
    }
}

ENGINES_SENTENCE(a_transfer_is_paid_in_exported_and_confirmed)
{
    struct world w = world_of(f);
    struct browser b = program_of(&w, ROLE_CLERK);
    const char *body = body_with_id(&w, INVOICE("\"number\": \"R-1\", \"total\": " EUR_119));
    str id = text_at(parsed(f, send(&b, POST, "/api/v1/invoices", body)), "id", NULL);
    struct reply paid = send(&b, POST, "/api/v1/payments",
                             "{\"amount\": " EUR_119 ", \"value_date\": \"2026-05-20\", "
                             "\"reference\": \"R-1\", \"payer\": \"Hallam\"}");
    const struct json *use = json_at(json_get(parsed(f, paid), "uses"), 0);
    CHECK(str_eq(text_at(use, "invoice", NULL), id), "%.*s", STR(paid.body));
    const char *path = str_z(f->mem, str_printf(f->mem, "/api/v1/invoices/%.*s", STR(id)));
    CHECK(str_eq(text_at(parsed(f, send(&b, GET, path, "")), "open", "value"), S("0.00")), "paid");

    struct reply made = send(&b, POST, "/api/v1/exports", "{}");
    CHECK(made.status == 201, "%.*s", STR(made.body));
    path = path_of(&w, "/api/v1/exports", "exp", 1);
    const char *file = str_z(f->mem, str_printf(f->mem, "%s/file?format=csv", path));
    struct reply csv = send(&b, GET, file, "");
    CHECK(str_find(csv.body, S(",invoice,R-1,")) > 0, "%.*s", STR(csv.body));
    const char *confirm = str_z(f->mem, str_printf(f->mem, "%s/acknowledgement", path));
    CHECK(send(&b, PUT, confirm, "{\"reference\": \"FI-1\"}").status == 200, "confirmed");
    CHECK(send(&b, PUT, confirm, "{\"reference\": \"FI-1\"}").status == 200, "again");
    CHECK(send(&b, PUT, confirm, "{\"reference\": \"FI-2\"}").status == 409, "another");
    struct browser auditor = program_of(&w, ROLE_AUDITOR);
    CHECK(send(&auditor, GET, file, "").status == 200, "reads");
    CHECK(send(&auditor, PUT, confirm, "{\"reference\": \"FI-1\"}").status == 403, "changes none");
}

TESTS(ENGINES_TEST(what_is_wrong_is_named_and_nothing_is_done),
      ENGINES_TEST(a_command_sent_twice_is_done_once),
      ENGINES_TEST(a_list_is_stable_while_rows_are_added),
      ENGINES_TEST(payments_are_listed_by_the_day_they_say),
      ENGINES_TEST(an_invoice_is_what_its_lines_say),
      ENGINES_TEST(a_customer_is_changed_by_who_saw_it_last),
      ENGINES_TEST(a_customer_says_whether_its_reminders_rest_and_no_longer_than_they_do),
      ENGINES_TEST(a_transfer_is_paid_in_exported_and_confirmed))
