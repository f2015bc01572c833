/* The test gateway as payers and curious people see it, and its API's refusals. */
#include "adapters/net/http_client.h"
#include "gateway_bench.h"
#include "test.h"

#include <dirent.h>
#include <poll.h>

#define CARD "&number=4242+4242+4242+4242&expiry=12%2F40&code=9137&name=A.+Payer"

static str value_of(str json, const char *key)
{
    char mark[64];
    snprintf(mark, sizeof mark, "\"%s\":\"", key);
    ptrdiff_t at = str_find(json, str_of(mark));
    return at < 0 ? (str){0} : str_cut(str_from(json, at + (ptrdiff_t)strlen(mark)), '"').head;
}

/* Makes a charge, and returns its card page. */
static str charge(struct gateway_bench *bench, const char *id, const char *value, const char *code)
{
    struct http_response got;
    str body = str_printf(bench->mem,
                          "{\"our_id\":\"%s\",\"amount\":{\"value\":\"%s\",\"currency\":\"%s\"},"
                          "\"description\":\"<b>R-1</b>\",\"return_url\":"
                          "\"http://127.0.0.1:%d/payments/1?back=1\"}",
                          id, value, code, bench->merchant->port);
    test_gateway_bench_call(bench, "POST", "/v1/charges", body.at, &got);
    CHECK(got.status == 201, "%d %.*s", got.status, STR(got.body));
    return str_copy(bench->mem, value_of(got.body, "page"));
}

SENTENCE(a_card_page_is_framed_by_its_merchant_only_and_keeps_its_address_to_itself)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    str page = charge(bench, "framed", "119.00", "EUR");
    struct http_response got;
    test_gateway_bench_get(bench, page, &got);
    str policy = http_response_header(&got, "Content-Security-Policy");
    str wanted = str_printf(mem, "frame-ancestors http://127.0.0.1:%d;", bench->merchant->port);
    CHECK(got.status == 200 && str_find(policy, wanted) >= 0, "%.*s", STR(policy));
    CHECK(str_find(policy, S("script-src 'self'")) >= 0, "%.*s", STR(policy));
    CHECK(str_eq(http_response_header(&got, "Referrer-Policy"), S("no-referrer")), "referrer");
    CHECK(str_eq(http_response_header(&got, "Cache-Control"), S("no-store")), "cache");
    CHECK(str_find(got.body, S("&lt;b&gt;R-1")) > 0, "the description is not escaped");
    CHECK(str_find(got.body, S("<script")) < 0, "a script");

    str wrong = str_printf(mem, "%.*sx", STR(page));
    test_gateway_bench_get(bench, wrong, &got);
    CHECK(got.status == 404, "%d", got.status);
    str all = str_printf(mem, "%.*s/", STR(test_gateway_bench_address(bench)));
    test_gateway_bench_get(bench, all, &got);
    policy = http_response_header(&got, "Content-Security-Policy");
    CHECK(str_find(policy, S("frame-ancestors 'none'")) >= 0, "%.*s", STR(policy));
    test_gateway_bench_close(bench);
}

SENTENCE(an_error_stands_beside_its_field_and_what_was_typed_stays)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    str page = charge(bench, "typed", "119.00", "EUR");
    struct http_response got;
    const char *typed = "&number=4242+4242+4242+4241&expiry=12%2F40&code=9137&name=%3CA%3E";
    CHECK(test_gateway_bench_send_form(bench, page, "", typed, &got), "no form");
    CHECK(got.status == 422, "%d", got.status);
    CHECK(str_find(got.body, S("id=\"number-problem\">There is a mistake")) > 0, "no sentence");
    CHECK(str_find(got.body, S("id=\"expiry-problem\"")) < 0, "a sentence too many");
    CHECK(str_find(got.body, S("value=\"4242 4242 4242 4241\"")) > 0, "the number is gone");
    CHECK(str_find(got.body, S("value=\"&lt;A&gt;\"")) > 0, "the name is gone");
    CHECK(str_find(got.body, S("9137")) < 0, "the code was shown again");
    CHECK(test_gateway_bench_send_form(bench, page, "", CARD, &got) && got.status == 303, "pay");
    test_gateway_bench_close(bench);
}

