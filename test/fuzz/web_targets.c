#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/web/form.h"
#include "delivery/web/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- one form with a field of every kind ---- */

struct line {
    str sku;
    struct money_input amount;
};
struct everything {
    str text, choice, email;
    int64_t count, id;
    struct money_input amount;
    struct opt_date day;
    bool ticked;
    struct id_list ids;
    struct input_list lines;
    struct pair_list pairs;
};
static const char *const choices[] = {"one", "two", NULL};
static const struct input line_inputs[] = {
    {.name = "sku", .type = INPUT_TEXT, .offset = offsetof(struct line, sku), .longest = 40},
    {.name = "amount", .type = INPUT_MONEY, .offset = offsetof(struct line, amount)},
    {0},
};
static const struct input inputs[] = {
    {.name = "text", .type = INPUT_TEXT, .offset = offsetof(struct everything, text)},
    {.name = "choice",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct everything, choice),
     .choices = choices},
    {.name = "email", .type = INPUT_EMAIL, .offset = offsetof(struct everything, email)},
    {.name = "count", .type = INPUT_I64, .offset = offsetof(struct everything, count)},
    {.name = "id", .type = INPUT_ID, .offset = offsetof(struct everything, id), .kind = "inv"},
    {.name = "amount", .type = INPUT_MONEY, .offset = offsetof(struct everything, amount)},
    {.name = "day", .type = INPUT_DATE, .offset = offsetof(struct everything, day)},
    {.name = "ticked", .type = INPUT_BOOL, .offset = offsetof(struct everything, ticked)},
    {.name = "ids", .type = INPUT_IDS, .offset = offsetof(struct everything, ids), .kind = "itm"},
    {.name = "line",
     .type = INPUT_LIST,
     .offset = offsetof(struct everything, lines),
     .each = line_inputs,
     .each_size = sizeof(struct line)},
    {.name = "pair", .type = INPUT_PAIRS, .offset = offsetof(struct everything, pairs)},
    {0},
};

static struct reply taken(struct request *rq)
{
    return reply_text(rq, 200, S("text/plain"), S("taken"));
}

