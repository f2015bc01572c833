/* Crowds: slow ones, idle ones, those who guess passwords, and requests that are dear to read; and
 * beside them people who want to see their invoices. What must hold on any machine is checked; how
 * fast it was is told, and where it is above its aim: a machine with other work to do is. */
#include "crowd.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    LONGEST_US = 15 * 1000 * 1000, /* of an answer, however slow the machine */
    DEAR_US = 50 * 1000,           /* of the processor, for any one request */
    BYTES_BIG = 1000 * 1000,
};

struct crowds {
    struct town *t;
    bool longer;
    int port; /* nginx's, or the server's own */
    const char *through;
};

/* ---- what is asked ---- */

static str asks_invoices(void *arg, int guest)
{
    struct crowds *c = arg;
    struct town *t = c->t;
    return str_printf(t->mem,
                      "GET /invoices HTTP/1.1\r\nHost: pay.example.com\r\nCookie: s=%.*s\r\n\r\n",
                      STR(t->people[guest % t->clients].session));
}

static str asks_big(void *arg, int guest)
{
    (void)arg, (void)guest;
    return S("GET /api/v1/openapi.json HTTP/1.1\r\nHost: pay.example.com\r\n\r\n");
}

static str begins_head(void *arg, int guest)
{
    (void)arg, (void)guest;
    return S("GET / HTTP/1.1\r\nHost: pay.example.com\r\nX-Slow: ");
}

static str begins_body(void *arg, int guest)
{
    (void)arg, (void)guest;
    return S("POST /sign-in HTTP/1.1\r\nHost: pay.example.com\r\nContent-Length: 100000\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=");
}

static struct party party_of(const char *name, enum manner manner, int count, int pause_ms,
                             str (*request)(void *arg, int guest), void *arg)
{
    return (struct party){.name = name,
                          .manner = manner,
                          .count = count,
                          .pause_ms = pause_ms,
                          .request = request,
                          .arg = arg};
}

/* ---- what is told ---- */

static long status_kb(int pid, const char *what)
{
    char path[64], line[128];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *in = fopen(path, "r");
    must(in != NULL, "%s cannot be read", path);
    while (fgets(line, sizeof line, in))
        if (strncmp(line, what, strlen(what)) == 0) (void)sscanf(line + strlen(what), " %ld", &kb);
    fclose(in);
    return kb;
}

static const char *ms(const struct crowds *c, int64_t us)
{
    return str_printf(c->t->mem, "%lld.%lld", (long long)us / 1000, (long long)us / 100 % 10).at;
}

static void tell(const struct crowds *c, const struct party *p)
{
    printf("  %s %s, %d: ", c->through, p->name, p->count);
    if (p->manner == BEHAVES || p->manner == KEEPS_ALIVE)
        printf("%td answers, %td failed, median %s ms, p99 %s ms\n", p->answered, p->failed,
               ms(c, party_took_us(p, 50)), ms(c, party_took_us(p, 99)));
    else
        printf("%td cut, %td connected in the end\n", p->cut, p->connected);
}

static void aim(const struct crowds *c, const struct party *p, int64_t us)
{
    if (c->longer && party_took_us(p, 99) > us)
        printf("    above the aim of %s ms: is the machine quiet?\n", ms(c, us));
}

/* Everybody who behaves was answered, as if there were no others. */
static void judge(const struct crowds *c, const struct party *p, const struct party *quiet)
{
    tell(c, p);
    must(p->failed == 0, "%s: %td got no answer", p->name, p->failed);
    must(p->answered > p->count, "%s: only %td answers", p->name, p->answered);
    must(p->by_status[200] == p->answered, "%s: %td of %td answered 200 (503: %td, 429: %td)",
         p->name, p->by_status[200], p->answered, p->by_status[503], p->by_status[429]);
    int64_t took = party_took_us(p, 99);
    must(took < LONGEST_US, "%s: p99 %lld us", p->name, (long long)took);
    if (quiet) aim(c, p, 2 * party_took_us(quiet, 99));
}

static void run(const struct crowds *c, struct party *parties, int count, int settle_ms, int run_ms)
{
    crowd_run(c->t->mem, c->port, parties, count, settle_ms, run_ms);
    for (int i = 1; i < count; i++) tell(c, &parties[i]);
}

