/* Files of invoices, with good rows and bad ones, come again and again, also when the power failed
 * while they were read. What a file holds follows from its number. */
#include "base/arena.h"
#include "base/clock.h"
#include "domain/exchange/import.h"
#include "sim.h"

#include <stdio.h>
#include <unistd.h>

enum { ROWS = 6 };

/* Of six rows two are bad: no such day, and no amount. */
static const char *file_write(struct sim *s, int file)
{
    const char *path = str_printf(s->mem, "/dev/shm/quittance-sim-%d.csv", (int)getpid()).at;
    FILE *out = fopen(path, "w");
    if (!out) return path;
    fprintf(out, "customer;number;issued;total;currency\n");
    for (int i = 0; i < ROWS; i++)
        fprintf(out, "%d;F%d-%d;2026-03-%02d;%s;EUR\n", 20417 + (file + i) % 4, file, i,
                i == 2 ? 32 : 10 + i,
                i == 4  ? "much"
                : i % 2 ? "119.00"
                        : "1190.50");
    fclose(out);
    return path;
}

void sim_file(struct sim *s)
{
    static const struct actor program = {.kind = ACTOR_PROGRAM, .name = {"import", 6}};
    int file = (int)chance_below(&s->chance, FILES_MAX);
    struct op op = sim_op(s);
    struct import_options options = {.kind = IMPORT_INVOICES,
                                     .path = file_write(s, file),
                                     .file_name = str_printf(s->mem, "%d.csv", file),
                                     .terms = S("net 30")};
    struct import_result result;
    op.actor = &program;
    bool done = import_run(&op, s->store, &options, NULL, NULL, &result);
    unlink(options.path);
    sim_judge(s, &op, "file", done);
    if (!done || disk_is_off(s->disk)) return;
    bool again = s->files[file] && !result.resumed;
    sim_trace(s, "rows", result.created, result.refused);
    if (result.refused != 2 || (again && result.created > 0))
        sim_fail(s, "file %d: %lld created, %lld refused", file, (long long)result.created,
                 (long long)result.refused);
    s->files[file] = true;
}

void sim_check_files(struct sim *s)
{
    for (int i = 0; i < FILES_MAX && !s->failed; i++) {
        int64_t there =
            sim_number(s, "select count(*) from document where number like 'F' || ?1 || '-%'", i);
        if (there > ROWS - 2 || (s->files[i] && there < ROWS - 2))
            sim_fail(s, "file %d: %lld of its invoices are there", i, (long long)there);
    }
}