struct note {
    str text;
    struct upload file;
};
static const struct input note_inputs[] = {
    {.name = "text", .type = INPUT_TEXT, .offset = offsetof(struct note, text)},
    {.name = "file", .type = INPUT_FILE, .offset = offsetof(struct note, file), .longest = 1},
    {0},
};
static const struct route routes[] = {
    {GET, "/f", taken, .may = MAY_ANYONE, .public = true, INPUTS(inputs, struct everything)},
    {POST, "/f", taken, .may = MAY_ANYONE, .public = true, INPUTS(inputs, struct everything)},
    {POST, "/api/v1/f", taken, .may = MAY_ANYONE, .public = true,
     INPUTS(inputs, struct everything)},
    {POST, "/u", taken, .may = MAY_ANYONE, .public = true, INPUTS(note_inputs, struct note)},
    {POST, "/h/:id", taken, .may = MAY_ANYONE, .foreign = true},
    {GET, "/h/:id/:part", taken, .may = MAY_ANYONE, .public = true},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

static str header_none(struct request *rq, const char *name)
{
    (void)rq;
    return strcmp(name, "Content-Type") == 0 ? S("application/x-www-form-urlencoded") : S("");
}

static str header_json(struct request *rq, const char *name)
{
    (void)rq;
    return strcmp(name, "Content-Type") == 0 ? S("application/json") : S("");
}

static void form_run(struct op *op, str bytes)
{
    static struct arena *kept;
    static struct app app;
    if (!kept) {
        kept = arena_open(1 << 20);
        app = (struct app){.keys = keys_for_tests(kept), .now = clock_now, .routes = tables};
    }
    int kind = fuzz_choice(&bytes, 3);
    struct request rq = {.op = *op,
                         .app = &app,
                         .route = &routes[kind],
                         .method = kind == 0 ? GET : POST,
                         .query = kind == 0 ? bytes : S(""),
                         .body = kind == 0 ? S("") : bytes,
                         .wants_json = kind == 2,
                         .header = kind == 2 ? header_json : header_none};
    if (form_read(&rq) && form_check(&rq, rq.route)) {
        const struct everything *in = rq.in;
        HOLDS(str_utf8(in->text) && str_utf8(in->email) && str_utf8(in->choice));
        HOLDS(in->lines.count <= FORM_GROUPS_MAX);
    }
}

static void url_run(struct op *op, str bytes)
{
    str out;
    if (url_decode(op->mem, bytes, fuzz_choice(&bytes, 2) == 1, &out)) HOLDS(str_utf8(out));
    str value = cookie_value(bytes, S("__Host-s"));
    HOLDS(value.len <= bytes.len);
    str path = path_of_ours(bytes);
    HOLDS(path.len > 0 && path.at[0] == '/' && !str_starts(path, S("//")) &&
          !str_starts(path, S("/\\")));
}

/* ---- the real server, over a socket ---- */

static struct {
    struct app app;
    struct serve_options options;
    struct op op;
    int port, ready[2];
} server;

static void listening(void *arg, int port)
{
    (void)arg;
    server.port = port;
    if (write(server.ready[1], "", 1) != 1) abort();
}

static void *serve(void *arg)
{
    (void)arg;
    if (!web_serve(&server.op, &server.app, &server.options)) abort();
    return NULL;
}

static void server_start(void)
{
    static struct database *db;
    pthread_t thread;
    char byte;
    server.op = (struct op){.mem = arena_open(256 << 20), .now = clock_now()};
    if (!freopen("/dev/null", "w", stdout)) abort();
    if (pipe(server.ready) != 0 || !database_open(&server.op, S("sqlite::memory:"), &db)) abort();
    server.app = (struct app){.db = db,
                              .keys = keys_for_tests(server.op.mem),
                              .public_url = S("http://127.0.0.1"),
                              .routes = tables,
                              .now = clock_now};
    server.options = (struct serve_options){.listen = S("127.0.0.1:0"),
                                            .workers = 1,
                                            .stop_fd = server.ready[0] + 1000,
                                            .listening = listening};
    int never[2];
    if (pipe(never) != 0) abort();
    server.options.stop_fd = never[0];
    if (pthread_create(&thread, NULL, serve, NULL) != 0) abort();
    if (read(server.ready[0], &byte, 1) != 1) abort();
}

static void server_run(struct op *op, str bytes)
{
    char answer[4096];
    struct sockaddr_in to = {.sin_family = AF_INET};
    ssize_t got;
    (void)op;
    if (server.port == 0) server_start();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_port = htons((uint16_t)server.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        if (fd >= 0) close(fd);
        return; /* out of ports for the moment */
    }
    struct linger at_once = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    while (bytes.len > 0 && (got = send(fd, bytes.at, (size_t)bytes.len, MSG_NOSIGNAL)) > 0)
        bytes = str_from(bytes, got);
    shutdown(fd, SHUT_WR);
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    bool first = true;
    while (poll(&readable, 1, 100) == 1 && (got = recv(fd, answer, sizeof answer, 0)) > 0) {
        if (first) HOLDS(got < 9 || memcmp(answer, "HTTP/1.1 ", 9) == 0);
        if (first && got > 11) HOLDS(memcmp(answer + 9, "500", 3) != 0); /* our fault */
        first = false;
    }
    close(fd);
}

const struct target web_targets[] = {
    {"form", "src/delivery/web/form.c src/delivery/web/input.c", form_run, false},
    {"url", "src/delivery/web/form.c:cookie_value,url_decode,hex", url_run, false},
    {"server", "src/delivery/web/receive.c src/delivery/web/door.c src/delivery/web/upload.c",
     server_run, true},
    {0},
};