SENTENCE(whatever_came_of_it_the_payer_goes_back_once)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    str page = charge(bench, "back", "119.00", "EUR");
    struct http_response got;
    CHECK(test_gateway_bench_send_form(bench, page, "", CARD, &got), "pay");
    str to =
        str_printf(mem, "http://127.0.0.1:%d/payments/1?back=1&charge=ch_", bench->merchant->port);
    CHECK(got.status == 303 && str_starts(http_response_header(&got, "Location"), to), "%.*s",
          STR(http_response_header(&got, "Location")));
    test_gateway_bench_get(bench, page, &got);
    CHECK(str_find(got.body, S("This payment has ended")) > 0, "it can be paid again");
    CHECK(test_comes_to(&bench->merchant->heard_count, 1), "no message");
    poll(NULL, 0, 400); /* for a second one, which there must not be */
    CHECK(atomic_load(&bench->merchant->heard_count) == 1, "%d messages",
          atomic_load(&bench->merchant->heard_count));
    test_gateway_bench_close(bench);
}

SENTENCE(the_bank_is_asked_before_a_card_is_charged)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    str page = charge(bench, "bank", "119.00", "EUR");
    str bank = str_printf(mem, "%.*s/bank", STR(page));
    struct http_response got;
    test_gateway_bench_get(bench, bank, &got);
    CHECK(got.status == 303, "%d", got.status);
    const char *typed = "&number=4000000000003220&expiry=12%2F40&code=913&name=A";
    CHECK(test_gateway_bench_send_form(bench, page, "", typed, &got) && got.status == 303, "card");
    CHECK(bench->taken_minor(bench) == 0, "charged before the bank was asked");
    test_gateway_bench_get(bench, bank, &got);
    CHECK(str_find(got.body, S("Visa ending 3220")) > 0, "which card?");
    CHECK(test_gateway_bench_send_form(bench, bank, "", "&answer=maybe", &got), "form");
    CHECK(got.status == 422 && bench->taken_minor(bench) == 0, "%d", got.status);
    CHECK(test_gateway_bench_send_form(bench, bank, "", "&answer=confirm", &got), "form");
    CHECK(got.status == 303 && bench->taken_minor(bench) == 11900, "%d", got.status);
    test_gateway_bench_close(bench);
}

static void check_file(struct arena *mem, str path)
{
    static const char *const secrets[] = {"4242424242424242", "4242 4242 4242 4242",
                                          "4242+4242+4242+4242", "9137"};
    FILE *f = fopen(str_z(mem, path), "rb");
    CHECK(f, "%.*s", STR(path));
    char *at = arena_array(mem, char, 4 << 20);
    size_t n = fread(at, 1, 4 << 20, f);
    fclose(f);
    for (ptrdiff_t i = 0; i < COUNT(secrets); i++)
        CHECK(str_find((str){at, (ptrdiff_t)n}, str_of(secrets[i])) < 0, "%.*s holds %s", STR(path),
              secrets[i]);
}

SENTENCE(of_a_card_nothing_is_kept_but_its_brand_and_last_four)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    str page = charge(bench, "secrets", "119.00", "EUR");
    struct http_response got;
    const char *bad = "&number=4242+4242+4242+4242&expiry=&code=9137&name=A";
    CHECK(test_gateway_bench_send_form(bench, page, "", bad, &got) && got.status == 422, "bad");
    CHECK(test_gateway_bench_send_form(bench, page, "", CARD, &got) && got.status == 303, "pay");
    str key_file = test_gateway_bench_key_file(bench);
    str folder = str_head(key_file, key_file.len - (ptrdiff_t)strlen("/gateway.key"));
    DIR *dir = opendir(str_z(mem, folder));
    int count = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        count++;
        check_file(mem, str_printf(mem, "%.*s/%s", STR(folder), entry->d_name));
    }
    closedir(dir);
    CHECK(count >= 3, "%d files", count);
    test_gateway_bench_close(bench);
}