/* ---- A1: the slow ---- */

static void slow_ones(struct crowds *c)
{
    static const struct {
        const char *name;
        enum manner manner;
        str (*request)(void *arg, int guest);
    } slow[] = {{"slow heads", SLOW_HEAD, begins_head},
                {"slow bodies", SLOW_BODY, begins_body},
                {"slow readers", SLOW_READER, asks_big}};
    int many = c->longer ? 5000 : 1500, run_ms = c->longer ? 25000 : 1500;
    struct arena_mark mark = arena_mark(c->t->mem);
    struct party quiet = party_of("people alone", BEHAVES, 50, 50, asks_invoices, c);
    crowd_run(c->t->mem, c->port, &quiet, 1, 300, 1300);
    judge(c, &quiet, NULL);
    for (ptrdiff_t i = 0; i < COUNT(slow); i++) {
        struct party parties[] = {
            party_of("people beside them", BEHAVES, 50, 50, asks_invoices, c),
            party_of(slow[i].name, slow[i].manner, slow[i].manner == SLOW_READER ? many / 5 : many,
                     0, slow[i].request, c),
        };
        run(c, parties, 2, 1000, 1000 + run_ms);
        judge(c, &parties[0], &quiet);
    }
    arena_rewind(c->t->mem, mark);
}

/* ---- A2: the idle ---- */

static void idle_ones(struct crowds *c)
{
    int many = c->longer ? 10000 : 3000;
    struct arena_mark mark = arena_mark(c->t->mem);
    struct party parties[] = {
        party_of("active beside the idle", KEEPS_ALIVE, 200, 400, asks_invoices, c),
        party_of("idle", IS_IDLE, many, 0, NULL, NULL),
    };
    run(c, parties, 2, c->longer ? 4000 : 1000, c->longer ? 30000 : 3000);
    long kb = status_kb(c->t->server, "VmHWM:");
    printf("  memory of the server: %ld MiB\n", kb >> 10);
    judge(c, &parties[0], NULL);
    must(kb < 400 << 10, "the server took %ld MiB", kb >> 10);
    aim(c, &parties[0], 100 * 1000);
    arena_rewind(c->t->mem, mark);
}

/* ---- A3: those who guess ---- */

struct guessing {
    struct crowds *c;
    str token;
    int tried;
};

static str guesses(void *arg, int guest)
{
    struct guessing *g = arg;
    struct arena *mem = g->c->t->mem;
    str body =
        str_printf(mem, "form_token=%.*s&email=n%d.%d%%40hallam.example&password=kestrel-vat",
                   STR(g->token), guest, g->tried++);
    return str_printf(mem,
                      "POST /sign-in/password HTTP/1.1\r\nHost: pay.example.com\r\n"
                      "Cookie: b=the-number-of-this-browser\r\nContent-Length: %td\r\n"
                      "Content-Type: application/x-www-form-urlencoded\r\n\r\n%.*s",
                      body.len, STR(body));
}

static void guessers(struct crowds *c)
{
    struct arena_mark mark = arena_mark(c->t->mem);
    struct client asks = client_of(c->t, c->t->mem, 0);
    struct guessing g = {.c = c, .token = client_stranger_token(&asks)};
    long before_kb = status_kb(c->t->server, "VmRSS:");
    struct party parties[] = {
        party_of("people beside the guessers", KEEPS_ALIVE, 20, 50, asks_invoices, c),
        party_of("guessers", KEEPS_ALIVE, 100, c->longer ? 90 : 200, guesses, &g),
    };
    parties[1].awaited = 422; /* the first hashes may take longer than all of this */
    run(c, parties, 2, 500, c->longer ? 20500 : 2500);
    long kb = status_kb(c->t->server, "VmHWM:") - before_kb;
    printf("  of %td guesses %td were told to come again; %ld MiB more at most\n",
           parties[1].answered, parties[1].by_status[503], kb >> 10);
    judge(c, &parties[0], NULL);
    must(parties[1].failed == 0 && parties[1].by_status[500] == 0, "a guess got no proper answer");
    must(parties[1].by_status[422] > 0, "no guess came as far as the password");
    must(kb < 5 * (64 << 10), "the hashes took %ld MiB at the same time", kb >> 10);
    aim(c, &parties[0], 200 * 1000);
    arena_rewind(c->t->mem, mark);
}

