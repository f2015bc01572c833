#include "gateway_bench.h"

#include "adapters/gateways/test_gateway.h"
#include "adapters/net/http_client.h"
#include "base/clock.h"
#include "delivery/gateway/service.h"
#include "test.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

/* Only who is meant to meet silence gives up before it ends; all others wait as long as it takes.
 */
enum { HASTY_MS = 4000, HOLD_MS = 30000 };

struct service_thread {
    struct test_gateway options;
    pthread_t thread;
    int stop[2];  /* a pipe: written to end the service */
    int ready[2]; /* … and by the service when it answers */
    char folder[40];
    str address;
    int port;
    bool served;
};

static const struct script merchant_scripts[] = {
    {.path = "/hooks/test", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {0},
};

static void tell_ready(void *arg, int port)
{
    struct service_thread *s = arg;
    s->port = port;
    CHECK(write(s->ready[1], "r", 1) == 1, "ready");
}

static void *serve(void *arg)
{
    struct service_thread *s = arg;
    struct arena *mem = arena_open(64 << 20);
    struct op op = {.mem = mem, .now = clock_now()};
    s->served = test_gateway_serve(&op, &s->options);
    for (const struct err *err = op.errs; err; err = err->next)
        print_error("%.*s %.*s\n", STR(err->message), STR(err->detail));
    arena_close(mem);
    close(s->ready[1]);
    return NULL;
}

static void get(struct gateway_bench *bench, str url, struct http_response *out)
{
    struct op op = {.mem = bench->mem};
    struct http_request ask = {
        .method = "GET", .url = url, .reach = HTTP_TO_OPERATOR, .total_ms = TEST_PATIENCE_MS};
    CHECK(http_send(&op, &ask, out) && out->outcome == HTTP_ANSWERED, "%.*s: %.*s", STR(url),
          STR(out->why));
}

/* The value of a hidden field of that name; empty: there is none. */
static str hidden(struct arena *mem, str html, const char *name)
{
    str mark = str_printf(mem, "name=\"%s\" value=\"", name);
    ptrdiff_t at = str_find(html, mark);
    return at < 0 ? (str){0} : str_cut(str_from(html, at + mark.len), '"').head;
}

void test_gateway_bench_get(struct gateway_bench *bench, str page, struct http_response *out)
{
    get(bench, page, out);
}

bool test_gateway_bench_send_form(struct gateway_bench *bench, str page, const char *action,
                                  const char *fields, struct http_response *out)
{
    struct op op = {.mem = bench->mem};
    struct http_response form;
    get(bench, page, &form);
    CHECK(form.status == 200, "%.*s: %d", STR(page), form.status);
    str token = http_encode(bench->mem, hidden(bench->mem, form.body, "form_token"));
    str key = http_encode(bench->mem, hidden(bench->mem, form.body, "form_key"));
    if (token.len == 0) return false;
    struct http_header headers[] = {{"Content-Type", S("application/x-www-form-urlencoded")}};
    struct http_request send = {
        .method = "POST",
        .url = str_printf(bench->mem, "%.*s%s", STR(page), action),
        .headers = headers,
        .header_count = COUNT(headers),
        .body =
            str_printf(bench->mem, "form_token=%.*s&form_key=%.*s%s", STR(token), STR(key), fields),
        .reach = HTTP_TO_OPERATOR,
        .total_ms = TEST_PATIENCE_MS,
    };
    CHECK(http_send(&op, &send, out) && out->outcome == HTTP_ANSWERED, "%.*s: %.*s", STR(send.url),
          STR(out->why));
    return true;
}

static bool test_pay(struct gateway_bench *bench, str page, enum payer what)
{
    static const char *const cards[] = {
        [PAYS] = "4242424242424242",
        [LACKS_FUNDS] = "4000000000009995",
        [HAS_AN_EXPIRED_CARD] = "4000000000000069",
        [IS_REFUSED] = "4000000000000002",
        [HAS_A_STOLEN_CARD] = "4000000000009979",
        [CONFIRMS] = "4000000000003220",
        [FAILS_TO_CONFIRM] = "4000000000003220",
        [CANCELS] = NULL,
        [PAYS_IN_SILENCE] = "4000000000000259",
        [FAILS_IN_SILENCE] = "4000000000000119",
        [PAYS_TOLD_THRICE] = "4000000000000424",
        [PAYS_UNTOLD] = "4000000000000507",
        [PAYS_BY_DEBIT] = "4000000000000705",
        [PAYS_BY_PREPAID] = "5100000000000701",
        [PAYS_BY_WHATEVER] = "4000000000000804",
        [KEEPS] = "4242424242424242",
        [KEEPS_ASKED_CARD] = "4000000000003220",
        [KEEPS_POOR_CARD] = "4000000000000622",
    };
    const char *action = what == CANCELS ? "/cancel" : "", *fields = "";
    struct http_response got;
    if (what != CANCELS)
        fields = str_printf(bench->mem, "&number=%s&expiry=12%%2F40&code=123&name=A.+Payer%s",
                            cards[what], what >= KEEPS ? "&keep=yes" : "")
                     .at;
    if (!test_gateway_bench_send_form(bench, page, action, fields, &got)) return false;
    CHECK(got.status == 303, "%d: %.*s", got.status, STR(got.body));
    if (what != CONFIRMS && what != FAILS_TO_CONFIRM && what != KEEPS_ASKED_CARD) return true;

    str bank = str_printf(bench->mem, "%.*s/bank", STR(page));
    fields = what == FAILS_TO_CONFIRM ? "&answer=decline" : "&answer=confirm";
    if (!test_gateway_bench_send_form(bench, bank, "", fields, &got)) return false;
    CHECK(got.status == 303, "%d: %.*s", got.status, STR(got.body));
    return true;
}

void test_gateway_bench_call(struct gateway_bench *bench, const char *method, const char *path,
                             const char *body, struct http_response *out)
{
    struct service_thread *s = bench->own;
    struct op op = {.mem = bench->mem};
    struct credentials keys;
    CHECK(credentials_read(&op, s->options.key_file, &keys), "keys");
    struct http_header headers[] = {
        {"Authorization", str_printf(bench->mem, "Bearer %.*s", STR(keys.key))}};
    struct http_request send = {
        .method = method,
        .url = str_printf(bench->mem, "%.*s%s", STR(s->address), path),
        .headers = headers,
        .header_count = COUNT(headers),
        .body = str_of(body),
        .reach = HTTP_TO_OPERATOR,
        .total_ms = TEST_PATIENCE_MS,
    };
    CHECK(http_send(&op, &send, out) && out->outcome == HTTP_ANSWERED, "%s: %.*s", path,
          STR(out->why));
}

static void test_trouble(struct gateway_bench *bench, enum mishap what)
{
    static const char *const kinds[] = {
        [SILENT_BEFORE] = "timeout_before",
        [SILENT_AFTER] = "timeout_after",
        [BROKEN_BEFORE] = "500",
        [BROKEN_AFTER] = "500_after",
        [GARBAGE_AFTER] = "garbage",
        [OTHER_AMOUNT] = "other_amount",
        [DENIES_IT] = "absent",
    };
    struct http_response got;
    const char *body =
        str_printf(bench->mem, "{\"next\":\"%s\",\"hold_ms\":%d}", kinds[what], HOLD_MS).at;
    test_gateway_bench_call(bench, "POST", "/v1/faults", body, &got);
    CHECK(got.status == 200, "%d %.*s", got.status, STR(got.body));
}

/* Asked of its database: the API tells only about charges whose id is known. */
static int64_t test_taken(struct gateway_bench *bench)
{
    struct service_thread *s = bench->own;
    const char *path = str_z(bench->mem, str_cut(s->options.database, ':').tail);
    sqlite3 *db;
    sqlite3_stmt *sum;
    CHECK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, "%s", path);
    CHECK(sqlite3_prepare_v2(db, "select sum(amount_minor) from charge where state = 'paid'", -1,
                             &sum, NULL) == SQLITE_OK,
          "%s", sqlite3_errmsg(db));
    CHECK(sqlite3_step(sum) == SQLITE_ROW, "%s", sqlite3_errmsg(db));
    int64_t minor = sqlite3_column_int64(sum, 0);
    sqlite3_finalize(sum);
    sqlite3_close(db);
    return minor;
}

