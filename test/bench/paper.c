/* An invoice as PDF, made again and again by a program that is warm; starting the program; and what
 * it holds when nobody asks for anything. */
#include "bench.h"

#include "base/arena.h"
#include "domain/documents/papers.h"

#include <time.h>

enum { PAPERS = 60, STARTS = 11 };

struct making {
    int64_t document;
    struct paper paper;
};

static bool read_paper(struct op *op, void *arg)
{
    struct making *m = arg;
    return paper_of_document(op, m->document, NULL, S("https://pay.example.com/items/itm_1"),
                             &m->paper);
}

static int64_t cpu_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

void bench_paper(struct bench *b, const struct books *books)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct making m = {.document = 17};
    struct database *db = books_open(b, books);
    struct store *store;
    int64_t took[PAPERS];
    str pdf;
    must_op(store_open(&op, db, &store), &op, "open");
    must_op(store_transact(&op, store, TX_READ, read_paper, &m), &op, "the invoice");
    must(m.paper.link.len > 0 && m.paper.payment_code.len > 0, "the invoice has two QR codes");
    for (int i = 0; i < PAPERS; i++) {
        struct arena_mark mark = arena_mark(b->mem);
        int64_t began = cpu_ns();
        must_op(paper_pdf(&op, &m.paper, &pdf), &op, "the PDF");
        took[i] = cpu_ns() - began;
        arena_rewind(b->mem, mark);
    }
    figure_add(b, (struct figure){.name = "invoice-pdf",
                                  .unit = "ms",
                                  .value = median(took, PAPERS) / 1000,
                                  .aim = AIM_AT_MOST,
                                  .limit = 6000,
                                  .of = "two QR codes, warm"});
    store_close(store);
    database_close(db);
}

void bench_start(struct bench *b, const struct books *books)
{
    int64_t took[STARTS], kb = 0;
    for (int i = 0; i < STARTS; i++) {
        struct server_process s = server_start(b, books, 0);
        took[i] = s.started_ns;
        kb = server_resident_kb(&s);
        server_stop(&s);
    }
    figure_add(b, (struct figure){.name = "start-up",
                                  .unit = "ms",
                                  .value = median(took, STARTS) / 1000,
                                  .aim = AIM_AT_MOST,
                                  .limit = 100 * 1000});
    figure_add(b, (struct figure){.name = "memory-idle",
                                  .unit = "MB",
                                  .value = kb,
                                  .aim = AIM_AT_MOST,
                                  .limit = 40 * 1000});
}
