/* Fuzzing: each parser of what strangers send is a target, a function from bytes to nothing that
 * must come back, leave nothing behind, and keep what it promises (the checks in it).
 *
 *     make fuzz                          each target for 30 seconds, from its corpus
 *     make fuzz T=csv SECONDS=3600       one of them, for longer
 *     make fuzz-cover                    how much of each parser the corpora reach
 *
 * What is found is shown with the file to repeat it from; mended, the file goes into the corpus
 * under test/fuzz/corpus/NAME, and is run again each time. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include "base/op.h"

struct target {
    const char *name;
    /* What it is to cover: files under src, parted by spaces; of a file that does more than read,
     * the functions that read: "src/base/date.c:date_from,date_of". */
    const char *sources;
    void (*run)(struct op *op, str bytes);
    bool slow; /* it waits for threads: fewer runs are expected */
};
extern const struct target base_targets[], domain_targets[], adapter_targets[], web_targets[];

/* A promise that was broken: the fuzzer keeps the bytes. */
#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) fuzz_broken(#condition, __FILE__, __LINE__);                             \
    } while (0)
void fuzz_broken(const char *what, const char *file, int line) __attribute__((noreturn));

/* Takes the first byte as a choice below `limit`. */
int fuzz_choice(str *bytes, int limit);
/* The bytes as a file, until the run ends. */
const char *fuzz_file(struct op *op, str bytes);

#endif