static void service_start(struct service_thread *s)
{
    char ready;
    CHECK(pipe(s->stop) == 0 && pipe(s->ready) == 0, "pipe");
    s->options.stop_fd = s->stop[0];
    CHECK(pthread_create(&s->thread, NULL, serve, s) == 0, "thread");
    CHECK(read(s->ready[0], &ready, 1) == 1, "the service did not start");
}

struct gateway_bench *test_gateway_bench_open(struct arena *mem)
{
    struct stranger *merchant = stranger_open(mem, merchant_scripts);
    str url = str_printf(mem, "http://127.0.0.1:%d", merchant->port);
    struct gateway_bench *bench = test_gateway_bench_open_for(mem, url);
    bench->merchant = merchant;
    return bench;
}

struct gateway_bench *test_gateway_bench_open_for(struct arena *mem, str merchant_url)
{
    struct gateway_bench *bench = arena_new(mem, struct gateway_bench);
    struct service_thread *s = arena_new(mem, struct service_thread);
    struct op op = {.mem = mem};
    snprintf(s->folder, sizeof s->folder, "/tmp/quittance-gateway-XXXXXX");
    CHECK(mkdtemp(s->folder), "mkdtemp");
    s->options = (struct test_gateway){
        .listen = S("127.0.0.1:0"),
        .database = str_printf(mem, "sqlite:%s/gateway.db", s->folder),
        .merchant_url = merchant_url,
        .key_file = str_printf(mem, "%s/gateway.key", s->folder).at,
        .second_ms = GATEWAY_SECOND_MS,
        .listening = tell_ready,
        .listening_arg = s,
    };
    service_start(s);
    s->address = str_printf(mem, "http://127.0.0.1:%d", s->port);

