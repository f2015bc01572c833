/* Real files of third parties, which the repository does not hold. They are looked for under
 * $QUITTANCE_CORPUS, else ../shared/corpus; a test that does not find its file says "skipped". */
#ifndef TEST_CORPUS_H
#define TEST_CORPUS_H

#include "base/str.h"

/* The path of a file or folder of the corpus; NULL, and a word about it, where it is not there. */
const char *corpus_path(struct arena *mem, const char *name);

/* The names in a folder, sorted: those that end so. */
struct corpus_names {
    const char **at;
    ptrdiff_t count;
};
struct corpus_names corpus_folder(struct arena *mem, const char *path, const char *ending);

#endif
