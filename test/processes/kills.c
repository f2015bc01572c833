/* kill -9, again and again, while people pay. Half of the kills come 3 to 50 ms after the server
 * has answered again, wherever it stands; the other half when the clients have got on. */
#include "processes.h"

#include "base/arena.h"
#include "base/clock.h"

#include <poll.h>
#include <stdio.h>

enum { LEAST_MS = 3, MOST_MS = 50, STILL_MS = 300000, THOROUGH_EVERY = 20 };

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

int kills(struct town *t, ptrdiff_t payments, int kill_count, uint64_t seed)
{
    int64_t began = clock_ticks_us();
    int64_t down_us = 0;
    int killed = 0;
    town_found(t, t->clients, payments, seed);
    gateway_start(t);
    server_start(t);
    atomic_store(&t->may, t->clients);
    struct clients *all = clients_start(t);
    while (killed < kill_count) {
        bool early = killed % 2 == 0;
        ptrdiff_t due = payments * (killed + 1) / kill_count;
        atomic_store(&t->may, due + t->clients); /* nobody is done before the last kill */
        if (!early) wait_for(t, payments * killed / kill_count);
        poll(NULL, 0, LEAST_MS + (int)(chance(&seed) % (MOST_MS - LEAST_MS + 1)));
        server_kill(t);
        int64_t dead = clock_ticks_us();
        killed++;
        if (t->plant == PLANT_LOST_LOG) log_lose(t);
        judge_now(t, killed % THOROUGH_EVERY == 0 || kill_count <= THOROUGH_EVERY);
        server_start(t);
        down_us += clock_ticks_us() - dead;
    }
    atomic_store(&t->may, payments);
    clients_join(all);
    process_stop(&t->server);
    process_stop(&t->gateway);
    printf("  %d kills, %td requests sent again, %lld s, of which nothing ran for %lld s\n", killed,
           clients_sent_again(all), (long long)((clock_ticks_us() - began) / 1000000),
           (long long)(down_us / 1000000));
    judge_end(t);
    return 0;
}
