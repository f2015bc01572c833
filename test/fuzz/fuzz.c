#include "fuzz.h"

#include "base/arena.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUN_BYTES = 64 << 20 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct target *const tables[] = {base_targets, domain_targets, adapter_targets,
                                              web_targets};
static const struct target *chosen;

void fuzz_broken(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

int fuzz_choice(str *bytes, int limit)
{
    if (bytes->len == 0) return 0;
    int choice = (unsigned char)bytes->at[0] % limit;
    *bytes = str_from(*bytes, 1);
    return choice;
}

static void file_remove(void *path)
{
    unlink(path);
}

const char *fuzz_file(struct op *op, str bytes)
{
    char *path = arena_array(op->mem, char, 64);
    snprintf(path, 64, "/dev/shm/quittance-fuzz-%d", (int)getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes.at, (size_t)bytes.len) != bytes.len) abort();
    close(fd);
    arena_defer(op->mem, file_remove, path);
    return path;
}

static void list(void)
{
    for (size_t i = 0; i < COUNT(tables); i++)
        for (const struct target *t = tables[i]; t->name; t++)
            printf("%s %s\n", t->name, t->sources);
    exit(0);
}

/* The target is named by $FUZZ; "list" prints all of them with the files they cover. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("FUZZ");
    (void)argc, (void)argv;
    if (name && strcmp(name, "list") == 0) list();
    for (size_t i = 0; name && i < COUNT(tables); i++)
        for (const struct target *t = tables[i]; t->name; t++)
            if (strcmp(t->name, name) == 0) chosen = t;
    if (chosen) return 0;
    fprintf(stderr, "FUZZ=%s is no target; FUZZ=list names them.\n", name ? name : "");
    exit(2);
}

static void full(void *out)
{
    longjmp(*(jmp_buf *)out, 1);
}

/* A limit that is reached is an answer, as in the program: the run ends there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jmp_buf out;
    struct arena *mem = arena_open(RUN_BYTES);
    /* A copy without a byte to spare: reading past it is found out. */
    char *copy = malloc(size > 0 ? size : 1);
    if (!copy) abort();
    memcpy(copy, data, size);
    if (setjmp(out) == 0) {
        struct op op = {.mem = mem, .now = INT64_C(1780000000000000)};
        arena_on_full(mem, full, &out);
        chosen->run(&op, (str){copy, (ptrdiff_t)size});
    }
    arena_close(mem);
    free(copy);
    return 0;
}
