/* kill -9, again and again, while people pay. Half of the kills come 3 to 50 ms after the server
 * has answered again, wherever it stands; the other half when the clients have got on. Or they come
 * by the clock, so many milliseconds after each other, as long as there is somebody who pays. */
#include "processes.h"

#include "base/arena.h"
#include "base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LEAST_MS = 3,
    MOST_MS = 50,
    STILL_MS = 300000,
    THOROUGH_EVERY = 20,
    BACK_MS = 1000, /* after which it should answer again */
    EYE_BYTES = 16 << 20,
};

/* Until so many plans are carried out. */
static void wait_for(struct town *t, ptrdiff_t done)
{
    int64_t until = clock_ticks_us() + STILL_MS * INT64_C(1000);
    while (atomic_load(&t->done) < done) {
        must(clock_ticks_us() < until, "nothing moves: %td of %td plans are carried out",
             atomic_load(&t->done), t->plan_count);
        poll(NULL, 0, 2);
    }
}

/* As a disk that said it had synced, and had not. */
static void log_lose(struct town *t)
{
    remove(str_printf(t->mem, "%s/books.db-wal", t->books_folder).at);
    remove(str_printf(t->mem, "%s/books.db-shm", t->books_folder).at);
}

/* When the next kill is due. False: there is none. */
static bool wait_to_kill(struct town *t, const struct kill_plan *plan, int killed, uint64_t *seed)
{
    ptrdiff_t payments = t->plan_count;
    if (killed == plan->kills) return false;
    if (plan->every_ms > 0) {
        poll(NULL, 0, plan->every_ms);
        return atomic_load(&t->done) < payments;
    }
    ptrdiff_t due = payments * (killed + 1) / plan->kills;
    atomic_store(&t->may, due + t->clients); /* nobody is done before the last kill */
    if (killed % 2 == 1) wait_for(t, payments * killed / plan->kills);
    poll(NULL, 0, LEAST_MS + (int)(chance(seed) % (MOST_MS - LEAST_MS + 1)));
    return true;
}

/* Returns how long it took, from the start of the process to its first answer. */
static int64_t back_us(struct town *t, struct arena *mem)
{
    struct arena_mark mark = arena_mark(mem);
    struct client eye = client_of(t, mem, 0);
    int64_t began = clock_ticks_us();
    server_start(t);
    str url = str_printf(mem, "%.*s/readyz", STR(t->url));
    struct http_response got = client_insist(&eye, "GET", url, S(""), S(""));
    must(got.status == 200, "it is back, and says %d", got.status);
    arena_rewind(mem, mark);
    return clock_ticks_us() - began;
}

static int shorter(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void say_back(int64_t *us, int count)
{
    int late = 0;
    if (count == 0) return;
    for (int i = 0; i < count; i++) late += us[i] > BACK_MS * INT64_C(1000);
    qsort(us, (size_t)count, sizeof *us, shorter);
    printf("  back after %lld ms (median), %lld ms (99 %%), %lld ms (longest); %d of %d later than "
           "%d ms\n",
           (long long)(us[count / 2] / 1000), (long long)(us[count * 99 / 100] / 1000),
           (long long)(us[count - 1] / 1000), late, count, BACK_MS);
}

int kills(struct town *t, const struct kill_plan *plan)
{
    int64_t began = clock_ticks_us(), down_us = 0;
    int killed = 0;
    uint64_t seed = plan->seed;
    int64_t *back = arena_array(t->mem, int64_t, plan->kills + 1);
    struct arena *eye = arena_open(EYE_BYTES);
    town_found(t, t->clients, plan->payments, plan->seed);
    gateway_start(t);
    server_start(t);
    atomic_store(&t->may, plan->every_ms > 0 ? plan->payments : t->clients);
    struct clients *all = clients_start(t);
    while (wait_to_kill(t, plan, killed, &seed)) {
        server_kill(t);
        int64_t dead = clock_ticks_us();
        if (t->plant == PLANT_LOST_LOG) log_lose(t);
        judge_now(t, (killed + 1) % THOROUGH_EVERY == 0 || plan->kills <= THOROUGH_EVERY);
        back[killed++] = back_us(t, eye);
        down_us += clock_ticks_us() - dead;
    }
    atomic_store(&t->may, plan->payments);
    clients_join(all);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  %d kills, %td requests sent again, %lld s, of which nothing ran for %lld s\n", killed,
           clients_sent_again(all), (long long)((clock_ticks_us() - began) / 1000000),
           (long long)(down_us / 1000000));
    say_back(back, killed);
    arena_close(eye);
    judge_end(t);
    return 0;
}