/* ---- A5: what is dear to read ---- */

static str repeated(struct arena *mem, const char *head, const char *each, const char *tail,
                    ptrdiff_t most)
{
    struct text t = {.mem = mem};
    text_add(&t, str_of(head));
    for (int i = 0; t.len < most; i++) text_format(&t, each, i);
    text_add(&t, str_of(tail));
    return text_str(&t);
}

static int64_t cpu_us(int pid)
{
    clockid_t clock;
    struct timespec used;
    must(clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &used) == 0,
         "the server's processor time cannot be read");
    return used.tv_sec * SECOND_US + used.tv_nsec / 1000;
}

static void dear_ones(struct crowds *c)
{
    struct arena *mem = c->t->mem;
    struct arena_mark mark = arena_mark(mem);
    const struct {
        const char *name, *method, *path;
        str body;
        bool api;
    } dear[] = {
        {"JSON, a million deep", "POST", "/api/v1/customers", repeated(mem, "", "[", "", BYTES_BIG),
         true},
        {"JSON, objects in each other", "POST", "/api/v1/customers",
         repeated(mem, "", "{\"a\":", "", BYTES_BIG), true},
        {"JSON, 80,000 members", "POST", "/api/v1/customers",
         repeated(mem, "{\"x\":0", ",\"a%d\":0", "}", BYTES_BIG), true},
        {"JSON, a number of a million digits", "POST", "/api/v1/customers",
         repeated(mem, "{\"number\":", "9", "}", BYTES_BIG), true},
        {"a form of 200,000 fields", "POST", "/checkout",
         repeated(mem, "a=", "&a%d=", "", BYTES_BIG), false},
        {"a form, one field of a megabyte", "POST", "/checkout",
         repeated(mem, "note=", "x", "", BYTES_BIG), false},
        {"a form of percent signs", "POST", "/checkout", repeated(mem, "a=", "%%25", "", BYTES_BIG),
         false},
        {"a search of 6,000 letters", "GET", repeated(mem, "/invoices?q=", "a+", "", 6000).at,
         S(""), false},
        {"an address of 2,000 fields", "GET", repeated(mem, "/invoices?q=1", "&a=", "", 6000).at,
         S(""), false},
    };
    for (ptrdiff_t i = 0; i < COUNT(dear); i++) {
        struct client asks = client_of(c->t, mem, 0);
        str url = str_printf(mem, "%.*s%s", STR(c->t->url), dear[i].path);
        int64_t least = INT64_MAX;
        int status = 0;
        for (int times = 0; times < 3; times++) { /* others use the machine, too */
            int64_t before = cpu_us(c->t->server);
            struct http_response got =
                client_send(&asks, dear[i].method, url, dear[i].body,
                            dear[i].api ? str_printf(mem, "dear-%td-%d", i, times) : S(""));
            must(got.outcome == HTTP_ANSWERED, "%s: no answer", dear[i].name);
            int64_t took = cpu_us(c->t->server) - before;
            if (took < least) least = took;
            status = got.status;
        }
        printf("  %s: %d, %s ms of the processor\n", dear[i].name, status, ms(c, least));
        must(status == 400 || status == 413 || status == 422 || status == 403 || status == 414 ||
                 (status == 200 && dear[i].body.len == 0),
             "%s: %d", dear[i].name, status);
        must(least <= 10 * DEAR_US, "%s: %lld us", dear[i].name, (long long)least);
        if (c->longer && least > DEAR_US) printf("    above the aim of %s ms\n", ms(c, DEAR_US));
    }
    arena_rewind(mem, mark);
}

int load(struct town *t, bool longer)
{
    struct crowds c = {.t = t, .longer = longer};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files); /* the server inherits it */
    t->plain = true;
    town_found(t, 20, 40, 1);
    gateway_start(t);
    server_start(t);
    c.port = t->proxy_port ? t->proxy_port : t->port;
    c.through = t->proxy_port ? "through nginx:" : "directly:";
    dear_ones(&c);
    slow_ones(&c);
    idle_ones(&c);
    guessers(&c);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("the crowds are gone, and everybody was served\n");
    return 0;
}
