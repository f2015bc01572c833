/* A disk of 6 MB that fills while people pay, and then has room again. The folder of the books is
 * that disk (test/processes/run mounts it); everything else lies elsewhere. */
#include "faults.h"

#include "base/arena.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BALLAST_BYTES = 2 << 20, HEALTHY_MS = 60000, CLIENT_BYTES = 64 << 20, PLANS = 120 };

static void ballast_drop(const char *path)
{
    static char page[4096];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0, "%s: %s", path, strerror(errno));
    for (int i = 0; i < BALLAST_BYTES / (int)sizeof page; i++)
        must(write(fd, page, sizeof page) == (ssize_t)sizeof page, "the disk is too small");
    close(fd);
}

static struct http_response transfer(struct client *c, ptrdiff_t number)
{
    struct town *t = c->town;
    const struct plan *plan = &t->plans[number];
    str body = str_printf(
        c->mem,
        "{\"amount\": {\"value\": \"%.*s\", \"currency\": \"EUR\"}, \"value_date\": \"%.*s\", "
        "\"reference\": \"%.*s\", \"bank_reference\": \"B%td\", \"quiet\": true}",
        STR(money_text(c->mem, plan->owed)), STR(date_text(c->mem, t->today)), STR(plan->number),
        number);
    return client_insist(c, "POST", str_printf(c->mem, "%.*s/api/v1/payments", STR(t->url)), body,
                         str_printf(c->mem, "transfer-%td", number));
}

static void still_reads(struct client *c, const char *path)
{
    str url = str_printf(c->mem, "%.*s%s", STR(c->town->url), path);
    struct http_response got = client_send(c, "GET", url, S(""), S(""));
    must(got.status == 200, "on a full disk %s is answered %d %.*s", path, got.status,
         STR(got.body));
}

/* Until it is full: how many were booked. */
static ptrdiff_t fill(struct client *c)
{
    for (ptrdiff_t i = 0; i < c->town->plan_count; i++) {
        struct arena_mark mark = arena_mark(c->mem);
        c->once = true;
        struct http_response got = transfer(c, i);
        c->once = false;
        if (got.status == 507) {
            must(str_find(got.body, S("There is no room left")) >= 0, "no sentence: %.*s",
                 STR(got.body));
            return i;
        }
        must(got.status == 201, "transfer %td: %d %.*s", i, got.status, STR(got.body));
        arena_rewind(c->mem, mark);
    }
    must(false, "the disk was never full");
    return 0;
}

int full_disk(struct town *t)
{
    t->plain = true;
    town_found(t, 1, PLANS, 1);
    const char *ballast = str_printf(t->mem, "%s/ballast", t->books_folder).at;
    ballast_drop(ballast);
    gateway_start(t);
    server_start(t);
    struct client c = client_of(t, arena_open(CLIENT_BYTES), 0);
    client_begin(&c);
    ptrdiff_t booked = fill(&c);
    judge_now(t, true);
    for (int i = 0; i < 20; i++) { /* it stays full, and stays calm */
        struct arena_mark mark = arena_mark(c.mem);
        c.once = true;
        struct http_response got = transfer(&c, booked);
        c.once = false;
        must(got.status == 507, "on a full disk: %d %.*s", got.status, STR(got.body));
        still_reads(&c, "/invoices");
        still_reads(&c, "/payments");
        arena_rewind(c.mem, mark);
    }
    int64_t there = books_number(t, "select count(*) from payment");
    must(there == booked, "%td were booked, %lld are there", booked, (long long)there);

    must(unlink(ballast) == 0, "%s: %s", ballast, strerror(errno));
    int64_t freed = clock_ticks_us();
    for (bool done = false; !done;) {
        struct arena_mark mark = arena_mark(c.mem);
        c.once = true;
        done = transfer(&c, booked).status == 201;
        c.once = false;
        must(done || clock_ticks_us() - freed < HEALTHY_MS * INT64_C(1000),
             "there is room again, and nothing is kept");
        arena_rewind(c.mem, mark);
        if (!done) poll(NULL, 0, 20);
    }
    int64_t healthy_ms = (clock_ticks_us() - freed) / 1000;
    for (ptrdiff_t i = booked + 1; i < booked + 20; i++)
        must(transfer(&c, i).status == 201, "transfer %td after it", i);
    there = books_number(t, "select count(*) from payment");
    must(there == booked + 20, "%td were booked, %lld are there", booked + 20, (long long)there);
    judge_now(t, true);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  full after %td payments: 507 with its sentence, pages go on; room again: kept after "
           "%lld ms, without a restart\n",
           booked, (long long)healthy_ms);
    arena_close(c.mem);
    return 0;
}