    struct credentials keys;
    CHECK(credentials_read(&op, s->options.key_file, &keys), "keys");
    bench->name = "test";
    bench->gateway = &gateway_test;
    bench->account = gateway_test_account(mem, s->address, &keys, TEST_PATIENCE_MS);
    bench->hasty_account = gateway_test_account(mem, s->address, &keys, HASTY_MS);
    keys.key = S("a-key-they-do-not-know");
    bench->wrong_account = gateway_test_account(mem, s->address, &keys, TEST_PATIENCE_MS);
    bench->pay = test_pay;
    bench->trouble = test_trouble;
    bench->taken_minor = test_taken;
    bench->mem = mem;
    bench->own = s;
    return bench;
}

void test_folder_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char path[600];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (unlink(path) != 0) test_folder_remove(path);
    }
    if (dir) closedir(dir);
    rmdir(folder);
}

void test_gateway_bench_close(struct gateway_bench *bench)
{
    struct service_thread *s = bench->own;
    CHECK(write(s->stop[1], "s", 1) == 1, "stop");
    pthread_join(s->thread, NULL);
    CHECK(s->served, "the service ended badly");
    close(s->stop[0]), close(s->stop[1]), close(s->ready[0]);
    if (bench->merchant) stranger_close(bench->merchant);
    test_folder_remove(s->folder);
}

str test_gateway_bench_address(const struct gateway_bench *bench)
{
    const struct service_thread *s = bench->own;
    return s->address;
}

str test_gateway_bench_key_file(const struct gateway_bench *bench)
{
    const struct service_thread *s = bench->own;
    return str_of(s->options.key_file);
}