SENTENCE(a_call_that_cannot_be_right_is_refused)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    static const struct {
        const char *path, *body;
        int status;
        const char *error;
    } cases[] = {
        {"/v1/charges", "no JSON", 400, "unreadable"},
        {"/v1/charges", "[]", 400, "unreadable"},
        {"/v1/charges", "{}", 422, "our_id"},
        {"/v1/charges", "{\"our_id\":\"a\"}", 422, "amount"},
        {"/v1/charges", "{\"our_id\":\"a\",\"amount\":{\"value\":\"0.00\",\"currency\":\"EUR\"}}",
         422, "amount"},
        {"/v1/charges", "{\"our_id\":\"a\",\"amount\":{\"value\":\"1.5\",\"currency\":\"EUR\"}}",
         422, "amount"},
        {"/v1/charges", "{\"our_id\":\"a\",\"amount\":{\"value\":\"1\",\"currency\":\"EURO\"}}",
         422, "amount"},
        {"/v1/charges",
         "{\"our_id\":\"a\",\"amount\":{\"value\":\"1.00\",\"currency\":\"EUR\"},"
         "\"return_url\":\"https://elsewhere.example/\"}",
         422, "return_url"},
        {"/v1/charges",
         "{\"our_id\":\"a\",\"amount\":{\"value\":\"1.00\",\"currency\":\"EUR\"},"
         "\"return_url\":\"javascript:alert(1)\"}",
         422, "return_url"},
        {"/v1/charges/nobody/cancel", "{}", 404, "no_such_charge"},
        {"/v1/refunds",
         "{\"our_id\":\"r\",\"charge\":\"nobody\",\"amount\":"
         "{\"value\":\"1.00\",\"currency\":\"EUR\"}}",
         404, "no_such_charge"},
        {"/v1/faults", "{\"next\":\"earthquake\"}", 422, "next"},
        {"/v1/faults", "{\"next\":\"500\",\"count\":0}", 422, "count"},
        {"/v1/faults", "{\"next\":\"500\",\"hold_ms\":-1}", 422, "hold_ms"},
    };
    struct http_response got;
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        test_gateway_bench_call(bench, "POST", cases[i].path, cases[i].body, &got);
        CHECK(got.status == cases[i].status, "case %td: %d", i, got.status);
        CHECK(str_eq(value_of(got.body, "error"), str_of(cases[i].error)), "case %td: %.*s", i,
              STR(got.body));
    }
    test_gateway_bench_call(bench, "GET", "/v1/settlement?date=yesterday", "", &got);
    CHECK(got.status == 422, "%d", got.status);
    test_gateway_bench_close(bench);
}

SENTENCE(a_payout_is_its_charges_less_refunds_and_fees)
{
    struct gateway_bench *bench = test_gateway_bench_open(mem);
    struct http_response got;
    (void)bench->pay(bench, charge(bench, "one", "119.00", "EUR"), PAYS);
    (void)bench->pay(bench, charge(bench, "two", "0.10", "EUR"), PAYS);
    (void)bench->pay(bench, charge(bench, "yen", "15000", "JPY"), PAYS);
    (void)bench->pay(bench, charge(bench, "no", "50.00", "EUR"), IS_REFUSED);
    test_gateway_bench_call(bench, "POST", "/v1/refunds",
                            "{\"our_id\":\"r\",\"charge\":\"one\",\"amount\":"
                            "{\"value\":\"19.00\",\"currency\":\"EUR\"}}",
                            &got);
    CHECK(got.status == 201, "%d %.*s", got.status, STR(got.body));
    test_gateway_bench_call(bench, "POST", "/v1/payouts", "{}", &got);
    /* 119.00: 1.67 + 0.25; 0.10: all of it; 15000: 210 + 25. */
    static const char *const said[] = {
        "\"charges\":{\"value\":\"119.10\",\"currency\":\"EUR\"},"
        "\"refunds\":{\"value\":\"19.00\",\"currency\":\"EUR\"},"
        "\"fees\":{\"value\":\"2.02\",\"currency\":\"EUR\"},"
        "\"net\":{\"value\":\"98.08\",\"currency\":\"EUR\"},\"lines\":3",
        "\"fees\":{\"value\":\"235\",\"currency\":\"JPY\"},"
        "\"net\":{\"value\":\"14765\",\"currency\":\"JPY\"},\"lines\":1",
    };
    for (ptrdiff_t i = 0; i < COUNT(said); i++)
        CHECK(str_find(got.body, str_of(said[i])) > 0, "%s in %.*s", said[i], STR(got.body));
    str day = str_copy(mem, value_of(got.body, "date"));
    ptrdiff_t len = got.body.len;
    test_gateway_bench_call(bench, "POST", "/v1/payouts", "{}", &got);
    CHECK(got.body.len == len, "it was paid out twice: %.*s", STR(got.body));
    const char *path = str_printf(mem, "/v1/settlement?date=%.*s", STR(day)).at;
    test_gateway_bench_call(bench, "GET", path, "", &got);
    CHECK(str_find(got.body, S("\"kind\":\"refund\"")) > 0, "%.*s", STR(got.body));
    CHECK(str_find(got.body, S("\"gross\":{\"value\":\"-19.00\"")) > 0, "%.*s", STR(got.body));
    test_gateway_bench_close(bench);
}

TESTS(TEST(a_card_page_is_framed_by_its_merchant_only_and_keeps_its_address_to_itself),
      TEST(an_error_stands_beside_its_field_and_what_was_typed_stays),
      TEST(whatever_came_of_it_the_payer_goes_back_once),
      TEST(the_bank_is_asked_before_a_card_is_charged),
      TEST(of_a_card_nothing_is_kept_but_its_brand_and_last_four),
      TEST(a_call_that_cannot_be_right_is_refused),
      TEST(a_payout_is_its_charges_less_refunds_and_fees))
